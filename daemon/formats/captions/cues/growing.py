"""Captions that grow: each shows the words of the one before, and one or some more, as live captions do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.markup import count_plain_words, strip_markup
from daemon.formats.word_account import Reading

_SEAM = 0.1
"""Seconds between two cues of which one goes on with the other."""
_LEAST, _LEAST_SHARE = 2, 0.5
"""How many cues, and which share of them, go on with the one before where captions grow."""


def said_in_whole(cues: list[Cue], reading: Reading) -> list[Cue]:
    """The cues, each row of growing ones as the last of them; as they are where captions don't grow."""
    growing = sum(_is_longer(before, cue) for before, cue in pairwise(cues))
    if growing < max(_LEAST, _LEAST_SHARE * (len(cues) - 1)):
        return cues
    return [_join_row(row, reading) for row in _group_rows(cues)]


def _is_longer(before: Cue, cue: Cue) -> bool:
    """Whether a cue shows at once what the one before showed, and more behind it."""
    if not before.start <= cue.start <= before.end + _SEAM or len(cue.text) <= len(before.text):
        return False
    shown, now = strip_markup(before.text).split(), strip_markup(cue.text).split()
    return 0 < len(shown) < len(now) and now[: len(shown)] == shown


def _group_rows(cues: Sequence[Cue]) -> Iterator[list[Cue]]:
    row = [cues[0]]
    for before, cue in pairwise(cues):
        if _is_longer(before, cue):
            row.append(cue)
        else:
            yield row
            row = [cue]
    yield row


def _join_row(row: Sequence[Cue], reading: Reading) -> Cue:
    """The last of a row, from the first one on; the others are booked."""
    reading.drop("rolling repeat", sum(count_plain_words(cue.text) for cue in row[:-1]))
    return Cue(row[0].start, row[-1].end, row[-1].text)
