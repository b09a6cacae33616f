"""What is dropped for a result: a sidecar whose transcript is cleaned already, or edits saved in a review.

The result is made again under it. No request is made for it. What a sidecar asks of the cleaning itself (a
glossary, a style, a language) is said in the log and holds when the result is redone: the sidecar is the
result's own from here on. Edits are taken as far as they fit; the log and summary.json name the others. What
can't be used stays in the inbox, and the log and `status` say why.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from daemon.delivery.amending.edits_file import MOST_BYTES, read_edits
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.delivery.outbox.replacement import amend_result, make_result_again
from daemon.errors import InputError, ResultBusyError, ServiceError, UsageError
from daemon.intake.inbox import Candidate, Inbox, is_edits_name, is_unchanged
from daemon.intake.redo_mark import read_redo_mark
from daemon.settings import sidecar
from daemon.settings.config import Root, keep_corrections
from daemon.system.disk_faults import LONGEST_PROBE_SECONDS, PROBE_SECONDS, job_fault
from daemon.system.file_names import name_for_shell, shown
from daemon.system.files import Folder
from daemon.system.open_file import is_being_written
from daemon.system.paths import open_below

log = logging.getLogger(__name__)

_Key = tuple[str, tuple[int, int, int, int]]
_MOST_TOLD = 20  # edits of a file that don't fit, in the log
_LONGEST_SECONDS = 3600.0  # at most, before one whose result is away or damaged is tried again
_BUSY_SECONDS = 1.0  # before a file whose time has not come is looked at again


@dataclass(frozen=True, slots=True)
class _PutOff:
    """A file that could not be used now: until when (monotonic seconds), how often so far, and why.

    `why` is "" where nothing went wrong: its time has only not come yet.
    """

    until: float
    tries: int
    why: str


class LateSidecars:
    """The sidecars of one inbox that wait without their transcripts, and the edits of results.

    One that has a mistake is tried once as it is, one that its result doesn't take ever less often.
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
        self._put_off: dict[_Key, _PutOff] = {}
        self._under_way: set[_Key] = set()
        self._unsettled = False

    @property
    def unused(self) -> dict[str, str]:
        """Why sidecars and edits can't be used as they are, by their paths inside inbox."""
        put_off = {path: each.why for (path, _), each in list(self._put_off.items()) if each.why}
        return put_off | {path: why for (path, _), why in list(self._tried.items()) if why}

    @property
    def quiet(self) -> bool:
        """Whether nothing is to be done about any of them, as far as the last look could tell."""
        return not self._under_way and not self._unsettled

    def look(self, inbox: Inbox, in_work: Iterable[str], root: Root) -> None:
        """Begin to use those that have settled; `in_work` are the paths inside inbox of the open jobs."""
        self._unsettled = False
        stems: set[str] | None = None
        lone = {(one.path, one.identity): (one, settled) for one, settled in inbox.list_files_for_results()}
        if not self._under_way:
            self._tried = {key: why for key, why in self._tried.items() if key in lone}
            self._put_off = {key: each for key, each in self._put_off.items() if key in lone}
        for key, (candidate, settled) in lone.items():
            if key in self._tried or not candidate.size:
                continue
            if not settled:
                self._unsettled = True
                continue
            put_off = self._put_off.get(key)
            if put_off is not None and time.monotonic() < put_off.until:
                self._unsettled = self._unsettled or not put_off.why
                continue
            stems = {sidecar.stem_of(path) for path in in_work} if stems is None else stems
            if not _is_edits(candidate) and sidecar.stem_of(candidate.path) in stems:
                continue  # it is used when that is delivered
            self._tried[key] = ""
            self._under_way.add(key)
            self._submit(partial(self._try_sidecar, key, inbox.path, candidate, root))

    def _try_sidecar(self, key: _Key, inbox_path: str, candidate: Candidate, root: Root) -> None:
        """Use one file, sidecar or edits; where that fails, keep why, and try again what may yet go well."""
        use = self._use_edits if _is_edits(candidate) else self._use_sidecar
        try:
            if use(inbox_path, candidate, root):
                self._put_off.pop(key, None)
            else:
                self._try_later(key, "")
        except ResultBusyError:
            self._try_later(key, "")
        except UsageError as error:  # of the result, which may come, come back or be mended
            self._try_later(key, f"it can't be used: {error}", _LONGEST_SECONDS)
        except InputError as error:
            log.warning("unused name=%r %s", shown(candidate.path), error)
            self._tried[key] = f"it can't be used: {error}"
        except ServiceError as error:
            self._try_later(key, f"it can't be used for now, and is tried again by itself: {error}")
        except OSError as error:
            self._try_later(key, f"it can't be used for now. {job_fault(error)}")
        except Exception:
            self._tried[key] = "it can't be used: a bug stopped that; the log says where"
            raise
        finally:
            self._under_way.discard(key)

    def _try_later(self, key: _Key, why: str, longest: float = LONGEST_PROBE_SECONDS) -> None:
        """Try a file again after a while, at most `longest` seconds, which the waits grow to.

        `why` it went wrong is logged once; it is "" where it did not.
        """
        before = self._put_off.get(key)
        tries = before.tries + 1 if before is not None and why else 0
        wait = min(longest, PROBE_SECONDS * 2.0 ** min(tries, 10)) if why else _BUSY_SECONDS
        if why and (before is None or before.why != why):
            log.warning("unused name=%r %s", shown(key[0]), why)
        self._put_off[key] = _PutOff(time.monotonic() + wait, tries, why)
        self._tried.pop(key, None)

    def _use_edits(self, inbox_path: str, candidate: Candidate, root: Root) -> bool:
        """Take edits into the result that they are of; False to try it again later."""
        where, name = os.path.split(candidate.path)
        with open_below(inbox_path, where) as folder:
            data = _read_settled(folder, name, candidate, MOST_BYTES)
            if data is None:
                return False
            edits, _ = read_edits(data)
            path = os.path.join(self._outbox.path, self._outbox.find_edited(edits.source, edits.text_id))
            done = amend_result(self._outbox, path, data, partial(keep_corrections, root))
            log.info("amended path=%r name=%r edits=%d", shown(path), shown(candidate.path), done.taken)
            _log_unfit(candidate, done.unfit_places)
            _remove_used(folder, name, candidate)
        self._made_again(path)
        return True

    def _use_sidecar(self, inbox_path: str, candidate: Candidate, root: Root) -> bool:
        """Make the result of a sidecar's transcript again, if there is one; False to try it again later."""
        found = self._outbox.find_newest(candidate.path)
        if found is None:
            return True
        path, source = os.path.join(self._outbox.path, found[0]), found[1]
        where, name = os.path.split(candidate.path)
        with open_below(inbox_path, where) as folder:
            if read_redo_mark(folder, os.path.basename(source)).redo_of:
                return False  # its transcript is on its way back: it belongs to that
            data = _read_settled(folder, name, candidate, sidecar.MOST_BYTES)
            if data is None:
                return False
            text = sidecar.decode_sidecar(data)
            done = make_result_again(self._outbox, path, root.config.find_profile, text)
            log.info("rendered path=%r name=%r", shown(path), shown(candidate.path))
            _log_unmet(candidate, done.unmet, name_for_shell(path, shown(found[0])))
            _remove_used(folder, name, candidate)
        self._made_again(path)
        return True


