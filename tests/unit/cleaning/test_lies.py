"""Eighteen lies of a model, told through either API: none gets past the gate, and once is no harm.

A lie is made of each passage, or of the whole answer. Told always, the original words stand, marked; told at
first, the next answer is taken.
"""

import re

import pytest

from daemon.cleaning.processor import LLMProcessor
from daemon.text.chunk import Chunk
from daemon.text.transcript import Segment
from daemon.text.turns import Turn
from tests.messages_server import Reply, clean, last_user_text, system_text

BOTH = pytest.mark.parametrize("provider", ["anthropic", "openai"])

SAID = (
    "Um, we moved the concert inside because Karin was ill and the roof leaked in 14 places.",
    "Uh, did you ask Peter whether the ferry leaves at noon, or did he not say it?",
    "They, um, they never paid us the forty dollars that the mill owed to my mother.",
)
INVENTED = "The committee secretly decided last night to abolish every single one of these rules."


def turns_of(body):
    transcript = re.search(r"<transcript>(.*)</transcript>", last_user_text(body), re.S)[1]
    return re.findall(r"<turn id=\"(\d+)\"[^>]*>(.*?)</turn>", transcript, re.S)


def changing(change):
    """A model that changes the text of each turn."""

    def answer(body):
        return "\n".join(f'<turn id="{number}">{change(text)}</turn>' for number, text in turns_of(body))

    return answer


def exchanging(*words):
    """A model that puts some words in the place of others, where they are."""
    pairs = dict(zip(words[::2], words[1::2], strict=True))
    pattern = re.compile("|".join(map(re.escape, pairs)))
    return changing(lambda text: pattern.sub(lambda found: pairs[found[0]], text))


def echoing(body):
    """A model that writes its instructions into each turn."""
    told = re.sub(r"<[^>]*>|[\\\"{}]", " ", system_text(body))
    return changing(lambda text: f"{told} {text}")(body)


def renumbered(body):
    return clean(body).replace('id="1"', 'id="9"')


def doubled(body):
    return f"{clean(body)}\n{changing(str.upper)(body)}\n{changing(str.split)(body)}"


def last_turn_missing(body):
    return clean(body).rpartition("<turn")[0]


LIES = {
    "refused": lambda body: Reply("I can't help with that.", stop_reason="refusal"),
    "cut off": lambda body: Reply(clean(body)[:40], stop_reason="max_tokens"),
    "empty": lambda body: Reply("", content=[]),
    "half missing": changing(lambda text: " ".join(text.split()[: len(text.split()) // 2])),
    "a sentence invented": changing(lambda text: f"{text} {INVENTED}"),
    "answered instead of cleaned": changing(lambda text: "Of course! I would be happy to help you."),
    "summarised": lambda body: "They talk about a concert, a ferry and a debt.",
    "the instructions echoed": echoing,
    "a turn renumbered": renumbered,
    "every turn again, and otherwise": doubled,
    "a turn missing": last_turn_missing,
    "going round in circles": changing(lambda text: f"{text} {'and so it goes ' * 12}"),
    "translated": changing(
        lambda text: "Wir haben das Konzert nach drinnen verlegt, weil das Dach undicht war."
    ),
    "negations taken out": exchanging(" not ", " ", " never ", " "),
    "persons exchanged": exchanging("we ", "they ", "you ", "I ", "us ", "you ", "They", "We", "they", "we"),
    "numbers changed": exchanging("14", "40", "forty", "ninety", "noon", "nine"),
    "names exchanged": exchanging("Karin", "Roberta", "Peter", "Alexander", "mill", "bank"),
    "questions turned into statements": exchanging("did you ask", "you asked", "say it?", "say it."),
}
TOUCHED = {  # by number from 0, where not all of them are
    "negations taken out": {1, 2},
    "persons exchanged": {0, 1, 2},
    "names exchanged": {0, 1, 2},
    "questions turned into statements": {1},
}


@pytest.fixture
def process(server):
    """Has the three passages cleaned through one API; the cleaned chunk."""

    def process(provider):
        processor = LLMProcessor(provider, "a-key", "a-model", base_url=server.url, max_wait_seconds=0)
        passages = tuple(Turn((Segment(text),)) for text in SAID)
        chunk = Chunk(0, "\n\n".join(SAID), turns=passages)
        return processor.process_chunk(chunk, processor.load_prompt_template(), "A talk")

    return process


def test_there_are_eighteen_lies():
    assert len(LIES) == 18


@BOTH
@pytest.mark.parametrize("lie", LIES)
def test_a_lie_told_always_leaves_the_original_words_marked(server, process, lie, provider):
    server.answer = LIES[lie]
    cleaned = process(provider)
    touched = TOUCHED.get(lie, {0, 1, 2})
    assert {flag.passage for flag in cleaned.flags} >= touched
    assert [cleaned.turns[place] for place in sorted(touched)] == [SAID[place] for place in sorted(touched)]


@BOTH
@pytest.mark.parametrize("lie", LIES)
def test_a_lie_told_once_is_no_harm(server, process, lie, provider):
    told = []

    def answer(body):
        told.append(body)
        return LIES[lie](body) if len(told) == 1 else clean(body)

    server.answer = answer
    cleaned = process(provider)
    assert cleaned.flags == ()
    assert len(told) > 1
    assert "secretly" not in cleaned.cleaned_text
