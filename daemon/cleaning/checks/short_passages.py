"""Every word of a short passage: one that is gone must have a reason to be, and one that is new as well.

A passage of few words can be told otherwise by any of them, and a model of few parameters does so: it drops
the first words, puts "I think" before the rest, joins two sentences by their ends. No share of words shows
that. So beside what `meaning` looks for, whatever is lost must be said twice, begun and given up, or of no
weight; and whatever is new must be another form of what stood there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from rapidfuzz.fuzz import partial_ratio, ratio

from daemon.cleaning.checks.faithfulness import TOKEN, Word, is_content, tokens
from daemon.cleaning.checks.losses import is_heard_alike, places_of
from daemon.cleaning.checks.repetition import longest_repeat
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.checks.stretches import Difference
from daemon.text.differences import names
from daemon.text.languages.counting import may_be_number

LEAST_LOST_WORDS = 2
"""Function words in a row that are a loss, whatever stands in their place: one is style."""

LEAST_NEW_WORDS = 2
"""Words more than stood there that are an addition, whatever they are."""

_FORM_LETTERS, _OTHER_FORM_LETTERS = 60, 70  # per cent, of words with the same first letter, and another
_SAME_BEGINNING, _BEGUN_ALIKE = 3, 50  # letters, and per cent: "took" and "taken"; "medium" and "media"
_TOGETHER = 70  # per cent of the letters of several words: "might have" and "might've"
_CONTRACTED = 50  # where there are more words than before, or fewer: "going to" and "gonna"
_WRITTEN_TOGETHER = 80  # per cent of a word's letters, as part of another: "podcast stereo", "Podcasterio"
_LONGEST_START, _LONGEST_RESTART = 12, 6  # words of a start that was given up; that was begun anew
_LONGEST_BROKEN_END = 5  # words of a last clause that breaks off
_LONGEST_HESITATION = 3  # function words before a pause that need not be begun anew

_LEAST_REPEATED, _LONGEST_REPEATED = 3, 8  # words of a phrase that comes twice in a row

_SENTENCE_END = re.compile(r"[.?!](?![.?!…])")
_ENDED = re.compile(r"[.?!]|^$")
_GIVEN_UP = re.compile(r"…|\.\.\.|--|[—–]|-(?:\s|$)")
_PAUSE = re.compile(r"[,;:\w]")
_MARKED = re.compile(r"[.,;:?!…—–]")
_BROKEN_END = re.compile(r"(?:[\w,]|…|\.\.\.|[—–-])[\"”’)\]\s]*$")


def find_unexplained(
    original: str, cleaned: str, words: Sequence[Word], found: Sequence[Difference], speech: Speech
) -> str | None:
    """The first loss or addition in a short passage that nothing explains, in a phrase without its words."""
    if is_question_gone(original, cleaned, speech):
        return "a question became a statement"
    account = _Account(original, cleaned, words, speech)
    if phrase := account.find_repetition(found):
        return phrase
    for one in found:
        if _is_respelt(one.before, one.after) or account.is_contracted(one):
            continue
        if phrase := account.find_addition(one) or account.find_loss(one):
            return phrase
    return None


def is_question_gone(original: str, cleaned: str, speech: Speech) -> bool:
    """Whether a text asked something, tags ("right?") apart, and asks nothing any more."""
    return "?" in original and "?" not in cleaned and "?" in speech.tag.sub("", original)


def _is_respelt(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether the same is written in other words: "going to" and "gonna", "long time" and "longtime"."""
    if not before or not after:
        return False
    was, now = _join_letters(before), _join_letters(after)
    alike = ratio(was, now)
    if alike >= _TOGETHER:
        return True
    return len(before) != len(after) and was[:2] == now[:2] and alike >= _CONTRACTED


def _join_letters(keys: Sequence[str]) -> str:
    return "".join(keys).replace("'", "")


def _is_form_of(key: str, other: str) -> bool:
    """Whether a word is another one in another form or spelling, or is written as part of it."""
    if key in other or other in key:
        return True
    alike = ratio(key, other)
    if key[:_SAME_BEGINNING] == other[:_SAME_BEGINNING]:
        return alike >= _BEGUN_ALIKE
    return alike >= (_FORM_LETTERS if key[:1] == other[:1] else _OTHER_FORM_LETTERS)


