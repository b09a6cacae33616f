"""A model that is not up to a job is found by its first chunks; one that is never hears of it."""

import pytest

from daemon.cleaning.llm.model_trial import (
    FEWEST_CHUNKS,
    MOST_KEPT,
    RECENT_CHUNKS,
    TRIAL_CHUNKS,
    FlagRate,
    ModelTrial,
)
from daemon.errors import ModelUnfit
from daemon.text.cleaned_chunk import Flag, ProcessedChunk

WORDS = 100


def result(kept_words, reason="5 words in a row are gone"):
    flags = (Flag(reason, kept_words, 0),) if kept_words else ()
    return ProcessedChunk(0, "word " * WORDS, "", flags=flags)


def judge(*kept):
    trial = ModelTrial()
    for words in kept:
        trial.add("tiny-model", result(words))


def test_hardly_a_passage_that_passed_ends_the_trial_with_the_numbers():
    with pytest.raises(ModelUnfit) as caught:
        judge(100, 90, 80)
    assert "tiny-model" in caught.value.message
    assert "of the first 300 words it was given, 270 came back" in caught.value.message
    assert "5 words in a row are gone" in caught.value.message
    assert "retry" in caught.value.mend


def test_nothing_is_said_before_so_many_chunks():
    judge(*[WORDS] * (TRIAL_CHUNKS - 1))


@pytest.mark.parametrize("kept", [(0, 0, 0), (100, 100, 0), (int(MOST_KEPT * WORDS),) * 3])
def test_a_model_that_is_up_to_some_of_it_goes_on(kept):
    judge(*kept)


def test_after_the_trial_nothing_more_is_judged():
    judge(0, 0, 0, *[WORDS] * 10)


# --- over all jobs ---------------------------------------------------------------------------------------


def describe(*kept, model="tiny-model", rate=None):
    rate = rate or FlagRate()
    for words in kept:
        rate.add(model, result(words))
    return rate.describe()


def test_a_model_that_flags_most_of_what_it_gets_is_told_with_the_numbers():
    said = describe(*[100, 100, 0] * 4)
    assert "The model tiny-model can't clean most of what it gets: of the last 1,200 words, 800 stay" in said
    assert "set another `model`" in said


def test_a_few_odd_chunks_are_no_sign():
    assert describe() is None
    assert describe(*[WORDS] * (FEWEST_CHUNKS - 1)) is None
    assert describe(*[WORDS, 0] * FEWEST_CHUNKS) is None


def test_what_was_long_ago_does_not_count():
    assert describe(*[WORDS] * 100, *[0] * RECENT_CHUNKS) is None


def test_another_model_is_judged_by_its_own_work():
    rate = FlagRate()
    assert describe(*[WORDS] * 10, rate=rate) is not None
    assert describe(0, model="better-model", rate=rate) is None
