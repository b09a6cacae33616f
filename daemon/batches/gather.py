"""What waits to go into the next batch: chunks by name alone, whose text is read when it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.batches.protocol import MOST_REQUESTS
from daemon.batches.surroundings import ChunkKey, Group
from daemon.store.job import Job


@dataclass(slots=True)
class _Queue:
    """The chunks of one group, in the order they came, and when the first did (monotonic seconds)."""

    since: float
    chunks: dict[ChunkKey, Job] = field(default_factory=dict)


class WaitingRoom:
    """The chunks that wait, by group. Not thread-safe."""

    def __init__(self) -> None:
        self._queues: dict[Group, _Queue] = {}

    def __len__(self) -> int:
        return sum(len(queue.chunks) for queue in self._queues.values())

    def list_groups(self) -> list[Group]:
        """The groups of which something waits."""
        return list(self._queues)

    def add(self, group: Group, key: ChunkKey, job: Job, now: float) -> None:
        """Let a chunk wait."""
        self._queues.setdefault(group, _Queue(now)).chunks.setdefault(key, job)

    def remove(self, key: ChunkKey) -> None:
        """Let a chunk wait no longer."""
        for group, queue in list(self._queues.items()):
            queue.chunks.pop(key, None)
            if not queue.chunks:
                del self._queues[group]

    def list_chunks(self, group: Group) -> list[tuple[ChunkKey, Job]]:
        """The chunks of a group, in the order they came."""
        queue = self._queues.get(group)
        return list(queue.chunks.items()) if queue is not None else []

    def list_all(self) -> Iterator[tuple[ChunkKey, Job]]:
        """The chunks of all groups."""
        for group in self.list_groups():
            yield from self.list_chunks(group)

    def is_due(self, group: Group, now: float, seconds: float, *, nothing_comes: bool) -> bool:
        """Whether what waits is to be sent now, having been gathered for so many seconds at most.

        `nothing_comes`: nothing more will come for now. `now` is monotonic seconds.
        """
        queue = self._queues.get(group)
        if queue is None:
            return False
        return nothing_comes or len(queue.chunks) >= MOST_REQUESTS or now - queue.since >= seconds
