"""Between a question and an answer or a judged fault, with the real client against a real server."""

import json
import logging
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from daemon.cleaning.llm.environment_settings import explain_unprepared
from daemon.cleaning.llm.faults import ChunkRefused
from daemon.cleaning.llm.model import LEAST_TOKENS, MOST_TOKENS, Model, max_tokens_for
from daemon.costs.budget import Budget
from daemon.costs.ledger import Ledger
from daemon.costs.pricing import PRICES, Price, Usage, reckon_cost
from daemon.costs.question import Label
from daemon.errors import ConfigError, NotNow, ServiceError, Stopped
from daemon.workers.admission import Admission, Permit
from tests import HANG_SECONDS
from tests.messages_server import (
    CUT,
    EMPTY_BODY,
    HTML,
    NOT_JSON,
    OTHER_JSON,
    RESET,
    MessagesServer,
    Reply,
    error,
)

pytestmark = pytest.mark.long

KEY = "sk-not-for-anyone"
SECRET = "the words nobody may read"
SYSTEM = "Clean it."
USER = f'<transcript>\n<turn id="1">Um, {SECRET}.</turn>\n</transcript>'
CLEANED = f'<turn id="1">{SECRET}.</turn>'
LABEL = Label("talk", 7)
HAIKU = "claude-haiku-5-5"
OVERLOADED = error(529, "overloaded_error")


BOTH = pytest.mark.parametrize("provider", ["anthropic", "openai"])
"""Of what holds whichever API is spoken."""


@pytest.fixture
def provider():
    return "anthropic"


@pytest.fixture
def admission():
    return Admission()


@pytest.fixture
def ledger(tmp_path):
    return Ledger(str(tmp_path / "ledger.csv"))


@pytest.fixture
def make(server, ledger, provider):
    def make(**changes):
        usual = {
            "provider": provider,
            "model": HAIKU,
            "api_key": KEY,
            "base_url": server.url,
            "attempts": 3,
            "max_wait_seconds": 0.01,
            "timeout_seconds": 10,
            "meter": Budget(ledger, None, None),
            "base_wait": 0.0,
        }
        return Model(**{**usual, **changes})

    return make


def ask(model, user=USER, max_tokens=2000, admission=None):
    with Permit(admission or Admission()) as permit:
        return model.ask(SYSTEM, user, max_tokens=max_tokens, label=LABEL, permit=permit)


class Heard(logging.Handler):
    """Keeps what was logged, and says when the first line came."""

    def __init__(self):
        super().__init__()
        self.lines, self.some = [], threading.Event()

    def emit(self, record):
        self.lines.append(record.getMessage())
        self.some.set()


@pytest.fixture
def heard():
    handler, log = Heard(), logging.getLogger("daemon")
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield handler
    log.removeHandler(handler)
    log.setLevel(level)


# What is asked


@BOTH
def test_an_answer_is_the_models_text_with_what_it_took_and_cost(server, make, ledger):
    server.answer = lambda body: Reply("Cleaned.", usage={"input_tokens": 300, "output_tokens": 200})
    answer = ask(make())
    assert (answer.text, answer.stop_reason, answer.requests) == ("Cleaned.", "end_turn", 1)
    assert answer.usage == Usage(300, 200)
    assert answer.cost == pytest.approx(0.00013)
    assert ledger.spent_on("talk") == pytest.approx(0.00013)


def test_the_system_text_is_marked_for_caching_and_another_server_gets_a_low_temperature(server, make):
    ask(make())
    (body,) = server.bodies
    assert body == {
        "model": HAIKU,
        "max_tokens": 2000,
        "system": [{"type": "text", "text": SYSTEM, "cache_control": {"type": "ephemeral"}}],
        "messages": [{"role": "user", "content": USER}],
        "thinking": {"type": "disabled"},
        "temperature": 0.2,
    }


@BOTH
def test_a_server_that_takes_no_temperature_is_asked_without_from_then_on_and_that_is_said_once(
    server, make, provider, caplog
):
    refusal = error(400, "invalid_request_error", "Unsupported value: 'temperature' does not support 0.2")
    server.fault = lambda body: refusal if "temperature" in body else None
    model = make(model="a-model")
    assert ask(model).text == ask(model).text == CLEANED
    assert ["temperature" in body for body in server.bodies] == [True, False, False]
    assert caplog.text.count("takes no `temperature`") == 1


@BOTH
def test_a_refusal_that_only_quotes_the_word_is_none_of_the_temperature(server, make, provider):
    server.fault = lambda body: error(400, "invalid_request_error", f"refused: {'x ' * 100} temperature")
    with pytest.raises(ServiceError):
        ask(make(model="a-model"))
    assert all("temperature" in body for body in server.bodies)


@pytest.mark.parametrize(
    ("model", "thinking"),
    [
        ("claude-haiku-5-5-20261001", {"type": "disabled"}),
        ("claude-haiku-4-5", {"type": "disabled"}),
        ("claude-sonnet-5-5", {"type": "between_tools"}),
        ("claude-opus-5-5", None),
        ("claude-sonnet-4-6", {"type": "disabled"}),
        ("qwen3:8b", {"type": "disabled"}),
    ],
)
def test_thinking_is_turned_off_where_the_model_allows_it(server, make, model, thinking):
    ask(make(model=model))
    assert server.bodies[0].get("thinking") == thinking


