"""The day of a recording, where a source or its name tells it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

_NUMBERS = re.compile(
    r"(?<![0-9])(?P<year>19[5-9][0-9]|20[0-9]{2})(?P<sep>[-_./]?)(?P<month>[0-9]{2})(?P=sep)(?P<day>[0-9]{2})(?![0-9])"
)
"""Zoom's GMT20240305-140000 and yt-dlp's 20240305 too. 05/03/2024 has two readings: none is taken."""
_ORDINAL = r"(?:st|nd|rd|th|er|º|ª|\.)?"
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}}){_ORDINAL}[ -](?:de |of )?([^\W\d_]{{3,10}})\.?,?[ -](?:de )?((?:19|20)\d\d)(?!\d)"
)
_MONTH_FIRST = re.compile(rf"(?<!\w)([^\W\d_]{{3,10}})\.? (\d{{1,2}}){_ORDINAL},? ((?:19|20)\d\d)(?!\d)")
_EASTERN = re.compile(r"((?:19|20)\d\d)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier enero gennaio januari janeiro января stycznia",
            "february feb februar février febrero febbraio februari fevereiro февраля lutego",
            "march mar märz mrz mars marzo maart março марта marca",
            "april apr avril abril aprile апреля kwietnia",
            "may mai mayo maggio mei maio мая maja",
            "june jun juni juin junio giugno junho июня czerwca",
            "july jul juli juillet julio luglio julho июля lipca",
            "august aug août agosto augustus августа sierpnia",
            "september sep sept septembre septiembre settembre setembro сентября września",
            "october oct oktober okt octobre octubre ottobre outubro октября października",
            "november nov novembre noviembre novembro ноября listopada",
            "december dec dezember dez décembre diciembre dicembre dezembro декабря grudnia",
        ),
        1,
    )
    for name in names.split()
}
_FIELD = re.compile(
    r"[\W_]*(?:(?:interview|recording|meeting|session|recorded|aufnahme|sitzungs)?[ -]?"
    r"(?:date|datum|fecha|data|дата)|recorded(?: on)?|date of (?:the )?(?:interview|recording|meeting)"
    r"|日期|日付|날짜)[\W_]*[:：\t][\W_]*(?=\S)",
    re.I,
)
_LONGEST = 120  # characters of a line that tells of a day
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()  # an earlier number of seconds is no moment


def find_day(text: str) -> str | None:
    """The one day that a text names, as ISO 8601 writes it; None for none, several, or one that never was."""
    found = {
        *(match.group("year", "month", "day") for match in _NUMBERS.finditer(text)),
        *(match.group(1, 2, 3) for match in _EASTERN.finditer(text)),
        *(_by_name(year, month, day) for day, month, year in _DAY_FIRST.findall(text)),
        *(_by_name(year, month, day) for month, day, year in _MONTH_FIRST.findall(text)),
    }
    days = {day for parts in found if parts is not None and (day := _as_day(*parts)) is not None}
    return days.pop() if len(days) == 1 else None


def find_day_in_head(lines: Iterable[str]) -> str | None:
    """The day that a line at the beginning of a file is there to tell: `Date: 6 May 2024`."""
    for line in lines:
        field = _FIELD.match(line[:_LONGEST])
        if field is not None and len(line) <= _LONGEST and (day := find_day(line[field.end() :])):
            return day
    return None


def day_of(value: object) -> str | None:
    """The day of a value in JSON: text, or the seconds or milliseconds since 1970 (the day is UTC's)."""
    if isinstance(value, str):
        return find_day(value[:_LONGEST])
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= _EARLIEST:
        return None
    seconds = value / 1000 if value >= 1000 * _EARLIEST else value
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return None


def _by_name(year: str, month: str, day: str) -> tuple[str, str, str] | None:
    number = _MONTHS.get(month.casefold())
    return None if number is None else (year, str(number), day)


def _as_day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
