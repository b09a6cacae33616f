"""Why a sidecar without its transcript, or a file of edits, waits in the inbox: for who waits for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.errors import ServiceError
from daemon.intake.inbox import is_edits_name
from daemon.settings.sidecar import stem_of


def explain_lone_sidecars(
    outbox: Outbox, in_work: Iterable[str], unused: Mapping[str, str]
) -> Callable[[str], str]:
    """What tells of a sidecar, or of edits, by its path inside inbox, why it is not used yet or can't be.

    `in_work` are the paths inside inbox of the open jobs; `unused` are the reasons that the daemon found.
    """
    stems = set(map(stem_of, in_work))

    def explain(path: str) -> str:
        if path in unused:
            return unused[path]
        if is_edits_name(os.path.basename(path)):
            return "it is taken into the result that it is of by itself, where a daemon runs"
        if stem_of(path) in stems:
            return "its transcript is in work; the result is made again under it when that is delivered"
        try:
            if outbox.find_newest(path) is not None:
                return "it came after its transcript was cleaned; the result is made again under it by itself"
        except (ServiceError, OSError):
            return "the outbox can't be looked into, where the result may lie that it is for"
        return "no transcript of its name lies beside it or was cleaned; drop that, or take this away"

    return explain
