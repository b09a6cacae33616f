"""What docs/architecture.md and CONTRIBUTING.md say of the code is so."""

import ast
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from daemon.loop.lifecycle import LEADS_TO, TABLE, Found, Step, UnderWay
from tests.unit.test_layers import LAYERS

HERE = Path(__file__).parents[2]
ARCHITECTURE = (HERE / "docs/architecture.md").read_text()
CONTRIBUTING = (HERE / "CONTRIBUTING.md").read_text()


def named_paths(text):
    return set(re.findall(r"`((?:daemon|docs|tests)/[\w./-]*)`", text))


def sections():
    """The recipes, each with what it is for."""
    return re.findall(r"<!-- recipe: (\w+) -->\n(.*?)(?=\n### |\Z)", ARCHITECTURE, re.S)


@pytest.mark.parametrize("text", [ARCHITECTURE, CONTRIBUTING])
def test_every_file_and_folder_that_is_named_is_there(text):
    missing = [path for path in named_paths(text) if not (HERE / path).exists()]
    assert missing == []


def describe_table():
    """The table as Markdown, for the documentation; of the columns, the one where nothing is under way."""
    lines = ["| a job is | when this is found | its next step | which is to |", "|---|---|---|---|"]
    for found, steps in TABLE.items():
        step = steps[UnderWay.NOTHING]
        lines.append(f"| {found.name} | {found.value} | {step.name} | {step.value} |")
    return "\n".join(lines)


def draw_diagram():
    """The table as a state diagram in Mermaid, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> CLAIMED: claim"]
    for found, steps in TABLE.items():
        step = steps[UnderWay.NOTHING]
        lines += [f"    {found.name} --> {after.name}: {step.name}" for after in LEADS_TO.get(step, ())]
    lines.append(f"    {Found.ENDED.name} --> [*]: {Step.FORGET.name}")
    return "\n".join(lines)


def test_every_folder_of_the_package_is_told_of_with_its_layer():
    folders = {path.name for path in (HERE / "daemon").iterdir() if (path / "__init__.py").exists()}
    table = re.search(r"\| layer \| folders \|\n(.*?)\n\n", ARCHITECTURE, re.S).group(1)
    assert set(re.findall(r"`(\w+)`", table)) == folders | {"errors"}


def test_the_layers_are_those_that_hold():
    rows = re.findall(r"^\| \d+ \| (.*?) \|$", ARCHITECTURE, re.M)
    told = [set(re.findall(r"`(\w+)`", row)) for row in rows]
    layers = [set(line.split()) for line in LAYERS.split("\n")]
    assert told == [layer for layer in layers if layer not in (set(), {"__main__"})]


def test_the_table_and_the_diagram_of_a_jobs_life_are_those_of_the_code():
    told = re.search(r"<!-- lifecycle -->\n(.*?)\n<!-- /lifecycle -->", ARCHITECTURE, re.S).group(1)
    assert told == f"{describe_table()}\n\n```mermaid\n{draw_diagram()}\n```"


def list_modules(folder):
    """The modules that the list in a package's docstring names, and all it has; nothing without a list."""
    doc = ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""
    listed = set(re.findall(r"^ *(\w+)/?  +\S", doc, re.M))
    there = {path.stem for path in folder.glob("[!_]*.py")}
    there |= {path.parent.name for path in folder.glob("*/__init__.py")}
    return (listed | there.intersection(re.findall(r"`(\w+)`", doc)), there) if listed else (set(), set())


def test_a_package_that_lists_its_modules_names_each_of_them():
    lists = {path.parent: list_modules(path.parent) for path in (HERE / "daemon").rglob("__init__.py")}
    assert sum(bool(told) for told, _ in lists.values()) > 5
    assert {folder.name: told ^ there for folder, (told, there) in lists.items() if told != there} == {}


def test_there_is_a_recipe_for_each_thing_that_is_added_most():
    assert [name for name, _ in sections()] == ["format", "language", "style", "setting"]


def test_every_target_of_make_that_is_named_exists():
    targets = set(re.findall(r"^([a-z]+):", (HERE / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make (\w+)`", ARCHITECTURE + CONTRIBUTING)) <= targets


@pytest.mark.process
@pytest.mark.parametrize("moved", [False, True])
def test_make_makes_a_virtual_environment_anew_where_its_folder_was_moved(tmp_path, moved):
    before, folder = tmp_path / "before", tmp_path / "a folder"
    (before / ".venv/bin").mkdir(parents=True)
    made_at = before if moved else folder
    (before / ".venv/pyvenv.cfg").write_text(f"command = /usr/bin/python3 -m venv {made_at}/.venv\n")
    for name in ("Makefile", "pyproject.toml", ".venv/bin/pip", ".venv/.ready"):
        shutil.copyfile(HERE / "Makefile", before / name)
    before.rename(folder)
    make = ["make", "--dry-run", "run"]
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}  # run by make
    steps = subprocess.check_output(make, cwd=folder, env=own, text=True).splitlines()
    assert steps[-1] == "exec .venv/bin/transcriptd run"
    assert [bool(re.search(r" -m (venv|pip) ", step)) for step in steps].count(True) == (2 if moved else 0)


@pytest.mark.process
@pytest.mark.parametrize(("failures", "code"), [(1, 0), (2, 2)])
def test_make_installs_once_more_where_a_download_broke_off(tmp_path, failures, code):
    (tmp_path / ".venv/bin").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", ".venv/bin/pip"):
        shutil.copyfile(HERE / "Makefile", tmp_path / name)
    python = tmp_path / ".venv/bin/python"
    python.write_text(f'#!/bin/sh\necho >> tried; [ "$(wc -l < tried)" -gt {failures} ]\n')
    python.chmod(0o755)
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}  # run by make
    assert subprocess.run(["make", ".venv/.ready"], cwd=tmp_path, env=own).returncode == code
    assert (tmp_path / ".venv/.ready").exists() == (code == 0)


def test_one_module_alone_renames():
    renames = re.compile(r"\bos\.(?:rename|renames|replace)\(|shutil\.move\(|\brenameat2\b")
    modules = [path for path in (HERE / "daemon").rglob("*.py") if renames.search(path.read_text())]
    assert [str(path.relative_to(HERE)) for path in modules] == ["daemon/system/files.py"]
    assert "`daemon/system/files.py`, the only module that renames" in " ".join(ARCHITECTURE.split())
