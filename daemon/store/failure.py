"""Why a job can't go on: FAILED, which people read, and a marker beside it that tells what may help."""

from __future__ import annotations

from daemon.system.disk_faults import tells_nothing
from daemon.system.files import Folder

FAILED = "FAILED"
# Beside FAILED; without it they say nothing.
MODEL_RETIRED = "MODEL_RETIRED"  # the model the job was planned for is not to be had any more
MODEL_UNFIT = "MODEL_UNFIT"  # the model is not up to it; left after a retry, it was said once
DISK_FAULT = "DISK_FAULT"  # a disk or share was why; it is tried again by itself
NO_MEMORY = "NO_MEMORY"  # there was too little memory, with nothing asked; it is tried again by itself

# Version 0.1.0 had no MODEL_RETIRED; a FAILED that it left says the same by this line.
_RETIRED_IN_0_1_0 = b"\nThe retry will finish it under the settings that config.yaml has then.\n"


class Failure:
    """The failure of one job, as its folder shows it; `name` is what names the job in a command.

    Whatever marks it raises OSError where that can't be written. The finished chunks stay.
    """

    def __init__(self, folder: Folder, name: str) -> None:
        self._folder = folder
        self._name = name

    def find_reason(self) -> str | None:
        """Why the job failed, in one line; None where it did not."""
        try:
            data = self._folder.read(FAILED)
        except OSError:
            return None
        return data.decode("utf-8", "replace").split("\n", 1)[0]

    @property
    def is_of_model(self) -> bool:
        """Whether another model would help: its own is not to be had any more, or not up to it.

        Raises OSError while the disk can't tell.
        """
        try:
            told = self._folder.read(FAILED)
        except OSError as error:
            if tells_nothing(error):
                raise
            return False
        return self._folder.has(MODEL_RETIRED) or self.model_was_judged or _RETIRED_IN_0_1_0 in told

    @property
    def may_be_over(self) -> bool:
        """Whether a disk or too little memory was why, which may be as it should be by now."""
        return any(map(self._folder.has, (DISK_FAULT, NO_MEMORY))) and self._folder.has(FAILED)

    @property
    def model_was_judged(self) -> bool:
        """Whether its model was found not to be up to it, if only before a person went on all the same."""
        return self._folder.has(MODEL_UNFIT)

    def mark(self, reason: str) -> None:
        """Mark the job as one that can't go on until a person acts."""
        self._folder.unlink(MODEL_RETIRED)
        self._forget_what_passed()
        self._write(reason, "To try again, delete this file or run")

    def mark_passing(self, reason: str, marker: str) -> None:
        """Mark the job as one that DISK_FAULT or NO_MEMORY stops for now; it is tried again by itself."""
        self._folder.unlink(MODEL_RETIRED)
        self._folder.write(marker, b"")  # first: without FAILED it says nothing
        self._write(reason, "It is tried again by itself. To try at once, delete this file or run")

    def mark_by_model(self, reason: str, marker: str = MODEL_RETIRED) -> None:
        """Mark the job as one whose model is not to be had any more, or (MODEL_UNFIT) not up to it."""
        self._forget_what_passed()
        self._folder.write(marker, b"")  # first: without FAILED it says nothing
        self._write(reason, "To finish it under the settings that config.yaml has by then, run")

    def clear(self) -> None:
        """Let the job go on. MODEL_UNFIT stays: it is said once."""
        for marker in (FAILED, MODEL_RETIRED, DISK_FAULT, NO_MEMORY):
            self._folder.unlink(marker)

    def _forget_what_passed(self) -> None:
        """Remove what is left where a person deleted the FAILED beside it."""
        for marker in (DISK_FAULT, NO_MEMORY):
            self._folder.unlink(marker)

    def _write(self, reason: str, way_on: str) -> None:
        text = f"{reason}\n\n{way_on}: transcriptd retry {self._name}\n"
        self._folder.write(FAILED, text.encode("utf-8", "replace"))
