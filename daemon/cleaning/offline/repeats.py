"""Words and phrases that were said twice in a row by accident.

A word that stands twice at the edge of a clause is often grammar: "whoever you are, you are late", "the ship
that we sailed in in May". So a repeat goes only where that can't be: where its words end no clause, where
no clause is open that could end there, or where a hesitation stood between the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from daemon.cleaning.offline.language import Grammar
from daemon.cleaning.offline.words import Span, Word, are_ordinary, opens_sentence
from daemon.text.names.likeness import is_common_name

_LONGEST_REPEATED = 6  # words; editors took out no longer phrase because it was said twice
_LENGTHS = range(_LONGEST_REPEATED, 0, -1)
_REACH = 6  # words between what opens a clause and its end, in speech
_NOUN_REACH = 4  # words of a noun with its article
_LONGEST_ASKED = 30  # words of a question
_DASH = "—"  # as which a dash that stands alone counts
_ENDS = (".", "!", "?")
_CUT_OFF = ("-", "…", "...")  # other dashes may stand for a comma


def find_repeats(words: Sequence[Word], grammar: Grammar) -> Iterator[Span]:
    """The first of two words or phrases that were said twice by accident; the longest phrase counts."""
    said, places = _fold_dashes(words)
    keys = [word.key for word in said]
    at, last = 0, len(said)
    while at < last:
        length = 0
        if keys[at] in keys[at + 1 : at + 1 + _LONGEST_REPEATED]:
            length = next((n for n in _LENGTHS if _is_accident(said, keys, at, n, grammar)), 0)
            if length:
                yield places[at], places[at + length]
        at += length or 1


def _fold_dashes(words: Sequence[Word]) -> tuple[list[Word], list[int]]:
    """The words, each dash that stands alone as the mark of the word before it; and the place of each."""
    said: list[Word] = []
    places: list[int] = []
    for place, word in enumerate(words):
        if word.is_dash and said and said[-1].key:
            before = said[-1]
            if not before.mark:
                said[-1] = before._replace(text=before.text + _DASH, mark=_DASH)
        else:
            said.append(word)
            places.append(place)
    return said, places


def _is_accident(words: Sequence[Word], keys: Sequence[str], at: int, length: int, grammar: Grammar) -> bool:
    """Whether so many words are said again, written alike, and can't be meant."""
    middle, end = at + length, at + 2 * length
    phrase = keys[at:middle]
    if phrase != keys[middle:end]:
        return False
    repeat = _Repeat(words, at, middle, phrase, grammar)
    if not (repeat.is_one_stretch() and repeat.is_by_accident()):
        return False
    same_word = length > 1 and len(set(phrase)) == 1
    return not same_word and not any(map(grammar.keeps, phrase)) and repeat.is_written_alike()


