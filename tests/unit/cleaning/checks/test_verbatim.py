"""How much of what was said stays: strict lets no word go, light lets "you know" stay, clean takes it out."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning.checks.faithfulness import compare
from daemon.cleaning.checks.speech import speech_of
from daemon.cleaning.checks.verbatim import find_difference, find_loss
from daemon.cleaning.offline import clean_chunk
from daemon.cleaning.prompt import Brief, system_text
from daemon.cleaning.style import find_style, frozen_style
from daemon.cleaning.verify import check
from daemon.settings.profile import Settings
from daemon.text.chunk import Chunk
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

LEVELS = ("strict", "light", "clean")
BRIEFS = {level: Brief("A talk", None, (), find_style("clean", Path(), level)) for level in LEVELS}

SAID = (
    "so um the the harbour was you know not built by the town it it was kind of a gift from a brewer and I "
    "mean we did not pay for it you know until eighteen forty three and and then uh we we paid twice you know"
)
STRICT = (
    "So, um, the... the harbour was, you know, not built by the town. It... it was kind of a gift from a "
    "brewer, and, I mean, we did not pay for it, you know, until eighteen forty-three.\n\nAnd... and then, "
    "uh, we... we paid twice, you know."
)
LIGHT = (
    "So the harbour was, you know, not built by the town. It was kind of a gift from a brewer, and, I mean, "
    "we did not pay for it, you know, until eighteen forty-three.\n\nAnd then we paid twice, you know."
)
CLEAN = (
    "So the harbour was not built by the town. It was a gift from a brewer, and we did not pay for it until "
    "eighteen forty-three.\n\nAnd then we paid twice."
)
ANSWERS = {"strict": STRICT, "light": LIGHT, "clean": CLEAN}


def chunk_of(*texts):
    return Chunk(0, "\n\n".join(texts), turns=tuple(Turn((Segment(text),)) for text in texts))


def reason(level, said, text):
    """Why the gate refuses a text at a level, None where it takes it."""
    return check(chunk_of(said), BRIEFS[level], f'<turn id="1">{text}</turn>', "end_turn").reason


# --- what each level takes --------------------------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_takes_what_leaves_as_much_as_it_asks_for(level):
    assert [reason(level, SAID, ANSWERS[one]) for one in LEVELS[: LEVELS.index(level) + 1]] == [None] * (
        LEVELS.index(level) + 1
    )


def test_strict_takes_nothing_of_which_a_filler_is_gone():
    assert reason("strict", SAID, LIGHT) == "6 words were dropped, added or changed"
    assert reason("strict", SAID, STRICT.replace("um, ", "")) == "a word was dropped, added or changed"


@pytest.mark.parametrize("place", range(2))
def test_strict_finds_out_a_single_not_that_was_dropped(place):
    at = [STRICT.index(" not "), STRICT.rindex(" not ")][place]
    assert reason("strict", SAID, STRICT[:at] + STRICT[at + 4 :]) == "a word was dropped, added or changed"


def test_strict_finds_out_a_word_that_was_dropped_from_a_long_passage():
    said, cleaned = " ".join([SAID] * 10), " ".join([STRICT] * 10)
    assert reason("strict", said, cleaned) is None
    assert reason("strict", said, cleaned.replace(" not ", " ", 1)) == "a word was dropped, added or changed"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        *(("it cost $5", "It cost 5."), ("a 5% rise", "A 5 rise."), ("25 of us", "Twenty-five of us.")),
        *(("we're here", "Were here."), ("um", ""), ("gonna go", "Going to go."), ("a & b", "A b.")),
        *(("can not", "Cannot."), ("so we went", "We went so."), ("go go", "Go."), ("ok", "Okay.")),
        *(("I said", "I said so."), ("mail a@b", "Mail a b."), ("♪ la", "La.")),
    ],
)
def test_strict_takes_no_other_word_sign_or_order(said, text):
    assert reason("strict", said, text) is not None


@pytest.mark.parametrize(
    ("said", "text"),
    [
        *(("twenty five of us", "Twenty-five of us."), ("is it so", "Is it so?"), ("OK", "Ok.")),
        *(("he said go", "He said: “Go.”"), ("we we went", "We… we went."), ("it's 3.5", "It’s 3.5.")),
        ("cafe\u0301", "Café."),
    ],
)
def test_strict_takes_other_marks_and_capitals(said, text):
    assert reason("strict", said, text) is None


def test_light_lets_its_phrases_stay():
    said = " ".join(f"we you know came {word}" for word in "one two six ten by on in at up".split())
    kept = said.capitalize() + "."
    assert reason("light", said, kept) is None
    assert reason("clean", said, kept.replace(" you know", "")) is None
    assert reason("light", said, kept.replace(" you know", "")) is not None


def test_light_leaves_less_room_than_clean():
    """A false start of 18 words was never taken out by editors who let all else stand."""
    start = "and what I wanted to tell you about that is what my uncle saw from his boat before"
    rest = " ".join(f"the harbour has {n} cranes and a quay." for n in range(2, 40))
    words = compare(f"{rest} {start} {rest}", f"{rest} {rest}", frozenset())
    assert find_loss(words, "clean", speech_of("en")) is None
    assert "left out some 18 words in a row" in find_loss(words, "light", speech_of("en"))


# --- the prompts ------------------------------------------------------------------------------------------


def test_each_level_has_a_prompt_of_its_own_and_all_of_them_the_same_data():
    texts = [system_text(BRIEFS[level]) for level in LEVELS]
    assert len(set(texts)) == 3
    assert all("# What you are given" in text for text in texts)
    assert '"you know", "I mean", "like", "sort of", "kind of"' in texts[1]


def test_what_a_person_adds_leaves_the_level_as_it_is():
    brief = replace(BRIEFS["strict"], also="Keep Swiss spelling.")
    answer = f'<turn id="1">{LIGHT}</turn>'
    assert "Keep Swiss spelling." in system_text(brief)
    assert check(chunk_of(SAID), brief, answer, "end_turn").reason is not None


def test_the_level_is_frozen_with_the_job():
    settings = Settings(provider="anthropic", model="m", prompt="p", verbatim="strict")
    assert frozen_style(settings).verbatim == "strict"
    assert frozen_style(replace_frozen(settings)).verbatim == "strict"


def replace_frozen(settings):
    """The same settings with the rules of judging written down."""
    return Settings.from_dict({**settings.to_dict(), "keeps_wording": True, "answers": "turns"})


# --- without a model --------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
def test_the_rules_keep_what_a_level_keeps(level):
    said = "So, um, it was, you know, the the best."
    expected = {
        "strict": "So, um, it was, you know, the the best.",
        "light": "So, it was, you know, the best.",
        "clean": "So, it was the best.",
    }
    assert clean_chunk(chunk_of(said), "en", verbatim=level).turns == (expected[level],)


def test_under_strict_a_turn_of_fillers_stays():
    assert clean_chunk(chunk_of("um uh"), "en", verbatim="strict").turns == ("Um uh",)


WORDS = "um uh the the, not No. you know I mean forty 40 $5 w- we we're don't , - … é \" (so)".split()


@given(st.lists(st.sampled_from(WORDS) | st.text(min_size=1, max_size=6), min_size=1, max_size=60))
def test_under_strict_no_rule_ever_takes_or_adds_a_word(words):
    said = " ".join(" ".join(words).split()) or "x"
    (text,) = clean_chunk(chunk_of(said), "en", verbatim="strict").turns
    assert find_difference(said, text) is None
