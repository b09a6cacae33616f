"""The mark above words that stand as they were said, because they could not be cleaned.

A result carries it; a result that a person drops into the inbox is read without it. So the sentence is made
and known again here, from the same words.
"""

from __future__ import annotations

import re

# Results with this wording lie in people's folders: who rewords it keeps the old one known to `is_mark`.
_WHAT = "Not cleaned: "
_FOLLOW = "The original words follow."
_SEVERAL_FOLLOW = "The original words of {} paragraphs follow."

_FOLLOWS = "|".join([re.escape(_FOLLOW), re.escape(_SEVERAL_FOLLOW).replace(r"\{\}", r"\d{1,9}")])
_MARK = re.compile(rf"(?:> \*\*|\(){re.escape(_WHAT)}.*(?:{_FOLLOWS})\)?\s*$")


def mark_in_markdown(reason: str, paragraphs: int) -> str:
    """The mark as Markdown, for a reason that is escaped already and so many paragraphs below it."""
    return f"> **{_WHAT}{reason}.** {_follow(paragraphs)}"


def mark_in_text(reason: str, paragraphs: int) -> str:
    """The mark as plain text."""
    return f"({_WHAT}{reason}. {_follow(paragraphs)})"


def is_mark(line: str) -> bool:
    """Whether a line of a file is such a mark."""
    return _MARK.match(line) is not None


def _follow(paragraphs: int) -> str:
    return _SEVERAL_FOLLOW.format(paragraphs) if paragraphs > 1 else _FOLLOW
