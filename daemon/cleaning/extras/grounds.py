"""What a line of a summary, or a title, may say: nothing that is not in the paragraphs it names. Pure.

Checked is what can be told for certain and changes what a sentence says: its numbers in whatever spelling,
signs and addresses; names; who is said to have said it; whether it is denied; words that exclude each other
(Monday, Tuesday; most, some); whether it will be or only may be. A line that fails is left out, and counted
by its reason: less is said, and nothing false.

Names are told by their capital. Where every noun has one, or no word has, only the speakers' names and common
first names are; numbers that are spelt out are read in the languages whose number words are known.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from daemon.cleaning.checks.faithfulness import TOKEN, is_content, tokens
from daemon.cleaning.checks.speech import speech_of
from daemon.cleaning.extras.answers import Statement
from daemon.cleaning.extras.cited import Cited, fold_name
from daemon.cleaning.extras.clauses import Clauses, split_clauses, without_minutes
from daemon.cleaning.extras.doers import Doers
from daemon.cleaning.extras.hedges import Hedges
from daemon.text.languages.counting import numbers, small_numbers
from daemon.text.languages.knowledge import NOUNS_HAVE_CAPITALS, words_without_content
from daemon.text.names.candidates import INFLECT_NAMES
from daemon.text.names.likeness import is_common_name
from daemon.text.results.extra import Paragraph
from daemon.text.sentences import ends_sentence

NO_PARAGRAPH = "it names no paragraph"
NOT_THERE = "it names a paragraph that is not there"
TOO_MANY = "it names too many paragraphs"
NUMBER = "a number is not in the paragraphs it names"
EXCHANGED = "a number is said of something else in the paragraphs it names"
OTHER = "it says of somebody or something what is said of another in the paragraphs it names"
SIGN = "a sign is not in the paragraphs it names"
ADDRESS = "an address is not in the paragraphs it names"
NAME = "a name is not in the paragraphs it names"
SPEAKER = "it speaks for somebody who says none of the paragraphs it names"
DENIAL = "it denies what is not denied in the paragraphs it names, or the other way round"
OPPOSITE = "a word is the opposite of one in the paragraphs it names"
HEDGE = "it leaves nothing open that is left open in the paragraphs it names"
TOO_LONG = "it is too long"
MARKUP = "it holds markup"
TWICE = "it is there already"
MORE = "more lines came than were asked for"
ORDER = "its paragraph does not come after that of the chapter before"
EMPTY = "it says nothing"

MOST_CITED = 12
"""Paragraphs that a line may name: what is made of more is said nowhere."""

_LONGEST_LINE, _LONGEST_TITLE = 400, 90  # characters
_LEAST_STEM, _MOST_ENDING = 4, 3  # letters
_LEAST_LIMITING = 4  # letters of one of a pair: "after"; but "for", "out"
_MOST_TENSES = 2  # words beside a verb: "say", "says"
_MARKUP = re.compile(r"<[A-Za-z/!?]|\]\(|&#?\w+;")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+|\b[\w-]{2,}\.(?:[a-z]{2,}/\S*|com|org|net|io|dev|info)\b", re.I
)
_POSSESSIVE = ("'s", "’s")


@dataclass(frozen=True)
class Verified:
    """The statements that hold, and by reason how many do not."""

    kept: tuple[Statement, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


class Grounds:
    """Paragraphs that lines are held against; `language` is the code of what they are in, "" if unknown.

    `begins_small`, below: whoever wrote a line was to begin it with a small letter, and mostly does, so that
    a capital tells a name there as well.
    """

    def __init__(self, paragraphs: Sequence[Paragraph], language: str) -> None:
        self.paragraphs = paragraphs
        self._language = language or "en"
        self._speech = speech_of(self._language)
        self._has_noun_capitals = self._language in NOUNS_HAVE_CAPITALS
        self._inflects = self._language in INFLECT_NAMES

    def judge_line(self, statement: Statement, most_cited: int = MOST_CITED) -> str | None:
        """Why a line of a summary is left out, None where it holds."""
        reason = self._judge_numbers(statement, most_cited) or _judge_form(statement.text, _LONGEST_LINE)
        if reason is not None:
            return reason
        paragraphs = [self.paragraphs[number - 1] for number in statement.numbers]
        cited = Cited(paragraphs, self._speech)
        return (
            self._judge_words(statement.text, cited, begins_small=True)
            or self._judge_speaker(statement.text, cited)
            or self._judge_denial(statement.text, cited)
            or self._judge_opposites(statement.text, cited)
            or self._judge_clauses(statement.text, cited)
        )

    def judge_title(self, title: str, paragraphs: Sequence[Paragraph], *, begins_small: bool) -> str | None:
        """Why a chapter of these paragraphs can't have this title, None where it can."""
        cited = Cited(paragraphs, self._speech)
        return _judge_form(title, _LONGEST_TITLE) or self._judge_words(
            title, cited, begins_small=begins_small
        )

    def _judge_numbers(self, statement: Statement, most_cited: int) -> str | None:
        if not statement.numbers:
            return NO_PARAGRAPH
        if not all(1 <= number <= len(self.paragraphs) for number in statement.numbers):
            return NOT_THERE
        return TOO_MANY if len(set(statement.numbers)) > most_cited else None

    def _judge_words(self, text: str, cited: Cited, *, begins_small: bool) -> str | None:
        """What of the words is certainly not in the paragraphs."""
        if any(
            found[0].casefold().rstrip(".,;:!?)") not in cited.folded for found in _ADDRESS.finditer(text)
        ):
            return ADDRESS
        if self._has_new_number(text, cited):
            return NUMBER
        if any(not self._has_sign(sign, cited) for sign in text if _is_sign(sign)):
            return SIGN
        if any(not cited.has_label(label) for label in self._find_labels(text)):
            return NAME
        if any(
            not self._stands_there(word, cited) for word in self._find_names(text, begins_small=begins_small)
        ):
            return NAME
        if self._denies(tokens(text)) and not self._denies(cited.tokens):
            return DENIAL
        return None

    # --- numbers and signs ------------------------------------------------------------------------------

    def _has_new_number(self, text: str, cited: Cited) -> bool:
        wanted = {without_minutes(number) for number in numbers(text, self._language)}
        new = wanted - cited.count_numbers(self._language)
        return bool(new - small_numbers(cited.tokens, self._language)) if new else False

    def _has_sign(self, sign: str, cited: Cited) -> bool:
        if sign in cited.folded:
            return True
        words = self._speech.symbols.get(sign, frozenset())
        return not words.isdisjoint(cited.tokens)

    # --- names ------------------------------------------------------------------------------------------

    @cached_property
    def _labels(self) -> frozenset[str]:
        return frozenset(one.speaker for one in self.paragraphs if one.speaker)

    @cached_property
    def _speaker_words(self) -> frozenset[str]:
        return frozenset(word for label in self._labels for word in tokens(label))

    @cached_property
    def _small(self) -> frozenset[str]:
        """The words that stand somewhere with a small letter: they are no names."""
        words = (found[0] for one in self.paragraphs for found in TOKEN.finditer(one.text))
        return frozenset(word for word in words if word[0].islower())

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(word[: max(_LEAST_STEM, len(word) - _MOST_ENDING)] for word in self._small)

    @cached_property
    def _plain_words(self) -> frozenset[str]:
        speech = self._speech
        return words_without_content() | speech.function_words | speech.common | speech.short_words

    def _list_names(self, cited: Cited) -> Set[str]:
        """The words of the names that are said in the paragraphs."""
        return {
            key for key in cited.capitals if self._is_name(key, at_start=True, strict=True, title_case=False)
        }

    def _find_labels(self, text: str) -> Iterator[str]:
        """The speakers that a line names in a script without capitals; in others `_find_names` finds them."""
        for label in self._labels:
            has_capitals = label.upper() != label.lower()
            if not has_capitals and len(label) > 1 and label in text:
                yield label

    def _find_names(self, text: str, *, begins_small: bool) -> Iterator[str]:
        """The words of a line that are names, by their capitals."""
        words = list(TOKEN.finditer(text))
        title_case = _is_title_case(words) and not begins_small
        for found in words:
            word = found[0]
            if not word[0].isupper():
                continue
            before = text[: found.start()].rstrip()
            at_start = not before or ends_sentence(before.rsplit(maxsplit=1)[-1])
            if self._is_name(word, at_start=at_start, strict=begins_small, title_case=title_case):
                yield word

    def _is_name(self, word: str, *, at_start: bool, strict: bool, title_case: bool) -> bool:
        key = fold_name(word)
        if key in self._speaker_words:
            return not (at_start and key in self._plain_words)
        if key in self._plain_words or (at_start and len(word) == 1):
            return False
        if self._has_noun_capitals:
            return is_common_name(key)
        if not at_start and not title_case:
            return True
        if self._is_ordinary(key):
            return False
        return strict or is_common_name(key) or not word[1:].islower()

    def _is_ordinary(self, key: str) -> bool:
        """Whether a word, or another form of it, stands somewhere with a small letter."""
        if key in self._small:
            return True
        shortest = max(_LEAST_STEM, len(key) - _MOST_ENDING)
        return any(key[:size] in self._stems for size in range(shortest, len(key) + 1))

    def _stands_there(self, word: str, cited: Cited) -> bool:
        key = fold_name(word)
        forms = {key, f"{key}s", f"{key}'s", key.removesuffix("s")}
        if not forms.isdisjoint(cited.tokens):
            return True
        if not self._inflects or len(key) < _LEAST_STEM:
            return False
        stem = key[: max(_LEAST_STEM - 1, len(key) - _MOST_ENDING)]
        return any(
            other.startswith(stem) and len(other) <= len(key) + _MOST_ENDING for other in cited.capitals
        )

    def _judge_speaker(self, text: str, cited: Cited) -> str | None:
        """Whether a line begins with a speaker, who then must say one of the paragraphs."""
        words = [found[0] for found in TOKEN.finditer(text)]
        if not words or words[0].endswith(_POSSESSIVE):
            return None
        keys = [fold_name(word) for word in words]
        for label in sorted(self._labels, key=len, reverse=True):
            own = tokens(label)
            if not own or tuple(keys[: len(own)]) != own:
                continue
            is_about = words[len(own) - 1].endswith(_POSSESSIVE)
            return None if is_about or label in cited.labels else SPEAKER
        by_first = {label for label in self._labels if tokens(label)[:1] == (keys[0],)}
        if not by_first or not words[0][0].isupper() or keys[0] in self._plain_words:
            return None
        return SPEAKER if by_first.isdisjoint(cited.labels) else None

    # --- what is denied, and opposites --------------------------------------------------------------------

    def _denies(self, keys: Sequence[str] | Set[str]) -> bool:
        return any(self._speech.denies(key) or key in self._speech.answers for key in keys)

    def _judge_denial(self, text: str, cited: Cited) -> str | None:
        """Whether the sentence that a line is about denies what the line says."""
        keys = tokens(text)
        if self._denies(keys):
            return None  # that something is denied in the paragraphs was looked at
        about = cited.find_sentences(keys)
        denied = [any(map(self._speech.denies, sentence)) for sentence in about]
        return DENIAL if denied and all(denied) else None

    def _judge_opposites(self, text: str, cited: Cited) -> str | None:
        """Whether a word of a line excludes one of the sentence that it is about: Monday, Tuesday."""
        keys = tokens(text)
        new = [key for key in keys if key not in cited.tokens]
        for sentence in cited.find_sentences(keys):
            left = sentence.difference(keys)
            if any(self._contradicts(key, other) for key in new for other in left):
                return OPPOSITE
        return None

    def _contradicts(self, key: str, other: str) -> bool:
        """Whether a word excludes another one, and either says so much: "Monday", "most", "before"."""
        if self._is_telling(key) and self._is_telling(other):
            return self._excludes(key, other)
        return self._limits(key) and self._limits(other) and self._speech.excludes(key, other)

    def _limits(self, key: str) -> bool:
        """Whether a word without content says how many, when or why, and can be held against others."""
        speech = self._speech
        others = speech.alternatives.get(key, frozenset())
        if not others or key in speech.asking | speech.modals:
            return False
        is_lone_pair = len(others) == 1 and len(key) >= _LEAST_LIMITING
        return is_lone_pair or key in speech.qualifiers | speech.quantifiers | speech.may_only_go

    def _judge_clauses(self, text: str, cited: Cited) -> str | None:
        """Whether what the paragraphs say of one thing is said of another."""
        line = list(split_clauses(text, self._speech))
        there = [
            clause
            for one in cited.paragraphs
            for clause in split_clauses(one.text, self._speech, one.speaker)
        ]
        clauses = Clauses(there, self._speech, self._plain_words.__contains__)
        names = self._list_names(cited)
        if Hedges(cited, there, names, self._speech, clauses.carries).closes_what_is_open(line):
            return HEDGE
        if clauses.exchange_numbers(line):
            return EXCHANGED
        if Doers(there, names, cited.speakers, self._speech, clauses.carries).exchanges_names(line):
            return OTHER
        if clauses.moves_denial(line):
            return DENIAL
        return OPPOSITE if clauses.exchanges_opposites(line) else None

    def _is_telling(self, key: str) -> bool:
        return is_content(key) and key not in self._plain_words

    def _excludes(self, key: str, other: str) -> bool:
        """Whether two words exclude each other, and are no two tenses of one: "say" and "said"."""
        is_lone_pair = len(self._speech.alternatives.get(key, ())) <= _MOST_TENSES
        is_tense = is_lone_pair and key[0] == other[0]
        return not is_tense and self._speech.excludes(key, other)


