"""A model that is not up to a job is found by its first chunks; one that is never hears of it."""

import pytest

from daemon.errors import ModelUnfit
from daemon.loop.model_trial import MOST_KEPT, TRIAL_CHUNKS, ModelTrial
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
