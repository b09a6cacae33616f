"""Whoever closes a terminal, a pipe or a stream: what is to end ends, and what is to go on goes on."""

import os
import pty
import shlex
import signal
import subprocess
import sys

import pytest

from tests import HANG_SECONDS
from tests.conftest import environment, program, until
from tests.terminal import Terminal

HUNG_UP_WHILE_LOADING = """
import os, signal, sys
from daemon.__main__ import main

class Finder:
    def find_spec(self, name, *_):
        if name == "daemon.cli.main":
            os.kill(os.getpid(), signal.SIGHUP)

sys.meta_path.insert(0, Finder())
main()
"""


def start_in_shell(root, words, redirection):
    command = [*program(root), *words]
    # Buffered, as for most people: what a stream refuses is kept until the end.
    env = environment({"PYTHONUNBUFFERED": ""})
    return subprocess.Popen(["sh", "-c", f'exec "$@" {redirection}', "sh", *command], env=env)


@pytest.mark.parametrize("command", ["run", "once"])
def test_a_terminal_that_is_closed_ends_it_as_a_signal_to_stop_would(model_root, server, command):
    model_root.write_config(concurrency=1, chunk_words=100, stop_grace_seconds=1)
    model_root.drop("talk.txt", "\n\n".join(f"Ann: {'so this is it ' * 40}" for _ in range(5)))
    server.hold()
    terminal = Terminal([*program(model_root), command], environment({"ANTHROPIC_API_KEY": "k"}))
    server.wait_for(1)
    os.close(terminal._fd)  # the window is closed
    assert terminal._process.wait(HANG_SECONDS) in (0, 130)
    assert len(server.bodies) == 1
    server.release()


def test_a_hangup_without_a_terminal_reloads(root):
    daemon = root.start()
    daemon.logged("watching")
    daemon.process.send_signal(signal.SIGHUP)
    daemon.logged("config read")
    assert daemon.stop() == 0


def test_a_hangup_while_the_program_loads_ends_nothing(root):
    root.drop("talk.txt")
    command = [sys.executable, "-c", HUNG_UP_WHILE_LOADING, *program(root)[3:], "once"]
    done = subprocess.run(command, env=environment(), timeout=HANG_SECONDS, start_new_session=True)
    assert (done.returncode, root.results()) == (0, ["talk"])


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM])
def test_a_signal_that_means_nothing_is_said_and_ends_nothing(root, number):
    daemon = root.start()
    daemon.logged("watching")
    daemon.process.send_signal(number)
    daemon.logged(f"unheeded signal={number.name}")
    root.drop("talk.txt")
    until(root.results)
    assert daemon.stop() == 0


def test_under_nohup_a_closed_terminal_ends_nothing(root):
    into_a_file = ["sh", "-c", 'exec nohup "$@" > "$0"', str(root.path / "nohup.out")]
    terminal = Terminal([*into_a_file, *program(root), "run"], environment())
    until(lambda: (root.outbox / "STATUS.txt").exists())
    os.close(terminal._fd)
    root.drop("talk.txt")
    until(root.results)
    terminal._process.terminate()
    assert terminal._process.wait(HANG_SECONDS) == 0


def test_output_that_a_full_disk_refuses_is_said_to_be_the_output(root):
    command = f"{shlex.join([*program(root), 'status'])} >/dev/full"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=HANG_SECONDS)
    assert done.stderr == (
        "transcriptd: What this prints can't be written: No space left on device. Let it print elsewhere.\n"
    )
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("words", "code"), [(["status"], 1), (["once", "--no-such-option"], 2), (["retry", "nobody"], 2)]
)
def test_an_exit_code_is_what_it_would_be_where_no_stream_takes_anything(root, words, code):
    process = start_in_shell(root, words, ">/dev/full 2>/dev/full")
    assert process.wait(HANG_SECONDS) == code


@pytest.mark.parametrize("redirection", ["2>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-", "2>/dev/full"])
def test_streams_that_are_closed_or_full_stop_nothing(root, redirection):
    process = start_in_shell(root, ["run"], redirection)
    root.drop("talk.txt")
    until(root.results)
    process.terminate()
    assert process.wait(HANG_SECONDS) == 0
    assert (root.state / "ledger.csv").exists() is False  # nothing was written where a stream had been


def test_a_log_that_nobody_reads_stops_nothing_and_it_leaves_when_asked(root):
    reading, writing = os.pipe()
    process = subprocess.Popen([*program(root), "run"], env=environment(), stdout=writing, stderr=writing)
    os.close(writing)
    names = [f"{number:03}-{'x' * 150}" for number in range(150)]  # more lines than a pipe holds
    for name in names:
        root.drop(f"{name}.txt")
    until(lambda: len(root.results()) == len(names), every=0.5)
    process.terminate()
    assert process.wait(HANG_SECONDS) == 0
    os.close(reading)


def test_a_terminal_that_stands_still_stops_nothing(root):
    terminal, end = pty.openpty()  # nobody reads it
    process = subprocess.Popen(
        [*program(root), "once"], env=environment(), stderr=end, stdout=subprocess.PIPE
    )
    os.close(end)
    for number in range(30):
        root.drop(f"{number:03}-{'x' * 150}.txt")
    until(lambda: len(root.results()) == 30, every=0.5)
    assert process.communicate(timeout=HANG_SECONDS)[0].count(b"\n") == 30
    os.close(terminal)


def test_a_name_that_the_stdout_has_no_letters_for_is_escaped(root):
    root.drop("講義.txt")
    env = environment({"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})
    done = subprocess.run([*program(root), "once"], env=env, capture_output=True, timeout=HANG_SECONDS)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert root.results() == ["講義"]


def test_an_interrupt_while_the_program_is_being_loaded_ends_it_without_a_traceback():
    interrupt = """
import runpy, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
runpy.run_module("daemon", run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-c", interrupt], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")
