"""From the network's scores to marks and capitals: only what is sure enough, and never another word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from daemon.cleaning.offline.language import Grammar
from daemon.cleaning.offline.punctuation.foreign import find_foreign_words
from daemon.cleaning.offline.punctuation.names import Names
from daemon.cleaning.offline.punctuation.network import LOWER, MARKS, TITLE, UPPER, load_network
from daemon.cleaning.offline.words import (
    PUNCTUATION,
    Word,
    capitalise_word,
    is_address,
    replace_case,
    replace_text,
)

_NOTHING, _COMMA, _STOP, _QUESTION = range(len(MARKS))
_ENDS = [_STOP, _QUESTION]

END_MARGIN = 192
"""By how much, in 256ths, the end of a sentence must score higher than a comma or nothing. Measured precision
and recall: .90/.78 on briefings and .90/.76 on hearings that were held back; .74/.63 on podcasts and .77/.62
on earnings calls, of which none was learnt."""

COMMA_MARGIN = -128
"""By how much a comma must score higher than all else, where no sentence ends: .74/.78, .71/.75; .52/.60,
.47/.62."""

QUESTION_MARGIN = 0
"""By how much a question must score higher than a full stop, where a sentence ends: .90/.82, .90/.66;
.63/.48, .78/.54."""

CAPITAL_MARGIN = 128
"""By how much a capital must score higher than none: .96/.93, .97/.91; .92/.70, .93/.75."""

LIKELY_MARGIN = 0
"""The same for a word of the title or of a speaker's name."""

LONG_SILENCE = 0.7
"""Seconds of silence after a word that make the end of a sentence likelier."""

LONG_SILENCE_SHIFT = 256
"""By how much they raise its score: a round number, set by hand."""

_LONGEST_INITIALS = 5  # letters of a word that is written in capitals: longer ones are mostly shouted
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class BareTurn:
    """The words of a turn and the rules of its language; `opens` says that the turn begins with them."""

    words: Sequence[Word]
    grammar: Grammar
    opens: bool


@dataclass(frozen=True, slots=True)
class Guessed:
    """The words of a turn with marks and capitals; `marked` and `raised` hold the places of those guessed."""

    words: list[Word]
    marked: frozenset[int]
    raised: frozenset[int]


def guess_marks(turns: Sequence[BareTurn], before: Sequence[str], names: Names) -> list[Guessed]:
    """Marks and capitals for turns that follow each other, all of them in one language.

    `before` holds the words said just before them, by which to compare.
    """
    if not turns:
        return []
    keys, opens = list(before), [False] * len(before)
    for turn in turns:
        keys += (word.key for word in turn.words)
        opens += (turn.opens and place == 0 for place in range(len(turn.words)))
    scores = load_network(turns[0].grammar.code).score(keys, opens)
    out = []
    first = len(before)
    for turn in turns:
        last = first + len(turn.words)
        out.append(_write_guesses(turn, heed_silences(scores[first:last], turn.words), names))
        first = last
    return out


def heed_silences(scores: NDArray[np.int32], words: Sequence[Word]) -> NDArray[np.int32]:
    """The scores of words, those of the end of a sentence raised where a long silence follows."""
    long = np.array([word.silence >= LONG_SILENCE for word in words])
    heeded = scores.copy()
    heeded[:, _ENDS] += np.where(long, LONG_SILENCE_SHIFT, 0).astype(np.int32)[:, np.newaxis]
    return heeded


def margins_of_ends(scores: NDArray[np.int32]) -> NDArray[np.int32]:
    """How much higher the end of a sentence scores than a comma or nothing."""
    margins: NDArray[np.int32] = scores[:, _ENDS].max(1) - scores[:, [_NOTHING, _COMMA]].max(1)
    return margins


def choose_marks(scores: NDArray[np.int32]) -> list[str]:
    """The mark behind each word, "" where none is sure enough."""
    ends = margins_of_ends(scores) >= END_MARGIN
    asks = scores[:, _QUESTION] - scores[:, _STOP] >= QUESTION_MARGIN
    some = scores[:, _COMMA] - scores[:, [_NOTHING, *_ENDS]].max(1) >= COMMA_MARGIN
    marks = np.where(ends, np.where(asks, _QUESTION, _STOP), np.where(some, _COMMA, _NOTHING))
    return [MARKS[mark] for mark in marks]


def _write_guesses(turn: BareTurn, scores: NDArray[np.int32], names: Names) -> Guessed:
    spellings = names.find_spellings(turn.words)
    marks = choose_marks(scores)
    foreign = find_foreign_words([word.key for word in turn.words], turn.grammar.code)
    words: list[Word] = []
    marked: set[int] = set()
    raised: set[int] = set()
    for place, word in enumerate(turn.words):
        own = spellings.get(place)
        if place in foreign and not own:
            words.append(word)
            continue
        if own:
            new = _spell_name(word, own)
        else:
            new = _capitalise_guess(word, scores[place], likely=word.key in names.likely)
        if new.text != word.text:
            raised.add(word.at)
        if marks[place] and _takes_mark(turn, place):
            new = replace_text(new, new.text + marks[place])
            marked.add(word.at)
        words.append(new)
    return Guessed(words, frozenset(marked), frozenset(raised))


def _spell_name(word: Word, name: str) -> Word:
    """The word as it stands in a known name; what has a capital stays as it is."""
    if not word.text.islower() or is_address(word.text):
        return word
    letters = name.strip(PUNCTUATION)
    first = word.text.replace("’", "'").find(word.key)
    own = word.text[first : first + len(letters)]
    spelt = (new if new.lower() == old else old for new, old in zip(letters, own, strict=False))
    return replace_case(word, word.text[:first] + "".join(spelt) + word.text[first + len(own) :])


def _capitalise_guess(word: Word, scores: NDArray[np.int32], *, likely: bool) -> Word:
    """The word with a capital, or in capitals, where that is sure enough."""
    needed = LIKELY_MARGIN if likely else CAPITAL_MARGIN
    if max(scores[TITLE], scores[UPPER]) - scores[LOWER] < needed or _DIGIT.search(word.text):
        return word
    letters = word.key.partition("'")[0]
    if scores[UPPER] <= scores[TITLE] or len(letters) > _LONGEST_INITIALS or not word.text.islower():
        return capitalise_word(word)
    if is_address(word.text) or not letters.isalpha():
        return word
    return replace_case(word, word.text.replace(letters, letters.upper(), 1))


def _takes_mark(turn: BareTurn, place: int) -> bool:
    """Whether a mark may follow the word: not after another mark, an address, or inside a number."""
    word = turn.words[place]
    if word.mark or (not word.text[-1].isalnum() and word.text[-1] not in "%'’") or is_address(word.text):
        return False
    if place + 1 == len(turn.words) or not turn.grammar.counts(word.key):
        return True
    return not turn.grammar.counts(turn.words[place + 1].key)
