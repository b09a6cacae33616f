"""The rules together: chunks, edits, and what holds for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning.checks.faithfulness import compare, fault_of
from daemon.cleaning.offline import clean_chunk, clean_turn
from daemon.cleaning.verify import hesitations
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Edit, ProcessedChunk, kept_original
from daemon.text.transcript import count_words
from tests.unit.cleaning.offline.said import cleaned, edits, turn
from tests.unit.growth import NEARLY_LINEAR, growth


def test_a_chunk_is_cleaned_turn_by_turn():
    said = ("um hello there", "uh", "the the end")
    chunk = Chunk(7, "\n\n".join(said), turns=tuple(map(turn, said)))
    done = clean_chunk(chunk)
    assert done.turns == ("Hello there", "", "The end")
    assert done.cleaned_text == "Hello there\n\nThe end"
    assert (done.chunk_index, done.original_text) == (7, chunk.text)
    assert (done.provider, done.model, done.input_tokens, done.cost) == ("offline", "rules", 0, 0)


def test_edits_count_the_words_of_the_whole_chunk_and_are_saved_with_it():
    said = ("um hello there", "uh", "so the the end")
    done = clean_chunk(Chunk(0, "\n\n".join(said), turns=tuple(map(turn, said))))
    assert done.edits == (
        Edit(0, 1, "filler"),
        Edit(1, 1, "casing"),
        Edit(3, 1, "filler"),
        Edit(4, 1, "casing"),
        Edit(5, 1, "repeat"),
    )
    assert ProcessedChunk.from_dict(done.to_dict()) == done


def test_what_is_only_laid_out_is_flagged_with_all_its_words_in_scripts_without_spaces_too():
    said = "我们今天开始工作。 他们明天再来。"
    flag = clean_chunk(Chunk(0, said), "zh").flags[0]
    assert flag.words == kept_original(Chunk(0, said), "why").flags[0].words == count_words(said) == 7


FINNISH = (
    "No niin, öö, me menimme sinne joelle ja se oli todella hyvä päivä meille kaikille, ja meillä oli siellä "
    "paljon hauskaa heidän kanssaan, niin minä luulen, koska se ei ole vain meille."
)


def test_a_turn_in_a_language_without_rules_is_flagged_among_others_that_are_cleaned():
    english = "um so we we went down to the river and it was a good day for all of us who were there then"
    said = (english, FINNISH, english)
    done = clean_chunk(Chunk(0, "\n\n".join(said), turns=tuple(map(turn, said))))
    assert (done.turns[0], done.turns[1]) == (done.turns[2], FINNISH)
    assert "um" not in done.turns[0]
    [flag] = done.flags
    assert (flag.passage, flag.words) == (1, count_words(FINNISH))
    assert "no rules for Finnish" in flag.reason


def test_a_chunk_in_a_language_without_rules_is_flagged_as_a_whole_whatever_its_turns():
    said = (FINNISH, "Joo.", FINNISH)
    done = clean_chunk(Chunk(0, "\n\n".join(said), turns=tuple(map(turn, said))))
    assert [flag.passage for flag in done.flags] == [None]


def test_a_chunk_of_plain_text_is_one_turn():
    assert clean_chunk(Chunk(0, "um hello\nthere")).turns == ("Hello there",)


def test_a_turn_of_nothing_but_hesitations_becomes_empty():
    assert clean_turn(turn("Um, uh."), "en") == ("", [Edit(0, 2, "filler")])


def test_what_a_removal_uncovers_is_cleaned_as_well():
    assert cleaned("we, you know, we, uh, in the, in the the end") == "We in the end"


def test_a_long_turn_is_laid_out_in_paragraphs_at_its_pauses():
    words = ["and", "um", "5"] * 100
    times = tuple(0.3 * n + (5 if n >= 141 else 0) for n in range(300))
    text, _ = clean_turn(turn(" ".join(words), start=0.0, end=99.0, times=times), "en")
    assert [len(part.split()) for part in text.split("\n\n")] == [94, 106]


PIECES = """
    um Um, uh uh. er, hmm The the The, a I I, I- we have we have, no not don't never 5 ten 2019 twenty that
    that, very . , it's it, it and is to end. end Ann London, — so So, like like, Like you know know, You mean
    mean, right? right, th- s- the- the… we… we're are- kind of sort well, well yeah yeah, in in, etc. Mr.
    iPhone "so "um," (uh) ER
