"""The house: imports point down, nothing goes in a circle, and no folder is too full to be read at a glance.

Read from the source by `ast`, so that an import inside a function counts like any other.
"""

import ast
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent.parent / "daemon"
# From the top down. Whoever stands in a line imports from its own folder and from the lines below, no other.
LAYERS = """
    __main__
    cli
    status
    loop
    intake delivery library
    batches
    cleaning store
    settings
    workers costs
    formats system
    text
    errors
"""
# daemon/__init__.py: the public names, taken from wherever they are; no module takes them from it.
FACADE = ""
VERSION = "daemon.__version__"  # the one name that is the package's own
MOST_MODULES = 12  # in one folder
# Families: many modules that are all alike, one for each language or format.
FAMILIES = {"text/languages", "formats/captions", "formats/services", "formats/documents"}
# What a reader offers: of a file, or of a service's JSON.
READERS = ({"looks_like", "parse"}, {"fits", "read_object"})

LAYER_OF = {room: layer for layer, rooms in enumerate(reversed(LAYERS.split("\n"))) for room in rooms.split()}
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path):
    """A module's name below the package: `store.plan`, `store` for its __init__, FACADE for the package's."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path) for path in MODULES}


def room_of(name):
    """The first folder on the way to a module; of what lies on top, the module itself."""
    return name.partition(".")[0]


def imports_of(path, source=None):
    """Each import of the package's own modules: the line's number, its text, and the module's name."""
    return list_imports(path, path.read_text() if source is None else source)


parse = cache(ast.parse)  # of 400 modules, by several tests


@cache
def list_imports(path, source):
    """As `imports_of`, once for each text."""
    found = []
    here = ["daemon", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(parse(source)):
        for name in imported_names(node, here):
            if name.split(".")[0] == "daemon" and name != VERSION:
                line = source.splitlines()[node.lineno - 1].strip()
                found.append((node.lineno, line, known(name.removeprefix("daemon").removeprefix("."))))
    return found


def imported_names(node, here):
    """The dotted names that a statement may have imported, from a module in a folder."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        above = here[: len(here) - node.level + 1] if node.level else []
        origin = ".".join([*above, *([node.module] if node.module else [])])
        return [f"{origin}.{alias.name}" for alias in node.names]
    return []


def known(name):
    """The module of a dotted name, which may be a name in a module."""
    while name not in NAMES:
        name = name.rpartition(".")[0]
    return name


def upward(path, source=None):
    """The imports of a module that don't point down, each as people find it: file, line, text."""
    own = room_of(name_of(path))
    found = []
    for number, line, name in imports_of(path, source):
        other = room_of(name)
        if other != own and (other == FACADE or LAYER_OF[other] >= LAYER_OF[own]):
            found.append(f"daemon/{path.relative_to(PACKAGE)}:{number}: {line}")
    return found


def test_every_folder_and_every_module_on_top_has_its_layer():
    rooms = {room_of(name) for name in NAMES} - {FACADE}
    assert rooms == set(LAYER_OF)


def test_every_import_points_down():
    wrong = [line for path in MODULES if name_of(path) != FACADE for line in upward(path)]
    assert wrong == [], "\n".join(["these imports point up, or aside:", *wrong])


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("store/job.py", "from daemon.loop import jobs"),
        ("store/job.py", "import daemon.cli.main"),
        ("store/job.py", "from ..cleaning import verify"),
        ("store/job.py", "from daemon import Chunk"),
        ("text/turns.py", "from daemon.system.files import Folder"),
        ("errors.py", "from daemon.text import turns"),
    ],
)
def test_an_import_that_is_turned_round_is_found_wherever_it_stands(module, line):
    path = PACKAGE / module
    assert upward(path, f"import os\n{line}\n") == [f"daemon/{module}:2: {line}"]
    assert upward(path, f"def later():\n    {line}\n") == [f"daemon/{module}:2: {line}"]


def test_no_module_leads_back_to_itself():
    graph = {
        name_of(path): {name for _, _, name in imports_of(path)} - {name_of(path)}
        for path in MODULES
        if name_of(path) != FACADE
    }
    assert circle_in(graph) is None


def test_no_folder_leads_back_to_itself():
    """Folders within folders too; a folder and the one around it are one room."""
    graph = {}
    for path in MODULES:
        if (name := name_of(path)) != FACADE:
            folder = folder_of(name)
            others = {folder_of(other) for _, _, other in imports_of(path)}
            graph.setdefault(folder, set()).update(other for other in others if are_apart(folder, other))
    assert circle_in(graph) is None


def folder_of(name):
    return name if (PACKAGE / name.replace(".", "/")).is_dir() else name.rpartition(".")[0] or name


def are_apart(folder, other):
    return not f"{folder}.".startswith(f"{other}.") and not f"{other}.".startswith(f"{folder}.")


def circle_in(graph):
    """The names of a circle, one importing the next; None where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return " > ".join(reversed(error.args[1]))
    return None


def test_a_circle_is_found():
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}}) is not None
    assert circle_in({"a": {"b", "c"}, "b": {"c"}, "c": set()}) is None


def test_no_folder_holds_more_than_a_dozen_modules_but_for_families_of_alike_ones():
    folders = {path.parent for path in MODULES}
    full = {}
    for folder in folders:
        count = sum(path.name != "__init__.py" for path in folder.glob("*.py"))
        if count > MOST_MODULES and str(folder.relative_to(PACKAGE)) not in FAMILIES:
            full[str(folder.relative_to(PACKAGE))] = count
    assert full == {}


@pytest.mark.parametrize("family", sorted(each for each in FAMILIES if each.startswith("formats/")))
def test_a_family_of_formats_is_readers_only(family):
    """But for `detect`, which asks the readers of services. What readers share lies in folders of its own."""
    others = []
    for path in (PACKAGE / family).glob("[!_]*.py"):
        names = {node.name for node in parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
        if not any(wanted <= names for wanted in READERS):
            others.append(path.name)
    assert others == []


def names_given(tree):
    """The names that the statements of a module give on top, as often as they do."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            for one in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(one, ast.Name):
                    yield one.id


def test_no_module_gives_a_name_twice():
    """The second would count for all that is read later, be it meant for something else."""
    twice = {}
    for path in MODULES:
        given = Counter(names_given(parse(path.read_text())))
        if again := [name for name, times in given.items() if times > 1]:
            twice[name_of(path)] = again
    assert twice == {}
