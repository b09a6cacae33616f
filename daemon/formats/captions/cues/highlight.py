"""Captions that underline each word as it is said: Whisper's `--highlight_words`.

The same text stands in a row of cues, one for each word with that word in `<u>`, and one without for each
pause between two words. It was said once; the cues' times are the words' own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.markup import count_plain_words, time_tag
from daemon.formats.word_account import Reading

_UNDERLINE = re.compile(r"</?u>")
_SEAM = 0.001  # seconds: Whisper's cues meet exactly, but for what rounding makes of it
_LEAST_SHARE = 0.5
"""The share of cues with one word underlined, from which the file is of this kind; the others are pauses."""


def said_once(cues: list[Cue], reading: Reading) -> list[Cue]:
    """The cues with each row of repeats as one, a time tag before each word; as they are in other files."""
    underlined = sum("<u>" in cue.text and _find_underlined(cue) is not None for cue in cues)
    if not underlined or underlined < _LEAST_SHARE * len(cues):
        return cues
    rows = list(_group_rows(cues))
    joined = [_join_row(row) for row in rows]
    for row, whole in zip(rows, joined, strict=True):
        gone = sum(count_plain_words(cue.text) for cue in row) - count_plain_words(whole.text)
        reading.drop("highlight repeat", max(0, gone))
        reading.words_in_file += max(0, -gone)  # what stood around an underline may be no tag without it
    return joined


def _group_rows(cues: Sequence[Cue]) -> Iterator[list[Cue]]:
    row = [cues[0]]
    for before, cue in pairwise(cues):
        if _goes_on(before, cue, row):
            row.append(cue)
        else:
            yield row
            row = [cue]
    yield row


def _goes_on(before: Cue, cue: Cue, row: Sequence[Cue]) -> bool:
    """Whether the cue shows the text of the row with a later word underlined, or none in a pause.

    A text said twice begins again at its first word.
    """
    follows_at_once = before.start <= cue.start <= before.end + _SEAM
    if not follows_at_once or _strip_underline(cue) != _strip_underline(before):
        return False
    place, known = _find_underlined(cue), _find_underlined(before)
    if place is not None and known is None and len(row) > 1:
        known = _find_underlined(row[-2])
    return known is not None if place is None else known is None or place > known


def _strip_underline(cue: Cue) -> str:
    return _UNDERLINE.sub("", cue.text).rstrip()


def _find_underlined(cue: Cue) -> int | None:
    """Where in the bare text the underlined word begins, if one word is."""
    place = cue.text.find("<u>")
    return place if place >= 0 and cue.text.count("<u>") == 1 else None


def _join_row(row: Sequence[Cue]) -> Cue:
    bare, out, at = _strip_underline(row[0]), "", 0
    for cue in row:
        place = _find_underlined(cue)
        if place is not None and len(row) > 1:
            out += bare[at:place] + time_tag(cue.start)
            at = place
    return Cue(row[0].start, row[-1].end, out + bare[at:])