""".split()
SPEECH = st.lists(st.sampled_from(PIECES), min_size=1, max_size=80).map(" ".join)
LANGUAGES = st.sampled_from(["en", "en", "en", "de", "es", "fr", "it", "nl", "pl", "pt", "ru", "sv", None])


@given(SPEECH, LANGUAGES)
def test_cleaning_what_is_clean_changes_nothing(text, language):
    once = cleaned(text, language)
    if once:
        assert cleaned(once, language).split() == once.split()


SAFE = {"no", "not", "don't", "never", "5", "ten", "2019", "twenty", "ann", "london", "iphone", "mr"}


def bare(text):
    return [key for word in text.split() if (key := word.strip('.,?…-—"()').lower())]


@given(SPEECH)
def test_numbers_names_and_negations_are_never_touched_and_nothing_is_new(text):
    said, kept = bare(text), bare(cleaned(text))
    assert [word for word in kept if word in SAFE] == [word for word in said if word in SAFE]
    rest = iter(said)
    assert all(word in rest for word in kept)


@given(SPEECH)
def test_the_edits_account_for_every_word(text):
    done, made = clean_turn(turn(text), "en")
    out = {
        edit.at + n
        for edit in made
        if edit.reason not in ("punctuation", "casing")
        for n in range(edit.words)
    }
    left = [word for at, word in enumerate(text.split()) if at not in out]
    assert bare(" ".join(left)) == bare(done)
    untouched = {edit.at for edit in made}
    words = text.split()
    assert {words[at] for at in range(len(words)) if at not in untouched and at not in out} <= set(
        done.split()
    )


@given(
    st.lists(
        st.sampled_from([*PIECES, "house", "plan", "people", "money", "because", "went"]),
        min_size=30,
        max_size=200,
    )
)
def test_a_text_that_says_something_is_never_emptied(pieces):
    text = " ".join([*pieces, "house"])
    done = cleaned(text)
    assert "house" in done.lower()


def test_a_cleaned_text_passes_the_gate():
    text = (
        "Um, so we, we had a, a plan, you know, and it's, it's in the, in the budget. Uh, and th- there is, "
        "like, a lot of, uh, money in it. I, I think, um, the- the people know it. "
    ) * 8
    words = compare(text, cleaned(text), hesitations())
    assert fault_of(words) is None


@pytest.mark.long
@pytest.mark.parametrize(
    "said", ["the ", "um ", "we have, ", "a b a b ", "in the, ", "you know, like, ", "it's, it- th- the, "]
)
def test_a_long_turn_is_cleaned_in_linear_time(said):
    def clean_it(words):
        clean_turn(turn(said * (words // len(said.split()))), "en")

    assert growth(clean_it, 2_500, 20_000) < NEARLY_LINEAR


def test_a_step_that_changes_nothing_leaves_no_edit():
    assert edits("Hello, it was a good plan.") == []


def test_a_few_words_are_taken_to_be_in_the_language_of_the_whole_transcript():
    few, many = "Gut, ähm, bis morgen.", " ".join(f"wort{n}" for n in range(40)) + " ähm"
    assert clean_chunk(Chunk(0, few)).cleaned_text == few
    assert clean_chunk(Chunk(0, few), spoken="de").cleaned_text == "Gut, bis morgen."
    assert clean_chunk(Chunk(0, many), spoken="de").flags  # so many would tell it
