"""Times of lines in notations of their own: `1h02m03s`, `1'05"`, `00.00.05`, `@1:05`, `5s - 9s`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from daemon.formats.speakers.names import is_name
from daemon.text.timecode import parse_timecode

_SECONDS = r"\d{1,5}(?:\.\d{1,20})?"
_DECIMAL = r"\d{1,5}\.\d{1,20}"
_WORDED = r"(?:(?:\d{1,2}\s?h\s?)?\d{1,2}\s?m(?:in)?\s?\d{1,2}\s?s|\d{1,2}h\d{2}(?!\d|\s?m))"
_WORDS = re.compile(rf"\s*[\[(]?{_WORDED}", re.ASCII | re.I)
_PRIMES = r"\d{1,3}\s?['′’]\s?\d{2}(?:\s?(?:[\"″”]|''|′′))?"
_DOTS = r"\d{1,2}\.\d{2}\.\d{2}"
_ONE = rf"{_WORDED}|{_PRIMES}|{_DOTS}|@\s?\d{{1,3}}:\d{{2}}(?::\d{{2}})?"
_FORM = re.compile(rf"\s*(?:\[({_ONE})\]|\(({_ONE})\)|({_ONE}))\s*[-–—:]?(?=\s)", re.ASCII | re.I)
_SPAN = re.compile(rf"\s*[\[(]?({_SECONDS})\s?s?\s?[-–—]\s?({_SECONDS})\s?s[\])]?:?(?=\s)", re.ASCII)
_DECIMALS = re.compile(rf"\s*[\[(]?({_DECIMAL})\s?(?:[-–—,]|to\b)\s?({_DECIMAL})[\])]?:?(?=\s)", re.ASCII)
"""`(0.0, 5.25) text` and `0.00-5.25: text`."""
_NAMED = re.compile(
    rf"(\s*[^\s\d:()\[\]][^\d:()\[\]]{{0,40}}?\s?)[(\[]?({_WORDED})[)\]]?(?=\s?:)", re.ASCII | re.I
)
"""A time behind the name of who speaks: `Ann (1m02s): …`."""
_ELSEWHERE = re.compile(
    r"((?:[^\W\d_][^\d:()\[\]]{0,40}\s|\s*[>•-]?\s?)?[(\[<]?)((?:\d{1,3}[:：٫]){1,2}\d\d(?:[.,٫،]\d{1,3})?)(?=[)\]>]|[\s:：-]|$)"
)
"""A time in the figures of other scripts: `[٠٠:٠١] أحمد: …`, `小林 ０：１５`."""
_WIDE = re.compile(
    r"(\s*(?:[^\W\d_][^\d:：【（［〔〈]{0,40}?)?)[【（［〔〈]((?:\d{1,3}[:：]){1,2}\d\d(?:[.,．]\d{1,3})?)[】）］〕〉]"
)
"""A time in the brackets of East Asia: `【00:01】山田：…`, `山田（00:01）` above words."""
_SINGLE = re.compile(
    rf"\s*[\[(]?({_SECONDS})\s?(?:s(?:ec)?|(min))\b\.?[\])]?\s?[-–—:]?(?=\s)", re.ASCII | re.I
)
"""`3s text` and `2 min: text`: times where as good as every line begins so; `60s music` is spoken of, too."""
_SINGLE_SHARE = 0.8
_SPACED = re.compile(
    r"\s*(?:\[(\d{1,3}\s?:\s?\d{2}(?:\s?:\s?\d{2})?)\]|\((\d{1,3}\s?:\s?\d{2}(?:\s?:\s?\d{2})?)\))(?=\s)",
    re.ASCII,
)
"""`[00: 00: 01] Ann: …`, as programs that translate leave times."""
_OF_THE_DAY = re.compile(
    r"\s*([01]\d|2[0-3])\.([0-5]\d)\s(?=[^\W\d_a-z][^:.!?]{3,90}:)"
    r"(?=[^:]{3,60}?(?:\s(?:kok|sd|ps|kesk|vihr|vas|r|kd|liik)\b|ministeri\s))"
)
"""How late it is before who speaks in Finland's parliament: `14.02 Anna Berg sd: …`."""
_GLUED = re.compile(
    r"^[ \t]{0,9}(\d{1,2}:\d\d(?::\d\d)?)(?=[^\W\d_])(?!(?:[ap]\.?m|h|hrs|hours|u|uhr|min|o['’]?clock)\b)",
    re.M | re.I,
)
"""`0:05and the beans`, as YouTube's page is copied."""
_LEAST_GLUED, _GLUED_SHARE = 3, 0.8
_FIGURES = re.compile(r"\d+")
_LEAST, _LEAST_SHARE = 2, 0.3
"""How many lines, and which share of them, begin so where these are times."""
_LOOKED_AT = 100  # characters of a line
_MINUTE = 60.0  # seconds


