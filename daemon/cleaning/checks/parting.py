"""A long passage and its cleaning in parts, each of a few sentences that are the same ones on both sides.

What a short passage says otherwise is asked of few words, so a long one is looked at part by part. First the
sentences that came back to the letter are set aside. What is left between them is cut where it is long:
behind a word that stands on both sides, where a sentence ends on both, or on one and the other has no marks;
where neither has any, in the middle of words that stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from itertools import accumulate, pairwise
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from daemon.cleaning.checks.faithfulness import tokens
from daemon.text.languages.counting import is_number

LONGEST_PART = 60
"""Words of the original, beyond which a part is cut where no sentence ends."""

_LEAST_STANDING = 8  # words in a row, in the middle of which such a cut may be
_SENTENCE_END = re.compile(r"(?<=[.?!…])\s+|(?<=[.?!…][\"”’)\]])\s+|(?<=[。？！])")


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
    if "?" not in original and not _differ(original, cleaned, fillers):
        return
    for sentences, cleaned_sentences in _list_changed_sentences(original, cleaned):
        whole = " ".join(sentences), " ".join(cleaned_sentences)
        if not _differ(*whole, fillers):
            continue
        if len(tokens(whole[0])) <= LONGEST_PART:
            yield whole
            continue
        parts = _cut_sentences(sentences, cleaned_sentences)
        yield from (part for part in parts if _differ(*part, fillers))


def _list_changed_sentences(original: str, cleaned: str) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The sentences between those that came back to the letter, as those of the original and the cleaning."""
    before, after = _SENTENCE_END.split(original), _SENTENCE_END.split(cleaned)
    first = new_first = 0
    for code in Levenshtein.opcodes(before, after):
        if code.tag != "equal":
            continue
        yield before[first : code.src_start], after[new_first : code.dest_start]
        first, new_first = code.src_end, code.dest_end
    yield before[first:], after[new_first:]


def _differ(before: str, after: str, fillers: Set[str]) -> bool:
    """Whether two texts differ in more than fillers and words that come twice in a row, or in questions."""
    if before.count("?") != after.count("?"):
        return True
    said, came = tokens(before), tokens(after)
    return said != came and _drop_hesitations(said, fillers) != _drop_hesitations(came, fillers)


def _drop_hesitations(keys: Sequence[str], fillers: Set[str]) -> list[str]:
    """Some words without fillers, and with each word but a number once where it comes twice in a row."""
    said = [key for key in keys if key not in fillers]
    return [key for before, key in pairwise(("", *said)) if key != before or is_number(key)]


def _cut_sentences(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Some sentences with what came of them, in parts of at most about LONGEST_PART words."""
    said, came = _read_side(before), _read_side(after)
    for first, last in pairwise(_choose_cuts(_find_cuts(said, came))):
        yield said.join(first.before, last.before), came.join(first.after, last.after)


def _read_side(sentences: Sequence[str]) -> _Side:
    pieces: list[str] = []
    sizes: list[int] = []
    keys: list[str] = []
    marked: list[bool] = []
    for sentence in sentences:
        found = tokens(sentence)
        parts = [sentence] if len(found) <= LONGEST_PART else sentence.split()
        keys += found
        pieces += parts
        sizes += [len(found)] if len(parts) == 1 else [len(tokens(part)) for part in parts]
        marked += [False] * (len(parts) - 1) + [True]
    ends = [0, *accumulate(sizes)]
    sentence_ends = {end for end, is_marked in zip(ends[1:], marked, strict=True) if is_marked}
    return _Side(pieces, keys, {end: place for place, end in enumerate(ends)}, sentence_ends)


def _find_cuts(before: _Side, after: _Side) -> Iterator[_Cut]:
    """All places at which both sides can be cut, with the beginning and the end."""
    yield _Cut(0, 0)
    for code in Levenshtein.opcodes(before.keys, after.keys):
        if code.tag != "equal":
            continue
        size = code.src_end - code.src_start
        middle = size // 2 if size >= _LEAST_STANDING else 0
        moved = code.dest_start - code.src_start
        for at in range(code.src_start + 1, min(code.src_end + 1, len(before.keys))):
            if at not in before.ends or at + moved not in after.ends or at + moved == len(after.keys):
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
