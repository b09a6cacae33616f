"""The life of a job: for whatever may be found and under way there is one step, and it keeps the promises."""

import itertools
from datetime import UTC, datetime

import pytest

from daemon.loop import lifecycle
from daemon.loop.jobs import Jobs
from daemon.loop.lifecycle import (
    CRASHES_BEFORE_QUIET,
    IN_BACKGROUND,
    LEADS_TO,
    MOST_CRASHES,
    TABLE,
    Facts,
    Found,
    Step,
    UnderWay,
    found_as,
    next_step,
)
from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from daemon.store.job import DISCARD, FRESH, JobState
from daemon.store.state_folder import State
from daemon.store.ticket import Ticket
from daemon.workers.admission import Admission
from tests.conftest import TRANSCRIPT, until

BOTH = (False, True)
CHUNKS = (UnderWay.CHUNKS, UnderWay.NO_CHUNK_LEFT)
EXTRAS = (UnderWay.EXTRAS, UnderWay.NO_EXTRA_LEFT)
GIVES_AWAY = (Step.DELIVER, Step.REJECT, Step.DISCARD, Step.START_OVER)
CLEANS = (Step.CLEAN, Step.CLEAN_LATER)
MAKES = (Step.MAKE_EXTRAS, Step.MAKE_LATER)
CRASHES = (0, CRASHES_BEFORE_QUIET, MOST_CRASHES)

EVERYTHING = [
    Facts(*each)
    for each in itertools.product(
        UnderWay, JobState, BOTH, BOTH, BOTH, (None, DISCARD, FRESH), BOTH, BOTH, BOTH, CRASHES, BOTH
    )
]
"""Every combination of facts that there can be, and some that there can't."""


def all_facts(**wanted):
    """The combinations in which these facts are so."""
    return [facts for facts in EVERYTHING if all(getattr(facts, key) == wanted[key] for key in wanted)]


def steps(**wanted):
    return {next_step(facts) for facts in all_facts(**wanted)}


# --- the table is whole --------------------------------------------------------------------------


def test_there_is_one_step_for_whatever_is_found_and_under_way():
    assert set(TABLE) == {*Found}
    assert all(set(row) == {UnderWay.NOTHING, *CHUNKS, *EXTRAS} for row in TABLE.values())
    assert {next_step(facts) for facts in EVERYTHING} == {*Step}


def test_whatever_may_be_found_is_found_by_some_facts():
    assert {found_as(facts) for facts in EVERYTHING} == {*Found}


def test_every_state_has_a_way_to_the_end_without_a_person_or_waits_for_one():
    def ways_out(reached):
        return reached | {
            found for found, row in TABLE.items() if reached & set(LEADS_TO.get(row[UnderWay.NOTHING], ()))
        }

    reached = {Found.ENDED}
    while ways_out(reached) != reached:
        reached = ways_out(reached)
    assert reached == {*Found}
    at_rest = {found for found, row in TABLE.items() if Step.REST in row.values()}
    assert at_rest == {Found.FAILED, Found.PAUSED}


def test_every_step_that_does_something_says_where_it_leads():
    nothing_comes_after = {Step.WAIT, Step.FORGET, Step.STOP_CHUNKS, Step.HAVE_QUIET}
    assert set(LEADS_TO) == {*Step} - nothing_comes_after


def test_every_step_that_may_be_decided_is_carried_out(root):
    root.write_config()
    jobs = Jobs(load_config(str(root.path / "config.yaml")), Admission(), lambda: None)
    try:
        assert {*jobs._short_steps._by_step, *jobs._long_steps._by_step} == {*Step} - {Step.WAIT}
        assert set(jobs._long_steps._by_step) == IN_BACKGROUND
    finally:
        jobs.close(5, lambda: None)


# --- what must never happen ------------------------------------------------------------------------


