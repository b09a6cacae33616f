"""Why a sidecar without its transcript, or a file of edits, lies in the inbox: for people who wait for it."""

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


def explain_lone_sidecar(
    outbox: Outbox,
    in_work: Iterable[str],
    unused: Mapping[str, str],
    path: str,
    *,
    inbox: str | None = None,
) -> str:
    """Why a sidecar, or a file of edits, at this path inside inbox is not used yet or can't be.

    `in_work` are the paths inside inbox of the open jobs; `unused` are the reasons that the daemon found.
    With the path of the `inbox`, what no daemon has tried is looked into.
    """
    if path in unused:
        return unused[path]
    if is_edits_name(os.path.basename(path)):
        fault = _find_fault(inbox, path, partial(_try_edits, outbox))
        return fault or "it is taken into the result that it is of by itself, where a daemon runs"
    if stem_of(path) in map(stem_of, in_work):
        return "its transcript is in work; the result is made again under it when that is delivered"
    try:
        has_result = outbox.find_newest(path) is not None
    except (ServiceError, OSError):
        return _SHUT_OUTBOX
    if not has_result:
        return "no transcript of its name lies beside it or was cleaned; drop that, or take this away"
    fault = _find_fault(inbox, path, _try_sidecar)
    return fault or "it came after its transcript was cleaned; the result is made again under it by itself"


def _find_fault(inbox: str | None, path: str, try_it: Callable[[bytes], None]) -> str | None:
    """Why a file in the inbox can't be used as it is; None where it can, as far as a look (or none) tells."""
    if inbox is None:
        return None
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
