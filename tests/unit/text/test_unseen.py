"""What a terminal would obey and what nobody would see is taken out of an answer, and shown in a page."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning.llm.client import MessagesClient
from daemon.cleaning.llm.endpoint import Prompt
from daemon.cleaning.llm.openai_client import ChatClient
from daemon.text.unseen import UNSEEN, show_unseen, take_out_unseen
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


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\x00b\x1b[31m", "a␀b␛[31m"),
        ("a\rb\x7f", "a␍b␡"),
        ("\x85\x9b", "[U+0085][U+009B]"),
        ("user\u202egnp.exe", "user[U+202E]gnp.exe"),
        ("a\u2066b\u2069\u200f", "a[U+2066]b[U+2069][U+200F]"),
        ("in\u200bvis\u2060ible\ufeff", "in[U+200B]vis[U+2060]ible[U+FEFF]"),
        ("\U000e0041\U000e007f", "[U+E0041][U+E007F]"),
        ("\ud800", "[U+D800]"),
    ],
)
def test_what_would_be_obeyed_or_unseen_is_shown(text, seen):
    assert show_unseen(text) == seen


@pytest.mark.parametrize(
    "text", ["a b\tc\nd", "میخواهم", "می\u200cخواهم", "👩\u200d👧", "naïve — “yes”", "日本", "שלום"]
)
def test_writing_of_every_kind_is_left_as_it_is(text):
    assert show_unseen(text) == text


@given(st.text())
def test_no_control_or_direction_character_is_left(text):
    for char in show_unseen(text):
        assert char in "\t\n" or unicodedata.category(char) not in ("Cc", "Cs")
        assert unicodedata.bidirectional(char) not in "LRE RLE LRO RLO PDF LRI RLI FSI PDI".split()
