"""Where a chunk is: it waits for a batch, is out in one, or goes singly."""

import threading
from types import SimpleNamespace

import pytest

from daemon.batches.chunk_book import ChunkBook
from daemon.batches.collect import Returned
from daemon.batches.protocol import FEW
from daemon.batches.record import Asked, BatchShelf, Intent
from daemon.batches.surroundings import ChunkKey, Group
from daemon.system.files import Folder

GROUP = Group("m", "mark")
JOB = SimpleNamespace(may_run=True, bind_chunk=lambda _: SimpleNamespace(line="line"))


def key(index, job_id="job"):
    return ChunkKey(job_id, index)


@pytest.fixture
def book(tmp_path):
    with Folder(str(tmp_path)) as state:
        yield ChunkBook(BatchShelf(state), threading.Condition())


def intent(*indexes, line="line", name="0" * 16):
    asked = tuple(Asked("job", "job", index, line, "settings", "question", 0.0) for index in indexes)
    return Intent(name, "m", "address", "key", asked)


def waiting(book):
    return [one.chunk for one, _ in book.list_due(GROUP, 0.0, 0.0) or ()]


def test_under_settings_that_were_never_tried_one_chunk_goes_singly_first(book):
    assert not book.let_wait(GROUP, key(0), JOB)
    assert book.let_wait(GROUP, key(1), JOB)
    assert book.end_trials(key(0), answered=True) == ["mark"]
    assert book.let_wait(GROUP, key(0), JOB)


def test_another_is_tried_where_the_first_was_not_answered(book):
    book.let_wait(GROUP, key(0), JOB)
    book.let_wait(GROUP, key(1), JOB)
    assert book.choose_trial(GROUP) is None
    book.end_trials(key(0), answered=False)
    assert book.choose_trial(GROUP) == key(1)


def test_a_chunk_of_a_job_that_is_over_waits_no_longer_and_is_no_trial(book):
    book.let_wait(GROUP, key(0), JOB)
    book.let_wait(GROUP, key(1), JOB)
    book.let_wait(GROUP, key(2), JOB)
    book.end_trials(key(0), answered=False)
    assert book.choose_trial(GROUP) == key(1)
    assert book.forget_job("job")
    assert book.waiting == 0
    assert not book.forget_job("job")


def test_a_trial_counts_though_its_job_is_over_before_its_worker_is(book):
    book.let_wait(GROUP, key(0), JOB)
    assert not book.forget_job("job")
    assert book.end_trials(key(0), answered=True) == ["mark"]
    assert book.was_tried(GROUP)


def test_what_is_out_is_out_as_long_as_its_line_in_the_plan_is_the_same(book):
    book.note_out(intent(0))
    assert book.is_out(key(0), JOB)
    assert book.has_out("job")
    book.note_out(intent(1, line="another"))
    assert not book.is_out(key(1), JOB)
    assert book.note_home("a batch") == []
    assert book.note_home(intent(0).id) == [key(0), key(1)]
    assert not book.is_out(key(0), JOB)


@pytest.mark.parametrize("names", [("first", "next"), ("next", "first")])
def test_what_may_be_out_in_two_batches_is_out_until_both_are_home(book, names):
    for name in names:  # a start could not read that the first left it out
        book.note_out(intent(0, name=name))
    assert book.note_home("first") == []
    assert book.is_out(key(0), JOB)
    assert book.has_out("job")
    assert book.note_home("next") == [key(0)]
    assert not book.has_out("job")


@pytest.mark.parametrize(("count", "singly"), [(FEW - 1, True), (FEW, False)])
def test_what_must_be_asked_again_goes_singly_where_it_is_little(book, count, singly):
    returned = Returned(chunks=[key(index) for index in range(count)])
    book.note_returned(returned)
    assert all(book.goes_singly(key(index)) is singly for index in range(count))


def test_how_often_chunks_came_back_is_known_while_their_job_rests_and_forgotten_once_it_is_over(book):
    book.note_returned(Returned(chunks=[key(index) for index in range(FEW)]))
    book.forget_job("job")
    assert len(book._tries) == FEW
    book.forget_job("job", is_over=True)
    assert not book._tries


def test_what_did_not_go_with_its_batch_is_not_out(book):
    book.note_out(intent(0, 1))
    book.note_unsent([key(0)], [key(2)], were_out=True)
    assert not book.is_out(key(0), JOB)
    assert book.is_out(key(1), JOB)
    assert book.goes_singly(key(2))
