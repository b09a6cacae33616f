"""What a reader makes of a file: segments of speech in order, and an account of every word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
from msgspec.structs import replace

UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
"""The letters, for a character class, of scripts that put no spaces between words."""

MARKED = (
    r"\u0780-\u07b1\u0900-\u0963\u0966-\u096f\u0971-\u09f1\u09f4-\u0aef\u0af9-\u0bf2\u0c00-\u0df3"
    r"\u0f40-\u0f84\u0f90-\u0fbc\u1b00-\u1b44\ua980-\ua9c0"
)
"""The letters, for a character class, of scripts that write vowels as marks, with these: Hindi, Tamil."""

UNSPACED_LETTER = re.compile(f"[{UNSPACED}]")
LETTERS_PER_WORD = 2
"""About so many letters of such a script make a word."""

_SPACE = re.compile(r"\s")
_TWO_BYTES = re.compile("[\x80-\u07ff]+")  # Cyrillic, Greek, Arabic, Hebrew; letters with accents
_BLOCK = 1 << 17  # characters: the words of a whole file, as a list, would take ten times its memory

_TEXTS_AT_HAND = 256  # the passages of a chunk and what came of them, for each of those that are asked for
_LONGEST_AT_HAND = 1 << 15  # characters: a passage has fewer, and the words of a whole file are not held


def count_words(text: str) -> int:
    """How many words a text has: what whitespace parts, and two letters of a script without spaces.

    Words can be added up: a text cut between two words has as many as its parts.
    """
    words = count_spaced(text)
    if text.isascii() or UNSPACED_LETTER.search(text) is None:
        return words
    mixed = (word for block in _blocks(text) for word in block.split() if not word.isascii())
    letters = (len(UNSPACED_LETTER.findall(word)) for word in mixed)
    return words + sum(max(0, -(-count // LETTERS_PER_WORD) - 1) for count in letters)


def weigh_tokens(text: str) -> int:
    """How many letters of English make about as many of a model's tokens as a text does.

    Tokenizers put three or four letters of English into one token, about two of Russian or Arabic, hardly
    more than one of Chinese, Korean, Hindi or Thai: near to the bytes that they take in UTF-8.
    """
    if text.isascii():
        return len(text)
    short = sum(map(len, _TWO_BYTES.findall(text)))
    return len(text.encode(errors="replace")) - short // 2


def _blocks(text: str) -> Iterator[str]:
    """The text in parts of bounded length, as far as its whitespace allows."""
    at = 0
    while len(text) - at > _BLOCK and (space := _SPACE.search(text, at + _BLOCK)):
        yield text[at : space.start()]
        at = space.end()
    yield text[at:] if at else text


def split_words(text: str) -> tuple[str, ...]:
    """The words of a text, with their punctuation."""
    return _split_words(text) if len(text) <= _LONGEST_AT_HAND else tuple(text.split())


def count_each_word(text: str) -> Mapping[str, int]:
    """How often each different word of a text stands in it, with its punctuation."""
    return _count_each_word(text) if len(text) <= _LONGEST_AT_HAND else Counter(text.split())


@lru_cache(maxsize=_TEXTS_AT_HAND)
def _split_words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@lru_cache(maxsize=_TEXTS_AT_HAND)
def _count_each_word(text: str) -> Mapping[str, int]:
    return Counter(_split_words(text))


def blocks_of_words(text: str) -> Iterator[list[str]]:
    """The words of a text, as `str.split` parts them, many at once: all of a file take ten times its size."""
    for block in _blocks(text):
        yield block.split()


def count_spaced(text: str) -> int:
    """How many words `str.split` parts a text into."""
    return len(text.split()) if len(text) <= _BLOCK else sum(map(len, blocks_of_words(text)))


class Segment(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A stretch of text that the source gives as one: a cue, a Whisper segment, a paragraph.

    `text` holds words parted by single spaces, without markup; it is never empty. `start` and
    `end` are seconds from the beginning of the recording, None where the source has no times.
    `times` gives the second at which each word of `text.split()` begins, where the source knows.
    `continues`: the source gives it as one with the segment before it. `label` is what the source calls the
    speaker, where a name was given to it. As JSON it is without what is not known.
    """

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    times: tuple[float, ...] | None = None
    continues: bool = False
    label: str | None = None

    def __post_init__(self) -> None:
        if self.times is not None and len(self.times) != len(self.text.split()):
            raise ValueError("a segment needs one time for each of its words")

    def word_times(self) -> list[float | None]:
        """The second at which each word begins; where unknown, spread over the segment by length."""
        if self.times is not None:
            return list(self.times)
        words = self.text.split()
        if self.start is None:
            return [None] * len(words)
        span = max(0.0, (self.end if self.end is not None else self.start) - self.start)
        total = max(1, sum(len(word) + 1 for word in words))
        out: list[float | None] = []
        before = 0
        for word in words:
            out.append(round(self.start + span * before / total, 3))
            before += len(word) + 1
        return out

    def word_ends(self) -> list[float | None]:
        """The second at which each word is over: when the next one begins, or with the segment."""
        starts = self.word_times()
        return [*starts[1:], starts[-1] if self.end is None else self.end]

    def cut(self, at: int) -> tuple[Segment, Segment]:
        """The segment as two, the first with its first `at` words; both must have some."""
        words, times = self.text.split(), self.word_times()
        if not 0 < at < len(words):
            raise ValueError("a cut leaves words on both sides")
        seam = times[at]
        return (
            replace(self, text=" ".join(words[:at]), end=seam, times=self.times and self.times[:at]),
            replace(
                self,
                text=" ".join(words[at:]),
                start=seam,
                times=self.times and self.times[at:],
                continues=True,
            ),
        )


class LeftOut(msgspec.Struct, frozen=True):
    """Words of the source that nobody said, and that a reader should see struck where they stood.

    `place` counts the words (as `str.split` parts them) of the whole transcript before them; `text` is what
    stood there; `reason` is the one under which they are counted in `Transcript.dropped`.
    """

    place: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole source, read.

    `kind` names the format ("vtt", "srt", "whisper-json", "text"); `encoding` is how the bytes
    were decoded, with "guessed" in it where it was. `words_in_file` counts the words of the file;
    `dropped` says, by reason, how many of them are not words of the transcript. `warnings` are sentences
    for people about what was read in doubt. `left_out` holds, in order, those dropped words that a reader
    should see at their place. `recorded` is the day of the recording (ISO 8601), where the source tells it.
    """

    segments: tuple[Segment, ...]
    kind: str
    encoding: str = "utf-8"
    title: str | None = None
    language: str | None = None
    words_in_file: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    recorded: str | None = None

    @property
    def words(self) -> int:
        """How many words were spoken, as the source tells it; counted by `count_words`."""
        return sum(count_words(segment.text) for segment in self.segments)

    @property
    def duration(self) -> float | None:
        """Seconds from the beginning of the recording to the last known moment of speech."""
        known = [t for s in self.segments for t in (s.start, s.end) if t is not None]
        return max(known) if known else None
