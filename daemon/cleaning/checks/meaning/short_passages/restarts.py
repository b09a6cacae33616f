"""What was begun and given up: words that are gone, and of which the passage itself shows that they may be.

A speaker breaks a word or a sentence off, or says the beginning once more: "the green, the, um, the red one",
"we don't have… I don't have it". Such a stretch is a chain of starts; each of them is looked at by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set

from daemon.cleaning.checks.faithfulness import Word, is_content, size_of
from daemon.cleaning.checks.speech import Speech

_LONGEST_START, _LONGEST_RESTART = 12, 6  # words of a start that was given up; that was begun anew
_LONGEST_BROKEN_END = 5  # words of a last clause that breaks off
_LONGEST_HESITATION = 3  # function words before a pause that need not be begun anew
_SHORTEST_CLAUSE = 3  # words with some weight: "he sold it"; but "the green, the red one"
_SHORTEST_FRAME = 3  # words of a start of which another word takes the place of the first
_LEAST_STEM, _LONGEST_ENDING = 3, 3  # letters: "coming" and "come"; but not "can" and "car"
_WORDS_OF_CLAUSE = 8  # in which all of a start comes again
_WORDS_THAT_FOLLOW = 4  # in which a start is looked for again

_SENTENCE_END = re.compile(r"[.?!](?![.?!…])")
_BROKEN_OFF = re.compile(r"…|\.\.\.|(?<!-)-(?:\s|$)")
_DASH = re.compile(r"--|[—–]")  # where a start was given up, or as a mark between two clauses
_CLAUSE_END = re.compile(r"[,;:]")
_SIGN_INSIDE = re.compile(r"[./@&_]")
_PAUSE = re.compile(r"[,;:\w]")
_MARKED = re.compile(r"[.,;:?!…—–]")
_BROKEN_END = re.compile(r"(?:,|…|\.\.\.|[—–-])[\"”’)\]\s]*$")


class Starts:
    """The words of a comparison with what stands behind each, in which starts that were given up are found.

    `gaps` holds what stands in the original behind each word of the comparison. `is_marked`: it has marks, so
    that a pause can be seen. `is_telling` says of a word whether it carries something of its own, `is_form`
    of two whether they are forms of one.
    """

    def __init__(
        self,
        original: str,
        words: Sequence[Word],
        gaps: Sequence[str],
        speech: Speech,
        is_telling: Callable[[str], bool],
        is_form: Callable[[str, str], bool],
    ) -> None:
        self._words, self._gaps, self._speech = words, gaps, speech
        self._is_telling, self._is_form = is_telling, is_form
        self._weightless = speech.weightless | speech.hesitations
        self.is_marked = _MARKED.search(original) is not None
        self._breaks_off = _BROKEN_END.search(original) is not None

    def is_broken_end(self, first: int, last: int) -> bool:
        """Whether the last words of a passage that breaks off are a clause, or carry nothing."""
        if not self._breaks_off or any(_SENTENCE_END.search(gap) for gap in self._gaps[first:last]):
            return False
        begins_clause = first == 0 or _MARKED.search(self._gaps[first - 1]) is not None
        if first == last:
            return not self._is_telling(self._words[first].key)
        return begins_clause and last - first < _LONGEST_BROKEN_END

    def is_broken_off(self, last: int) -> bool:
        """Whether a break is marked behind a word: "one… I mean"; no hyphen as in "wood-free"."""
        is_compound = self._gaps[last] == "-" and last + 1 < len(self._words)
        return not is_compound and _BROKEN_OFF.search(self._gaps[last]) is not None

    def has_mark_behind(self, first: int, last: int) -> bool:
        """Whether a mark stands behind some words that are gone, wherever these may stand."""
        return any(_MARKED.search(self._gaps[end]) for _, end in self._list_places(first, last))

    def list_words_behind(self, first: int, last: int, size: int) -> Set[str]:
        """Up to so many words behind some words that are gone, wherever these may stand, up to a mark."""
        found: set[str] = set()
        for _, end in self._list_places(first, last):
            for at in range(end + 1, min(end + 1 + size, len(self._words))):
                found.add(self._words[at].key)
                if _MARKED.search(self._gaps[at]):
                    break
        return found

    def is_cut_out(self, first: int, last: int) -> bool:
        """Whether what is gone is part of a word with signs in it, whose rest stands: "tours.com"."""
        return (first > 0 and _SIGN_INSIDE.fullmatch(self._gaps[first - 1]) is not None) or (
            last + 1 < len(self._words) and _SIGN_INSIDE.fullmatch(self._gaps[last]) is not None
        )

    def is_sentence_end(self, first: int, last: int) -> bool:
        """Whether some words that are gone end a sentence and don't begin it, wherever they may stand."""
        return all(
            begin > 0 and not self._gaps[begin - 1].strip() and _SENTENCE_END.search(self._gaps[end])
            for begin, end in self._list_places(first, last)
        )

    def are_given_up(self, first: int, last: int) -> bool:
        """Whether some words that are gone, the last among them, are starts one behind the other."""
        last = self._find_end_before_stutter(first, last)
        if self._claims_what_stands(first, last):
            return False
        if all(self._denies_what_stands(begin, end) for begin, end in self._list_places(first, last)):
            return False
        if self._ends_with_limit(first, last):
            return False
        if any(self._are_chained(start, end) for start, end in self._list_places(first, last)):
            return True
        return self._are_said_twice(first, last)

    def _claims_what_stands(self, first: int, last: int) -> bool:
        """Whether "he says" is gone from before what he says: "(he says) he paid" (none of 2,391 turns)."""
        return any(
            (self._said(at) in self._speech.claiming or self._opens_what_is_meant(at, end))
            and self._is_subject_behind(at, end)
            and not (
                any(map(self._is_interrupted, range(at, end + 1)))
                or self._is_claimed_again(self._said(at), begin, end)
            )
            for begin, end in self._list_places(first, last)
            for at in range(begin, end + 1)
        )

    def _ends_with_limit(self, first: int, last: int) -> bool:
        """Whether the last words of a text without marks limit what was said: "yes (i think so)"."""
        if self.is_marked or self._breaks_off or last + 1 < len(self._words):
            return False
        said = [self._said(at) for at in range(first, last + 1)]
        if said == [self._said(at) for at in range(max(0, first - len(said)), first)]:
            return False  # "i guess (i guess)"
        return not self._speech.qualifiers.isdisjoint(said)

    def _opens_what_is_meant(self, verb: int, last: int) -> bool:
        """Whether a word that limits is tied to the clause behind it: "(I think that) the school is good"."""
        return (
            self._said(verb) in self._speech.qualifiers
            and verb < last
            and self._said(verb + 1) in self._speech.complements
        )

    def _denies_what_stands(self, first: int, last: int) -> bool:
        """Whether "it isn't that" is gone from before a clause that is denied itself: "I don't like it".

        So it is no start of that clause, which has another subject (none of 2,391 turns).
        """
        denies, speech = self._speech.denies, self._speech
        denials = [at for at in range(first, last + 1) if denies(self._said(at))]
        behind = [
            self._said(at) for at in range(last + 1, min(len(self._words), last + 1 + _WORDS_THAT_FOLLOW))
        ]
        if not denials or denials[-1] == last or not any(map(denies, behind)):
            return False
        ties = {self._said(at) for at in range(denials[-1] + 1, last + 1)}
        opening, subject = (key.partition("'")[0] for key in (self._said(first), behind[0]))
        is_tied = ties <= speech.clause_joining | (self._weightless - speech.subjects)
        if self._said(denials[-1]) not in speech.negations:  # "I don't like, we don't have any"
            is_tied = is_tied and not ties.isdisjoint(speech.clause_joining)
        is_marked = any(_MARKED.search(self._gaps[at]) for at in range(denials[-1], last + 1))
        return is_tied and not is_marked and opening != subject and subject in speech.subjects

    def _is_subject_behind(self, verb: int, last: int) -> bool:
        """Whether a clause stands behind some words of which the last are a verb and, maybe, its subject."""
        if last + 1 >= len(self._words):
            return False
        speech, subject = self._speech, self._said(last + 1)
        if self._is_said_otherwise(last):
            return False
        subjects = speech.subjects | speech.persons.keys() | speech.determiners
        if verb > 0:
            subjects |= {self._said(verb - 1)}
        opens = subjects.intersection((subject, *subject.split("'")))
        between = {self._said(at) for at in range(verb + 1, last + 1)}
        if not between.isdisjoint(speech.complements):
            return between <= speech.complements | {subject}
        return bool(opens) and between <= (self._weightless - speech.subjects | opens)

    def _is_said_otherwise(self, last: int) -> bool:
        """Whether, after a comma, somebody says or thinks something once more: "I said, I told him"."""
        verbs = [self._said(at) for at in range(last + 2, min(last + 3, len(self._words)))]
        return _CLAUSE_END.search(self._gaps[last]) is not None and not self._speech.claiming.isdisjoint(
            verbs
        )

    def _is_interrupted(self, at: int) -> bool:
        """Whether a break is marked behind a word, or a dash."""
        return self.is_broken_off(at) or _DASH.search(self._gaps[at]) is not None

    def _is_claimed_again(self, verb: str, first: int, last: int) -> bool:
        """Whether a verb stands beside words that are gone in some form: "(he said) he says he"."""
        places = range(max(0, first - _WORDS_THAT_FOLLOW), min(len(self._words), last + 1 + _WORDS_OF_CLAUSE))
        others = [self._said(at) for at in places if not first <= at <= last]
        return any(
            self._comes_again(verb, (other,)) or self._speech.excludes_by_tense(verb, other)
            for other in others
        )

    def _are_said_twice(self, first: int, last: int) -> bool:
        """Whether two stutters stand one behind the other: "never (never come) come"."""
        said = [self._said(at) for at in range(first, last + 1)]
        for size in range(1, len(said)):
            rest = len(said) - size
            left = [word.key for word in self._words[max(0, first - size) : first]]
            right = [word.key for word in self._words[last + 1 : last + 1 + rest]]
            if left == said[:size] and right == said[size:]:
                return True
        return False

    def _find_end_before_stutter(self, first: int, last: int) -> int:
        """Where words that are gone end before those said once more behind: "they say (it's,) it's"."""
        if self._is_interrupted(last):
            return last
        said = [self._said(at) for at in range(first, last + 1)]
        for size in range(len(said) - 1, 0, -1):
            if said[-size:] == [word.key for word in self._words[last + 1 : last + 1 + size]]:
                return last - size
        return last

    def _list_places(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Where the words that are gone may stand: "the (green the) red one" is "(the green) the red one"."""
        yield first, last
        while first > 0 and self._words[first - 1].key == self._said(last):
            first, last = first - 1, last - 1
            yield first, last

    def _said(self, at: int) -> str:
        return self._words[at].was or self._words[at].key

    def _are_chained(self, first: int, last: int) -> bool:
        reached = {first}
        for begin in range(first, last + 1):
            if begin not in reached:
                continue
            for end in range(begin, min(last, begin + _LONGEST_START - 1) + 1):
                if end + 1 not in reached and self._is_start(begin, end):
                    reached.add(end + 1)
        return last + 1 in reached

    def _is_start(self, first: int, last: int) -> bool:
        """Whether some words say nothing, are broken off, or are begun anew after a pause."""
        said = [self._said(at) for at in range(first, last + 1)]
        if self._weightless.issuperset(self._speech.drop_phrases(said)):
            return True
        if any(_SENTENCE_END.search(gap) for gap in self._gaps[first:last]):
            return False
        gap = self._gaps[last]
        behind = [
            self._said(at) for at in range(last + 1, min(len(self._words), last + 1 + _WORDS_OF_CLAUSE))
        ]
        following = behind[:_WORDS_THAT_FOLLOW]
        if self.is_broken_off(last):
            return not self._holds_clause(first, last, behind)
        if _DASH.search(gap):
            return self._may_be_left_off(said)
        has_pause = _PAUSE.search(gap) is not None or not self.is_marked
        if (has_pause or len(said) > 1) and said == behind[: len(said)]:
            return True
        is_denied = any(self._speech.denies(word.key) for word in self._words[max(0, first - 2) : first])
        if not has_pause or is_denied or len(said) > _LONGEST_RESTART:
            return False
        if self._is_other_quantifier(said, following):
            return True
        if self._is_one_of_several(said, following):
            return False
        if not _PAUSE.search(gap) and self._is_one_phrase(said, behind):
            return False
        if len(said) <= _LONGEST_HESITATION and not any(map(self._is_telling, said)):
            return self._ends_early(said)
        if _PAUSE.search(gap) and self._is_left_open(said):
            return True
        if self._is_ended_anew(said, behind) or self._is_asked_otherwise(said, behind):
            return True
        if first > 0 and self._breaks_off_before(self._said(first - 1), said, behind):
            return True
        return bool(behind) and self._is_begun_with(said, behind)

    def _holds_clause(self, first: int, last: int, behind: Sequence[str]) -> bool:
        """Whether a pause parts what breaks off from more, which says something: "sold the boat, took a-"."""
        for end in range(last - 1, first - 1, -1):
            if _CLAUSE_END.search(self._gaps[end]):
                said = [self._said(at) for at in range(first, end + 1)]
                rest = [self._said(at) for at in range(end + 1, last + 1)]
                return any(
                    self._is_telling(key) and not self._comes_again(key, (*rest, *behind)) for key in said
                )
        return False

    def _is_one_of_several(self, said: Sequence[str], following: Sequence[str]) -> bool:
        """Whether something is told beside others: "and bread, and butter" (of 1,396 turns none lost it)."""
        if said[0] not in self._speech.joining or said[0] not in following[:1]:
            return False
        return any(self._is_telling(key) and not self._comes_again(key, following) for key in said)

    def _is_one_phrase(self, said: Sequence[str], behind: Sequence[str]) -> bool:
        """Whether a preposition ties a start to what follows with no pause: "the film about the war".

        What is said in it comes again where it was begun anew (none of 747 turns of editors without marks).
        """
        telling = [key for key in said if self._is_telling(key)]
        if not behind or all(self._comes_again(key, behind) for key in telling):
            return False
        return self._ties(said[-1]) or (said[-1] in telling and self._ties(behind[0]))

    def _ties(self, key: str) -> bool:
        """Whether a word ties what follows to what stands before: no verb, and none that begins a clause."""
        speech = self._speech
        others = speech.determiners | speech.clause_joining | speech.asking | speech.subjects
        return key in speech.unfinished and key.partition("'")[0] not in others

    def _is_left_open(self, said: Sequence[str]) -> bool:
        """Whether two or three words without content end before what they are of: "after the, at the end"."""
        if not 1 < len(said) <= _LONGEST_HESITATION or said[-1] not in self._speech.unfinished:
            return False
        return not any(
            is_content(key)
            or key in self._speech.persons
            or key in self._speech.modals
            or self._speech.denies(key)
            for key in said
        )

    def _is_asked_otherwise(self, said: Sequence[str], behind: Sequence[str]) -> bool:
        """Whether another question takes the place of one: "did you discover, was that the point"."""
        if not 1 < len(said) <= _SHORTEST_CLAUSE or len(behind) < _SHORTEST_CLAUSE:
            return False
        speech = self._speech
        asks = [
            verb in speech.asking and subject in speech.subjects for verb, subject in (said[:2], behind[:2])
        ]
        is_begun = len(said) < _SHORTEST_CLAUSE or said[1] != behind[1]
        return all(asks) and said[0] != behind[0] and is_begun

    def _breaks_off_before(self, subject: str, said: Sequence[str], behind: Sequence[str]) -> bool:
        """Whether another clause begins where a verb's preposition is open: "that anger comes from, it's".

        Behind a pronoun it may be what the word before is told by: "the house we live in, it's green".
        """
        if subject in self._speech.persons or subject in self._speech.subjects:
            return False
        if len(said) != len(("comes", "from")) or said[-1] not in self._speech.unfinished or not behind:
            return False
        begins_clause = "'" in behind[0] and behind[0].partition("'")[0] in self._speech.subjects
        return begins_clause and self._is_telling(said[0])

    def _is_ended_anew(self, said: Sequence[str], behind: Sequence[str]) -> bool:
        """Whether a start comes again with another beginning: "we had a lot of, there's been a lot of".

        All that tells anything in it comes again, in the same order, and so does its last word. Behind
        another verb its last word may tell something: "is now linked, can now be linked".
        """
        if len(said) < _SHORTEST_FRAME or not behind or said[-1] not in behind[1:]:
            return False
        asking = self._speech.asking
        is_other_verb = said[0] in asking and behind[0] in asking and said[0] != behind[0]
        if not is_other_verb and said[-1] not in self._speech.unfinished:
            return False
        rest = iter(behind)
        same = said[1:] if is_other_verb else said
        return all(key in rest for key in same if self._is_telling(key) or key == said[-1])

    def _is_begun_with(self, said: Sequence[str], behind: Sequence[str]) -> bool:
        """Whether a start is begun anew by the words that follow, or its last word is part of the next."""
        following = behind[:_WORDS_THAT_FOLLOW]
        size = len(said)
        while said and said[-1] == following[0]:
            said = said[:-1]
        if not said:
            return True
        is_clause = said[0] in self._speech.subjects and any(map(self._is_telling, said))
        if is_clause and len(said) < size and said[:2] != following[:2]:
            return False  # "he left he, he sold it"
        if self._is_said_again(said, following):
            return True
        if not self._may_be_left_off(said):
            return len(said[-1]) > 1 and following[0].startswith(said[-1])
        if following[0] in said[:1] or (following[0] in said[:2] and not self._is_telling(said[0])):
            return not self._is_phrase(said, behind)
        if self._is_other_subject(said, following) or following[0].startswith(said[-1]):
            return True
        if self._is_same_frame(said, following):
            return True
        return self._is_telling(said[0]) and any(
            is_content(key) and self._is_form(said[0], key) for key in following
        )

    def _is_phrase(self, said: Sequence[str], behind: Sequence[str]) -> bool:
        """Whether two words are a phrase of their own: "at work, at night"; but "the green, the red one"."""
        if len(said) > len(("at", "work")) and said[-1] in self._speech.clause_joining:
            said = said[:-1]
        if len(said) != len(("at", "work")) or said[0] in self._speech.determiners:
            return False
        first, last = said
        is_whole = first in self._speech.unfinished and self._is_telling(last)
        begins_clause = first in self._speech.persons or first.partition("'")[0] in self._speech.subjects
        return is_whole and not begins_clause and not self._comes_again(last, behind)

    def _is_other_quantifier(self, said: Sequence[str], following: Sequence[str]) -> bool:
        """Whether a word for how many gives way to the next one: a noun takes but one, "any, every time".

        In the raw transcripts that was measured on three such pairs stand, of which editors took out the
        first each time; "all" and "both" go with others and are none.
        """
        if len(said) != 1 or not following or said[0] == following[0]:
            return False
        return {said[0], following[0]} <= self._speech.quantifiers

    def _is_said_again(self, said: Sequence[str], following: Sequence[str]) -> bool:
        """Whether a start comes again from its first word on, each word that tells anything in some form.

        "that's coming out, that's come out" says one thing; "he sold it, he sells it" two.
        """
        if said[0] != following[0]:
            return False
        telling = [key for key in said[1:] if self._is_telling(key)]
        return bool(telling) and all(self._comes_again(key, following[1:]) for key in telling)

    def _comes_again(self, key: str, others: Sequence[str]) -> bool:
        """Whether a word stands among others, but for its ending."""
        if key in others:
            return True
        stem = key[: max(_LEAST_STEM, len(key) - _LONGEST_ENDING)]
        return len(key) > _LEAST_STEM and any(
            other.startswith(stem)
            and len(other) - len(stem) <= _LONGEST_ENDING
            and not self._speech.excludes(key, other)
            for other in others
        )

    def _may_be_left_off(self, said: Sequence[str]) -> bool:
        """Whether a start is no whole clause, as each of "he sold the house, he sold the boat" is."""
        return self._ends_early(said) or not (any(map(self._is_telling, said)) or self._is_whole_clause(said))

    def _is_whole_clause(self, said: Sequence[str]) -> bool:
        """Whether a start is a clause without a word of content, as "if I were you"."""
        speech = self._speech
        opens = (said[0],) in speech.telling_phrases and said[-1] not in speech.unfinished
        return opens and len(said) > _SHORTEST_CLAUSE and not speech.asking.isdisjoint(said)

    def _ends_early(self, said: Sequence[str]) -> bool:
        """Whether some words are too few for a clause, or end in the middle of a phrase: "he sold the"."""
        weighty = [key for key in said if key not in self._weightless or key in self._speech.persons]
        if not weighty or weighty[-1] in self._speech.unfinished:
            return True
        return size_of(weighty) + self._says_what_is(weighty[0], weighty[-1]) < _SHORTEST_CLAUSE

    def _says_what_is(self, contracted: str, key: str) -> bool:
        """Whether two words are a clause, of which the first is its subject and verb: "it's funny".

        A past form may be half of a verb: "it's called".
        """
        speech = self._speech
        if "'" not in contracted or speech.perfect_end_of(contracted) or speech.modal_end_of(contracted):
            return False
        is_past = key in speech.pasts or any(map(key.endswith, speech.past_endings))
        return is_content(key) and not is_past and key not in speech.qualifiers and self._is_telling(key)

    def _is_same_frame(self, said: Sequence[str], following: Sequence[str]) -> bool:
        """Whether a start is begun anew in all its words but the first: "part of the, one of the".

        It has to end in the middle of a phrase: "plums for me, pears for me" are two things. Two words do so
        where the second is a verb that asks: "what did, when did".
        """
        if len(said) < _SHORTEST_FRAME:
            subjects = self._speech.persons.keys() | self._speech.subjects
            is_left_off = len(said) > 1 and said[-1] in self._speech.asking and said[0] not in subjects
        else:
            is_left_off = said[-1] in self._speech.unfinished
        return is_left_off and list(said[1:]) == list(following[1 : len(said)])

    def _is_other_subject(self, said: Sequence[str], following: Sequence[str]) -> bool:
        """Whether somebody begins anew as the same one ("I'd, I would"), or in the same words as another."""
        persons = self._speech.persons
        new = persons.get(following[0])
        if new is None:
            return False
        opening = said[:1] if self._is_telling(said[0]) else said[:2]
        if new in map(persons.get, opening):
            return True
        is_same_frame = len(said) > 1 and list(said[1:]) == list(following[1 : len(said)])
        return said[0] in persons and is_same_frame
