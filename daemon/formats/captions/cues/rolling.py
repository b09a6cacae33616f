"""Captions that roll: each line comes in at the bottom, and stands again above the next one.

YouTube's automatic captions are of this kind: a line with a time before each word, the same line again
for 10 ms without times, and once more above the next line. What is on the screen twice was said once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.markup import TIME_TAG, count_plain_words, strip_markup

_SEAM = 0.1
"""Seconds: lines are carried over only where one cue follows the other at once, and what is shown
again for less time than this was not said again. YouTube's cues meet exactly, its repeats last 10 ms."""
_ROWS = 4
"""The most lines that a screen carries over; broadcast captions roll over three or four."""

Screen = list[tuple[str, bool]]
"""The lines that a cue shows, plain, and whether each has times inside."""


def carried_over(cues: Sequence[Cue]) -> list[int] | None:
    """How many lines at the top of each cue stood there before; None where the captions don't roll.

    Where they don't, every line is fresh, however often it is repeated.
    """
    evidence = _Evidence()
    out: list[int] = []
    above: Screen = []
    for at, cue in enumerate(cues):
        screen = _read_screen(cue)
        rows = _count_carried(cues[at - 1], above, cue, screen) if at else 0
        evidence.add(above, screen, rows)
        out.append(rows)
        above = screen
    return out if evidence.rolls else None


def carried_words(cue: Cue, rows: int) -> int:
    """How many words the lines at the top have that stood there before."""
    return sum(map(count_plain_words, rows_of(cue)[:rows]))


def rows_of(cue: Cue) -> list[str]:
    """The raw lines with something on them."""
    return [line for line in cue.lines if line.strip()]


@dataclass(slots=True)
class _Evidence:
    """What tells that captions roll, counted over neighbouring screens."""

    pairs: int = 0
    overlaps: int = 0
    moving: int = 0
    timed: bool = False

    def add(self, above: Screen, screen: Screen, rows: int) -> None:
        self.pairs += bool(above and screen)
        self.overlaps += rows > 0
        self.moving += 0 < rows < len(screen)
        self.timed = self.timed or any(timed for _, timed in screen)

    @property
    def rolls(self) -> bool:
        """Most neighbouring screens overlap, and not by chance: times inside, or lines moving up."""
        return self.overlaps > 0 and self.overlaps * 2 >= self.pairs and (self.timed or self.moving >= 2)


def _read_screen(cue: Cue) -> Screen:
    return [
        (" ".join(strip_markup(line).split()), "<" in line and TIME_TAG.search(line) is not None)
        for line in rows_of(cue)
    ]


def _count_carried(before: Cue, above: Screen, cue: Cue, screen: Screen) -> int:
    """How many lines of this screen stood at the bottom of the one before it.

    Never a line with times inside, which is said now; and a blank top row says that nothing was
    carried over. A whole screen counts only when it is short, else it was said again.
    """
    follows_at_once = before.start <= cue.start <= before.end + _SEAM
    if not screen or not follows_at_once or not cue.lines[0].strip():
        return 0
    brief = cue.end - cue.start <= _SEAM
    most = min(_ROWS, len(above), len(screen) if brief else len(screen) - 1)
    for rows in range(most, 0, -1):
        top = screen[:rows]
        stays = all(shown and not timed for shown, timed in top)  # a tag alone on its line shows nothing
        if stays and [t for t, _ in top] == [t for t, _ in above[-rows:]]:
            return rows
    return 0
