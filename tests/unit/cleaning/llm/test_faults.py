"""From what went wrong with a request to what is done about it: the table, row by row."""

import json
import ssl
from email.utils import formatdate
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning.llm import fault_signs, faults
from daemon.cleaning.llm.faults import POLICIES, ChunkRefused, Fault, Kind, Whose
from daemon.errors import ServiceError

NOW = 1_795_000_000.0
SECRET = "secret words"


def by_status(status, headers=None, codes=(), message=""):
    return fault_signs.judge_status(status, headers or {}, codes, message, NOW)


def raised(fault):
    return faults.make_error(fault, model="a-model", where="api.example")


def named(*names):
    """An error as the client library raises it: of the last class, whose bases are the others."""
    base = Exception
    for name in names:
        base = type(name, (base,), {})
    return base(SECRET)


def by_error(error):
    return fault_signs.judge_exception(error, NOW)


def by_class(*names):
    return by_error(named(*names))


AGAIN, ONCE = True, False
MINUTE, FIVE_MINUTES = 60, 300
HARDLY, EASILY, NEVER = 6, 2, None  # how often it may come back on one chunk until that is blamed for it
FREE, BILLED = False, True

HELD = {
    # what is seen, how often it is sent, when it is probed, whether it is a chunk's, what is to be paid
    "429": (by_status(429), AGAIN, MINUTE, HARDLY, FREE),
    "503": (by_status(503), AGAIN, MINUTE, HARDLY, FREE),
    "529": (by_status(529), AGAIN, MINUTE, HARDLY, FREE),
    "nobody listens": (by_class("TransportError", "ConnectError"), AGAIN, MINUTE, HARDLY, FREE),
    "no connection in time": (by_class("TimeoutException", "ConnectTimeout"), AGAIN, MINUTE, HARDLY, FREE),
    "a proxy refuses": (by_class("TransportError", "ProxyError"), AGAIN, MINUTE, HARDLY, FREE),
    "408": (by_status(408), AGAIN, MINUTE, EASILY, FREE),
    "409": (by_status(409), AGAIN, MINUTE, EASILY, FREE),
    "499": (by_status(499), AGAIN, MINUTE, EASILY, FREE),
    "500": (by_status(500), AGAIN, MINUTE, EASILY, FREE),
    "502": (by_status(502), AGAIN, MINUTE, EASILY, FREE),
    "504": (by_status(504), AGAIN, MINUTE, EASILY, FREE),
    "any other 5xx": (by_status(599), AGAIN, MINUTE, EASILY, FREE),
    "a reset": (by_class("TransportError", "ReadError"), AGAIN, MINUTE, EASILY, BILLED),
    "a reset below the client": (by_error(ConnectionResetError()), AGAIN, MINUTE, EASILY, BILLED),
    "some connection error": (by_class("APIConnectionError"), AGAIN, MINUTE, EASILY, BILLED),
    "no answer in time": (by_class("TimeoutException", "ReadTimeout"), AGAIN, MINUTE, EASILY, BILLED),
    "no answer, says the SDK": (by_class("APITimeoutError"), AGAIN, MINUTE, EASILY, BILLED),
    "a broken protocol": (by_class("TransportError", "RemoteProtocolError"), AGAIN, MINUTE, EASILY, BILLED),
    "a body not to be unpacked": (by_class("DecodingError"), AGAIN, MINUTE, EASILY, BILLED),
    "no JSON": (by_error(json.JSONDecodeError("no", SECRET, 0)), AGAIN, MINUTE, EASILY, BILLED),
    "no UTF-8": (by_error(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no")), AGAIN, MINUTE, EASILY, BILLED),
    "nested without end": (by_error(RecursionError()), AGAIN, MINUTE, EASILY, BILLED),
    "an error of no known kind": (Fault(Kind.UNEXPLAINED, "HTTP 200"), AGAIN, MINUTE, EASILY, BILLED),
    "no reason to end": (Fault(Kind.NO_END, "no `x`"), AGAIN, FIVE_MINUTES, EASILY, BILLED),
    "a page": (fault_signs.judge_answer("<html>"), AGAIN, MINUTE, EASILY, BILLED),
    "whatever else is raised": (by_error(TypeError(SECRET)), AGAIN, MINUTE, EASILY, BILLED),
    "401": (by_status(401), ONCE, FIVE_MINUTES, NEVER, FREE),
    "402": (by_status(402), ONCE, FIVE_MINUTES, NEVER, FREE),
    "403": (by_status(403), ONCE, FIVE_MINUTES, NEVER, FREE),
    "404": (by_status(404), ONCE, FIVE_MINUTES, NEVER, FREE),
    "405, as no such service": (by_status(405), ONCE, FIVE_MINUTES, NEVER, FREE),
    "a redirection": (by_status(301), ONCE, FIVE_MINUTES, NEVER, FREE),
    "headers too large": (by_status(431), ONCE, FIVE_MINUTES, NEVER, FREE),
    "no key": (Fault(Kind.NO_KEY, "no key"), ONCE, FIVE_MINUTES, NEVER, FREE),
    "no client": (Fault(Kind.NO_CLIENT, "no reason given"), ONCE, FIVE_MINUTES, NEVER, FREE),
    "400, of any text": (faults.blame_service(by_status(400)), ONCE, FIVE_MINUTES, NEVER, FREE),
}


@pytest.mark.parametrize(("fault", "again", "probe_after", "strikes", "billed"), HELD.values(), ids=HELD)
def test_everybody_is_held_for(fault, again, probe_after, strikes, billed):
    assert faults.should_be_retried(fault) == again
    assert fault.policy.may_be_billed == billed
    error = raised(fault)
    assert isinstance(error, ServiceError)
    assert (error.probe_after, error.strikes) == (probe_after, strikes)
    assert error.mend
    assert "secret" not in str(error) + repr(fault)


@pytest.mark.parametrize(("status", "split"), [(400, False), (413, True), (422, False)])
def test_one_passage_alone_is_concerned_by(status, split):
    fault = by_status(status, codes=["invalid_request_error"])
    assert not faults.should_be_retried(fault)
    assert fault.policy.to_be_proved
    assert not fault.policy.may_be_billed
    error = raised(fault)
    assert isinstance(error, ChunkRefused)
    assert error.too_large == split


def test_only_a_rate_limit_narrows_what_is_sent_at_once():
    assert [kind for kind, policy in POLICIES.items() if policy.narrows] == [Kind.LIMITED]


def test_only_a_model_that_is_not_to_be_had_concerns_the_jobs_of_that_model_alone():
    assert raised(by_status(404)).of_model
    others = [policy.whose for kind, policy in POLICIES.items() if kind is not Kind.MODEL]
    assert Whose.MODEL not in others


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (429, {"codes": ["enforced_spend_limit_reached"]}),
        (429, {"codes": ["contract_spend_limit_reached"]}),
        (402, {"codes": ["linked_organization_spend_limit_reached"]}),
        (400, {"codes": ["billing_error"]}),
        (400, {"message": "Your credit balance is too low to access the API."}),
        (400, {"message": "You have reached your specified API usage limits."}),
        (400, {"message": "You have reached the spend limit of this workspace."}),
        (429, {"message": "You have hit your monthly spend limit."}),
        (403, {"message": "Your credit balance is used up."}),
    ],
)
def test_a_spending_limit_holds_whatever_its_status_and_whatever_the_server_says_of_retrying(status, said):
    fault = by_status(status, {"x-should-retry": "true"}, **said)
    assert fault.kind is Kind.CREDIT
    assert not faults.should_be_retried(fault)
    assert raised(fault).probe_after == 300


