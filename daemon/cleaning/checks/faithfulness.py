"""How faithful a cleaned text is to its original: what is gone, what is new, over windows of words.

The bounds are measured on professional editors: over some 970 windows of 300 words of podcasts and
earnings calls, these let all but one window in a thousand of the editors' own cleanings pass. A
plain comparison of lengths would also pass a cleaner that drops 40 words in every 120.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, compress
from math import ceil
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from daemon.system.unlocked import unlocked_property
from daemon.text.languages.counting import has_figure, is_number, numbers
from daemon.text.languages.knowledge import words_without_content
from daemon.text.transcript import MARKED, UNSPACED, UNSPACED_LETTER, split_words

WINDOW_WORDS = 300
"""Over so many words of the original the bounds below hold."""


class Bounds(NamedTuple):
    """What a cleaning may take out and put in, over a window of words.

    `longest_gone` and `longest_new`: words in a row that are gone, or stand there in place of the original's
    or beside them. `least_content_kept`: of the content words, a substitute counted. `shortest` and
    `longest`: cleaned words per original word, fillers that are gone not counted. `most_new_content`: of
    the cleaned content words.
    """

    longest_gone: int
    least_content_kept: float
    shortest: float
    longest: float
    longest_new: int
    most_new_content: float


CLEAN = Bounds(20, 0.80, 0.65, 1.15, 12, 0.12)
"""Editors never took out more than 18 words in a row, kept at least .81 of the content words, stayed between
.71 and 1.09 of the words, and had 12 new words in a row, or .12 new content words, in 1 window of 1,000."""

LIGHT = Bounds(15, 0.90, 0.80, 1.05, 8, 0.05)
"""Where of what the editors took out only fillers, broken-off words and what is said again beside it count,
in 813 windows of 13 transcripts: never more than 14 words in a row, at least .91 of the content words, and at
least .83 of the words without fillers. Light puts in nothing; of the editors, who reword, 7 windows in 1,000
have 8 new words in a row, 29 have .05 new content words."""

SHORT_WORDS = 60
"""A passage of no more words than this must keep some of them as they are, besides."""

# Words beyond the bounds in a passage of hardly any length, none in a whole window. Of editors' 1,300
# turns of 4 to 60 words none lost more than 3 beyond them, and hardly one gained more.
_SLACK = 4

# Chance leaves a common word standing in what was taken out, or put in. It ends a run only where two
# words of the run do not outweigh it. Editors' longest runs stay what they were (13 and 13 words); of
# dropped stretches of 25 words 98 in 100 are found, without this 83.
_STANDING = 2

_LETTER_WEIGHS = 0.5  # of a word, in scripts without spaces

_LONGEST_STUTTER = 4  # words
_FEW_LOST, _FEW_STAND = 4, 0.5  # different words are lost, and less than this share of all stands
_FEW_NEW = 3  # words are new, and more than stand
_LEAST_RESPELT = 60  # per cent of the letters: "sizeable" and "sizable", "outputs" and "output"
_LEAST_ALIKE = 45  # per cent of the letters: "yeah" and "yes", "Nicky" and "Nikki", "I got you" and "gotcha"

_PUNCTUATION = r"\u0e4f\u0e5a\u0e5b\u104a-\u104f\u17d4-\u17da\u30a0\u30fb"  # among the letters of UNSPACED
_LETTERS_OF_WORD = rf"(?:(?![_{UNSPACED}])[\w{MARKED}])+"
TOKEN = re.compile(
    rf"(?![{_PUNCTUATION}])[{UNSPACED}]|\d+(?:[.,:]\d+)+|{_LETTERS_OF_WORD}(?:['’]{_LETTERS_OF_WORD})*"
)
_LOOSE_MARK = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u093c]|(?<=[\u0900-\u0dff])[\u200c\u200d]"
)
"""Accents that NFC joins to no letter, the dot of Hindi's loan letters among them, vowels of Hebrew and
Arabic, and joiners in scripts of India."""
_ASCII_TOKEN = re.compile(r"\d+(?:[.,:]\d+)+|[^\W_]+(?:'[^\W_]+)*", re.ASCII)  # the same, in less time
_PART_OF_NUMBER = re.compile(r"\d[.,:]\d")
_LOOSE_APOSTROPHES = ("''", " '", "' ")  # quotation marks, or none of a word for another reason
_TO_SPACES = {ord(char): " " for char in map(chr, range(128)) if not (char.isalnum() or char == "'")}

_CONTENT_LETTERS = 4
_LONGEST_ELIDED, _SHORTEST_BEHIND = 6, 3  # letters before an apostrophe ("lorsqu") and behind it ("été")
_WORDS_AT_HAND, _LONGEST_AT_HAND = 16384, 64  # letters
_TEXTS_AT_HAND = 1024  # the passages of the chunks in work, their parts and what came of them


class Word(NamedTuple):
    """A word of a comparison: on both sides, or only `gone`, only `new`, or `swapped` for another.

    `key` is the cleaned word, of a word that is gone the original's; `was` is what a swapped word was.
    """

    key: str
    gone: bool = False
    new: bool = False
    swapped: bool = False
    was: str = ""

    @property
    def stayed(self) -> bool:
        """Whether it stands on both sides."""
        return not (self.gone or self.new or self.swapped)


class Comparison(tuple[Word, ...]):
    """The words of two texts in one sequence; `changed` are the places of those that did not stay."""

    changed: Sequence[int]

    @classmethod
    def of(cls, words: Iterable[Word], changed: Sequence[int]) -> Comparison:
        """The comparison of these words."""
        made = cls(words)
        made.changed = changed
        return made

    @classmethod
    def join(cls, parts: Iterable[Comparison]) -> Comparison:
        """Those of several passages, one after the other, as one."""
        words: list[Word] = []
        changed: list[int] = []
        for part in parts:
            changed += [len(words) + at for at in part.changed]
            words += part
        return cls.of(words, changed)


def find_changes(words: Sequence[Word]) -> Sequence[int]:
    """The places of the words of a comparison that did not stay."""
    if isinstance(words, Comparison):
        return words.changed
    return [at for at, word in enumerate(words) if word[1] or word[2] or word[3]]


@lru_cache(maxsize=_TEXTS_AT_HAND)
def tokens(text: str) -> tuple[str, ...]:
    """The words to compare by, without case and punctuation; a letter each in scripts without spaces."""
    plain = _list_plain_tokens(text)
    if plain is not None:
        return plain
    words = split_words(text)
    if max(map(len, words), default=0) > _LONGEST_AT_HAND:
        return tuple(TOKEN.findall(fold_letters(text)))
    return tuple(chain.from_iterable(map(_list_tokens, words)))


def _list_plain_tokens(text: str) -> tuple[str, ...] | None:
    """The same in a fraction of the time; None where a word or number may hold a mark, or is not in ASCII."""
    plain = text.replace("’", "'")
    if not plain.isascii():
        return None
    if has_figure(plain) and _PART_OF_NUMBER.search(plain):
        return None
    spaced = f" {plain.lower().translate(_TO_SPACES)} "
    if any(map(spaced.__contains__, _LOOSE_APOSTROPHES)):
        return None
    return tuple(spaced.split())


def part_gaps(text: str) -> tuple[tuple[str, ...], list[str]]:
    """The words of a text to compare by, and what stands behind each, without case."""
    folded = fold_letters(text)
    pattern = _ASCII_TOKEN if folded.isascii() else TOKEN
    return tokens(text), pattern.split(folded)[1:]


@lru_cache(maxsize=_WORDS_AT_HAND)
def _list_tokens(part: str) -> list[str]:
    """Those of what whitespace parts."""
    pattern = _ASCII_TOKEN if part.isascii() else TOKEN
    return pattern.findall(fold_letters(part))


def fold_letters(text: str) -> str:
    """A text in small letters, without the marks over and under letters that people may leave out."""
    folded = text.replace("’", "'").casefold()
    if folded.isascii() or _LOOSE_MARK.search(folded) is None:
        return folded
    return _LOOSE_MARK.sub("", unicodedata.normalize("NFC", folded))


@lru_cache(maxsize=_TEXTS_AT_HAND)
def compare(original: str, cleaned: str, fillers: frozenset[str]) -> Comparison:
    """The words of both texts in one sequence, by the fewest edits; fillers that are gone are left out."""
    before, after = tokens(original), tokens(cleaned)
    if before == after:
        return Comparison.of(map(_make_standing, after), ())
    out: list[Word] = []
    changed: list[int] = []
    standing = list(map(_make_standing, after))
    for code in Levenshtein.opcodes(before, after):
        if code.tag == "equal":
            out += standing[code.dest_start : code.dest_end]
            continue
        first = len(out)
        gone, came = before[code.src_start : code.src_end], after[code.dest_start : code.dest_end]
        if code.tag == "replace":
            out += [_make_swapped(was, key, fillers) for was, key in zip(gone, came, strict=True)]
        else:
            out += [_make_gone(key) for key in gone if key not in fillers]
            out += map(_make_new, came)
        changed += range(first, len(out))
    return Comparison.of(out, changed)


@lru_cache(maxsize=8192)
def _make_standing(key: str) -> Word:
    return Word(key)


@lru_cache(maxsize=8192)
def _make_gone(key: str) -> Word:
    return Word(key, gone=True)


@lru_cache(maxsize=8192)
def _make_new(key: str) -> Word:
    return Word(key, new=True)


def known_of(words: Iterable[Word]) -> frozenset[str]:
    """The keys of the original's words in a comparison."""
    return frozenset([was or key for key, _, new, _, was in words if not new])


