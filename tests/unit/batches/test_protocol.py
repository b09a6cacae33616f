"""The life of a batch, told from what lies in its folder; and which batch of a workspace may be ours."""

from itertools import product

import pytest

from daemon.batches import protocol
from daemon.batches.protocol import (
    ID,
    INTENT,
    LONGEST_POLL_SECONDS,
    NEXT,
    POLL_SECONDS,
    RESULTS,
    SAVED,
    SEARCH_SECONDS,
    SENDING,
    STRUCK,
    Stage,
    Step,
    Verdict,
    find_stage,
    judge_listing,
    wait_after_failures,
    wait_before_poll,
)
from daemon.cleaning.llm.batch_client import BatchView

SENT_AT = 1000.0


def view(name, requests=3, created_at=SENT_AT, *, has_ended=False):
    return BatchView(name, has_ended, created_at, created_at + 86_400, requests)


@pytest.mark.parametrize(
    ("names", "stage"),
    [
        ([], None),
        ([SENDING, ID, SAVED], None),  # the intent goes first, when all is over
        ([INTENT], Stage.INTENDED),
        ([INTENT, SENDING], Stage.UNKNOWN),
        ([INTENT, SENDING, ID], Stage.SENT),
        ([INTENT, SENDING, ID, RESULTS], Stage.HOME),
        ([INTENT, SENDING, ID, RESULTS, SAVED], Stage.SAVED),
        ([INTENT, STRUCK], Stage.STRUCK),
        ([INTENT, SENDING, ID, STRUCK], Stage.STRUCK),
    ],
)
def test_what_lies_in_its_folder_says_where_a_batch_stands(names, stage):
    assert find_stage(names) is stage


def test_whatever_lies_there_there_is_one_next_step():
    files = (INTENT, SENDING, ID, RESULTS, SAVED, STRUCK)
    for there in product((False, True), repeat=len(files)):
        stage = find_stage([name for name, is_there in zip(files, there, strict=True) if is_there])
        assert (stage is None) == (not there[0])
        assert stage is None or NEXT[stage] in Step


def test_each_file_that_is_added_leads_on():
    course = [INTENT, SENDING, ID, RESULTS, SAVED]
    stages = [find_stage(course[: end + 1]) for end in range(len(course))]
    assert stages == [Stage.INTENDED, Stage.UNKNOWN, Stage.SENT, Stage.HOME, Stage.SAVED]


def test_one_of_another_size_and_one_that_is_known_are_no_candidates():
    listed = [view("larger", 4), view("known"), view("ours")]
    found = judge_listing(listed, count=3, others={"known"}, sent_at=SENT_AT, now=SENT_AT)
    assert (found.verdict, [one.id for one in found.candidates]) == (Verdict.PROVE, ["ours"])


def test_one_of_which_nothing_but_the_id_is_told_may_be_ours():
    untold = BatchView("untold", False, None, None, None)
    found = judge_listing([untold], count=3, others=set(), sent_at=SENT_AT, now=SENT_AT + 80_000)
    assert (found.verdict, found.candidates) == (Verdict.PROVE, (untold,))


def test_where_none_is_found_it_is_looked_for_some_minutes_before_it_is_struck_off():
    for waited, verdict in (
        (0, Verdict.WAIT),
        (SEARCH_SECONDS - 1, Verdict.WAIT),
        (SEARCH_SECONDS, Verdict.NONE),
    ):
        found = judge_listing([], count=3, others=set(), sent_at=SENT_AT, now=SENT_AT + waited)
        assert found.verdict is verdict


def test_a_candidate_that_has_not_ended_is_waited_for_however_long():
    found = judge_listing([view("theirs?")], count=3, others=set(), sent_at=SENT_AT, now=SENT_AT + 80_000)
    assert found.verdict is Verdict.PROVE


def test_a_batch_is_looked_up_once_a_minute_at_first_and_less_often_later():
    assert wait_before_poll(0) == wait_before_poll(3600) == POLL_SECONDS == 60
    assert POLL_SECONDS < wait_before_poll(4 * 3600) < LONGEST_POLL_SECONDS
    assert wait_before_poll(10**6) == LONGEST_POLL_SECONDS


def test_after_failures_the_waits_grow_up_to_a_bound():
    waits = [wait_after_failures(times) for times in range(1, 20)]
    assert waits[0] == POLL_SECONDS
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_POLL_SECONDS


def test_a_batch_stays_below_the_limits_of_the_api():
    assert protocol.MOST_REQUESTS <= 100_000
    assert protocol.MOST_BYTES < 256_000_000