@pytest.mark.parametrize(
    ("model", "thinking"),
    [("claude-haiku-5-5", None), ("qwen3:8b", {"type": "enabled", "budget_tokens": 4096})],
)
def test_thinking_that_is_wanted_has_room_of_its_own(server, make, model, thinking):
    ask(make(model=model, thinking=True), max_tokens=2000)
    (body,) = server.bodies
    assert (body.get("thinking"), body["max_tokens"]) == (thinking, 2000 + 8192)


def test_a_model_that_can_not_but_think_is_not_told_to_stop(make):
    with pytest.raises(ConfigError, match="always thinks"):
        make(model="claude-opus-5-5", thinking=False)


def test_a_server_that_knows_no_word_on_thinking_is_asked_without_from_then_on(server, make):
    refusal = error(400, "invalid_request_error", "unknown field: thinking")
    server.fault = lambda body: refusal if "thinking" in body else None
    model = make(model="qwen3:8b")
    assert ask(model).text == ask(model).text == CLEANED
    assert ["thinking" in body for body in server.bodies] == [True, False, False]


def test_a_server_that_is_told_outright_not_to_think_and_can_not_is_held(server, make):
    server.fault = lambda body: error(400, "invalid_request_error", "thinking: not known here")
    with pytest.raises(ServiceError, match="does not offer the model"):
        ask(make(model="qwen3:8b", thinking=False))


@pytest.mark.parametrize(
    "answer",
    [
        Reply(status=404, body=b'{"detail": "Not Found"}'),
        Reply(body=b'{"error": "Unexpected endpoint or method. (POST /v1/messages)"}'),
    ],
)
def test_a_server_that_may_speak_the_other_api_alone_has_the_provider_looked_at(server, make, answer):
    server.fault = lambda body: answer
    with pytest.raises(ServiceError) as caught:
        ask(make())
    assert "`provider`" in caught.value.mend


def answer_with(server, name, usage):
    """Have a server answer under another model's name, with this as its usage."""
    said = {"id": "m", "type": "message", "role": "assistant", "model": name, "stop_reason": "end_turn"}
    body = {**said, "content": [{"type": "text", "text": CLEANED}], "usage": usage}
    server.answer = lambda asked: Reply(body=json.dumps(body).encode())


def answer_as(server, name, **usage):
    """Have a server answer under another model's name."""
    answer_with(server, name, usage)


@pytest.mark.parametrize("usage", [-5, "many", [], 1.5, True])
def test_an_answer_whose_usage_can_not_be_read_counts_as_much_as_it_can_cost(server, make, ledger, usage):
    answer_with(server, HAIKU, usage)
    assert ask(make()).text == CLEANED
    assert [line.split(",")[1] for line in Path(ledger.path).read_text().splitlines()[1:]] == ["reserved"]


def test_an_answer_names_the_model_that_gave_it_and_a_swap_is_said_once(server, make, heard):
    answer_as(server, "/srv/ann/models/small.gguf", input_tokens=300, output_tokens=20)
    model = make()
    assert ask(model).model == ask(model).model == "small"
    assert heard.lines == [f"{HAIKU} was asked for, but small answers: it is named in the result"]


@pytest.mark.parametrize("name", ["claude-haiku-5-5-20261001", HAIKU])
def test_a_dated_name_is_no_swap(server, make, heard, name):
    answer_as(server, name, input_tokens=300, output_tokens=20)
    assert ask(make()).model == name
    assert heard.lines == []


@pytest.mark.parametrize("name", ["", " ", "\x00"])
def test_what_is_no_name_is_not_taken_for_one(server, make, name):
    answer_as(server, name, input_tokens=300, output_tokens=20)
    assert ask(make()).model == ""


def test_another_model_without_a_price_costs_nothing_whatever_the_config_calls_it(server, make, ledger):
    answer_as(server, "small.gguf", input_tokens=300, output_tokens=20)
    assert ask(make()).cost == 0
    assert ledger.spent_on("talk") == 0


def test_a_server_that_reads_a_fraction_of_what_is_sent_is_told_of_and_held_if_it_goes_on(
    server, make, heard
):
    answer_as(server, HAIKU, input_tokens=143, output_tokens=20)
    model = make(chunk_words=200)
    long = f"{USER}{' word' * 600}"
    for _ in range(2):
        assert ask(model, user=long).text == CLEANED
    assert [line for line in heard.lines if "has read 143 of about" in line] == heard.lines
    with pytest.raises(ServiceError, match="reads only a part of what it is sent") as caught:
        ask(model, user=long)
    assert "OLLAMA_CONTEXT_LENGTH=1600" in caught.value.mend
    answer_as(server, HAIKU, input_tokens=800, output_tokens=20)
    assert ask(model, user=long).text == CLEANED


@pytest.mark.parametrize("usage", [{}, {"input_tokens": 3, "cache_read_input_tokens": 800}])
def test_a_server_that_counts_nothing_or_has_the_prompt_cached_is_not_blamed(server, make, usage):
    answer_as(server, HAIKU, **usage)
    model = make()
    for _ in range(4):
        ask(model, user=f"{USER}{' word' * 600}")


