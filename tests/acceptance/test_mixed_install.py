"""python-daemon, whose folder has the same name, installed over this program: `check` runs, and says so."""

import os
import shutil
import subprocess
import sys

import daemon


def test_check_runs_and_names_the_other_package(tmp_path):
    mixed = tmp_path / "site"
    shutil.copytree(os.path.dirname(daemon.__file__), mixed / "daemon")
    (mixed / "daemon/__init__.py").write_text('"""Another package."""\n')
    (mixed / "daemon/pidfile.py").write_text("")
    root = tmp_path / "root"
    command = [sys.executable, "-m", "daemon"]
    environment = {**os.environ, "PYTHONPATH": str(mixed)}
    for words in (["init", str(root)], ["--config", str(root / "config.yaml"), "check"]):
        done = subprocess.run(
            [*command, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert "pidfile.py is installed into the same folder `daemon` as transcriptd" in said
    assert "Give transcriptd a virtual environment of its own" in said
