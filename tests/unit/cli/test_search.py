"""`search`, where its index can't be had."""

import errno
import os

import pytest

from daemon.cli import search
from daemon.errors import UsageError
from daemon.settings.config import load_config


def test_a_disk_that_is_full_is_named_with_what_helps(root, monkeypatch):
    def refuse(*what, **how):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(search, "search_outbox", refuse)
    read = load_config(str(root.path / "config.yaml"))
    with pytest.raises(UsageError, match=r"No space left.* has room"):
        search.say_hits(read, ["tea"], 10, print, as_json=False)
