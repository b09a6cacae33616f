"""The library: checkpoints, pause, resume and stop from one's own code and from any thread."""

import errno
import itertools
import os
import random
import stat
import threading
from enum import Enum

import pytest

from daemon import (
    Chunk,
    LLMProcessor,
    ProcessedChunk,
    ProcessingState,
    ResumableProcessor,
    StateManager,
    process_transcript,
)
from daemon.errors import LockedError, ServiceError
from daemon.system.files import Folder
from tests import HANG_SECONDS
from tests.faulty_disk import Faulty
from tests.messages_server import Reply


class Provider(Enum):
    OWN = "own"


class Shouter:
    """A processor of one's own: anything of this shape will do."""

    model = "shouter-1"
    provider = Provider.OWN

    def __init__(self):
        self.asked = []
        self.fail_at = None
        self.waits_at = {}
        self.reached = threading.Event()

    def process_chunk(self, chunk, prompt_template, video_title, output_language):
        self.asked.append(chunk.index)
        if chunk.index in self.waits_at:
            self.reached.set()
            assert self.waits_at[chunk.index].wait(HANG_SECONDS)
        if chunk.index == self.fail_at:
            raise ValueError("the processor broke")
        return ProcessedChunk(chunk.index, chunk.text, chunk.text.upper(), 3, 2, 0.5, self.model, "own")


CHUNKS = [Chunk(index, f"this is part {index}") for index in range(6)]


@pytest.fixture
def manager(tmp_path):
    return StateManager(tmp_path / "state")


@pytest.fixture
def processor():
    return Shouter()


def run(processor, manager, chunks=CHUNKS, name="talk.txt", **more):
    return ResumableProcessor(processor, manager).process_with_checkpoints(
        chunks, "template", "Title", name, **more
    )


@pytest.mark.parametrize("given", [{"glossary": ["Tea"]}, {"pseudonyms": {"Ann": "P01"}}])
def test_a_text_is_not_half_under_one_glossary_or_pseudonyms_and_half_under_others(manager, given):
    first = ResumableProcessor(LLMProcessor("offline"), manager)
    stop = {"progress_callback": lambda *_: first.stop()}
    results, completed = first.process_with_checkpoints(CHUNKS, "template", "Title", "talk.txt", **stop)
    assert (len(results), completed) == (1, False)
    for processor, begins_at in ((LLMProcessor("offline", **given), 1), (LLMProcessor("offline"), 2)):
        told = []
        run(processor, manager, progress_callback=lambda current, *_, told=told: told.append(current))
        assert told == list(range(begins_at, len(CHUNKS) + 1))


class Background(threading.Thread):
    """A run in a thread of its own."""

    def __init__(self, resumable, **more):
        super().__init__(daemon=True)
        self.resumable, self.more, self.outcome = resumable, more, None
        self.start()

    def run(self):
        self.outcome = self.resumable.process_with_checkpoints(
            CHUNKS, "template", "Title", "talk.txt", **self.more
        )

    def result(self):
        self.join(HANG_SECONDS)
        assert not self.is_alive()
        return self.outcome


def texts(results):
    return [result.cleaned_text for result in results]


WHOLE = [chunk.text.upper() for chunk in CHUNKS]


def test_all_chunks_come_back_in_order_and_the_state_is_cleared(processor, manager):
    results, completed = run(processor, manager)
    assert (texts(results), completed) == (WHOLE, True)
    assert manager.load() is None


def test_no_chunks_are_complete_at_once(processor, manager):
    assert run(processor, manager, []) == ([], True)


def test_progress_is_told_after_each_chunk(processor, manager):
    told = []
    run(processor, manager, progress_callback=lambda *event: told.append(event))
    assert told == [(count, 6, "processing") for count in range(1, 7)]


def test_a_stop_from_the_progress_callback_takes_effect_before_the_next_chunk(processor, manager):
    resumable = ResumableProcessor(processor, manager)
    results, completed = resumable.process_with_checkpoints(
        CHUNKS, "template", "Title", "talk.txt", progress_callback=lambda *_: resumable.stop()
    )
    assert (texts(results), completed) == (WHOLE[:1], False)


def test_an_error_is_recorded_and_raised_and_a_second_call_skips_what_is_done(processor, manager):
    processor.fail_at = 3
    with pytest.raises(ValueError, match="the processor broke"):
        run(processor, manager)
    state = StateManager(manager.path).load()
    assert (state.status, state.error) == ("failed", "the processor broke")
    assert state.completed_chunks == [0, 1, 2]
    assert [result["cleaned_text"] for result in state.processed_results] == WHOLE[:3]
    processor.fail_at = None
    results, completed = run(processor, manager)
    assert (texts(results), completed) == (WHOLE, True)
    assert processor.asked == [0, 1, 2, 3, 3, 4, 5]


