"""Captions that show the same words again: they grow word by word, or light up each word as it is said.

Live captions grow: each shows the words of the one before, and one or some more. Whisper's
`--highlight_words` underlines: the same text stands in a row of cues, one for each word with that word in
`<u>`, and one without for each pause between two words. It was said once; the cues' times are the words' own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.markup import count_plain_words, strip_markup, time_tag
from daemon.formats.word_account import Reading

_UNDERLINE = re.compile(r"</?u>")
_GROWING_SEAM = 0.1
"""Seconds between two cues of which one goes on with the other."""
_LEAST, _GROWING_SHARE = 2, 0.5
"""How many cues, and which share of them, go on with the one before where captions grow."""
_SEAM = 0.001  # seconds: Whisper's cues meet exactly, but for what rounding makes of it
_UNDERLINED_SHARE = 0.5
"""The share of cues with one word underlined, from which the file is of this kind; the others are pauses."""


def said_in_whole(cues: list[Cue], reading: Reading) -> list[Cue]:
    """The cues, each row of growing ones as the last of them; as they are where captions don't grow."""
    growing = sum(_is_longer(before, cue) for before, cue in pairwise(cues))
    if growing < max(_LEAST, _GROWING_SHARE * (len(cues) - 1)):
        return cues
    out = []
    for row in _group_rows(cues, lambda row, cue: _is_longer(row[-1], cue)):
        reading.drop("rolling repeat", sum(count_plain_words(cue.text) for cue in row[:-1]))
        out.append(Cue(row[0].start, row[-1].end, row[-1].text))
    return out


def _is_longer(before: Cue, cue: Cue) -> bool:
    """Whether a cue shows at once what the one before showed, and more behind it."""
    if not before.start <= cue.start <= before.end + _GROWING_SEAM or len(cue.text) <= len(before.text):
        return False
    shown, now = strip_markup(before.text).split(), strip_markup(cue.text).split()
    return 0 < len(shown) < len(now) and now[: len(shown)] == shown


def _group_rows(cues: Sequence[Cue], goes_on: Callable[[list[Cue], Cue], bool]) -> Iterator[list[Cue]]:
    """The cues in rows, each of which goes on with the row before it where `goes_on` says so."""
    row = [cues[0]]
    for cue in cues[1:]:
        if not goes_on(row, cue):
            yield row
            row = []
        row.append(cue)
    yield row


def said_once(cues: list[Cue], reading: Reading) -> list[Cue]:
    """The cues with each row of repeats as one, a time tag before each word; as they are in other files."""
    underlined = sum("<u>" in cue.text and _find_underlined(cue) is not None for cue in cues)
    if not underlined or underlined < _UNDERLINED_SHARE * len(cues):
        return cues
    out = []
    for row in _group_rows(cues, _is_repeat):
        whole = _join_row(row)
        gone = sum(count_plain_words(cue.text) for cue in row) - count_plain_words(whole.text)
        reading.drop("highlight repeat", max(0, gone))
        reading.words_in_file += max(0, -gone)  # what stood around an underline may be no tag without it
        out.append(whole)
    return out


def _is_repeat(row: Sequence[Cue], cue: Cue) -> bool:
    """Whether the cue shows the text of the row with a later word underlined, or none in a pause.

    A text said twice begins again at its first word.
    """
    before = row[-1]
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
