"""The largest legal file of the kinds that get largest: in bounded memory, in time that grows as it does."""

import os
import subprocess
import time

import pytest

from tests.conftest import environment, program
from tests.large_sources import KINDS, OTHER_KINDS, make_source

MEGABYTE = 1_000_000
SMALL, LARGE = 12 * MEGABYTE, 50 * MEGABYTE
MOST_MEMORY = 400  # MB, of the whole process
LINEAR = 1.5  # times as long as linear time, at most


@pytest.mark.prove
@pytest.mark.parametrize("kind", KINDS + OTHER_KINDS)
def test_a_file_of_fifty_megabytes_takes_bounded_memory_and_linear_time(root, kind, total):
    small, _ = work_off(root, kind, SMALL)
    seconds, memory = work_off(root, kind, LARGE)
    total(f"large files: 50 MB of {kind} in {memory:.0f} MB, {seconds:.0f} s; 12 MB in {small:.0f} s")
    assert memory < MOST_MEMORY
    assert seconds < LINEAR * small * LARGE / SMALL


def work_off(root, kind, size):
    """Work a transcript off; the seconds of processor time, and the most memory (MB), that it took."""
    name = f"talk-{size // MEGABYTE}"
    root.drop(f"{name}.{kind.rpartition('.')[2]}", make_source(kind, size))
    process = subprocess.Popen([*program(root), "once"], env=environment(), stderr=subprocess.DEVNULL)
    memory = seconds = 0.0
    while process.poll() is None:
        memory = max(memory, read_memory(process.pid))
        seconds = max(seconds, read_processor_time(process.pid))
        time.sleep(0.1)
    assert process.returncode == 0
    assert root.results().count(name) == 1
    return seconds, memory


def read_memory(pid):
    """The most memory that a process had so far, in MB; 0 where it has ended."""
    try:
        with open(f"/proc/{pid}/status") as file:
            found = [line for line in file if line.startswith("VmHWM:")]
    except OSError:
        return 0.0
    return int(found[0].split()[1]) * 1024 / MEGABYTE if found else 0.0


def read_processor_time(pid):
    """The seconds of processor time that a process took so far; 0 where it has ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