def test_a_passage_that_speaks_of_credit_is_not_taken_for_a_spending_limit():
    quoted = "messages.0.content: invalid text, the input was: " + "x" * 60 + "my credit balance is low"
    assert by_status(400, message=quoted).kind is Kind.REFUSED


@pytest.mark.parametrize("message", ["model: no such model", "thinking.type: not supported by this model"])
def test_a_400_about_the_model_is_the_configurations_not_the_chunks(message):
    error = raised(by_status(400, message=message))
    assert isinstance(error, ServiceError)
    assert error.of_model


def test_a_rate_limit_that_speaks_of_usage_is_one():
    assert by_status(429, message="The usage limit of this minute is reached.").kind is Kind.LIMITED


def test_a_model_that_is_gone_for_good_concerns_the_jobs_of_that_model_alone():
    error = raised(by_status(410))
    assert error.of_model
    assert error.probe_after == 300


def test_an_account_on_hold_holds_although_it_comes_as_a_400():
    assert by_status(400, codes=["organization_on_hold"]).kind is Kind.PERMISSION


def test_the_server_may_ask_for_a_retry_or_forbid_it():
    assert faults.should_be_retried(by_status(422, {"x-should-retry": "true"}))
    assert not faults.should_be_retried(by_status(503, {"x-should-retry": "false"}))
    assert not faults.should_be_retried(by_status(400, {"x-should-retry": "false"}))
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
        ({"retry-after": "315360000"}, 3600),
        ({"retry-after": "1e300"}, 3600),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, 3600),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after": formatdate(NOW + 120).replace("-0000", "")}, 120),  # without a time zone
        ({"retry-after": formatdate(NOW + 120)}, 120),
        ({}, None),
    ],
)
def test_the_wait_the_server_asks_for_is_read_in_all_its_forms(headers, seconds):
    assert fault_signs.read_retry_after(headers, NOW) == seconds


