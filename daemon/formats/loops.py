"""What a speech recogniser said by itself: the same phrase over and over, and sentences it puts into silence.

Recognisers get caught in a phrase, mostly where nobody speaks, and give it ten times and more; and they know
from the captions they learnt from how recordings end ("Thanks for watching!"). A phrase that stands there
four times and more in a row is taken once, unless it may have been said so: a chant, a chorus, "no, no, no".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from daemon.formats.word_account import Reading
from daemon.text.alignment import word_key
from daemon.text.languages.knowledge import load_all
from daemon.text.timecode import format_timecode
from daemon.text.transcript import Segment, count_words
from daemon.text.turns import split

LOOP, BOILERPLATE = "recogniser's loop", "recogniser's boilerplate"
"""The reasons under which the words are booked."""

_LEAST_TIMES = 4  # in a row; people say hardly anything but a word or two so often
_OFTEN = 8  # times in a row that show a loop whatever the recogniser's figures say of it
_LEAST_WORDS = 4  # of a phrase that nobody says four times in a row; a shorter one takes _OFTEN
_LONGEST = 60  # words of a phrase
_BLOCK_WORDS = 20_000  # looked through at once: the words of a whole file would take ten times its memory
_LONGEST_BOILERPLATE = 100  # characters
_SUNG = frozenset("♪♫♬🎵🎶#")


@dataclass(frozen=True, slots=True)
class Loop:
    """A phrase that stands several times in a row: the place of its first word, its words, how often."""

    first: int
    length: int
    times: int

    @property
    def end(self) -> int:
        """The place past its last word."""
        return self.first + self.length * self.times


def collapse_loops(reading: Reading) -> None:
    """Take each phrase that a recogniser repeated once, and leave out what it put into silence.

    Both are booked in `reading`, with a warning for people.
    """
    _drop_boilerplate(reading)
    segments: list[Segment] = []
    for first, last in _blocks(reading.segments):
        segments += _without_loops(reading, first, last)
    reading.segments = segments
    reading.doubted.clear()


def find_loops(keys: Sequence[str]) -> Iterator[Loop]:
    """The phrases that stand _LEAST_TIMES and more in a row among some words, the shortest that repeats."""
    following = _next_places(keys)
    at = 0
    while at < len(keys):
        length = _period(keys, following, at)
        if not length:
            at += 1
            continue
        end = at + _LEAST_TIMES * length
        while keys[end : end + length] == keys[at : at + length]:
            end += length
        yield Loop(at, length, (end - at) // length)
        at = end


def _period(keys: Sequence[str], following: Sequence[int], at: int) -> int:
    """How many words the phrase has that repeats from a place on, 0 where none does."""
    again = following[at]
    while again and again - at <= _LONGEST:
        length = again - at
        end = at + _LEAST_TIMES * length
        if end <= len(keys) and keys[at : end - length] == keys[again:end]:
            return length
        again = following[again]
    return 0


def _next_places(keys: Sequence[str]) -> list[int]:
    """For each word the place where it stands next, 0 where it doesn't."""
    out, seen = [0] * len(keys), dict[str, int]()
    for at in range(len(keys) - 1, -1, -1):
        out[at] = seen.get(keys[at], 0)
        seen[keys[at]] = at
    return out


