"""From what went wrong to what is to be done."""

import json
from email.utils import formatdate
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning.llm import faults
from daemon.cleaning.llm.faults import Action, ChunkRefused, Fault, Kind
from daemon.errors import ServiceError

NOW = 1_795_000_000.0


def by_status(status, headers=None, **said):
    return faults.of_status(status, headers or {}, now=NOW, **said)


def raised(fault):
    return faults.error_of(fault, model="a-model", where="api.example")


@pytest.mark.parametrize("status", [408, 409, 429, 499, 500, 502, 503, 504, 529, 599])
def test_what_passes_by_itself_is_retried_and_then_an_outage(status):
    fault = by_status(status)
    assert faults.action(fault) is Action.RETRY
    error = raised(fault)
    assert isinstance(error, ServiceError)
    assert error.probe_after == 60
    assert f"HTTP {status}" in error.message


@pytest.mark.parametrize("status", [401, 402, 403, 404, 405, 301, 431])
def test_what_a_person_must_mend_holds_everybody_at_once(status):
    fault = by_status(status)
    assert faults.action(fault) is Action.HOLD
    error = raised(fault)
    assert isinstance(error, ServiceError)
    assert error.probe_after == 300
    assert error.mend


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_is_wrong_with_one_passage_concerns_that_chunk_alone(status):
    fault = by_status(status, error_type="invalid_request_error")
    assert faults.action(fault) is Action.CHUNK
    error = raised(fault)
    assert isinstance(error, ChunkRefused)
    assert error.too_large == (status == 413)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (429, {"error_code": "enforced_spend_limit_reached"}),
        (429, {"error_code": "contract_spend_limit_reached"}),
        (402, {"error_code": "linked_organization_spend_limit_reached"}),
        (400, {"error_type": "billing_error"}),
        (400, {"message": "Your credit balance is too low to access the API."}),
        (400, {"message": "You have reached your specified API usage limits."}),
        (400, {"message": "You have reached the spend limit of this workspace."}),
    ],
)
def test_a_spending_limit_holds_whatever_its_status_and_whatever_the_server_says_of_retrying(status, said):
    fault = by_status(status, {"x-should-retry": "true"}, **said)
    assert fault.kind is Kind.CREDIT
    assert faults.action(fault) is Action.HOLD
    assert raised(fault).probe_after == 300


def test_a_passage_that_speaks_of_credit_is_not_taken_for_a_spending_limit():
    quoted = "messages.0.content: invalid text, the input was: " + "x" * 60 + "my credit balance is low"
    assert by_status(400, message=quoted).kind is Kind.REFUSED


@pytest.mark.parametrize("message", ["model: no such model", "thinking.type: not supported by this model"])
def test_a_400_about_the_model_is_the_configurations_not_the_chunks(message):
    assert faults.action(by_status(400, message=message)) is Action.HOLD


def test_an_account_on_hold_holds_although_it_comes_as_a_400():
    assert by_status(400, error_code="organization_on_hold").kind is Kind.PERMISSION


def test_the_server_may_ask_for_a_retry_or_forbid_it():
    assert faults.action(by_status(422, {"x-should-retry": "true"})) is Action.RETRY
    assert faults.action(by_status(503, {"x-should-retry": "false"})) is Action.HOLD
    assert faults.action(by_status(400, {"x-should-retry": "false"})) is Action.CHUNK
    assert isinstance(raised(by_status(422, {"x-should-retry": "true"})), ChunkRefused)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9),
        ({"retry-after": formatdate(NOW + 120, usegmt=True)}, 120),
        ({"retry-after": formatdate(NOW - 120, usegmt=True)}, 0),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "1e300"}, 86_400),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({}, None),
    ],
)
def test_the_wait_the_server_asks_for_is_read_in_all_its_forms(headers, seconds):
    assert faults.retry_after(headers, NOW) == seconds


@given(st.text(), st.text())
def test_whatever_stands_in_the_headers_the_wait_is_none_or_between_nothing_and_a_day(a, b):
    wait = faults.retry_after({"retry-after": a, "retry-after-ms": b}, NOW)
    assert wait is None or 0 <= wait <= 86_400


