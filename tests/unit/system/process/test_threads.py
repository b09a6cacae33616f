"""Where the system starts no further thread, it is said what to raise, and what can be done without is."""

import os
import subprocess
import sys
import threading
import time

import pytest

from daemon.errors import EXIT_HELD
from daemon.system.process.patient_output import PatientOutput
from daemon.system.process.threads import NoThreadError, is_no_thread, start_thread
from tests import HANG_SECONDS
from tests.no_threads import NoThreads


def test_a_thread_that_is_refused_is_told_as_too_many_processes_with_what_to_raise(monkeypatch):
    NoThreads(monkeypatch)
    with pytest.raises(NoThreadError) as refused:
        start_thread(lambda: None, "some")
    said = str(refused.value)
    assert "too many processes" in said
    assert "ulimit -u" in said
    assert "TasksMax=" in said
    assert refused.value.exit_code == EXIT_HELD


# Leaves a thread its stack and, from one child to the next, 4 KB more of memory; prints how often Python was
# still waiting for one when its alarm went off.
TIGHT = """
import os, resource, signal, threading
from daemon.system.process.threads import NoThreadError, start_thread

def start(more):
    with open("/proc/self/statm") as sizes:
        limit = int(sizes.read().split()[0]) * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    signal.alarm(60)
    try:
        start_thread(lambda: None, "some")
    except NoThreadError:
        pass

threading.stack_size(1 << 20)
waited = 0
for more in range(1 << 20, (1 << 20) + (1 << 18), 4096):
    child = os.fork()
    if not child:
        try:
            start(more)
        finally:
            os._exit(0)
    waited += os.WIFSIGNALED(os.waitpid(child, 0)[1])
print(waited)
"""


@pytest.mark.process
@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux's /proc")
def test_no_thread_is_waited_for_that_ends_for_want_of_memory_before_it_has_begun():
    done = subprocess.run([sys.executable, "-c", TIGHT], capture_output=True, text=True, timeout=HANG_SECONDS)
    assert done.stdout == "0\n", done.stderr


def test_what_a_library_says_of_it_is_known_and_other_errors_are_not():
    assert is_no_thread(RuntimeError("can't start new thread"))
    assert not is_no_thread(RuntimeError("dictionary changed size during iteration"))
    assert not is_no_thread(MemoryError())


def test_what_is_said_is_written_without_a_thread_and_with_one_once_there_can_be(monkeypatch):
    reader, writer = os.pipe()
    limit = NoThreads(monkeypatch)
    output = PatientOutput(writer)
    output.write("one\n")
    output.write("more\n")
    assert os.read(reader, 100) == b"one\nmore\n"
    assert limit.refused == 1, "a thread that ends before it has begun would be waited for"
    assert output.drain(HANG_SECONDS)
    limit.lifted = True
    moment = time.monotonic() + 60
    monkeypatch.setattr(time, "monotonic", lambda: moment)
    output.write("two\n")
    assert output.drain(HANG_SECONDS)
    assert os.read(reader, 100) == b"two\n"
    assert "output" in {thread.name for thread in threading.enumerate()}
