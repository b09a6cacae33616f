"""What stands around a service's JSON where a program kept a whole answer: `{"statusCode": 200, "body": …}`.

Or around what a chat program wrote: `{"choices": [{"message": {"role": "assistant", "content": …}}]}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from daemon.formats.services.values.keys import SPEAKERS, find_times, list_names, plain_keys
from daemon.formats.services.values.passage_finder import Around, PassageFinder
from daemon.text.transcript import count_words

MOST_OF_A_FACT = 20
"""The most words that a fact has, as of a title."""
_MOST_LAYERS = 6
_PROGRAMS = ("assistant", "model")
_THOUGHT = "reasoning"
_ROLES = (*_PROGRAMS, "user", "system", "developer", "tool")


def unwrap(raw: object, is_known: Callable[[dict[str, Any]], bool]) -> object:
    """The object that a service wrote, as `is_known` says, out of what a program has put it into.

    It stays as it is where words, times or names stand beside that object.
    """
    for _ in range(_MOST_LAYERS):
        inner = _find_inner(raw, is_known)
        if inner is None:
            break
        raw = inner
    return raw


def _find_inner(
    raw: object, is_known: Callable[[dict[str, Any]], bool], deepest: int = _MOST_LAYERS
) -> object:
    """What the outermost layer holds; None where none is around what a service wrote."""
    if isinstance(raw, str):
        return _load(raw)
    if isinstance(raw, list):
        return raw[0] if len(raw) == 1 and _is_whole(raw[0]) else None
    if not isinstance(raw, dict) or not deepest or is_known(raw):
        return None
    for key, held in raw.items():
        inner = _load(held) if isinstance(held, str) else _find_known(held, is_known, deepest)
        if inner is not None:
            rest = {other: value for other, value in raw.items() if other != key}
            return None if _says_something(rest) else inner
    return None


def _load(text: str) -> object:
    """The list or the object that a text is the JSON of; None for any other text."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        held = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return held if isinstance(held, dict) or (isinstance(held, list) and held) else None


def _find_known(held: object, is_known: Callable[[dict[str, Any]], bool], deepest: int) -> object:
    """The value, if it is a service's object, or has one in it; else None."""
    one = held[0] if isinstance(held, list) and len(held) == 1 else held
    if not isinstance(one, dict):
        return None
    return one if _find_inner(one, is_known, deepest - 1) is not None or is_known(one) else None


def _is_whole(one: object) -> bool:
    """Whether the only object of a list is a transcript, and not its only passage."""
    if isinstance(one, str):
        return _load(one) is not None
    if not isinstance(one, dict) or find_times(one, plain_keys(one))[0] is not None:
        return False
    values = [one[written] for key, written in plain_keys(one).items() if key not in SPEAKERS]
    inner = [held for value in values for held in (value if isinstance(value, list) else [value])]
    return any(isinstance(held, dict) for held in inner)


def _says_something(rest: dict[str, Any]) -> bool:
    """Whether there is more in an object than facts of what stands beside them: passages, turns or names."""
    finder = PassageFinder({})
    finder.look(rest, (), Around())
    if any(_is_passage(entry) for path, found in finder.lists.items() if path for entry in found):
        return True
    words = sum(count_words(entry["text"]) for found in finder.lists.values() for entry in found)
    return words > MOST_OF_A_FACT or bool(finder.turns or finder.captions or list_names(rest))


def _is_passage(entry: Mapping[str, Any]) -> bool:
    return entry["start"] is not None or entry["speaker"] is not None


def find_answer(raw: object) -> str | None:
    """What a chat program wrote, where the JSON holds its one answer and nothing else that is said."""
    written = list(_list_messages(raw))
    messages = [one for one in written if one.get("type") != _THOUGHT]
    if len(messages) != 1 or messages[0]["role"] not in _PROGRAMS:
        return None
    message = messages[0]
    if find_times(message, plain_keys(message))[0] is not None or _says_more_than(written, raw):
        return None
    held = message.get("content", message.get("parts"))
    parts = held if isinstance(held, list) else [{"text": held}]
    texts = [part.get("text") for part in parts if isinstance(part, dict) and not part.get("thought")]
    return "".join(text for text in texts if isinstance(text, str)) or None


def _says_more_than(messages: list[dict[str, Any]], raw: object) -> bool:
    """Whether the value says something beside messages in it, which are empty while that is looked for."""
    held = [dict(one) for one in messages]
    try:
        for one in messages:
            one.clear()
        return _says_something({"answer": raw})
    finally:
        for one, whole in zip(messages, held, strict=True):
            one.update(whole)


def _list_messages(value: object) -> Iterator[dict[str, Any]]:
    """All that somebody in a chat wrote, or a program thought, wherever it stands in the value."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict) and (inner.get("role") in _ROLES or inner.get("type") == _THOUGHT):
            yield inner
        elif isinstance(inner, list | dict):
            waiting += inner.values() if isinstance(inner, dict) else inner
