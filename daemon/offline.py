"""The cleaner that needs no model: a few rules, each of them careful rather than thorough.

It takes out hesitations and words repeated by accident, mends the commas and capitals around them, and
lays the text out in paragraphs. Numbers, names and negations are never touched. Held against
professional editors' cleanings of podcasts and earnings calls, 99 in 100 of the words it takes out are
words that the editors took out as well; it finds nearly 4 in 10 of theirs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from daemon.chunk import Chunk, ProcessedChunk, Turn
from daemon.paragraphs import ends_sentence, paragraphs

PROVIDER = "offline"
MODEL = "rules"

_HESITATION = re.compile(r"(?:[Uu]m+|[Uu]h+m*|[Ee]r+m*|[Hh]m+|[Mm]mm+)([,.;:!?…–—-]*)")
"""Not "mm-hmm" and "uh-huh", which mean yes; not "mm", a millimetre; not ER and UM."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FENCES_KEPT_AFTER = _set("so well yeah yes no okay ok right now and but or because")
_FENCES_KEPT_BEFORE = _set("and but or so because which who i we you he she it they if when then")
"""Around these words a comma is likely to be the sentence's own, not the hesitation's."""

_REPEATABLE = _set(
    "a an the and of to in on at for from with by as if i i'm i've i'll we we're we've we'll he they it's "
    "there's let's our my your these this are was were has will would when what how where than into or"
)
"""Words that nobody says twice on purpose. Not "that", "had", "is", "you", "it", "so", "no", "very"."""

_REPEATABLE_TOGETHER = (_REPEATABLE - _set("and or")) | _set(
    "is it you that she have do can could should going want there here be been some just"
)
"""Words that two or three at a time are not said twice on purpose; "on and on and on" is."""

_MOST_REPEATED = 3  # words in a repeated phrase