@given(st.text(), st.text())
def test_whatever_stands_in_the_headers_the_wait_is_none_or_between_nothing_and_an_hour(a, b):
    wait = fault_signs.read_retry_after({"retry-after": a, "retry-after-ms": b}, NOW)
    assert wait is None or 0 <= wait <= 3600


def test_a_hold_lasts_at_least_as_long_as_the_server_asked():
    assert raised(by_status(429, {"retry-after": "3600"})).probe_after == 3600


def test_the_cause_of_a_connection_error_says_what_really_happened():
    error = named("APIConnectionError")
    error.__cause__ = named("TransportError", "ProtocolError", "RemoteProtocolError")
    fault = fault_signs.judge_exception(error, NOW)
    assert (fault.kind, fault.seen) == (Kind.BROKEN, "not HTTP as it should be, or cut off")


def test_a_wait_of_more_than_a_minute_is_a_hold_and_blamed_on_no_chunk():
    assert raised(by_status(429, {"retry-after": "60"})).strikes is not None
    assert raised(by_status(429, {"retry-after": "61"})).strikes is None
    assert raised(by_status(429, {"retry-after": "61"})).probe_after == 61


def test_what_the_server_wrote_is_kept_nowhere():
    fault = by_status(400, codes=["Secret Words!", "x" * 65], message="secret words")
    assert fault.seen == "HTTP 400"
    assert "secret" not in repr(fault) + str(raised(fault))


@pytest.mark.parametrize(
    "answer",
    ["<html>", SimpleNamespace(content=None, stop_reason=None), {"ok": True}, [], None, object()],
)
def test_what_is_no_message_is_retried(answer):
    assert faults.should_be_retried(fault_signs.judge_answer(answer))


def test_a_message_is_no_fault_even_an_empty_or_refused_one():
    assert fault_signs.judge_answer(SimpleNamespace(content=[], stop_reason="refusal")) is None


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_fault_has_its_policy_and_every_hold_says_what_to_do(kind):
    error = raised(Fault(kind, "seen"))
    assert "{" not in str(error)
    assert error.mend or isinstance(error, ChunkRefused)
    assert (POLICIES[kind].whose is Whose.PASSAGE) == isinstance(error, ChunkRefused)


class Refusal(Exception):
    """An error as a client library raises it, with the body that a server sent."""

    def __init__(self, status, body):
        super().__init__()
        self.status_code, self.body = status, body


def told(message, **more):
    return {"error": {"message": message, **more}}


