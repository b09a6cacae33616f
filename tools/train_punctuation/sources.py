"""Which texts are trained on, where they come from, under what licence, and at which commit."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.train_punctuation.hearings import read_hearing
from tools.train_punctuation.white_house import read_page


@dataclass(frozen=True)
class Source:
    """Texts of a repository: the folders that are read, the files' ending, and how one becomes turns.

    `clone` is the name of the folder with its clone; `times` is how often the texts are seen in a round: what
    was said without a script is closer to captions than what was written.
    """

    name: str
    clone: str
    times: int
    address: str
    commit: str
    licence: str
    folders: tuple[str, ...]
    ending: str
    read_turns: Callable[[str], list[str]]


_WHITE_HOUSE = "https://github.com/brian14708/wh-briefings"
_WHITE_HOUSE_COMMIT = "737ca03a271adc205c67766074ec8d0070f7ad95"

SOURCES = (
    Source(
        name="White House, spoken",
        clone="wh-briefings",
        times=2,
        address=_WHITE_HOUSE,
        commit=_WHITE_HOUSE_COMMIT,
        licence="CC0 1.0; briefings and remarks of the White House, works of the US government",
        folders=("press-briefings", "speeches-remarks", "remarks", "briefings-statements"),
        ending=".md",
        read_turns=read_page,
    ),
    Source(
        name="hearings of the Congress",
        clone="congressional_hearings",
        times=3,
        address="https://github.com/ihmc/congressional_hearings",
        commit="9bdf3d2ac594e88b451c4e95e06c01e30c9a468d",
        licence="public domain; hearings of the Congress as the US Government Printing Office prints them",
        folders=("data/CongressionalHearings",),
        ending=".htm",
        read_turns=read_hearing,
    ),
    Source(
        name="White House, written",
        clone="wh-briefings",
        times=1,
        address=_WHITE_HOUSE,
        commit=_WHITE_HOUSE_COMMIT,
        licence="CC0 1.0; statements and releases of the White House, works of the US government",
        folders=("statements-releases",),
        ending=".md",
        read_turns=read_page,
    ),
)


def read_source(source: Source, clones: Path) -> Iterator[tuple[str, list[str]]]:
    """The path and the turns of each of a source's texts, in the order of their paths.

    Raises FileNotFoundError where its clone is missing, CalledProcessError where that has not the commit.
    """
    clone = clones / source.clone
    if not clone.is_dir():
        raise FileNotFoundError(f"no clone of {source.address} in {clone}")
    command = ["git", "-C", str(clone), "archive", "--format=tar", source.commit, *source.folders]
    archive = subprocess.run(command, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        members = {member.name: member for member in files if member.name.endswith(source.ending)}
        for path in sorted(members):
            content = files.extractfile(members[path])
            if content is not None:
                yield path, source.read_turns(content.read().decode("utf-8", "replace"))
