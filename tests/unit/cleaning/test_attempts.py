"""One chunk's way to a text that can be trusted, with a model that fails in every way it can."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.cleaning.attempts import ASKS, Cleaning, Outcome
from daemon.cleaning.prompt import Brief, neutralise
from daemon.cleaning.style import find_style
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Note
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

CLEAN = Brief("A talk", None, (), find_style("clean", Path()))
NOTES = Brief("A talk", None, (), find_style("notes", Path()))
FALSE = "Of course! I would be glad to help you with this. What exactly do you need from me today?"
MOST_QUESTIONS = 8

WORDS = "harbour brewer daughter street timber winter council merchant garden bishop candle letter".split()


def sentence(number):
    """Eight words that stand nowhere else, with a filler before them."""
    return f"Um we saw {WORDS[number % 12]}{number} and {WORDS[number % 7]}{number} by river{number}."


def speech(count, first=0):
    return " ".join(sentence(number) for number in range(first, first + count))


def chunk(*texts, context=None, timed=False):
    times = [tuple(float(at) for at in range(len(text.split()))) if timed else None for text in texts]
    turns = tuple(Turn((Segment(t, times=ts),), "Ann") for t, ts in zip(texts, times, strict=True))
    return Chunk(7, "\n\n".join(texts), context_buffer=context, turns=turns)


def cleaned(text):
    return re.sub(r"\b[Uu]m\b,? ?", "", text).strip()


def answer(*texts):
    numbered = enumerate(texts, start=1)
    return Outcome("\n".join(f'<turn id="{n}">{neutralise(t)}</turn>' for n, t in numbered), "end_turn")


def good(part):
    return answer(*(cleaned(turn.text) for turn in part.spoken()))


class Asked:
    """A scripted model: `answers` gives the reply to a part; what it was asked is kept."""

    def __init__(self, answers=good):
        self.answers, self.parts = answers, []

    def __call__(self, part):
        self.parts.append(part)
        return self.answers(part)


def run(asked, given_chunk, brief=CLEAN):
    result = Cleaning(asked, brief).clean_chunk(given_chunk)
    assert len(asked.parts) <= MOST_QUESTIONS
    return result


def good_but_for(mark, bad=FALSE):
    """A model that answers every passage well but those with the mark in them."""
    return lambda part: answer(*(bad if mark in t.text else cleaned(t.text) for t in part.spoken()))


def flagged(result):
    """The texts of the flagged passages."""
    return [result.turns[flag.passage] for flag in result.flags]


def passages(result, given_chunk):
    """The original passages, held against their texts: each is its cleaning, or itself and flagged."""
    found = given_chunk.passages(result.cuts)
    assert len(found) == len(result.turns)
    assert " ".join(p.text for p in found).split() == " ".join(t.text for t in given_chunk.spoken()).split()
    kept = {flag.passage for flag in result.flags}
    for place, (passage, text) in enumerate(zip(found, result.turns, strict=True)):
        assert text == (passage.text if place in kept else cleaned(passage.text))
    return found


def test_a_good_answer_takes_one_question():
    asked, said = Asked(), chunk(speech(10), speech(5, 10))
    result = run(asked, said)
    assert len(asked.parts) == 1
    assert (result.chunk_index, result.flags, result.cuts) == (7, (), ())
    assert result.turns == (cleaned(speech(10)), cleaned(speech(5, 10)))
    assert result.cleaned_text == "\n\n".join(result.turns)
    assert result.original_text == said.text


def test_for_a_chunk_without_words_nothing_is_asked():
    result = run(asked := Asked(), Chunk(0, ""))
    assert (result.turns, result.cleaned_text, asked.parts) == ((), "", [])


@pytest.mark.parametrize(
    "wrong",
    [
        Outcome("", "end_turn"),
        Outcome("I'm sorry, I can't.", "end_turn"),
        Outcome(FALSE, "refusal"),
        answer(FALSE),
        Outcome('<turn id="1">We', "pause_turn"),
        Outcome("<turn>", None),
    ],
)
def test_what_is_wrong_once_is_asked_again_and_leaves_no_mark(wrong):
    replies = [wrong]
    asked, said = Asked(lambda part: replies.pop() if replies else good(part)), chunk(speech(10))
    result = run(asked, said)
    assert (len(asked.parts), result.flags) == (2, ())
    assert result.turns == (cleaned(speech(10)),)


def test_one_bad_passage_of_several_alone_keeps_its_original_words():
    said = chunk(speech(6), "Um the secret word is " + speech(3, 20), speech(6, 40))
    result = run(asked := Asked(good_but_for("secret")), said)
    passages(result, said)
    assert flagged(result) == [said.turns[1].text]
    assert result.flags[0].words == len(said.turns[1].text.split())
    assert [len(part.turns) for part in asked.parts] == [3, 3, 1]


def test_each_passage_is_taken_from_the_answer_in_which_it_is_good():
    said = chunk("um the first word is " + speech(3), "um the second word is " + speech(3, 20))
    wrong_in = iter([good_but_for("first"), good_but_for("second")])
    result = run(asked := Asked(lambda part: next(wrong_in)(part)), said)
    passages(result, said)
    assert result.flags == ()
    assert len(asked.parts) == 2


def test_only_what_is_good_in_neither_answer_is_asked_for_by_itself():
    said = chunk(
        *(f"um the {word} word is {speech(3, 20 * n)}" for n, word in enumerate("first last next".split()))
    )
    wrong_in = iter([good_but_for("word"), good_but_for("first"), good])
    result = run(asked := Asked(lambda part: next(wrong_in)(part)), said)
    assert result.flags == ()
    assert [len(part.turns) for part in asked.parts] == [3, 3, 1]


def test_bad_passages_are_asked_for_together():
    said = chunk(*("um secret number one" if n % 2 else speech(4, 10 * n) for n in range(40)))
    result = run(asked := Asked(good_but_for("secret", "")), said)
    passages(result, said)
    assert [flag.reason for flag in result.flags] == ["it came back empty"] * 20
    assert len(asked.parts) <= 5


def test_each_passage_has_its_own_reason():
    said = chunk(speech(30), "yes I do", speech(4, 40))

    def answers(part):
        texts = {said.turns[0].text: cleaned(speech(30)), "yes I do": ""}
        return answer(
            *(texts.get(turn.text, "") if turn.text != speech(4, 40) else FALSE for turn in part.turns)
        )

    first, second = run(Asked(answers), said).flags
    assert first.reason == "it came back empty" != second.reason


def test_a_passage_that_comes_right_by_itself_is_taken():
    said = chunk(speech(6), "Um the secret word is " + speech(3, 20), speech(6, 40))
    bad = good_but_for("secret")
    result = run(Asked(lambda part: good(part) if len(part.turns) == 1 else bad(part)), said)
    passages(result, said)
    assert result.flags == ()


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("at", [0, 30, 70, 99])
def test_of_a_long_turn_with_one_bad_sentence_about_a_quarter_stays_as_it_was(at, timed):
    said = chunk(" ".join([speech(at), "Um the secret word.", speech(100 - at, at)]).strip(), timed=timed)
    result = run(Asked(good_but_for("secret")), said)
    passages(result, said)
    (flag,) = result.flags
    assert "secret" in flagged(result)[0]
    assert flag.words <= 0.27 * len(said.text.split())


def test_the_same_holds_for_a_long_turn_among_others():
    said = chunk("um yes", f"{speech(60)} Um the secret word. {speech(40, 60)}", "um no")
    result = run(Asked(good_but_for("secret")), said)
    passages(result, said)
    assert sum(flag.words for flag in result.flags) <= 0.27 * len(said.text.split())


def test_a_long_turn_without_sentences_is_cut_at_its_longest_pause():
    words = [f"word{n}," for n in range(200)]
    times = tuple(n + (5.0 if n >= 90 else 0.0) for n in range(200))
    said = Chunk(0, " ".join(words), turns=(Turn((Segment(" ".join(words), times=times),)),))
    result = run(Asked(lambda part: good(part) if len(part.text.split()) < 150 else answer("")), said)
    assert result.cuts == ((0, 90),)


def test_an_answer_that_is_cut_off_is_split_at_once():
    def answers(part):
        return good(part) if len(part.text.split()) < 300 else Outcome('<turn id="1">We saw', "max_tokens")

    said = chunk(speech(60))
    result = run(asked := Asked(answers), said)
    passages(result, said)
    assert (result.flags, len(asked.parts)) == ((), 3)


def test_a_short_chunk_that_is_cut_off_is_asked_for_again():
    replies = [Outcome("", "max_tokens")]
    result = run(Asked(lambda part: replies.pop() if replies else good(part)), chunk("um yes"))
    assert (result.turns, result.flags) == (("yes",), ())


def test_what_came_back_in_part_and_then_without_an_end_is_split():
    texts = [speech(6), speech(6, first=6)]
    replies = [answer(cleaned(texts[0])), Outcome("", "tool_use")]
    asked = Asked(lambda part: replies.pop(0) if replies else good(part))
    result = run(asked, chunk(*texts))
    assert (result.flags, len(asked.parts)) == ((), 4)


def test_a_question_that_is_too_large_is_split():
    def answers(part):
        large = len(part.text.split()) > 200
        return Outcome(refused="the chunk is too large", too_large=True) if large else good(part)

    said = chunk(speech(20), speech(20, 20))
    result = run(asked := Asked(answers), said)
    passages(result, said)
    assert (result.flags, len(asked.parts)) == ((), 3)


def test_a_question_refused_for_good_is_not_asked_again():
    said = chunk(speech(20), speech(20, 20))
    result = run(asked := Asked(lambda part: Outcome(refused="the server refused it")), said)
    passages(result, said)
    assert len(asked.parts) == 1
    assert {flag.reason for flag in result.flags} == {"the server refused it"}
    assert len(result.flags) == 2


FEW = "um what is this thing down there by the river, is it a harbour"

NEVER = {
    "empty": lambda part: Outcome("", "end_turn"),
    "refused": lambda part: Outcome("I can't do this.", "refusal"),
    "answered": lambda part: Outcome(FALSE, "end_turn"),
    "answered in turns": lambda part: answer(*[FALSE] * len(part.turns)),
    "mostly missing": lambda part: answer(*[cleaned(t.text)[: len(t.text) // 5] for t in part.turns]),
    "half the turns": lambda part: answer(*[cleaned(t.text) for t in part.turns[::2]], *[FALSE] * 9),
    "cut off": lambda part: Outcome(good(part).text[:-20], "max_tokens"),
    "without an end": lambda part: Outcome(good(part).text, None),
    "too large": lambda part: Outcome(refused="the chunk is too large", too_large=True),
}


@pytest.mark.parametrize("answers", NEVER.values(), ids=NEVER)
@pytest.mark.parametrize("said", [(speech(60),), (speech(30), speech(30, 30)), (FEW,)])
def test_without_an_answer_to_trust_every_original_word_stands_marked(answers, said):
    said = chunk(*said)
    result = run(Asked(answers), said)
    assert len(passages(result, said)) == len(result.flags)
    assert sum(flag.words for flag in result.flags) == len(said.text.split())
    assert "glad to help" not in result.cleaned_text
    assert all(flag.reason for flag in result.flags)


def test_the_context_of_a_part_is_what_stood_before_it():
    said = chunk(speech(20), "Um the secret word is " + speech(3, 20), context="we said this before")
    run(asked := Asked(good_but_for("secret")), said)
    assert asked.parts[0].context_buffer == "we said this before"
    words = ("we said this before " + speech(20)).split()
    assert asked.parts[-1].context_buffer.split() == words[-60:]


def test_the_context_of_the_first_half_is_that_of_the_whole():
    run(asked := Asked(NEVER["empty"]), chunk(speech(40), context="we said this before"))
    halves = [part.context_buffer for part in asked.parts]
    assert halves[: ASKS + 1] == ["we said this before"] * 3
    assert halves[-1].endswith("river29.")


def test_a_script_without_spaces_is_split_between_its_lines():
    lines = [chr(0x4E00 + n) * 3 + chr(0x5E00 + n) * 27 + "。" for n in range(10)]
    bad = lines[8]
    said = chunk(" ".join(lines))
    result = run(Asked(good_but_for(bad, "要約。")), said)
    passages(result, said)
    assert flagged(result)[0].split()[-2:] == lines[8:]
    assert len(flagged(result)[0].split()) <= 3


def test_what_differs_is_noted_with_its_passage():
    long = " ".join(f"in hall {letter} we kept all of the tools" for letter in "abcdefghijkl")
    said = chunk("um I paid five hundred dollars for it", f"um it was 20 dollars and they paid {long}")
    cleaned = answer("I paid five hundred dollars for it.", f"It was 30 dollars and we paid {long}")
    result = run(Asked(lambda part: cleaned), said)
    assert result.notes == (Note(1, "number", ("20",), ("30",)), Note(1, "person", ("they",), ("we",)))


def test_a_name_that_was_spelt_out_is_not_noted():
    said = chunk("um so i put it on linked in in q three")
    assert run(Asked(lambda part: answer("So I put it on LinkedIn in Q3.")), said).notes == ()


def test_initials_in_the_place_of_others_are_noted():
    said = chunk("We went to the u s a or the u k that year.")
    notes = run(Asked(lambda part: answer("We went to the USA or the USA that year.")), said).notes
    assert [note.kind for note in notes] == ["name"]


def test_what_was_judged_as_a_longer_passage_is_noted_as_one_though_names_spelt_out_make_it_shorter():
    long = " ".join(f"in hall {number} we kept all of the tools" for number in range(30, 35))
    said = chunk(f"they knew it from the c b s and they told it all to the f b i {long}")
    asked = Asked(lambda part: answer(f"They knew it from the CBS and we told it all to the FBI {long}"))
    assert [note.kind for note in run(asked, said).notes] == ["person"]


def test_of_a_longer_passage_a_number_and_a_name_are_each_noted_once():
    long = " ".join(f"in hall {letter} we kept all of the tools" for letter in "abcdefghijkl")
    said = chunk(f"um they paid us 40 dollars, and then Ann laughed {long}")
    result = run(Asked(lambda part: answer(f"They paid us 30 dollars, and then Bob laughed {long}")), said)
    assert [note.kind for note in result.notes] == ["number", "name"]


def test_what_was_in_need_of_cleaning_and_came_back_as_it_was_is_noted_and_not_asked_again():
    said = chunk(speech(1), speech(12, first=1), speech(2, first=20))
    asked = Asked(lambda part: answer(*(turn.text for turn in part.spoken())))
    result = run(asked, said)
    assert len(asked.parts) == 1
    assert result.notes == (Note(1, "unchanged"),)
    assert result.flags == ()


def test_a_passage_that_came_back_as_it_was_among_cleaned_ones_is_noted():
    said = chunk(speech(12), speech(12, first=20))
    result = run(Asked(lambda part: answer(part.spoken()[0].text, cleaned(part.spoken()[1].text))), said)
    assert result.notes == (Note(0, "unchanged"),)


def test_what_is_well_as_it_is_may_come_back_as_it_was():
    said = chunk(cleaned(speech(12)))
    assert run(Asked(), said).notes == ()


def test_what_kept_its_original_words_has_no_notes():
    result = run(Asked(good_but_for("20")), chunk("um it was 20 dollars"))
    assert (result.notes, len(result.flags)) == ((), 1)


NOTED = "## The river\n\n- They saw harbour0 and harbour0 by river0, brewer1 and brewer1 by river1."


def test_notes_are_one_text():
    result = run(Asked(lambda part: Outcome(NOTED, "end_turn")), chunk(speech(2)), NOTES)
    assert (result.cleaned_text, result.turns, result.flags) == (NOTED, (), ())


def test_notes_are_asked_for_twice_and_then_the_original_stands():
    result = run(asked := Asked(lambda part: Outcome("", "end_turn")), said := chunk(speech(2)), NOTES)
    assert len(asked.parts) == ASKS
    assert result.cleaned_text == said.text
    assert [(flag.reason, flag.passage) for flag in result.flags] == [("the answer was empty", None)]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_whatever_fails_no_word_is_lost_and_every_text_belongs_to_its_passage(sizes, rng):
    said = chunk(*(speech(size, 50 * place) for place, size in enumerate(sizes)))

    def answers(part):
        if rng.random() < 0.3:
            return rng.choice(list(NEVER.values()))(part)
        return answer(*(FALSE if rng.random() < 0.2 else cleaned(turn.text) for turn in part.turns))

    passages(run(Asked(answers), said), said)


def test_a_few_words_are_judged_by_the_language_that_is_spoken_around_them():
    turn, false = "ich glaube, er kommt am dienstag", "Ich glaube, er kommt am Donnerstag."
    german = replace(CLEAN, spoken="German")
    assert not run(Asked(lambda part: answer(false)), chunk(turn)).flags  # taken for English
    assert flagged(run(Asked(lambda part: answer(false)), chunk(turn), german)) == [turn]


def test_a_passage_that_is_asked_for_by_itself_is_judged_as_one_of_its_chunk():
    turn, false = "ich glaube, er kommt am dienstag", "Ich glaube, er kommt am Donnerstag."
    before = "Wir haben das Haus nicht verkauft, weil wir es noch brauchen und es uns gut gefällt."
    asked = Asked(lambda part: answer(*(false if t.text == turn else t.text for t in part.spoken())))
    assert flagged(run(asked, chunk(before, turn))) == [turn]
    assert [turn] in [[t.text for t in part.spoken()] for part in asked.parts]