TOO_LONG = {
    "llama.cpp": (
        400,
        told(
            "request (931 tokens) exceeds the available context size (512 tokens), try increasing it",
            type="exceed_context_size_error",
            code=400,
        ),
    ),
    "an older llama.cpp": (500, told("the request exceeds the available context size", type="server_error")),
    "vLLM": (
        400,
        {
            "object": "error",
            "type": "BadRequestError",
            "message": "This model's maximum context length is 512 tokens. However, you asked for 931.",
        },
    ),
    "a newer vLLM": (
        400,
        told("The decoder prompt (length 931) is longer than the maximum model length of 512."),
    ),
    "LM Studio": (
        400,
        {
            "error": "Trying to keep the first 931 tokens when context the overflows. However, the model is "
            "loaded with context length of only 512 tokens, which is not enough."
        },
    ),
    "Ollama": (400, told("the input length exceeds the context length", type="invalid_request_error")),
    "OpenAI": (400, told("no", code="context_length_exceeded", type="context_length_exceeded")),
    "Anthropic": (400, told("prompt is too long: 213462 tokens > 200000 maximum")),
    "Anthropic, with room for the answer": (
        400,
        told("input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000"),
    ),
}


@pytest.mark.parametrize(("status", "body"), TOO_LONG.values(), ids=TOO_LONG)
def test_a_context_that_is_too_small_for_a_passage_may_do_for_half_of_it(status, body):
    fault = by_error(Refusal(status, body))
    assert fault.kind is Kind.CONTEXT
    assert not faults.should_be_retried(fault)
    assert fault.policy.to_be_proved
    error = raised(fault)
    assert isinstance(error, ChunkRefused)
    assert error.too_large


def test_a_context_too_small_for_any_passage_says_in_one_sentence_what_to_change_and_to_what():
    fault = faults.blame_service(by_error(Refusal(*TOO_LONG["llama.cpp"])))
    error = raised(Fault(fault.kind, fault.seen, needs=faults.count_context(900)))
    assert isinstance(error, ServiceError)
    assert "-c 3700" in error.message
    assert "OLLAMA_CONTEXT_LENGTH=3700" in error.message


def test_a_passage_that_speaks_of_a_context_window_is_not_taken_for_one():
    quoted = "messages.0.content: invalid text, the input was: " + "x" * 120 + " context window"
    assert by_status(400, message=quoted).kind is Kind.REFUSED


SENT = "Clean it, please. Here is what the people said in the room."


def quoted(message):
    return fault_signs.read_sentence(Refusal(400, told(message)), SENT, "sk-ant-0123456789")


def test_the_servers_own_sentence_is_read_in_one_line_and_not_without_end():
    assert quoted("Invalid model\n name\x1b[2J passed in") == "Invalid model name [2J passed in"
    assert len(quoted("x" * 5000)) == 300
    assert fault_signs.read_sentence(Refusal(400, {"error": "no such model"}), SENT, "sk") == "no such model"


FORBIDDEN = [
    {
        "type": "extra_forbidden",
        "loc": ["body", "temperature"],
        "msg": "Extra inputs are not permitted",
        "input": 0,
    },
    {"loc": "body", "msg": "Field required", "input": SENT},
    {"msg": ["no text"]},
    7,
]


@pytest.mark.parametrize(
    "body", [{"detail": FORBIDDEN}, {"object": "error", "message": {"detail": FORBIDDEN}}]
)
def test_what_a_server_finds_wrong_with_single_fields_is_read_without_what_was_sent(body):
    refusal = Refusal(422, body)
    said = fault_signs.read_sentence(refusal, SENT, "sk")
    assert said == "body.temperature: Extra inputs are not permitted; Field required"
    assert fault_signs.find_refused_option(refusal, ["thinking", "temperature"]) == "temperature"


def test_what_is_wrong_with_a_request_may_be_told_in_a_word():
    assert fault_signs.read_sentence(Refusal(404, {"detail": "Not Found"}), SENT, "sk") == "Not Found"


@pytest.mark.parametrize(
    "message",
    [
        "bad key sk-ant-0123456789",
        "bad key …23456789",
        "bad input: here is WHAT  the people said",
        "the people said in",
        "",
    ],
)
def test_a_sentence_that_quotes_the_key_or_the_text_is_not_shown(message):
    assert quoted(message) == ""


def test_a_connection_that_tls_ends_late_is_told_by_its_reason():
    error = named("TransportError", "ReadError")
    error.__cause__ = ssl.SSLError(1, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] alert")
    error.__cause__.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    assert by_error(error) == Fault(Kind.CUT_OFF, "TLS: tlsv13 alert certificate required")
