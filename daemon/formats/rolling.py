"""Captions that roll: each line comes in at the bottom, and stands again above the next one.

YouTube's automatic captions are of this kind: a line with a time before each word, the same line again
for 10 ms without times, and once more above the next line. What is on the screen twice was said once.
"""

from __future__ import annotations

from itertools import pairwise

from daemon.formats.cues import Cue
from daemon.formats.markup import TIME_TAG, plain
from daemon.formats.reading import Reading

_SEAM = 0.1
"""Seconds: lines are carried over only where one cue follows the other at once, and what is shown
again for less time than this was not said again. YouTube's cues meet exactly, its repeats last 10 ms."""
_ROWS = 4
"""The most lines that a screen carries over; broadcast captions roll over three or four."""

Screen = list[tuple[str, bool]]
"""The lines that a cue shows, plain, and whether each has times inside."""


def fresh_lines(cues: list[Cue], reading: Reading) -> tuple[list[list[str]], bool]:
    """The raw lines that each cue is the first to show, and whether the captions roll at all.

    Where they don't, every line is fresh, however often it is repeated.
    """
    screens = [_screen(cue) for cue in cues]
    carried = [
        _carried(cues[at - 1], screens[at - 1], cues[at], screens[at]) if at else 0 for at in range(len(cues))
    ]
    if not _rolls(screens, carried):
        return [cue.lines for cue in cues], False
    out = []
    for cue, screen, rows in zip(cues, screens, carried, strict=True):
        reading.drop("rolling repeat", sum(len(text.split()) for text, _ in screen[:rows]))
        out.append([line for line in cue.lines if line.strip()][rows:])
    return out, True


def _screen(cue: Cue) -> Screen:
    return [
        (" ".join(plain(line).split()), "<" in line and TIME_TAG.search(line) is not None)
        for line in cue.lines
        if line.strip()
    ]


def _carried(before: Cue, above: Screen, cue: Cue, screen: Screen) -> int:
    """How many lines of this screen stood at the bottom of the one before it.

    Never a line with times inside, which is said now; and a blank top row says that nothing was
    carried over. A whole screen counts only when it is short, else it was said again.
    """
    follows_at_once = before.start <= cue.start <= before.end + _SEAM
    if not screen or not cue.lines[0].strip() or not follows_at_once:
        return 0
    brief = cue.end - cue.start <= _SEAM
    most = min(_ROWS, len(above), len(screen) if brief else len(screen) - 1)
    for rows in range(most, 0, -1):
        top = screen[:rows]
        if not any(timed for _, timed in top) and [t for t, _ in top] == [t for t, _ in above[-rows:]]:
            return rows
    return 0


def _rolls(screens: list[Screen], carried: list[int]) -> bool:
    """Whether most neighbouring screens overlap, and not by chance: times inside, or lines moving up."""
    pairs = sum(bool(above and screen) for above, screen in pairwise(screens))
    overlaps = sum(rows > 0 for rows in carried)
    moving = sum(0 < rows < len(screen) for rows, screen in zip(carried, screens, strict=True))
    timed = any(timed for screen in screens for _, timed in screen)
    return overlaps > 0 and overlaps * 2 >= pairs and (timed or moving >= 2)