@dataclass(frozen=True, slots=True)
class _Repeat:
    """A phrase at a place, and once more behind it, from `middle` on."""

    words: Sequence[Word]
    at: int
    middle: int
    phrase: Sequence[str]
    grammar: Grammar

    @property
    def length(self) -> int:
        """How many words are said twice."""
        return len(self.phrase)

    @property
    def last(self) -> Word:
        """The last word of the first."""
        return self.words[self.middle - 1]

    @property
    def is_cut_off(self) -> bool:
        """Whether the speaker broke off between the two."""
        return self.last.mark.endswith(_CUT_OFF)

    def is_one_stretch(self) -> bool:
        """Whether no mark stands inside either of the two, and no sentence ends between them."""
        inside = (*range(self.at, self.middle - 1), *range(self.middle, self.middle + self.length - 1))
        if any(self.words[place].mark for place in inside):
            return False
        return not self.last.mark or self.last.parted

    def is_written_alike(self) -> bool:
        """Whether both are written as ordinary words; "Ann" again is a name."""
        words, known, end = self.words, self.grammar.words, self.middle + self.length
        opening = opens_sentence(words, self.at) or (self.at > 0 and words[self.at - 1].broken)
        capital_again = opening and words[self.at].key in known.repeatable | known.unfinished
        return are_ordinary(words, self.at, self.middle, opening=opening) and are_ordinary(
            words, self.middle, end, opening=capital_again
        )

    def is_by_accident(self) -> bool:
        """Whether what is said can't have been said twice on purpose."""
        known = self.grammar.words
        if self._asks_back() or self._is_numeral():
            return False
        if self.length == 1 and self.last.key in known.repeatable:
            return not (
                self._leads_to_name() or self._begins_set_phrase() or self._is_meant() or self._ends_clause()
            )
        if self._may_end_a_clause():
            return False
        if self.last.hesitant:
            return True
        return self._is_known_word() if self.length == 1 else self._is_known_phrase()

    def _asks_back(self) -> bool:
        """Whether the second begins a question: "You had, had you?", "The thing is, is it good?"."""
        if self.length > 1 or not self.last.mark:
            return False
        asked = self.words[self.middle + 1 : self.middle + 2]
        if any(word.text.endswith("?") for word in asked):
            return True
        known, before = self.grammar.words, self.words[self.at - 1 : self.at]
        if self.is_cut_off or self.last.key not in self.grammar.asking:
            return False  # "and if, if I may?"
        if opens_sentence(self.words, self.at) or any(
            word.mark or word.key in known.joining for word in before
        ):
            return False  # nobody before it of whom it says something: "but is, is there a plan?"
        if not any(word.key in known.subjects for word in asked):
            return False
        return before[0].key in known.subjects or self._is_in_question()  # "as it should, should it fail"

    def _is_numeral(self) -> bool:
        """Whether the first is a Roman numeral: "World War I, I think"."""
        known, before = self.grammar.words, self.words[max(0, self.at - 1) : self.at]
        if self.length > 1 or self.last.key not in known.capitals or any(word.mark for word in before):
            return False
        name = any(is_common_name(word.key) for word in before) and before[0].text[:1].isupper()
        return name or any(word.key in known.before_numerals for word in before)

    def _is_in_question(self) -> bool:
        """Whether the sentence that the second stands in ends with a question mark."""
        ends = (word.text for word in self.words[self.middle : self.middle + _LONGEST_ASKED] if word.ends)
        return next(ends, "").endswith("?")

    def _is_known_word(self) -> bool:
        return self.last.parted and self.last.key in self.grammar.words.repeatable_parted

    def _is_known_phrase(self) -> bool:
        """Whether nobody says the phrase twice, by its words: it was left off, or says nothing alone."""
        known, last = self.grammar.words, self.last
        if last.mark and (last.mark.endswith(("…", "...")) or last.key in known.unfinished):
            return True
        if not all(key in known.repeatable or key in known.repeatable_together for key in self.phrase):
            return False
        return last.mark != "" or not {self.phrase[0], self.phrase[-1]} & known.joining

    def _may_end_a_clause(self) -> bool:
        """Whether a clause may end with the first of the two, and another begin or go on with the second."""
        known, key = self.grammar.words, self.last.key
        if (self.last.mark and self.is_cut_off) or self._is_said_thrice():
            return False
        if self.length == 1 and key in known.objects:
            return not self._begins_clause()
        if key not in known.objects and key not in known.clause_ends:
            ended = self.length > 1 and self.last.mark == "," and key not in known.unfinished
            return (ended or self.last.hesitant) and self._is_in_open_clause()
        again = self.words[self.middle + self.length - 1]
        if again.ends or self._is_in_open_clause():  # "I do, I do.", "whoever you are, you are"
            return True
        if self.last.mark and self._is_behind_noun_and_subject():
            return True
        return not self.last.hesitant and (self._follows_verb() or self._begins_set_phrase())

    def _is_said_thrice(self) -> bool:
        """Whether the same words stand there once more: no grammar has a word three times in a row."""
        again = self.words[self.middle : self.middle + self.length]
        third = self.words[self.middle + self.length : self.middle + 2 * self.length]
        return again[-1].parted and [word.key for word in again] == [word.key for word in third]

    def _begins_clause(self) -> bool:
        """Whether a clause begins here: with a sentence, after a mark, or after a word that joins clauses."""
        if opens_sentence(self.words, self.at):
            return True
        before = self.words[self.at - 1]
        return before.mark != "" or before.key in self.grammar.words.joining

    def _is_in_open_clause(self) -> bool:
        """Whether the words since the last mark open a clause that could end here: "whoever you are"."""
        openers: frozenset[str] = self.grammar.words.clause_openers
        if self.length > 1:
            openers = openers | self.grammar.words.subordinating
        for place in range(self.at - 1, max(-1, self.at - 1 - _REACH), -1):
            word = self.words[place]
            if word.mark:
                return False
            if word.key in openers:
                return True
        return False

    def _is_behind_noun_and_subject(self) -> bool:
        """Whether a clause without a word that opens it may end here: "the one I had, had a hole"."""
        known, subject = self.grammar.words, self.words[self.at - 1 : self.at]
        if self.length > 1 or not any(word.key in known.subjects and not word.mark for word in subject):
            return False
        before = self.words[max(0, self.at - 2) : self.at - 1]
        if any(word.key in known.objects - known.joining and not word.mark for word in before):
            return True  # "those we can, can be sold"
        for place in range(self.at - 2, max(-1, self.at - 2 - _NOUN_REACH), -1):
            if self.words[place].mark or self.words[place].key in known.joining:
                return False
            if self.words[place].key in known.determiners:
                return place < self.at - 2
        return False

    def _follows_verb(self) -> bool:
        """Whether a verb stands before it that a word like this one may end: "came in"."""
        return self.at > 0 and self.words[self.at - 1].key in self.grammar.words.particle_verbs

    def _begins_set_phrase(self) -> bool:
        """Whether the second begins a phrase of its own: "in fact"."""
        return any(
            [word.key for word in self.words[self.middle : self.middle + len(phrase)]] == phrase
            for phrase in map(str.split, self.grammar.words.set_phrases)
        )

    def _is_meant(self) -> bool:
        """Whether a word that is hardly ever meant twice is: nothing follows it, or it is a cry."""
        if self.last.key in self.grammar.words.exclaimed and self.words[self.middle].mark:
            return True  # "My, my, look at you"
        if self.last.hesitant:
            return False
        if not self.last.mark and self._is_said_of_itself():
            return True
        near = self.words[self.middle : self.middle + _LONGEST_REPEATED]
        same = list(takewhile(lambda word: word.key == self.last.key, near))
        if any(word.mark in _ENDS for word in same):  # "pears and, and, and."
            return True
        if self.last.mark or self.last.key not in self.grammar.words.linking:
            return False
        thrice = len(same) > 1 or any(word.key == self.last.key for word in self.words[self.at - 1 : self.at])
        return thrice and same[-1].mark == "," and not same[-1].hesitant  # German "Tische und und und, also"

    def _is_said_of_itself(self) -> bool:
        """Whether somebody is said to be himself: German "damit ich ich sein kann"."""
        known = self.grammar.words
        if self.at == 0 or self.last.key not in known.objects:
            return False
        verb = self.words[self.middle + 1 : self.middle + 2]
        is_verb = any(word.key in known.clause_ends or word.mark for word in verb)
        return is_verb and self.words[self.at - 1].key in known.clause_openers

    def _ends_clause(self) -> bool:
        """Whether a pronoun ends one clause and begins the next: German "Das bin ich, ich heiße Anna"."""
        if self.last.mark != "," or self.last.hesitant or self._is_said_thrice():
            return False
        return self.last.key in self.grammar.words.objects and not self._begins_clause()

    def _leads_to_name(self) -> bool:
        """Whether the second is part of a name: "the speech of de de Gaulle"."""
        following = self.words[self.middle + 1 : self.middle + 2]
        capital = any(word.text[:1].isupper() for word in following)
        return capital and not self.last.mark and self.last.key in self.grammar.words.before_names
