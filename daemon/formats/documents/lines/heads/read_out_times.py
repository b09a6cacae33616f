"""Times in words beside times in figures, as pages read them out to the blind: `0:03`, `3 seconds`.

Copied from YouTube's page or from Teams they stand on a line of their own, or stick to what is said:
`0:033 secondsSo what …`, in the language of whoever copied them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

_FIGURES = r"\d{1,2}:\d\d(?::\d\d)?"
_CLOCK = re.compile(rf"\s*({_FIGURES})\s*", re.ASCII)
_WORDED = re.compile(r"[^.?!:;]{1,60}")
_NUMBER = re.compile(r"\d{1,3}")
_SPOKEN_AS_WORD = 2
"""Numbers up to this one may have no figure: Arabic and Hebrew have a word for two seconds."""
_LEAST, _LEAST_SHARE = 2, 0.8
"""How many times in figures, and which share of them, have one in words beside them where these are none."""
_UNITS = tuple(
    map(
        str.split,
        """
    hour hours minute minutes second seconds
    Stunde Stunden Minute Minuten Sekunde Sekunden
    heure heures minute minutes seconde secondes
    hora horas minuto minutos segundo segundos
    ora ore minuto minuti secondo secondi
    uur uur minuut minuten seconde seconden
    saat saat dakika dakika saniye saniye
    시간 시간 분 분 초 초
    時間 時間 分 分 秒 秒
    小时 小时 分钟 分钟 秒钟 秒钟
    小时 小时 分钟 分钟 秒 秒
    小時 小時 分鐘 分鐘 秒 秒
    """.strip().split("\n"),
    )
)
"""One and several hours, minutes and seconds, in languages in which the number tells where the word ends."""
_JOINED = r",?\s?(?:(?:and|und|et|y|e|en)\s)?"
READ_OUT = re.compile(rf"^\s*{_FIGURES}\s*$|:\d\d[ \t]?\d{{1,2}}\s?[^\W\d_]|[^\W\d_]\d{{1,2}}:\d\d")
_GLUED = re.compile(rf"(?<![\d:]){_FIGURES}[ \t]?\d|[^\W\d_]{_FIGURES}\s*$")
"""What a line holds at least in which a time in words sticks to one in figures."""


def without_read_out_times(lines: list[str], reading: Reading) -> list[str]:
    """The lines without times in words, where as good as each time in figures has one beside it."""
    lines = _part_glued(lines, reading)
    clocks = [at for at, line in enumerate(lines) if _CLOCK.fullmatch(line)]
    found = {at: set(_find_beside(lines, at)) for at in clocks}
    told = sum(bool(places) for places in found.values())
    silent = sum(not places and not lines[at].strip(" \t0:") for at, places in found.items())  # 0:00 has none
    if told < max(_LEAST, _LEAST_SHARE * (len(clocks) - silent)):
        return lines
    gone = set().union(*found.values())
    reading.drop("timing", sum(count_words(lines[at]) for at in gone))
    return [line for at, line in enumerate(lines) if at not in gone]


def _find_beside(lines: Sequence[str], at: int) -> Iterator[int]:
    """The places above and below a time in figures where it stands in words, perhaps behind a name."""
    clock = lines[at].strip()
    above, below = (lines[place].strip() if 0 <= place < len(lines) else "" for place in (at - 1, at + 1))
    name = next((line for line in reversed(lines[max(0, at - 3) : max(0, at - 1)]) if line.strip()), "")
    told = _tells(below, clock) or _tells(below.removeprefix(name.strip()), clock)
    if told and _WORDED.fullmatch(below):
        yield at + 1
        if above and below.endswith(above) and _tells(above, clock):
            yield at - 1


def _tells(worded: str, clock: str) -> bool:
    """Whether the numbers in some words are those of a time, and units stand behind them."""
    numbers = [int(number) for number in _NUMBER.findall(worded)]
    parts = [part for part in map(int, clock.split(":")) if part]
    told = [number for number in numbers if number]
    if not numbers or len(numbers) > clock.count(":") + 1 or not any(map(str.isalpha, worded)):
        return False
    left = [part for part in parts if part not in told]
    return told == [part for part in parts if part in told] and all(part <= _SPOKEN_AS_WORD for part in left)


def _part_glued(lines: list[str], reading: Reading) -> list[str]:
    """The lines, times in words and in figures that stick to each other or to what is said on own lines."""
    glued = [line for line in lines if _GLUED.search(line)]
    forms = [_write_form(units) for units in _UNITS] if glued else []
    matches = [
        sum(found["bare"] is None for line in glued for found in form.finditer(line)) for form in forms
    ]
    if max(matches, default=0) < _LEAST:
        return lines
    form = forms[matches.index(max(matches))]
    out: list[str] = []
    for line in lines:
        parted = form.sub(_on_own_lines, line) if ":" in line else line
        reading.words_in_file += count_words(parted) - count_words(line) if parted != line else 0
        out += parted.strip("\n").split("\n") if parted != line else [line]
    return out


def _on_own_lines(found: re.Match[str]) -> str:
    if found["bare"]:
        return f"{found['bare']}\n"
    worded, clock = found["before"] or found["behind"], found["clock"] or found["last"]
    if not _tells(worded, clock):
        return found[0]
    return f"\n{worded}\n{clock}" if found["before"] else f"\n{clock}\n{worded}\n"


def _write_form(units: Sequence[str]) -> re.Pattern[str]:
    """How a language tells a time behind or before its figures."""
    several = zip(units[::2], units[1::2], strict=True)
    hours, minutes, seconds = (
        rf"(?:0\s?(?:{other}|{one})|1\s?{one}|(?![01]\D)\d{{1,2}}\s?{other})" for one, other in several
    )
    worded = (
        rf"{hours}(?:{_JOINED}{minutes})?(?:{_JOINED}{seconds})?|{minutes}(?:{_JOINED}{seconds})?|{seconds}"
    )
    return re.compile(
        rf"(?<![\d:])(?P<clock>{_FIGURES})[ \t]?(?P<behind>{worded})[ \t]*"
        rf"|(?<!\d)(?P<before>{worded})(?P<last>{_FIGURES})(?=\s*$)"
        rf"|^\s*(?P<bare>{_FIGURES})(?=[^\W\d_]|[\[(♪>])"
    )
