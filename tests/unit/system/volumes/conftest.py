import subprocess

import pytest


@pytest.fixture
def path(tmp_path):
    (tmp_path / "box").mkdir()
    return tmp_path / "box"


@pytest.fixture
def append_only(path):
    """Marks the folder so that it takes new names and lets none be changed or removed, until it is called."""

    def unmark():
        subprocess.run(["chattr", "-a", str(path)], check=True)

    marked = subprocess.run(["chattr", "+a", str(path)], capture_output=True, text=True)
    if marked.returncode != 0:
        pytest.skip(f"a folder can't be marked here: {marked.stderr.strip()}")
    yield unmark
    unmark()