def test_a_hold_lasts_at_least_as_long_as_the_server_asked():
    assert raised(by_status(429, {"retry-after": "3600"})).probe_after == 3600


def _named(*names):
    base = Exception
    for name in names:
        base = type(name, (base,), {})
    return base("secret words")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (_named("TransportError", "TimeoutException", "ReadTimeout"), Kind.TIMEOUT),
        (_named("APIConnectionError", "APITimeoutError"), Kind.TIMEOUT),
        (_named("APIConnectionError"), Kind.UNREACHABLE),
        (_named("TransportError", "ProtocolError", "RemoteProtocolError"), Kind.BROKEN),
        (_named("RequestError", "DecodingError"), Kind.BROKEN),
        (ConnectionResetError(), Kind.UNREACHABLE),
        (json.JSONDecodeError("no", "secret words", 0), Kind.BROKEN),
        (UnicodeDecodeError("utf-8", b"secret words", 0, 1, "no"), Kind.BROKEN),
        (RecursionError(), Kind.BROKEN),
        (TypeError("secret words"), Kind.BROKEN),
    ],
)
def test_errors_without_a_status_are_retried_and_only_their_class_is_named(error, kind):
    fault = faults.of_exception(error, NOW)
    assert (fault.kind, faults.action(fault)) == (kind, Action.RETRY)
    assert "secret" not in str(raised(fault)) + repr(fault)


def test_the_cause_of_a_connection_error_says_what_really_happened():
    error = _named("APIConnectionError")
    error.__cause__ = _named("TransportError", "ProtocolError", "RemoteProtocolError")
    fault = faults.of_exception(error, NOW)
    assert (fault.kind, fault.seen) == (Kind.BROKEN, "RemoteProtocolError")


def test_what_is_about_the_service_and_not_what_was_sent_is_everybodys():
    assert all(raised(by_status(status)).everybodys for status in (429, 503, 529))
    assert not any(raised(by_status(status)).everybodys for status in (408, 500, 502, 504))
    never_sent, cut_off = _named("TransportError", "ConnectError"), _named("TransportError", "ReadError")
    assert raised(faults.of_exception(never_sent, NOW)).everybodys
    assert not raised(faults.of_exception(cut_off, NOW)).everybodys


def test_a_wait_of_more_than_a_minute_is_a_hold_and_blamed_on_no_chunk():
    assert raised(by_status(429, {"retry-after": "60"})).passing
    assert not raised(by_status(429, {"retry-after": "61"})).passing
    assert raised(by_status(429, {"retry-after": "61"})).probe_after == 61


def test_only_what_was_never_sent_or_was_refused_is_certainly_not_billed():
    assert faults.of_exception(_named("TransportError", "NetworkError", "ConnectError"), NOW).free
    assert by_status(529).free
    assert not faults.of_exception(_named("APIConnectionError"), NOW).free
    assert not faults.of_exception(json.JSONDecodeError("no", "", 0), NOW).free


def test_what_the_server_wrote_is_kept_nowhere():
    fault = by_status(400, error_type="Secret Words!", error_code="x" * 65, message="secret words")
    assert fault.seen == "HTTP 400"
    assert "secret" not in repr(fault) + str(raised(fault))


@pytest.mark.parametrize(
    "answer",
    ["<html>", SimpleNamespace(content=None, stop_reason=None), {"ok": True}, [], None, object()],
)
def test_what_is_no_message_is_retried(answer):
    assert faults.action(faults.of_answer(answer)) is Action.RETRY


def test_a_message_is_no_fault_even_an_empty_or_refused_one():
    assert faults.of_answer(SimpleNamespace(content=[], stop_reason="refusal")) is None


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_fault_has_its_error_and_every_hold_says_what_to_do(kind):
    error = raised(Fault(kind, "seen"))
    assert "{" not in str(error)
    assert error.mend or isinstance(error, ChunkRefused)