def fault_of(
    words: Sequence[Word],
    bounds: Bounds = CLEAN,
    is_light: Callable[[str], bool] = is_number,
) -> str | None:
    """What makes a cleaning unfaithful, in a short phrase; None where it is within the bounds.

    `is_light` says of a word whether its loss is none; a number may be spelt otherwise.
    """
    changed = find_changes(words)
    if not changed:
        return None
    gone, new = _longest_runs(words, changed)
    if gone > bounds.longest_gone:
        return f"the answer left out some {gone} words in a row"
    if new >= bounds.longest_new:
        return f"some {new} words in a row are new"
    if not _is_longer(words, changed, SHORT_WORDS):
        fault = _fault_of_few(words, bounds, is_light)
        return fault and _fault_of_few(_drop_stutters(words), bounds, is_light)
    fault = _fault_of_windows(words, changed, bounds)
    if fault is None:
        return None
    words = _drop_stutters(words)
    return _fault_of_windows(words, find_changes(words), bounds)


def _fault_of_windows(words: Sequence[Word], changed: Sequence[int], bounds: Bounds) -> str | None:
    """What is wrong with a longer comparison in one of its windows."""
    counts = _Counts(words, changed)
    if not (counts.gone or counts.new or counts.invented):
        return None
    faults = (_fault_of_window(counts, first, last, bounds) for first, last in _list_windows(counts))
    return next(filter(None, faults), None)


