"""What is told of a key that can't be right: where to look, and never a letter of it."""

import pytest

from daemon.cleaning.llm.batch_client import BatchClient
from daemon.cleaning.llm.endpoint import Prompt
from daemon.cleaning.llm.faults import Kind
from daemon.errors import ServiceError
from daemon.settings.api_key import find_likely_mistake, find_unsendable
from tests.messages_server import MessagesServer, error

KEY = "sk-ant-0123456789"


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("", "none was found"),
        (f"{KEY}\n{KEY}", "several lines"),
        (f"# mine\n{KEY}", "several lines"),
        (f"Bearer {KEY}", "leave that off"),
        (f"export KEY={KEY}", "a space"),
        (f"\u200b{KEY}", "a character that no key has"),
        (f"“{KEY}”", "a character that no key has"),
        (KEY + "\0", "a character that no key has"),
        ("x" * 5000, "too long"),
    ],
)
def test_a_key_that_can_not_be_sent_is_told_by_why(key, told):
    why = find_unsendable(key)
    assert told in why
    assert KEY not in why


@pytest.mark.parametrize("key", [KEY, "bearer-of-keys", "local", "x" * 2000])
def test_what_may_be_a_key_is_sent(key):
    assert find_unsendable(key) is None


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (f'"{KEY}"', "quotes"),
        (f"ANTHROPIC_API_KEY={KEY}", "`=`"),
        (f'{{"key":"{KEY}"}}', "another kind of file"),
    ],
)
def test_where_a_key_is_refused_what_is_likely_wrong_with_it_is_said(key, told):
    with MessagesServer() as server:
        server.fault = lambda body: error(401, "authentication_error")
        client = BatchClient(model="a-model", api_key=key, base_url=server.url, timeout_seconds=30)
        fault, _ = client.send(Prompt("sys", "hello", 100))
        assert fault.kind is Kind.KEY
        said = str(client.make_error(fault))
    assert told in said
    assert KEY not in said


def test_of_a_key_that_looks_like_one_nothing_more_is_said():
    assert find_likely_mistake(KEY) is None


def test_nothing_is_sent_with_a_key_that_can_not_be_one():
    with MessagesServer() as server:
        client = BatchClient(model="m", api_key=f"{KEY}\n{KEY}", base_url=server.url, timeout_seconds=30)
        with pytest.raises(ServiceError, match="several lines"):
            client.send(Prompt("sys", "hello", 100))
        assert server.requests == []
