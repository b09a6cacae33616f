"""Every word of a short passage: one that is gone must have a reason to be, and one that is new as well.

A passage of few words can be told otherwise by any of them, and a model of few parameters does so: it drops
the first words, puts "I think" before the rest, joins two sentences by their ends. No share of words shows
that. So beside what the other questions look for, whatever is lost must be said twice, begun and given up,
or of no weight; and whatever is new must be another form of what stood there, not of what was said elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from functools import cached_property, partial
from itertools import groupby

from daemon.cleaning.checks.faithfulness import TOKEN, Word, is_content, tokens
from daemon.cleaning.checks.meaning.doubt import Doubt
from daemon.cleaning.checks.meaning.losses import (
    drop_markers,
    is_contracted,
    is_term,
    list_contracted,
    places_of,
)
from daemon.cleaning.checks.meaning.questions import is_question_gone, is_question_turned
from daemon.cleaning.checks.meaning.restarts import Starts
from daemon.cleaning.checks.meaning.word_forms import (
    CONTRACTED,
    TOGETHER,
    has_form,
    is_form_of,
    is_misheard_name,
    is_respelt,
    join_letters,
    part_prefixes,
)
from daemon.cleaning.checks.repetition import longest_repeat
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.checks.stretches import CONTENT_LETTERS, Difference
from daemon.text.differences import names
from daemon.text.languages.counting import is_number, may_be_number, numbers, small_numbers

LEAST_LOST_WORDS = 2
"""Function words in a row that are a loss, whatever stands in their place: one is style."""

LEAST_NEW_WORDS = 2
"""Words more than stood there that are an addition, whatever they are."""

_HAVE = "got"  # "you got" says the same as "you've got"
_LONGEST_NAMED = 4  # words: "Karin", "my older brother", "some of the nurses"
_LONGEST_DENIED = 3  # words from a negation on to what it limits: "not", "isn't a", "no era una"
_COMPLEMENT = "that"  # begins a clause behind a verb, and may be left out
_LEAST_REPEATED, _LONGEST_REPEATED = 3, 8  # words of a phrase that comes twice in a row
_ENDED = re.compile(r"[.?!]|^$")


def find_unexplained(
    original: str, cleaned: str, words: Sequence[Word], found: Sequence[Difference], speech: Speech
) -> Doubt | None:
    """The first loss or addition in a short passage that nothing explains."""
    if is_question_gone(original, cleaned, speech) or is_question_turned(original, cleaned, found, speech):
        return Doubt("question", "a question became a statement")
    account = _Account(original, cleaned, words, speech)
    if phrase := account.find_repetition(found):
        return Doubt("word", phrase)
    for one in found:
        if account.changes_modal(one) or account.changes_perfect(one):
            return Doubt("word", "a word is another one", one.before, one.after)
        if account.adds_what_may_only_go(one):
            return Doubt("word", "a word is new", one.before, one.after)
        if account.is_respelt(one) or account.is_contracted(one) or is_term(one, speech):
            continue
        if phrase := account.find_addition(one) or account.find_loss(one):
            return Doubt("word", phrase, one.before, one.after)
    return None


class _Account:
    """A short passage and its cleaning, of which each difference is to be explained."""

    def __init__(self, original: str, cleaned: str, words: Sequence[Word], speech: Speech) -> None:
        self._original, self._cleaned, self._speech = original, cleaned, speech
        self._words = list(_put_losses_first(words))

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

    def is_respelt(self, one: Difference) -> bool:
        """Whether the same is written in other words, those apart that stand on both sides: they hide others.

        "I am asking" and "I'm asking Ann" have most of their letters in common.
        """
        before = [key for key in one.before if key not in one.after]
        after = [key for key in one.after if key not in one.before]
        is_light = not any(map(self._is_telling, (*before, *after)))
        least = CONTRACTED if is_light else TOGETHER
        return is_respelt(*part_prefixes(before, after, self._speech), least)

    def is_contracted(self, one: Difference) -> bool:
        """Whether a word beside a difference is another form of itself and it: "j'sais" and "je ne sais"."""
        is_light = not any(map(self._is_telling, (*one.before, *one.after)))
        least = CONTRACTED if is_light else TOGETHER
        end = one.start + max(len(one.before), len(one.after))
        left = [word for word in self._words[max(0, one.start - 1) : one.start] if word.swapped]
        right = [word for word in self._words[end : end + 1] if word.swapped]
        beside = join_letters([word.key for word in (*left, *right)])
        if not (is_light or one.after or all(key in beside for key in one.before)):
            return False
        return any(
            is_respelt((*before, *one.before, *behind), (*now_before, *one.after, *now_behind), least)
            for before, behind, now_before, now_behind in (
                *(((word.was,), (), (word.key,), ()) for word in left),
                *(((), (word.was,), (), (word.key,)) for word in right),
            )
        )

    def changes_modal(self, one: Difference) -> bool:
        """Whether "'ll" or "'d" is gone or new at a word that stands: "we sell" and "we'll sell" (5 of 996).

        It may have been a word of its own, or become one: "we will".
        """
        if not (one.before and one.after):
            return False
        gone = self._list_modal_ends(one.before)
        new = self._list_modal_ends(one.after)
        return any(not self._is_written_out(end, (*one.before, *one.beside)) for end in new - gone) or any(
            not self._is_written_out(end, (*one.after, *one.beside)) for end in gone - new
        )

    def _list_modal_ends(self, keys: Sequence[str]) -> Set[str]:
        return {self._speech.modal_end_of(key) for key in keys if "'" in key} - {""}

    def _is_written_out(self, end: str, keys: Iterable[str]) -> bool:
        """Whether a verb that may be contracted to this end stands among some words: "would" for "'d"."""
        asking = self._speech.asking
        return any(key.endswith(f"'{end}") or (key in asking and key.endswith(end)) for key in keys)

    def changes_perfect(self, one: Difference) -> bool:
        """Whether "had" or its like is new, or gone, before a past form that stands (8 of 2,895 passages).

        "We've" that is heard as "we" is none: it tells of the same time.
        """
        if one.last or len(one.before) > 1 or len(one.after) > 1:
            return False
        verb, keys = one.beside[-1], (*one.before, *one.after)
        if not self._is_past(verb):
            return False
        if verb == _HAVE and any(map(self._speech.perfect_end_of, keys)):
            return False
        had, has = (self._tells_perfect(side) for side in (one.before, one.after))
        if had == has or (one.before and one.after and had) or keys[0] == one.beside[0]:
            return False
        if keys[0] == verb and self._starts.is_marked and self._is_given_up(one):  # "had, had sold"
            return False
        return not any(is_contracted(key, one.beside, self._speech) for key in keys)

    def _tells_perfect(self, keys: Sequence[str]) -> bool:
        return any(key in self._speech.perfect or self._speech.perfect_end_of(key) for key in keys)

    def _is_past(self, verb: str) -> bool:
        return verb in self._speech.pasts or any(map(verb.endswith, self._speech.past_endings))

    def find_addition(self, one: Difference) -> str | None:
        """What is new in a difference, where it is no other form of what stood there."""
        if not one.after:
            return None
        if self._exchanges_names(one):
            return "a name is another one"
        new = [key for key in one.invented if self._is_telling(key) and not has_form(key, one, self._speech)]
        if new and self._names_another(one):
            return None
        if new and not self._is_limited_alike(one):
            return "a word is another one" if any(map(self._is_telling, one.lost)) else "a word is new"
        if self._adds_words(one):
            return "words are new"
        if self._says_more_often(one):
            return "a word comes more often than it was said"
        replaced = [key for key in one.lost if not is_respelt((key,), one.after, TOGETHER)]
        if one.first and replaced and not self._weightless.issuperset(one.invented):
            return "its beginning is another one"
        if self._adds_modal(one):
            return "a word is another one"
        if self._adds_phrase(one):
            return "a word is new"
        if one.is_small and self._names_things(one.once) and self._names_people(one.after):
            return "somebody is new"
        if one.is_small and self._names_people(one.once) and self._names_things(one.after):
            return "somebody is gone"
        if self._adds_somebody(one) or self._speaks_of_another(one):
            return "somebody is new"
        if not self._speech.qualifiers.isdisjoint(one.invented) and not self._is_limited_alike(one):
            return "a word that limits what is said is new"
        return None

    def find_loss(self, one: Difference) -> str | None:
        """What is gone in a difference, where it was neither said twice nor given up."""
        if self._is_clause_after(one) or self._is_named_before(one):
            return None
        return self._find_telling_loss(one) or self._find_long_loss(one)

    def _find_telling_loss(self, one: Difference) -> str | None:
        """A word or phrase that is gone and says something by itself."""
        telling = [key for key in one.lost if self._is_telling(key) and not has_form(key, one, self._speech)]
        if telling and not (
            self._names_another(one) or self._is_limited_alike(one) or self._is_given_up(one)
        ):
            return "a word is gone"
        if self._drops_phrase(one):
            return "a phrase is gone"
        if self._drops_degree(one):
            return "a word is gone"
        if self._drops_negation(one):
            return "a negation is gone"
        if self._answers_no_more(one):
            return "an answer is gone"
        if self._drops_verb(one):
            return "a verb is gone"
        if self._drops_somebody(one) and not self._is_given_up(one):
            return "somebody is gone"
        return None

    def _find_long_loss(self, one: Difference) -> str | None:
        """An end, a limit or several words that are gone, of which none says much by itself."""
        lost = [key for key in one.lost if not (has_form(key, one, self._speech) or self._is_written(key))]
        spoken_of = [key for key in drop_markers(one.before) if key in self._speech.persons]
        lost += [key for key in spoken_of if key in one.once and key not in lost and lost]
        is_end = one.last and not one.after and not self._written_as_signs.issuperset(lost)
        if is_end and not self._is_given_up(one):
            return "its end is gone"
        if self._drops_limits(one) and not (self._is_limited_alike(one) or self._is_given_up(one)):
            return "a word that limits what is said is gone"
        if len(set(lost)) >= LEAST_LOST_WORDS and one.invented:
            return "some words are others"
        if len(set(lost)) >= LEAST_LOST_WORDS and not self._is_given_up(one):
            return "some words are gone"
        return None

    def _is_limited_alike(self, one: Difference) -> bool:
        """Whether one word that limits what is said took the place of another: "less" and "fewer"."""
        qualifiers = self._speech.qualifiers
        return one.is_small and not qualifiers.isdisjoint(one.before) and not qualifiers.isdisjoint(one.after)

    def _adds_words(self, one: Difference) -> bool:
        """Whether there are more words than stood there, or new ones where none that weighs stood."""
        if len(one.after) - len(one.before) >= LEAST_NEW_WORDS:
            return True
        weighty = [key for key in one.before if key not in self._weightless]
        return len(one.invented) >= LEAST_NEW_WORDS and len(one.after) - len(weighty) >= LEAST_NEW_WORDS

    def _says_more_often(self, one: Difference) -> bool:
        """Whether a word that was said elsewhere stands here as well: "it" became "the pier" (5 of 996)."""
        came, said = tokens(self._cleaned), tokens(self._original)
        return any(
            came.count(key) > said.count(key) > 0
            for key in one.after
            if self._is_telling(key) and not has_form(key, one, self._speech)
        )

    def _adds_modal(self, one: Difference) -> bool:
        """Whether "would" or its like is new here, though it stands elsewhere: "came", "would come"."""
        new = self._speech.modals.intersection(one.after).difference(one.before)
        return any(
            tokens(self._cleaned).count(key) > tokens(self._original).count(key)
            and not is_contracted(key, (*one.before, *one.beside), self._speech)
            for key in new
        )

    def adds_what_may_only_go(self, one: Difference) -> bool:
        """Whether "because" or its like is new, which joins two things; or a "yes", in any spelling.

        What stands beside it may be respelt: "ferme" became "a fermé".
        """
        spellings, may_only_go = self._speech.spellings, self._speech.may_only_go
        new = may_only_go.intersection([spellings.get(key, key) for key in one.after])
        if not new:
            return False
        said, came = (
            [spellings.get(key, key) for key in tokens(text)] for text in (self._original, self._cleaned)
        )
        return any(
            came.count(key) > said.count(key)
            and not any(is_respelt((was,), (key,), TOGETHER) for was in one.before)
            for key in new
        )

    def _names_things(self, keys: Iterable[str]) -> bool:
        """Whether some words hold a subject that is nobody: "it", "that"."""
        speech = self._speech
        stems = {key.partition("'")[0] for key in keys}
        return any(key in speech.subjects and key not in speech.persons for key in stems)

    def _names_people(self, keys: Collection[str]) -> bool:
        """Whether some words hold somebody as a subject, and no other subject."""
        stems = {key.partition("'")[0] for key in keys}
        return not (stems & self._speech.subjects).isdisjoint(
            self._speech.persons
        ) and not self._names_things(keys)

    def _adds_somebody(self, one: Difference) -> bool:
        """Whether a person is new who was not spoken of in these words, nor in others right here."""
        persons = self._speech.persons
        here = {persons[key] for key in one.before if key in persons}
        if not self._speech.impersonal.isdisjoint(one.beside[-1:]):  # "il faut": it has to be
            return False
        new = [key for key in one.after if key in persons and key.partition("'")[0] not in self._said]
        return any(persons[key] not in here for key in new if key not in self._said)

    def _speaks_of_another(self, one: Difference) -> bool:
        """Whether a person took the place of words that speak of none: "they seat ten", German "die"."""
        persons = self._speech.persons
        if not one.before or persons.keys().isdisjoint(one.after):
            return False
        if not self._speech.impersonal.isdisjoint((*one.before, *one.beside)):  # "il faut": it has to be
            return False
        if any(key in persons for key in (*one.before, *one.beside)):
            return False
        return not any(is_contracted(key, one.after, self._speech) for key in one.before)  # "am", "I'm"

    def _drops_somebody(self, one: Difference) -> bool:
        """Whether a third person is gone, with nobody in the place; "I" and "you" are often of no weight."""
        persons = self._speech.persons
        light = {persons[key] for key in self._speech.weightless if key in persons}
        lost = {persons[key] for key in one.lost if key in persons} - light
        return bool(lost) and not one.after and lost.isdisjoint(persons.get(key, -1) for key in one.beside)

    def _is_named_before(self, one: Difference) -> bool:
        """Whether a person is gone who was named just before: "Karin, she called", "the men they, they left".

        With no comma and no stutter, "the men they called" are others.
        """
        at = one.start
        is_one = len(set(one.before)) == 1 and not one.after and not one.last
        if not is_one or at == 0 or not self._is_third_person(one.before[0]):
            return False
        if "," not in self._gaps[at - 1] and len(one.before) == 1:
            return False
        first = at - 1
        while first > 0 and not self._gaps[first - 1].strip():
            first -= 1
        named = [self._words[place].key for place in range(first, at)]
        while len(named) > 1 and named[0] in self._weightless:
            del named[0]
        if len(named) > _LONGEST_NAMED:
            return False
        speech = self._speech
        is_somebody = named[0] in speech.persons and named[0] not in speech.subjects
        if len(named) > 1 and (is_somebody or named[0] in speech.determiners | speech.quantifiers):
            return True
        return self._former_names.issuperset(named) or self._is_name_that_opens(named)

    def _is_name_that_opens(self, named: Sequence[str]) -> bool:
        """Whether a word is a name that begins the passage, and what is said of it follows at once now."""
        opening = f"{named[0].capitalize()}, "
        is_one = len(named) == 1 and self._is_telling(named[0]) and self._original.startswith(opening)
        return is_one and not self._cleaned.startswith(opening)

    def _is_written(self, key: str) -> bool:
        """Whether a sign or a mark may be written for a word: for "percent", or German "Komma"."""
        return key in self._written_as_signs or may_be_number(key, self._speech.language)

    def _is_third_person(self, key: str) -> bool:
        persons = self._speech.persons
        return key in persons and persons[key] not in {
            persons[other] for other in self._speech.weightless if other in persons
        }

    def _drops_verb(self, one: Difference) -> bool:
        """Whether "is", "have" or their like is gone, with nothing in the place: "you were right"."""
        lost = [
            key for key in self._speech.asking.intersection(one.lost) if not has_form(key, one, self._speech)
        ]
        return bool(lost) and not one.after and not self._is_given_up(one)

    def _drops_degree(self, one: Difference) -> bool:
        """Whether a word for how much so is gone that a negation right before it limits: "not very good"."""
        if one.after or not self._speech.degrees.issuperset(one.before) or not one.once:
            return False
        places = range(one.start - 1, max(-1, one.start - 1 - _LONGEST_DENIED), -1)
        for at in places:
            if self._gaps[at].strip():
                return False
            if self._speech.denies(self._words[at].key):
                return True
        return False

    def _drops_negation(self, one: Difference) -> bool:
        """Whether a negation is gone that was not given up, though another stands: "not that I don't"."""
        denies = self._speech.denies
        if one.after or not any(map(denies, one.before)):
            return False
        return not self._is_given_up(one)

    def _is_clause_after(self, one: Difference) -> bool:
        """Whether a comma took the place of "is that" before a clause: "the more I read, I think we lost".

        So editors put right what goes on otherwise than it began (2 of 2,895 passages).
        """
        if one.after or one.at_edge or one.before[0] not in self._speech.asking:
            return False
        if one.before[1:] not in ((), (_COMPLEMENT,)):
            return False
        left, right = map(re.escape, one.beside)
        begins_clause = one.beside[1].partition("'")[0] in self._speech.subjects
        was, now = (text.replace("’", "'").casefold() for text in (self._original, self._cleaned))
        if not begins_clause or re.search(rf"(?<!\w){left}, {right}(?!\w)", now) is None:
            return False
        return re.search(rf"(?<!\w){left} {one.before[0]}(?!\w)", was) is not None

    def _drops_phrase(self, one: Difference) -> bool:
        """Whether a phrase of words that weigh little alone is gone, and stands nowhere any more: "up to".

        "I'd like to sell it" and "I'd sell it" are two things (none of 996 passages). Where the original has
        no marks, hardly a word can be seen to be no hesitation: a phrase is none there either.
        """
        if one.after and not one.is_small:
            return False
        gone = [phrase for phrase in self._phrases_gone if not one.once.isdisjoint(phrase)]
        if not gone:
            return False
        is_whole = len(one.before) == 1 and self._speech.unfinished.isdisjoint(one.before)
        if (one.after or is_whole) and not self._starts.is_broken_off(one.start + len(one.before) - 1):
            return True  # another stands in its place, or no phrase is left off behind it: "also"
        return not ((self._starts.is_marked or one.last) and self._is_given_up(one))

    @cached_property
    def _phrases_gone(self) -> list[tuple[str, ...]]:
        """The phrases that the original has and the cleaned text has not, nor as part of a contraction."""
        return _list_phrases_gone(self._original, self._cleaned, self._speech)

    def _adds_phrase(self, one: Difference) -> bool:
        """Whether such a phrase was put in where nothing stood: "we met", "when we met"."""
        new = _list_phrases_gone(self._cleaned, self._original, self._speech) if not one.before else ()
        return any(not set(phrase).isdisjoint(one.after) for phrase in new)

    def _drops_limits(self, one: Difference) -> bool:
        """Whether a word that limits what is said is gone, though it stands elsewhere: "I think" twice."""
        limiting = self._speech.qualifiers.intersection(drop_markers(one.before)).difference(one.after)
        limiting -= list_contracted(one.beside)
        return any(tokens(self._original).count(key) > tokens(self._cleaned).count(key) for key in limiting)

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
        key = speech.spellings.get(key, key)
        if key in speech.modals:
            return True
        if key in speech.common or key in self._written_as_signs:
            return False
        if may_be_number(key, speech.language) and not self._is_ordinal_gone(key):
            return False
        return self._is_short_content(key) or is_content(key) or key in speech.alternatives

    def _is_short_content(self, key: str) -> bool:
        """Whether a word of three letters carries content: "dog", "red"."""
        short_words = self._speech.short_words
        is_word = len(key) == CONTENT_LETTERS and key.isalpha()
        return bool(short_words) and is_word and key not in short_words and key not in self._weightless

    def _is_ordinal_gone(self, key: str) -> bool:
        """Whether a word is an ordinal that counts as no number ("first"), and no figure stands for it."""
        language = self._speech.language
        if self._is_number(key):
            return False
        figures = small_numbers(frozenset({key}), language)
        return bool(figures) and figures.isdisjoint(numbers(self._cleaned, language))

    def _names_another(self, one: Difference) -> bool:
        """Whether a name took the place of a word or two: names are misheard for anything but other names."""
        names = self._names.intersection(one.after)
        telling = sum(map(self._is_telling, one.before))
        if not one.is_small or not 0 < telling <= len(names):
            return False
        return not self._exchanges_names(one)

    def _exchanges_names(self, one: Difference) -> bool:
        """Whether another name, or a word for a name that it can't be, took the place of one."""
        new = self._names.intersection(one.after).difference(one.before)
        telling = [key for key in one.before if is_content(key) and key not in one.after]
        gone = [key for key in telling if key in self._former_names or key in self._speech.alternatives]
        return bool(new) and one.is_small and not all(is_misheard_name(name, one.after) for name in gone)

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
    def _former_names(self) -> frozenset[str]:
        keys = (key for name in names(self._original) for key in tokens(name))
        return frozenset(filter(self._is_telling, keys))

    @cached_property
    def _said(self) -> frozenset[str]:
        return frozenset(tokens(self._original))

    @cached_property
    def _starts(self) -> Starts:
        is_form = partial(is_form_of, speech=self._speech)
        return Starts(self._original, self._words, self._gaps, self._speech, self._is_telling, is_form)

    @cached_property
    def _gaps(self) -> list[str]:
        """What stands in the original behind each word of the comparison; nothing behind new words."""
        folded = self._original.replace("’", "'").casefold()
        found = list(TOKEN.finditer(folded))
        at = list(places_of([token[0] for token in found], self._words))
        starts = [found[place].start() for place in at[1:]] + [len(folded)]
        behind = (folded[found[place].end() : start] for place, start in zip(at, starts, strict=True))
        return ["" if word.new else next(behind) for word in self._words]

    def _is_given_up(self, one: Difference) -> bool:
        """Whether what is gone was broken off, or begun anew."""
        first, last = one.start, one.start + len(one.before) - 1
        if one.after and all(map(self._is_number, one.after)):  # its words, of which others are looked at
            while last > first and self._is_number(one.before[last - first]):
                last -= 1
        elif len(one.after) > 1 or self._is_telling("".join(one.after)):
            return False
        if one.last and self._starts.is_broken_end(first, last):
            return True
        return self._starts.are_given_up(first, last)

    def _is_number(self, key: str) -> bool:
        return is_number(key, self._speech.language)


def _has_phrase(keys: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether some words stand one behind the other among others."""
    ends = range(len(phrase), len(keys) + 1)
    return any(keys[end - 1] == phrase[-1] and keys[end - len(phrase) : end] == phrase for end in ends)


def _list_phrases_gone(before: str, after: str, speech: Speech) -> list[tuple[str, ...]]:
    """The telling phrases of one text that another has not, nor as part of a contraction."""
    said, came = tokens(before), tokens(after)
    written = {*came, *(key.partition("'")[0] for key in came)}
    possible = filter(frozenset(said).issuperset, speech.telling_phrases)
    return [
        phrase
        for phrase in possible
        if _has_phrase(said, phrase)
        and not (_has_phrase(came, phrase) if len(phrase) > 1 else phrase[0] in written)
    ]


def _put_losses_first(words: Sequence[Word]) -> Iterator[Word]:
    """The words of a comparison, those that are gone before those that are new in the same place."""
    for is_one_sided, run in groupby(words, key=lambda word: word.gone or word.new):
        together = list(run)
        if is_one_sided:
            together.sort(key=lambda word: word.new)
        yield from together
