"""What every reader hands back, the account it keeps of other words, and how many parts it reads at most."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.errors import InputError
from daemon.text.timecode import count_days_as_hours, parse_timecode, round_to_zero
from daemon.text.transcript import LeftOut, Segment, count_words

MOST_LINES = 1_700_000
"""Of a text, blank ones too. Fifty megabytes of speech have some 500,000; a line takes some 200 bytes."""
MOST_ROWS = 1_000_000
"""Of a table, and captions. Fifty megabytes of speech have some 700,000; each takes some 400 bytes."""
_PART = "Split it into several files, and drop those."


@dataclass(slots=True)
class Reading:
    """The speech of a file and what became of its other words.

    `words_in_file` is counted from the whole file at once, apart from the line by line reading that
    fills `segments` and `dropped` (words by reason), so that the two can be held against each other.
    `recorded` is the day of the recording (ISO 8601), where the source tells it. `kind` is for a reader that
    serves several kinds. `warnings` are sentences for people about what was read in doubt: a line whose
    speaker or time could not be told. `doubted` says, by the places of segments, whether the recogniser's own
    figures doubt that they were said; without figures a place is not in it. `left_out` holds, in order, those
    dropped words that people should see at their place.
    """

    words_in_file: int
    segments: list[Segment] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    title: str | None = None
    language: str | None = None
    recorded: str | None = None
    kind: str | None = None
    warnings: list[str] = field(default_factory=list)
    doubted: dict[int, bool] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def drop(self, reason: str, words: int) -> None:
        """Book `words` words as no speech, for this reason."""
        if words:
            self.dropped[reason] += words

    def book_markup(self, written: str, kept: str) -> None:
        """Book as markup the words that are gone from a text as it is written, of which this is kept.

        Where it has more words now, a mark had glued some together: these are the file's as well.
        """
        gone = count_words(written) - count_words(kept)
        self.drop("markup", max(0, gone))
        self.words_in_file += max(0, -gone)

    @property
    def unexplained(self) -> int:
        """How many words are neither speech nor dropped for a reason; anything but 0 is a fault."""
        kept = sum(count_words(segment.text) for segment in self.segments)
        return self.words_in_file - kept - self.dropped.total()


def dropped_of(words: Sequence[str], kept: Sequence[str]) -> int:
    """How many words are gone where of some words only these are kept."""
    return count_words(" ".join(words)) - count_words(" ".join(kept))


def rewrite_lines(
    lines: Sequence[str], written: Mapping[int, str], reading: Reading, reason: str
) -> list[str]:
    """The lines, some of them, by their places, written otherwise; the words that so go are booked."""
    out = list(lines)
    for at, line in written.items():
        reading.drop(reason, count_words(out[at]) - count_words(line))
        out[at] = line
    return out


def read_seconds(value: object) -> float | None:
    """A time as files hold it, in seconds; None for NaN, nothing, or anything else.

    A number, also as text, with a unit (`1.5s`, `PT1M2.5S`) or as a timecode (`00:00:01.500`).
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and (worded := _read_worded_time(value.strip())) is not None:
        return worded
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return round_to_zero(round(number, 3)) if math.isfinite(number) else None


_WITH_UNIT = re.compile(
    r"(?:PT)?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,20})?)S)?", re.I | re.ASCII
)


def _read_worded_time(text: str) -> float | None:
    """The seconds of a timecode, or of a number with its unit; both say by themselves what they count."""
    if ":" in text:
        whole, point, fraction = count_days_as_hours(text).replace(",", ".").partition(".")
        return parse_timecode(f"{whole}{point}{fraction[:3]}")
    found = _WITH_UNIT.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    hours, minutes, rest = (float(group or 0) for group in found.groups())
    return round(hours * 3600 + minutes * 60 + rest, 3)


def order_span(start: float | None, end: float | None) -> tuple[float | None, float | None]:
    """Start and end with no end before its start."""
    return start, end if start is None or end is None else max(start, end)


SLOWEST = 0.02
"""Words a second below which nobody speaks, so that times count something smaller than seconds."""


def are_thousandths(times: Sequence[object], words: int) -> bool:
    """Whether times, all of them whole numbers, are no seconds: nobody speaks these words as slowly."""
    whole = [time for time in times if isinstance(time, int) and not isinstance(time, bool)]
    if len(whole) < 2 or len(whole) < len(times):
        return False
    return words <= SLOWEST * (max(whole) - min(whole))


def lines_of(text: str) -> Iterator[str]:
    """The lines, one at a time: the whole list would take several times the memory of the text."""
    at = 0
    while (end := text.find("\n", at)) >= 0:
        yield text[at:end]
        at = end + 1
    yield text[at:]


def shared_out(whole: Segment, runs: Iterable[tuple[str | None, int]]) -> Iterator[Segment]:
    """The segment as runs of words, each of (speaker, number of words); their times are its words' own.

    All but the first continue it.
    """
    words, times = whole.text.split(), whole.word_times()
    begun = 0
    for speaker, size in runs:
        ended = begun + size
        start = times[begun] if begun else whole.start
        end = times[ended] if ended < len(words) else whole.end
        own = whole.times and whole.times[begun:ended]
        yield Segment(" ".join(words[begun:ended]), start, end, speaker, own, begun > 0)
        begun = ended


def scale_time(value: object, per_second: int) -> float | None:
    """A time in seconds, None for any other value; a text with a unit of its own isn't scaled."""
    time = read_seconds(value)
    if time is None or per_second == 1:
        return time
    if isinstance(value, str) and _read_worded_time(value.strip()) is not None:
        return time
    return round(time / per_second, 3)


# --- files of very many very small parts ---------------------------------------------------------------


def refuse_many_lines(text: str) -> None:
    """Raise InputError for a text of more lines than are read."""
    _refuse_above(text.count("\n"), MOST_LINES, "lines")


def refuse_many_rows(text: str) -> None:
    """Raise InputError for a table of more rows than are read."""
    _refuse_above(text.count("\n"), MOST_ROWS, "rows")


def refuse_many_captions(count: int) -> None:
    """Raise InputError for more captions than are read."""
    _refuse_above(count, MOST_ROWS, "captions")


def _refuse_above(count: int, most: int, what: str) -> None:
    if count > most:
        raise InputError(f"The file has {count:,} {what}, more than the {most:,} that are read.", _PART)
