"""What the unit tests share. None starts a process, unless it is marked so: `make fast` runs the others."""

import subprocess

import pytest

from daemon.system.files import Folder


@pytest.fixture(autouse=True)
def close_folders():
    """Close the folders that a test leaves open: all tests of a process may have but 1,024 descriptors."""
    opened, begin = [], Folder.__init__

    def begin_and_note(folder, *args, **kwargs):
        begin(folder, *args, **kwargs)
        opened.append(folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Folder, "__init__", begin_and_note)
        yield
    for folder in opened:
        folder.close()


@pytest.fixture(autouse=True)
def without_processes(request, monkeypatch):
    """Let a test fail that starts a process without being marked for it."""

    def refuse(*words, **_):
        pytest.fail(f"starts a process, so mark it with @pytest.mark.process: {words}")

    if request.node.get_closest_marker("process") is None:
        monkeypatch.setattr(subprocess, "Popen", refuse)


@pytest.fixture
def folder(tmp_path):
    """The test's own folder, opened."""
    with Folder(str(tmp_path)) as opened:
        yield opened
