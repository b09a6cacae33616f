"""Chinese, Japanese and the like without the spaces that joining captions left."""

from __future__ import annotations

import re

from daemon.text.characters.broken_words import close_words

_LETTER = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff"  # Chinese and Japanese; in Thai a space parts phrases
_MARKS = re.compile("[。，、；]")  # ！ and ？ also stand where spaces part the phrases
_LETTERS = re.compile(f"[{_LETTER}]")
_LETTERS_PER_MARK = 40  # Chinese prose has a mark in 12 letters; text with fewer has spaces in their place
_LETTERS_PER_STOP = 120  # and where commas stand inside of captions alone, it has no full stop
_STOPS = re.compile("[。．]")
_MARKED_GAP = re.compile("[，、；] ")
_GAPS_PER_MARK = 4  # of captions that end anywhere, so many end inside a phrase to one that ends at a comma
_AFTER_MARK = re.compile(f"(?<=[。！？，、；：」』”’）]) +(?=[{_LETTER}「『“‘（])")
_BEFORE_MARK = re.compile(f"(?<=[{_LETTER}」』）]) +(?=[。，、；：！？」』）])")
_BETWEEN = re.compile(f"(?<=[{_LETTER}]) +(?=[{_LETTER}「『“‘（])")


def close_up_spaces(text: str, *, captions: bool = True) -> str:
    """Chinese, Japanese and the like without the spaces that joining captions left: after marks, in words.

    Between letters of Chinese and Japanese they stay where no marks stand at the ends of phrases, for then
    spaces alone part these, and in what is no `captions`: there one stands behind a heading.
    """
    if text.isascii():
        return text
    text = close_words(text)
    if _LETTERS.search(text) is None:
        return text
    is_parted = _is_parted_by_marks(text)
    text = _BEFORE_MARK.sub("", _AFTER_MARK.sub("", text))
    return _BETWEEN.sub("", text) if captions and is_parted else text


def _is_parted_by_marks(text: str) -> bool:
    """Whether marks, and not spaces, part the phrases of a text in Chinese or Japanese."""
    letters = len(_LETTERS.findall(text))
    if len(_MARKS.findall(text)) * _LETTERS_PER_MARK < letters:
        return False
    if len(_STOPS.findall(text)) * _LETTERS_PER_STOP >= letters:
        return True
    return len(_MARKED_GAP.findall(text)) * _GAPS_PER_MARK >= len(_BETWEEN.findall(text))
