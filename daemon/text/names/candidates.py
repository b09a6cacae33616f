"""What of a transcript a survey is to look at: names that sound alike, and how unnamed speakers begin. Pure.

A name is told by its capital, as in the middle of a sentence, and by standing nowhere without it, nor in
capitals alone. In languages that write every noun with a capital there is no such sign, and none is looked
for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import combinations, compress, count, permutations

from daemon.text.languages.knowledge import NOUNS_HAVE_CAPITALS, load, load_all
from daemon.text.languages.word_readings import WordReadings
from daemon.text.names.likeness import may_be_one, sound_alike, sound_of
from daemon.text.sentences import ends_sentence
from daemon.text.turns import Turn

INFLECT_NAMES = frozenset("cs el et fi hr hu is lt lv pl ro ru sk sl sr tr uk".split())
"""Languages in which a name has other endings in other places."""

_AROUND = ".,;:!?…-–—\"“”„«»()[]‘’'¿¡*_"
_WORDS_AROUND = 6
_MOST_PLACES = 200  # of one spelling that are looked at for its neighbours
_MOST_CONTEXTS = 3
_SHORTEST = 3  # letters
_NEAR = 15  # words: two spellings so near each other are two names
_MOST_SPELLINGS = 3000
_MOST_OPENINGS = 8
_OPENING_WORDS, _BEFORE_WORDS = 25, 15


@dataclass(slots=True)
class Spelling:
    """A name as it is spelt: how often it stands there, where (turn and word), and some words around it.

    Each context has the speaker's label first, "" where there is none. `inside` says that it stands with its
    capital inside a sentence.
    """

    text: str
    count: int = 0
    inside: bool = False
    places: list[tuple[int, int]] = field(default_factory=list)
    contexts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a speaker without a name begins, and what was said just before, by whom (labels, "" for nobody)."""

    label: str
    words: str
    before: str = ""
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Spellings in groups that sound alike, the commonest group first, and the openings of unnamed speakers.

    `speakers` are the words of the names that speakers have already.
    """

    groups: tuple[tuple[Spelling, ...], ...]
    openings: tuple[Opening, ...]
    speakers: frozenset[str] = frozenset()
    inflects: bool = False

    def may_respell(self, heard: Spelling, written: Spelling) -> bool:
        """Whether one spelling may be written as another throughout, if somebody says that they are one."""
        if heard.text.casefold() in self.speakers:
            return False
        if not may_be_one(heard.text, written.text, inflects=self.inflects):
            return False
        return not _stand_near(heard, written)


def find_candidates(
    turns: Iterable[Turn], is_unnamed: Callable[[str], bool], language: str | None
) -> Candidates:
    """What of a transcript is to be surveyed; its turns are looked at once, in order.

    `is_unnamed` tells the labels that programs gave from names; `language` is the code of what is spoken,
    None where unknown.
    """
    reader = _Reader(is_unnamed)
    for turn in turns:
        reader.read_turn(turn)
    named = [label for label in reader.labels if label not in reader.openings]
    speakers = frozenset(strip_marks(part).casefold() for label in named for part in label.split())
    inflects = language in INFLECT_NAMES
    openings = tuple(reader.openings.values())[:_MOST_OPENINGS]
    ungrouped = Candidates((), openings, speakers, inflects)
    if language in NOUNS_HAVE_CAPITALS:
        return ungrouped
    names = [one for one in reader.spellings.values() if _is_name(one, reader.small, language)]
    names = sorted(names, key=lambda one: -one.count)[:_MOST_SPELLINGS]
    groups = [group for group in _group_by_sound(names) if _is_worth_asking(group, ungrouped)]
    groups.sort(key=lambda group: (-sum(one.count for one in group), group[0].places[0]))
    return Candidates(tuple(groups), openings, speakers, inflects)


def strip_marks(word: str) -> str:
    """A word without the marks around it, and without the ending of a possessive."""
    plain = word.strip(_AROUND)
    for ending in ("'s", "’s"):
        plain = plain.removesuffix(ending)
    return plain


def fold_word(word: str) -> str:
    """A word to compare by: without marks around it and case, with a straight apostrophe."""
    return word.strip(_AROUND).replace("’", "'").casefold()


class _Reader:
    """Takes up a transcript turn by turn."""

    def __init__(self, is_unnamed: Callable[[str], bool]) -> None:
        self.spellings: dict[str, Spelling] = {}
        self.small: set[str] = set()
        self.labels: set[str] = set()
        self.openings: dict[str, Opening] = {}
        self._is_unnamed = is_unnamed
        self._names = WordReadings(_read_name)
        self._small_words = WordReadings(_read_small_word)
        self._number = 0
        self._before: tuple[str, str] = ("", "")

    def read_turn(self, turn: Turn) -> None:
        """Take up the next turn."""
        words = turn.text.split()
        label = turn.speaker or ""
        self.small.update(filter(None, map(self._small_words.__getitem__, frozenset(words))))
        for at in compress(count(), map(self._names.__getitem__, words)):
            self._read_name(words, at, self._names[words[at]], label)
        if label and label not in self.labels:
            self.labels.add(label)
            if self._is_unnamed(label):
                opening = " ".join(words[:_OPENING_WORDS])
                self.openings[label] = Opening(label, opening, self._before[1], self._before[0])
        self._before = label, " ".join(words[-_BEFORE_WORDS:])
        self._number += 1

    def _read_name(self, words: Sequence[str], at: int, name: str, label: str) -> None:
        """Take up a word that is spelt as a name."""
        found = self.spellings.setdefault(name, Spelling(name))
        found.count += 1
        inside = at > 0 and not ends_sentence(words[at - 1])
        found.inside = found.inside or inside
        if len(found.places) < _MOST_PLACES:
            found.places.append((self._number, at))
        if len(found.contexts) < _MOST_CONTEXTS:
            around = words[max(0, at - _WORDS_AROUND) : at + _WORDS_AROUND + 1]
            found.contexts.append((label, " ".join(around)))


def _read_name(word: str) -> str:
    """A word that is spelt as a name, without its marks; "" for any other."""
    plain = strip_marks(word)
    return plain if _is_spelt_as_name(plain) else ""


def _read_small_word(word: str) -> str:
    """A word that begins small, or is in capitals alone, without case and marks; "" for any other."""
    plain = strip_marks(word)
    return plain.casefold() if plain[:1].islower() or plain.isupper() else ""


def _is_spelt_as_name(plain: str) -> bool:
    """Whether a word begins with a capital and goes on small, with no digit in it."""
    rest = plain[1:]
    if len(plain) < _SHORTEST or not plain[0].isupper():
        return False
    return any(char.islower() for char in rest) and not any(char.isdigit() for char in rest)


def _is_name(spelling: Spelling, small: Set[str], language: str | None) -> bool:
    """Whether a word is most likely a name: no common word, and nowhere without its capital."""
    folded = spelling.text.casefold()
    return spelling.inside and folded not in small and not _is_common_word(folded, language)


def _is_common_word(word: str, language: str | None) -> bool:
    known = load(language or "en")
    languages = load_all().values() if known is None else [known]
    for one in languages:
        no_names = one.introductions.no_names if one.introductions is not None else frozenset()
        if word in one.common or word in one.function_words or word in one.numbers or word in no_names:
            return True
    return False


def _group_by_sound(names: Iterable[Spelling]) -> Iterator[tuple[Spelling, ...]]:
    """The spellings that sound as another one does, in groups."""
    by_sound: dict[str, list[Spelling]] = defaultdict(list)
    for one in names:
        by_sound[sound_of(one.text)].append(one)
    for group in by_sound.values():
        pairs = (pair for pair in combinations(group, 2) if sound_alike(pair[0].text, pair[1].text))
        alike = {id(one) for pair in pairs for one in pair}
        if alike:
            yield tuple(one for one in group if id(one) in alike)


def _is_worth_asking(group: Sequence[Spelling], among: Candidates) -> bool:
    """Whether any of a group may be written as another of it."""
    return any(among.may_respell(heard, written) for heard, written in permutations(group, 2))


def _stand_near(one: Spelling, other: Spelling) -> bool:
    """Whether two spellings stand near each other in one turn: then they are two names."""
    by_turn: dict[int, list[int]] = defaultdict(list)
    for turn, at in one.places:
        by_turn[turn].append(at)
    return any(abs(at - mine) <= _NEAR for turn, at in other.places for mine in by_turn.get(turn, ()))
