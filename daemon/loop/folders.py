"""The folders of a root as the loop has opened them: the state, which it locks, the outbox and the inbox."""

from __future__ import annotations

import logging

from daemon.delivery.outbox.exchange import finish_replacements
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.errors import ServiceError
from daemon.intake.put_back import sweep_inbox
from daemon.settings.config import Root
from daemon.store.state_folder import State
from daemon.system.disk_faults import refuse_start_at_disk
from daemon.system.file_names import shown
from daemon.system.volumes.limits import find_limits
from daemon.system.volumes.mounts import lies_on_inner_mount
from daemon.system.volumes.pinned_folder import PinnedFolder

log = logging.getLogger(__name__)


class Folders:
    """The three folders of one root. `owns_outbox`: the inbox and what is half built in the outbox are ours.

    Opening takes the lock of the state folder; raises LockedError, and ServiceError where a disk is at fault.
    """

    def __init__(self, root: Root, *, owns_outbox: bool) -> None:
        self.owns_outbox = owns_outbox
        self.state = State(root.state)
        self.outbox = Outbox(root.outbox)
        self.inbox = PinnedFolder("inbox", root.inbox)
        self._pinned_state = PinnedFolder("state folder", root.state, exactly=self.state.folder)
        with refuse_start_at_disk():
            self.state.take_lock()

    def find_lost_state(self) -> ServiceError | None:
        """What is wrong with the state folder, None where it is as it was at the start."""
        return self._pinned_state.find_fault()

    def find_lost(self) -> ServiceError | None:
        """What is wrong with the first of the folders that is not as it was at the start."""
        lost = self.find_lost_state() or self.outbox.pinned.find_fault()
        return lost or (self.inbox.find_fault() if self.owns_outbox else None)

    def need_inbox(self) -> None:
        """Raise ServiceError where the inbox is away, in which a source may still be or is to go."""
        self.inbox.open().close()

    def lies_on_inner_mount(self, path: str) -> bool:
        """Whether a path lies on a disk that is mounted somewhere within the outbox."""
        return lies_on_inner_mount(path, self.outbox.path)

    def say_limits(self) -> None:
        """Say once, at the start, what the filesystems of the folders can't do; it is done without."""
        state = self.state.folder.path
        folders = [self.outbox.path, state, *([self.inbox.path] if self.owns_outbox else [])]
        for path in folders:
            for limit in find_limits(path, private=path == state):
                log.warning("limit folder=%r %s", shown(path), limit)

    def sweep(self, job_ids: set[str]) -> None:
        """Clear up what an earlier run left half done, where it belongs to none of these jobs."""
        if self.owns_outbox:
            self.outbox.sweep(job_ids)
            finish_replacements(self.outbox)
            self.sweep_inbox(job_ids)

    def sweep_inbox(self, job_ids: set[str]) -> None:
        """Find what is hidden in the inbox and belongs to none of these jobs."""
        sweep_inbox(self.inbox.path, job_ids)