def test_a_model_that_always_thinks_gets_room_for_it(server, make):
    ask(make(model="claude-opus-5-5"), max_tokens=2000)
    assert server.bodies[0]["max_tokens"] > 2000


@BOTH
def test_a_very_long_answer_may_be_asked_for(server, make):
    assert ask(make(), max_tokens=64_000).text == CLEANED


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
def test_a_base_url_may_end_in_a_slash_or_the_version(server, make, suffix):
    assert ask(make(base_url=server.url + suffix)).text == CLEANED
    assert server.requests[0].path == "/v1/messages"


@pytest.mark.parametrize("address", ["http://[me", "http://localhost:port", "http://", "http://h:99999"])
@BOTH
def test_an_impossible_address_is_refused_at_once(make, address):
    with pytest.raises(ConfigError, match="`base_url` is not an address"):
        make(base_url=address)


@BOTH
def test_a_local_model_needs_no_key_and_costs_nothing(server, make, ledger):
    assert ask(make(model="qwen3:8b", api_key=None)).cost == 0
    assert server.requests[0].headers["authorization"] == "Bearer local"
    assert not ledger.has_paid()


@BOTH
def test_ones_own_price_is_charged(server, make):
    server.answer = lambda body: Reply("ok", usage={"input_tokens": 1_000_000, "output_tokens": 0})
    assert ask(make(model="qwen3:8b", prices={"qwen3:8b": Price(3, 0, 0, 0)})).cost == 3


HOSTED = [None, "https://api.anthropic.com", "https://api.anthropic.com/v1/"]


@pytest.mark.parametrize("address", HOSTED)
def test_a_hosted_model_without_a_known_price_is_reckoned_dear_not_free(make, heard, address):
    make(model="claude-next", base_url=address)
    assert heard.lines == ["no price is known for claude-next: the dearest known one is assumed"]


def test_the_environment_changes_neither_the_address_nor_the_key(server, make, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "another")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "another")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "authorization: Bearer another")
    ask(make())
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("name", "value"), [("HTTP_PROXY", "foo://proxy"), ("SSL_CERT_FILE", "/is/not/there")]
)
def test_an_environment_that_no_client_can_be_made_in_is_the_services_fault(make, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    far = make(base_url="http://models.example")
    for step in (far.prepare, lambda: ask(far)):
        with pytest.raises(ServiceError, match="can't be prepared") as caught:
            step()
        assert "proxy and certificate settings" in caught.value.mend
        assert caught.value.strikes is None


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SSL_CERT_FILE", "/is/not/there", "$SSL_CERT_FILE names /is/not/there: No such file or directory"),
        ("SSL_CERT_FILE", os.devnull, "$SSL_CERT_FILE names /dev/null: it holds no certificates"),
        (
            "HTTP_PROXY",
            "foo://me:hidden@proxy",
            "the proxy foo://proxy: that is not a proxy that can be used",
        ),
        ("ALL_PROXY", "socks5://me:hidden@proxy:1080", "the proxy socks5://proxy:1080: "),
    ],
)
def test_what_in_the_environment_keeps_a_client_from_being_made_is_named(
    make, monkeypatch, name, value, told
):
    monkeypatch.setenv(name, value)
    with pytest.raises(ServiceError, match="can't be prepared") as caught:
        make(base_url="http://models.example").prepare()
    assert told in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_a_log_of_keys_that_can_not_be_written_is_named_where_a_client_opens_it(monkeypatch):
    monkeypatch.setenv("SSLKEYLOGFILE", "/is/not/there")  # not every system's certificates have it opened
    told = explain_unprepared(FileNotFoundError(2, "No such file or directory"), "http://models.example")
    assert told == "$SSLKEYLOGFILE names /is/not/there: No such file or directory"


def test_no_file_is_blamed_where_openssl_itself_does_not_work(monkeypatch):
    def refuse(*_):
        raise ssl.SSLError(1, "[SSL: LIBRARY_HAS_NO_CIPHERS] library has no ciphers")

    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    monkeypatch.setattr(ssl, "SSLContext", refuse)
    told = explain_unprepared(ssl.SSLError("it can't be"), "https://models.example")
    assert told.startswith("OpenSSL does not work in this process")


@pytest.mark.process
def test_the_client_library_is_not_imported_before_the_first_request():
    script = (
        "import sys, daemon.cleaning.llm.model;"
        "sys.exit(any(m in sys.modules for m in ('anthropic', 'openai', 'httpx2')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@BOTH
def test_many_threads_share_one_model(server, make):
    model = make()
    server.hold()
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(ask(model).text)) for _ in range(16)]
    for thread in threads:
        thread.start()
    server.wait_for(16)
    server.release()
    for thread in threads:
        thread.join()
    assert answers == [CLEANED] * 16


# Whom it reaches


@pytest.fixture
def stranger():
    with MessagesServer() as server:
        yield server


ASKED_AT = {"anthropic": "/v1/messages", "openai": "/v1/chat/completions"}


@BOTH
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_takes_neither_text_nor_key_elsewhere_and_is_explained(
    server, stranger, make, status, provider
):
    target = stranger.url.replace("//", "//me:hidden@") + f"{ASKED_AT[provider]}?key=hidden"
    server.fault = lambda body: Reply(status=status, headers={"location": target}, body=b"")
    with pytest.raises(ServiceError, match=f"HTTP {status} to {stranger.url}") as caught:
        ask(make())
    with pytest.raises(ServiceError, match="sends requests on"):
        make().check()
    assert stranger.requests == []
    assert len(server.requests) == 2
    assert "`base_url`" in caught.value.mend
    assert "hidden" not in str(caught.value)


