"""Who does what, how many, and whether at all: what a cleaning must not change.

A passage of a few words can be turned into its opposite by one of them, which no share of words shows:
"I told them that I would ask you" and "… ask them" differ in one word of nine. So each stretch in which the
two texts differ is looked at by itself. In a passage of up to SHORT_WORDS what is found is refused: asking
again is cheap. In a longer one only what is certain is refused; the rest is noted for whoever reviews it.

The bounds are measured on professional editors' cleanings of podcasts and earnings calls: 996 turns of 8 to
60 words, 347 of 61 to 300, and 413 windows of 300. Their two sides were heard by two people, so that one
word in a hundred is another one anyway: of the 24 short turns that are refused all but four say something
else.
How many of them each check refuses stands beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice
from operator import eq
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from daemon.cleaning.faithfulness import Word, is_content, size_of, tokens
from daemon.text.differences import is_number, names, numbers
from daemon.text.languages import language_of
from daemon.text.languages.knowledge import load

SHORT_WORDS = 60
"""A passage of no more words of the original than this is short."""

LONGEST_GONE, LONGEST_NEW = 5, 5
"""Words in a row of a short passage: lost and said nowhere near (1 of 996 loses more), or said nowhere in
the passage at all (none gains more)."""

LONGEST_TAIL_GONE = 2
"""Words lost at the end of a short passage (4 of 996 lose more)."""

LONGEST_GONE_OF_LONG, LONGEST_NEW_OF_LONG = 11, 8
"""The same in a longer passage, its end included: of the 347 none lost more than 8 or gained more than 8, of
the windows none lost more than 11 or gained more than 7."""

LOOP_TIMES = 3
"""A phrase that comes so often in a row, and more often than it was said, is a model that went round in
circles: none of the editors' texts has one."""

_LONGEST_LOOP_WORDS = 12
_LOOP_SLACK = 1  # once more than was heard is another ear: "no, no" and "no, no, no"
_NEAR_WORDS = 8  # to each side: a word that is gone and stands so near was said twice, or begun anew
_SMALL_WORDS = 2  # of a difference in which one person can have taken another's place
_SAME_LETTERS = 60  # per cent: "sizeable" and "sizable"
_SAME_NAME_LETTERS = 45  # per cent: "Nicky" and "Nikki", "Mohammed" and "Muhamad"
_SAID_NAME_LETTERS = 70  # per cent: "Republicans" and "Republican"; but not "Karin" and "paint"
_SHORTEST_NAME = 3  # letters
_LONG_NUMBER_WORD = (
    5  # letters, of which chance makes no part of another word: "zwanzig"; but "acht", "Nacht"
)
_SMALL_NUMBERS = {"one": "1", "first": "1", "second": "2", "third": "3"}  # which are more often no numbers

_ENGLISH = "en"
_TELLING_CHARACTERS = 1000  # show what language a text is in; more takes time and tells nothing more


class Speech(NamedTuple):
    """The words of one language by which a sentence says who, and whether at all (see its file)."""

    persons: Mapping[str, int]
    alternatives: Mapping[str, frozenset[str]]
    number_words: frozenset[str]
    negations: frozenset[str]
    answers: frozenset[str]
    before_answers: frozenset[str]
    weightless: frozenset[str]
    tag: re.Pattern[str]

    def denies(self, key: str) -> bool:
        """Whether a word denies what is said with it, wherever it stands."""
        return key in self.negations or key.endswith("n't")

    def excludes(self, key: str, other: str) -> bool:
        """Whether one word can't mean what the other does: "before" and "after", "hours" and "days"."""
        return other in self.alternatives.get(key, ())


def speech_for(text: str) -> Speech:
    """That of the language a text is in, told from how it begins; English where it can't be told."""
    return speech_of(language_of(text[:_TELLING_CHARACTERS]) or _ENGLISH)


@cache
def speech_of(code: str) -> Speech:
    """What is known of a language, by its code; nothing where its words were not put together."""
    language = load(code)
    nothing = frozenset[str]()
    negations = language.negations if language is not None else nothing
    number_words = _fold_words(language.numbers) if language is not None and code != _ENGLISH else nothing
    if language is None or language.meaning is None:
        return Speech({}, {}, number_words, negations, nothing, nothing, nothing, re.compile(r"(?!)"))
    known = language.meaning
    persons = {word: number for number, words in enumerate(known.persons) for word in words}
    tags = "|".join(re.escape(tag) for tag in known.tags)
    return Speech(
        persons,
        _pair_alternatives(known.alternatives),
        number_words,
        negations - known.answers,
        known.answers,
        known.before_answers,
        known.weightless,
        re.compile(rf"\b(?:{tags})\?", re.I),
    )


def _fold_words(words: Iterable[str]) -> frozenset[str]:
    """Some words as `tokens` writes them: "dreissig"."""
    return frozenset(word.casefold() for word in words)


