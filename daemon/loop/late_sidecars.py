"""A sidecar that is dropped when its transcript is cleaned already: the result is made again under it.

No request is made for it. What it asks of the cleaning itself (a glossary, a style, a language) is said in
the log and holds when the result is redone: the sidecar is the result's own from here on. One that can't be
used stays in the inbox, and the log and `status` say why.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from functools import partial

from daemon.delivery.outbox import Outbox
from daemon.delivery.replacement import make_result_again
from daemon.errors import InputError, ServiceError, UsageError
from daemon.intake.inbox import Candidate, Inbox, being_written, unchanged
from daemon.intake.redo_mark import read_redo_mark
from daemon.settings import sidecar
from daemon.settings.profile import Profile
from daemon.system.file_names import shown
from daemon.system.files import Folder, below

log = logging.getLogger(__name__)

_Key = tuple[str, tuple[int, int, int, int]]


class LateSidecars:
    """The sidecars of one inbox that wait without their transcripts; each is tried once as it is.

    `submit` has a step carried out away from the loop; `made_again` is told the path of each result.
    """

    def __init__(
        self,
        outbox: Outbox,
        submit: Callable[[Callable[[], None]], None],
        made_again: Callable[[str], None],
    ) -> None:
        self._outbox = outbox
        self._submit = submit
        self._made_again = made_again
        self._tried: dict[_Key, str] = {}
        self._under_way: set[_Key] = set()
        self._unsettled = False

    @property
    def unused(self) -> dict[str, str]:
        """Why sidecars can't be used as they are, by their paths inside inbox."""
        return {path: why for (path, _), why in list(self._tried.items()) if why}

    @property
    def quiet(self) -> bool:
        """Whether nothing is to be done about any of them, as far as the last look could tell."""
        return not self._under_way and not self._unsettled

    def look(self, inbox: Inbox, in_work: Iterable[str], shaping: Callable[[str], Profile]) -> None:
        """Begin to use those that have settled; `in_work` are the paths inside inbox of the open jobs."""
        self._unsettled = False
        stems: set[str] | None = None
        lone = {(one.path, one.identity): (one, settled) for one, settled in inbox.lone_sidecars()}
        if not self._under_way:
            self._tried = {key: why for key, why in self._tried.items() if key in lone}
        for key, (candidate, settled) in lone.items():
            if key in self._tried or not candidate.size:
                continue
            if not settled:
                self._unsettled = True
                continue
            stems = {_stem_of(path) for path in in_work} if stems is None else stems
            if _stem_of(candidate.path) in stems:  # it is used when that is delivered
                continue
            self._tried[key] = ""
            self._under_way.add(key)
            self._submit(partial(self._try, key, inbox.path, candidate, shaping))

    def _try(
        self, key: _Key, inbox_path: str, candidate: Candidate, shaping: Callable[[str], Profile]
    ) -> None:
        try:
            if not self._use(inbox_path, candidate, shaping):
                self._tried.pop(key, None)
        except (UsageError, InputError) as error:
            log.warning("unused name=%r %s", shown(candidate.path), error)
            self._tried[key] = f"it can't be used: {error}"
        except (ServiceError, OSError) as error:
            log.warning("unused name=%r for now (%s)", shown(candidate.path), error)
            self._tried.pop(key, None)
        finally:
            self._under_way.discard(key)

    def _use(self, inbox_path: str, candidate: Candidate, shaping: Callable[[str], Profile]) -> bool:
        """Make the result of a sidecar's transcript again, if there is one; False to try it again later."""
        found = self._outbox.find_newest(candidate.path)
        if found is None:
            return True
        path, source = os.path.join(self._outbox.path, found[0]), found[1]
        where, name = os.path.split(candidate.path)
        with below(inbox_path, where) as folder:
            if read_redo_mark(folder, os.path.basename(source)):
                return False  # its transcript is on its way back: it belongs to that
            text = _read_settled(folder, name, candidate)
            if text is None:
                return False
            done = make_result_again(self._outbox, path, shaping, text)
            log.info("rendered path=%r name=%r", shown(path), shown(candidate.path))
            if done.unmet:
                log.warning(
                    "unmet name=%r what it says of %s takes a cleaning; to have it, run: transcriptd redo %s",
                    shown(candidate.path),
                    ", ".join(done.unmet),
                    shown(path),
                )
            if unchanged(folder, name, candidate):
                folder.unlink(name)
                folder.fsync()
        self._made_again(path)
        return True


def _read_settled(folder: Folder, name: str, candidate: Candidate) -> str | None:
    """The text of a sidecar; None where it has changed since or somebody writes to it."""
    if not unchanged(folder, name, candidate):
        return None
    with open(folder.open(name), "rb") as file:
        if being_written(file.fileno()):
            return None
        return file.read(sidecar.MOST_BYTES + 1).decode("utf-8", "replace")


def _stem_of(path: str) -> str:
    return os.path.splitext(path)[0]
