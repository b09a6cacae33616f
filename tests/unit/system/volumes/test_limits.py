"""What a filesystem can't do is found without a trace."""

import os

import pytest

from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.system.volumes.limits import find_limits


@pytest.mark.process
def test_nothing_is_left_in_a_folder_that_can_only_be_added_to(path, append_only):
    find_limits(str(path))
    outbox = Outbox(str(path))
    for text in ("held", "held still"):
        outbox.write_status(text)
    assert os.listdir(path) == ["STATUS.txt"]
    assert (path / "STATUS.txt").read_text() == "held still"