def part_glued_times(text: str) -> str:
    """The text with a space between times and words, where as good as every line begins as `0:05and`."""
    if _GLUED.match(text.lstrip("\n")) is None:
        return text
    starts = [parse_timecode(time) or 0.0 for time in _GLUED.findall(text)]
    filled = sum(line.strip() != "" for line in text.split("\n"))
    if len(starts) < max(_LEAST_GLUED, _GLUED_SHARE * filled) or starts != sorted(starts):
        return text
    return _GLUED.sub(r"\1 ", text)


def with_usual_times(lines: Sequence[str]) -> Sequence[str]:
    """The lines, times in the usual form (`[1:05]`), in as many words; the same where those don't run on."""
    found = {at: new for at, line in enumerate(lines) if (new := _rewrite_time(line)) is not None}
    if any(_WORDS.match(lines[at]) for at in found):
        found = _with_first_minute(lines, found)
    filled = sum(line.strip() != "" for line in lines)
    if len(found) < max(_LEAST, _LEAST_SHARE * filled):
        return _with_single_seconds(lines, filled)
    starts = [start for start, _ in found.values()]
    if any(after < before for before, after in pairwise(starts)):
        return lines
    return [found[at][1] if at in found else line for at, line in enumerate(lines)]


def _with_first_minute(
    lines: Sequence[str], found: dict[int, tuple[float, str]]
) -> dict[int, tuple[float, str]]:
    """The times of lines, with those before the first minute: `2s Ann: …` above `1m10s Ben: …`."""
    singles: dict[int, tuple[float, str]] = {}
    for at in range(min(found)):
        single = _match_single(lines[at][:_LOOKED_AT])
        if single is None or single[2] or lines[at][single.end() :].lstrip()[:1].islower():
            continue
        start = float(single[1])
        if start >= _MINUTE:
            continue
        time = _spread(_write_time(start), len(single[0].split()))
        singles[at] = start, time + lines[at][single.end() :]
    return singles | found


def _with_single_seconds(lines: Sequence[str], filled: int) -> Sequence[str]:
    """The lines, bare seconds at the beginnings of them in the usual form, where they run on."""
    found = {at: match for at, line in enumerate(lines) if (match := _match_single(line[:_LOOKED_AT]))}
    if len(found) < max(_LEAST, _SINGLE_SHARE * filled):
        return lines
    starts = {at: float(match[1]) * (60 if match[2] else 1) for at, match in found.items()}
    if any(after <= before for before, after in pairwise(starts.values())):
        return lines
    times = {at: _spread(_write_time(start), len(found[at][0].split())) for at, start in starts.items()}
    return [times[at] + line[found[at].end() :] if at in found else line for at, line in enumerate(lines)]


def _match_single(head: str) -> re.Match[str] | None:
    """Bare seconds at the beginning of a line; `[0.00s -> 3.00s]` is a span, whose bracket stays open."""
    found = _SINGLE.match(head)
    opened = found is not None and found[0].lstrip()[0] in "[("
    return None if found and opened and not {"]", ")"} & set(found[0]) else found


def _spread(time: str, words: int) -> str:
    """A time in brackets, in as many words as it was written in: `3 s` are two."""
    return f"[{time}]" if words == 1 else f"[ {time}]"


