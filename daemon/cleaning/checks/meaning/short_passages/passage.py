"""A short passage and its cleaning: its names, which of its words tell something, and what is given up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import partial
from itertools import chain, filterfalse, groupby, pairwise

from rapidfuzz.fuzz import ratio

from daemon.cleaning.checks.faithfulness import Word, is_content, part_gaps, tokens
from daemon.cleaning.checks.meaning.losses import list_moved_fractions, places_of
from daemon.cleaning.checks.meaning.short_passages.restarts import Starts
from daemon.cleaning.checks.meaning.word_forms import is_form_of, is_misheard_name
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.checks.stretches import Difference, find_differences
from daemon.system.unlocked import unlocked_property
from daemon.text.differences import names
from daemon.text.languages.counting import (
    has_figure,
    is_number,
    list_numbers,
    may_be_number,
    numbers,
    reads_numbers,
    small_numbers,
)

_LEAST_ALIKE_NAME = 30  # per cent of the letters: "cycle" and "Saiccor" have 33
_SIGN_INSIDE = re.compile(r"\S[./@&_]\S")


class ShortPassage:
    """A short passage as it was and is, of which each difference is to be explained.

    `words` are those of their comparison, of one place those that are gone before those that are new.
    """

    def __init__(self, original: str, cleaned: str, words: Sequence[Word], speech: Speech) -> None:
        self.original, self.cleaned, self.speech = original, cleaned, speech
        self.words = list(_put_losses_first(words))

    def is_telling(self, key: str) -> bool:
        """Whether a word tells something by itself: it can neither go nor come without a reason."""
        speech = self.speech
        key = speech.spellings.get(key, key)
        if key in speech.modals:
            return True
        if key in speech.common or key in self.written_as_signs:
            return False
        if key in speech.fractions and key in self.moved_fractions:
            return False
        if self.may_be_number(key) and not self._is_ordinal_gone(key):
            return False
        is_short_content = speech.is_short_content(key) and key not in self.weightless
        return is_short_content or is_content(key) or key in speech.alternatives

    def is_telling_alone(self, key: str) -> bool:
        """The same of a word with none in its place: a Chinese letter, too.

        In the place of others it may be the same word in another spelling.
        """
        is_letter = self.speech.is_telling_letter(key) and not self.may_be_number(key)
        return is_letter or self.is_telling(key)

    def _is_ordinal_gone(self, key: str) -> bool:
        """Whether a word is an ordinal that counts as no number ("first"), and no figure stands for it."""
        language = self.speech.language
        if self.is_number(key):
            return False
        figures = small_numbers(frozenset({key}), language)
        return bool(figures) and figures.isdisjoint(numbers(self.cleaned, language))

    def may_be_number(self, key: str) -> bool:
        """Whether a word may be a number, or stand between its parts.

        Where the number words of a language can't be read, figures may stand for any words.
        """
        if reads_numbers(self.speech.language):
            return may_be_number(key, self.speech.language)
        return has_figure(key) or self._has_other_figures

    def is_number(self, key: str) -> bool:
        """Whether a word is, or is part of, a number."""
        return is_number(key, self.speech.language)

    def is_limited_alike(self, one: Difference) -> bool:
        """Whether one word that limits what is said took the place of one that says the same."""
        return one.is_small and self.speech.limits_alike(one.before, one.after)

    def names_another(self, one: Difference) -> bool:
        """Whether a name took the place of a word or two, no names, that may have been misheard for it."""
        names = self.current_names.intersection(one.after)
        telling = sum(map(self.is_telling, one.before))
        if not one.is_small or not 0 < telling <= len(names):
            return False
        is_alike = ratio("".join(one.before), "".join(one.after)) >= _LEAST_ALIKE_NAME
        if not is_alike and self.former_names.isdisjoint(one.before):
            return False
        return not self.exchanges_names(one)

    def exchanges_names(self, one: Difference) -> bool:
        """Whether another name, or a word for a name that it can't be, took the place of one."""
        new = self.current_names.intersection(one.after).difference(one.before)
        telling = [key for key in one.before if is_content(key) and key not in one.after]
        gone = [key for key in telling if key in self.former_names or key in self.speech.alternatives]
        other = [name for name in gone if not is_misheard_name(name, one.after)]
        if len(other) < len(gone):  # what was begun anew is looked for as a loss: "Karin co- Karin Corder"
            other = [name for name in other if name in one.once]
        return bool(new) and one.is_small and bool(other)

    def is_given_up(self, one: Difference) -> bool:
        """Whether what is gone was broken off, or begun anew."""
        first, last = one.start, one.start + len(one.before) - 1
        if one.after and all(map(self.is_number, one.after)):  # its words, of which others are looked at
            while last > first and self.is_number(one.before[last - first]):
                last -= 1
        elif len(one.after) > 1 or self.is_telling("".join(one.after)):
            return False
        if one.last and self.starts.is_broken_end(first, last):
            return True
        return self.starts.are_given_up(first, last)

    def is_repeated(self, one: Difference) -> bool:
        """Whether what is gone stands once more right before it or right behind it."""
        size, end = len(one.before), one.start + len(one.before) + len(one.after)
        left, right = self.words[max(0, one.start - size) : one.start], self.words[end : end + size]
        return any([word.key for word in side] == list(one.before) for side in (left, right))

    @unlocked_property
    def written_as_signs(self) -> frozenset[str]:
        """The words that signs stand for which are new or gone: their change is looked for by itself."""
        symbols = self.speech.symbols
        changed = (sign for sign in symbols if self.original.count(sign) != self.cleaned.count(sign))
        return frozenset().union(*map(symbols.__getitem__, changed))

    @unlocked_property
    def moved_fractions(self) -> Set[str]:
        """The fractions that stand in another place close by now."""
        return list_moved_fractions(list(find_differences(self.words, self.speech)), self.speech)

    @unlocked_property
    def _has_other_figures(self) -> bool:
        """Whether a figure is gone or new."""
        said, came = (list_numbers(text, self.speech.language) for text in (self.original, self.cleaned))
        return said != came

    @unlocked_property
    def has_fewer_numbers(self) -> bool:
        """Whether a number was said once more than it stands there now, however it is spelt."""
        said, came = (list_numbers(text, self.speech.language) for text in (self.original, self.cleaned))
        return len(came) < len(said)

    @unlocked_property
    def weightless(self) -> frozenset[str]:
        """The words that may go without a loss."""
        return self.speech.weightless | self.speech.hesitations

    @unlocked_property
    def current_names(self) -> frozenset[str]:
        """The words of the names in the cleaned text."""
        return self._list_names(self.cleaned)

    @unlocked_property
    def former_names(self) -> frozenset[str]:
        """The words of the names in the original."""
        return self._list_names(self.original)

    def _list_names(self, text: str) -> frozenset[str]:
        return frozenset(key for name in names(text) for key in tokens(name) if self.is_telling(key))

    @unlocked_property
    def said(self) -> frozenset[str]:
        """All words of the original."""
        return frozenset(tokens(self.original))

    @unlocked_property
    def starts(self) -> Starts:
        """What was begun and given up."""
        is_form = partial(is_form_of, speech=self.speech)
        return Starts(self.original, self.words, self.gaps, self.speech, self.is_telling_alone, is_form)

    @unlocked_property
    def gaps(self) -> list[str]:
        """What stands in the original behind each word of the comparison; nothing behind new words."""
        keys, gaps = part_gaps(self.original)
        places = [*places_of(keys, self.words), len(keys)]
        behind = (_join_gaps(keys, gaps, *pair) for pair in pairwise(places))
        return ["" if word.new else next(behind) for word in self.words]

    @unlocked_property
    def has_sign_inside(self) -> bool:
        """Whether the original may have a word with a sign in it: "tours.com", "and/or"."""
        return _SIGN_INSIDE.search(self.original) is not None

    @unlocked_property
    def phrases_gone(self) -> list[tuple[str, ...]]:
        """The phrases with a changed word that the original has and the cleaned text has not."""
        changed = {word.was or word.key for word in self.words if word.gone or word.swapped}
        return _list_phrases_gone(self.original, self.cleaned, changed, self.speech)

    @unlocked_property
    def phrases_new(self) -> list[tuple[str, ...]]:
        """The phrases with a changed word that the cleaned text has and the original has not."""
        changed = {word.key for word in self.words if word.new or word.swapped}
        return _list_phrases_gone(self.cleaned, self.original, changed, self.speech)


