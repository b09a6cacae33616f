"""What is sent to a service that speaks OpenAI's chat API, with the real client against a real server."""

import importlib.util
import socket
import sys

import pytest

from daemon.cleaning.llm.endpoint import Message, Prompt
from daemon.cleaning.llm.openai_client import ChatClient
from daemon.costs.pricing import Usage
from daemon.errors import ConfigError, ServiceError
from tests.messages_server import Reply, error

PROMPT = Prompt("Clean it.", "<transcript>um hello</transcript>", 2000)


def connect(server=None, **changes):
    base_url = f"{server.url}/v1" if server else None
    usual = {"model": "a-model", "api_key": "sk-test", "base_url": base_url, "timeout_seconds": 10}
    return ChatClient(**{**usual, **changes})


def test_a_prompt_is_sent_as_a_system_and_a_user_message(server):
    server.answer = lambda body: Reply("Hello.", usage={"input_tokens": 30, "output_tokens": 2})
    assert connect(server).send(PROMPT) == (Message("Hello.", "end_turn", "a-model"), Usage(30, 2))
    assert server.bodies == [
        {
            "model": "a-model",
            "messages": [
                {"role": "system", "content": "Clean it."},
                {"role": "user", "content": "<transcript>um hello</transcript>"},
            ],
            "max_tokens": 2000,
            "temperature": 0.2,
        }
    ]


@pytest.mark.parametrize(
    ("model", "effort"),
    [
        ("gpt-6-luna", "none"),
        ("gpt-5.4-mini", "none"),
        ("gpt-5-mini-2025-08-07", "minimal"),
        ("gpt-6-sol", "low"),
        ("o3", "low"),
        ("gpt-5.2-chat-latest", None),
        ("gpt-4.1-mini", None),
    ],
)
def test_openais_own_models_are_told_to_think_little_and_given_their_own_name_for_the_room(
    server, model, effort
):
    client = connect(server, model=model, base_url=None)
    client.base_url = f"{server.url}/v1"  # what is asked of the hosted API, sent to the server of the test
    client.send(PROMPT)
    (body,) = server.bodies
    assert body.get("reasoning_effort") == effort
    assert body["max_completion_tokens"] == 2000
    assert "max_tokens" not in body


@pytest.mark.parametrize(
    "model", ["gemini-2.5-flash", "openai/gpt-oss-120b", "deepseek-v4-flash", "qwen3:8b"]
)
def test_models_that_think_get_room_for_it(server, model):
    assert connect(server, model=model).thinking_tokens > 0
    assert connect(server, model="mistral-medium-latest").thinking_tokens == 0


def test_thinking_is_turned_on_and_off_by_the_effort_that_is_asked_for(server):
    for thinking in (True, False, None):
        connect(server, model="qwen3:8b", thinking=thinking).send(PROMPT)
    assert [body.get("reasoning_effort") for body in server.bodies] == ["medium", "none", None]
    assert connect(server, thinking=True).thinking_tokens > 0


def test_a_server_that_knows_no_effort_is_asked_without(server):
    refusal = error(400, "invalid_request_error", "unknown field: reasoning_effort")
    server.fault = lambda body: refusal if "reasoning_effort" in body else None
    client = connect(server, thinking=False)
    assert client.send(PROMPT)[0].text == client.send(PROMPT)[0].text
    assert ["reasoning_effort" in body for body in server.bodies] == [True, False, False]


@pytest.mark.parametrize("model", ["openai/gpt-oss-120b", "gemini-2.5-pro"])
def test_a_model_that_cannot_but_think_is_not_told_to_stop(server, model):
    with pytest.raises(ConfigError, match="always thinks"):
        connect(server, model=model, thinking=False)


def test_a_model_that_cannot_think_is_not_told_to():
    with pytest.raises(ConfigError, match="can't think"):
        connect(model="gpt-4.1-mini", thinking=True)


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_the_address_is_taken_as_services_write_it(server, path):
    connect(server, base_url=server.url + path).send(PROMPT)
    assert server.requests[0].path == "/v1/chat/completions"


def test_a_service_is_asked_below_the_path_that_it_has(server):
    connect(server, base_url=f"{server.url}/v1beta/openai/").send(PROMPT)
    assert server.requests[0].path == "/v1beta/openai/chat/completions"


def test_the_environment_adds_nothing_to_what_is_sent(server, monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "for-openai-alone")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "authorization: for-openai-alone\nx-key: for-openai-alone")
    connect(server).send(PROMPT)
    connect(server).check()
    for request in server.requests:
        assert request.headers["authorization"] == "Bearer sk-test"
        assert "for-openai-alone" not in str(request.headers)


def test_a_redirection_is_not_followed_and_takes_neither_key_nor_text(server):
    server.fault = lambda body: Reply(status=307, headers={"location": "http://127.0.0.1:9/v1/elsewhere"})
    fault, _ = connect(server).send(PROMPT)
    assert "HTTP 307 to http://127.0.0.1:9" in fault.seen
    assert len(server.requests) == 1


def test_a_check_looks_for_the_model_in_the_list_and_sends_no_text(server):
    server.models = {"models/gemini-2.5-flash", "openai/gpt-oss-120b"}
    for model in ("gemini-2.5-flash", "openai/gpt-oss-120b"):
        connect(server, model=model).check()
    assert {(one.method, one.path) for one in server.requests} == {("GET", "/v1/models")}
    with pytest.raises(ServiceError, match="does not offer the model another") as caught:
        connect(server, model="another").check()
    assert caught.value.of_model


@pytest.mark.parametrize("body", [b"[]", b'{"data": 5}', b"<html>"])
def test_a_check_takes_nothing_else_for_a_list_of_models(server, body):
    server.fault = lambda asked: Reply(body=body)
    with pytest.raises(ServiceError):
        connect(server).check()


def test_openais_own_address_needs_a_key():
    with pytest.raises(ServiceError, match="no usable API key"):
        connect(api_key=None).send(PROMPT)


def test_without_the_library_its_mend_is_said(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError) as caught:
        connect()
    assert caught.value.mend == f"Run: {sys.executable} -m pip install 'transcriptd[openai]'"


def test_what_can_not_be_written_down_or_would_be_obeyed_is_taken_out_of_every_name(server):
    odd = "a\ud800b\x00\x1b[31m\u202e\nc"
    choices = [{"index": 0, "message": {"content": "x\ud800y"}, "finish_reason": odd}]
    server.answer = lambda body: Reply(chat={"choices": choices, "model": odd + "d" * 100_000})
    reply, _ = connect(server).send(PROMPT)
    assert isinstance(reply, Message)
    assert (reply.text, reply.stop_reason) == ("xy", "ab c")
    assert reply.model.startswith("ab cd")
    assert len(reply.model) == 200


def test_a_proxy_that_is_not_there_is_named_without_its_password(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:hidden@127.0.0.1:{taken.getsockname()[1]}")
        address = "https://models.example"
        client = ChatClient(model="a-model", api_key="sk-key", base_url=address, timeout_seconds=30)
        fault, _ = client.send(Prompt("sys", "hello", 100))
    said = str(client.make_error(fault))
    assert "models.example, through the proxy http://127.0.0.1:" in said
    assert "hidden" not in said
