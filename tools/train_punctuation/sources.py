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
    """A repository of texts: the folders that are read, the files' ending, and how one becomes turns."""

    name: str
    address: str
    commit: str
    licence: str
    folders: tuple[str, ...]
    ending: str
    read_turns: Callable[[str], list[str]]


SOURCES = (
    Source(
        name="wh-briefings",
        address="https://github.com/brian14708/wh-briefings",
        commit="737ca03a271adc205c67766074ec8d0070f7ad95",
        licence="CC0 1.0; briefings, remarks and statements of the White House, works of the US government",
        folders=(
            "press-briefings",
            "speeches-remarks",
            "remarks",
            "statements-releases",
            "briefings-statements",
        ),
        ending=".md",
        read_turns=read_page,
    ),
    Source(
        name="congressional_hearings",
        address="https://github.com/ihmc/congressional_hearings",
        commit="9bdf3d2ac594e88b451c4e95e06c01e30c9a468d",
        licence="public domain; hearings of the Congress as the US Government Printing Office prints them",
        folders=("data/CongressionalHearings",),
        ending=".htm",
        read_turns=read_hearing,
    ),
)


def read_source(source: Source, clones: Path) -> Iterator[tuple[str, list[str]]]:
    """The path and the turns of each of a source's texts, in the order of their paths.

    Raises FileNotFoundError where its clone is missing, CalledProcessError where that has not the commit.
    """
    clone = clones / source.name
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
