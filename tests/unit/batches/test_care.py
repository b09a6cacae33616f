"""How it goes with the batches that are out, in words."""

import errno
import os

import pytest

from daemon.batches.care import describe_trouble

FULL = os.strerror(errno.ENOSPC)


@pytest.mark.parametrize(
    ("path", "told"), [((), ""), (("/talks/state/.batches/a",), ": /talks/state/.batches/a")]
)
def test_a_disk_fault_is_told_with_its_file_where_the_system_names_one(path, told):
    trouble = describe_trouble(OSError(errno.ENOSPC, FULL, *path))
    assert trouble == f"A batch can't be read or written ({FULL}){told}"