@pytest.mark.parametrize("under_way", [UnderWay.STEP, UnderWay.DELAY])
def test_nothing_begins_while_a_step_is_carried_out_or_the_job_waits(under_way):
    assert steps(under_way=under_way) == {Step.WAIT}


@pytest.mark.parametrize("under_way", CHUNKS)
def test_no_step_that_takes_a_folder_away_or_reads_it_anew_begins_while_its_chunks_are_cleaned(under_way):
    assert steps(under_way=under_way) <= {Step.STOP_CHUNKS, Step.RETRY, *CLEANS}


@pytest.mark.parametrize("under_way", EXTRAS)
def test_none_begins_while_its_extras_are_made_either(under_way):
    assert steps(under_way=under_way) <= {Step.STOP_CHUNKS, Step.RETRY, *MAKES}


@pytest.mark.parametrize("state", [JobState.PAUSED, JobState.FAILED])
def test_a_paused_or_failed_job_is_not_cleaned_not_planned_and_not_delivered(state):
    assert not steps(state=state) & {*CLEANS, *MAKES, Step.PLAN, Step.PLAN_ANEW, Step.DELIVER}


@pytest.mark.parametrize("given_up", [DISCARD, FRESH])
def test_a_job_that_is_given_up_is_never_delivered_nor_cleaned(given_up):
    given_away = {Step.DELIVER, Step.REJECT, Step.PLAN, Step.PLAN_ANEW}
    assert not steps(given_up=given_up) & {*given_away, *CLEANS, *MAKES}


def test_a_job_whose_source_is_refused_is_never_delivered_nor_cleaned():
    assert not steps(refused=True) & {Step.DELIVER, *CLEANS, Step.PLAN}


def test_only_a_complete_job_is_delivered_and_only_one_with_chunks_missing_is_cleaned():
    assert {facts.state for facts in EVERYTHING if next_step(facts) is Step.DELIVER} == {JobState.COMPLETE}
    assert {facts.state for facts in EVERYTHING if next_step(facts) in CLEANS} == {JobState.WORKING}


def test_extras_are_made_of_a_job_whose_chunks_are_all_there_and_none_is_delivered_before():
    made = [facts for facts in EVERYTHING if next_step(facts) in MAKES]
    assert {(facts.state, facts.extras_missing) for facts in made} == {(JobState.COMPLETE, True)}
    assert Step.DELIVER not in steps(extras_missing=True)


def test_a_plan_is_thrown_away_only_before_a_chunk_is_saved_and_while_none_is_cleaned():
    for facts in EVERYTHING:
        if next_step(facts) is Step.PLAN_ANEW:
            assert facts.outdated
            assert facts.under_way is UnderWay.NOTHING


def test_what_has_ended_is_let_go_and_nothing_else_is_done_with_it():
    assert steps(ended=True) == {Step.WAIT, Step.STOP_CHUNKS, Step.FORGET}
    assert {facts.ended for facts in EVERYTHING if next_step(facts) is Step.FORGET} == {True}


def test_an_ended_job_is_no_more_looked_at():
    assert next_step(Facts(UnderWay.NOTHING, ended=True)) is Step.FORGET
    assert next_step(Facts(UnderWay.STEP)) is next_step(Facts(UnderWay.DELAY)) is Step.WAIT


def test_what_often_took_the_program_down_is_tried_alone_and_then_no_more():
    for facts in EVERYTHING:
        step = next_step(facts)
        if step in IN_BACKGROUND:
            assert facts.crashes < MOST_CRASHES
            assert facts.crashes < CRASHES_BEFORE_QUIET or facts.quiet
        if step in (Step.FAIL, Step.HAVE_QUIET):
            assert facts.crashes >= CRASHES_BEFORE_QUIET


def test_who_asks_again_is_heard_before_all_but_the_end():
    assert steps(retry_asked=True, ended=False) == {Step.WAIT, Step.RETRY}


