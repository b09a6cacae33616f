"""corrections.yaml: what lies there and can't be read is told; only where nothing does there are none."""

import os

import pytest

from daemon.errors import ConfigError
from daemon.settings.corrections_file import FILE_NAME, parse_corrections, read_corrections

INSTEAD = {
    "a pipe": os.mkfifo,
    "a folder": lambda path: path.mkdir(),
    "a link that leads nowhere": lambda path: path.symlink_to("nowhere"),
    "a link to a device": lambda path: path.symlink_to("/dev/null"),
}


@pytest.mark.parametrize("put", INSTEAD.values(), ids=[*INSTEAD])
def test_what_lies_in_its_place_is_told_and_waited_for_by_nobody(tmp_path, put):
    put(tmp_path / FILE_NAME)
    with pytest.raises(ConfigError, match=FILE_NAME):
        read_corrections(str(tmp_path))


def test_a_pipe_that_somebody_holds_open_is_told_too(tmp_path):
    os.mkfifo(tmp_path / FILE_NAME)
    writer = os.open(tmp_path / FILE_NAME, os.O_RDWR)
    try:
        with pytest.raises(ConfigError, match="it is not a file"):
            read_corrections(str(tmp_path))
    finally:
        os.close(writer)


def test_where_there_is_none_nothing_is_corrected(tmp_path):
    assert read_corrections(str(tmp_path)) == {}
    (tmp_path / "mine.yaml").write_text("Eefa: Aoife\n")
    (tmp_path / FILE_NAME).symlink_to("mine.yaml")
    assert read_corrections(str(tmp_path)) == {"Eefa": "Aoife"}


@pytest.mark.parametrize(
    ("text", "mend"),
    [("630: half past six", "in quotes"), ("yes: yeah", "in quotes"), ("- Eefa", "Write it as")],
)
def test_a_line_that_can_not_be_taken_says_how_it_can(text, mend):
    with pytest.raises(ConfigError) as caught:
        parse_corrections(text)
    assert mend in caught.value.mend
