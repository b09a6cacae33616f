"""Nothing is passed off as cleaned that is not: the gate every answer goes through."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning.prompt import Brief, system_text, user_text
from daemon.cleaning.style import find_style, style_of_prompt
from daemon.cleaning.verify import check, only_fillers
from daemon.text.chunk import Chunk
from daemon.text.transcript import Segment
from daemon.text.turns import Turn
from tests.unit.growth import NEARLY_LINEAR, growth

STYLE = find_style("clean", Path())
CLEAN = Brief("A talk", None, (), STYLE)
OWN = Brief("A talk", None, (), style_of_prompt("Rewrite it for children."))
NOTES = Brief("A talk", None, (), find_style("notes", Path()))
ENGLISH, GERMAN, FRENCH, KLINGON = (
    Brief("A talk", name, (), STYLE) for name in ("English", "German", "French", "Klingon")
)
GERMAN_NOTES = Brief("A talk", "German", (), find_style("notes", Path()))

SAID = (
    "so um what I wanted to say about the harbour is that it was built twice you know the first one was made "
    "of wood and it burned down in in eighteen forty three and nobody wanted to pay for another one so they "
    "waited for uh twenty years and then a brewer gave them the money but only if they would name the street "
    "after his daughter which is why it is still called Matilda Street and I think that is rather nice"
)
CLEANED = (
    "So what I wanted to say about the harbour is that it was built twice. The first one was made of wood, "
    "and it burned down in 1843, and nobody wanted to pay for another one. So they waited for 20 years."
    "\n\nAnd then a brewer gave them the money, but only if they would name the street after his daughter, "
    "which is why it is still called Matilda Street, and I think that is rather nice."
)
SUMMARY = (
    "The speaker explains that the harbour was rebuilt with a brewer's money, on the condition that a street "
    "be named after his daughter Matilda."
)
APOLOGY = (
    "I apologize, but I am not able to work on this recording, because it contains copyrighted material. "
    "Please provide another document, and I will gladly assist with editing, formatting or proofreading it."
)
IN_GERMAN = (
    "Was ich also über den Hafen sagen wollte: Er wurde zweimal gebaut. Der erste war aus Holz und ist 1843 "
    "abgebrannt, und niemand wollte für einen neuen bezahlen. Also haben sie 20 Jahre gewartet. Und dann hat "
    "ihnen ein Brauer das Geld gegeben, aber nur, wenn sie die Straße nach seiner Tochter nennen, und "
    "deshalb heißt sie noch immer Matildastraße, und ich finde das ganz schön."
)


def chunk(*texts, context=None):
    turns = tuple(Turn((Segment(text),)) for text in texts)
    return Chunk(0, "\n\n".join(texts), context_buffer=context, turns=turns)


def answer(*texts):
    return "\n".join(f'<turn id="{n}">{text}</turn>' for n, text in enumerate(texts, start=1))


def verdict(said, text, brief=CLEAN, stop="end_turn"):
    return check(said if isinstance(said, Chunk) else chunk(said), brief, text, stop)


def reason(said, *texts, brief=CLEAN):
    return verdict(said, answer(*texts), brief).reason


NUMBERS_SPELT_OUT = (
    (
        "It cost, um, you know, it cost three hundred and twelve thousand seven hundred and six pounds.",
        "It cost £312,706.",
        "It cost £312,806.",
    ),
    (
        "Ça fait, euh, ça fait pour nous quatre-vingt-dix-sept mille huit cent quatre-vingt-dix-neuf euros.",
        "Ça fait pour nous 97 899 euros.",
        "Ça fait pour nous 97 889 euros.",
    ),
)


@pytest.mark.parametrize(("said", "cleaned", "false"), NUMBERS_SPELT_OUT)
def test_a_number_of_many_words_may_become_a_figure_and_no_other(said, cleaned, false):
    assert reason(said, cleaned) is None
    assert reason(said, false) is not None


POINTS_WITH_NO_NUMBER_BEFORE = (
    ("It's .5 percent, um, of the rent.", "It's 0.5 percent of the rent.", "It's 5 percent of the rent."),
    ("it's point five percent um of it", "It's .5% of it.", "It's 5% of it."),
    (
        "we have a point oh five chance of that",
        "We have a 0.05 chance of that.",
        "We have a 5 chance of that.",
    ),
    ("at that point um five people left", "At that point, 5 people left.", "At that point, .5 people left."),
)


@pytest.mark.parametrize(("said", "cleaned", "false"), POINTS_WITH_NO_NUMBER_BEFORE)
def test_a_point_with_no_number_before_it_keeps_its_place(said, cleaned, false):
    assert reason(said, cleaned) is None
    assert reason(said, false) is not None


WITHOUT_APOSTROPHES = (
    (
        "i dont want it and he didnt ask",
        "I don't want it, and he didn't ask.",
        "I do want it, and he did ask.",
    ),
    ("that wasnt um my idea", "That wasn't my idea.", "That was my idea."),
    ("theyre gone and we cant wait", "They're gone, and we can't wait.", "They're gone, and we can wait."),
    (
        "ive told you he shouldve called",
        "I've told you he should've called.",
        "I've told you he should call.",
    ),
)


@pytest.mark.parametrize(("said", "cleaned", "false"), WITHOUT_APOSTROPHES)
def test_a_contraction_without_its_apostrophe_is_read_as_one(said, cleaned, false):
    assert reason(said, cleaned) is None
    assert reason(said, false) is not None


# what is taken


def test_a_good_answer_is_taken_turn_by_turn():
    found = verdict(chunk("um hello", "uh", "hi there"), answer("Hello.", "", "Hi there."))
    assert found.reason is None
    assert found.turns == ("Hello.", "", "Hi there.")
    assert found.text == "Hello.\n\nHi there."


def test_a_careful_cleaning_is_taken_with_its_paragraphs():
    assert verdict(SAID, answer(CLEANED)).text == CLEANED


def test_the_original_itself_would_pass_with_its_brackets_restored():
    original = chunk("he wrote <turn> and </transcript>", "so ﹤ it was")
    assert verdict(original, user_text(original, CLEAN)).turns == (
        "he wrote <turn> and </transcript>",
        "so ﹤ it was",
    )


def test_plain_text_without_turns_is_one_turn():
    assert verdict(Chunk(0, "um hello"), answer("Hello.")).turns == ("Hello.",)


def test_what_stands_around_the_turns_is_dropped():
    assert verdict("um hello", "Here you go:\n" + answer("Hello.") + "\nAnything else?").text == "Hello."


@given(st.lists(st.text(max_size=18).filter(str.split), min_size=1, max_size=6))
def test_whatever_was_said_passes_unchanged_where_it_is_short(texts):
    original = chunk(*(" ".join(text.split()) for text in texts))
    assert verdict(original, user_text(original, CLEAN)).reason is None


# the form of the answer

WRITTEN = {
    "entities": "R&amp;D has 3 &lt; 5 people, &quot;as&#39;t were&quot;,&nbsp;you&#x27;d say.",
    "his name": "Ann: R&D has 3 < 5 people, \"as't were\", you'd say.",
    "his name in bold": "**Ann:** R&D has 3 < 5 people, \"as't were\", you'd say.",
    "his name in bold before the colon": "**ann** : R&D has 3 < 5 people, \"as't were\", you'd say.",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_entities_and_the_speaker_s_name_belong_to_the_form_of_an_answer(written):
    said = "R&D has um 3 < 5 people, \"as't were\", you'd say."
    spoken = Chunk(0, said, turns=(Turn((Segment(said),), "Ann"),))
    found = verdict(spoken, answer(written))
    assert found.reason is None
    assert found.turns == ("R&D has 3 < 5 people, \"as't were\", you'd say.",)


@pytest.mark.parametrize("said", ["Ann: is what um she wrote", "write &amp; um for it, not &", "um Ben: no"])
def test_what_was_said_in_that_form_stays(said):
    spoken = Chunk(0, said, turns=(Turn((Segment(said),), "Ann"),))
    text = said.replace("um ", "")
    assert verdict(spoken, answer(text)).turns == (text,)


# the stop reason and the ids


@pytest.mark.parametrize("stop", ["max_tokens", "model_context_window_exceeded"])
@pytest.mark.parametrize("brief", [CLEAN, NOTES])
def test_an_answer_without_room_was_cut_off(stop, brief):
    found = verdict("hello", answer("Hello."), brief, stop)
    assert (found.reason, found.cut_off) == ("the answer was cut off", True)


@pytest.mark.parametrize("stop", ["pause_turn", "tool_use", "length", "", None])
@pytest.mark.parametrize("brief", [CLEAN, NOTES])
def test_an_answer_that_did_not_end_by_itself_is_not_taken(stop, brief):
    found = verdict("hello", answer("Hello."), brief, stop)
    named = f" ({stop})" if stop else ""
    assert (found.reason, found.cut_off) == (f"the answer has no proper end{named}", False)


def test_a_reason_to_stop_that_is_no_word_is_not_shown():
    found = verdict("hello", answer("Hello."), CLEAN, "all he said: hello")
    assert found.reason == "the answer has no proper end"


def test_a_refusal_is_called_one():
    assert verdict("hello", answer("Hello."), stop="refusal").reason == "the model refused"


def test_a_stop_sequence_is_an_end():
    assert verdict("hello", answer("Hello."), stop="stop_sequence").reason is None


def test_the_first_thing_wrong_with_the_numbers_is_the_reason():
    assert reason(chunk("a", "b", "c"), "A.", "B.") == "passage 3 is missing"
    assert verdict("a", "Of course! How can I help you?").reason == "no passage came back"


@pytest.mark.parametrize("text", [answer("A."), "", "\n", "I'm sorry, I can't help with that."])
def test_an_answer_whose_numbers_are_wrong_gives_no_text(text):
    found = verdict(chunk("a", "b"), text)
    assert (found.turns, found.text, found.bad) == ((), "", {})
    assert found.reason


# each passage


@pytest.mark.parametrize("text", ["", " ", "...", "—"])
@pytest.mark.parametrize("brief", [CLEAN, GERMAN, OWN])
def test_a_turn_with_words_may_not_come_back_empty(text, brief):
    found = verdict(chunk("hi", "yes I did"), answer("Hi.", text), brief)
    assert (found.reason, dict(found.bad)) == ("it came back empty", {1: "it came back empty"})


@pytest.mark.parametrize(
    "text", ["um", "Uh, um...", "Äh, ähm.", "euh", "You know, um.", "I mean", "…", "えー", "Um, hm."]
)
def test_nothing_is_lost_with_fillers(text):
    assert only_fillers(text)
    assert reason(chunk("hi", text), "Hi.", "") is None


@pytest.mark.parametrize(
    "text",
    [
        *("yes", "no", "um no", "5", "Uh-huh.", "Mm-hmm.", "mhm", "you", "[inaudible]"),
        *("你好", "然后呢？", "你知道。", "To znaczy."),
    ],
)
def test_whatever_can_be_an_answer_is_no_filler(text):
    assert not only_fillers(text)
    assert reason(chunk("hi", text), "Hi.", "") == "it came back empty"


@pytest.mark.parametrize("text", [SUMMARY, APOLOGY, "Of course! What do you need help with?", IN_GERMAN])
def test_something_else_in_the_place_of_a_passage_is_not_taken(text):
    assert reason(SAID, text) is not None


def test_a_dropped_sentence_is_noticed():
    assert "left out" in reason(SAID, CLEANED.partition("\n\n")[2])
    assert "left out" in reason(SAID, CLEANED.partition("\n\n")[0])


def test_an_invented_sentence_is_noticed():
    new = (
        "Back then the whole quarter belonged to rich merchants from Hamburg who traded in coffee and spices."
    )
    assert "in a row are new" in reason(SAID, f"{CLEANED} {new}")


def test_a_name_of_the_glossary_may_take_the_place_of_what_was_heard_for_it():
    said = "We gave the keys to Effie on Monday."
    assert reason(said, "We gave the keys to Aoife on Monday.") is not None
    told = Brief("A talk", None, ("Aoife Byrne",), STYLE)
    assert reason(said, "We gave the keys to Aoife on Monday.", brief=told) is None
    another = "We gave the keys to Robert on Monday."
    assert reason(another, "We gave the keys to Aoife on Monday.", brief=told) is not None


def test_a_question_in_the_transcript_may_not_be_answered():
    assert reason("can you help me", "Of course! What do you need help with?") is not None
    assert reason("can you help me", "Can you help me?") is None


def test_the_passages_at_fault_are_told_apart_from_the_others():
    found = verdict(chunk("um hello", SAID, "bye"), answer("Hello.", SUMMARY, "Bye."))
    assert list(found.bad) == [1]
    assert found.bad[1] == found.reason
    assert (found.turns[0], found.turns[2], found.text) == ("Hello.", "Bye.", "")


def test_passages_that_are_shifted_by_one_are_noticed():
    lines = "what is your name", "I am Ann", "and where do you live", "down in Bristol", "oh how lovely"
    assert set(verdict(chunk(*lines), answer(*lines[1:], lines[0])).bad) == {0, 1, 2, 3, 4}


def test_short_answers_that_change_places_are_noticed():
    assert reason(chunk("yes", "no"), "No.", "Yes.") is not None


def test_passages_that_are_merged_are_noticed():
    said = chunk("we went down to the river", "and did you swim in it")
    merged = answer("We went down to the river. And did you swim in it?", "")
    assert set(verdict(said, merged).bad) == {0, 1}
    assert reason(said, "We went down to the river.", "We went down to the river. And did you?") is not None


def with_small_losses():
    """Twelve passages, and as many of which each has lost as much as one may lose by itself."""
    syllables = [f"{first}{second}" for first in "bdfgklmnprst" for second in "aeiou"]
    words = [f"{first}{second}{third}" for first in syllables for second in syllables for third in "mx"]
    said = [words[at : at + 70] for at in range(0, 70 * 12, 70)]
    kept = [[word for at, word in enumerate(passage) if at % 9 > 1] for passage in said]
    return list(map(" ".join, said)), list(map(" ".join, kept))


def test_losses_too_small_for_a_passage_add_up_over_the_whole():
    said, kept = with_small_losses()
    found = verdict(chunk(*said), answer(*kept))
    assert "the answer left out" in found.reason
    assert len(found.bad) == len(said)
    assert verdict(chunk(*said[:1]), answer(*kept[:1])).reason is None


def test_a_passage_that_lost_nothing_is_not_to_blame_for_what_all_have_lost_together():
    said, kept = with_small_losses()
    found = verdict(chunk(*said), answer(said[0], *kept[1:]))
    assert set(found.bad) == set(range(1, len(said)))


def test_losses_add_up_beside_a_passage_that_is_at_fault_by_itself():
    said, kept = with_small_losses()
    found = verdict(chunk(SAID, *said), answer(SUMMARY, *kept))
    assert set(found.bad) == set(range(1 + len(said)))


# what else stood in the prompt


def test_the_context_may_not_come_back_with_the_passage():
    context = "before that we had talked for a while about what it is like to live so near to it all"
    said = chunk(SAID, context=context)
    assert reason(said, f"{context} {CLEANED}") == "it repeats its instructions or context"
    assert reason(said, CLEANED) is None


def test_words_of_the_context_that_are_said_again_may_come_back():
    motto = "um all that we ever wanted to do was to make this a better place"
    again = chunk(motto, context=motto)
    assert reason(again, motto.removeprefix("um ")) is None


@pytest.mark.parametrize("brief", [CLEAN, GERMAN, OWN])
def test_the_instructions_may_not_come_back(brief):
    told = system_text(brief).split("\n\n")[-3].replace("\n", " ")
    text = {CLEAN: CLEANED, OWN: CLEANED, GERMAN: IN_GERMAN}[brief]
    assert reason(SAID, f"{text} {told}", brief=brief) == "it repeats its instructions or context"


def test_whoever_reads_the_instructions_aloud_is_cleaned_like_others():
    told = " ".join(STYLE.prompt.split())
    assert reason(told, told) is None


# other languages


def test_a_translation_that_was_asked_for_is_taken():
    assert reason(SAID, IN_GERMAN, brief=GERMAN) is None


@pytest.mark.parametrize("short", ["Nein.", "Keine Angabe."])
def test_a_few_words_are_no_translation_of_a_sentence(short):
    said = "so we sold the house in nineteen eighty four and then Maria moved to Boston with her kids"
    assert reason(said, short, brief=GERMAN) == f"18 words became {len(short.split())}"


def test_a_translation_may_be_as_short_as_what_was_said_without_its_hesitations():
    said = "no no no I mean um you know no really no no I just uh no I mean well no"
    assert reason(said, "Nein, nein.", brief=GERMAN) is None


def test_what_was_not_translated_is_not_taken_for_a_translation():
    assert reason(SAID, CLEANED, brief=GERMAN) == "it is not in German"
    assert reason(SAID, IN_GERMAN, brief=FRENCH) == "it is not in French"


def test_one_passage_that_was_not_translated_is_told_apart():
    found = verdict(chunk(SAID, SAID), answer(IN_GERMAN, CLEANED), GERMAN)
    assert dict(found.bad) == {1: "it is not in German"}


def test_short_passages_that_lost_most_words_are_noticed_beside_one_that_was_not_translated():
    words, translated = SAID.split(), IN_GERMAN.split()
    short = [" ".join(words[at : at + 16]) for at in range(0, 64, 16)]
    left = [" ".join(translated[at : at + 3]) for at in range(0, 64, 16)]
    found = verdict(chunk(SAID, *short), answer(CLEANED, *left), GERMAN)
    assert set(found.bad) == {0, 1, 2, 3, 4}


def test_a_translation_is_about_as_long_as_its_original():
    short, long = " ".join(IN_GERMAN.split()[:28]), " ".join([IN_GERMAN] * 4)
    assert "words became" in reason(SAID, short, brief=GERMAN)
    assert "words became" in reason(SAID, long, brief=GERMAN)
    assert reason(SAID, " ".join(IN_GERMAN.split()[:40]), brief=GERMAN) is None


@pytest.mark.parametrize("text", [SUMMARY, APOLOGY, IN_GERMAN, "foo bar " * 40])
def test_with_the_transcript_s_own_language_asked_for_the_wording_counts(text):
    assert reason(SAID, CLEANED, brief=ENGLISH) is None
    assert reason(SAID, text, brief=ENGLISH) is not None


def test_a_text_too_short_to_tell_its_language_is_edited_or_translated():
    assert reason("um hello", "Hello.", brief=ENGLISH) is None
    assert reason("um guten Tag", "Hello.", brief=ENGLISH) is None


def test_a_language_nobody_knows_may_have_any_words():
    assert reason(SAID, "tlhIngan Hol vIjatlh " * 20, brief=KLINGON) is None
    assert reason(SAID, CLEANED, brief=KLINGON) is None


def test_text_without_spaces_is_judged_by_its_letters():
    said = (
        "昔々あるところに、お爺さんとお婆さんが住んでいました。お爺さんは山へ柴刈りに、お婆さんは川へ洗濯に行きました。"
        * 3
    )
    assert reason(said, said) is None
    assert reason("えーと、" + said, said) is None
    assert reason(said, "お爺さんとお婆さんの話。") is not None
    assert reason(said, said[: len(said) // 2]) is not None


# prompts of one's own


def test_a_prompt_of_one_s_own_may_change_every_word():
    assert reason(SAID, "Once upon a time there was a little harbour, made of wood. " * 5, brief=OWN) is None


def test_even_so_the_length_has_bounds():
    assert "words became" in reason(SAID, "Once upon a time.", brief=OWN)
    assert "words became" in reason(SAID, "once upon a time " * 60, brief=OWN)


NOTED = """## The harbour

