"""Commands of a person's own: run at the right moment, told what they need, unable to do harm."""

import json
import sys
from collections import deque
from pathlib import Path
from types import SimpleNamespace

import pytest

from daemon.loop import hooks
from daemon.loop.lifecycle import MOST_CRASHES
from daemon.system.process import logs
from daemon.text.names.pseudonyms import Pseudonyms
from tests.conftest import until
from tests.messages_server import clean, error

WRITER = (
    "import json, os, sys; out = sys.argv[1]; "
    "kept = [name for name in os.environ if 'TRANSCRIPTD' in name or 'ANTHROPIC' in name]; "
    "told = {name: os.environ[name] for name in kept}; "
    "inside = sorted(os.listdir(sys.argv[2])); "
    "open(out, 'a').write(json.dumps({**told, 'inside': inside}) + chr(10))"
)


def told(tmp_path):
    out = tmp_path / "told"
    return [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []


@pytest.fixture
def command(tmp_path):
    (tmp_path / "hook.py").write_text(WRITER)
    return f"{sys.executable} '{tmp_path / 'hook.py'}' '{tmp_path / 'told'}'"


def test_on_done_is_run_with_the_folder_of_a_whole_result(make_root, command, tmp_path):
    root = make_root(on_done=command)
    root.drop("talk.txt")
    assert root.start("once", env={"ANTHROPIC_API_KEY": ""}).wait() == 0
    (one,) = told(tmp_path)
    assert one["TRANSCRIPTD_EVENT"] == "done"
    assert one["TRANSCRIPTD_FOLDER"] == str(root.outbox / "talk")
    assert one["TRANSCRIPTD_JOB"] == "talk"
    assert one["inside"] == sorted(path.name for path in (root.outbox / "talk").iterdir())


def test_a_relative_path_in_a_command_starts_at_the_root(make_root, tmp_path):
    root = make_root(on_done="./tell seen")
    (root.path / "tell").write_text('#!/bin/sh\necho "$2" >"$1"\n')
    (root.path / "tell").chmod(0o755)
    root.drop("talk.txt")
    assert f"`on_done`: {root.path}/./tell can be run" in root.command("check").stdout
    root.command("once")
    assert (root.path / "seen").read_text() == f"{root.outbox / 'talk'}\n"


def test_on_done_hears_how_many_passages_were_not_cleaned(make_root, server, command, tmp_path):
    root = make_root(base_url=server.url, on_done=command)
    server.answer = lambda body: "No." if "harbour" in str(body["messages"]) else clean(body)
    root.drop("bad.txt", "Ann: um the harbour is open today and ships come in from the sea.\n")
    root.drop("good.txt")
    root.command("once")
    flags = {one["TRANSCRIPTD_JOB"]: one["TRANSCRIPTD_FLAGS"] for one in told(tmp_path)}
    assert flags == {"bad": "1", "good": "0"}


def test_a_reason_has_pseudonyms_as_the_log_does(tmp_path, command, monkeypatch):
    monkeypatch.setattr(logs, "_hiders", deque())
    logs.hide_in_lines(Pseudonyms({"Ann Lee": "P01"}).hide_label)
    hooks.run_command(command, hooks.REJECTED, str(tmp_path), reason="Its speakers name Ann Lee twice.")
    assert told(tmp_path)[0]["TRANSCRIPTD_REASON"] == "Its speakers name P01 twice."


def test_the_variable_that_the_config_names_for_the_key_is_kept_from_commands(tmp_path, command, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_OF_MINE", "sk-secret")
    hooks.run_command(command, hooks.DONE, str(tmp_path), key_variable="ANTHROPIC_OF_MINE")
    hooks.run_command(command, hooks.DONE, str(tmp_path))
    assert ["ANTHROPIC_OF_MINE" in one for one in told(tmp_path)] == [False, True]


def test_on_problem_hears_of_what_was_rejected_and_on_done_does_not(make_root, command, tmp_path):
    root = make_root(on_done="/bin/false", on_problem=command)
    root.drop("talk.txt", b"\x89PNG\r\n\x1a\n\0\0\0")
    assert root.start("once").wait() == 1
    (one,) = told(tmp_path)
    assert one["TRANSCRIPTD_EVENT"] == "rejected"
    assert "REASON.txt" in one["inside"]
    assert one["TRANSCRIPTD_REASON"]


def test_on_problem_hears_once_that_all_work_is_held_and_never_sees_the_key(
    make_root, command, tmp_path, server
):
    server.fault = lambda body: error(401, "authentication_error")
    root = make_root(base_url=server.url, on_problem=command)
    root.drop("talk.txt")
    daemon = root.start("run", env={"ANTHROPIC_API_KEY": "sk-secret"})
    until(lambda: told(tmp_path))
    daemon.stop()
    (one,) = told(tmp_path)
    assert one["TRANSCRIPTD_EVENT"] == "held"
    assert one["TRANSCRIPTD_FOLDER"] == str(root.outbox)
    assert "ANTHROPIC_API_KEY" not in one
    assert "sk-secret" not in str(one)


def test_on_problem_hears_of_a_failed_job(make_root, command, tmp_path):
    root = make_root(on_problem=command)
    root.drop("talk.txt")
    (root.path / "PAUSE").touch()
    daemon = root.start()
    daemon.logged("paused")
    daemon.stop()
    job = root.state / "talk"
    job.mkdir(mode=0o700)
    ticket = {"job_id": "20260101T000000-00000000", "name": "talk.txt", "source": "source.txt",
              "received_at": "2026-01-01T00:00:00+00:00", "modified_ns": 0, "format": 1}  # fmt: skip
    (job / "job.json").write_text(json.dumps(ticket))
    (job / "source.txt").write_text("Ann: hello there.")
    (job / "STEP").write_text(f"{MOST_CRASHES}\n")
    (root.path / "PAUSE").unlink()
    assert root.start("once").wait() == 1
    assert [one["TRANSCRIPTD_EVENT"] for one in told(tmp_path)] == ["failed"]


def test_a_hook_that_fails_is_logged_and_changes_nothing(make_root):
    root = make_root(on_done="/bin/false")
    root.drop("talk.txt")
    daemon = root.start("once")
    daemon.logged("hook event=done job=talk ended with 1")
    assert daemon.wait() == 0
    assert root.results() == ["talk"]


def test_a_hook_that_is_not_there_is_logged_and_changes_nothing(make_root):
    root = make_root(on_done="/no/such/program --now")
    root.drop("talk.txt")
    daemon = root.start("once")
    daemon.logged("hook event=done job=talk can't be run")
    assert daemon.wait() == 0


def is_gone(pid):
    """Whether a process has ended; one that nobody has taken note of has as well."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def child(tmp_path):
    """The number that a child has written down, "" before that."""
    path = tmp_path / "a.pid"
    return path.read_text().strip() if path.exists() else ""


def write_hook(tmp_path, children):
    """A command that begins children, each of which writes down its number, and never ends."""
    script = tmp_path / "hang.sh"
    script.write_text(f"#!/bin/sh\n{children.format(pids=tmp_path)}\nsleep 600\n")
    script.chmod(0o755)
    return str(script)


CHILD = "sh -c 'echo $$ > {{pids}}/{name}.pid; exec sleep 600'"
CHILDREN = {
    "in the background": CHILD.format(name="a") + " &",
    "in a session of its own": "setsid " + CHILD.format(name="a") + " &",
    "whose parent has ended": 'sh -c "setsid ' + CHILD.format(name="a") + ' &"',
    "without the environment": "env -i setsid " + CHILD.format(name="a") + " &",
}


@pytest.mark.parametrize("children", CHILDREN.values(), ids=[*CHILDREN])
def test_a_hook_that_does_not_end_is_stopped_with_all_it_began(tmp_path, monkeypatch, caplog, children):
    begin = iter([0.0])  # its time is over once the child has written its number down, and not before
    clock = SimpleNamespace(monotonic=lambda: next(begin, hooks.TIMEOUT_SECONDS * bool(child(tmp_path))))
    monkeypatch.setattr(hooks, "time", clock)
    hooks.run_command(write_hook(tmp_path, children), "done", str(tmp_path))
    assert "was stopped after" in caplog.text
    until(lambda: is_gone(child(tmp_path)))


def test_a_stop_waits_for_no_hook_ends_what_it_began_and_the_next_start_runs_it_anew(make_root, tmp_path):
    root = make_root(on_done=write_hook(tmp_path, CHILDREN["in a session of its own"]))
    root.drop("talk.txt")
    daemon = root.start()
    until(lambda: child(tmp_path))
    assert daemon.stop() == 0
    assert any("was broken off, to leave" in line for line in daemon.log)  # and not waited for
    until(lambda: is_gone(child(tmp_path)))
    assert root.results() == ["talk"]
    root.write_config(on_done=f"touch {tmp_path / 'again'}")
    assert root.start("once").wait() == 0
    assert (tmp_path / "again").exists()
    assert root.results() == ["talk"]


def test_what_a_hook_says_is_in_no_log(make_root):
    root = make_root(on_done='/bin/sh -c \'cat "$1"/talk.md; cat "$1"/talk.md >&2; exit 3\' hook')
    root.drop("talk.txt", "Ann: the unspeakable word.\n")
    daemon = root.start("once")
    daemon.wait()
    assert any("ended with 3" in line for line in daemon.log)
    assert "unspeakable" not in "\n".join(daemon.log)
