"""A failed job goes on: under its own settings, or under today's where its model was why it failed."""

from __future__ import annotations

import logging
from collections.abc import Callable

from daemon.errors import InputError, JobError
from daemon.settings.profile import Settings
from daemon.store.job import RETRY, Job
from daemon.system.file_names import shown
from daemon.text.names.pseudonyms import lacks_names

log = logging.getLogger(__name__)


def retry_failed(job: Job, find_settings: Callable[[], Settings] | None = None) -> None:
    """Let a failed job go on; under today's settings if its model was retired or not up to it.

    Where `find_settings` says that there are none for it, or they would send names, it stays failed.
    """
    if find_settings is not None and job.plan is not None and job.failure.is_of_model:
        try:
            today = find_settings()
            _refuse_to_send_names(job, today)
        except (InputError, JobError) as error:
            reason = shown(str(error))
            log.error("failed job=%s reason=%r", shown(job.name), reason)
            job.failure.mark_by_model(reason)
            job.remove_marker(RETRY)
            return
        job.use_settings(today)
    job.failure.clear()
    job.remove_marker(RETRY)


def _refuse_to_send_names(job: Job, today: Settings) -> None:
    """Raise JobError where today's settings would send a name: those that have a pseudonym only today.

    Names are hidden by the plan.
    """
    if today.provider != "offline" and lacks_names(job.header.pseudonyms, today.pseudonyms):
        raise JobError(
            "Names were given a pseudonym after it was begun, and would be sent as they are.",
            "Send it back with `retry --fresh`, which has all of it cleaned with them hidden, or take "
            "them out of `pseudonyms`.",
        )