- Built **twice**: the first, of wood, burned down in 1843.
- After 20 years a brewer paid for another one, if the street was named after his daughter: Matilda Street.
"""


def test_free_text_is_taken_whole():
    found = verdict(SAID, f"\n{NOTED}\n", NOTES)
    assert (found.turns, found.reason, found.text) == ((), None, NOTED.strip())


def test_free_text_loses_the_fence_around_it():
    assert verdict(SAID, f"```markdown\n{NOTED}```", NOTES).text == NOTED.strip()


def test_the_brackets_of_free_text_are_restored():
    assert verdict("he wrote <turn>", "- he wrote ﹤turn>", NOTES).text == "- he wrote <turn>"


@pytest.mark.parametrize("text", ["", "\n---\n", "```\n\n```"])
def test_free_text_without_words_is_none(text):
    assert verdict(SAID, text, NOTES).reason == "the answer was empty"


def test_an_apology_is_no_notes():
    assert verdict(SAID, APOLOGY, NOTES).reason == "it is about something else"
    assert verdict(SAID, APOLOGY, GERMAN_NOTES).reason == "it is not in German"
    assert "words became" in verdict(" ".join([SAID] * 10), "I can't do that.", NOTES).reason


def test_notes_are_not_longer_than_what_was_said():
    more = " ".join(reversed(SAID.split()))
    assert "words became" in verdict(SAID, f"{NOTED} {more} {CLEANED}", NOTES).reason


def test_notes_do_not_repeat_their_instructions():
    assert verdict(SAID, NOTED + system_text(NOTES)[:200], NOTES).reason.startswith("it repeats")


def test_notes_in_the_language_asked_for_are_taken():
    assert verdict(SAID, f"## Der Hafen\n\n- {IN_GERMAN}", GERMAN_NOTES).reason is None
    assert verdict(SAID, NOTED, GERMAN_NOTES).reason == "it is not in German"


@pytest.mark.long
@pytest.mark.parametrize("brief", [CLEAN, NOTES])
@pytest.mark.parametrize(
    "part",
    ["a lie ", "1 2 ", "Ann ", "$", "🎉", "x", "-5 ", "- a b c d e f\n", "<", "\n", "0.0", "[é-", "|!*"],
)
def test_an_answer_without_end_is_judged_in_time_with_its_length(brief, part):
    def judge(length):
        text = part * (length // len(part))
        check(chunk(SAID), brief, answer(text) if brief is CLEAN else text, "end_turn")

    assert growth(judge, 50_000, 400_000) < NEARLY_LINEAR


def test_a_word_without_end_is_judged_in_time_with_its_length():
    def judge(length):
        word = "z" * length
        assert reason(f"um {word} in the café", f"{word} in the café.") is None

    assert growth(judge, 1_500, 12_000) < NEARLY_LINEAR


@pytest.mark.parametrize(
    ("said", "cleaned", "is_taken"),
    [
        ("I dunno, lemme check.", "I don't know, let me check.", True),
        ("C'mon, gimme a second.", "Come on, give me a second.", True),
        ("C'mon, gimme a second.", "Come on, give him a minute.", False),
    ],
)
def test_of_a_few_words_all_may_be_written_out(said, cleaned, is_taken):
    assert (verdict(said, f'<turn id="1">{cleaned}</turn>').reason is None) is is_taken
