"""Transcripts of any size, made up; no sentence stands in one twice."""

import itertools
import json
import random

WORDS = "the river we came by was cold in those years and my mother told us about the old house again".split()
KINDS = ("srt", "vtt", "txt", "json")
OTHER_KINDS = ("emoji.txt", "md", "html", "csv")
"""Of a text with a character of four bytes Python holds four bytes for each that is one in the file."""
_AROUND = {
    "vtt": ("WEBVTT\n\n", ""),
    "json": ('{"language": "en", "text": "", "segments": [\n', "\n]}"),
    "emoji.txt": ("Ann: Hello there \N{GRINNING FACE}.\n\n", ""),
    "html": ("<html><body>\n", "\n</body></html>"),
    "csv": ("start,end,speaker,text\n", "\n"),
}
_BETWEEN = {"json": ",\n", "html": "\n", "csv": "\n"}


def make_source(kind, size):
    """The bytes of a transcript of this kind, hardly fewer than `size`."""
    begin, end = _AROUND.get(kind, ("", ""))
    between = _BETWEEN.get(kind, "\n\n")
    room = size - len(begin) - len(end)
    pieces = []
    for number in itertools.count():
        piece = _write_piece(kind, number)
        room -= len(piece) + len(between)
        if room < 0:
            break
        pieces.append(piece)
    return (begin + between.join(pieces) + end).encode()


def _write_piece(kind, number):
    said = " ".join(random.Random(number).choices(WORDS, k=11)).capitalize() + f" {number}."
    start, end = 4 * number, 4 * number + 3
    if kind == "srt":
        return f"{number + 1}\n{_clock(start)},000 --> {_clock(end)},000\n{said}"
    if kind == "vtt":
        speaker = ("Ann", "Ben")[number // 5 % 2]
        return f"{_clock(start)}.000 --> {_clock(end)}.000\n<v {speaker}>{said}"
    name = ("Ann", "Ben")[number % 2]
    if kind in ("txt", "emoji.txt"):
        return f"{name}: {said} {said[:50]}"
    if kind == "md":
        return f"**{name}:** {said} {said[:50]}"
    if kind == "html":
        return f"<p><b>{name}:</b> {said} {said[:50]}</p>"
    if kind == "csv":
        return f'{_clock(start)},{_clock(end)},{name},"{said}"'
    return json.dumps(
        {"id": number, "start": float(start), "end": float(end), "text": f" {said}", "tokens": [7]}
    )


def _clock(seconds):
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
