"""What values are read back into, by several threads at once."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import daemon
from daemon.text.json_values import build_value, load_json

PACKAGE = Path(daemon.__file__).parent
READS_A_TYPE = re.compile(r"msgspec\.(convert|\w+\.Decoder)\(|msgspec\.\w+\.decode\([^)]*,")

# Each type is read by three threads at once, which change as often as they can, and for the first time.
READS_NEW_TYPES = """
import sys, threading
import msgspec
from daemon.text.json_values import build_value, decode_value

sys.setswitchinterval(1e-6)
VALUES = {"parts": [{"a": 1}], "by_name": {"k": {"a": 2}}}
READERS = {
    "build_value": lambda kind: build_value(VALUES, kind),
    "decode_value": lambda kind: decode_value(msgspec.json.encode(VALUES), kind),
}
read, wrong = READERS[sys.argv[1]], []

def read_at_once(kind, barrier):
    barrier.wait()
    found = read(kind)
    if found.parts[0].a != 1 or found.by_name["k"].a != 2:
        wrong.append(found)

for _ in range(int(sys.argv[2])):
    part = msgspec.defstruct("Part", [("a", int), ("b", str, "")])
    whole = msgspec.defstruct("Whole", [("parts", tuple[part, ...]), ("by_name", dict[str, part])])
    barrier = threading.Barrier(3)
    threads = [threading.Thread(target=read_at_once, args=(whole, barrier)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
sys.exit(len(wrong))
"""


@pytest.mark.process
@pytest.mark.parametrize("reader", ["build_value", "decode_value"])
def test_threads_that_read_a_type_for_the_first_time_do_not_crash(reader):
    done = subprocess.run([sys.executable, "-c", READS_NEW_TYPES, reader, "300"], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_nothing_else_has_msgspec_read_a_type():
    found = {path.name for path in PACKAGE.rglob("*.py") if READS_A_TYPE.search(path.read_text())}
    assert found == {"json_values.py"}


@pytest.mark.parametrize(
    ("value", "kind"),
    [("\ud800", int), ({"a": "\ud800"}, dict[str, float]), (["\udcff"], list[dict[str, int]])],
)
def test_half_of_a_character_where_no_text_belongs_is_a_wrong_value(value, kind):
    with pytest.raises(msgspec.ValidationError):
        build_value(value, kind)
    assert build_value("\ud800", str) == "\ud800"


def test_json_that_is_nested_too_deeply_is_a_wrong_value():
    assert load_json(b'{"a": [1]}') == {"a": [1]}
    with pytest.raises(ValueError, match="nested too deeply"):
        load_json(b"[" * 100_000)
