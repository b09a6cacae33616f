"""The library as programs use it that were not thought of: other folders, threads, forks, Ctrl-C, types."""

import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import threading
from enum import Enum

import pytest

from daemon import (
    Chunk,
    ConfigError,
    LLMProcessor,
    LockedError,
    ProcessedChunk,
    ProcessingState,
    ResumableProcessor,
    StateManager,
    read,
)
from daemon.system.files import Folder
from daemon.system.process.folder_lock import Lock
from tests import HANG_SECONDS
from tests.conftest import environment, run_to_end
from tests.messages_server import Reply


class Provider(Enum):
    OWN = "own"


class Shouter:
    model = "shouter-1"
    provider = Provider.OWN

    def __init__(self, before=None):
        self.before = before or (lambda chunk: None)

    def process_chunk(self, chunk, prompt_template, video_title, output_language):
        self.before(chunk)
        return ProcessedChunk(chunk.index, chunk.text, chunk.text.upper(), model=self.model, provider="own")


CHUNKS = [Chunk(index, f"this is part {index}") for index in range(4)]


def run(processor, manager, chunks=CHUNKS, name="talk.txt", **more):
    return ResumableProcessor(processor, manager).process_with_checkpoints(chunks, "t", "Title", name, **more)


def break_at(index):
    def fail(chunk):
        if chunk.index == index:
            raise ValueError("broke")

    return fail


# --- folders --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call", [lambda it: run(Shouter(), it), lambda it: it.clear(), lambda it: it.set_aside()]
)
def test_a_folder_of_other_files_is_refused_and_left_as_it_is(tmp_path, call):
    tmp_path.chmod(0o755)
    (tmp_path / "thesis.docx").write_text("years of work")
    (tmp_path / "state.json").write_text("{}")
    with pytest.raises(ConfigError, match=r"thesis\.docx is in it"):
        call(StateManager(tmp_path))
    assert sorted(os.listdir(tmp_path)) == ["state.json", "thesis.docx"]
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_file_that_somebody_puts_into_a_runs_folder_stays_there(tmp_path):
    manager = StateManager(tmp_path)
    with pytest.raises(ValueError, match="broke"):
        run(Shouter(break_at(2)), manager)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "2024.json.bak").write_text("mine")
    run(Shouter(), manager, name="other.txt")
    assert run(Shouter(), manager)[1]
    assert sorted(name for name in os.listdir(tmp_path) if name[0] != ".") == ["2024.json.bak", "notes.txt"]


def test_an_empty_path_is_no_folder():
    with pytest.raises(ValueError, match="path must name a folder"):
        StateManager("")


@pytest.mark.parametrize("index", [-1, 2])
def test_a_chunk_that_a_run_does_not_have_is_refused(tmp_path, index):
    manager = StateManager(tmp_path)
    manager.save(ProcessingState("a", "b", "c", "d", 2))
    with pytest.raises(ValueError, match="index must be from 0 to 1"):
        manager.update_chunk_complete(index, ProcessedChunk(0, "a", "b").to_dict())


# --- numbers --------------------------------------------------------------------------------------


def test_chunks_may_be_numbered_from_one_and_a_resumed_run_equals_an_undisturbed_one(tmp_path):
    chunks = [Chunk(index, f"this is part {index}") for index in range(1, 5)]
    undisturbed, _ = run(Shouter(), StateManager(tmp_path / "a"), chunks)
    with pytest.raises(ValueError, match="broke"):
        run(Shouter(break_at(3)), StateManager(tmp_path / "b"), chunks)
    resumed, _ = run(Shouter(), StateManager(tmp_path / "b"), chunks)
    assert resumed == undisturbed
    assert [result.chunk_index for result in resumed] == [1, 2, 3, 4]


# --- threads and processes ------------------------------------------------------------------------


