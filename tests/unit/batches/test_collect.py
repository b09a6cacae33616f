"""Lines of results count only if they are, all together, those of the batch."""

import pytest

from daemon.batches.collect import Tally
from daemon.batches.record import Asked, Intent, Sending
from daemon.cleaning.llm.batch_client import ResultLine, Unanswered
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
