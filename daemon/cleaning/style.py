"""The style: what a prompt asks of a chunk, and by which rules its answer is judged.

A style is frozen in a job's plan with all that follows from it. A later version of the program may word
its prompts anew: the jobs that were planned before are asked, and judged, as they began.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from daemon.errors import ConfigError
from daemon.settings.profile import Answers, Settings, Verbatim
from daemon.system.digest import digest_of_bytes
from daemon.system.paths import open_file

WORDINGS_OF_CLEAN = frozenset({"e9f705bece878f9445ecf42a93fb68e5eb1d8349d5046514cd3b8818d705621e"})
"""Every wording that clean.md was ever shipped with (`hash_words` of it): the latest, and all before it."""

_KEEPS_WORDING = {"clean": True, "notes": False}
STYLES = tuple(_KEEPS_WORDING)
"""The styles that come with the program."""

PLACEHOLDER = re.compile(r"\{\{\s*(fileName|chunkText|outputLanguage)\s*\}\}")
"""What a prompt may leave to be filled in."""
_LIKE_A_PLACEHOLDER = re.compile(r"\{\{[^{}\n]{1,60}\}\}")


@dataclass(frozen=True, slots=True)
class Style:
    """What is asked of a chunk.

    `name` is "clean", "notes", or the path of one's own prompt ("" where only the prompt's text is known).
    `keeps_wording`: the answer must keep the words that were said, and is judged strictly. `answers`: the
    chunk's numbered turns come back, or text of any form. `verbatim`: how much of what was said stays.
    """

    name: str
    prompt: str
    keeps_wording: bool
    answers: Answers
    verbatim: Verbatim = "clean"


_SHIPPED = Path(__file__).parent / "styles"


def find_style(name: str, base: Path, verbatim: Verbatim = "clean") -> Style:
    """The style "clean" or "notes", or that of a prompt of one's own at a path relative to `base`.

    "clean" has a prompt for each level of `verbatim`, which are called so.

    Raises ConfigError where the prompt can't be read or is empty.
    """
    advice = f"Set `style` to {', '.join(STYLES)} or the path of a text file in UTF-8."
    try:
        if name in STYLES:
            file = f"{verbatim if name == 'clean' else name}.md"
            prompt = (_SHIPPED / file).read_text("utf-8")
        else:
            path = base / Path(name).expanduser()
            with open(path, encoding="utf-8-sig", opener=open_file) as text:
                prompt = text.read()
    except (OSError, ValueError, RuntimeError):
        raise ConfigError(f"The prompt {name!r} can't be read.", advice) from None
    if not prompt.strip():
        raise ConfigError(f"The prompt {name!r} is empty.", advice)
    return replace(style_of_prompt(prompt, name), verbatim=verbatim)


def list_unknown_placeholders(prompt: str) -> list[str]:
    """What looks like something to be filled in and is sent as it is, such as `{{chunk}}`; each once."""
    found = dict.fromkeys(_LIKE_A_PLACEHOLDER.findall(prompt))
    return [one for one in found if PLACEHOLDER.fullmatch(one) is None]


def style_of_prompt(prompt: str, name: str = "") -> Style:
    """The style of a prompt's text, whatever it is called.

    Who copied the shipped clean.md, of whichever version, asks for faithful wording as the original does.
    """
    keeps_wording = _KEEPS_WORDING.get(name, hash_words(prompt) in WORDINGS_OF_CLEAN)
    takes_transcript = any(found == "chunkText" for found in PLACEHOLDER.findall(prompt))
    return Style(name, prompt, keeps_wording, "text" if takes_transcript else "turns")


def frozen_style(settings: Settings) -> Style:
    """The style that a job was planned with; 0.1.0 froze its name and its prompt alone."""
    if settings.keeps_wording is None or settings.answers is None:
        return replace(style_of_prompt(settings.prompt, settings.style), verbatim=settings.verbatim)
    return Style(settings.style, settings.prompt, settings.keeps_wording, settings.answers, settings.verbatim)


def hash_words(prompt: str) -> str:
    """A hash of a prompt's words, whatever space stands between them."""
    return digest_of_bytes(" ".join(prompt.split()).encode("utf-8", "replace"))
