"""What a speech recogniser said by itself: the same phrase over and over, and sentences it puts into silence.

Recognisers get caught in a phrase, mostly where nobody speaks, and give it ten times and more; and they know
from the captions they learnt from how recordings end ("Thanks for watching!"). A phrase that stands there
four times and more in a row is taken once, unless it may have been said so: a chant, a chorus, "no, no, no".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, groupby, pairwise

from msgspec.structs import replace

from daemon.formats.word_account import Reading
from daemon.text.alignment import word_key
from daemon.text.languages.knowledge import load_all
from daemon.text.sentences import ends_sentence
from daemon.text.timecode import format_timecode
from daemon.text.transcript import LeftOut, Segment, count_words
from daemon.text.turns import split

LOOP, BOILERPLATE = "recogniser's loop", "recogniser's boilerplate"
"""The reasons under which the words are booked."""

_LEAST_TIMES = 4  # in a row; people say hardly anything but a word or two so often
_OFTEN = 8  # times in a row that show a loop whatever the recogniser's figures say of it
_LEAST_WORDS = 4  # of a phrase that nobody says four times in a row; a shorter one takes _OFTEN
_ALIKE_SHARE = 0.8  # of the repeats of a short phrase that are written the same
_LONGEST = 60  # words of a phrase
_BLOCK_WORDS = 20_000  # looked through at once: the words of a whole file would take ten times its memory
_LONGEST_BOILERPLATE = 100  # characters
_SUNG = frozenset("♪♫♬🎵🎶#")
_SINGING = re.compile(
    r"[♪♫♬🎵🎶]|[\[(][^\[\]()]{0,40}\b(?:music|sing\w*|song|sung|choir|chorus|refrain|chant\w*|musik|gesang|singt|chor"
    r"|musique|chœur|cant\w*|coro|canción|música|musica|muziek|zing\w*)\b[^\[\]()]{0,40}[\])]",
    re.I,
)
"""A sound beside the words that tells of a song or a chant: [music], (crowd chanting)."""
_NEAR = 3  # segments before and behind a phrase among which such a sound is looked for
_HEARD = re.compile(r"[\[(（][^\[\]()（）]{3,60}[\])）]")
_OPENINGS = frozenset("[(（")
_LEAST_HEARD = 8  # descriptions of what is heard, all different: recognisers know only a few
_MOST_EDITED = 2 * _OFTEN  # times in a row that a phrase stands where people wrote such descriptions
_CROWDS = frozenset(
    "all everyone crowd audience chorus choir protesters fans chor alle publikum menge tous foule public "
    "chœur choeur todos multitud público coro tutti folla pubblico allen publiek koor".split()
)
"""Who speaks with many voices, as labels call them."""


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
    pieces = _Pieces(reading, _drop_boilerplate(reading), edited=_is_edited(reading.segments))
    for first, last in _list_blocks(reading.segments):
        _add_without_loops(pieces, first, last)
    pieces.add_boilerplate(len(reading.segments))
    reading.segments = pieces.all()
    reading.doubted.clear()


@dataclass(slots=True)
class _Pieces:
    """The segments without what nobody said, which is booked in `reading` as it is left out.

    `boilerplate` holds segments that are gone already, by the place of the one that follows them. `edited`:
    people wrote down what is heard, so that a phrase that repeats was said so.
    """

    reading: Reading
    boilerplate: dict[int, list[Segment]]
    edited: bool = False
    words: int = 0
    _segments: list[Segment] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)
    _singing: dict[int, bool] = field(default_factory=dict)

    def keep(self, segment: Segment, words: int, *, goes_on: bool = False) -> None:
        """Add a segment, or a part of one, of so many words; `goes_on` joins it to the one before."""
        if not goes_on:
            self._join_last()
            self._segments.append(segment)
        self._texts.append(segment.text)
        self.words += words

    def all(self) -> list[Segment]:
        """What was kept."""
        self._join_last()
        return self._segments

    def _join_last(self) -> None:
        if len(self._texts) > 1:
            self._segments[-1] = replace(self._segments[-1], text=" ".join(self._texts))
        self._texts.clear()

    def leave_out(self, text: str, reason: str) -> None:
        """Note words that stood here."""
        last = self.reading.left_out[-1] if self.reading.left_out else None
        if last is not None and (last.place, last.reason) == (self.words, reason):
            self.reading.left_out.pop()
            text = f"{last.text} {text}"
        self.reading.left_out.append(LeftOut(self.words, text, reason))

    def has_song(self, place: int) -> bool:
        """Whether a sound beside the words of the segment at a place tells of a song; looked for once."""
        if place not in self._singing:
            self._singing[place] = _SINGING.search(self.reading.segments[place].text) is not None
        return self._singing[place]

    def add_boilerplate(self, place: int) -> None:
        """Note the boilerplate that stood before the segment at a place."""
        for segment in self.boilerplate.pop(place, ()):
            self.leave_out(segment.text, BOILERPLATE)


def find_loops(keys: Sequence[str]) -> Iterator[Loop]:
    """The phrases that stand _LEAST_TIMES and more in a row among some words, the shortest that repeats."""
    if len(keys) - len(set(keys)) < _LEAST_TIMES - 1:
        return  # as in most turns, no word comes back often enough
    following = _find_near_pairs(keys)
    end = 0
    for at in sorted(following):
        length = _find_period(keys, following, at) if at >= end else 0
        if not length:
            continue
        end = at + _LEAST_TIMES * length
        while keys[end : end + length] == keys[at : at + length]:
            end += length
        yield Loop(at, length, (end - at) // length)


def _find_period(keys: Sequence[str], following: Mapping[int, int], at: int) -> int:
    """How many words the phrase has that repeats from a place on, 0 where none does."""
    again = following.get(at)
    while again is not None and again - at <= _LONGEST:
        length = again - at
        end = at + _LEAST_TIMES * length
        may_be = end <= len(keys) and keys[at] == keys[again + length]  # most are not, which is soon told
        if may_be and keys[at : end - length] == keys[again:end]:
            return length
        again = following.get(again)
    return 0


def _find_near_pairs(keys: Sequence[str]) -> dict[int, int]:
    """By the place of a word the one where it stands next with the same word behind it, if that is near.

    A phrase that repeats begins with the same two words each time; single words come back far too often.
    """
    near, seen = dict[int, int](), dict[tuple[str, str], int]()
    for at, pair in enumerate(pairwise(keys)):
        before = seen.get(pair)
        seen[pair] = at
        if before is not None and at - before <= _LONGEST:
            near[before] = at
    return near


def _list_blocks(segments: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    """The places of segments that are looked through together: of one speaker, and not too many words."""
    first = words = 0
    for at, segment in enumerate(segments):
        size = _count_spaced(segment)
        before = segments[first]
        other = segment.speaker != before.speaker or _is_timed(segment) != _is_timed(before)
        if other or words + size > _BLOCK_WORDS:
            if at > first:
                yield first, at
            first, words = at, 0
        words += size
    if segments:
        yield first, len(segments)


def _count_spaced(segment: Segment) -> int:
    """How many words a segment has: single spaces part them."""
    return segment.text.count(" ") + 1


def _add_without_loops(pieces: _Pieces, first: int, last: int) -> None:
    """Add the segments between two places, with each loop among them once."""
    segments = pieces.reading.segments[first:last]
    words = _count_spaced(segments[0]) if len(segments) == 1 else 0
    if words <= _BLOCK_WORDS or _is_timed(segments[0]):
        _add_block(pieces, segments, first)
        return
    begun = False
    for part in split(segments[0], range(_BLOCK_WORDS, words, _BLOCK_WORDS)):
        begun = _add_block(pieces, [part], first, begun=begun)


def _add_block(pieces: _Pieces, segments: Sequence[Segment], first: int, *, begun: bool = False) -> bool:
    """Add some segments, the first of which has the place `first`; whether words of the last one were kept.

    `begun`: words of the segment whose part the first one is were kept before.
    """
    reading = pieces.reading
    words = [segment.text.split() for segment in segments]
    texts = list(chain.from_iterable(words))
    gone: set[int] = set()
    keys = list(map(word_key, texts))
    loops = list(find_loops(keys))
    owners = [at for at, own in enumerate(words, first) for _ in own] if loops else []
    standing: defaultdict[str, list[int]] = defaultdict(list)
    for at, key in enumerate(keys if loops else ()):
        standing[key].append(at)
    for loop in loops:
        figures = {reading.doubted.get(owner) for owner in owners[loop.first : loop.end]}
        again = _place_of_repeats(loop, keys, texts, owners)
        whole = Loop(again - loop.length, loop.length, loop.times)  # it may begin within a sentence
        if _is_of_many(segments[0].speaker) or not _is_invented(whole, texts, figures):
            continue
        last = min(owners[loop.end - 1] + _NEAR, len(reading.segments) - 1)
        around = range(max(0, owners[loop.first] - _NEAR), last + 1)
        sung = loop.times < _OFTEN and _is_sung(pieces, around, loop, keys, standing[keys[loop.first]])
        if figures == {None} and (sung or (pieces.edited and loop.times < _MOST_EDITED)):
            told, fate = loop, ". It may be sung, or a recogniser repeated it. It was kept."
        else:
            gone.update(range(again, again + loop.end - loop.first - loop.length))
            told, fate = whole, ", as recognisers repeat what nobody said. It was kept once."
        reading.warnings.append(_tell_of(told, texts, segments[owners[told.first] - first].start) + fate)
    done, kept = 0, begun
    for at, (segment, own) in enumerate(zip(segments, words, strict=True), first):
        pieces.add_boilerplate(at)
        places = range(done, done + len(own))
        if not gone or gone.isdisjoint(places):
            pieces.keep(segment, len(own), goes_on=begun)
            kept = True
        else:
            kept = _add_pieces(pieces, segment, [place in gone for place in places], begun=begun)
        done, begun = places.stop, False
    return kept


def _place_of_repeats(loop: Loop, keys: Sequence[str], texts: Sequence[str], owners: Sequence[int]) -> int:
    """The place from which on the repeats of a loop are left out: best where a segment or sentence begins.

    A loop whose first words also stand before it, or behind its last repeat, may be cut at several places, to
    the same words.
    """
    first = loop.first + loop.length
    last, end = first, loop.end
    while end < len(keys) and keys[end] == keys[end - loop.length]:
        last, end = last + 1, end + 1
    places = range(first, last + 1)
    segment = next((at for at in places if owners[at] != owners[at - 1]), None)
    sentence = next((at for at in places if ends_sentence(texts[at - 1])), first)
    return sentence if segment is None else segment


def _add_pieces(pieces: _Pieces, segment: Segment, gone: Sequence[bool], *, begun: bool) -> bool:
    """Add what is left of a segment without some of its words; whether anything is, or was `begun`."""
    places, fates, at = [], [], 0
    for fate, run in groupby(gone):
        places.append(at)
        fates.append(fate)
        at += len(list(run))
    for piece, is_gone in zip(split(segment, places[1:]), fates, strict=True):
        if is_gone:
            pieces.reading.drop(LOOP, count_words(piece.text))
            pieces.leave_out(piece.text, LOOP)
        else:
            pieces.keep(piece, _count_spaced(piece), goes_on=begun and segment.start is None)
            begun = True
    return begun


def _is_of_many(speaker: str | None) -> bool:
    """Whether many speak at once: a crowd's chant and a choir's song repeat."""
    return speaker is not None and not _CROWDS.isdisjoint(speaker.casefold().split())


def _is_invented(loop: Loop, texts: Sequence[str], figures: set[bool | None]) -> bool:
    """Whether nobody said this so often.

    `figures` tell of the segments whether the recogniser's own figures doubt them; None where it gives none.
    """
    phrase = texts[loop.first : loop.first + loop.length]
    if not any(char.isalpha() for word in phrase for char in word):
        return False
    if True in figures or _key_of(" ".join(phrase)) in _list_boilerplate():
        return True
    called = phrase[-1].endswith(("!", "！")) or any(_SUNG & set(word) for word in phrase)
    if called:  # a crowd, or a song
        return False
    words = count_words(" ".join(phrase))
    if words < _LEAST_WORDS or False in figures:
        return words > 1 and loop.times >= _OFTEN and _is_written_alike(loop, texts)
    return True


def _is_written_alike(loop: Loop, texts: Sequence[str]) -> bool:
    """Whether as good as all repeats have the same marks: people who write down what is sung vary them."""
    forms = Counter(" ".join(texts[at : at + loop.length]) for at in range(loop.first, loop.end, loop.length))
    return forms.most_common(1)[0][1] >= _ALIKE_SHARE * loop.times


def _is_sung(pieces: _Pieces, around: range, loop: Loop, keys: Sequence[str], alike: Sequence[int]) -> bool:
    """Whether a phrase may be a song's or a chant's: a sound beside it says so, or it comes back elsewhere.

    `around` gives the places of the segments beside it, `alike` those of its first word among all.
    """
    if " ".join(keys[loop.first : loop.first + loop.length]) in _list_boilerplate():
        return False
    if any(map(pieces.has_song, around)):
        return True
    phrase = list(keys[loop.first : loop.first + loop.length])
    others = (at for at in alike if not loop.first - loop.length < at < loop.end)
    return any(list(keys[at : at + loop.length]) == phrase for at in others)


def _is_edited(segments: Sequence[Segment]) -> bool:
    """Whether captions describe so many different sounds that people wrote them, and no recogniser."""
    heard: set[str] = set()
    for segment in segments:
        if segment.start is not None and not _OPENINGS.isdisjoint(segment.text):
            heard.update(map(str.casefold, _HEARD.findall(segment.text)))
        if len(heard) >= _LEAST_HEARD:
            return True
    return False


def _tell_of(loop: Loop, texts: Sequence[str], start: float | None) -> str:
    """The beginning of the sentence for people."""
    phrase = " ".join(texts[loop.first : loop.first + loop.length])
    where = "" if start is None else f" from {format_timecode(start)} on"
    return f"“{phrase}” is there {loop.times} times in a row{where}"


def _drop_boilerplate(reading: Reading) -> dict[int, list[Segment]]:
    """Leave out segments of boilerplate that the source's figures or a loop show to be invented.

    What may have been said stands, with a warning. What is gone is returned, by the place (among those that
    are left) of the segment that follows it.
    """
    kept: list[int] = []
    for text, places in _runs_of_texts(reading.segments):
        if text not in _list_boilerplate() or not _is_timed(reading.segments[places[0]]):
            kept += places
            continue
        looped = len(places) >= _LEAST_TIMES
        left = [place for place in places if not (looped or reading.doubted.get(place))]
        reading.warnings += _told_of_boilerplate(reading, places, left)
        kept += left
    gone: defaultdict[int, list[Segment]] = defaultdict(list)
    for place in sorted(set(range(len(reading.segments))).difference(kept)):
        reading.drop(BOILERPLATE, count_words(reading.segments[place].text))
        gone[bisect_left(kept, place)].append(reading.segments[place])
    reading.segments = [reading.segments[place] for place in kept]
    reading.doubted = {
        at: reading.doubted[place] for at, place in enumerate(kept) if place in reading.doubted
    }
    return gone


def _is_timed(segment: Segment) -> bool:
    """Whether a segment has a time."""
    return segment.start is not None


def _runs_of_texts(segments: Sequence[Segment]) -> Iterator[tuple[str, list[int]]]:
    """The places of the segments with the same text in a row, and that text to compare by.

    What surely is no boilerplate counts as one text.
    """
    texts = (_key_if_known(segment.text) for segment in segments)
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
        yield f"“{segment.text}”{where} may be what recognisers put into silence. It was kept."


def _key_of(text: str) -> str:
    """A text to compare by, without case and punctuation; "" for one too long to be boilerplate."""
    if len(text) > _LONGEST_BOILERPLATE:
        return ""
    return " ".join(map(word_key, text.split()))


def _key_if_known(text: str) -> str:
    """A text to compare by; "" for one that begins with no word of boilerplate."""
    begun = text.split(None, 1)[:1]
    return _key_of(text) if begun and word_key(begun[0]) in _list_first_words() else ""


@cache
def _list_first_words() -> frozenset[str]:
    """The words with which boilerplate begins."""
    return frozenset(key.partition(" ")[0] for key in _list_boilerplate())


@cache
def _list_boilerplate() -> frozenset[str]:
    """What recognisers are known to put into silence, in all languages."""
    return frozenset(
        _key_of(phrase) for language in load_all().values() for phrase in language.recogniser_boilerplate
    )
