"""How a function's work grows with its input: told by two sizes, not by the clock."""

import time

_TRIES = 3


def growth(act, small, large):
    """How many times as much processor time `act` takes for the large input as for the small one.

    The least of a few tries each, so that what else the machine does counts little; a slow machine is as
    slow for both.
    """
    return processor_time(act, large) / processor_time(act, small)


def processor_time(act, given, tries=_TRIES):
    """Seconds of the processor's time that this thread takes, at best; to be compared with another."""
    taken = []
    for _ in range(tries):
        began = time.thread_time()
        act(given)
        taken.append(time.thread_time() - began)
    return max(min(taken), 1e-9)
