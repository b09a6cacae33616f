"""How long large files take to read, and how much memory: measured, never asserted.

python bench/formats.py [MEGABYTES]

Each file is made, then read in a process of its own. Time that is linear is the same per megabyte in all
sizes; the peak is that of the whole process, in multiples of the file, the interpreter's own included.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from daemon.errors import InputError
from daemon.formats import read

MEGABYTE = 1 << 20
SIZES = (0.25, 0.5, 1)  # of the size asked for
WORDS = "the of and to in we have this for you they are what people going think because something".split()


def clock(milliseconds: int, comma: str = ",") -> str:
    """A time as captions write it."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{comma}{rest:03d}"


def line(count: int = 6) -> str:
    """Some words."""
    return " ".join(random.choices(WORDS, k=count))


def srt(text: Callable[[int], str]) -> Iterator[str]:
    """Cues without end, each with the text for its number."""
    number = 0
    while True:
        number += 1
        begun = number * 3000
        yield f"{number}\n{clock(begun)} --> {clock(begun + 2900)}\n{text(number)}\n\n"


def two_lines(_: int) -> str:
    """A cue as people see them."""
    return f"{line().capitalize()}\n{line()}."


def named(number: int) -> str:
    """A cue that says who speaks; one character makes the whole text wide."""
    return f"{('Ann', 'Ben')[number % 2]} Lee: {line(12)} {'🙂' if number == 5 else ''}"


def by_strangers() -> Iterator[str]:
    """A text in which no name comes twice."""
    number = 0
    while True:
        number += 1
        name = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        yield f"{name.capitalize()} Lee{name}: {line(12)}.\n\n"


def rolling() -> Iterator[str]:
    """YouTube's automatic captions."""
    yield "WEBVTT\nKind: captions\nLanguage: en\n\n"
    above, begun = "", 0
    while True:
        said = random.choices(WORDS, k=6)
        tags = "".join(
            f"<{clock(begun + 300 * n, '.')}><c> {word}</c>" for n, word in enumerate(said[1:], start=1)
        )
        times = [clock(begun + past, ".") for past in (0, 2990, 3000)]
        yield f"{times[0]} --> {times[1]} align:start position:0%\n{above or ' '}\n{said[0]}{tags}\n\n"
        above = " ".join(said)
        yield f"{times[1]} --> {times[2]} align:start position:0%\n{above}\n \n\n"
        begun += 3000


FILES: dict[str, Callable[[], Iterator[str]]] = {
    "two lines a cue.srt": lambda: srt(two_lines),
    "one word a cue.srt": lambda: srt(lambda _: random.choice(WORDS)),
    "names and an emoji.srt": lambda: srt(named),
    "rolling.vtt": rolling,
    "a name for each turn.txt": by_strangers,
    "one long text.txt": lambda: iter(lambda: line(12) + ". ", None),
}


def make(path: Path, parts: Iterator[str], size: float) -> None:
    """Write a file of this many bytes."""
    random.seed(1)
    written = 0
    with path.open("w", encoding="utf-8") as file:
        while written < size:
            written += file.write(next(parts))


def measure(path: str) -> None:
    """Read one file, in this process, and say what it took."""
    data = Path(path).read_bytes()
    began = time.process_time()
    try:
        transcript = read(data, path)
    except InputError as error:  # more rows than are read
        print(f"{Path(path).name:24} {len(data) / MEGABYTE:6.1f} MB refused: {error}")
        return
    took = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    size = len(data) / MEGABYTE
    print(
        f"{Path(path).name:24} {size:6.1f} MB {took:7.1f} s {took / size:7.3f} s/MB "
        f"peak {peak / len(data):5.1f} x  {transcript.words:10,} words"
    )


def main() -> None:
    """Make and measure the files."""
    if len(sys.argv) > 1 and not sys.argv[1].replace(".", "").isdigit():
        measure(sys.argv[1])
        return
    largest = float(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as folder:
        for name, parts in FILES.items():
            for share in SIZES:
                path = Path(folder, name)
                make(path, parts(), largest * share * MEGABYTE)
                subprocess.run([sys.executable, __file__, str(path)], check=True)


if __name__ == "__main__":
    main()
