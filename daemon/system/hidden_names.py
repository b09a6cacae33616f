"""The names under which this program hides files and folders of its own until they are whole.

    .<job id>~talk.srt.claimed      talk.srt on its way out of the inbox into its job
    .<job id>.claimed               the same where its name is too long for that, and of version 0.1.0
    .<job id>.beside.srt.claimed    the same for a file that came with it
    .<job id>.returned              a copy on its way from a job back into the inbox
    .redo-<process id>.<number>     a copy on its way from a result back into the inbox
    .again-<hash of a file's name>  beside a file of that name: a person asked for it to be cleaned again
    .<job id>.partial               a result in the outbox that is being built
    .render-<process id>            a result that is being made again, or that has just been replaced
    .tmp-<process id>-<number>      a file that is being written

Whoever builds such a name builds it here, and whoever sweeps what an interruption left asks here whose
it is. A name that is not exactly of one of these forms is somebody else's and is never touched.
"""

from __future__ import annotations

import enum
import re

from msgspec import Struct

_JOB_ID = r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}"
_PROCESS_ID = r"[0-9]+"
_NAME_HASH = r"[0-9a-f]{16}"


class Use(enum.Enum):
    """What a name is hidden for."""

    CLAIMED = enum.auto()
    RETURNED = enum.auto()
    REDO = enum.auto()
    AGAIN = enum.auto()
    PARTIAL = enum.auto()
    RENDER = enum.auto()
    TEMPORARY = enum.auto()


_FORMS = {
    Use.CLAIMED: ".{owner}{detail}.claimed",
    Use.RETURNED: ".{owner}.returned",
    Use.REDO: ".redo-{owner}{detail}",
    Use.AGAIN: ".again-{owner}",
    Use.PARTIAL: ".{owner}.partial",
    Use.RENDER: ".render-{owner}",
    Use.TEMPORARY: ".tmp-{owner}{detail}",
}
_PATTERNS = {
    Use.CLAIMED: re.compile(rf"\.({_JOB_ID})((?:\.beside(?:\.[a-z0-9]+)?)?|~.+)\.claimed", re.DOTALL),
    Use.RETURNED: re.compile(rf"\.({_JOB_ID})()\.returned"),
    Use.REDO: re.compile(rf"\.redo-({_PROCESS_ID})((?:\.[^.]*)?)"),  # version 0.1.0 put an extension there
    Use.AGAIN: re.compile(rf"\.again-({_NAME_HASH})()"),
    Use.PARTIAL: re.compile(rf"\.({_JOB_ID})()\.partial"),
    Use.RENDER: re.compile(rf"\.render-({_PROCESS_ID})()"),
    Use.TEMPORARY: re.compile(rf"\.tmp-({_PROCESS_ID})(-[0-9]+)"),
}


class HiddenName(Struct, frozen=True):
    """A hidden name, taken apart.

    `owner` is the id of a job; for REDO, RENDER and TEMPORARY the number of a process, for AGAIN
    the hash of a name.
    `detail` tells several names of one owner apart: "~talk.srt" or ".beside.srt" for CLAIMED, "-3" for
    TEMPORARY.
    """

    use: Use
    owner: str
    detail: str = ""

    def build(self) -> str:
        """The name as it stands on disk."""
        return _FORMS[self.use].format(owner=self.owner, detail=self.detail)

    @classmethod
    def claim(cls, job_id: str, name: str) -> HiddenName:
        """What a file of this name is hidden as while it is claimed for a job."""
        return cls(Use.CLAIMED, job_id, f"~{name}")

    @property
    def claimed_name(self) -> str | None:
        """The name under which a claimed file was dropped, None where that is not known."""
        return self.detail[1:] if self.detail.startswith("~") else None

    @classmethod
    def parse(cls, name: str) -> HiddenName | None:
        """The inverse of `build`; None where the name is not of this program."""
        for use, pattern in _PATTERNS.items():
            found = pattern.fullmatch(name)
            if found is not None:
                return cls(use, found[1], found[2])
        return None
