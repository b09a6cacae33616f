"""Names whose spelling is known beforehand: from the glossary, the speakers and the title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.cleaning.offline.words import Word, split_word

_SHORTEST_HINT = 3  # letters of a title's word that says something about a capital

Spelling = tuple[tuple[str, str], ...]
"""A name's words, each as it is compared by and as it is written."""


@dataclass(frozen=True, slots=True)
class Names:
    """`spelt` holds what is certain, by its first word; `likely` words have a capital somewhere."""

    spelt: Mapping[str, tuple[Spelling, ...]] = field(default_factory=dict)
    likely: frozenset[str] = frozenset()

    def find_spellings(self, words: Sequence[Word]) -> dict[int, str]:
        """How the words of known names are written, by their index; only capitals differ."""
        found: dict[int, str] = {}
        for first, word in enumerate(words):
            for spelling in self.spelt.get(word.key, ()):
                rest = words[first : first + len(spelling)]
                if tuple(one.key for one in rest) == tuple(key for key, _ in spelling):
                    found.update((first + place, text) for place, (_, text) in enumerate(spelling))
                    break
        return found


def gather_names(glossary: Iterable[str], speakers: Iterable[str], title: str) -> Names:
    """The names of a job: a term of the glossary is certain, and so is a speaker's whole name.

    A speaker's single name, or a word of the title, may be an ordinary word as well: it only makes a capital
    likelier.
    """
    spelt: dict[str, list[Spelling]] = {}
    likely: set[str] = set()
    whole = [name for name in speakers if len(name.split()) > 1]
    for name in sorted({*glossary, *whole}, key=lambda name: (-len(name.split()), name)):
        spelling = tuple((split_word(word)[0], word) for word in name.split())
        if spelling and all(key for key, _ in spelling):
            spelt.setdefault(spelling[0][0], []).append(spelling)
    for word in " ".join([title, *speakers]).split():
        key = split_word(word)[0]
        if len(key) >= _SHORTEST_HINT and word[:1].isupper():
            likely.add(key)
    return Names({key: tuple(found) for key, found in spelt.items()}, frozenset(likely))