def test_a_second_run_in_the_same_folder_is_refused_and_takes_no_chunk_for_its_own(tmp_path):
    manager, reached, go_on = StateManager(tmp_path), threading.Event(), threading.Event()

    def wait_at_one(chunk):
        if chunk.index == 1:
            reached.set()
            assert go_on.wait(HANG_SECONDS)

    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(run(Shouter(wait_at_one), manager)))
    thread.start()
    assert reached.wait(HANG_SECONDS)
    others = [Chunk(index, f"another talk {index}") for index in range(4)]
    with pytest.raises(LockedError, match="Another run is in"):
        run(Shouter(), manager, others, "another.txt")
    go_on.set()
    thread.join(HANG_SECONDS)
    assert [result.cleaned_text for result in outcome[0][0]] == [chunk.text.upper() for chunk in CHUNKS]
    assert run(Shouter(), manager, others, "another.txt")[1]


def test_a_lock_is_not_kept_by_a_process_that_was_forked_off_meanwhile_nor_undone_by_it(tmp_path):
    with Folder(str(tmp_path)) as folder:
        lock = Lock(folder)
        end, ended = os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            os.read(end[0], 1)
            lock.release()
            os.write(ended[1], b".")
            os.read(end[0], 1)
            os._exit(0)
        os.write(end[1], b".")
        os.read(ended[0], 1)
        with pytest.raises(LockedError):
            Lock(folder)
        lock.release()
        Lock(folder).release()
        os.write(end[1], b".")
        os.waitpid(child, 0)


def test_a_lock_is_gone_with_its_release_though_a_fork_has_it_too(tmp_path):
    with Folder(str(tmp_path)) as folder:
        lock = Lock(folder)
        end = os.pipe()
        child = os.fork()
        if child == 0:
            os.read(end[0], 1)
            os._exit(0)
        lock.release()
        Lock(folder).release()
        os.write(end[1], b".")
        os.waitpid(child, 0)


@pytest.mark.long
def test_forked_processes_share_no_connection_and_read_nobody_elses_answer(server):
    processor = LLMProcessor(api_key="key", base_url=server.url)
    processor.process_chunk(Chunk(0, "um hello there"), "t", "T")
    context = multiprocessing.get_context("fork")
    told = context.SimpleQueue()

    def clean(number):
        results = [
            processor.process_chunk(Chunk(0, f"um process {number} says this {time}"), "t", "T")
            for time in range(5)
        ]
        told.put([(result.cleaned_text, result.requests) for result in results])

    children = [context.Process(target=clean, args=(number,)) for number in range(4)]
    for child in children:
        child.start()
    answers = [told.get() for _ in children]
    for child in children:
        child.join(HANG_SECONDS)
    wanted = [[(f"process {number} says this {time}", 1) for time in range(5)] for number in range(4)]
    assert sorted(answers) == wanted


# --- errors, Ctrl-C -------------------------------------------------------------------------------


def test_an_error_of_the_callback_ends_the_run_and_the_chunk_that_it_was_told_of_is_kept(tmp_path):
    def fail(current, total, status):
        raise RuntimeError("the callback broke")

    with pytest.raises(RuntimeError, match="the callback broke"):
        run(Shouter(), StateManager(tmp_path), progress_callback=fail)
    state = StateManager(tmp_path).load()
    assert (state.status, state.error, state.completed_chunks) == ("failed", "the callback broke", [0])
    assert run(Shouter(), StateManager(tmp_path))[1]


