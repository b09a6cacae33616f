"""A batch is sent once: what may have been made is looked for, and not sent again."""

from daemon.batches.send import _NEVER_MADE
from daemon.cleaning.llm.faults import POLICIES


def test_no_batch_that_may_be_billed_is_taken_for_one_that_was_never_made():
    billed = {kind for kind, policy in POLICIES.items() if policy.may_be_billed}
    assert billed
    assert not billed & _NEVER_MADE
