"""What a large transcript takes of memory is a few times its size, whatever is made of it.

Measured as the most that Python's allocator held at once: how much more it is for a larger source than for a
smaller one, in bytes for each byte that the one is larger. Little is held here before it goes to the disk, so
that small sources tell of large ones.
"""

import contextlib
import gc
import json
import tracemalloc
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from daemon.delivery.amending.amendments import NOT_AMENDED
from daemon.delivery.outbox.names import SUMMARY
from daemon.delivery.record import RECORD
from daemon.delivery.rerender import render_again
from daemon.delivery.result import finish_job
from daemon.formats import loops
from daemon.intake.planning import make_plan
from daemon.settings.profile import Settings
from daemon.store.job import Job
from daemon.store.ticket import Ticket
from daemon.system import scratch
from daemon.system.files import Folder
from daemon.text import transcript
from daemon.text.cleaned_chunk import ProcessedChunk
from tests.large_sources import KINDS, make_source
from tests.unit.delivery.catalogue.outboxes import MadeOutbox

pytestmark = pytest.mark.long

SMALL, LARGE = 20_000, 80_000
PLANNING, DELIVERING, MAKING_AGAIN, INDEXING = 6.2, 3.0, 6.0, 1.5
"""While all that is made was held at once, delivering took 12, making again 14 and indexing 9. The source
itself is not counted."""
SETTINGS = Settings(provider="offline", model="rules", prompt="", chunk_words=300, outputs=("md", "same"))


def measure_peak(act):
    """The most bytes that were held at once while `act` ran, beyond those that were held before."""
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        act()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.fixture(autouse=True)
def little_is_held(monkeypatch):
    monkeypatch.setattr(scratch, "_HELD_BYTES", 1 << 12)
    monkeypatch.setattr(scratch, "_READ_BYTES", 1 << 12)
    monkeypatch.setattr(scratch, "_HELD_VALUES", 4)
    monkeypatch.setattr(scratch, "_PART_VALUES", 2)
    monkeypatch.setattr(loops, "_BLOCK_WORDS", 500)
    monkeypatch.setattr(transcript, "_BLOCK", 1 << 12)


def plan_source(source, kind, folder):
    return make_plan(source, f"talk.{kind}", SETTINGS, scratch=folder)


def make_job(kind, size, folder):
    """A job of which every chunk is cleaned, to what was said."""
    ticket = Ticket.new(f"talk.{kind}", 1_700_000_000_000_000_000, datetime(2026, 1, 2, tzinfo=UTC))
    source = make_source(kind, size)
    folder.write(ticket.source, source)
    job = Job(folder, "talk", ticket)
    job.freeze_plan(plan_source(source, kind, folder))
    for index in range(job.header.chunks):
        chunk = job.read_chunk(index)
        texts = tuple(turn.text for turn in chunk.spoken())
        job.save_chunk(ProcessedChunk(index, chunk.text, "\n\n".join(texts), turns=texts, provider="offline"))
    return job


@pytest.mark.parametrize("kind", [*KINDS, "emoji.txt"])
def test_planning_holds_a_few_times_the_size_of_a_source(kind, folder):
    small, large = make_source(kind, SMALL), make_source(kind, LARGE)
    plan_source(large, kind, folder)  # what is cached is there when it is measured
    least = measure_peak(lambda: plan_source(small, kind, folder))
    most = measure_peak(lambda: plan_source(large, kind, folder))
    assert (most - least) / (len(large) - len(small)) < PLANNING


def test_delivering_holds_a_few_times_the_size_of_a_source(tmp_path):
    moment = datetime(2026, 1, 3, tzinfo=UTC)
    for name in ("small", "large"):
        (tmp_path / name).mkdir()
    with Folder(str(tmp_path / "small")) as first, Folder(str(tmp_path / "large")) as second:
        small, large = make_job("srt", SMALL, first), make_job("srt", LARGE, second)
        finish_job(small, moment)  # what is cached is there when it is measured
        least = measure_peak(lambda: finish_job(small, moment))
        most = measure_peak(lambda: finish_job(large, moment))
    assert (most - least) / (LARGE - SMALL) < DELIVERING


def test_indexing_a_result_holds_little_more_than_its_words(tmp_path):
    refresh_first, refresh_small, refresh_large = (
        make_outbox(make_folder(tmp_path / name), size).refresh
        for name, size in (("first", SMALL), ("small", 10 * SMALL), ("large", 10 * LARGE))
    )
    refresh_first()  # what is cached is there when it is measured
    least = measure_peak(refresh_small)
    most = measure_peak(refresh_large)
    assert (most - least) / (10 * LARGE - 10 * SMALL) < INDEXING


def make_outbox(path, size):
    """An outbox with one result, in which one character takes four bytes where Python holds it as text."""
    made = MadeOutbox(path)
    made.add("talk", make_source("emoji.txt", size).decode())
    return made


def test_making_a_result_again_holds_a_few_times_the_size_of_a_source(tmp_path):
    with contextlib.ExitStack() as stack:
        render_small, render_large = (
            make_renderer(stack.enter_context(Folder(str(make_folder(tmp_path / name)))), size)
            for name, size in (("small", SMALL), ("large", LARGE))
        )
        render_small()  # what is cached is there when it is measured
        least = measure_peak(render_small)
        most = measure_peak(render_large)
    assert (most - least) / (LARGE - SMALL) < MAKING_AGAIN


def make_folder(path):
    path.mkdir()
    return path


def make_renderer(folder, size):
    """What makes the result of a job of this size again, from its record, in other formats."""
    moment = datetime(2026, 1, 3, tzinfo=UTC)
    made = finish_job(make_job("srt", size, folder), moment).files
    summary, record = json.loads(made[SUMMARY]), b"".join(scratch.pieces_of(made[RECORD]))
    asked = replace(SETTINGS, outputs=("md", "same", "txt", "json"))
    return lambda: render_again(summary, record, asked, None, moment, NOT_AMENDED, {}, scratch=folder)


def test_the_files_of_a_long_result_are_the_same_wherever_they_were_held(folder, monkeypatch):
    job = make_job("srt", SMALL, folder)
    moment = datetime(2026, 1, 3, tzinfo=UTC)
    moved = finish_job(job, moment).files
    assert any(isinstance(content, scratch.Draft) for content in moved.values())
    monkeypatch.setattr(scratch, "_HELD_BYTES", 1 << 30)
    monkeypatch.setattr(scratch, "_HELD_VALUES", 1 << 30)
    held = finish_job(job, moment).files
    assert {name: b"".join(scratch.pieces_of(content)) for name, content in moved.items()} == held
