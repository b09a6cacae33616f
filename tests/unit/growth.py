"""How a function's work grows with its input: told by two sizes, not by the clock."""

import time

_TRIES = 3


def growth(act, small, large):
    """How many times as much processor time `act` takes for the large input as for the small one.

    The least of a few tries each, so that what else the machine does counts little; a slow machine is as
    slow for both.
    """
    return _processor_time(act, large) / _processor_time(act, small)


def _processor_time(act, given):
    """Seconds of the processor's time that this thread spent, at best."""
    taken = []
    for _ in range(_TRIES):
        began = time.thread_time()
        act(given)
        taken.append(time.thread_time() - began)
    return max(min(taken), 1e-9)