def _has_phrase(keys: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether some words stand one behind the other among others."""
    ends = range(len(phrase), len(keys) + 1)
    return any(keys[end - 1] == phrase[-1] and keys[end - len(phrase) : end] == phrase for end in ends)


def _join_gaps(keys: Sequence[str], gaps: Sequence[str], place: int, following: int) -> str:
    """What stands between two words of a text, other words included."""
    between = zip(keys[place + 1 : following], gaps[place + 1 : following], strict=True)
    return gaps[place] + "".join(chain.from_iterable(between))


def _list_phrases_gone(before: str, after: str, changed: Set[str], speech: Speech) -> list[tuple[str, ...]]:
    """The telling phrases of one text, with a changed word, that another has not, nor in a contraction."""
    phrases = list(filterfalse(changed.isdisjoint, speech.telling_phrases))
    if not phrases:
        return []
    said, came = tokens(before), tokens(after)
    written = {*came, *(key.partition("'")[0] for key in came)}
    possible = filter(frozenset(said).issuperset, phrases)
    return [
        phrase
        for phrase in possible
        if _has_phrase(said, phrase)
        and not (_has_phrase(came, phrase) if len(phrase) > 1 else phrase[0] in written)
        and written.isdisjoint(small_numbers(frozenset(phrase), speech.language))  # "one" is 1
    ]


def _put_losses_first(words: Sequence[Word]) -> Iterator[Word]:
    """The words of a comparison, those that are gone before those that are new in the same place."""
    for is_one_sided, run in groupby(words, key=lambda word: word.gone or word.new):
        together = list(run)
        if is_one_sided:
            together.sort(key=lambda word: word.new)
        yield from together