@BOTH
def test_a_redirection_within_a_server_is_not_followed_either(server, make, provider):
    server.fault = lambda body: Reply(status=308, headers={"location": "/elsewhere"}, body=b"")
    with pytest.raises(ServiceError, match="another path of it"):
        ask(make())
    assert [one.path for one in server.requests] == [ASKED_AT[provider]]


@BOTH
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_server_on_this_machine_is_asked_without_the_environments_proxy(
    server, stranger, make, monkeypatch, name
):
    monkeypatch.setenv(name, stranger.url)
    assert ask(make()).text == CLEANED
    assert stranger.requests == []


@BOTH
def test_a_server_elsewhere_is_asked_through_the_environments_proxy(
    server, stranger, make, monkeypatch, provider
):
    monkeypatch.setenv("http_proxy", stranger.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(ServiceError):
        ask(make(base_url="http://models.example", attempts=1))
    assert [one.path for one in stranger.requests] == [f"http://models.example{ASKED_AT[provider]}"]
    assert server.requests == []


@BOTH
def test_a_proxy_before_a_server_with_tls_sees_neither_key_nor_text(make, monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    seen = b""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        model = make(base_url="https://models.example", attempts=1)
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(ask, model)
            proxy.settimeout(HANG_SECONDS)
            connection, _ = proxy.accept()
            connection.settimeout(HANG_SECONDS)
            with connection:
                while b"\r\n\r\n" not in seen:
                    seen += connection.recv(65536)
                connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
                seen += connection.recv(65536)
            with pytest.raises(ServiceError):
                answer.result(HANG_SECONDS)
    assert seen.startswith(b"CONNECT models.example:443 ")
    assert KEY.encode() not in seen
    assert SECRET.encode() not in seen


@BOTH
def test_the_key_is_sent_to_the_server_it_is_for_and_to_no_other_whatever_an_answer_names(
    server, stranger, make
):
    """Links in an answer, in an error and in a list of models are text: nothing is fetched from them."""
    elsewhere = f"{stranger.url}/v1/files/results"
    server.faults.append(error(529, "overloaded_error", f"see {elsewhere}", location=elsewhere))
    linked = {"results_url": elsewhere, "links": {"next": elsewhere}, "next_page": elsewhere}
    server.answer = lambda body: Reply(CLEANED, chat=linked, headers={"link": f"<{elsewhere}>; rel=next"})
    assert ask(make()).text == CLEANED
    listed = {"data": [{"id": HAIKU}], "has_more": False, **linked}
    server.get = lambda path: Reply(body=json.dumps(listed).encode(), headers={"link": f"<{elsewhere}>"})
    make().check()
    assert stranger.requests == []
    assert {KEY in " ".join(one.headers.values()) for one in server.requests} == {True}


@contextmanager
def unheard_port():
    """A port on which nobody listens, and nobody else can meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@BOTH
def test_a_server_on_this_machine_that_nobody_started_is_asked_after(make):
    with unheard_port() as port, pytest.raises(ServiceError, match="Is the server running"):
        ask(make(base_url=f"http://localhost:{port}", attempts=1))


# What comes back


def test_text_is_gathered_from_the_text_blocks_wherever_they_stand(server, make):
    blocks = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "text", "text": "One, "},
        {"type": "something_new", "text": "not this"},
        {"type": "text", "text": "two."},
    ]
    server.answer = lambda body: Reply(content=blocks)
    assert ask(make()).text == "One, two."


@pytest.mark.parametrize("reason", ["max_tokens", "refusal", "model_context_window_exceeded", "a_new_one"])
@BOTH
def test_why_the_model_stopped_is_handed_on_for_the_caller_to_judge(server, make, reason):
    server.answer = lambda body: Reply("half", stop_reason=reason)
    answer = ask(make())
    assert (answer.text, answer.stop_reason, answer.requests) == ("half", reason, 1)


@BOTH
def test_another_model_that_answers_is_told_of_once(server, make, heard):
    server.answer = lambda body: Reply("ok", model="deepseek-v4")
    model = make()
    assert [ask(model).model, ask(model).model] == ["deepseek-v4"] * 2
    assert heard.lines == [f"{HAIKU} was asked for, but deepseek-v4 answers: it is named in the result"]


@BOTH
@pytest.mark.parametrize("name", ["other\tmodel", "other model " * 40])
def test_another_model_is_told_of_whatever_it_is_called(server, make, heard, name):
    server.answer = lambda body: Reply("ok", model=name)
    assert ask(make()).model.startswith("other model")
    assert len(heard.lines) == 1


@BOTH
@pytest.mark.parametrize("name", ["claude-haiku-5-5-20261001", "anthropic/claude-haiku-5-5", ""])
def test_the_same_model_under_a_longer_name_is_no_other(server, make, heard, name):
    server.answer = lambda body: Reply("ok", model=name)
    ask(make())
    assert heard.lines == []


@BOTH
def test_an_empty_answer_is_an_answer(server, make):
    server.answer = lambda body: Reply(content=[])
    assert ask(make()).text == ""


@pytest.mark.parametrize(
    "called", ["text/plain", "application/vnd.of-a-gateway+json", "text/html; charset=utf-8"]
)
@BOTH
def test_an_answer_is_read_whatever_its_server_calls_it(server, make, called):
    server.answer = lambda body: Reply(CLEANED, content_type=called)
    assert ask(make()).text == CLEANED


# What passes by itself


PASSING = {
    **{f"HTTP {status}": error(status) for status in (408, 409, 429, 500, 503, 504, 529)},
    "422, but the server says try again": error(422, x_should_retry="true"),
    "reset": RESET,
    "cut": CUT,
    "empty": EMPTY_BODY,
    "not JSON": NOT_JSON,
    "JSON that is no object": Reply(body=b'"a word"'),
    "a page": HTML,
    "another object": OTHER_JSON,
    "a list": Reply(body=b"[1]"),
    "no stop reason": Reply(stop_reason=None),
    "a blank stop reason": Reply(stop_reason=" "),
    "not UTF-8": Reply(body=b"\xff\xfe{}"),
    "not gzip": Reply(body=b"{}", headers={"content-encoding": "gzip"}),
    "nested without end": Reply(body=b"[" * 100_000),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@BOTH
def test_a_passing_fault_is_retried_until_there_is_an_answer(server, make, heard, fault):
    server.faults.extend([fault, fault])
    answer = ask(make())
    assert (answer.text, answer.requests) == (CLEANED, 3)
    assert len(heard.lines) == 2
    assert "attempt 2 of 3" in heard.lines[1]


@BOTH
def test_a_fault_that_outlasts_the_attempts_is_an_outage(server, make):
    server.fault = lambda body: OVERLOADED
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1 can't serve .*HTTP 529 overloaded_error") as caught:
        ask(make())
    assert len(server.requests) == 3
    assert caught.value.probe_after == 60


def with_a_200(error, **more):
    return Reply(body=json.dumps({"error": error, **more}).encode())


ERRORS_WITH_A_200 = {
    "a type": (
        with_a_200({"type": "overloaded_error", "message": "x"}, type="error"),
        "can't serve .*overloa",
        3,
    ),
    "a code": (with_a_200({"code": 402, "message": "Insufficient credits"}), "no credit left", 1),
    "a key": (
        with_a_200({"type": "authentication_error", "message": "x"}, type="error"),
        "refuses the API key",
        1,
    ),
    "a limit": (with_a_200({"code": "429", "message": "slow down"}), "limits the rate", 3),
    "no model": (with_a_200("model 'a-model' not found"), "does not offer the model", 1),
    "too long": (with_a_200({"message": "context length exceeded"}), r"context of .* too small", 2),
    "credit, in words": (with_a_200({"message": "Your credit balance is too low"}), "no credit left", 1),
}


@pytest.mark.parametrize(("answer", "said", "requests"), ERRORS_WITH_A_200.values(), ids=ERRORS_WITH_A_200)
@BOTH
def test_an_error_that_comes_with_a_200_is_what_it_says(server, make, answer, said, requests):
    server.fault = lambda body: answer
    with pytest.raises(ServiceError, match=said) as caught:
        ask(make())
    assert "HTTP 200" in str(caught.value)
    assert len(server.requests) == requests


@pytest.mark.parametrize(
    "answer",
    [
        with_a_200({"message": "The upstream is on fire."}, type="error"),
        with_a_200({"message": "The upstream is on fire.", "type": "upstream_error"}),
        with_a_200("The upstream is on fire."),
        with_a_200({"type": "invalid_request_error", "message": "The upstream is on fire."}, type="error"),
    ],
)
@BOTH
def test_an_error_with_a_200_of_no_known_kind_is_said_in_the_servers_own_words(server, make, answer):
    server.fault = lambda body: answer
    with pytest.raises(ServiceError, match="The upstream is on fire") as caught:
        ask(make())
    assert caught.value.strikes is None


@BOTH
def test_an_error_with_a_200_that_one_passage_alone_meets_with_quotes_nothing_of_it(server, make):
    answer = with_a_200({"message": f"bad: {SECRET}"}, type="error")
    server.fault = lambda body: answer if SECRET in str(body) else None
    with pytest.raises(ServiceError, match="something went wrong") as caught:
        ask(make())
    assert SECRET not in str(caught.value)
    assert caught.value.strikes is not None


@BOTH
def test_the_check_of_key_and_model_sees_an_error_with_a_200(server, make):
    server.get = lambda path: with_a_200({"type": "authentication_error", "message": "Who are you?"})
    with pytest.raises(ServiceError, match=r"refuses the API key .*Who are you\?"):
        make().check()


@BOTH
def test_a_server_that_wants_a_key_where_none_is_set_is_said_to_want_one(server, make):
    server.fault = lambda body: error(401, "authentication_error")
    with pytest.raises(ServiceError, match=r"wants an API key, and there is none \(HTTP 401") as caught:
        ask(make(api_key=None))
    assert "`api_key_file`" in caught.value.mend


@BOTH
def test_a_server_that_lets_nobody_in_is_not_said_to_refuse_a_key_where_none_is_set(server, make):
    server.fault = lambda body: error(403, "permission_error")
    with pytest.raises(ServiceError, match=r"does not allow .* without a key \(HTTP 403") as caught:
        ask(make(api_key=None))
    assert "`api_key_file`" in caught.value.mend


@BOTH
def test_where_nobody_listens_it_is_an_outage(make, ledger):
    refused = r"can't be reached \(Connection refused\)"
    with unheard_port() as port, pytest.raises(ServiceError, match=refused):
        ask(make(base_url=f"http://127.0.0.1:{port}"))
    assert ledger.spent_on("talk") == 0


@BOTH
def test_silence_ends_with_the_timeout(server, make, caplog):
    server.hold()
    with caplog.at_level("INFO"), pytest.raises(ServiceError, match="does not answer in time"):
        ask(make(timeout_seconds=1, attempts=2))
    assert len(server.requests) == 2
    assert "retry after='the time ran out while the answer was awaited'" in caplog.text


@pytest.mark.parametrize("status", [200, 529])
@BOTH
def test_an_answer_that_drips_ends_with_the_timeout_although_it_is_never_silent(server, make, status):
    server.fault = lambda body: Reply(status=status, body=b" " * 1_000_000, drip=0.02)  # for hours
    with pytest.raises(ServiceError, match="does not answer in time"):
        ask(make(timeout_seconds=1, attempts=1))


@BOTH
def test_the_wait_the_server_asks_for_is_kept_even_beyond_the_longest_of_our_own(server, make):
    server.faults.append(error(429, retry_after_ms="150"))
    ask(make())
    first, second = server.requests
    assert second.begin - first.end >= 0.15


@BOTH
def test_a_rate_limit_is_everybodys(server, make, heard):
    model = make()
    server.faults.append(error(429, retry_after_ms="200"))
    first = threading.Thread(target=ask, args=(model,))
    first.start()
    assert heard.some.wait(HANG_SECONDS)
    ask(model)
    first.join()
    limited, *later = server.requests
    assert len(later) == 2
    assert all(one.begin - limited.end >= 0.19 for one in later)


def test_no_wait_of_ours_is_longer_than_the_longest(server, make):
    server.fault = lambda body: OVERLOADED
    with pytest.raises(ServiceError):
        ask(make(base_wait=HANG_SECONDS, max_wait_seconds=0.02, attempts=10))
    assert len(server.requests) == 10
    waited = server.requests[-1].begin - server.requests[0].end
    assert 0.001 < waited < HANG_SECONDS


# What a person must mend


@pytest.mark.parametrize(
    "fault",
    [
        error(401, "authentication_error"),
        error(402, "billing_error"),
        error(403, "permission_error"),
        error(404, "not_found_error", "model: gone"),
        error(429, "rate_limit_error", code="enforced_spend_limit_reached", x_should_retry="true"),
        error(429, "rate_limit_error", code="contract_spend_limit_reached"),
        error(400, "invalid_request_error", "You have reached your specified API usage limits."),
        error(400, "invalid_request_error", "Your credit balance is too low to access the API."),
    ],
    ids=lambda fault: f"{fault.status}",
)
@BOTH
def test_what_a_person_must_mend_is_asked_once_and_holds(server, make, ledger, fault):
    server.fault = lambda body: fault
    with pytest.raises(ServiceError, match=f"HTTP {fault.status}") as caught:
        ask(make())
    assert len(server.requests) == 1
    assert (caught.value.probe_after, bool(caught.value.mend)) == (300, True)
    assert ledger.spent_on("talk") == 0


@pytest.mark.parametrize("address", HOSTED)
@pytest.mark.parametrize("key", [None, "", " \n", "two words", "sk-\u00fc", "a\nb"])
def test_a_missing_or_impossible_key_holds_before_anything_is_sent(make, ledger, key, address):
    with pytest.raises(ServiceError, match="no usable API key") as caught:
        ask(make(api_key=key, base_url=address))
    assert caught.value.probe_after == 300
    assert ledger.spent_on("talk") == 0


# What concerns one chunk


def about_the_secret(status):
    refusal = error(status, "invalid_request_error", f"bad input: {SECRET}")
    return lambda body: refusal if SECRET in str(body) else None


@pytest.mark.parametrize("status", [400, 413, 422])
@BOTH
def test_a_refused_passage_is_asked_about_once_and_then_a_harmless_one(server, make, status):
    server.fault = about_the_secret(status)
    with pytest.raises(ChunkRefused, match=f"HTTP {status}") as caught:
        ask(make())
    assert [SECRET in str(body) for body in server.bodies] == [True, False]
    assert len({str({**body, "messages": [], "max_tokens": 0}) for body in server.bodies}) == 1
    assert caught.value.too_large == (status == 413)


@pytest.mark.parametrize("status", [400, 422])
@BOTH
def test_a_service_that_refuses_even_a_harmless_text_is_held_and_no_passage_is_blamed(server, make, status):
    server.fault = lambda body: error(status, "invalid_request_error", "system: not known here")
    with pytest.raises(ServiceError, match="refuses every request") as caught:
        ask(make())
    assert len(server.requests) == 2
    assert (caught.value.strikes, caught.value.probe_after) == (None, 300)


@BOTH
def test_a_service_that_finds_even_the_shortest_passage_too_large_is_held_and_says_what_to_raise(
    server, make
):
    server.fault = lambda body: error(413, "request_too_large")
    with pytest.raises(ServiceError, match="even the shortest passage too large") as caught:
        ask(make())
    assert "client_max_body_size" in caught.value.mend
    assert (caught.value.strikes, caught.value.probe_after) == (None, 300)


@BOTH
def test_an_outage_while_the_harmless_text_is_asked_about_is_an_outage(server, make):
    server.faults.extend([error(400), OVERLOADED])
    with pytest.raises(ServiceError, match="can't serve") as caught:
        ask(make())
    assert caught.value.strikes is not None


def test_a_passage_refused_while_others_are_answered_needs_no_harmless_text(server, make):
    model, server.fault = make(), about_the_secret(400)
    server.hold()
    caught = []

    def refused():
        with pytest.raises(ChunkRefused) as error:
            ask(model)
        caught.append(error)

    first = threading.Thread(target=refused)
    first.start()
    server.wait_for(1)
    model._answers += 1
    server.release()
    first.join()
    assert len(caught) == len(server.requests) == 1


@BOTH
def test_a_wait_that_no_request_waits_for_is_a_hold_of_that_length(server, make):
    model = make()
    server.faults.append(error(429, retry_after="3500"))
    with pytest.raises(ServiceError) as caught:
        ask(model)
    assert (caught.value.probe_after, caught.value.strikes) == (3500, None)
    assert len(server.requests) == 1
    assert ask(model).text == CLEANED  # the probe does not wait a day by itself


SMALL_CONTEXT = Reply(
    status=400,
    body=b'{"error": {"type": "exceed_context_size_error", "message": "it exceeds the context size"}}',
)


@BOTH
def test_a_passage_too_long_for_the_context_is_to_be_split_where_a_shorter_one_fits(server, make):
    server.fault = lambda body: SMALL_CONTEXT if SECRET in str(body) else None
    with pytest.raises(ChunkRefused, match="exceed_context_size_error") as caught:
        ask(make())
    assert caught.value.too_large
    assert [body["max_tokens"] for body in server.bodies] == [2000, LEAST_TOKENS]


@BOTH
def test_a_context_too_short_for_any_passage_holds_and_says_which_it_takes(server, make):
    server.fault = lambda body: SMALL_CONTEXT
    with pytest.raises(ServiceError, match="-c 1600") as caught:
        ask(make(chunk_words=200))
    assert len(server.requests) == 2
    assert 'It says: "it exceeds the context size"' in str(caught.value)


@BOTH
def test_the_servers_own_sentence_is_shown_where_it_refuses_a_harmless_text(server, make):
    server.fault = lambda body: error(400, "invalid_request_error", "Invalid model name passed in")
    with pytest.raises(ServiceError, match='It says: "Invalid model name passed in"'):
        ask(make())


@BOTH
def test_text_that_can_not_be_sent_is_refused_here(server, make):
    with pytest.raises(ChunkRefused, match="halves of characters"):
        ask(make(), user="\ud83d alone")
    assert server.requests == []


# Admission


@BOTH
def test_every_request_is_admitted_retries_too(server, make):
    paused = []
    admission = Admission(paused=lambda: paused[0] if paused else None)
    server.fault = lambda body: paused.append("now") or OVERLOADED
    with pytest.raises(NotNow):
        ask(make(), admission=admission)
    assert len(server.requests) == 1


@BOTH
def test_a_stop_ends_the_longest_wait_at_once(server, make, admission, heard):
    server.fault = lambda body: error(429, retry_after="60")
    raised = []

    def work():
        try:
            ask(make(), admission=admission)
        except Stopped as stopped:
            raised.append(stopped)

    thread = threading.Thread(target=work)
    thread.start()
    assert heard.some.wait(HANG_SECONDS)
    begin = time.monotonic()
    admission.stop()
    thread.join(HANG_SECONDS)
    assert len(raised) == len(server.requests) == 1
    assert time.monotonic() - begin < 59  # the wait that the server asked for was not waited out


@BOTH
def test_nothing_is_sent_after_a_stop(server, make, admission):
    admission.stop()
    with pytest.raises(Stopped):
        ask(make(), admission=admission)
    assert server.requests == []


# Money


class Bankrupt:
    def reserve_cost(self, label, model, dollars):
        raise ServiceError("The day's budget is spent.")

    def record_payment(self, *_):
        raise AssertionError("nothing was sent")


@BOTH
def test_a_meter_may_forbid_the_request(server, make):
    with pytest.raises(ServiceError, match="budget"):
        ask(make(meter=Bankrupt()))
    assert server.requests == []


@BOTH
def test_the_reservation_stands_before_the_request_is_sent_and_covers_it(server, make, ledger):
    seen = []
    server.answer = lambda body: seen.append(ledger.spent_on("talk")) or "ok"
    answer = ask(make())
    assert seen[0] > answer.cost == pytest.approx(ledger.spent_on("talk"))


@BOTH
def test_a_message_that_could_not_be_used_is_paid_all_the_same(server, make):
    usage = {"input_tokens": 1000, "output_tokens": 100}
    server.faults.append(Reply("lost", stop_reason=None, usage=usage))
    server.answer = lambda body: Reply("ok", usage=usage)
    answer = ask(make())
    assert answer.usage == Usage(2000, 200)
    assert answer.cost == pytest.approx(2 * reckon_cost(PRICES[HAIKU], Usage(1000, 100)))


@BOTH
def test_a_request_whose_answer_never_came_counts_whole_one_that_was_refused_counts_nothing(
    server, make, ledger
):
    server.faults.extend([OVERLOADED, OVERLOADED])
    answer = ask(make())
    assert ledger.spent_on("talk") == pytest.approx(answer.cost)
    assert answer.bounded == 0
    server.faults.append(CUT)
    again = ask(make())
    assert again.cost > again.bounded > 0.0001
    assert ledger.spent_on("talk") == pytest.approx(answer.cost + again.cost)


@pytest.mark.parametrize(
    "usage", [{"input_tokens": -5, "output_tokens": 3}, {"output_tokens": 10**30}, {"output_tokens": 300}]
)
@BOTH
def test_an_answer_that_does_not_say_soundly_what_it_took_costs_what_the_ledger_keeps_for_it(
    server, make, ledger, usage
):
    server.answer = lambda body: Reply(CLEANED, usage=usage)
    answer = ask(make())
    assert answer.cost == answer.bounded == pytest.approx(ledger.spent_on("talk"))
    assert answer.cost > 0


@pytest.mark.parametrize("status", [504, 524])
@BOTH
def test_what_a_gateway_gave_up_waiting_for_may_be_billed_behind_it(server, make, ledger, status):
    server.faults.append(error(status, "timeout_error"))
    answer = ask(make())
    assert answer.bounded > 0
    assert ledger.spent_on("talk") == pytest.approx(answer.cost)


def test_without_a_meter_costs_are_reckoned_all_the_same(make):
    assert ask(make(meter=None)).cost > 0


# What must not be told


@pytest.mark.parametrize(
    "fault",
    [
        RESET,
        CUT,
        NOT_JSON,
        OVERLOADED,
        Reply(body=SECRET.encode(), content_type="text/html"),
        Reply(body=f'{{"error": "{SECRET}'.encode()),
        error(400, SECRET, SECRET),
        error(401, "authentication_error", KEY),
    ],
)
@BOTH
def test_no_error_and_no_log_tells_the_text_or_the_key(server, make, caplog, monkeypatch, fault):
    monkeypatch.setenv("ANTHROPIC_LOG", "debug")
    monkeypatch.setenv("OPENAI_LOG", "debug")
    caplog.set_level(logging.DEBUG)
    server.fault = lambda body: fault
    with pytest.raises((ServiceError, ChunkRefused)) as caught:
        ask(make())
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert SECRET not in told
    assert KEY not in told
    assert caught.value.__cause__ is caught.value.__context__ is None


@BOTH
def test_an_address_with_a_password_is_named_by_its_host_alone(server, make):
    server.fault = lambda body: OVERLOADED
    with pytest.raises(ServiceError) as caught:
        ask(make(base_url=server.url.replace("//", "//me:hidden@")))
    assert "hidden" not in str(caught.value)


def test_a_model_about_to_retire_is_told_of_once(make, heard, recwarn):
    model = make(model="claude-sonnet-4-5")
    ask(model)
    ask(model)
    (line,) = heard.lines
    assert "claude-sonnet-4-5 retires on November 30th, 2026" in line
    assert not [warning for warning in recwarn if "deprecated" in str(warning.message)]


# Checking, and room


def test_a_check_asks_for_the_model_and_sends_no_text(server, make):
    make().check()
    assert [(one.method, one.path) for one in server.requests] == [("GET", f"/v1/models/{HAIKU}")]


@BOTH
def test_a_check_finds_a_model_that_is_not_there(server, make):
    server.models = {"another", "a third"}
    with pytest.raises(ServiceError, match="does not offer the model"):
        make().check()


def listing(server, *names, single=404):
    """Have a server list these models, and refuse to be asked for a single one."""
    body = json.dumps({"data": [{"id": name} for name in names]}).encode()
    server.get = lambda path: Reply(body=body) if path == "/v1/models" else error(single, "not_found_error")


def test_a_server_that_can_not_be_asked_for_one_model_is_asked_for_its_list(server, make):
    listing(server, "another", HAIKU)
    assert make().check() == ""


def test_a_server_of_one_model_may_take_any_name_and_that_is_said(server, make):
    listing(server, "small.gguf")
    assert "lists small.gguf alone" in make().check()


def test_a_model_that_is_not_in_a_list_is_not_there_and_those_that_are_are_named(server, make):
    listing(server, "one", "another")
    with pytest.raises(ServiceError, match="these models are here: one, another"):
        make().check()


def test_a_400_to_a_check_is_a_finding_and_the_server_says_why(server, make):
    server.fault = lambda body: error(400, "no_db_connection", "No connected db.")
    with pytest.raises(ServiceError, match=r'It says: "No connected db\."'):
        make().check()


def test_an_answer_gets_room_for_any_script_but_never_more_than_models_have():
    assert max_tokens_for("Yes.") == LEAST_TOKENS
    assert max_tokens_for("words " * 900) == 5400
    assert max_tokens_for("\u8a71" * 900) == 2700
    assert max_tokens_for("words " * 90_000) == MOST_TOKENS
    assert max_tokens_for("\ud83d") == LEAST_TOKENS