def verify_summary(
    statements: Sequence[Statement],
    grounds: Grounds,
    most: int,
    most_cited: int = MOST_CITED,
    among: range | None = None,
) -> Verified:
    """The lines of a summary that hold, at most so many, in the order of their first paragraphs.

    `among` are the numbers of the paragraphs that may be named, None for all.
    """
    among = among or range(1, len(grounds.paragraphs) + 1)
    kept: list[Statement] = []
    left_out: Counter[str] = Counter()
    seen: set[str] = set()
    for statement in statements:
        is_shown = all(number in among for number in statement.numbers)
        reason = grounds.judge_line(statement, most_cited) if is_shown else NOT_THERE
        key = " ".join(tokens(statement.text))
        if reason is None and (key in seen or len(kept) >= most):
            reason = TWICE if key in seen else MORE
        if reason is not None:
            left_out[reason] += 1
            continue
        seen.add(key)
        kept.append(Statement(statement.text, tuple(sorted(set(statement.numbers)))))
    kept.sort(key=lambda one: one.numbers[0])
    return Verified(tuple(kept), dict(left_out))


def verify_chapters(
    statements: Sequence[Statement], grounds: Grounds, most: int, among: range | None = None
) -> Verified:
    """The chapters that hold, at most so many; each begins at a later paragraph than the one before.

    A chapter goes up to the one behind it. `among` are the numbers of the paragraphs that may be named, None
    for all.
    """
    among = among or range(1, len(grounds.paragraphs) + 1)
    left_out: Counter[str] = Counter()
    ascending: list[Statement] = []
    for statement in statements:
        reason = _judge_place(statement, among, ascending)
        if reason is None:
            ascending.append(Statement(statement.text, statement.numbers[:1]))
        else:
            left_out[reason] += 1
    begins_small = _begin_small(ascending)
    kept: list[Statement] = []
    for place, statement in enumerate(ascending):
        start = statement.numbers[0]
        behind = ascending[place + 1].numbers[0] if place + 1 < len(ascending) else among.stop
        reason = grounds.judge_title(
            statement.text, grounds.paragraphs[start - 1 : behind - 1], begins_small=begins_small
        )
        if reason is None and statement.text.casefold() in {one.text.casefold() for one in kept}:
            reason = TWICE
        if reason is None and len(kept) >= most:
            reason = MORE
        if reason is None:
            kept.append(statement)
        else:
            left_out[reason] += 1
    return Verified(tuple(kept), dict(left_out))


def _judge_place(statement: Statement, among: range, before: Sequence[Statement]) -> str | None:
    if not statement.numbers:
        return NO_PARAGRAPH
    if len(statement.numbers) > 1:
        return TOO_MANY
    start = statement.numbers[0]
    if start not in among:
        return NOT_THERE
    return ORDER if before and start <= before[-1].numbers[0] else None


def _begin_small(statements: Sequence[Statement]) -> bool:
    """Whether most of some lines begin with a small letter, as was asked for."""
    small = sum(statement.text[:1].islower() for statement in statements)
    return 2 * small > len(statements)


def _judge_form(text: str, longest: int) -> str | None:
    if len(text) > longest:
        return TOO_LONG
    if _MARKUP.search(text):
        return MARKUP
    return None if any(char.isalpha() for char in text) else EMPTY


def _is_sign(char: str) -> bool:
    return char == "%" or unicodedata.category(char) == "Sc"


def _is_title_case(words: Sequence[re.Match[str]]) -> bool:
    """Whether capitals tell nothing, since all words but small ones have one."""
    long = [found[0] for found in words if len(found[0]) > _MOST_ENDING]
    return len(long) > 1 and all(word[0].isupper() or word[0].isdigit() for word in long)