def _pair_alternatives(rows: Sequence[frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """For each word those that exclude it; a word may stand in several rows."""
    others: dict[str, frozenset[str]] = {}
    for row in rows:
        keys = _fold_words(row)
        for key in keys:
            others[key] = others.get(key, frozenset()) | keys - {key}
    return others


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch in which the words of two texts differ.

    `before` and `after` hold its words on each side. `lost` are those of the original that stand nowhere
    near, `invented` those of the cleaning that were said nowhere in the passage. `first`, `last`: no word
    that stands on both sides comes before it, or after it. `beside` are the words that stand next to it,
    `once` those of `before` that stand nowhere near: the others were said twice.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    lost: tuple[str, ...]
    invented: tuple[str, ...]
    first: bool
    last: bool
    beside: tuple[str, ...] = ()
    once: frozenset[str] = frozenset()

    @property
    def at_edge(self) -> bool:
        """Whether it begins or ends the passage."""
        return self.first or self.last

    @property
    def is_small(self) -> bool:
        """Whether one word in it can have taken the place of another, besides what was begun anew."""
        return max(len(self.once), len(self.after)) <= _SMALL_WORDS


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a passage may say otherwise: its `kind`, a phrase without words of the text, and those words."""

    kind: str
    phrase: str
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


def find_changed_meaning(original: str, cleaned: str, words: Sequence[Word], speech: Speech) -> str | None:
    """What a passage certainly says otherwise than before, in a phrase; None where nothing is found.

    `words` is the comparison of the two (see `faithfulness.compare`), `speech` that of the text around (see
    `speech_for`), which tells its language better than a few words do. The phrase names no word of the
    text: it is shown in places that no text may reach.
    """
    found = list(find_differences(words, speech))
    said = [word.was or word.key for word in words if not word.new]  # without the hesitations that are gone
    if sum(len(one.after) for one in found) >= LOOP_TIMES - 1 and loops(tokens(cleaned), said):
        return "it repeats itself"
    if size_of(word.was or word.key for word in words if not word.new) > SHORT_WORDS:
        return _find_long_run(found, LONGEST_GONE_OF_LONG, LONGEST_NEW_OF_LONG)
    return (
        _find_long_run(found, LONGEST_GONE, LONGEST_NEW)
        or _find_lost_end(found)
        or next((doubt.phrase for doubt in _doubts(original, cleaned, words, found, speech)), None)
    )


def find_doubts(original: str, cleaned: str, words: Sequence[Word], speech: Speech) -> list[Doubt]:
    """What a longer passage may say otherwise than before, to be noted; in a short one it is refused."""
    return _doubts(original, cleaned, words, list(find_differences(words, speech)), speech)


def _doubts(
    original: str, cleaned: str, words: Sequence[Word], found: Sequence[Difference], speech: Speech
) -> list[Doubt]:
    if not found:
        return []
    doubts = (
        _find_swapped_person(found, speech),
        _find_alternative(found, speech),
        _find_exchanged_words(found),
        _find_changed_negation(found, words, speech),
        _find_changed_number(original, cleaned, found, speech),
        _find_lost_name(original, cleaned, found),
        _find_answered_question(original, cleaned, found, speech),
    )
    return [doubt for doubt in doubts if doubt is not None]


def loops(came: Sequence[str], said: Sequence[str]) -> bool:
    """Whether a phrase comes LOOP_TIMES in a row or more, clearly more often than it was said so."""
    for size in range(1, _LONGEST_LOOP_WORDS + 1):
        may_loop = b"\1" * (size * (LOOP_TIMES - 1)) in _same_as_before(came, size)
        if may_loop and longest_repeat(came, size) > longest_repeat(said, size) + _LOOP_SLACK:
            return True
    return False


def longest_repeat(words: Sequence[str], size: int) -> int:
    """How often, at most, the same so many words stand in a row."""
    runs = _same_as_before(words, size).split(b"\0")
    return max(map(len, runs)) // size + 1


def _same_as_before(words: Sequence[str], size: int) -> bytes:
    """For each word from the `size`-th on: 1 where the one that stands so far before it is the same."""
    return bytes(map(eq, words, islice(words, size, None)))


def find_differences(words: Sequence[Word], speech: Speech) -> Iterator[Difference]:
    """The stretches in which two texts differ, in order."""
    said = [word.was or word.key for word in words if not word.new]
    known = frozenset(said)
    runs = [(same, list(run)) for same, run in groupby(words, key=lambda word: _is_same(word, speech))]
    for number, (same, run) in enumerate(runs):
        before = tuple(word.was or word.key for word in run if not word.new)
        if not same:
            after = tuple(word.key for word in run if not word.gone)
            near = _words_near(runs, number)
            yield Difference(
                before,
                after,
                tuple(key for key in before if key not in near and not _is_of_no_weight(key, speech)),
                tuple(key for key in after if key not in known and not is_number(key)),
                number == 0,
                number == len(runs) - 1,
                _words_beside(runs, number),
                frozenset(before) - near,
            )


def _is_of_no_weight(key: str, speech: Speech) -> bool:
    """Whether the loss of a word alone is none: a marker, or a number, which may be spelt otherwise now."""
    return key in speech.weightless or is_number(key)


def _words_beside(runs: Sequence[tuple[bool, list[Word]]], number: int) -> tuple[str, ...]:
    left = [runs[number - 1][1][-1].key] if number else []
    right = [runs[number + 1][1][0].key] if number + 1 < len(runs) else []
    return (*left, *right)


def _words_near(runs: Sequence[tuple[bool, list[Word]]], number: int) -> set[str]:
    """The words that stand within reach of a stretch, on both sides."""
    left: list[str] = []
    for same, run in reversed(runs[:number]):
        left += [word.key for word in reversed(run) if not word.gone] if same else []
        if len(left) >= _NEAR_WORDS:
            break
    right: list[str] = []
    for same, run in runs[number + 1 :]:
        right += [word.key for word in run if not word.gone] if same else []
        if len(right) >= _NEAR_WORDS:
            break
    return {*left[:_NEAR_WORDS], *right[:_NEAR_WORDS]}


def _is_same(word: Word, speech: Speech) -> bool:
    """Whether a word stands on both sides, or nearly so; a person or a negation must be the same."""
    if word.stayed:
        return True
    if not word.swapped or ratio(word.was, word.key) < _SAME_LETTERS:
        return False
    if speech.excludes(word.was, word.key):
        return False
    persons = speech.persons
    if word.was in persons or word.key in persons:
        return persons.get(word.was) == persons.get(word.key)
    same_sense = speech.denies(word.was) == speech.denies(word.key)
    return same_sense and word.was.isdigit() == word.key.isdigit()


def _find_long_run(found: Sequence[Difference], most_gone: int, most_new: int) -> str | None:
    """A run of words lost or invented."""
    for one in found:
        if len(one.lost) > most_gone:
            return f"{len(one.lost)} words in a row are gone"
        if len(one.invented) > most_new:
            return f"{len(one.invented)} words in a row are new"
    return None


def _find_swapped_person(found: Sequence[Difference], speech: Speech) -> Doubt | None:
    """Somebody else in the place of the one spoken of (4 of 996)."""
    for one in found:
        was = {speech.persons[key] for key in one.before if key in speech.persons}
        now = {speech.persons[key] for key in one.after if key in speech.persons}
        if one.is_small and was and now and was.isdisjoint(now):
            return Doubt("person", "another person does it", one.before, one.after)
    return None


def _find_alternative(found: Sequence[Difference], speech: Speech) -> Doubt | None:
    """A word in the place of one that it excludes: another day, another unit, the opposite (none of 996)."""
    for one in found:
        if max(len(one.lost), len(one.after)) > _SMALL_WORDS:
            continue
        new = [key for key in one.after if key not in one.before]
        if any(speech.excludes(was, now) for was in one.before if was not in one.after for now in new):
            return Doubt("word", "a day, a unit or an opposite is another one", one.before, one.after)
    return None


def _find_exchanged_words(found: Sequence[Difference]) -> Doubt | None:
    """Two words or numbers each in the place of the other: "Ann paid Bob", "Bob paid Ann" (none of 996)."""
    small = [one for one in found if one.is_small]
    gone = [_telling_words(one.before) - _telling_words(one.after) for one in small]
    new = [_telling_words(one.after) - _telling_words(one.before) for one in small]
    taken_from = {word: at for at, words in enumerate(gone) for word in words}
    for at, words in enumerate(new):
        for word in words:
            other = taken_from.get(word)
            if other is not None and (back := gone[at] & new[other]):
                pair = (min(back), word)
                return Doubt("order", "two words are exchanged", pair, pair[::-1])
    return None


def _telling_words(keys: Sequence[str]) -> frozenset[str]:
    """Those of some words that carry content, the numbers among them in figures."""
    return frozenset(filter(is_content, keys)) | frozenset(numbers(" ".join(keys)))


def _find_changed_negation(
    found: Sequence[Difference], words: Sequence[Word], speech: Speech
) -> Doubt | None:
    """A negation taken out of a clause that stands, or put in; or lost with none left (6 of 996)."""
    standing = any(word.stayed and speech.denies(word.key) for word in words)
    for one in found:
        was, now = _is_denied(one.before, one, speech), _is_denied(one.after, one, speech)
        if was == now:
            continue
        alone = len(one.before) <= 1 and len(one.after) <= 1
        if alone and not one.at_edge and not any(map(speech.denies, one.beside)):
            return _doubt_negation(one, gone=was)
        lost, invented = any(map(speech.denies, one.lost)), any(map(speech.denies, one.invented))
        if not standing and lost != invented and min(len(one.lost), len(one.invented)) <= _SMALL_WORDS:
            return _doubt_negation(one, gone=lost)
    return None


def _is_denied(keys: Sequence[str], one: Difference, speech: Speech) -> bool:
    """Whether there is a negation among some words of a difference.

    "No" is one behind a verb ("there is no money") and in the place of another one; elsewhere it opens an
    answer, which goes on without it just as well.
    """
    if any(map(speech.denies, keys)):
        return True
    if speech.answers.isdisjoint(keys):
        return False
    in_place_of_another = any(map(speech.denies, (*one.before, *one.after)))
    return in_place_of_another or not speech.before_answers.isdisjoint(one.beside[:1])


def _doubt_negation(one: Difference, *, gone: bool) -> Doubt:
    return Doubt("negation", f"a negation is {'gone' if gone else 'new'}", one.before, one.after)


def _find_changed_number(
    original: str, cleaned: str, found: Sequence[Difference], speech: Speech
) -> Doubt | None:
    """A number that is gone or another one, in whatever spelling (6 of 996).

    Only in English are number words read: elsewhere figures may stand for any that are gone, and be any.
    """
    before, after = numbers(original), numbers(cleaned)
    if _digits_of(before - after) == _digits_of(after - before):  # 293 is "2 93", 9 is "9:00"
        return None
    gone = _numbers_missing(before - after, cleaned)
    new = _numbers_missing(after - before, original)
    if gone and _is_begun_anew(gone, before):
        gone = []
    if new and any(_spells_number(key, speech) for one in found for key in one.before):
        new = []
    if gone and any(_spells_number(key, speech) for one in found for key in one.after):
        gone = []
    if not gone and not new:
        return None
    phrase = "a number is another one" if gone and new else f"a number is {'gone' if gone else 'new'}"
    return Doubt("number", phrase, tuple(gone), tuple(new))


def _spells_number(key: str, speech: Speech) -> bool:
    """Whether a word is a number spelt out, or made of some ("fünfundzwanzig"), in another language."""
    return any(word in key for word in speech.number_words if word == key or len(word) >= _LONG_NUMBER_WORD)


def _digits_of(found: Counter[str]) -> str:
    return "".join(re.sub(r"\D", "", number.removesuffix(":00")) for number in found.elements())


def _numbers_missing(wanted: Counter[str], text: str) -> list[str]:
    """Those of some numbers that a text does not hold as small words either: "1st" is "first"."""
    small = {digit for word, digit in _SMALL_NUMBERS.items() if word in tokens(text)}
    return [number for number in wanted if number not in small]


def _is_begun_anew(gone: Sequence[str], before: Counter[str]) -> bool:
    """Whether a number is a false start of another: "200, yeah, 257"; "nine… basically the 940"."""
    longer = [number for number in before if number not in gone]
    return all(
        any(number[0] == other[0] and len(number) <= len(other) for other in longer) for number in gone
    )


def _find_lost_name(original: str, cleaned: str, found: Sequence[Difference]) -> Doubt | None:
    """A name that is gone, with nothing like it in the cleaned text (6 of 996)."""
    there = tokens(cleaned)
    together = "".join(there)
    said = frozenset(tokens(original))
    lost = {key for one in found if not one.at_edge or (one.is_small and one.invented) for key in one.lost}
    for name in names(original) - names(cleaned):
        parts = tokens(name)
        if len(name) < _SHORTEST_NAME or name.endswith("-") or not parts or not lost.intersection(parts):
            continue
        letters = "".join(parts)
        if letters in together or any(_is_same_name(letters, word, said) for word in there):
            continue
        return Doubt("name", "a name is gone", (name,))
    return None


def _is_same_name(letters: str, word: str, said: Set[str]) -> bool:
    """Whether a word is a name spelt differently; one that was said besides must be more like it."""
    return ratio(letters, word) >= (_SAID_NAME_LETTERS if word in said else _SAME_NAME_LETTERS)


def _find_lost_end(found: Sequence[Difference]) -> str | None:
    """The last words of the passage lost."""
    if found and found[-1].last and len(found[-1].lost) > LONGEST_TAIL_GONE:
        return "its end is gone"
    return None


def _find_answered_question(
    original: str, cleaned: str, found: Sequence[Difference], speech: Speech
) -> Doubt | None:
    """A question that became a statement, in other words (1 of 996); the mark alone is a matter of taste."""
    if "?" in cleaned or "?" not in speech.tag.sub("", original):
        return None
    new_words = max((len(one.invented) for one in found), default=0)
    return Doubt("question", "a question became a statement") if new_words >= _SMALL_WORDS else None
