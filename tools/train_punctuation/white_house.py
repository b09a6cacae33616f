"""A page of the White House's, in Markdown, as the turns of its speakers."""

from __future__ import annotations

import re

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)
_STRUCK_OUT = re.compile(r"~~.*?~~", re.S)  # what was said wrong; the right word follows in brackets
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ASIDE = re.compile(r"\([^)]{0,80}\)")  # (Laughter.), (inaudible)
_SPEAKER = re.compile(r"(?:[A-Z][A-Z.’'-]* ?){1,7}(?:\([^)]*\))?: *|Q(?:  +|\t)")
_NO_SPEECH = ("#", "|", ">", "- ", "* ", "1. ", "http", "END", "<", "![")
_SHORTEST = 60  # characters of a paragraph by nobody in particular that is taken for prose


def read_page(page: str) -> list[str]:
    """The turns, each a text of several sentences; what is no prose is left out."""
    turns: list[list[str]] = []
    for paragraph in re.split(r"\n\s*\n", _plain(page)):
        text = paragraph.strip()
        if not text or text.startswith(_NO_SPEECH):
            continue
        speaker = _SPEAKER.match(text)
        said = _ASIDE.sub(" ", text[speaker.end() :] if speaker else text)
        said = " ".join(said.split())
        if speaker:
            turns.append([said])
        elif turns:
            turns[-1].append(said)
        elif len(said) >= _SHORTEST and said.rstrip("”\"'")[-1:] in (".", "?", "!"):
            turns.append([said])
    return [" ".join(turn) for turn in turns if any(turn)]


def _plain(page: str) -> str:
    """The page without its head and its Markdown; a line that ends in two spaces ends a paragraph."""
    body = _FRONT_MATTER.sub("", page).replace("\u00a0", " ")
    body = re.sub(r" *\\?\n *(?=Q  )", "\n\n", body)
    body = _STRUCK_OUT.sub("", body)
    body = _LINK.sub(r"\1", body)
    return re.sub(r"\\(.)", r"\1", body).replace("*", "")
