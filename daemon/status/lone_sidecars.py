"""Why a sidecar without its transcript, or a file of edits, waits in the inbox: for who waits for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.errors import InputError, ServiceError, UsageError, say_error
from daemon.intake.inbox import is_edits_name
from daemon.settings.sidecar import decode_sidecar, parse_sidecar, stem_of
from daemon.system.paths import open_below

_MOST_BYTES = 20 << 20  # more than any such file may have
_SHUT_OUTBOX = "the outbox can't be looked into, where the result may lie that it is for"


def explain_lone_sidecars(
    outbox: Outbox, in_work: Iterable[str], unused: Mapping[str, str], inbox: str | None = None
) -> Callable[[str], str]:
    """What tells of a sidecar, or of edits, by its path inside inbox, why it is not used yet or can't be.

    `in_work` are the paths inside inbox of the open jobs; `unused` are the reasons that the daemon found.
    With the path of the `inbox`, what no daemon has tried is looked into.
    """
    stems = set(map(stem_of, in_work))

    def explain(path: str) -> str:
        if path in unused:
            return unused[path]
        if is_edits_name(os.path.basename(path)):
            if inbox is not None and (why := _find_fault(inbox, path, partial(_try_edits, outbox))):
                return why
            return "it is taken into the result that it is of by itself, where a daemon runs"
        if stem_of(path) in stems:
            return "its transcript is in work; the result is made again under it when that is delivered"
        try:
            if outbox.find_newest(path) is not None:
                if inbox is not None and (why := _find_fault(inbox, path, _try_sidecar)):
                    return why
                return "it came after its transcript was cleaned; the result is made again under it by itself"
        except (ServiceError, OSError):
            return _SHUT_OUTBOX
        return "no transcript of its name lies beside it or was cleaned; drop that, or take this away"

    return explain


def _find_fault(inbox: str, path: str, try_it: Callable[[bytes], None]) -> str | None:
    """Why a file in the inbox can't be used as it is; None where it can, as far as a look tells."""
    where, name = os.path.split(path)
    try:
        with open_below(inbox, where) as folder, open(folder.open(name), "rb") as file:
            data = file.read(_MOST_BYTES)
        try_it(data)
    except (UsageError, InputError) as error:
        return f"it can't be used: {error}"
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"it can't be read ({say_error(error)}); give the daemon's user the rights"
    except ServiceError:
        return _SHUT_OUTBOX
    return None


def _try_edits(outbox: Outbox, data: bytes) -> None:
    """Raise UsageError where these are no edits, or those of no result that is there."""
    from daemon.delivery.amending.edits_file import read_edits  # not above: hardly ever does one lie there

    edits, _ = read_edits(data)
    outbox.find_edited(edits.source, edits.text_id)


def _try_sidecar(data: bytes) -> None:
    """Raise InputError where this is no sidecar."""
    parse_sidecar(decode_sidecar(data))
