"""The paragraphs that a line names, as it is held against them: what is said there, and by whom. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import cached_property
from itertools import pairwise

from daemon.cleaning.checks.faithfulness import TOKEN, is_content, tokens
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.extras.clauses import is_form, without_minutes
from daemon.text.languages.counting import numbers
from daemon.text.results.extra import Paragraph
from daemon.text.sentences import sentence_ends

_LEAST_ALIKE = 0.6  # of the content words of a line that stand in one sentence
_LEAST_SHARED = 2  # such words
_CLAUSE_BEGINS = 3  # words, among which a clause of its own has its subject: ", and I"


class Cited:
    """The paragraphs that a line names."""

    def __init__(self, paragraphs: Sequence[Paragraph], speech: Speech) -> None:
        self.paragraphs = paragraphs
        self._speech = speech
        self._joining = speech.joining | speech.clause_joining
        self.labels = frozenset(one.speaker for one in paragraphs if one.speaker)
        self._texts = [*self.labels, *(one.text for one in paragraphs)]

    @cached_property
    def folded(self) -> str:
        """All that is said, and by whom, without capitals."""
        return "\n".join(self._texts).casefold()

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The words of it, as they are compared."""
        return frozenset(key for text in self._texts for key in tokens(text))

    @cached_property
    def speakers(self) -> frozenset[str]:
        """The words of the names of whoever says them."""
        return frozenset(key for label in self.labels for key in tokens(label))

    @cached_property
    def capitals(self) -> frozenset[str]:
        """Those of its words that stand somewhere with a capital."""
        words = (found[0] for text in self._texts for found in TOKEN.finditer(text))
        return frozenset(fold_name(word) for word in words if word[0].isupper())

    def has_label(self, label: str) -> bool:
        """Whether a speaker says one of them, or is named there."""
        return label.casefold() in self.folded

    def count_numbers(self, language: str) -> Set[str]:
        """The numbers in them, as figures."""
        found = (number for text in self._texts for number in numbers(text, language))
        return {without_minutes(number) for number in found}

    def _find_clauses(self, words: Sequence[str]) -> Iterator[int]:
        """The places between words where a clause begins that can stand by itself: it has a subject."""
        for at, word in enumerate(words[:-1], 1):
            if word[-1] in ",;:–—":
                begins = words[at : at + _CLAUSE_BEGINS]
                subjects = {key.partition("'")[0] for key in tokens(" ".join(begins))}
                joins_name = begins[0] in self._joining and any(map(_has_capital, begins))
                if joins_name or not self._speech.subjects.isdisjoint(subjects):
                    yield at

    def find_sentences(self, keys: Sequence[str]) -> list[frozenset[str]]:
        """The words of those sentences, or clauses, that a line is about; none where it can't be told.

        Whoever says them is seldom named in them.
        """
        wanted = [self._find_forms(key) for key in set(keys) - self.speakers if is_content(key)]
        if len(wanted) < _LEAST_SHARED:
            return []
        shared = [
            (sum(not forms.isdisjoint(sentence) for forms in wanted), sentence)
            for sentence in self._sentences
        ]
        most = max((count for count, _ in shared), default=0)
        if most < max(_LEAST_SHARED, _LEAST_ALIKE * len(wanted)):
            return []
        return [sentence for count, sentence in shared if count == most]

    def _find_forms(self, key: str) -> Set[str]:
        """The forms in which a word stands in the paragraphs."""
        return {other for other in self.tokens if is_form(key, other, self._speech)}

    @cached_property
    def _sentences(self) -> list[frozenset[str]]:
        found = []
        for one in self.paragraphs:
            words = one.text.split()
            ends = {0, *sentence_ends(words), *self._find_clauses(words), len(words)}
            for first, last in pairwise(sorted(ends)):
                found.append(frozenset(tokens(" ".join(words[first:last]))))
        return found


def _has_capital(word: str) -> bool:
    return word[0].isupper()


def fold_name(word: str) -> str:
    """A word as names are compared: small, without the ending of a possessive."""
    key = word.replace("’", "'").casefold()
    return key.removesuffix("'s").removesuffix("'")
