"""Corrections that hit common words, with how often they would have: so that nobody is taken by surprise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from daemon.delivery.catalogue.entry import read_entry, read_lines
from daemon.delivery.catalogue.passages import read_passages
from daemon.delivery.outbox.finding import find_results
from daemon.settings.config import Root
from daemon.system.files import Folder
from daemon.text.languages.knowledge import Language, load_all
from daemon.text.names.spelling import respelling_of

_OFTEN = 1_000  # a correction that hits one word in so many is about a common one, whatever word it is
_FEW_HITS = 20  # that many tell nothing


@dataclass(frozen=True, slots=True)
class CommonCorrection:
    """A correction that hits common words.

    `hits` is how many places of `results` results, with `words` words, it would have changed.
    """

    heard: str
    written: str
    hits: int
    results: int
    words: int


def find_common_corrections(root: Root) -> Iterator[CommonCorrection]:
    """Those of the config, its profiles and the file beside it; the outbox is looked through for a count."""
    layers = [profile.corrections for profile in root.config.all_profiles]
    if not any(layers):
        return
    hits, results, words = _count_hits(root.outbox, layers)
    pairs = dict.fromkeys(pair for layer in layers for pair in layer.items())
    for heard, written in pairs:
        count = hits[heard, written]
        if is_common(heard) or (count > _FEW_HITS and count * _OFTEN > words):
            yield CommonCorrection(heard, written, count, results, words)


def _count_hits(
    outbox: str, layers: Sequence[Mapping[str, str]]
) -> tuple[Counter[tuple[str, str]], int, int]:
    """How often each correction would change the texts of the outbox, of how many results and words."""
    corrections = {respelling_of(layer): layer for layer in layers}
    hits: Counter[tuple[str, str]] = Counter()
    results = words = 0
    for text in _read_texts(outbox):
        results += 1
        words += len(text.split())
        here = Counter[tuple[str, str]]()
        for respelling, layer in corrections.items():
            here |= Counter((hit.heard, layer[hit.heard]) for hit in respelling.find_hits(text))
        hits += here
    return hits, results, words


def _read_texts(outbox: str) -> Iterator[str]:
    """The cleaned text of each result, one at a time."""
    try:
        with Folder(outbox) as top:
            for found in find_results(outbox):
                entry = read_entry(top, found.path)
                if entry is not None and entry.text is not None:
                    passages = read_passages(entry.text, read_lines(top, entry.text))
                    yield "\n".join(passage.text for passage in passages)
    except OSError:
        return  # what is wrong with the outbox is said where the folders are looked at


def is_common(phrase: str) -> bool:
    """Whether all words of a phrase are among the common ones of some language."""
    return _common_words().issuperset(phrase.casefold().split())


@cache
def _common_words() -> frozenset[str]:
    """The words that languages are known by, count and deny with, and put sentences together with."""
    found: set[str] = set()
    for language in load_all().values():
        found.update(*_word_lists(language))
    return frozenset(found)


def _word_lists(language: Language) -> Sequence[frozenset[str]]:
    lists = [language.common, language.function_words, language.negations, language.qualifiers]
    lists.append(language.numbers)
    if language.meaning is not None:
        meaning = language.meaning
        lists += [*meaning.persons, *meaning.alternatives, meaning.weightless]
    return lists
