"""The program is upgraded while it runs: no job fails for that, and a restart goes on with all."""

import os
import shutil
import sys

import daemon
from tests.conftest import Daemon, environment, until

BARE = (
    "so hello and welcome back to the show we talk about the ships that come into the harbour and "
    "about those who work there all night what do you think they carry most bring wood from the north and "
    "some have fruit but not as much as they had ten years ago when the old crane was still there"
)


def run_from(site, root):
    """The daemon of a copy of the program."""
    words = [sys.executable, "-P", "-m", "daemon", "--config", str(root.path / "config.yaml"), "run"]
    process = Daemon(words, environment({"PYTHONPATH": str(site)}))
    root.daemons.append(process)
    return process


def test_a_module_that_an_upgrade_took_away_holds_all_and_fails_no_job(make_root, tmp_path):
    root = make_root(provider="offline")
    site = tmp_path / "site"
    shutil.copytree(os.path.dirname(daemon.__file__), site / "daemon")
    old = run_from(site, root)
    old.logged("watching inbox=")
    shutil.move(site / "daemon/cleaning/offline/punctuation/guesses.py", tmp_path / "guesses.py")
    (site / "daemon/__init__.py").write_bytes((site / "daemon/__init__.py").read_bytes())
    root.drop("talk.txt", BARE)
    old.logged(" held reason=")
    assert "replaced by another version while it ran" in "".join(old.log)
    assert root.status()["jobs"][0]["state"] == "working"
    assert old.stop() == 0
    shutil.move(tmp_path / "guesses.py", site / "daemon/cleaning/offline/punctuation/guesses.py")
    new = run_from(site, root)
    until(lambda: root.results() == ["talk"])
    assert new.stop() == 0