def _drop_stutters(words: Sequence[Word]) -> Sequence[Word]:
    """The words without those that are gone and stand beside once more: "I, I, I was, I was"."""
    left: list[Word] = []
    for word in words:
        left.append(word)
        for size in range(1, min(_LONGEST_STUTTER, len(left) // 2) + 1):
            first, second = left[-2 * size : -size], left[-size:]
            if [one.key for one in first] != [one.key for one in second]:
                continue
            if all(one.gone for one in first) and not any(one.new or one.swapped for one in second):
                del left[-2 * size : -size]
            elif all(one.gone for one in second):
                del left[-size:]
    return left


def _is_longer(words: Sequence[Word], changed: Sequence[int], most: int) -> bool:
    """Whether the original's words in a comparison count for more than so many."""
    said = len(words) - sum(words[at].new for at in changed)
    if said * _LETTER_WEIGHS > most:
        return True
    return size_of([key for key, _, is_new, _, _ in words if not is_new]) > most


def weigh_text(text: str) -> float:
    """For how many words a text counts (see `size_of`)."""
    words = tokens(text)
    return float(len(words)) if text.isascii() else size_of(words)


def size_of(keys: Iterable[str]) -> float:
    """For how many words they count: a letter of a script without spaces is half of one."""
    words = list(keys)
    return float(len(words)) if "".join(words).isascii() else sum(map(_weigh_word, words))


@lru_cache(maxsize=8192)
def is_content(key: str) -> bool:
    """Whether a word carries content: a number, or a longer word that is no function word."""
    stem = drop_elided(key).partition("'")[0]  # of "they've", "europe's"
    return key[:1].isdigit() or (len(stem) >= _CONTENT_LETTERS and stem not in words_without_content())


def drop_elided(key: str) -> str:
    """A word without the small one written as part of it: "hiver" of "l'hiver", "anno" of "dell'anno".

    What English writes behind an apostrophe is shorter: "they've".
    """
    elided, _, rest = key.partition("'")
    return rest if len(elided) <= _LONGEST_ELIDED and len(rest) >= _SHORTEST_BEHIND else key


def _make_swapped(was: str, key: str, fillers: frozenset[str]) -> Word:
    """A word for another; one that took the place of a filler is new."""
    if was in fillers and key not in fillers:
        return Word(key, new=True)
    return Word(key, swapped=True, was=was)


class _Counts:
    """Where in a comparison words are gone or new, and which of them carry content; for all windows at once.

    `changed` are the places of the words that did not stay; those of each kind are in order.
    """

    def __init__(self, words: Sequence[Word], changed: Sequence[int]) -> None:
        self._words = words
        self.size = len(words)
        self.gone = [at for at in changed if words[at].gone]
        self.new = [at for at in changed if words[at].new]
        self.lost = [at for at in self.gone if is_content(words[at].key)]
        self.added = [at for at in self.new if is_content(words[at].key)]
        came = [at for at in changed if not words[at].gone and is_content(words[at].key)]
        known = known_of(words) if came else frozenset[str]()
        self.invented = [at for at in came if _is_invented(words[at], known)]

    @unlocked_property
    def content(self) -> Sequence[int]:
        """All the words that carry content: looked for where any of them was lost or invented."""
        keys = [word[0] for word in self._words]
        telling = frozenset(filter(is_content, frozenset(keys)))
        return list(compress(range(self.size), map(telling.__contains__, keys)))

    def count_said(self, end: int) -> int:
        """How many of the first so many words are the original's."""
        return end - bisect_left(self.new, end)


def _count_between(places: Sequence[int], first: int, last: int) -> int:
    """How many of some places are among these, the last not among them."""
    return bisect_left(places, last) - bisect_left(places, first)


def _fault_of_window(counts: _Counts, first: int, last: int, bounds: Bounds) -> str | None:
    """What is wrong with some words of a comparison, the last not among them."""
    before = last - first - _count_between(counts.new, first, last)
    after = last - first - _count_between(counts.gone, first, last)
    slack = _SLACK * max(0.0, 1 - before / WINDOW_WORDS)
    if after < bounds.shortest * before - slack:
        return f"only {after} of {before} words came back"
    if after > bounds.longest * before + slack:
        return f"{before} words became {after}"
    lost, new = _count_between(counts.lost, first, last), _count_between(counts.invented, first, last)
    if not lost and not new:
        return None
    telling = _count_between(counts.content, first, last)
    content = telling - _count_between(counts.added, first, last)
    if content - lost < bounds.least_content_kept * content - slack:
        return f"the answer left out {lost} of {content} content words"
    kept = telling - lost
    if new > bounds.most_new_content * kept + slack:
        return f"{new} of {kept} content words are new"
    return None


def _fault_of_few(words: Sequence[Word], bounds: Bounds, is_light: Callable[[str], bool]) -> str | None:
    """What is wrong with a short comparison, some words of which must stand as they are, besides."""
    known = known_of(words)
    came = {word.key for word in words if not word.gone}
    stayed = sum(word.stayed for word in words)
    if _are_parted_otherwise(words):
        return None
    if stayed == 0 and came and not _are_alike(words):
        return "it says something else"
    before = sum(not (word.new or (word.gone and is_light(word.key))) for word in words)
    lost = sum(not is_light(key) for key in known - came)  # a repeat taken out is none
    if lost >= _FEW_LOST and stayed < _FEW_STAND * before:
        return f"only {stayed} of {before} words are still there"
    words = _drop_spelt_out(words, is_light)
    if (invented := sum(_is_invented(word, known) for word in words)) > max(_FEW_NEW, stayed):
        return f"{invented} words are new"
    return _fault_of_window(_Counts(words, find_changes(words)), 0, len(words), bounds)


def _are_parted_otherwise(words: Sequence[Word]) -> bool:
    """Whether the letters are the same ones, and only the spaces others: "c e o" and "CEO"."""
    before = "".join([was or key for key, _, new, _, was in words if not new])
    return before == "".join([key for key, gone, _, _, _ in words if not gone])


def _drop_spelt_out(words: Sequence[Word], is_light: Callable[[str], bool]) -> Sequence[Word]:
    """The words without those of numbers that are gone, where figures came, and without these: "six" is 6.

    Whether they are the same numbers is asked elsewhere.
    """
    if not any((word.new or word.swapped) and word.key[:1].isdigit() for word in words):
        return words
    left = [word for word in words if not _is_spelt_out(word, is_light)]
    if len(left) == len(words):
        return words
    return [word for word in left if not (word.new and word.key[:1].isdigit())]


def _is_spelt_out(word: Word, is_light: Callable[[str], bool]) -> bool:
    """Whether a word of the original may be of a number that is written in figures now."""
    if word.swapped:
        return word.key[:1].isdigit() and is_light(word.was)
    return word.gone and is_light(word.key)


def _are_alike(words: Sequence[Word]) -> bool:
    """Whether a text that kept no word is the same words spelt differently, or the same number."""
    before = [word.was or word.key for word in words if not word.new]
    after = [word.key for word in words if not word.gone]
    if ratio("".join(before), "".join(after)) >= _LEAST_ALIKE:
        return True
    said = numbers(" ".join(before))
    return bool(said) and said == numbers(" ".join(after))


def _is_invented(word: Word, known: frozenset[str]) -> bool:
    """Whether a word was never said: it is neither one of the original's nor one of them respelt."""
    if word.stayed or word.gone or word.key in known:
        return False
    return word.new or ratio(word.was, word.key) < _LEAST_RESPELT


def _longest_runs(words: Sequence[Word], changed: Sequence[int]) -> tuple[int, int]:
    """About how many words the longest run of each side has, gone and new; swapped words count on both.

    `changed` are the places of all these words. Those of the other side do not interrupt a run, and a word
    that stands only weighs against it.
    """
    longest_gone = longest_new = run_gone = run_new = 0.0
    behind = 0
    for at in changed:
        if at > behind and (run_gone or run_new):
            # a word that stands weighs at least one: more of them than the run has can do no more against it
            most = behind + ceil(max(run_gone, run_new))
            standing = _STANDING * sum([_weigh_word(word.key) for word in words[behind : min(at, most)]])
            run_gone, run_new = max(0.0, run_gone - standing), max(0.0, run_new - standing)
        behind = at + 1
        key, gone, new, swapped, _ = words[at]
        if gone or swapped:
            run_gone += _weigh_word(key)
            longest_gone = max(longest_gone, run_gone)
        if new or swapped:
            run_new += _weigh_word(key)
            longest_new = max(longest_new, run_new)
    return int(longest_gone), int(longest_new)


@lru_cache(maxsize=8192)
def _weigh_word(key: str) -> float:
    return _LETTER_WEIGHS if not key.isascii() and UNSPACED_LETTER.match(key) else 1.0


def _list_windows(counts: _Counts) -> Iterator[tuple[int, int]]:
    """Windows of WINDOW_WORDS of the original, half overlapping; the last is never a small rest."""
    total = counts.count_said(counts.size)
    count = max(1, round(2 * total / WINDOW_WORDS) - 1)
    ends = range(counts.size + 1)
    aims = [total * number // (count + 1) for number in range(count + 1)]
    bounds = [bisect_left(ends, aim, key=counts.count_said) for aim in aims]
    yield from zip(bounds[:count], [*bounds[2:], counts.size], strict=True)
