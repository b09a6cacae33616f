"""Captions that show the same words again: they grow word by word, or light up each word as it is said.

Live captions grow: each shows the words of the one before, and one or some more. Whisper's
`--highlight_words` underlines: the same text stands in a row of cues, one for each word with that word in
`<u>`, and one without for each pause between two words. Others give the word a colour (`<font>`, `<c>`) or
make it bold. It was said once; the cues' times are the words' own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise

from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.markup import VOICE_TAG, count_plain_words, strip_markup, time_tag
from daemon.formats.word_account import Reading

_LIT = {
    tag: re.compile(rf"(<{tag}(?:[.\s][^<>\n]*)?>)|</{tag}>", re.I) for tag in ("u", "font", "b", "i", "c")
}
"""Tags that light up a word, by their names: one that opens, or one that closes."""
_WHOLE = re.compile(
    r"(?:<v[^<>\n]*>)?(?:[^<>:\n]{1,40}:)?[^\w<]*<(font|b|i|c)(?:[.\s][^<>\n]*)?>[^<>]*</\1>[^\w<]*", re.I
)
"""What looks so from its first letter to its last, as the words of somebody else may."""
_GROWING_SEAM = 0.1
"""Seconds between two cues of which one goes on with the other."""
_COMMAS, _ENDS = ",;:", ".!?…"
_LEAST, _GROWING_SHARE = 2, 0.5
"""How many cues, and which share of them, go on with the one before where captions grow."""
_BEGUN = re.compile(r" \S")  # of YouTube's rolling captions the first line is a space alone
_BEGUN_SHARE = 0.4
"""The share of cues that begin with a space where only those begin a word."""
_GOES_ON = re.compile(r"(?:[,.?!:;%]|['’][^\W\d_]{1,2})(?=\s|$)")
"""What goes on with a word, and no caption begins with: a mark, or the end of `It's`."""
_WORD_OR_MARK = re.compile(r"[^\W_]|['’,.?!:;%]")
_SEAM = 0.001  # seconds: Whisper's cues meet exactly, but for what rounding makes of it
_LIT_SHARE = 0.5
"""The share of cues with one word lit up, from which the file is of this kind; the others are pauses."""


def with_whole_words(cues: list[Cue], reading: Reading) -> list[Cue]:
    """The cues, the pieces of a word as one, where whisper.cpp cut them by length, in the middle of words.

    It writes a space before what begins a word, and none before what goes on with one.
    """
    begun = sum(_BEGUN.match(cue.text) is not None for cue in cues)
    if begun < max(_LEAST, _BEGUN_SHARE * len(cues)) or begun == len(cues):
        return cues
    others = [cue.text for cue in cues[1:] if _WORD_OR_MARK.match(cue.text)]
    if any(text[0].isupper() for text in others) or not any(map(_GOES_ON.match, others)):
        return cues
    return [
        _join_pieces(row, reading) for row in _group_rows(cues, lambda row, cue: _goes_inside(row[-1], cue))
    ]


def _goes_inside(before: Cue, cue: Cue) -> bool:
    """Whether a cue goes on at once with the word in which the one before was cut."""
    follows_at_once = before.start <= cue.start <= before.end + _SEAM
    return (
        follows_at_once and before.text.rstrip()[-1:].isalnum() and _WORD_OR_MARK.match(cue.text) is not None
    )


def _join_pieces(row: list[Cue], reading: Reading) -> Cue:
    if len(row) == 1:
        return row[0]
    text = "".join(cue.text.rstrip() for cue in row)
    reading.words_in_file += count_plain_words(text) - sum(count_plain_words(cue.text) for cue in row)
    return Cue(row[0].start, row[-1].end, text)


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
    if VOICE_TAG.findall(before.text)[:1] != VOICE_TAG.findall(cue.text)[:1]:
        return False  # somebody else says as much, and more
    shown, now = strip_markup(before.text).split(), strip_markup(cue.text).split()
    return 0 < len(shown) < len(now) and all(map(_is_same_word, shown, now))


def _is_same_word(shown: str, now: str) -> bool:
    """Whether it is one word, behind which a mark may be set once more is heard."""
    return shown == now or shown.rstrip(_COMMAS) == now.rstrip(_COMMAS + _ENDS)


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
    for tag, lit in _LIT.items():
        opening = f"<{tag}"
        count = sum(opening in cue.text and _find_lit(cue, lit) is not None for cue in cues)
        if count and count >= _LIT_SHARE * len(cues):
            return list(_join_rows(cues, lit, reading))
    return cues


def _join_rows(cues: list[Cue], lit: re.Pattern[str], reading: Reading) -> Iterator[Cue]:
    for row in _group_rows(cues, partial(_is_repeat, lit)):
        marked = sum(_find_lit(cue, lit) is not None for cue in row)
        if len(row) == 1 or (marked == 1 and len(strip_markup(row[0].text).split()) > 1):
            yield from row  # one word is stressed, where each would light up
            continue
        whole = _join_row(row, lit)
        gone = sum(count_plain_words(cue.text) for cue in row) - count_plain_words(whole.text)
        reading.drop("highlight repeat", max(0, gone))
        reading.words_in_file += max(0, -gone)  # what stood around a tag may be no tag without it
        yield whole


def _is_repeat(lit: re.Pattern[str], row: Sequence[Cue], cue: Cue) -> bool:
    """Whether the cue shows the text of the row with a later word lit up, or none in a pause.

    A text said twice begins again at its first word.
    """
    before = row[-1]
    follows_at_once = before.start <= cue.start <= before.end + _SEAM
    if not follows_at_once or _strip_lit(cue, lit) != _strip_lit(before, lit):
        return False
    if _WHOLE.fullmatch(before.text) or _WHOLE.fullmatch(cue.text):
        return False
    place, known = _find_lit(cue, lit), _find_lit(before, lit)
    if place is not None and known is None and len(row) > 1:
        known = _find_lit(row[-2], lit)
    return known is not None if place is None else known is None or place > known


def _strip_lit(cue: Cue, lit: re.Pattern[str]) -> str:
    return lit.sub("", cue.text).rstrip()


def _find_lit(cue: Cue, lit: re.Pattern[str]) -> int | None:
    """Where in the bare text the word that is lit up begins, if one is."""
    opened = [found.start() for found in lit.finditer(cue.text) if found[1]]
    return opened[0] if len(opened) == 1 else None


def _join_row(row: Sequence[Cue], lit: re.Pattern[str]) -> Cue:
    bare, out, at = _strip_lit(row[0], lit), "", 0
    for cue in row:
        place = _find_lit(cue, lit)
        if place is not None:
            out += bare[at:place] + time_tag(cue.start)
            at = place
    return Cue(row[0].start, row[-1].end, out + bare[at:])