@pytest.fixture
def ctrl_c():
    """Within, SIGINT interrupts; what is started in the background of a shell ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_the_wait_for_a_busy_service_and_a_second_call_goes_on(server, tmp_path, ctrl_c):
    busy = Reply(status=429, headers={"retry-after": "50"}, body=b"{}")
    asked, is_busy = [], threading.Event()
    main = threading.main_thread().ident

    def answer(body):
        asked.append(1)
        if len(asked) == 1:
            return None
        is_busy.set()
        return busy

    def interrupt():
        assert is_busy.wait(HANG_SECONDS)
        server.wait_for(0)
        signal.pthread_kill(main, signal.SIGINT)

    server.fault = answer
    processor = LLMProcessor(api_key="key", base_url=server.url)
    resumable = ResumableProcessor(processor, StateManager(tmp_path))
    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        resumable.process_with_checkpoints(CHUNKS, "t", "Title", "talk.txt")
    assert len(asked) == 2, "the wait went on to its end"
    server.fault = lambda body: None
    resumable.processor = LLMProcessor(api_key="key", base_url=server.url)  # one that was told of no wait
    results, completed = resumable.process_with_checkpoints(CHUNKS, "t", "Title", "talk.txt")
    assert (len(results), completed) == (4, True)


# --- types ----------------------------------------------------------------------------------------


class Liar(Shouter):
    def process_chunk(self, chunk, prompt_template, video_title, output_language):
        return chunk.text


class Nameless(Shouter):
    provider = "own"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: LLMProcessor("offline", glossary="Tea"), "glossary must be a list of str, not str"),
        (lambda: LLMProcessor("offline", glossary=[1]), "glossary[0] must be str, not int"),
        (lambda: LLMProcessor("offline", attempts="5"), "attempts must be int, not str"),
        (
            lambda: LLMProcessor("offline", timeout_seconds="5"),
            "timeout_seconds must be int or float, not str",
        ),
        (lambda: LLMProcessor("offline", max_wait_seconds=None), "max_wait_seconds must be int or float"),
        (lambda: LLMProcessor("offline", prices={"m": {}}), "prices['m'] must be Price, not dict"),
        (lambda: LLMProcessor("offline", prices=[1]), "prices must be Mapping or None, not list"),
        (lambda: LLMProcessor("offline", thinking="on"), "thinking must be bool or None, not str"),
        (lambda: LLMProcessor("offline", chunk_words="9"), "chunk_words must be int, not str"),
        (lambda: LLMProcessor("offline", pseudonyms=["Ann"]), "pseudonyms must be Mapping or None, not list"),
        (
            lambda: LLMProcessor("offline", pseudonyms={"Ann": 1}),
            "what pseudonyms holds must be str, not int",
        ),
        (lambda: read("a.txt", speakers={1: "Ann"}), "what speakers holds must be str, not int"),
        (lambda: run(Shouter(), StateManager(), config={"at": os.stat}), "config must hold what JSON can"),
        (lambda: run(Shouter(), StateManager(), config={1: 2, "a": 3}), "config must hold what JSON can"),
        (lambda: run(Liar(), StateManager()), "what process_chunk returns must be ProcessedChunk, not str"),
        (lambda: run(Nameless(), StateManager()), "processor.provider must be of an Enum, not str"),
        (lambda: StateManager().update_chunk_complete("0", {}), "index must be int, not str"),
        (lambda: StateManager().update_chunk_complete(0, CHUNKS[0]), "result must be Mapping, not Chunk"),
    ],
)
def test_what_is_of_a_wrong_type_is_named(tmp_path, monkeypatch, call, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TypeError) as caught:
        call()
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"attempts": 0}, "attempts must be 1 or more, not 0"),
        ({"timeout_seconds": 0}, "timeout_seconds must be 0.001 or more, not 0"),
        ({"max_wait_seconds": -1}, "max_wait_seconds must be 0 or more, not -1"),
        ({"max_wait_seconds": float("nan")}, "max_wait_seconds must be 0 or more, not nan"),
        ({"chunk_words": 0}, "chunk_words must be 1 or more, not 0"),
    ],
)
def test_a_number_out_of_its_bounds_is_named(given, message):
    with pytest.raises(ValueError, match=message):
        LLMProcessor("offline", **given)


def test_a_transcript_is_read_through_links_by_the_name_that_is_given(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "0815").write_text("1\n00:00:01,000 --> 00:00:02,000\nAnn: Hello.\n")
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "folder" / "talk.srt").symlink_to("0815")
    [chunk] = read(tmp_path / "link" / "talk.srt")
    assert chunk.text == "Hello."


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "talk.txt")
    with pytest.raises(OSError, match="not a file"):
        read(tmp_path / "talk.txt")


def test_chunks_of_no_words_are_refused(tmp_path):
    (tmp_path / "talk.txt").write_text("um hello there")
    with pytest.raises(ValueError, match="chunk_words must be 1 or more"):
        read(tmp_path / "talk.txt", 0)


PROGRAM = """
from enum import Enum
from pathlib import Path

