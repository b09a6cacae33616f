"""One thing that `check` looked at, as it is told."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.errors import EXIT_OK


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend` says what to do; `exit_code` what a start would come to."""

    text: str
    mend: str = ""
    exit_code: int = EXIT_OK

    def __str__(self) -> str:
        if not self.mend:
            return f"ok    {self.text}"
        mark = "note" if self.exit_code == EXIT_OK else "BAD "
        return f"{mark}  {self.text}\n      {self.mend}"
