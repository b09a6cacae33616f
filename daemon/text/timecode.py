"""Times as transcripts write them: text to seconds and back."""

from __future__ import annotations

import math
import re

# A minute of three digits stands alone: 125:30.
_TIMECODE = re.compile(r"(?:(?:(\d{1,9}):)?(\d{1,2})|(\d{3})):(\d{1,2})(?:[.,](\d{1,3}))?", re.ASCII)
_DAYS = re.compile(r"(?<![\d-])(\d{1,4}) days?,? (\d{1,2})(?=:\d\d:\d\d)", re.ASCII)


def parse_timecode(text: str) -> float | None:
    """Seconds of `H:MM:SS.mmm` or `MM:SS.mmm`, None where the text is no time.

    Dot or comma, one to three digits of fraction or none, hours of any width: 100:00:01 is a time.
    Seconds and minutes above 59 are taken as written, since rounding tools write 00:00:60,000.
    """
    found = _TIMECODE.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, long_minutes, seconds, fraction = found.groups()
    whole = int(hours or 0) * 3600 + int(minutes or long_minutes) * 60 + int(seconds)
    return round(whole + int((fraction or "0").ljust(3, "0")) / 1000, 3)


def count_days_as_hours(text: str) -> str:
    """The text with the days before a time added to its hours: Python and pandas write `1 day, 0:00:01`."""
    if " day" not in text:
        return text
    return _DAYS.sub(lambda found: str(int(found[1]) * 24 + int(found[2])), text)


def round_to_zero(seconds: float) -> float:
    """Zero for what lies less than a second before it, by rounding or by a shift; any other time as it is."""
    return 0.0 if -1 < seconds < 0 else seconds


def format_timecode(seconds: float) -> str:
    """`HH:MM:SS`, rounded down; hours grow beyond two digits, and what lies before zero is zero."""
    whole = max(0, math.floor(seconds))
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
