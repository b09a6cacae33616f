"""What lies in the place of the program's own files and folders."""

import os
import socket

import pytest

from daemon.batches.record import BATCHES
from daemon.costs.ledger_file import LEDGER
from daemon.costs.other_ledgers import FILE as OTHER_LEDGERS
from daemon.delivery.catalogue.database import CATALOGUE
from daemon.errors import ConfigError
from daemon.settings.last_config import FILE as LAST_CONFIG
from daemon.status.live_record import DAEMON_FILE
from daemon.store.state_folder import CLEARED, OWN_FILES, OWN_FOLDERS, State, find_misplaced


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


OTHER_KINDS = {
    "pipe": os.mkfifo,
    "socket": make_socket,
    "link": lambda path: path.symlink_to("/dev/null"),
}


def test_all_that_the_program_keeps_there_is_known():
    assert set(OWN_FOLDERS) == {BATCHES, CLEARED}
    journal = f"{CATALOGUE}-journal"
    assert set(OWN_FILES) == {CATALOGUE, journal, LAST_CONFIG, DAEMON_FILE, OTHER_LEDGERS, LEDGER}


@pytest.mark.parametrize("make", OTHER_KINDS.values(), ids=OTHER_KINDS)
@pytest.mark.parametrize("name", [*OWN_FOLDERS, *OWN_FILES])
def test_another_kind_in_the_place_of_a_file_or_folder_is_named(tmp_path, monkeypatch, name, make):
    monkeypatch.chdir(tmp_path)  # the path of a socket may not be long
    make(type(tmp_path)(name))
    assert f"{tmp_path}/{name} is a " in find_misplaced(str(tmp_path))


def test_a_file_for_a_folder_and_a_folder_for_a_file_are_named(tmp_path):
    (tmp_path / BATCHES).touch()
    assert "is a file, where a folder" in find_misplaced(str(tmp_path))
    (tmp_path / BATCHES).unlink()
    (tmp_path / LEDGER).mkdir()
    assert "is a folder, where a file" in find_misplaced(str(tmp_path))


def test_a_ledger_that_is_a_link_to_a_file_is_named_for_no_link_is_written_to(tmp_path):
    (tmp_path / "spent.csv").touch()
    (tmp_path / LEDGER).symlink_to("spent.csv")
    assert f"{tmp_path}/{LEDGER} is a link" in find_misplaced(str(tmp_path), needed=True)


def test_what_is_as_it_should_be_is_nothing_to_tell_of(tmp_path):
    for name in OWN_FOLDERS:
        (tmp_path / name).mkdir()
    for name in OWN_FILES:
        (tmp_path / name).touch()
    assert find_misplaced(str(tmp_path)) is None
    assert find_misplaced(str(tmp_path / "nowhere")) is None


def test_no_work_is_begun_without_a_place_for_what_keeps_a_promise(tmp_path):
    os.mkfifo(tmp_path / DAEMON_FILE)
    State(str(tmp_path)).close()
    (tmp_path / CLEARED).touch()
    with pytest.raises(ConfigError, match="Move it away"):
        State(str(tmp_path))
