"""The ticket: what a job's folder is, told again by what lies in it when the ticket is damaged."""

import json
import os
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.intake.planning import make_plan
from daemon.settings.profile import Settings
from daemon.store.state_folder import State
from daemon.store.ticket import Ticket, read_ticket
from daemon.system.files import Folder
from daemon.text.cleaned_chunk import kept_original
from tests.proofs.power_cut import every_kill
from tests.unit.store.jobs import NOW, ticket

TALK = b"Ann: hello and welcome to the show.\n\nBen: thank you, it is good to be here.\n"
SETTINGS = Settings(provider="offline", model="", prompt="", chunk_words=10, outputs=("md",))
MODIFIED = 1_700_000_000


@pytest.fixture
def make(tmp_path):
    """A state folder with a job of one saved chunk."""
    states = []

    def make(number=0, *, saved=True):
        state = State(str(tmp_path / f"state-{number}"))
        states.append(state)
        job = state.admit_job(Ticket.new("course/talk.txt", MODIFIED * 10**9, datetime.now(UTC)))
        job.folder.write(job.ticket.source, TALK)
        os.utime(os.path.join(job.folder.path, job.ticket.source), (MODIFIED, MODIFIED))
        if saved:
            job.freeze_plan(make_plan(TALK, "talk.txt", SETTINGS))
            job.save_chunk(kept_original(job.read_chunk(0), "a reason"))
        return state, job

    yield make
    for state in states:
        state.close()


def damage(job, data=b"{"):
    with open(os.path.join(job.folder.path, "job.json"), "wb") as file:
        file.write(data)


@pytest.mark.parametrize("data", [b"", b"{", b"{}", b"\xff"])
def test_a_damaged_ticket_is_set_aside_and_told_again_by_the_chunks_and_the_original(make, data):
    state, job = make()
    damage(job, data)
    state.recover_folders()
    (found,) = state.list_jobs()
    found.load_progress()
    assert (found.ticket.job_id, found.ticket.source) == (job.ticket.job_id, "source.txt")
    assert (found.ticket.name, found.ticket.modified_ns) == ("course--talk.txt", MODIFIED * 10**9)
    assert 0 not in found.missing
    (aside,) = (name for name in found.folder.names() if name.startswith("job.json."))
    assert found.folder.read(aside) == data


@pytest.mark.parametrize("name", ["beside.srt", "beside"])
def test_what_came_with_the_original_still_belongs_to_the_job_and_its_sidecar_holds(make, name):
    state, job = make(saved=False)
    job.folder.write(name, b"1")
    job.folder.write("beside.yaml", b"title: The talk\n")
    damage(job)
    state.recover_folders()
    (found,) = state.list_jobs()
    assert found.ticket.kept_names == ("source.txt", *sorted([name, "beside.yaml"]))
    assert found.ticket.sidecar == "title: The talk\n"


def test_an_original_without_an_extension_is_found_where_the_name_of_its_job_has_a_dot(make):
    state, _ = make()
    job = state.admit_job(Ticket.new("talk.v1.final cut", 0, datetime.now(UTC)))
    job.folder.write(job.ticket.source, TALK)
    damage(job)
    state.recover_folders()
    (found,) = (one for one in state.list_jobs() if one.name == job.name)
    assert found.originals.read_bytes() == TALK


def test_a_job_without_a_saved_chunk_has_a_new_id_then(make):
    state, job = make(saved=False)
    damage(job)
    state.recover_folders()
    (found,) = state.list_jobs()
    assert found.ticket.job_id != job.ticket.job_id
    assert found.originals.read_bytes() == TALK


def test_a_chunk_of_another_job_says_nothing_of_this_one(make):
    (state, job), (_, other) = make(1, saved=False), make(2)
    job.folder.write("0000.json", other.folder.read("0000.json"))
    damage(job)
    state.recover_folders()
    (found,) = state.list_jobs()
    assert found.ticket.job_id not in (job.ticket.job_id, other.ticket.job_id)


def test_a_folder_without_an_original_or_without_any_ticket_is_left_as_it_is(make):
    state, job = make()
    job.folder.unlink("source.txt")
    damage(job)
    other = state.admit_job(Ticket.new("b.txt", 0, datetime.now(UTC)))
    other.folder.write("source.txt", TALK)
    other.folder.unlink("job.json")
    before = (job.folder.names(), other.folder.names())
    state.recover_folders()
    assert state.list_jobs() == []
    assert (job.folder.names(), other.folder.names()) == before


def test_a_folder_with_several_originals_is_left_as_it_is(make):
    state, job = make()
    job.folder.write("source.srt", b"another")
    damage(job)
    before = job.folder.names()
    state.recover_folders()
    assert state.list_jobs() == []
    assert job.folder.names() == before


def test_mending_killed_anywhere_and_repeated_comes_to_the_same(make):
    def damaged(number):
        state, job = make(number)
        damage(job)
        return state, job

    for state, job in every_kill(damaged, lambda world: world[0].recover_folders()):
        state.recover_folders()
        (found,) = state.list_jobs()
        assert found.ticket.job_id == job.ticket.job_id
        assert len([name for name in found.folder.names() if name.startswith("job.json.")]) == 1


@given(st.text(min_size=1), st.integers(0, 2**62))
def test_a_ticket_survives_its_file(name, modified):
    made = Ticket.new(name, modified, NOW)
    assert Ticket.from_bytes(made.to_bytes()) == made


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.VTT", "source.vtt"),
        ("a", "source"),
        ("a.t/../x", "source"),
        ("a.日本", "source"),
        ("a. b", "source"),
    ],
)
def test_the_source_has_a_plain_name_whatever_was_dropped(name, source):
    assert ticket(name).source == source


@pytest.mark.parametrize(
    "damage",
    [
        b"", b"{", b"[]", b"null", b"\xff", b"{}", b'{"job_id": 1}',
        {"format": 2}, {"job_id": None}, {"received_at": 5}, {"modified_ns": "x"}, {"more": 1},
    ],
)  # fmt: skip
def test_what_is_no_ticket_of_this_format_is_none(damage):
    if isinstance(damage, dict):
        damage = json.dumps({**json.loads(ticket().to_bytes()), **damage}).encode()
    assert Ticket.from_bytes(damage) is None


def test_a_ticket_that_is_not_there_or_a_link_is_none(tmp_path):
    with Folder(str(tmp_path)) as folder:
        assert read_ticket(folder) is None
        (tmp_path / "job.json").symlink_to("elsewhere")
        assert read_ticket(folder) is None
