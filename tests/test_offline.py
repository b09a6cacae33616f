"""The rules that clean without a model: careful rather than thorough."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.chunk import Chunk, Turn
from daemon.offline import clean_chunk, clean_turn, speaks_english
from daemon.transcript import Segment


def words(text):
    return text.split()


def turn(text, **known):
    return Turn((Segment(" ".join(text.split()), **known),))


def cleaned(text):
    return clean_turn(turn(text), english=True)[0]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Um, so I went.", "So I went."),
        ("I went um home.", "I went home."),
        ("I left, um, part of it.", "I left part of it."),
        ("Well, uh, that depends.", "Well, that depends."),
        ("It was, uh, and it is.", "It was, and it is."),
        ("I went. Um, then we ate.", "I went. Then we ate."),
        ("I went, uh. Then we ate.", "I went. Then we ate."),
        ("Did you, um? Yes.", "Did you? Yes."),
        ("Uh, um, er, erm, uhm, hmm, yes.", "Yes."),
        ("I think, um...", "I think,"),
        ("to the, er, end", "To the end"),
    ],
)
def test_hesitations_go_and_their_commas_with_them(said, text):
    assert cleaned(said) == text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("I saw the the house", "I saw the house"),
        ("I I I think", "I think"),
        ("We, we have it", "We have it"),
        ("we have, we have a plan", "We have a plan"),
        ("And in the in the end", "And in the end"),
        ("So it's a, it's a good one", "So it's a good one"),
        ("we um we went", "We went"),
        ("I'm I'm here", "I'm here"),
    ],
)
def test_words_repeated_by_accident_go(said, text):
    assert cleaned(said) == text


@pytest.mark.parametrize(
    "text",
    [
        "He said that that was fine",
        "They had had enough",
        "Well that that that that",
        "It is very very good",
        "No no, bye bye",
        "It went on and on and on and on",
        "More and more and more",
        "It's ten ten or 5 5 or 10 10",
        "I don't I don't know",
        "The Who The Who played",
        "Never never land is is not",
        "That was it. It was it",
        "She said I. I said you",
        "We were we're fine",
        "The IT it gave",
        "Mm-hmm.",
        "Uh-huh, yes.",
        "I went to the er in 35 mm",
        "The ER and UM closed",
        "Did you know that, you know",
    ],
)
def test_what_can_be_meant_stays(text):
    assert cleaned(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Um dia ele comprou um carro e um livro",
        "Er sagte, er kommt um acht Uhr um die Ecke",
        "Er is er geen meer",
        "Ils sont là là",
    ],
)
def test_other_languages_are_left_alone(text):
    assert clean_turn(turn(text)) == (text, {})


def test_a_short_turn_is_in_the_language_of_its_chunk():
    um = turn("Um, Berlin.")
    english = Chunk(0, "what is the name of it\n\nUm, Berlin.", turns=(turn("what is the name of it"), um))
    german = Chunk(0, "Und wo war das?\n\nUm, Berlin.", turns=(turn("Und wo war das?"), um))
    assert clean_chunk(english).turns[1] == "Berlin."
    assert clean_chunk(german).turns[1] == "Um, Berlin."


def test_english_is_known_by_its_commonest_words():
    assert speaks_english(words("so what do you think about the plan"))
    assert speaks_english(["Um,", "uh."])
    assert not speaks_english(words("o que você acha do plano"))


def test_a_comma_or_full_stop_that_stands_alone_goes_to_its_word():
    assert cleaned("Hello , it was good .") == "Hello, it was good."


def test_a_turn_begins_with_a_capital_unless_its_word_has_its_own():
    assert cleaned("what is it") == "What is it"
    assert cleaned("iPhone and the rest") == "iPhone and the rest"


def test_a_turn_of_nothing_but_hesitations_becomes_empty():
    assert clean_turn(turn("Um, uh.")) == ("", {"hesitations": 2})


def test_what_was_taken_out_is_counted_by_reason():
    _, edits = clean_turn(turn("um the the uh house , you know"))
    assert edits == {"spacing": 1, "hesitations": 2, "repeats": 1}


def test_a_chunk_is_cleaned_turn_by_turn():
    chunk = Chunk(
        7,
        "um hello there\n\nuh\n\nthe the end",
        turns=tuple(map(turn, ("um hello there", "uh", "the the end"))),
    )
    done = clean_chunk(chunk)
    assert done.turns == ("Hello there", "", "The end")
    assert done.cleaned_text == "Hello there\n\nThe end"
    assert (done.chunk_index, done.original_text) == (7, chunk.text)
    assert (done.provider, done.model, done.input_tokens, done.cost) == ("offline", "rules", 0, 0)
    assert done.edits == {"hesitations": 2, "repeats": 1}


def test_a_chunk_of_plain_text_is_one_turn():
    assert clean_chunk(Chunk(0, "um hello\nthere")).turns == ("Hello there",)


def test_a_long_turn_is_laid_out_in_paragraphs_at_its_pauses():
    words = ["and", "um", "then"] * 100
    times = tuple(0.3 * n + (5 if n >= 141 else 0) for n in range(300))
    text, _ = clean_turn(turn(" ".join(words), start=0.0, end=99.0, times=times))
    assert [len(part.split()) for part in text.split("\n\n")] == [94, 106]


SPOKEN = st.lists(
    st.sampled_from(
        words(
            "um Um, uh uh. er, hmm the The the, a I I, we have we have, no not 5 ten that very . , it's and "
            "is to end. Ann — so"
        )
    ),
    max_size=60,
)


@given(SPOKEN)
def test_cleaning_what_is_clean_changes_nothing(given_words):
    once = clean_turn(turn(" ".join(given_words or ["a"])), english=True)[0]
    if once:
        assert clean_turn(turn(once), english=True)[0].split() == once.split()


@given(SPOKEN)
def test_numbers_names_and_negations_are_never_touched_and_nothing_is_new(given_words):
    kept = [word.strip(".,").lower() for word in cleaned(" ".join(given_words or ["a"])).split()]
    said = iter(word.strip(".,").lower() for word in given_words or ["a"])
    assert all(word in said for word in kept)
    for safe in ("no", "not", "5", "ten", "ann", "very"):
        assert kept.count(safe) == [word.strip(".,").lower() for word in given_words].count(safe)


@pytest.mark.parametrize("said", ["the ", "um ", "we have, ", "a b a b ", "in the, "])
def test_a_hundred_thousand_words_take_seconds_at_most(said):
    text = said * (60_000 // len(said.split()))
    began = time.perf_counter()
    clean_turn(turn(text), english=True)
    assert time.perf_counter() - began < 4