def _log_unfit(candidate: Candidate, sentences: Sequence[str]) -> None:
    """Say which edits of a file could not be taken, and why; their words stand in summary.json alone."""
    for sentence in sentences[:_MOST_TOLD]:
        log.warning("unfit name=%r %s", shown(candidate.path), shown(sentence))
    if len(sentences) > _MOST_TOLD:
        untold = len(sentences) - _MOST_TOLD
        log.warning("unfit name=%r %d more, which summary.json lists", shown(candidate.path), untold)


def _log_unmet(candidate: Candidate, keys: Sequence[str], result: str) -> None:
    """Say which keys of a sidecar only hold once the result, as a shell names it, is cleaned again."""
    if keys:
        log.warning(
            "unmet name=%r what it says of %s needs another cleaning; to have it, run: transcriptd redo %s",
            shown(candidate.path),
            ", ".join(keys),
            result,
        )


def _remove_used(folder: Folder, name: str, candidate: Candidate) -> None:
    """Remove a file that was used, unless another lies there by now."""
    if is_unchanged(folder, name, candidate):
        folder.unlink(name)
        folder.fsync()


def _is_edits(candidate: Candidate) -> bool:
    return is_edits_name(os.path.basename(candidate.path))


def _read_settled(folder: Folder, name: str, candidate: Candidate, most: int) -> bytes | None:
    """The first bytes of a file, one more than `most`; None where it changed or somebody writes to it."""
    if not is_unchanged(folder, name, candidate):
        return None
    with open(folder.open(name), "rb") as file:
        if is_being_written(file.fileno()):
            return None
        return file.read(most + 1)