def test_a_resumed_run_equals_an_undisturbed_one(tmp_path):
    undisturbed, _ = run(Shouter(), StateManager(tmp_path / "a"))
    broken, manager = Shouter(), StateManager(tmp_path / "b")
    broken.fail_at = 4
    with pytest.raises(ValueError, match="broke"):
        run(broken, manager)
    resumed, _ = run(Shouter(), manager)
    assert resumed == undisturbed


def test_a_pause_lets_the_current_chunk_end_and_blocks_until_resumed(processor, manager):
    processor.waits_at[2] = threading.Event()
    told, paused = [], threading.Event()

    def progress(current, total, status):
        told.append((current, status))
        if status == "paused":
            paused.set()

    resumable = ResumableProcessor(processor, manager)
    background = Background(resumable, progress_callback=progress)
    assert processor.reached.wait(HANG_SECONDS)
    resumable.pause()
    assert resumable.is_paused
    processor.waits_at[2].set()
    assert paused.wait(HANG_SECONDS)
    assert StateManager(manager.path).load().completed_chunks == [0, 1, 2]
    assert StateManager(manager.path).load().status == "paused"
    assert background.is_alive()
    resumable.resume()
    assert background.result()[1] is True
    assert (3, "paused") in told


@pytest.mark.parametrize("paused", [False, True])
def test_a_stop_returns_what_is_there_and_false_and_the_next_call_does_the_rest(processor, manager, paused):
    processor.waits_at[2] = threading.Event()
    resumable = ResumableProcessor(processor, manager)
    background = Background(resumable)
    assert processor.reached.wait(HANG_SECONDS)
    if paused:
        resumable.pause()
    resumable.stop()
    processor.waits_at[2].set()
    results, completed = background.result()
    assert (texts(results), completed) == (WHOLE[:3], False)
    results, completed = resumable.process_with_checkpoints(CHUNKS, "template", "Title", "talk.txt")
    assert (texts(results), completed) == (WHOLE, True)
    assert processor.asked == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "another.txt"},
        {"chunks": [*CHUNKS[:5], Chunk(5, "another text")]},
        {"config": {"chunk_words": 5}},
        {"output_language": "German"},
    ],
    ids=["file", "text", "config", "language"],
)
def test_the_state_of_anything_else_is_set_aside_and_begun_anew(processor, manager, change):
    processor.fail_at = 3
    with pytest.raises(ValueError, match="broke"):
        run(processor, manager)
    processor.fail_at = None
    processor.asked.clear()
    assert run(processor, manager, **change)[1] is True
    assert processor.asked == [0, 1, 2, 3, 4, 5]
    aside = next(name for name in os.listdir(manager.path) if name.startswith(".aside"))
    assert "0002.json" in os.listdir(os.path.join(manager.path, aside))


@pytest.mark.parametrize("cut_at", range(12))
def test_a_run_set_aside_and_found_again_loses_no_chunk_wherever_that_is_cut_off(
    processor, manager, monkeypatch, cut_at
):
    moves, move = itertools.count(), Folder.move

    def move_or_break(*args):
        if next(moves) == cut_at:
            raise OSError(errno.EIO, "cut off here")
        move(*args)

    monkeypatch.setattr(Folder, "move", move_or_break)
    broken = Shouter()
    processor.fail_at, broken.fail_at = 3, 0
    with pytest.raises(ValueError, match="broke"):
        run(processor, manager)
    for _ in range(2):
        with pytest.raises((ValueError, OSError)):
            run(broken, StateManager(manager.path), name="another.txt")
    processor.fail_at = None
    try:
        results, _ = run(processor, StateManager(manager.path))
    except OSError:
        results, _ = run(processor, StateManager(manager.path))
    assert texts(results) == WHOLE
    assert next(moves) > cut_at
    assert processor.asked == [0, 1, 2, 3, 3, 4, 5]


@pytest.mark.long
@pytest.mark.parametrize("call", ["open", "rename", "fsync", "unlink", "stat"])
def test_whatever_the_disk_refuses_once_no_chunk_is_paid_for_twice(tmp_path, monkeypatch, call):
    for number in itertools.count():
        processor, manager = Shouter(), StateManager(tmp_path / str(number))
        processor.fail_at = 3
        with pytest.raises(ValueError, match="broke"):
            run(processor, manager)
        processor.fail_at = None
        resumable = ResumableProcessor(processor, manager)

        def go_on(resumable=resumable):
            return resumable.process_with_checkpoints(CHUNKS, "template", "Title", "talk.txt")

        with monkeypatch.context() as patch:
            disk = Faulty(patch, call, manager.path, "EIO", after=number)
            try:
                results, completed = go_on()
            except OSError:
                results, completed = go_on()
        if not disk.hits:
            break
        assert (texts(results), completed) == (WHOLE, True), number
        assert processor.asked == [0, 1, 2, 3, 3, 4, 5], number
    assert number > 2


