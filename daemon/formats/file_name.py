"""What a file's name tells of a recording, as yt-dlp writes it: `Title [id].en.vtt`."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from daemon.formats.days import find_day
from daemon.text.languages import code_of
from daemon.text.transcript import UNSPACED_LETTER

_ID = re.compile(r"(.*\S)\s*\[([A-Za-z0-9_-]{11})\]$", re.S)
_A_WORD = re.compile(r"[A-Za-z]?[a-z]{10}|[A-Z]{11}|\d{11}|[\d-]{11}")
"""Eleven characters that people put into brackets; as an id they come once in many thousand videos."""
_LANGUAGE = re.compile(r"(.+)\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2})$", re.S)
_ORIGINAL = "-orig"
_LOOKALIKES = str.maketrans("＂＊：＜＞？｜⧸⧹", '"*:<>?|/\\')
"""What yt-dlp writes for characters that no file's name may hold."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The title, YouTube's id of the video, the language's tag and the day of the recording, as far as known.

    `recorded` is that day as ISO 8601 writes it.
    """

    title: str
    video_id: str | None = None
    language: str | None = None
    recorded: str | None = None

    @property
    def link(self) -> str | None:
        """Where the video is."""
        return self.video_id and f"https://www.youtube.com/watch?v={self.video_id}"


def read_origin(file_name: str) -> Origin:
    """What the name of a file tells; its title is never empty.

    A language is only taken from a known tag: `talk.en.vtt`, not `talk.v2.vtt`.
    """
    stem = os.path.splitext(os.path.basename(file_name))[0]
    found = _LANGUAGE.match(stem)
    tag = found[2].removesuffix(_ORIGINAL) if found else ""
    language = tag if tag and code_of(tag.split("-")[0]) else None
    title = found[1] if found and language else stem
    named = _ID.match(title)
    if named is None or _A_WORD.fullmatch(named[2]):
        return Origin(title, None, language, find_day(stem))
    title = named[1]
    if not UNSPACED_LETTER.search(title):  # Chinese and Japanese use the lookalikes themselves
        title = title.translate(_LOOKALIKES)
    return Origin(title, named[2], language, find_day(named[1]))
