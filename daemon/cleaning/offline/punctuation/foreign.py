"""The stretches of a text in another language, of whose marks and capitals the network knows nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate

from daemon.text.languages.knowledge import load_all

_ENOUGH = 3  # common words of one other language, so near each other, are a stretch of it
_NEAR = 9  # words
_AROUND = 2  # words beside it that may belong to it


def find_foreign_words(keys: Sequence[str], code: str) -> frozenset[int]:
    """The places of the words in a stretch of another language than the one with this code."""
    of_others, own = _list_common_words(code)
    hits: defaultdict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        for other in of_others.get(key, ()):
            hits[other].append(place)
    spans = [span for places in hits.values() for span in _find_spans(places)]
    if not spans:
        return frozenset()
    owned = [0, *accumulate(key in own for key in keys)]
    return frozenset(
        place
        for first, last in spans
        if owned[last + 1] - owned[first] < _ENOUGH
        for place in range(max(0, first - _AROUND), min(len(keys), last + 1 + _AROUND))
    )


def _find_spans(places: Sequence[int]) -> list[tuple[int, int]]:
    ends = places[_ENOUGH - 1 :]
    return [(first, last) for first, last in zip(places, ends, strict=False) if last - first < _NEAR]


@cache
def _list_common_words(code: str) -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """By word the other languages that it is common in, and not in this one; and the common ones of this."""
    known = load_all()
    meaning = known[code].meaning
    own = known[code].function_words | known[code].common
    own |= meaning.short_words if meaning is not None else frozenset()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for other, language in known.items():
        for word in language.common - own if other != code else ():
            found[word].append(other)
    return {word: tuple(codes) for word, codes in found.items()}, own