from daemon import Chunk, LLMProcessor, LLMProvider, ProcessedChunk, ResumableProcessor, StateManager


class Own(Enum):
    MINE = "mine"


class Plain:
    model = "plain"
    provider = Own.MINE

    def process_chunk(
        self, chunk: Chunk, prompt_template: str, video_title: str, output_language: str | None
    ) -> ProcessedChunk:
        return ProcessedChunk(chunk.index, chunk.text, chunk.text.upper())


class ReadOnly(Plain):
    @property
    def model(self) -> str:  # type: ignore[override]
        return "read-only"


def tell(current: int, total: int, status: str) -> None:
    print(current, total, status)


processor = LLMProcessor(LLMProvider.OFFLINE)
for one in (processor, Plain(), ReadOnly()):
    resumable = ResumableProcessor(one, StateManager(Path("my-state")))
    results, completed = resumable.process_with_checkpoints(
        [Chunk(0, "um hello")], processor.load_prompt_template(None), "T", "t.txt", None, tell, {"part": 1}
    )
    texts: list[str] = [result.cleaned_text for result in results]
    print(texts, completed is True)
"""


@pytest.mark.process
def test_a_program_with_a_processor_of_its_own_is_typed_and_runs(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    here = os.getcwd()
    environment = os.environ | {"PYTHONPATH": here, "MYPYPATH": here}
    strict = ["--config-file", f"{here}/pyproject.toml", "--cache-dir", f"{here}/.mypy_cache"]
    for command in (["-m", "mypy", *strict, "program.py"], ["program.py"]):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=HANG_SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("True") == 3


@pytest.mark.parametrize("name", ["PAUSE", "FAILED", "state.json", "0001.json"])
@pytest.mark.parametrize("begun", [False, True], ids=["before a run", "in an unfinished run"])
def test_a_folder_that_has_the_name_of_a_runs_file_is_left_as_it_is_under_another(tmp_path, name, begun):
    manager = StateManager(tmp_path / "state")
    if begun:
        with pytest.raises(ValueError, match="broke"):
            run(Shouter(break_at(1)), manager)
        (tmp_path / "state" / name).unlink(missing_ok=True)
    (tmp_path / "state" / name).mkdir(parents=True)
    (tmp_path / "state" / name / "somebody's").write_text("kept")
    results, completed = run(Shouter(), StateManager(tmp_path / "state"))
    assert (len(results), completed) == (len(CHUNKS), True)
    [kept] = (tmp_path / "state").glob(f"**/{name}*/somebody's")
    assert kept.read_text() == "kept"


@pytest.mark.process
@pytest.mark.parametrize("provider", ["anthropic", "openai"])
def test_no_variable_of_a_library_has_the_log_tell_what_was_said(server, provider):
    script = (
        "import sys; from daemon import Chunk, LLMProcessor\n"
        "processor = LLMProcessor(sys.argv[1], 'sk-hidden', 'a-model', base_url=sys.argv[2])\n"
        "processor.process_chunk(Chunk(0, 'um the secret garden'), 'Clean it.', 'Talk', None)\n"
    )
    asked = {"ANTHROPIC_LOG": "debug", "OPENAI_LOG": "debug"}
    words = [sys.executable, "-c", script, provider, server.url]
    done = run_to_end(words, env=environment(asked))
    assert done.returncode == 0
    assert server.bodies
    assert "secret garden" not in done.stdout + done.stderr
    assert "sk-hidden" not in done.stdout + done.stderr
