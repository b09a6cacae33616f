"""Oral histories as OHMS keeps them: XML with the transcript as a text, or as WebVTT, among other things."""

from __future__ import annotations

import re
from itertools import chain, pairwise

from msgspec.structs import replace

from daemon.formats.captions import vtt
from daemon.formats.documents import text as plain_text
from daemon.formats.markup import BEFORE_ROOT, without_controls
from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

KIND = "ohms"

_ROOT = re.compile(rf"{BEFORE_ROOT}<ROOT\s[^<>]*nunncenter/ohms", re.S)
_MARKS = re.compile(r"\s*(\d{1,2}):((?:\|\d{1,6}(?:\(\d{1,4}\))?)+)\|?\s*", re.ASCII)
"""In which line, and behind which of its words, each next minute begins: `1:|13(7)|27(3)`, or each fifth."""
_MARK = re.compile(r"\|(\d+)(?:\((\d+)\))?")
_LOOKED_FOR, _MOST_LABEL = 4, 4
"""How many words are looked for where a minute begins, and how many of a name before them are passed over."""
_FEWEST, _FARTHEST = 2, 10_000
"""How few words are looked for, and among how many behind the last that were found."""
_MOST_MARKS, _LONGEST_LINE = 2000, 100_000
"""Minutes, and characters of a line; more are of no recording, and would take long to look through."""
_LEAST_FOUND = 0.5
_ESTIMATED = "The file says where each minute begins: the times of words between were estimated."
_UNTIMED = "The file says at which of its lines each minute begins; that was not read: there are no times."
_CAPTIONS, _TEXT = "vtt_transcript", "transcript"


def looks_like(text: str, extension: str) -> bool:
    """Whether its root is OHMS's."""
    return _ROOT.match(text) is not None


def parse(text: str) -> Reading:
    """Read the captions, or else the text with its minutes; raises InputError for XML that is damaged."""
    held = _read_elements(text)
    del text
    read = _CAPTIONS if held.get(_CAPTIONS, "").strip() else _TEXT
    said = without_controls(held.pop(read, ""))
    title = " ".join(held.get("title", "").split())
    reading = vtt.parse(said) if read == _CAPTIONS else plain_text.parse(said)
    marks = _MARKS.fullmatch(held.get("sync", "")) if read == _TEXT else None
    if marks and all(segment.start is None for segment in reading.segments):
        _lay_on_times(reading, said.split("\n"), marks)
    aside = sum(map(count_words, held.values()))
    reading.words_in_file += aside
    reading.drop("outside of speech", aside)
    reading.title = title or reading.title
    timed = any(segment.start is not None for segment in reading.segments)
    if read == _TEXT and "|" in held.get("sync", "") and not timed:
        reading.warnings.append(_UNTIMED)
    return reading


def _lay_on_times(reading: Reading, lines: list[str], marks: re.Match[str]) -> None:
    """Give words times between the places at which minutes begin, where most of these are found."""
    words = [word for segment in reading.segments for word in segment.text.split()]
    places, every = _MARK.findall(marks[2])[:_MOST_MARKS], 60.0 * (int(marks[1]) or 1)
    known = [(0, 0.0)]
    for count, (line, behind) in enumerate(places, 1):
        following = _words_behind(lines, int(line), int(behind or 0))
        if (at := _find_place(words, following, known[-1][0])) is not None:
            known.append((at, count * every))
    if len(known) - 1 < _LEAST_FOUND * len(places) or len(known) == 1:
        return
    last, until = known[-1]
    rest = len(words) - last
    known.append((len(words), until + min(every, rest * until / max(1, last))))
    times: list[float] = []
    for (at, since), (end, time) in pairwise(known):
        times += [round(since + (time - since) * step / (end - at), 3) for step in range(end - at)]
    times.append(known[-1][1])
    begun = 0
    for place, segment in enumerate(reading.segments):
        end = begun + len(segment.text.split())
        own = tuple(times[begun:end])
        reading.segments[place] = replace(segment, start=own[0], end=times[end], times=own)
        begun = end
    reading.warnings.append(_ESTIMATED)


def _words_behind(lines: list[str], at: int, behind: int) -> list[str]:
    """The words of a line behind some of them; where these are few, with those of the next lines."""
    near = [line[:_LONGEST_LINE].split() for line in lines[at : at + 3]]
    here = near[0][behind:] if near else []
    return here if len(here) >= _FEWEST else [*here, *chain.from_iterable(near[1:])]


def _find_place(words: list[str], following: list[str], since: int) -> int | None:
    """Where these words stand from there on, perhaps without a name before them; None where they don't."""
    for skipped in range(_MOST_LABEL):
        wanted = following[skipped : skipped + _LOOKED_FOR]
        if not wanted:
            return None
        for at in range(since, min(since + _FARTHEST, len(words) - len(wanted) + 1)):
            if words[at] == wanted[0] and words[at : at + len(wanted)] == wanted:
                return at
    return None


def _read_elements(text: str) -> dict[str, str]:
    """What stands directly in the elements, by their names; that of several of a name is joined."""
    from daemon.formats.safe_xml import read_events  # expat is for few files

    held: dict[str, list[str]] = {}
    names = [""]
    for kind, name, value in read_events(text):
        if kind == "start":
            names.append(name)
        elif kind == "end":
            held.setdefault(names.pop(), []).append("\n")
        else:
            held.setdefault(names[-1], []).append(value[""])
    return {name: "".join(pieces) for name, pieces in held.items()}
