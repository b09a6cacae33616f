"""What waits for a batch is sent when it is due, and waits no longer."""

import errno
import os
import threading
from types import SimpleNamespace

from daemon.batches.chunk_book import ChunkBook
from daemon.batches.record import BatchShelf
from daemon.batches.send_when_due import DueSender
from daemon.batches.surroundings import ChunkKey, Group
from daemon.system.files import Folder
from daemon.workers.admission import Admission

GROUP = Group("m", "mark")
KEY = ChunkKey("job", 0)
JOB = SimpleNamespace(may_run=True)


def test_a_chunk_that_has_all_its_answers_is_saved_and_waits_for_no_batch_any_more(tmp_path):
    saved = []
    with Folder(str(tmp_path)) as state:
        shelf = BatchShelf(state)
        shelf.note_tried(GROUP.mark)
        book = ChunkBook(shelf, threading.Condition())
        workshop = SimpleNamespace(find_question=lambda job, index: None, note_saved=saved.append)
        model = SimpleNamespace(batches=SimpleNamespace(is_hosted=True))
        service = SimpleNamespace(batch_model=lambda name: model, gather_seconds=0.0)
        surroundings = SimpleNamespace(shelf=shelf, service=service, workshop=workshop, admission=Admission())
        care = SimpleNamespace(faults={}, open=[])
        sender = DueSender(surroundings, book, care, lambda moment: None, lambda: None)
        book.let_wait(GROUP, KEY, JOB)
        sender.look_at_group(GROUP)
    assert saved == [KEY]
    assert book.waiting == 0, "it would be asked for, and paid for, in the next batch"


def test_where_files_run_out_nothing_is_sent_for_now_and_it_is_said():
    def refuse(mark):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), ".batches")

    shelf = SimpleNamespace(was_tried=refuse)
    book = ChunkBook(shelf, threading.Condition())
    surroundings = SimpleNamespace(shelf=shelf, service=None, workshop=None, admission=Admission())
    care = SimpleNamespace(faults={}, open=[])
    sender = DueSender(surroundings, book, care, lambda moment: None, lambda: None)
    sender.look_at_group(GROUP)
    assert "Too many open files" in care.faults["send"]
    assert sender.is_put_off
