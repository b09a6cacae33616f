"""What is dropped for a result: a sidecar whose transcript is cleaned already, or edits saved in a review.

The result is made again under it. No request is made for it. What a sidecar asks of the cleaning itself (a
glossary, a style, a language) is said in the log and holds when the result is redone: the sidecar is the
result's own from here on. Edits are taken as far as they fit; the log and summary.json name the others. What
can't be used stays in the inbox, and the log and `status` say why.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from functools import partial

from daemon.delivery.amending.edits_file import MOST_BYTES, EditsFile, read_edits
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.delivery.outbox.replacement import amend_result, make_result_again
from daemon.errors import InputError, ServiceError, UsageError
from daemon.intake.inbox import Candidate, Inbox, being_written, is_edits_name, is_unchanged
from daemon.intake.redo_mark import read_redo_mark
from daemon.settings import sidecar
from daemon.settings.config import Root, keep_correction
from daemon.system.file_names import name_for_shell, shown
from daemon.system.files import Folder
from daemon.system.paths import open_below

log = logging.getLogger(__name__)

_Key = tuple[str, tuple[int, int, int, int]]


class LateSidecars:
    """The sidecars of one inbox that wait without their transcripts, and edits; each is tried once as it is.

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
        """Why sidecars and edits can't be used as they are, by their paths inside inbox."""
        return {path: why for (path, _), why in list(self._tried.items()) if why}

    @property
    def quiet(self) -> bool:
        """Whether nothing is to be done about any of them, as far as the last look could tell."""
        return not self._under_way and not self._unsettled

    def look(self, inbox: Inbox, in_work: Iterable[str], root: Root) -> None:
        """Begin to use those that have settled; `in_work` are the paths inside inbox of the open jobs."""
        self._unsettled = False
        stems: set[str] | None = None
        lone = {(one.path, one.identity): (one, settled) for one, settled in inbox.files_for_results()}
        if not self._under_way:
            self._tried = {key: why for key, why in self._tried.items() if key in lone}
        for key, (candidate, settled) in lone.items():
            if key in self._tried or not candidate.size:
                continue
            if not settled:
                self._unsettled = True
                continue
            stems = {sidecar.stem_of(path) for path in in_work} if stems is None else stems
            if not _is_edits(candidate) and sidecar.stem_of(candidate.path) in stems:
                continue  # it is used when that is delivered
            self._tried[key] = ""
            self._under_way.add(key)
            self._submit(partial(self._try_sidecar, key, inbox.path, candidate, root))

    def _try_sidecar(self, key: _Key, inbox_path: str, candidate: Candidate, root: Root) -> None:
        use = self._use_edits if _is_edits(candidate) else self._use_sidecar
        try:
            if not use(inbox_path, candidate, root):
                self._tried.pop(key, None)
        except (UsageError, InputError) as error:
            log.warning("unused name=%r %s", shown(candidate.path), error)
            self._tried[key] = f"it can't be used: {error}"
        except (ServiceError, OSError) as error:
            log.warning("unused name=%r for now (%s)", shown(candidate.path), error)
            self._tried.pop(key, None)
        finally:
            self._under_way.discard(key)

    def _use_edits(self, inbox_path: str, candidate: Candidate, root: Root) -> bool:
        """Take edits into the result that they are of; False to try it again later."""
        where, name = os.path.split(candidate.path)
        with open_below(inbox_path, where) as folder:
            data = _read_settled(folder, name, candidate, MOST_BYTES)
            if data is None:
                return False
            edits, _ = read_edits(data)
            path = self._find_result(edits)
            done = amend_result(self._outbox, path, data, partial(keep_correction, root))
            log.info("amended path=%r name=%r edits=%d", shown(path), shown(candidate.path), done.taken)
            for sentence in done.unfit:
                log.warning("unfit name=%r %s", shown(candidate.path), shown(sentence))
            if is_unchanged(folder, name, candidate):
                folder.unlink(name)
                folder.fsync()
        self._made_again(path)
        return True

    def _find_result(self, edits: EditsFile) -> str:
        """The folder of the result that edits are of; raises UsageError where there is none."""
        found = [
            (str(summary.get("finished_at")), os.path.join(self._outbox.path, path))
            for path, summary in self._outbox.find_results(edits.source)
            if summary.get("text_id") == edits.text_id
        ]
        if not found:
            raise UsageError(
                "The result that these edits are of is not in the outbox, or not under its name.",
                "Name it in: transcriptd amend RESULT EDITS",
            )
        return max(found)[1]

    def _use_sidecar(self, inbox_path: str, candidate: Candidate, root: Root) -> bool:
        """Make the result of a sidecar's transcript again, if there is one; False to try it again later."""
        found = self._outbox.find_newest(candidate.path)
        if found is None:
            return True
        path, source = os.path.join(self._outbox.path, found[0]), found[1]
        where, name = os.path.split(candidate.path)
        with open_below(inbox_path, where) as folder:
            if read_redo_mark(folder, os.path.basename(source)):
                return False  # its transcript is on its way back: it belongs to that
            data = _read_settled(folder, name, candidate, sidecar.MOST_BYTES)
            if data is None:
                return False
            text = sidecar.decode_sidecar(data)
            done = make_result_again(self._outbox, path, root.config.find_profile, text)
            log.info("rendered path=%r name=%r", shown(path), shown(candidate.path))
            if done.unmet:
                log.warning(
                    "unmet name=%r what it says of %s takes a cleaning; to have it, run: transcriptd redo %s",
                    shown(candidate.path),
                    ", ".join(done.unmet),
                    name_for_shell(path, shown(found[0])),
                )
            if is_unchanged(folder, name, candidate):
                folder.unlink(name)
                folder.fsync()
        self._made_again(path)
        return True


def _is_edits(candidate: Candidate) -> bool:
    return is_edits_name(os.path.basename(candidate.path))


def _read_settled(folder: Folder, name: str, candidate: Candidate, most: int) -> bytes | None:
    """The bytes of a file, no more than one over so many; None where it changed or somebody writes to it."""
    if not is_unchanged(folder, name, candidate):
        return None
    with open(folder.open(name), "rb") as file:
        if being_written(file.fileno()):
            return None
        return file.read(most + 1)
