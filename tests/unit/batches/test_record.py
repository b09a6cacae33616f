"""What lies of batches in the state folder is found again after any interruption."""

import os
from contextlib import suppress

import pytest

from daemon.batches.protocol import ID, INTENT, SAVED, SENDING, STRUCK, Stage
from daemon.batches.record import (
    BATCHES,
    LOST,
    REQUESTS,
    Asked,
    BatchShelf,
    Intent,
    Sending,
    Sent,
    look_at_batches,
)
from daemon.system.files import Folder

ASKED = Asked("job", "talk#job", 0, "line", "settings", "question", 0.1)
INTENDED = Intent("0123abcd", "m", "https://here", "key", (ASKED,))


@pytest.fixture
def state(tmp_path):
    with Folder(str(tmp_path)) as folder:
        yield folder


def test_where_nothing_was_ever_sent_there_is_no_folder(state, tmp_path):
    assert BatchShelf(state).open_all() == []
    assert not BatchShelf(state).was_tried("mark")
    assert look_at_batches(state).requests == 0
    assert os.listdir(tmp_path) == []


def test_a_batch_is_found_again_as_it_was_written_down(state):
    one = BatchShelf(state).make("0123abcd")
    one.write(INTENT, INTENDED)
    one.write(SENDING, Sending(5.0, 1))
    one.write(ID, Sent("b", 6.0, 7.0))
    [found] = BatchShelf(state).open_all()
    assert (found.stage, found.read_intent(), found.read_sent()) == (
        Stage.SENT,
        INTENDED,
        Sent("b", 6.0, 7.0),
    )
    assert found.folder.stat(INTENT).st_mode & 0o777 == 0o600


def test_what_was_cut_off_before_its_intent_was_written_is_removed(state, tmp_path):
    one = BatchShelf(state).make("0123abcd")
    one.folder.write(REQUESTS, b"{}\n")
    assert BatchShelf(state).open_all() == []
    assert os.listdir(tmp_path / BATCHES) == []


def test_what_a_note_that_was_cut_off_has_left_is_removed(state, tmp_path):
    BatchShelf(state).note_tried("mark")
    cut_off = tmp_path / BATCHES / ".tmp-4711-0"
    cut_off.touch()
    BatchShelf(state).open_all()
    assert not cut_off.exists()
    assert BatchShelf(state).was_tried("mark")


def test_one_that_is_over_is_gone_wherever_its_removal_is_cut_off(state, tmp_path):
    shelf = BatchShelf(state)
    one = shelf.make("0123abcd")
    one.write(INTENT, INTENDED)
    one.mark(SAVED)
    one.folder.unlink(INTENT)
    assert BatchShelf(state).open_all() == []
    assert os.listdir(tmp_path / BATCHES) == []


def test_only_what_may_be_out_counts_as_out(state):
    for name, files in {
        "a": [],
        "b": [SENDING],
        "c": [SENDING, ID],
        "d": [SENDING, ID, SAVED],
        "e": [STRUCK],
    }.items():
        one = BatchShelf(state).make(name)
        one.write(INTENT, INTENDED)
        for file in files:
            written = {SENDING: Sending(100.0, 10), ID: Sent("id", 100.0, 200.0)}.get(file)
            one.write(file, written) if written is not None else one.mark(file)
    overview = look_at_batches(state)
    assert (overview.requests, overview.since, overview.until) == (20, 100.0, 86_500.0)


def test_one_that_is_lost_is_told_from_one_that_never_was(state):
    one = BatchShelf(state).make("a")
    one.mark(STRUCK)
    assert not one.is_lost
    one.mark(STRUCK, LOST)
    assert one.is_lost


def test_a_file_that_is_written_bit_by_bit_has_its_name_only_when_it_is_whole(state):
    one = BatchShelf(state).make("a")
    with suppress(KeyError), one.folder.writing(REQUESTS) as fd:
        os.write(fd, b"half")
        raise KeyError
    assert one.folder.names() == []
    with one.folder.writing(REQUESTS) as fd:
        os.write(fd, b"one\ntwo\n")
    assert list(one.read_lines(REQUESTS)) == [b"one", b"two"]


def test_settings_that_were_tried_are_known_after_a_restart(state):
    BatchShelf(state).note_tried("0123456789abcdef0123")
    assert BatchShelf(state).was_tried("0123456789abcdef0123")
    assert not BatchShelf(state).was_tried("f" * 20)
    assert BatchShelf(state).open_all() == []
