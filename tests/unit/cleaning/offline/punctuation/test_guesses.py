"""Marks and capitals are guessed, and never a word is changed."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.cleaning.offline import clean_chunk
from daemon.cleaning.offline.language import load_grammar
from daemon.cleaning.offline.punctuation.foreign import find_foreign_words
from daemon.cleaning.offline.punctuation.guesses import (
    LONG_SILENCE,
    LONG_SILENCE_SHIFT,
    BareTurn,
    guess_marks,
    heed_silences,
)
from daemon.cleaning.offline.punctuation.names import Names, gather_names
from daemon.cleaning.offline.punctuation.network import MARKS, UPPER, load_network
from daemon.cleaning.offline.words import read_words
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Edit
from tests.unit.cleaning.offline.said import turn

SAID = (
    "good morning everybody and thank you for coming my name is helen carter and i run the library on "
    "market street can you tell us what happened to the books well most of them were lost but not all of "
    "them i don't know why the president of the united states wrote to us in may but he did"
)
LETTERS = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=9)
COMMON = st.sampled_from((SAID + " ß ı ŉ ﬁ İstanbul ǆ 10:30 3.5 file.txt a/b 1,000 it's “so” the").split())


def guessed(text, names=None, *, before=()):
    words = read_words(text.split(), [0.0] * len(text.split()))
    bare = BareTurn(words, load_grammar("en"), opens=not before)
    return guess_marks([bare], before, names or Names())[0]


def written(text, names=None):
    return [word.text for word in guessed(text, names).words]


def cleaned(text, **known):
    return clean_chunk(Chunk(0, text), "en", **known)


def test_captions_become_sentences():
    said = cleaned(SAID).cleaned_text
    assert said.startswith("Good morning, everybody and thank you for coming. My name is")
    assert "Can you tell us what happened to the books? Well, most of them" in said
    assert "the United States" in said


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(LETTERS, COMMON), min_size=1, max_size=60))
def test_no_word_is_ever_changed(texts):
    done = written(" ".join(texts))
    assert len(done) == len(texts)
    for was, now in zip(texts, done, strict=True):
        assert now[len(was) :] in ("", ",", ".", "?")
        assert now[: len(was)].lower() == was.lower()
        assert len(now[: len(was)]) == len(was)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(LETTERS, COMMON), min_size=1, max_size=60))
def test_what_has_a_capital_or_a_mark_keeps_it(texts):
    for was, now in zip(texts, written(" ".join(texts)), strict=True):
        if not was.islower():
            assert now.startswith(was)
        if was[-1] in ",.?!:;":
            assert now[-1] == was[-1]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(LETTERS, COMMON), min_size=1, max_size=60))
def test_guessing_again_changes_nothing(texts):
    once = written(" ".join(texts))
    assert written(" ".join(once)) == once


@pytest.mark.parametrize("said", [SAID, SAID + " um so we we said no", SAID * 5])
def test_cleaning_what_is_clean_changes_nothing(said):
    once = cleaned(said).cleaned_text
    assert cleaned(once).cleaned_text == once


@pytest.mark.parametrize(
    "left", ["10:30", "file.txt", "www.example.org", "3.5", "a_b", "ann@example.org", "2nd"]
)
def test_numbers_times_addresses_and_file_names_are_left(left):
    at = SAID.split().index("street") + 1
    words = SAID.split()
    words[at:at] = [left]
    assert written(" ".join(words))[at].rstrip(",.?") == left


def test_no_mark_stands_inside_a_number():
    for said in ("it was 20 000 and", "it was twenty five thousand and", "in 1995 20 people came"):
        done = written(said)
        numbers = [place for place, word in enumerate(said.split()) if load_grammar("en").counts(word)]
        assert all(done[place].isalnum() for place in numbers if place + 1 in numbers)


def test_known_names_go_before_guesses():
    names = gather_names(["iPhone", "Zork"], [], "")
    assert {"iPhone", "Zork"} <= {
        word.rstrip(",.?") for word in written("my iphone was with zork at home", names)
    }


def test_each_mark_and_each_capital_is_an_edit_that_says_that_it_was_guessed():
    done = cleaned(SAID)
    assert Edit(1, 1, "guessed punctuation") in done.edits
    assert Edit(SAID.split().index("market"), 1, "guessed casing") in done.edits
    changed = [now for was, now in zip(SAID.split(), done.cleaned_text.split(), strict=True) if was != now]
    assert len({edit.at for edit in done.edits}) == len(changed)


@pytest.mark.long
def test_marks_depend_on_what_was_said_near_and_not_on_where_a_chunk_ends():
    words = ((SAID + " ") * 40).split()
    reach = load_network("en").reach
    whole = guessed(" ".join(words)).words
    for border in (700, 731, 900, 1203):
        before, after = guessed(" ".join(words[:border])), words[border - reach : border]
        rest = guessed(" ".join(words[border:]), before=after).words
        joined = [word.text for word in (*before.words, *rest)]
        differ = [at for at, word in enumerate(whole) if word.text != joined[at]]
        assert all(border - reach <= at < border for at in differ)


def test_a_long_silence_makes_the_end_of_a_sentence_likelier():
    quiet = (0.0, LONG_SILENCE - 0.01, LONG_SILENCE, math.inf)
    heeded = heed_silences(np.zeros((4, UPPER + 1), np.int32), read_words("so we went home".split(), quiet))
    ends = [MARKS.index("."), MARKS.index("?")]
    assert heeded[:, ends].tolist() == [[0, 0], [0, 0], [LONG_SILENCE_SHIFT] * 2, [LONG_SILENCE_SHIFT] * 2]
    assert not np.delete(heeded, ends, axis=1).any()


def test_a_text_in_another_language_gets_no_guesses():
    german = "und dann haben wir gesagt dass wir nicht mehr kommen weil es uns zu weit ist und so war es auch"
    for code in (None, "de"):
        done = clean_chunk(Chunk(0, german), code)
        assert not any("guessed" in edit.reason for edit in done.edits)


def test_a_few_words_are_too_little_to_go_by():
    assert cleaned("we left the house early they came with us").cleaned_text.count(".") == 0


@pytest.mark.process
def test_numpy_is_loaded_only_for_a_text_without_marks():
    code = (
        "import sys; import daemon; from daemon.cleaning.offline import clean_chunk;"
        "from daemon.text.chunk import Chunk; clean_chunk(Chunk(0, sys.argv[1]), 'en');"
        "print('numpy' in sys.modules)"
    )
    for said, loaded in ((SAID.replace(" and ", ". And "), b"False"), (SAID, b"True")):
        run = subprocess.run([sys.executable, "-c", code, said], capture_output=True, check=True)
        assert run.stdout.strip() == loaded


def test_turns_are_guessed_together_and_written_apart():
    said = SAID.split()
    turns = (turn(" ".join(said[:20])), turn(" ".join(said[20:])))
    done = clean_chunk(Chunk(0, "\n\n".join(one.text for one in turns), turns=turns), "en")
    assert len(done.turns) == 2
    assert done.turns[0].lower().replace(",", "").replace(".", "").split() == said[:20]


FOREIGN = (
    "also wir haben gestern mit dem vorstand gesprochen und da war die frage ob wir das machen oder nicht",
    "pues nosotros no sabemos si ella quiere venir con los otros pero yo creo que sí porque me lo dijo ayer",
)


@pytest.mark.parametrize("foreign", FOREIGN)
def test_a_stretch_in_another_language_gets_no_marks_and_no_capitals(foreign):
    words = written(f"{SAID} {foreign} {SAID}")
    first = len(SAID.split())
    stretch = words[first : first + len(foreign.split())]
    assert stretch == foreign.split()
    assert words[:first] != SAID.split()


def test_foreign_words_alone_are_no_stretch_of_another_language():
    said = "he said das boot is a film and die welt a newspaper and we said that it is good".split()
    assert find_foreign_words(said, "en") == frozenset()
