"""Whether the program's own files were replaced: written anew, moved there, or gone."""

import errno
import os
import shutil
from unittest.mock import Mock

import daemon
from daemon.system.process.own_files import is_own, were_replaced


def package_in(folder):
    """A package of two files and what Python makes of them, and the time right after."""
    package = folder / "package"
    (package / "part/__pycache__").mkdir(parents=True)
    for name in ("__init__.py", "part/words.txt"):
        (package / name).write_text("old")
    return package, max(os.stat(package / name).st_ctime for name in ("__init__.py", "part/words.txt"))


def test_files_as_they_were_are_not_replaced_by_what_python_makes_of_them(tmp_path):
    package, since = package_in(tmp_path)
    (package / "part/__pycache__/words.pyc").write_text("made")
    os.utime(package / "part/__pycache__/words.pyc", (since + 60, since + 60))
    assert not were_replaced(str(package), since)


def test_a_file_that_was_written_since_is_a_replaced_one(tmp_path):
    package, since = package_in(tmp_path)
    assert were_replaced(str(package), since - 1)


def test_a_package_that_is_gone_was_replaced(tmp_path):
    package, since = package_in(tmp_path)
    shutil.rmtree(package)
    assert were_replaced(str(package), since + 60)


def test_a_package_that_can_not_be_listed_counts_as_the_same(tmp_path, monkeypatch):
    package, since = package_in(tmp_path)
    monkeypatch.setattr(os, "scandir", Mock(side_effect=OSError(errno.ENOMEM, "no memory")))
    assert not were_replaced(str(package), since - 1)


def test_a_file_is_the_programs_own_by_its_folder():
    here = os.path.dirname(daemon.__file__)
    assert is_own(f"{here}/text/words.yaml")
    assert not is_own(f"{here}-other/words.yaml")
    assert not is_own(None)
