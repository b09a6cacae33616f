"""What becomes of a chunk whatever the service does with it: how often it is asked for, and what then."""

import pytest

from daemon.cleaning.processor import LLMProcessor
from daemon.errors import ServiceError
from daemon.text.chunk import Chunk
from tests.messages_server import CUT, HTML, RESET, MessagesServer, Reply, error, last_user_text

ATTEMPTS = 3
SHORT = "so um we begin with the history of tea in England"
LONG = " ".join(f"Sentence number {n} is about tea and toast today." for n in range(40))
MINUTE, FIVE_MINUTES = 60, 300


@pytest.fixture(params=["anthropic", "openai"])
def server(request):
    """A server that is asked through the API of each provider."""
    with MessagesServer() as server:
        server.provider = request.param
        yield server


def clean(server, text, attempts=ATTEMPTS):
    processor = LLMProcessor(
        server.provider,
        "sk-test",
        "a-model",
        base_url=server.url,
        attempts=attempts,
        max_wait_seconds=0.01,
        timeout_seconds=10,
    )
    return processor.process_chunk(Chunk(0, text, "00:00:00"), "Clean it.", "Tea")


def refuse_only(text, fault):
    return lambda body: fault if text in last_user_text(body) else None


@pytest.mark.parametrize(
    "fault",
    [error(429, retry_after_ms="10"), error(529), error(500), error(408), error(409), RESET, CUT, HTML],
    ids=["429", "529", "500", "408", "409", "reset", "cut off", "a page"],
)
def test_an_outage_is_asked_about_as_often_as_attempts_allow_and_then_held(server, fault):
    server.fault = lambda body: fault
    with pytest.raises(ServiceError) as caught:
        clean(server, SHORT)
    assert (len(server.requests), caught.value.probe_after) == (ATTEMPTS, MINUTE)


def test_a_wait_of_more_than_a_minute_is_held_at_once_for_as_long_as_the_server_wants(server):
    server.fault = lambda body: error(429, retry_after="3600")
    with pytest.raises(ServiceError) as caught:
        clean(server, SHORT)
    assert (len(server.requests), caught.value.probe_after) == (1, 3600)


@pytest.mark.parametrize(
    "fault",
    [
        error(429, "rate_limit_error", code="enforced_spend_limit_reached", x_should_retry="true"),
        error(401, "authentication_error"),
        error(402, "billing_error"),
        error(403, "permission_error"),
        error(404, "not_found_error", "model: gone"),
    ],
    ids=["a spending limit, as a 429", "401", "402", "403", "404"],
)
def test_what_a_person_must_mend_is_asked_once_and_held(server, fault):
    server.fault = lambda body: fault
    with pytest.raises(ServiceError) as caught:
        clean(server, SHORT)
    assert (len(server.requests), caught.value.probe_after) == (1, FIVE_MINUTES)


def test_a_400_is_the_passages_once_a_harmless_text_was_answered(server):
    server.fault = refuse_only(SHORT, error(400, "invalid_request_error"))
    result = clean(server, SHORT)
    assert len(server.requests) == 2
    assert (result.cleaned_text, len(result.flags)) == (SHORT, 1)


def test_a_413_is_split_and_what_is_too_large_even_then_keeps_its_original(server):
    server.fault = lambda body: error(413) if len(last_user_text(body)) > 2000 else None
    result = clean(server, LONG)
    assert len(server.requests) == 4  # the whole, a short text that proves it to be its size, and each half
    assert result.flags == ()
    assert result.cleaned_text.split() == LONG.split()
    server.fault = refuse_only(SHORT, error(413))
    assert clean(server, SHORT).cleaned_text == SHORT


def test_where_everything_is_too_large_nothing_is_passed_on_with_its_original_words(server):
    server.fault = lambda body: error(413)
    with pytest.raises(ServiceError, match="even the shortest passage"):
        clean(server, LONG)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "answer",
    [Reply("I can't help with that.", stop_reason="refusal"), Reply("")],
    ids=["a refusal", "an empty answer"],
)
def test_no_usable_answer_is_asked_for_once_more_and_then_the_original_stands(server, answer):
    server.answer = lambda body: answer
    result = clean(server, SHORT)
    assert len(server.requests) == 2
    assert result.cleaned_text == SHORT
    assert [flag.words for flag in result.flags] == [len(SHORT.split())]


def test_an_answer_that_stops_for_no_known_reason_is_asked_for_twice_and_in_no_parts(server):
    whole = server.answer
    server.answer = lambda body: Reply(whole(body), stop_reason="tool_use")
    result = clean(server, LONG)
    assert len(server.requests) == 2
    assert [flag.reason for flag in result.flags] == ["the answer has no proper end (tool_use)"]


def test_a_server_that_never_says_why_its_answers_end_is_asked_thrice_and_held_for_that(server):
    server.fault = lambda body: Reply(last_user_text(body), stop_reason=None)
    with pytest.raises(ServiceError, match="does not say why its answers end") as caught:
        clean(server, SHORT, attempts=5)
    assert (len(server.requests), caught.value.probe_after) == (3, FIVE_MINUTES)


@pytest.mark.parametrize("stop_reason", ["max_tokens", "model_context_window_exceeded"])
def test_an_answer_that_was_cut_off_is_never_taken_and_split_at_most_twice(server, stop_reason):
    whole = server.answer
    server.answer = lambda body: Reply(whole(body), stop_reason=stop_reason)
    result = clean(server, LONG)
    assert len(server.requests) == 1 + 2 + 4
    assert result.cleaned_text.split() == LONG.split()
    assert sum(flag.words for flag in result.flags) == len(LONG.split())
