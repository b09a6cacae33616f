"""The checkpoints of chunks: one counts only whole, and for its own job, line and settings."""

import errno
import json
import os

import pytest

from daemon.errors import JobError
from daemon.intake.planning import make_plan
from daemon.settings.profile import Settings
from daemon.store import plan
from daemon.store.retry import retry_failed
from daemon.store.saved import checkpoint
from daemon.system.files import Folder
from tests.faulty_disk import Faulty
from tests.unit.store.jobs import SETTINGS, TALK, TODAY, done, reopened


def damaged(data):
    record = json.loads(data)
    yield b""
    yield data[:-3]
    yield data[: len(data) // 2]
    yield b"[]"
    yield b"\xff\xfe"
    for key in ("job_id", "plan_line", "settings_hash"):
        yield json.dumps({**record, key: "another"}).encode()
        yield json.dumps({name: value for name, value in record.items() if name != key}).encode()
    yield json.dumps({**record, "chunk_index": 1}).encode()
    yield json.dumps({**record, "flags": [{"unknown": 1}]}).encode()
    yield json.dumps({**record, "cuts": [1]}).encode()
    yield json.dumps({**record, "notes": [{}]}).encode()


def test_a_checkpoint_damaged_or_of_something_else_is_set_aside_and_kept(state, planned, path):
    planned.save_chunk(done(planned, 0))
    file = path / "talk" / "0000.json"
    whole = file.read_bytes()
    count = 0
    for count, data in enumerate(damaged(whole), start=1):
        file.write_bytes(data)
        assert 0 in reopened(state).missing, data
        assert not file.exists()
        assert len(list((path / "talk").glob("0000.json.foreign-*"))) == count
    file.write_bytes(whole)
    assert 0 not in reopened(state).missing
    assert count > 10


def test_a_checkpoint_in_which_anything_was_altered_is_not_taken(state, planned, path):
    planned.save_chunk(done(planned, 0))
    file = path / "talk" / "0000.json"
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        found = planned.load_result(0)
        assert found in (None, done(planned, 0)), at
    file.write_bytes(whole.replace(b"sentence", b"sentense"))
    assert planned.load_result(0) is None


@pytest.mark.parametrize("content", ["{}", None])
def test_what_stands_where_a_plan_or_checkpoint_is_to_be_written_is_set_aside(job, path, content):
    def put(name):
        if content is None:
            (path / "talk" / name).mkdir()
        else:
            (path / "talk" / name).write_text(content)

    put("plan.jsonl")
    put("0000.json")
    job.freeze_plan(make_plan(TALK, "talk.txt", SETTINGS))
    put("0001.json")
    for index in (0, 1):
        job.save_chunk(done(job, index))
    assert (job.plan_changed, job.missing & {0, 1}) == (False, set())
    assert len(list((path / "talk").glob("*.foreign-*"))) == 3


@pytest.mark.parametrize(
    ("code", "expected"), [(errno.EIO, OSError), (errno.EACCES, OSError), (errno.ENOENT, JobError)]
)
def test_a_plan_that_only_can_not_be_read_now_fails_no_job(planned, monkeypatch, code, expected):
    def refuse(self, folder, index):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(plan.Plan, "read_chunk", refuse)
    with pytest.raises(expected):
        planned.read_chunk(0)


def test_a_checkpoint_that_only_can_not_be_read_now_is_not_taken_for_none(state, planned, path, monkeypatch):
    planned.save_chunk(done(planned, 0))
    read = Folder.read

    def refuse(self, name, *args):
        if name == "0000.json":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(self, name, *args)

    with monkeypatch.context() as away:
        away.setattr(Folder, "read", refuse)
        for look in (lambda: planned.load_result(0), planned.load_progress):
            with pytest.raises(OSError, match="Input/output"):
                look()
    assert (path / "talk/0000.json").exists()
    assert 0 not in reopened(state).missing


def test_settings_of_a_retry_that_only_can_not_be_read_now_are_not_taken_for_none(
    planned, state, path, monkeypatch
):
    planned.failure.mark_by_model("It is gone.")
    retry_failed(planned, lambda: TODAY)
    with monkeypatch.context() as away:
        Faulty(away, "open", path / "talk" / "settings.json", "EIO")
        with pytest.raises(OSError, match="Input/output"):
            reopened(state)
    assert reopened(state).settings == TODAY


def test_the_newest_chunk_tells_when_the_last_was_saved(planned, path):
    assert planned.last_saved_at == 0
    for index, saved_at in enumerate((2000, 3000, 1000)):
        planned.save_chunk(done(planned, index))
        os.utime(path / "talk" / f"{index:04d}.json", (saved_at, saved_at))
    assert planned.last_saved_at == 3000


def test_peeking_names_what_is_foreign_and_touches_nothing(planned, path):
    planned.save_chunk(done(planned, 0))
    (path / "talk" / "0001.json").write_text("{}")
    before = sorted(os.listdir(path / "talk"))
    assert planned.peek_at_progress() == ["0001.json"]
    assert sorted(os.listdir(path / "talk")) == before


def test_a_checkpoint_under_another_plan_or_of_another_chunk_is_not_taken(state, planned, path):
    planned.save_chunk(done(planned, 0))
    (path / "talk" / "0001.json").write_bytes((path / "talk" / "0000.json").read_bytes())
    assert 1 in reopened(state).missing
    other = Settings(provider="offline", model="", prompt="another prompt", chunk_words=20, outputs=("md",))
    planned.freeze_plan(make_plan(TALK, "talk.txt", other))
    assert planned.untouched


def test_chunks_beyond_the_plan_and_other_names_are_not_counted(state, planned, path):
    for name in ("9999.json", "0000.json.foreign-abc", "x.json", "000.json"):
        (path / "talk" / name).write_text("{}")
    assert reopened(state).untouched
    assert (path / "talk" / "9999.json").exists()


def test_names_of_chunks_sort_and_grow_beyond_four_digits():
    assert [checkpoint.name_checkpoint(n) for n in (0, 42, 12345)] == ["0000.json", "0042.json", "12345.json"]
    assert checkpoint.list_indexes(["0000.json", "12345.json", "1.json", "job.json", "00a0.json"]) == [
        0,
        12345,
    ]
