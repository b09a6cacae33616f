"""Full stops for text that has none, from the speaker's pauses; no commas: a rule can't know them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from daemon.cleaning.offline.language import Grammar
from daemon.cleaning.offline.words import Word, replace_text
from daemon.text.languages.knowledge import Rules
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

_SHORT_PAUSE, _PAUSE, _LONG_PAUSE = 0.4, 0.7, 1.0
"""Seconds of silence that end a sentence: before a word that begins many of them, before any other that may,
and after a phrase that leads up to another. Measured on a press conference's captions."""

_SHORTEST = 4  # words of a sentence
_LEAD_WORDS = 15  # words that may lead up to what a sentence is about
_WORD_SECONDS, _LETTER_SECONDS = 0.12, 0.055  # to say a word; half of captions' words take less
WORDS_PER_MARK = 40  # text with fewer marks has none worth the name; written English has one in 8 words


def lacks_punctuation(texts: Sequence[str]) -> bool:
    """Whether words have no punctuation to speak of."""
    return sum(text[-1] in ".,?!" for text in texts) * WORDS_PER_MARK <= len(texts)


def list_silences(turn: Turn, *, closed: bool) -> list[float]:
    """Seconds of silence after each word of a turn, 0 where unknown.

    Only the source's own times count. A `closed` turn is over with its last word: another speaks then.
    """
    begin = [time for segment in turn.segments for time in segment.word_times()]
    over = [time for segment in turn.segments for time in _list_word_ends(segment)]
    after = [*begin[1:], turn.end]
    out = [0.0 if a is None or b is None else max(0.0, b - a) for a, b in zip(over, after, strict=True)]
    if closed and turn.start is not None:
        out[-1] = math.inf
    return out


def _list_word_ends(segment: Segment) -> list[float | None]:
    """The second at which each word has been said: where only cues have times, when the next begins."""
    if segment.times is None:
        return segment.word_ends()
    return [
        time + _WORD_SECONDS + _LETTER_SECONDS * len(text)
        for time, text in zip(segment.times, segment.text.split(), strict=True)
    ]


def add_full_stops(words: Sequence[Word], grammar: Grammar) -> list[Word]:
    """The words, with a full stop after each that ends a sentence by the pause and the words around it."""
    out = list(words)
    first = 0
    for at, word in enumerate(words):
        if word.mark:
            first = at + 1 if word.ends else first
        elif word.silence >= _SHORT_PAUSE and _ends_sentence(words, first, at, grammar):
            out[at] = replace_text(word, word.text + ".")
            first = at + 1
    return out


def _ends_sentence(words: Sequence[Word], first: int, at: int, grammar: Grammar) -> bool:
    """Whether the sentence that began at `first` ends with the word at `at`."""
    key, known = words[at].key, grammar.words
    if not key or key in known.introducing or key in known.determiners or key in known.linking:
        return False
    if at + 1 == len(words):
        return True
    if key in known.unfinished or key in known.joining or key in known.hanging:
        return False
    return at + 1 - first >= _SHORTEST and words[at].silence >= _choose_silence(words, first, at + 1, grammar)


def _choose_silence(words: Sequence[Word], first: int, after: int, grammar: Grammar) -> float:
    """The seconds of silence that it takes."""
    key, known = words[after].key, grammar.words
    begins = _begins_sentence(key, known)
    if key in known.linking and after + 1 < len(words):
        following = words[after + 1].key
        begins = _begins_sentence(following, known) or _find_stem(following) in known.subjects
    goes_on = key in known.continuing or grammar.keeps(key)
    if goes_on and not begins and key not in known.fronting:
        return math.inf
    if words[first].key in known.introducing and after - first < _LEAD_WORDS:
        return _LONG_PAUSE
    if begins:
        return _SHORT_PAUSE
    return _PAUSE if key in known.fronting else _LONG_PAUSE


def _begins_sentence(key: str, known: Rules) -> bool:
    return key in known.opening or _find_stem(key) in known.opening


def _find_stem(key: str) -> str:
    return key.partition("'")[0]
