"""How faithful a cleaned text is to its original: what is gone, what is new, over windows of words.

The bounds are measured on professional editors: over some 970 windows of 300 words of podcasts and
earnings calls, these let all but one window in a thousand of the editors' own cleanings pass. A
plain comparison of lengths would also pass a cleaner that drops 40 words in every 120.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rapidfuzz.distance import Levenshtein

WINDOW_WORDS = 300
"""Over so many words of the original the bounds below hold."""

LONGEST_GONE = 20
"""Words in a row; editors never took out more than 18."""

LEAST_CONTENT_KEPT = 0.80
"""Of the content words; editors kept at least .81, a substitute counted."""

SHORTEST, LONGEST = 0.65, 1.15
"""Cleaned words per original word; editors stayed between .71 and 1.09."""

LONGEST_NEW = 12
"""Words in a row that the original does not have."""

MOST_NEW_CONTENT = 0.12
"""Of the cleaned content words."""

SHORT_WORDS = 60
"""A passage of no more words than this is judged by counts: shares say nothing about so little."""

_SLACK = 6  # content words more in a passage of hardly any length, none in a whole window

_SHORT_CONTENT_LOST = 5  # content words, and more than half of them
_SHORT_NEW = 3  # words that are new, and more than stayed

_TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:['’][^\W_]+)*")

_CONTENT_LETTERS = 4
_FUNCTION_WORDS = frozenset(
    "about after again also because been before being could does doing down during each from further "
    "have having here into itself just like know mean more most only other over really same should "
    "some such than that their them then there these they this those through under until very want "
    "well were what when where which while will with would your yours yeah okay actually basically "
    "right going gonna kind sort thing things".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a comparison. `gone` and `new` are mutually exclusive: it stands on one side only."""

    key: str
    gone: bool = False
    new: bool = False
    swapped: bool = False


def tokens(text: str) -> list[str]:
    """The words to compare by, without case and punctuation; a letter each in scripts without spaces."""
    return [word.replace("’", "'").casefold() for word in _TOKEN.findall(text)]


def compare(original: str, cleaned: str, fillers: frozenset[str]) -> list[Word]:
    """The words of both texts in one sequence, by the fewest edits; fillers that are gone are left out."""
    before, after = tokens(original), tokens(cleaned)
    out: list[Word] = []
    for code in Levenshtein.opcodes(before, after):
        gone, came = before[code.src_start : code.src_end], after[code.dest_start : code.dest_end]
        if code.tag == "equal":
            out += [Word(key) for key in came]
        elif code.tag == "replace":
            out += [Word(key, swapped=True) for key in came]
        out += [Word(key, gone=True) for key in gone if code.tag == "delete" and key not in fillers]
        out += [Word(key, new=True) for key in came if code.tag == "insert"]
    return out


def fault_of(words: Sequence[Word], known: frozenset[str]) -> str | None:
    """What makes a cleaning unfaithful, in a short phrase; None where nothing does.

    `known` holds the keys of the original around: a word that stands there is not invented.
    """
    if (run := _longest(words, "gone")) > LONGEST_GONE:
        return f"{run} words in a row are gone"
    if (run := _longest_new(words, known)) >= LONGEST_NEW:
        return f"{run} words in a row are new"
    before = sum(not word.new for word in words)
    if before <= SHORT_WORDS:
        return _fault_of_few(words, known)
    return next((fault for part in _windows(words) if (fault := _fault_of_window(part, known))), None)


def is_content(key: str) -> bool:
    """Whether a word carries content: a number, or a longer word that is no function word."""
    return key[:1].isdigit() or (len(key) >= _CONTENT_LETTERS and key not in _FUNCTION_WORDS)


def _fault_of_window(words: Sequence[Word], known: frozenset[str]) -> str | None:
    before = sum(not word.new for word in words)
    after = sum(not word.gone for word in words)
    if after < SHORTEST * before:
        return f"only {after} of {before} words came back"
    if after > LONGEST * before:
        return f"{before} words became {after}"
    slack = _SLACK * max(0.0, 1 - before / WINDOW_WORDS)
    content = [word for word in words if not word.new and is_content(word.key)]
    lost = sum(word.gone for word in content)
    if lost > (1 - LEAST_CONTENT_KEPT) * len(content) + slack:
        return f"{lost} of {len(content)} content words are gone"
    kept = [word for word in words if not word.gone and is_content(word.key)]
    new = sum(_invented(word, known) for word in kept)
    if new > MOST_NEW_CONTENT * len(kept) + slack:
        return f"{new} of {len(kept)} content words are new"
    return None


def _fault_of_few(words: Sequence[Word], known: frozenset[str]) -> str | None:
    content = [word for word in words if not word.new and is_content(word.key)]
    lost = sum(word.gone for word in content)
    if lost >= _SHORT_CONTENT_LOST and 2 * lost > len(content):
        return f"{lost} of {len(content)} content words are gone"
    invented = sum(_invented(word, known) for word in words)
    stayed = sum(not (word.gone or word.new or word.swapped) for word in words)
    if invented > max(_SHORT_NEW, stayed):
        return f"{invented} words are new"
    return None


def _invented(word: Word, known: frozenset[str]) -> bool:
    return (word.new or word.swapped) and word.key not in known


def _longest(words: Sequence[Word], side: str) -> int:
    """The longest run of words of one side; words of the other side do not interrupt it."""
    longest = run = 0
    for word in words:
        if getattr(word, side):
            run += 1
            longest = max(longest, run)
        elif not (word.new or word.gone):
            run = 0
    return longest


def _longest_new(words: Sequence[Word], known: frozenset[str]) -> int:
    """The longest run of words that came, at least one in three of which the original does not know."""
    longest = run = strange = 0
    for word in words:
        if word.new or (word.swapped and word.key not in known):
            run += 1
            strange += word.key not in known
            if 3 * strange >= run:
                longest = max(longest, run)
        elif not word.gone:
            run = strange = 0
    return longest


def _windows(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Windows of WINDOW_WORDS of the original, half overlapping; the last is never a small rest."""
    places = [0, *accumulate(not word.new for word in words)]
    total = places[-1]
    count = max(1, round(2 * total / WINDOW_WORDS) - 1)
    at = {place: index for index, place in reversed(list(enumerate(places)))}
    for number in range(count):
        first = at[total * number // (count + 1)]
        last = len(words) if number == count - 1 else at[total * (number + 2) // (count + 1)]
        yield words[first:last]
