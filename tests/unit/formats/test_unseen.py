"""Nothing in an answer is obeyed by a terminal, and nothing is in it that nobody sees."""

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning.llm.client import MessagesClient
from daemon.cleaning.llm.endpoint import Prompt
from daemon.cleaning.llm.openai_client import ChatClient
from daemon.formats.unseen import UNSEEN, take_out_unseen
from tests.messages_server import Reply

_IS_UNSEEN = re.compile(f"[{UNSEEN}]")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("so \x1b[31mred\x1b[0m it is", "so red it is"),
        ("a \x1b]0;title\x07window", "a window"),
        ("nul\0 bell\x07", "nul bell"),
        ("the end\u202e gnp", "the end gnp"),
        ("zero\u200bwidth and soft\xadhyphen", "zerowidth and softhyphen"),
        ("half \ud800 a pair", "half  a pair"),
        ("one\u2028two\rthree\r\nfour\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("می\u200cخواهم 👨\u200d👩\u200d👧", "می\u200cخواهم 👨\u200d👩\u200d👧"),
        ("tabs\tand\nlines", "tabs\tand\nlines"),
    ],
)
def test_what_would_be_obeyed_or_not_be_seen_is_taken_out(answer, text):
    assert take_out_unseen(answer) == text


@given(st.text(st.characters(), max_size=40))
def test_what_is_left_can_be_encoded_and_only_joiners_are_unseen(answer):
    text = take_out_unseen(answer)
    text.encode()
    assert take_out_unseen(text) == text
    assert "\x1b" not in text


def test_each_of_them_is_found_among_letters():
    found = [char for char in map(chr, range(sys.maxunicode + 1)) if _IS_UNSEEN.match(char)]
    left = [char for char in found if char in take_out_unseen(f"so{char}it")]
    assert len(found) > 2000
    assert left == []


@pytest.mark.parametrize("kind", [MessagesClient, ChatClient])
def test_it_is_taken_out_of_every_providers_answers(server, kind):
    server.answer = lambda body: Reply(
        "a \x1b[2Jscreen\u202e \ud800", usage={"input_tokens": 1, "output_tokens": 1}
    )
    client = kind(model="a-model", api_key="k", base_url=server.url, timeout_seconds=60)
    reply, _ = client.send(Prompt("system", "user", 100))
    assert reply.text.rstrip() == "a screen"