def _blocks(segments: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    """The places of segments that are looked through together: of one speaker, and not too many words."""
    first = words = 0
    for at, segment in enumerate(segments):
        size = len(segment.text.split())
        before = segments[first]
        other = segment.speaker != before.speaker or _is_timed(segment) != _is_timed(before)
        if other or words + size > _BLOCK_WORDS:
            if at > first:
                yield first, at
            first, words = at, 0
        words += size
    if segments:
        yield first, len(segments)


def _without_loops(reading: Reading, first: int, last: int) -> Iterator[Segment]:
    """The segments between two places, with each loop among them once."""
    segments = reading.segments[first:last]
    if not _is_timed(segments[0]):
        yield from segments
        return
    texts = [word for segment in segments for word in segment.text.split()]
    owners = [at for at, segment in enumerate(segments, first) for _ in segment.text.split()]
    gone: set[int] = set()
    for loop in find_loops([word_key(text) for text in texts]):
        figures = {reading.doubted.get(owner) for owner in owners[loop.first : loop.end]}
        if _is_invented(loop, texts, figures):
            gone.update(range(loop.first + loop.length, loop.end))
            start = segments[owners[loop.first] - first].start
            reading.warnings.append(_told(loop, texts, start))
    if not gone:
        yield from segments
        return
    done = 0
    for segment in segments:
        size = len(segment.text.split())
        kept = list(_kept_pieces(segment, [place in gone for place in range(done, done + size)]))
        left = sum(count_words(piece.text) for piece in kept)
        reading.drop(LOOP, count_words(segment.text) - left)
        yield from kept
        done += size


def _kept_pieces(segment: Segment, gone: Sequence[bool]) -> Iterator[Segment]:
    """What is left of a segment without some of its words."""
    if not any(gone):
        yield segment
        return
    places, fates, at = [], [], 0
    for fate, run in groupby(gone):
        places.append(at)
        fates.append(fate)
        at += len(list(run))
    for piece, fate in zip(split(segment, places[1:]), fates, strict=True):
        if not fate:
            yield piece


def _is_invented(loop: Loop, texts: Sequence[str], figures: set[bool | None]) -> bool:
    """Whether nobody said this so often.

    `figures` tell of the segments whether the recogniser's own figures doubt them; None where it gives none.
    """
    phrase = texts[loop.first : loop.first + loop.length]
    if not any(char.isalpha() for word in phrase for char in word):
        return False
    if True in figures:
        return True
    called = phrase[-1].endswith(("!", "！")) or any(_SUNG & set(word) for word in phrase)
    if called:  # a crowd, or a song
        return False
    words = count_words(" ".join(phrase))
    if words < _LEAST_WORDS or False in figures:
        return words > 1 and loop.times >= _OFTEN
    return True


def _told(loop: Loop, texts: Sequence[str], start: float | None) -> str:
    """The sentence for people."""
    phrase = " ".join(texts[loop.first : loop.first + loop.length])
    where = "" if start is None else f" from {format_timecode(start)} on"
    return (
        f"“{phrase}” stands {loop.times} times in a row{where}, as recognisers repeat what nobody said. "
        "It was taken once."
    )


def _drop_boilerplate(reading: Reading) -> None:
    """Leave out segments of boilerplate that the source's figures or a loop show to be invented.

    What may have been said stands, with a warning.
    """
    kept: list[int] = []
    for text, places in _runs_of_texts(reading.segments):
        if text not in _boilerplate() or not _is_timed(reading.segments[places[0]]):
            kept += places
            continue
        looped = len(places) >= _LEAST_TIMES
        left = [place for place in places if not (looped or reading.doubted.get(place))]
        reading.warnings += _told_of_boilerplate(reading, places, left)
        kept += left
    for place in sorted(set(range(len(reading.segments))).difference(kept)):
        reading.drop(BOILERPLATE, count_words(reading.segments[place].text))
    reading.segments = [reading.segments[place] for place in kept]
    reading.doubted = {
        at: reading.doubted[place] for at, place in enumerate(kept) if place in reading.doubted
    }


def _is_timed(segment: Segment) -> bool:
    """Whether a segment has a time, as all that recognisers give has; a text without any may be written."""
    return segment.start is not None


def _runs_of_texts(segments: Sequence[Segment]) -> Iterator[tuple[str, list[int]]]:
    """The places of the segments with the same text in a row, and that text to compare by."""
    texts = (_key_of(segment.text) for segment in segments)
    for text, run in groupby(enumerate(texts), key=lambda pair: pair[1]):
        yield text, [place for place, _ in run]


def _told_of_boilerplate(reading: Reading, places: Sequence[int], left: Sequence[int]) -> Iterator[str]:
    """The sentences for people on some segments of the same boilerplate, of which some are left."""
    segment = reading.segments[places[0]]
    where = "" if segment.start is None else f" at {format_timecode(segment.start)}"
    gone = len(places) - len(left)
    if gone:
        times = "once" if gone == 1 else f"{gone} times"
        yield f"“{segment.text}”{where} was left out {times}: recognisers put it into silence."
    if any(reading.doubted.get(place) is None for place in left):
        yield f"“{segment.text}”{where} may be what recognisers put into silence. It stands."


def _key_of(text: str) -> str:
    """A text to compare by, without case and punctuation; "" for one too long to be boilerplate."""
    if len(text) > _LONGEST_BOILERPLATE:
        return ""
    return " ".join(map(word_key, text.split()))


@cache
def _boilerplate() -> frozenset[str]:
    """What recognisers are known to put into silence, in all languages."""
    return frozenset(
        _key_of(phrase) for language in load_all().values() for phrase in language.recogniser_boilerplate
    )
