"""Discourse markers: "you know", "like" and their kin, where punctuation shows that they mean nothing.

What professional editors leave in stays: they keep "so", "well", "actually" and "basically" nearly always,
"kind of" and "sort of" four times in five, "I mean" every other time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from daemon.cleaning.offline.language import Grammar
from daemon.cleaning.offline.words import Span, Word, are_ordinary, opens_sentence
from daemon.text.languages.knowledge import Marker

_NEAR = 2  # words after a marker among which a number is its own


def find_markers(words: Sequence[Word], grammar: Grammar) -> Iterator[Span]:
    """The discourse markers that can go; one kept up by habit goes only where there are enough of it."""
    found = list(_list_found(words, grammar))
    times = Counter(marker for marker, _ in found)
    done = 0
    for marker, at in found:
        if times[marker] >= marker.habit and at >= done:
            done = at + len(marker.words)
            yield at, done


def _list_found(words: Sequence[Word], grammar: Grammar) -> Iterator[tuple[Marker, int]]:
    done = 0
    for at, word in enumerate(words):
        for marker in grammar.markers.get(word.key, ()):
            meant = at > done and _is_said_before(marker, words, at)
            if not meant and _is_marker(marker, words, at, grammar):
                yield marker, at
                done = at + len(marker.words)
                break


def _is_said_before(marker: Marker, words: Sequence[Word], at: int) -> bool:
    """Whether the same words, which were no marker there, stand just before: "if you know, you know"."""
    return tuple(word.key for word in words[max(0, at - len(marker.words)) : at]) == marker.words


def _is_marker(marker: Marker, words: Sequence[Word], at: int, grammar: Grammar) -> bool:
    """Whether a marker stands there, and as one."""
    last = at + len(marker.words)
    if tuple(word.key for word in words[at:last]) != marker.words:
        return False
    if any(word.mark for word in words[at : last - 1]):
        return False
    if classify_ending(words, last - 1) not in marker.ending:
        return False
    before = "opening" if opens_sentence(words, at) else classify_mark(words[at - 1])
    if before not in marker.after or (before != "opening" and words[at - 1].key in marker.unless_after):
        return False
    if before == "word" and marker.only_after and words[at - 1].key not in marker.only_after:
        return False
    if marker.only_next and last < len(words) and words[last].key not in marker.only_next:
        return False
    if last < len(words) and words[last].key in marker.unless_next:
        return False
    if marker.unless_number and any(grammar.counts(word.key) for word in words[last : last + _NEAR]):
        return False  # "like, a hundred people": it means "about"
    return are_ordinary(words, at, last, opening=before in ("opening", "break"))


def classify_ending(words: Sequence[Word], at: int) -> str:
    """What follows a word: "comma", "break", "question", "stop", "word", or "end" where nothing does."""
    if not words[at].mark:
        return "word" if at + 1 < len(words) else "end"
    return classify_mark(words[at])


def classify_mark(word: Word) -> str:
    """The kind of a word's mark, "word" without one."""
    if word.broken:
        return "break"
    return {
        "": "word",
        ",": "comma",
        ";": "comma",
        ":": "comma",
        "?": "question",
        ".": "stop",
    }.get(word.mark, "other")
