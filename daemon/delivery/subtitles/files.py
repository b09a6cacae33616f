"""Cues as SubRip (.srt) and WebVTT (.vtt) files. Pure: cues in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from daemon.delivery.render import name_at_change
from daemon.delivery.subtitles.cues import LINE_CHARACTERS, Cue
from daemon.text.alignment import Glued, join_units, split_units
from daemon.text.characters.line_ends import ends_badly, ends_well
from daemon.text.characters.width import measure_width
from daemon.text.languages import may_be_language

_BLANK = "\n\n"
_DASHES = frozenset({"-", "--", "–", "—"})
_LIVE = re.compile(r"<(?=[A-Za-z/!?])|\{(?=\\)")


def stream_srt(cues: Iterable[Cue]) -> Iterator[str]:
    """The cues as SubRip, in pieces; who speaks stands before the first words after a change, as `Ann: `."""
    last: str | None = None
    for number, cue in enumerate(cues, start=1):
        lines: list[str] = []
        for speaker, text in cue.runs:
            # Whom nobody names has no name here either: in a film he is seen.
            name = name_at_change(speaker, last, text) if speaker else None
            lines += _break_lines(_disarm_markup(f"{name}: {text}" if name else text))
            last = speaker
        timing = f"{_format_time(cue.start, ',')} --> {_format_time(cue.end, ',')}"
        before = "\n" if number > 1 else ""
        yield before + "\n".join([str(number), timing, *lines]) + "\n"


def stream_vtt(cues: Iterable[Cue], language: str | None = None) -> Iterator[str]:
    """The cues as WebVTT, in pieces; who speaks stands in voice tags, which players don't show."""
    # What is no language may hold lines of its own, which would be captions.
    yield "WEBVTT" + (f"\nLanguage: {language}" if may_be_language(language or "") else "")
    for cue in cues:
        timing = f"{_format_time(cue.start, '.')} --> {_format_time(cue.end, '.')}"
        yield _BLANK + "\n".join([timing, *_add_voices(cue)])
    yield "\n"


def _add_voices(cue: Cue) -> Iterator[str]:
    voice: str | None = None
    for speaker, text in cue.runs:
        lines = [_escape_markup(line) for line in _break_lines(text)]
        if speaker:
            gap = " " if speaker.endswith("--") else ""  # an arrow would begin another cue
            lines[0] = f"<v {_escape_markup(speaker)}{gap}>{lines[0]}"
        elif voice:
            lines[0] = f"</v>{lines[0]}"
        voice = speaker
        yield from lines


def _break_lines(text: str) -> list[str]:
    """The text on one line, on two of about the same width, or on as many as it takes."""
    if measure_width(text) <= LINE_CHARACTERS:
        return [text]
    units = _hold_dashes(split_units(text))
    if measure_width(join_units(units)) > 2 * LINE_CHARACTERS + 1:
        return _fill_lines(text)  # no two lines hold it
    fitting: list[tuple[int, int, list[str]]] = []
    for at in range(1, len(units)):
        halves = [join_units(units[:at]), join_units(units[at:])]
        width, other = map(measure_width, halves)
        if max(width, other) <= LINE_CHARACTERS:
            uneven = abs(width - other)
            fitting.append((_rank_break(units[at - 1], units[at], uneven), uneven, halves))
    if fitting:
        return min(fitting)[2]
    return _fill_lines(text)


def _hold_dashes(units: Iterable[str]) -> list[str]:
    """The units, a dash as a part of the one before: at the head of a line it means another speaker."""
    held: list[str] = []
    for unit in units:
        if held and unit in _DASHES:
            held[-1] = type(held[-1])(f"{held[-1]} {unit}")
        else:
            held.append(unit)
    return held


def _rank_break(before: str, after: str, uneven: int) -> int:
    """How ill a line ends between two units: best at a space, worst inside a word.

    One that is much longer than the other is no better to read for ending well.
    """
    if not isinstance(after, Glued):
        return 0
    if ends_badly(before, after):
        return 3
    return 1 if ends_well(before, after) and uneven <= LINE_CHARACTERS // 2 else 2


def _fill_lines(text: str) -> list[str]:
    """A text on as many lines as it takes, each as full as can be; words stay whole that fit a line."""
    units: list[str] = []
    for word in _hold_dashes(text.split()):
        units += [word] if measure_width(word) <= LINE_CHARACTERS else split_units(word)
    lines: list[list[str]] = []
    for unit in units:
        if not lines or measure_width(join_units([*lines[-1], unit])) > LINE_CHARACTERS:
            lines.append([])
        lines[-1].append(unit)
    return list(map(join_units, lines))


def _disarm_markup(text: str) -> str:
    """The text with a space in what players would hide or obey: SubRip has no other way to keep it."""
    return _LIVE.sub(r"\g<0> ", text).replace("-->", "-- >")


def _escape_markup(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _format_time(seconds: float, point: str) -> str:
    whole = max(0, round(seconds * 1000))
    minutes, rest = divmod(whole, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"
