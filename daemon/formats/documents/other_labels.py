"""Labels in notations of their own, written as people write them: chats' stamps, a column of Q and A.

[12.03.24, 10:15:03] Ann: Good morning          Q    When does the wharf reopen?
12/03/2024, 10:15 - Ben: Good morning           A    In June.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?\s?[Mm]\.?)?"
_STAMP = re.compile(
    rf"[\u200e\u200f]?\s*(?:\[{_DATE},?\s{_CLOCK}\]\s*|{_DATE},?\s{_CLOCK}\s[-–]\s)[\u200e\u200f]?(?:~\s?)?"
    r"(?=\S.{0,60}?:\s)",
    re.ASCII,
)
"""What WhatsApp and its kin put before each message: the day and the time of the clock."""
_LETTER = re.compile(r"\s*([QA])(?:\t|\s{2,})\s*(?=\S)")
"""Who asks and who answers, in a column, as briefings and courts print it."""
_CIRCLED = re.compile(r"\s*[○◯〇]([^\s：:、。]{2,40})[\u3000 ]\s*(?=\S)")
"""Who speaks in the minutes of Japan's parliament: `○山田太郎君　お答えします。`"""
_LEAST = 2
_LONGEST = 200  # characters in which a stamp and a name stand


def as_labels(lines: list[str], reading: Reading) -> list[str]:
    """The lines, those that begin in one of these notations with a label; what says no name is booked."""
    for form, rewrite in ((_STAMP, _without_stamp), (_LETTER, _with_colon), (_CIRCLED, _with_colon)):
        found = dict(_rewritten(lines, form, rewrite))
        if len(found) < _LEAST:
            continue
        for at, line in found.items():
            reading.drop("timing", count_words(lines[at]) - count_words(line))
        lines = [found.get(at, line) for at, line in enumerate(lines)]
    return lines


def _rewritten(
    lines: list[str], form: re.Pattern[str], rewrite: Callable[[re.Match[str], str], str]
) -> Iterator[tuple[int, str]]:
    for at, line in enumerate(lines):
        if match := form.match(line[:_LONGEST]):
            yield at, rewrite(match, line)


def _without_stamp(match: re.Match[str], line: str) -> str:
    return line[match.end() :]


def _with_colon(match: re.Match[str], line: str) -> str:
    return f"{match[1]}: {line[match.end() :]}"