def _rewrite_time(line: str) -> tuple[float, str] | None:
    """The second at which a line begins, and the line with its time in the usual form."""
    head = line[:_LOOKED_AT]
    if not head.isascii() and (wide := _WIDE.match(head)):
        return _rewrite_wide(line, wide)
    if not head.isascii() and (found := _ELSEWHERE.match(head)) and not found[2].isascii():
        clock = "".join(_in_ascii(char) for char in found[2])
        start = parse_timecode(clock)
        return None if start is None else (start, f"{found[1]}{clock}{line[found.end() :]}")
    time = _read_span(head) or _read_spaced(head) or _read_one(head) or _read_hour(head)
    if time is None or len(time.written.split()) != len(time.usual.split()):
        return None
    return time.start, time.usual + line[len(time.written) :]


def _rewrite_wide(line: str, wide: re.Match[str]) -> tuple[float, str] | None:
    """The same for a time in wide brackets; behind a name it stands at the end of the line."""
    clock = "".join(map(_in_ascii, wide[2]))
    start, rest = parse_timecode(clock), line[wide.end() :]
    named = wide[1].strip() != ""
    if start is None or (named and rest.strip()):
        return None
    return start, f"{wide[1]}({clock})" if named else f"[{clock}]{rest}"


class _Time(NamedTuple):
    """When a line begins, in seconds; its time as it is written, and in the usual form."""

    start: float
    written: str
    usual: str


def _read_span(head: str) -> _Time | None:
    """`5s - 9s` and `0.00-5.25`."""
    span = _SPAN.match(head) or _DECIMALS.match(head)
    if span is None:
        return None
    start, end = float(span[1]), float(span[2])
    sign = ("-", " -", " - ")[min(len(span[0].split()), 3) - 1]
    usual = f"[{_write_time(start)}{sign}{_write_time(end)}]"
    return None if end < start else _Time(start, span[0], usual)


def _read_spaced(head: str) -> _Time | None:
    """`[00: 00: 01]`."""
    found = _SPACED.match(head)
    words = len(found[0].split()) if found else 1
    clock = "".join((found[1] or found[2]).split()) if found else ""
    start = parse_timecode(clock)
    if found is None or start is None or words == 1:
        return None
    return _Time(start, found[0], {2: f"[ {clock}]", 3: f"[ {clock} ]"}.get(words, f"[ {clock} ] -"))


def _read_one(head: str) -> _Time | None:
    """`1h02m03s`, perhaps behind a name, `1'05"`, `00.00.05` and `@1:05`."""
    found = _FORM.match(head) or _behind_name(head)
    if found is None:
        return None
    before = found[1] if found.re is _NAMED else ""
    figures = _FIGURES.findall(found[0][len(before) :])
    figures += ["00"] * _is_hour_and_minute(found[0][len(before) :])
    whole = ":".join([figures[0], *(figure.zfill(2) for figure in figures[1:])])
    start = parse_timecode(whole)
    return None if start is None else _Time(start, found[0], f"{before}({whole})" if before else f"[{whole}]")


def _read_hour(head: str) -> _Time | None:
    """`14.02`, as Finland's parliament writes it."""
    found = _OF_THE_DAY.match(head)
    if found is None:
        return None
    start = int(found[1]) * 3600.0 + int(found[2]) * 60
    return _Time(start, found[0], f"[{found[1]}:{found[2]}:00] ")


def _in_ascii(char: str) -> str:
    """A figure or a mark of a time as ASCII has it."""
    figure = unicodedata.decimal(char, None)
    return str(figure) if figure is not None else {"：": ":", "٫": ".", "،": ".", "．": "."}.get(char, char)


def _is_hour_and_minute(time: str) -> bool:
    """Whether a time tells no seconds: `1h09`."""
    return "h" in time.casefold() and not {"m", "s"} & set(time.casefold())


def _behind_name(head: str) -> re.Match[str] | None:
    found = _NAMED.match(head) if ":" in head else None
    return found if found and is_name(found[1].strip()) else None


def _write_time(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:06.3f}" if rest % 1 else f"{int(minutes)}:{int(rest):02}"
