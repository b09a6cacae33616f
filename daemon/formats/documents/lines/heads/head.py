"""The beginning of a line, read: its time, what may be its label, and the rest."""

from __future__ import annotations

from msgspec import Struct

from daemon.formats.speakers.labels import Label
from daemon.text.sentences import ends_sentence

_ENDS = tuple(")]\"'”’»*_")


class Head(Struct, frozen=True, gc=False):
    """A line, read: its time (seconds), what may be its label, and its text without the time.

    `line` is empty for a blank line; `time_words` counts the words of the time. `doubtful` times are of
    a form that speech has too (3:15), and hold only where the file is full of them; `odd` names before a
    time are written as no name is, and hold only where they recur.
    """

    line: str = ""
    start: float | None = None
    end: float | None = None
    label: Label | None = None
    text: str = ""
    time_words: int = 0
    doubtful: bool = False
    odd: bool = False

    @property
    def words(self) -> list[str]:
        """The words of its text; made anew each time, since those of a whole file take ten times its size."""
        return self.text.split()

    def first_words(self, count: int) -> list[str]:
        """So many of them, at most."""
        return self.text.split(None, count)[:count]


def is_ended(text: str) -> bool:
    """Whether a line ends as a sentence does, in a bracket, with emphasis or with an address."""
    last = text.rpartition(" ")[2]
    return text.rstrip()[-1:] in _ENDS or ends_sentence(last) or last.startswith(("http://", "https://"))
