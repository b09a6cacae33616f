"""What oTranscribe saves (.otr): JSON whose `text` is HTML with a time at the beginning of paragraphs."""

from __future__ import annotations

import re

from daemon.errors import InputError
from daemon.formats.documents.html_text import Page
from daemon.formats.services.detect import load_json
from daemon.formats.word_account import Reading

KIND = "otr"

_MEDIA = re.compile(r'"media(?:-source|-time)?"\s*:')
_TEXT = re.compile(r'"text"\s*:\s*"')


def looks_like(text: str, extension: str) -> bool:
    """Whether it has oTranscribe's keys."""
    if text.lstrip()[:1] != "{":
        return False
    return extension == ".otr" or (_MEDIA.search(text) is not None and _TEXT.search(text) is not None)


def parse(text: str) -> Reading:
    """Read what was saved; raises InputError where it is not JSON, or has no text."""
    try:
        raw = load_json(text)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str):
        advice = "Export it from oTranscribe again, as .otr, Markdown or plain text, and drop that."
        raise InputError("This is a file of oTranscribe's (.otr) that is damaged or has no text.", advice)
    return Page(raw["text"]).read()