@pytest.mark.parametrize("gives_away", GIVES_AWAY)
def test_nothing_is_given_away_under_a_plan_that_is_no_longer_the_one_on_the_disk(gives_away):
    assert gives_away not in steps(plan_changed=True)


# --- what really happens to jobs ---------------------------------------------------------------------


class Life:
    """The loop in this process, each look taken by the test; `steps` is what was found and done, in order."""

    def __init__(self, root, monkeypatch):
        self.root = root
        self.steps = []
        self.supervisor = None
        monkeypatch.setattr("daemon.loop.jobs.next_step", self.note_step)

    def note_step(self, facts):
        step = next_step(facts)
        noted = (found_as(facts), step) if step is not Step.WAIT else None
        if noted and step is not Step.STOP_CHUNKS and self.steps[-1:] != [noted]:
            self.steps.append(noted)
        return step

    def look_until(self, found):
        """Take looks until a job was found so."""
        if self.supervisor is None:
            self.root.write_config(stop_grace_seconds=5)
            loaded = load_config(str(self.root.path / "config.yaml"))
            self.supervisor = Supervisor(loaded, lambda *_, **__: None)

        def look():
            self.supervisor.look()
            return found in [noted for noted, _ in self.steps]

        until(look)

    def has_been(self, *found):
        return self.steps == [(each, TABLE[each][UnderWay.NOTHING]) for each in found]

    def admit(self, *markers):
        """A job that was claimed before the start, with these markers in its folder."""
        state = State(str(self.root.state))
        job = state.admit_job(Ticket.new("talk.txt", 0, datetime.now(UTC)))
        job.folder.write(job.ticket.source, TRANSCRIPT.encode())
        for marker in markers:
            job.leave_marker(marker)
        job.folder.close()
        state.close()
        return self.root.state / job.name


@pytest.fixture
def life(root, monkeypatch):
    living = Life(root, monkeypatch)
    yield living
    if living.supervisor is not None:
        living.supervisor.stop()
        living.supervisor._leave()


def test_a_transcript_goes_from_its_claim_to_its_delivery(life):
    life.root.drop("talk.txt")
    life.look_until(Found.ENDED)
    assert life.has_been(Found.CLAIMED, Found.WORKING, Found.COMPLETE, Found.ENDED)
    assert life.root.results() == ["talk"]


def test_what_is_no_transcript_is_rejected(life):
    life.root.drop("talk.txt", b"\x89PNG\r\n\x1a\n\0\0")
    life.look_until(Found.ENDED)
    assert life.has_been(Found.CLAIMED, Found.REFUSED, Found.ENDED)
    assert life.root.results() == ["rejected/talk"]


@pytest.mark.parametrize(("marker", "found"), [(DISCARD, Found.DISCARDED), (FRESH, Found.SENT_BACK)])
def test_a_paused_job_rests_until_a_person_ends_it(life, marker, found):
    job = life.admit("PAUSE")
    (life.root.path / "PAUSE").touch()  # what goes back to the inbox is not to be claimed
    life.look_until(Found.PAUSED)
    (job / marker).touch()
    life.look_until(Found.ENDED)
    assert life.has_been(Found.PAUSED, found, Found.ENDED)


def test_a_failed_job_rests_until_a_person_asks_that_it_be_tried_again(life):
    job = life.admit("FAILED")
    life.look_until(Found.FAILED)
    (job / "RETRY").touch()
    life.look_until(Found.ENDED)
    began_again = (Found.CLAIMED, Found.WORKING, Found.COMPLETE, Found.ENDED)
    assert life.has_been(Found.FAILED, Found.RETRY_ASKED, *began_again)


# --- what the documentation says of it -----------------------------------------------------------------


def test_the_diagram_in_the_module_names_everything_that_may_be_found_and_each_of_its_steps():
    diagram = lifecycle.__doc__
    for found, row in TABLE.items():
        assert found.name in diagram
        step = row[UnderWay.NOTHING]
        assert step is Step.REST or step.name in diagram
