"""A job is what a person names, never another with a name like it."""

from datetime import UTC, datetime

import pytest

from daemon.cli import job_commands as commands
from daemon.errors import UsageError
from daemon.settings.config import load_config
from daemon.store.state_folder import State
from daemon.store.ticket import Ticket

ACTS = (commands.discard, commands.start_over, commands.retry, commands.resume)


@pytest.fixture
def admit(root):
    """Begins jobs of these files, in one state folder; the path of each one's folder."""
    state = State(str(root.state))

    def admit(*names):
        jobs = [state.admit_job(Ticket.new(name, 0, datetime.now(UTC))) for name in names]
        for job in jobs:
            job.folder.write(job.ticket.source, b"Ann: so we begin")
        return [root.state / job.name for job in jobs]

    return admit


def spoil(folder):
    (folder / "job.json").write_bytes(b"")


def put_link_in_place(folder):
    """A ticket that can't even be opened: a link to itself."""
    (folder / "job.json").unlink()
    (folder / "job.json").symlink_to("job.json")


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("damage", [spoil, put_link_in_place])
@pytest.mark.parametrize("name", ["talk", "talk.txt", "tal", "2"])
def test_no_other_is_taken_for_one_whose_ticket_can_not_be_read(root, admit, act, damage, name):
    meant, other = admit("talk.txt", "talk.txt")
    damage(meant)
    before = sorted(other.iterdir())
    with pytest.raises(UsageError, match=r"the ticket of talk can't be read") as raised:
        act(load_config(str(root.path / "config.yaml")), name)
    assert "mends it when it starts" in raised.value.mend
    assert sorted(other.iterdir()) == before


def test_one_alone_whose_ticket_can_not_be_read_is_said_to_be_so(root, admit):
    (damaged,) = admit("talk.txt")
    spoil(damaged)
    with pytest.raises(UsageError, match=r"the ticket of talk can't be read"):
        commands.discard(load_config(str(root.path / "config.yaml")), "talk")


def test_another_is_still_named_in_full(root, admit):
    damaged, other = admit("talk.txt", "talk.txt")
    spoil(damaged)
    commands.pause(load_config(str(root.path / "config.yaml")), "talk-2", "")
    assert (other / "PAUSE").exists()


def test_a_foreign_folder_keeps_nobody_from_a_beginning(root, admit):
    (folder,) = admit("monday.txt")
    (root.state / "mon").mkdir()
    commands.pause(load_config(str(root.path / "config.yaml")), "mond", "")
    assert (folder / "PAUSE").exists()


def test_what_is_damaged_is_no_reason_where_nothing_is_named_so(root, admit):
    (damaged,) = admit("talk.txt")
    spoil(damaged)
    with pytest.raises(UsageError, match="There is no job chat"):
        commands.discard(load_config(str(root.path / "config.yaml")), "chat")
