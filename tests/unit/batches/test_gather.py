"""When what waits is sent: when nothing more comes, when a batch is full, or after some time."""

from daemon.batches import gather
from daemon.batches.gather import WaitingRoom
from daemon.batches.surroundings import ChunkKey, Group

GROUP = Group("m", "mark")


def room(*indexes, now=100.0):
    waiting = WaitingRoom()
    for index in indexes:
        waiting.add(GROUP, ChunkKey("job", index), None, now)
    return waiting


def is_due(waiting, now, *, nothing_comes=False):
    return waiting.is_due(GROUP, now, 60.0, nothing_comes=nothing_comes)


def test_what_waits_is_sent_at_once_when_nothing_more_comes():
    assert is_due(room(0), 100.0, nothing_comes=True)
    assert not is_due(room(), 100.0, nothing_comes=True)


def test_what_waits_is_gathered_for_some_time_from_the_first_chunk_on():
    waiting = room(0)
    waiting.add(GROUP, ChunkKey("job", 1), None, 150.0)
    assert not is_due(waiting, 159.9)
    assert is_due(waiting, 160.0)


def test_what_fills_a_batch_is_sent_at_once(monkeypatch):
    monkeypatch.setattr(gather, "MOST_REQUESTS", 3)
    assert not is_due(room(0, 1), 100.0)
    assert is_due(room(0, 1, 2), 100.0)


def test_what_waits_keeps_its_order_and_waits_once():
    waiting = room(2, 0, 2, 1)
    assert [key.chunk for key, _ in waiting.list_chunks(GROUP)] == [2, 0, 1]
    waiting.remove(ChunkKey("job", 0))
    assert len(waiting) == 2
    for index in (1, 2):
        waiting.remove(ChunkKey("job", index))
    assert waiting.list_groups() == []
