"""Numbers that are gone, new or others, in whatever spelling."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, groupby, pairwise

from daemon.cleaning.checks.faithfulness import Word, find_changes, is_content, tokens
from daemon.cleaning.checks.meaning.doubt import Doubt
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.checks.stretches import Difference
from daemon.text.languages.counting import (
    has_figure,
    is_number,
    list_number_runs,
    list_numbers,
    list_spelt_numbers,
    may_be_number,
    numbers,
    reads_numbers,
    small_numbers,
)

_LONGEST_SPELLING = 8  # numbers that are written as one
_POINT = re.compile(r"[.:](?!\d{3}$)\d+$")  # with the digits behind it; three may be thousands
_LONGEST_FRAME = 4  # words before a number that are said anew behind it
_TWICE = 2
_PAIRED_DIGITS = 3  # of a number read as two, and of its point with the two digits behind it
_LONG_NUMBER_WORD = 5  # letters, which no other word holds by chance: "zwanzig"; but "acht", "Nacht"


def find_changed_number(
    original: str, cleaned: str, words: Sequence[Word], found: Sequence[Difference], speech: Speech
) -> Doubt | None:
    """A number that is gone or another one, in whatever spelling (6 of 996).

    Where the number words of a language can't be read, figures may stand for any that are gone, and be any.
    """
    language = speech.language
    if not _are_numbers_touched(words, found, language):
        return None
    said, written = list_numbers(original, language), list_numbers(cleaned, language)
    told = list_spelt_numbers(original, language)  # "oh nine" is "09"
    are_same = _are_same_digits(said, written) or _are_same_digits(told, written)
    other = _find_number_for_another(found, language)
    if other is not None and not are_same:
        return Doubt("number", "a number was changed", other.before, other.after)
    if len(said) > len(written) and (merged := _find_merged(found, speech)) is not None:
        return Doubt("number", "a number was changed", merged.before, merged.after)
    before, after = Counter(said), Counter(written)
    if before == after and said != written:
        return Doubt("order", "two numbers were swapped", tuple(said), tuple(written))
    if are_same:
        return None
    gone = [number for number in _numbers_missing(before - after, cleaned, language) if number not in after]
    new = [number for number in _numbers_missing(after - before, original, language) if number not in before]
    if gone and _is_begun_anew(gone, before) and not _are_parted(gone, original, language):
        gone = []
    gone = _drop_given_up(gone, before, original, speech) if gone else gone
    if gone and new and _are_run_together(gone, new, list_number_runs(original, language)):
        return None
    gone = _list_unexplained(gone, cleaned, [key for one in found for key in one.after], speech)
    new = _list_unexplained(new, original, [key for one in found for key in one.before], speech)
    if not gone and not new:
        return None
    what = "gone" if gone else "new"
    if gone and new:
        what = "another one"
    return Doubt("number", f"a number is {what}", tuple(gone), tuple(new))


def _list_unexplained(
    missing: Iterable[str], other: str, instead: Iterable[str], speech: Speech
) -> list[str]:
    """The numbers missing in another text that neither a sign of it nor a word instead may stand for."""
    if not reads_numbers(speech.language) and any(_spells_number(key, speech) for key in instead):
        return []
    return [number for number in missing if not _is_sign_written(number, other, speech)]


def _find_number_for_another(found: Sequence[Difference], language: str) -> Difference | None:
    """A number alone in the place of another one alone, though either may stand elsewhere as well."""
    for one in found:
        if len(one.before) == len(one.after) == 1 and is_number(one.before[0], language):
            was, now = ([*numbers(key, language)] for (key,) in (one.before, one.after))
            if len(was) == len(now) == 1 and not _are_same_digits(was, now):
                return one
    return None


def _find_merged(found: Sequence[Difference], speech: Speech) -> Difference | None:
    """Two numbers that became one though a word stood between them that tells: "two or fifty", "2.50"."""
    light = speech.weightless | speech.hesitations | speech.determiners
    light = light.union(*speech.symbols.values())
    for one in found:
        said = list_numbers(" ".join(one.before), speech.language)
        if len(said) < len(one.after) + 1 or _digits_of(said) != _digits_of(one.after):
            continue
        counted = [at for at, key in enumerate(one.before) if is_number(key, speech.language)]
        between = one.before[counted[0] : counted[-1]]
        if any(not may_be_number(key, speech.language) and key not in light for key in between):
            return one
    return None


def _is_sign_written(number: str, other: str, speech: Speech) -> bool:
    """Whether a number is part of what a sign of the other text stands for: "por ciento" and "%"."""
    words = {word for sign, words in speech.symbols.items() if sign in other for word in words}
    return any(number in numbers(word, speech.language) for word in words)


def _spells_number(key: str, speech: Speech) -> bool:
    """Whether a word is a number spelt out, or made of some ("fünfundzwanzig"), in another language."""
    return any(word in key for word in speech.number_words if word == key or len(word) >= _LONG_NUMBER_WORD)


def _are_same_digits(gone: Sequence[str], new: Sequence[str]) -> bool:
    """Whether numbers are others parted or timed otherwise: 293 is "2 93", 9 is "9:00"; but 2.5 is not 25."""
    if _digits_of(gone) != _digits_of(new):
        return False
    pairs = zip(gone, new, strict=False)
    return len(gone) != len(new) or not any(_is_point_moved(was, now) for was, now in pairs)


def _is_point_moved(was: str, now: str) -> bool:
    """Whether a number has its point or colon elsewhere, or newly has one; but not as "nine fifty-one".

    Recognisers write that as 951, and editors as 9.51 (2 of 2,374 passages cut from their turns).
    """
    had, has = (_POINT.search(number.removesuffix(":00")) for number in (was, now))
    if had is None or has is None:
        is_paired = has is not None and len(was) >= _PAIRED_DIGITS == len(has[0])
        return had is not has and not is_paired
    return had.span() != has.span()


def _digits_of(found: Iterable[str]) -> str:
    return "".join(re.sub(r"\D", "", number.removesuffix(":00")) for number in found)


def _numbers_missing(wanted: Counter[str], text: str, language: str) -> list[str]:
    """Those of some numbers that a text does not hold as small words either: "1st" is "first"."""
    small = small_numbers(frozenset(tokens(text)), language) if wanted else frozenset()
    return [number for number in wanted if number not in small]


def _are_numbers_touched(words: Sequence[Word], found: Sequence[Difference], language: str) -> bool:
    """Whether a number is gone, new or spelt otherwise, or stands beside what is and was part of it."""
    changed = {key for at in find_changes(words) for key in (words[at].key, words[at].was)}
    touched = changed.union(chain.from_iterable(one.beside for one in found))
    return any(is_number(key, language) or _holds_figure(key) for key in touched)


def _holds_figure(key: str) -> bool:
    """Whether a word that may be no number by itself has a figure: "FY'22"."""
    return not key.isalpha() and has_figure(key)


def _are_run_together(gone: Sequence[str], new: Sequence[str], said: Iterable[Sequence[str]]) -> bool:
    """Whether new numbers are the last of some in a row of the original: "six, six nine three" is 6.93."""
    written = _digits_of(new)
    ends = (run[-size:] for run in said for size in range(2, min(_LONGEST_SPELLING, len(run)) + 1))
    return any(_digits_of(end) == written and set(gone) <= set(end) for end in ends)


def _is_begun_anew(gone: Sequence[str], before: Counter[str]) -> bool:
    """Whether a number is a false start of another: "200, yeah, 257"; "nine… basically the 940"."""
    longer = [number for number in before if number not in gone]
    return all(any(_begins_number(number, other) for other in longer) for number in gone)


def _drop_given_up(gone: Iterable[str], before: Counter[str], original: str, speech: Speech) -> list[str]:
    """Those of some numbers behind which nobody begins anew: "there are two, there are three options".

    Who begins a third time tells one thing after the other: "it was four, it was eight, it was sixteen".
    """
    keys = [key for key in tokens(original) if key not in speech.hesitations]
    spans = list(_find_number_words(keys, speech.language))
    given_up = Counter[str]()
    for (start, end), (other, _) in pairwise(spans):
        frame = keys[end:other]
        if frame == keys[max(0, start - len(frame)) : start] and _is_clause_begun(frame, speech):
            frames = [keys[max(0, at - len(frame)) : at] for at, _ in spans]
            if frames.count(frame) == _TWICE:
                given_up.update(numbers(" ".join(keys[start:end]), speech.language))
    return [number for number in gone if given_up[number] < before[number]]


def _find_number_words(keys: Iterable[str], language: str) -> Iterator[tuple[int, int]]:
    """Where the words of each number begin and end."""
    end = 0
    for is_part, run in groupby(keys, key=partial(is_number, language=language)):
        start, end = end, end + len(list(run))
        if is_part:
            yield start, end


def _is_clause_begun(frame: Sequence[str], speech: Speech) -> bool:
    """Whether a few words are somebody and a verb: "there are", "it's"; not the "you" of "you two"."""
    is_long_enough = 1 < len(frame) <= _LONGEST_FRAME or (len(frame) == 1 and "'" in frame[0])
    somebody = speech.subjects | speech.persons.keys()
    return is_long_enough and any(key.partition("'")[0] in somebody for key in frame)


def _are_parted(gone: Sequence[str], original: str, language: str) -> bool:
    """Whether what was counted stands behind a number that is gone: "sixty chairs, maybe sixty-five"."""
    keys = tokens(original)
    for at, key in enumerate(keys[:-1]):
        is_gone = key in gone or not numbers(key, language).keys().isdisjoint(gone)
        if is_gone and is_content(keys[at + 1]) and not is_number(keys[at + 1], language):
            return True
    return False


def _begins_number(number: str, other: str) -> bool:
    """Whether a number may be what of another was said first: 9 and 200 of 940 and 257, but not 18 of 16."""
    begun = number.rstrip("0") or number
    return len(number) <= len(other) and other.startswith(begun) and other != number