class _Account:
    """A short passage and its cleaning, of which each difference is to be explained."""

    def __init__(self, original: str, cleaned: str, words: Sequence[Word], speech: Speech) -> None:
        self._original, self._cleaned, self._words, self._speech = original, cleaned, words, speech

    def find_repetition(self, found: Sequence[Difference]) -> str | None:
        """A phrase that comes twice in a row, and was not said so."""
        if sum(len(one.after) for one in found) < _LEAST_REPEATED:
            return None
        came = tokens(self._cleaned)
        said = [word.was or word.key for word in self._words if not word.new]
        for size in range(_LEAST_REPEATED, _LONGEST_REPEATED + 1):
            times = longest_repeat(came, size)
            if times > 1 and all(longest_repeat(said, about) < times for about in (size - 1, size, size + 1)):
                return "it repeats itself"
        return None

    def is_contracted(self, one: Difference) -> bool:
        """Whether a word beside a difference is another form of itself and it: "j'sais" and "je ne sais"."""
        end = one.start + max(len(one.before), len(one.after))
        left = [word for word in self._words[max(0, one.start - 1) : one.start] if word.swapped]
        right = [word for word in self._words[end : end + 1] if word.swapped]
        return any(
            _is_respelt((*before, *one.before, *behind), (*now_before, *one.after, *now_behind))
            for before, behind, now_before, now_behind in (
                *(((word.was,), (), (word.key,), ()) for word in left),
                *(((), (word.was,), (), (word.key,)) for word in right),
            )
        )

    def find_addition(self, one: Difference) -> str | None:
        """What is new in a difference, where it is no other form of what stood there."""
        if not one.after:
            return None
        new = [key for key in one.invented if self._is_telling(key) and not _has_form(key, one)]
        if new and self._names_another(one):
            return None
        if new and not self._is_limited_alike(one):
            return "a word is another one" if any(map(self._is_telling, one.lost)) else "a word is new"
        if len(one.after) - len(one.before) >= LEAST_NEW_WORDS:
            return "words are new"
        if one.first and one.lost and not self._weightless.issuperset(one.invented):
            return "its beginning is another one"
        if self._adds_somebody(one):
            return "somebody is new"
        if not self._speech.qualifiers.isdisjoint(one.invented) and not self._is_limited_alike(one):
            return "a word that limits what is said is new"
        return None

    def find_loss(self, one: Difference) -> str | None:
        """What is gone in a difference, where it was neither said twice nor given up."""
        telling = [key for key in one.lost if self._is_telling(key) and not _has_form(key, one)]
        if telling and not (
            self._names_another(one) or self._is_limited_alike(one) or self._is_given_up(one)
        ):
            return "a word is gone"
        if self._answers_no_more(one):
            return "an answer is gone"
        if self._drops_somebody(one) and not self._is_given_up(one):
            return "somebody is gone"
        lost = [key for key in one.lost if not _has_form(key, one)]
        lost += [key for key in one.once if key in self._speech.persons and key not in lost and lost]
        if len(lost) >= LEAST_LOST_WORDS and one.invented:
            return "some words are others"
        if len(lost) >= LEAST_LOST_WORDS and not self._is_given_up(one, telling=False):
            return "some words are gone"
        return None

    def _is_limited_alike(self, one: Difference) -> bool:
        """Whether one word that limits what is said took the place of another: "less" and "fewer"."""
        qualifiers = self._speech.qualifiers
        return one.is_small and not qualifiers.isdisjoint(one.before) and not qualifiers.isdisjoint(one.after)

    def _adds_somebody(self, one: Difference) -> bool:
        """Whether a person is new who was not spoken of in these words, nor in others right here."""
        persons = self._speech.persons
        here = {persons[key] for key in (*one.before, *one.beside) if key in persons}
        return any(persons[key] not in here for key in one.after if key in persons and key not in self._said)

    def _drops_somebody(self, one: Difference) -> bool:
        """Whether a third person is gone, with nobody in the place; "I" and "you" are often of no weight."""
        persons = self._speech.persons
        light = {persons[key] for key in self._speech.weightless if key in persons}
        lost = {persons[key] for key in one.lost if key in persons} - light
        return bool(lost) and not one.after and lost.isdisjoint(persons.get(key, -1) for key in one.beside)

    def _answers_no_more(self, one: Difference) -> bool:
        """Whether a "no" is gone, and nothing in the cleaned text denies either."""
        answers = self._speech.answers
        if answers.isdisjoint(one.once) or not answers.isdisjoint(one.after):
            return False
        places = range(one.start, one.start + len(one.before))
        alone = any(self._words[at].key in answers and _ENDED.search(self._gaps[at]) for at in places)
        return alone and not any(key in answers or self._speech.denies(key) for key in tokens(self._cleaned))

    def _is_telling(self, key: str) -> bool:
        speech = self._speech
        if key in speech.common or key in self._written_as_signs or may_be_number(key, speech.language):
            return False
        return is_content(key) or key in speech.alternatives

    def _names_another(self, one: Difference) -> bool:
        """Whether a name took the place of a word or two: names are misheard for anything."""
        return one.is_small and bool(one.before) and not self._names.isdisjoint(one.after)

    @cached_property
    def _written_as_signs(self) -> frozenset[str]:
        """The words that signs of either text stand for: their change is looked for by itself."""
        together = {*self._original, *self._cleaned}
        symbols = self._speech.symbols
        return frozenset().union(*(symbols[sign] for sign in together if sign in symbols))

    @cached_property
    def _weightless(self) -> frozenset[str]:
        return self._speech.weightless | self._speech.hesitations

    @cached_property
    def _names(self) -> frozenset[str]:
        keys = (key for name in names(self._cleaned) for key in tokens(name))
        return frozenset(filter(self._is_telling, keys))

    @cached_property
    def _said(self) -> frozenset[str]:
        return frozenset(tokens(self._original))

    @cached_property
    def _gaps(self) -> list[str]:
        """What stands in the original behind each word of the comparison; nothing behind new words."""
        folded = self._original.replace("’", "'").casefold()
        found = list(TOKEN.finditer(folded))
        at = list(places_of([token[0] for token in found], self._words))
        starts = [found[place].start() for place in at[1:]] + [len(folded)]
        behind = (folded[found[place].end() : start] for place, start in zip(at, starts, strict=True))
        return ["" if word.new else next(behind) for word in self._words]

    def _is_given_up(self, one: Difference, *, telling: bool = True) -> bool:
        """Whether what is gone was broken off, or begun anew; this must be seen of `telling` words."""
        if len(one.after) > 1 or self._is_telling("".join(one.after)):
            return False
        first, last = one.start, one.start + len(one.before) - 1
        if one.last and _BROKEN_END.search(self._original) and self._is_last_clause(first, last):
            return True
        return any(self._is_break(start, end, last, telling) for start, end in self._list_places(first, last))

    def _is_last_clause(self, first: int, last: int) -> bool:
        """Whether the last words are a clause that breaks off, or the last word of one."""
        if any(_SENTENCE_END.search(gap) for gap in self._gaps[first:last]):
            return False
        begins_clause = first == 0 or _MARKED.search(self._gaps[first - 1]) is not None
        return first == last or (begins_clause and last - first < _LONGEST_BROKEN_END)

    def _list_places(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Where the words that are gone may stand: "the (green the) red one" is "(the green) the red one"."""
        yield first, last
        while first > 0 and self._words[first - 1].key == self._words[last].key:
            first, last = first - 1, last - 1
            yield first, last

    def _is_break(self, first: int, last: int, gone_up_to: int, telling: bool) -> bool:
        """Whether some words are a start that was given up: broken off, or begun anew after a pause."""
        gaps = self._gaps
        ends = [at for at in range(first, last) if _SENTENCE_END.search(gaps[at])]
        if ends:
            if not self._weightless.issuperset(
                word.was or word.key for word in self._words[first : ends[-1] + 1]
            ):
                return False
            first = ends[-1] + 1
        size = last + 1 - first
        if size > _LONGEST_START:
            return False
        if _GIVEN_UP.search(gaps[last]):
            return True
        has_pause = _PAUSE.search(gaps[last]) is not None or not _MARKED.search(self._original)
        is_denied = any(self._speech.denies(word.key) for word in self._words[max(0, first - 2) : first])
        if not has_pause or is_denied or size > _LONGEST_RESTART:
            return False
        if not telling and size <= _LONGEST_HESITATION:
            return True
        following = self._words[last + 1 : last + 2]
        is_standing = last < gone_up_to or not any(word.gone for word in following)
        return is_standing and self._is_begun_with(first, last, [word.key for word in following])

    def _is_begun_with(self, first: int, last: int, following: Sequence[str]) -> bool:
        """Whether a start is begun anew by the words that follow, or its last word is part of the next."""
        said = [word.was or word.key for word in self._words[first : last + 1]]
        while said and following and said[-1] == following[0]:
            said.pop()
        if not said or not following:
            return bool(following)
        opening = said[:1] if self._is_telling(said[0]) else said[:2]
        if not set(opening).isdisjoint(following):
            return True
        persons = self._speech.persons
        if any(
            persons[key] in {persons.get(other) for other in following} for key in opening if key in persons
        ):
            return True
        return following[0].startswith(said[-1])


def _has_form(key: str, one: Difference) -> bool:
    """Whether a word of a difference stands on its other side, or beside it, in another form."""
    others = one.after if key in one.lost else one.before
    if any(_is_form_of(key, other) for other in others):
        return True
    if len(one.before) == len(one.after) == 1 and _may_be_heard_as(key, others[0]):
        return True
    longer = [other for other in one.beside if len(other) > len(key)]
    return any(partial_ratio(key, other) >= _WRITTEN_TOGETHER for other in longer)


def _may_be_heard_as(key: str, other: str) -> bool:
    """Whether a word was misheard for another, or is an irregular form of it: "seen" and "saw"."""
    is_short = min(len(key), len(other)) <= _SAME_BEGINNING
    return is_heard_alike(key, other) or (is_short and key[:1] == other[:1])
