"""Freed memory goes back to the system, also where something that is kept lies behind it."""

import os
import subprocess
import sys

import pytest

FREE_BLOCKS = """
import resource
from daemon.system.process.resources import give_back_freed_memory

def read_memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

give_back_freed_memory()
before = read_memory()
bytearray(8_000_000)  # glibc keeps blocks up to the largest that was freed
blocks, kept = [], []
for _ in range(100):
    blocks.append(bytearray(b"x") * 1_000_000)
    kept.append(bytearray(b"y") * 20_000)
del blocks
print(read_memory() - before)
"""


@pytest.mark.process
def test_large_blocks_between_small_ones_are_given_back_when_they_are_freed():
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MALLOC_")}
    program = [sys.executable, "-c", FREE_BLOCKS]
    growth = subprocess.run(program, env=environment, check=True, capture_output=True, text=True).stdout
    assert int(growth) < 20_000_000  # bytes: 2 MB are kept; 102 where nothing is given back
