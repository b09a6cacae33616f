"""A long passage and its cleaning in parts, each of a few sentences that are the same ones on both sides.

What a short passage says otherwise is asked of few words, so a long one is looked at part by part. First the
sentences that came back to the letter are set aside. What is left between them is cut where it is long:
behind a word that stands on both sides, where a sentence ends on both, or on one and the other has no marks;
where neither has any, in the middle of words that stand.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from itertools import accumulate, filterfalse, islice, pairwise
from operator import add, eq
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from daemon.cleaning.checks.faithfulness import compare, tokens
from daemon.text.languages.counting import is_number
from daemon.text.languages.word_readings import WordReadings

LONGEST_PART = 60
"""Words of the original, beyond which a part is cut where no sentence ends."""

_LEAST_STANDING = 8  # words in a row, in the middle of which such a cut may be
_UNSPACED_ENDS = "。？！"
_ANY_SENTENCE_END = re.compile(rf"(?<=[.?!…])\s+|(?<=[.?!…][\"”’)\]])\s+|(?<=[{_UNSPACED_ENDS}])")
_SENTENCE_END = re.compile(r"([.?!…][\"”’)\]]?)\s+")  # the same, where none of those stands


def _count_keys(word: str) -> int:
    """How many words to compare by stand in what whitespace parts."""
    return len(tokens(word))


_KEY_COUNTS = WordReadings(_count_keys)


class _Side(NamedTuple):
    """One of two texts in pieces, which are sentences, and where one has too few marks its words.

    `keys` are all its words as they are compared; `ends` says behind how many of them each piece ends, and
    `sentence_ends` holds those ends that are a sentence's.
    """

    pieces: Sequence[str]
    keys: Sequence[str]
    ends: dict[int, int]
    sentence_ends: Set[int]

    def join(self, first: int, last: int) -> str:
        """The text between two ends."""
        return " ".join(self.pieces[self.ends[first] : self.ends[last]])


class _Cut(NamedTuple):
    """Where a part may end: behind how many words of either side, and whether a sentence ends there."""

    before: int
    after: int
    ends_sentence: bool = True


def list_changed_parts(original: str, cleaned: str, fillers: Set[str]) -> Iterator[tuple[str, str]]:
    """The parts in which more differs than fillers and words said twice in a row, as original and cleaning.

    One with more questions on one side is among them.
    """
    asks = "?" in original or "?" in cleaned
    if not asks and not compare(original, cleaned, fillers).changed:
        return  # nothing but fillers is gone
    is_another = _differ(original, cleaned, fillers)
    if not is_another and "?" not in original:
        return
    for sentences, cleaned_sentences in _list_changed_sentences(original, cleaned):
        whole = " ".join(sentences), " ".join(cleaned_sentences)
        if not (is_another if whole == (original, cleaned) else _differ(*whole, fillers)):
            continue
        if len(tokens(whole[0])) <= LONGEST_PART:
            yield whole
            continue
        yield from _list_differing(_read_side(sentences), _read_side(cleaned_sentences), fillers)


def _list_changed_sentences(original: str, cleaned: str) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The sentences between those that came back to the letter, as those of the original and the cleaning."""
    before, after = _split_sentences(original), _split_sentences(cleaned)
    first = new_first = 0
    for code in Levenshtein.opcodes(before, after):
        if code.tag != "equal":
            continue
        yield before[first : code.src_start], after[new_first : code.dest_start]
        first, new_first = code.src_end, code.dest_end
    yield before[first:], after[new_first:]


def _split_sentences(text: str) -> list[str]:
    if any(map(text.__contains__, _UNSPACED_ENDS)):
        return _ANY_SENTENCE_END.split(text)
    sentences = _SENTENCE_END.split(text)  # each with the mark that ends it behind it
    return list(map(add, sentences[::2], [*sentences[1::2], ""]))


def _differ(before: str, after: str, fillers: Set[str]) -> bool:
    """Whether two texts differ in more than fillers and words that come twice in a row, or in questions."""
    if before.count("?") != after.count("?"):
        return True
    return _say_otherwise(tokens(before), tokens(after), fillers)


def _say_otherwise(said: Sequence[str], came: Sequence[str], fillers: Set[str]) -> bool:
    """Whether some words differ from others in more than fillers and words that come twice in a row."""
    return said != came and _drop_hesitations(said, fillers) != _drop_hesitations(came, fillers)


def _drop_hesitations(keys: Sequence[str], fillers: Set[str]) -> list[str]:
    """Some words without fillers, and with each word but a number once where it comes twice in a row."""
    said = list(filterfalse(fillers.__contains__, keys))
    if not any(map(eq, said, islice(said, 1, None))):
        return said
    return [key for before, key in pairwise(("", *said)) if key != before or is_number(key)]


def _list_differing(said: _Side, came: _Side, fillers: Set[str]) -> Iterator[tuple[str, str]]:
    """The parts that differ of some sentences and what came of them, of about LONGEST_PART words at most."""
    for first, last in pairwise(_choose_cuts(_find_cuts(said, came))):
        before, after = said.join(first.before, last.before), came.join(first.after, last.after)
        keys = said.keys[first.before : last.before], came.keys[first.after : last.after]
        if before.count("?") != after.count("?") or _say_otherwise(*keys, fillers):
            yield before, after


def _read_side(sentences: Sequence[str]) -> _Side:
    pieces: list[str] = []
    sizes: list[int] = []
    marked: list[bool] = []
    for sentence in sentences:
        words = sentence.split()
        counts = list(map(_KEY_COUNTS.__getitem__, words))
        is_long = sum(counts) > LONGEST_PART
        pieces += words if is_long else [sentence]
        sizes += counts if is_long else [sum(counts)]
        marked += [False] * (len(words) - 1) + [True] if is_long else [True]
    keys = tokens(" ".join(sentences))
    ends = [0, *accumulate(sizes)]
    sentence_ends = {end for end, is_marked in zip(ends[1:], marked, strict=True) if is_marked}
    return _Side(pieces, keys, {end: place for place, end in enumerate(ends)}, sentence_ends)


def _find_cuts(before: _Side, after: _Side) -> Iterator[_Cut]:
    """All places at which both sides can be cut, with the beginning and the end."""
    yield _Cut(0, 0)
    ends = list(before.ends)  # in order
    for code in Levenshtein.opcodes(before.keys, after.keys):
        if code.tag != "equal":
            continue
        size = code.src_end - code.src_start
        middle = size // 2 if size >= _LEAST_STANDING else 0
        moved = code.dest_start - code.src_start
        last = min(code.src_end, len(before.keys) - 1)
        for at in ends[bisect_right(ends, code.src_start) : bisect_right(ends, last)]:
            if at + moved not in after.ends or at + moved == len(after.keys):
                continue
            ends_sentence = at in before.sentence_ends or at + moved in after.sentence_ends
            if ends_sentence or at - code.src_start == middle:
                yield _Cut(at, at + moved, ends_sentence)
    yield _Cut(len(before.keys), len(after.keys))


def _choose_cuts(cuts: Iterator[_Cut]) -> Iterator[_Cut]:
    """Those at the ends of sentences, and of the others such as part what would be too long."""
    last = next(cuts)
    yield last
    other: _Cut | None = None
    for cut in cuts:
        if other is not None and cut.before - last.before > LONGEST_PART:
            yield other
            last, other = other, None
        if cut.ends_sentence:
            yield cut
            last, other = cut, None
        else:
            other = cut