_ENGLISH = _set(
    "the and you that it this what have with they but not are from there their would just like about know "
    "think yeah because my your our which been were had has if i i'm it's don't that's going thank hello "
    "very really some who how when where yes okay right good people out one all more for we're let's thanks"
)
_ENGLISH_SHARE = 0.1  # of the words; English speech has about .35, other languages next to none
_ENOUGH_TO_TELL = 20  # words in a turn that show its language by itself


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands, with its punctuation, and the second at which it begins."""

    text: str
    time: float | None = None

    @property
    def key(self) -> str:
        """The word to compare by; apostrophes stay, so that "we're" is not "were"."""
        return self.text.replace("’", "'").strip(_PUNCTUATION).lower()


_PUNCTUATION = ".,;:!?…–—-\"“”'()[]"

Step = Callable[[list[Word]], list[Word]]


def clean_chunk(chunk: Chunk) -> ProcessedChunk:
    """Clean every turn of a chunk; a turn of nothing but hesitations becomes ""."""
    english = speaks_english(chunk.text.split())
    turns, edits = [], Counter[str]()
    for turn in chunk.spoken():
        text, counted = clean_turn(turn, english=english)
        turns.append(text)
        edits.update(counted)
    return ProcessedChunk(
        chunk_index=chunk.index,
        original_text=chunk.text,
        cleaned_text="\n\n".join(filter(None, turns)),
        model=MODEL,
        provider=PROVIDER,
        turns=tuple(turns),
        edits=dict(edits),
    )


def clean_turn(turn: Turn, *, english: bool | None = None) -> tuple[str, dict[str, int]]:
    """The cleaned text in paragraphs, and how many words each rule took out.

    `english` tells what the text around is in, for a turn too short to tell; in other languages "um" and
    "er" are words, and nothing is taken out. Cleaning what is clean changes nothing.
    """
    words = [Word(*pair) for pair in zip(turn.text.split(), turn.word_times(), strict=True)]
    if english is None or len(words) >= _ENOUGH_TO_TELL:
        english = speaks_english([word.text for word in words])
    edits: dict[str, int] = {}
    for reason, step in STEPS if english else STEPS_ANYWHERE:
        before, words = len(words), step(words)
        if len(words) < before:
            edits[reason] = before - len(words)
    text = " ".join(word.text for word in words)
    return "\n\n".join(paragraphs(text, [word.time for word in words])), edits


def speaks_english(words: Sequence[str]) -> bool:
    """Whether the words other than hesitations are English, as far as its commonest words tell."""
    keys = [Word(word).key for word in words if not _HESITATION.fullmatch(word)]
    return sum(key in _ENGLISH for key in keys) >= _ENGLISH_SHARE * len(keys)


def _without_stray_spaces(words: list[Word]) -> list[Word]:
    """A comma or full stop that stands alone goes to the word before it."""
    out: list[Word] = []
    for word in words:
        if out and not word.text.strip(",."):
            out[-1] = replace(out[-1], text=out[-1].text + word.text)
        else:
            out.append(word)
    return out


def _without_hesitations(words: list[Word]) -> list[Word]:
    """Without um, uh, er, hmm; what remains of their punctuation goes to the word before."""
    out: list[Word] = []
    removed = ""
    for word in words:
        if (found := _HESITATION.fullmatch(word.text)) and not _maybe_emergency_room(word, out):
            removed = found[1] or " "
            if out:
                out[-1] = _closed(out[-1], found[1])
            continue
        if removed and out:
            out[-1] = _unfenced(out[-1], removed, word)
        if removed and (not out or ends_sentence(out[-1].text)):
            word = _capital(word)
        out.append(word)
        removed = ""
    return out


def _maybe_emergency_room(word: Word, before: Sequence[Word]) -> bool:
    """Whether an "er" stands in the flow of words, without a comma on either side: "to the er"."""
    return word.text == "er" and bool(before) and before[-1].text[-1].isalnum()


def _closed(word: Word, mark: str) -> Word:
    """The word before a hesitation that ended the sentence now ends it."""
    if mark in (".", "!", "?") and not ends_sentence(word.text):
        return replace(word, text=word.text.rstrip(",;:") + mark)
    return word


def _unfenced(before: Word, mark: str, after: Word) -> Word:
    """The word before a hesitation loses its comma, if that was only there to fence the hesitation."""
    own = before.key in _FENCES_KEPT_AFTER or after.key in _FENCES_KEPT_BEFORE
    if mark == "," and before.text.endswith(",") and not own:
        return replace(before, text=before.text[:-1])
    return before


def _without_repeats(words: list[Word]) -> list[Word]:
    """Of a word or phrase said twice in a row by accident, the second stays."""
    out: list[Word] = []
    for word in words:
        _push(out, word)
    return out


def _push(out: list[Word], word: Word) -> None:
    out.append(word)
    for length in range(_MOST_REPEATED, 0, -1):
        if _repeated(out, length):
            first, second = out[-2 * length], out[-length:]
            del out[-2 * length :]
            if first.text[0].isupper():
                second[0] = _capital(second[0])
            for again in second:
                _push(out, again)
            return


def _repeated(words: list[Word], length: int) -> bool:
    """Whether the last words are the same as those before them, and can't be meant."""
    if len(words) < 2 * length or words[-1].key != words[-1 - length].key:
        return False
    first, second = words[-2 * length : -length], words[-length:]
    allowed = _REPEATABLE if length == 1 else _REPEATABLE_TOGETHER
    if any(a.key != b.key or a.key not in allowed for a, b in zip(first, second, strict=True)):
        return False
    if length > 1 and len({word.key for word in first}) == 1:
        return False  # one word over and over: judged by itself
    begins = len(words) == 2 * length or ends_sentence(words[-2 * length - 1].text)
    plain = [_ordinary(word, opens=begins and word is first[0]) for word in (*first, *second)]
    parted = first[-1].text[len(first[-1].key) :] in ("", ",", "-", "--", "–", "—", "...", "…")
    inner = all(word.text.lower().replace("’", "'") == word.key for word in (*first[:-1], *second[:-1]))
    return all(plain) and parted and inner


def _ordinary(word: Word, *, opens: bool) -> bool:
    """Whether it is written as an ordinary word, not as a name: "it", "I'm", at the beginning "It"."""
    text = word.text[:1].lower() + word.text[1:] if opens or word.key.startswith("i'") else word.text
    return text.islower() or word.key == "i"


def _with_capital(words: list[Word]) -> list[Word]:
    return [_capital(words[0]), *words[1:]] if words else words


def _capital(word: Word) -> Word:
    """The word with a capital, unless it has one elsewhere (iPhone)."""
    if word.text[:1].isalpha() and word.text.islower():
        return replace(word, text=word.text[0].upper() + word.text[1:])
    return word


STEPS_ANYWHERE: tuple[tuple[str, Step], ...] = (
    ("spacing", _without_stray_spaces),
    ("capitals", _with_capital),
)
"""What is right in any language."""

STEPS: tuple[tuple[str, Step], ...] = (
    ("spacing", _without_stray_spaces),
    ("hesitations", _without_hesitations),
    ("repeats", _without_repeats),
    ("capitals", _with_capital),
)
"""What is done to English, in this order; a step's name is the reason its removals are counted under."""