def test_hammering_pause_resume_and_stop_from_three_threads_neither_hangs_nor_loses_a_chunk(manager):
    processor = Shouter()
    chunks = [Chunk(index, f"part {index}") for index in range(60)]
    resumable = ResumableProcessor(processor, manager)
    over, completed = threading.Event(), False

    def hammer(seed):
        choice = random.Random(seed)
        for _ in range(400):
            over.wait(0.001)
            choice.choice([resumable.pause, resumable.resume, resumable.resume, resumable.stop])()
        resumable.resume()

    threads = [threading.Thread(target=hammer, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    while not completed:
        results, completed = resumable.process_with_checkpoints(chunks, "t", "T", "f")
    over.set()
    for thread in threads:
        thread.join()
    assert completed
    assert texts(results) == [f"PART {index}" for index in range(60)]
    assert processor.asked == list(range(60))


def test_the_state_is_its_owners_alone_and_one_process_works_on_it_at_a_time(processor, manager):
    processor.waits_at[1] = threading.Event()
    background = Background(ResumableProcessor(processor, manager))
    assert processor.reached.wait(HANG_SECONDS)
    assert stat.S_IMODE(os.stat(manager.path).st_mode) == 0o700
    files = [os.path.join(manager.path, name) for name in os.listdir(manager.path)]
    assert {stat.S_IMODE(os.stat(file).st_mode) for file in files} == {0o600}
    with pytest.raises(LockedError):
        StateManager(manager.path).clear()
    processor.waits_at[1].set()
    background.result()


def test_a_state_is_saved_and_loaded_unchanged(manager):
    state = ProcessingState("talk.txt", "Title", "model", "own", 2, {"words": 5})
    done = ProcessedChunk(0, "um hi", "Hi", 1, 2, 0.1, "model", "own")
    manager.save(state)
    manager.update_chunk_complete(0, done.to_dict())
    manager.set_status("failed", "why")
    loaded = StateManager(manager.path).load()
    assert (loaded.file_name, loaded.config, loaded.config_hash) == (
        "talk.txt",
        {"words": 5},
        state.config_hash,
    )
    assert (loaded.status, loaded.error) == ("failed", "why")
    assert [ProcessedChunk.from_dict(result) for result in loaded.processed_results] == [done]


def test_a_run_of_a_file_whose_name_is_no_unicode_goes_on(processor, manager):
    name = os.fsdecode(b"talk\xff.txt")
    processor.fail_at = 2
    with pytest.raises(ValueError, match="broke"):
        run(processor, manager, name=name)
    assert manager.load().file_name == name
    processor.fail_at, processor.asked = None, []
    assert run(processor, StateManager(manager.path), name=name)[1]
    assert processor.asked == [2, 3, 4, 5]


def test_there_is_no_state_where_nothing_was_saved(manager):
    assert manager.load() is None
    manager.clear()


# --- with a model ---------------------------------------------------------------------------------


def model(server, **more):
    return LLMProcessor("anthropic", None, base_url=server.url, max_wait_seconds=0.01, **more)


def test_an_error_of_the_service_is_raised_with_the_finished_chunks_kept(server, manager):
    seen = []
    server.fault = lambda body: seen.append(1) or (Reply(status=401, body=b"{}") if len(seen) > 2 else None)
    with pytest.raises(ServiceError):
        run(model(server), manager)
    state = manager.load()
    assert state.status == "failed"
    assert "key" in state.error
    assert state.completed_chunks == [0, 1]
    server.fault = lambda body: None
    results, completed = run(model(server), manager)
    assert completed
    assert [result.cleaned_text for result in results] == [chunk.text for chunk in CHUNKS]


def test_a_stop_ends_the_wait_for_a_busy_service_at_once(server, manager):
    server.fault = lambda body: Reply(status=429, headers={"retry-after": "60"}, body=b"{}")
    resumable = ResumableProcessor(model(server), manager)
    server.hold()
    background = Background(resumable)
    server.wait_for(1)
    server.release()
    server.wait_for(0)
    resumable.stop()
    assert background.result() == ([], False)


def test_process_transcript_cleans_in_one_call_and_sums_up(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = []
    results, summary, completed = process_transcript(
        CHUNKS, "key", "Title", progress_callback=lambda *event: told.append(event), base_url=server.url
    )
    assert completed
    assert told[-1] == (6, 6)
    assert summary["chunks_processed"] == len(results) == 6
    assert summary["model"] == "claude-haiku-5-5"
    assert summary["total_input_tokens"] > 0
    assert summary["total_cost"] == round(summary["total_cost"], 4)


def test_the_offline_rules_need_neither_key_nor_network():
    results = LLMProcessor("offline").process_all_chunks([Chunk(0, "um hello there")], "", "Title")
    assert results[0].cleaned_text == "Hello there"
    assert (results[0].provider, results[0].requests) == ("offline", 0)
