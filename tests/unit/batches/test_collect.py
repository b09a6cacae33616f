"""Lines of results count only if they are, all together, those of the batch."""

from types import SimpleNamespace

import pytest

from daemon.batches.collect import Collector, NotYet, Tally
from daemon.batches.record import Asked, Intent, Sending
from daemon.cleaning.llm.batch_client import ResultLine, Unanswered
from daemon.cleaning.llm.endpoint import Message
from daemon.costs.pricing import Usage

ASKED = Asked("job", "talk#job", 0, "line", "settings", "question", 0.1)
INTENT = Intent("0123abcd", "m", "https://here", "key", (ASKED,) * 4)


def told(number, reply=None, name="0123abcd"):
    return ResultLine(f"{name}-{number}", reply or Unanswered("expired"), Usage())


def tally(*lines, left_out=()):
    """What is wrong with results that say this."""
    counted = Tally(INTENT, Sending(0.0, 4 - len(left_out), left_out))
    for at, line in enumerate(lines):
        counted.take(b"%d" % at, line)
    return counted


def test_each_request_once_in_any_order_is_sound():
    assert tally(told(2), told(0), told(3), told(1)).find_flaw() == ""


def test_one_that_was_not_sent_is_not_waited_for_and_does_not_count():
    assert tally(told(0), told(2), told(3), left_out=(1,)).find_flaw() == ""
    assert "never sent" in tally(told(0), told(1), told(2), told(3), left_out=(1,)).find_flaw()


@pytest.mark.parametrize(
    ("lines", "flaw"),
    [
        ([told(0), told(1), told(2)], "1 result is missing"),
        ([], "4 results are missing"),
        ([told(0), told(1), told(2), told(3), told(3)], "two results"),
        ([told(0), told(1), told(2), told(4)], "never sent"),
        ([told(0), told(1), told(2), told("x")], "never sent"),
        ([told(0), told(1), told(2), told("-1")], "never sent"),
        ([told(0), told(1), told(2), told("03")], "never sent"),
        ([told(0), told(1), told(2), told("9" * 5000)], "never sent"),
        ([told(0), told(1), told(2), told(3, name="another")], "never sent"),
        ([told(0), told(1), told(2), ResultLine("0123abcd-3", None)], "not known"),
        ([told(0), told(1), told(2), None], "not a result"),
    ],
)
def test_what_is_short_doubled_foreign_or_unknown_is_a_flaw(lines, flaw):
    assert flaw in tally(*lines).find_flaw()


def test_a_second_line_that_says_the_same_contradicts_nothing():
    counted = Tally(INTENT, Sending(0.0, 4))
    assert counted.take(b"one", told(0))
    assert not counted.take(b"one", told(0))
    assert counted.doubted == set()
    assert not counted.take(b"other", told(0))
    assert counted.doubted == {0}


class Desk:
    """Results that came home, of which each request's job is `job`; what is saved of them, and paid."""

    def __init__(self, job):
        self.saved, self.paid = [], []
        workshop = SimpleNamespace(
            find_job=lambda job_id: job,
            take_answer=lambda job, index, name, answer: self.saved.append(index) or True,
            note_saved=lambda key: None,
        )
        model = SimpleNamespace(
            reckon_batched=lambda reply, usage, dollars: reply.text,
            price_batched=lambda reply, usage: 0.05,
        )
        self.collector = Collector(INTENT, model, workshop, SimpleNamespace(record_batch=self.paid.extend))

    def collect(self, *lines, doubted=()):
        """Save results that say this."""
        one = SimpleNamespace(
            read_doubted=lambda: frozenset(doubted), read_lines=lambda name: iter(range(len(lines)))
        )
        client = SimpleNamespace(read_line=lines.__getitem__)
        self.collector.save_all(one, client, Tally(INTENT, Sending(0.0, 4)))


def job_of(line="line", *, has_plan=True):
    return SimpleNamespace(
        plan="a plan" if has_plan else None,
        folder=SimpleNamespace(has=lambda name: True),
        missing={0},
        bind_chunk=lambda index: SimpleNamespace(line=line, settings="settings"),
    )


ANSWER = Message("text", "end_turn", "m")


def test_an_answer_is_saved_in_its_job_and_paid():
    desk = Desk(job_of())
    desk.collect(told(0, ANSWER))
    assert desk.saved == [0]
    assert [(one.reservation, one.dollars) for one in desk.paid] == [("0123abcd-0", 0.05)]


def test_an_answer_that_another_one_contradicts_is_not_taken_and_asked_for_again():
    desk = Desk(job_of())
    desk.collect(told(0, ANSWER), doubted=[0])
    assert (desk.saved, desk.paid) == ([], [])
    assert ("job", 0) in desk.collector.returned.chunks


def test_where_a_result_does_not_tell_what_it_took_its_reservation_stands():
    desk = Desk(job_of())
    desk.collect(ResultLine("0123abcd-0", ANSWER))
    assert (desk.saved, desk.paid) == ([0], [])


def test_an_answer_to_another_text_than_that_of_the_plan_is_paid_and_not_taken():
    desk = Desk(job_of("another line"))
    desk.collect(told(0, ANSWER))
    assert (desk.saved, len(desk.paid)) == ([], 1)


def test_results_of_a_job_whose_plan_can_not_be_read_now_are_saved_later():
    desk = Desk(job_of(has_plan=False))
    with pytest.raises(NotYet):
        desk.collect(told(0, ANSWER))
    assert desk.paid == []
