"""How a function's work grows with its input: told by two sizes, not by the clock."""

import time

_TRIES = 3
_MOST_TRIES = 20  # until it is nearly linear
NEARLY_LINEAR = (
    3.0  # times as much as by the size alone; a square of it is far above, for inputs 8 times as large
)


def growth(act, small, large):
    """How many times as much processor time `act` takes for the large input as for the small one, by size.

    It is tried again, many times, as long as that is not nearly linear: the least of the tries counts, so
    that what else the machine does counts little; a slow machine is as slow for both.
    """
    act(small)  # what is loaded once is loaded
    least = {small: [], large: []}
    for _ in range(_MOST_TRIES):
        for given, taken in least.items():
            taken.append(processor_time(act, given, tries=1))
        grown = min(least[large]) / min(least[small]) / (large / small)
        if grown < NEARLY_LINEAR:
            break
    return grown


def processor_time(act, given, tries=_TRIES):
    """Seconds of the processor's time that this thread takes, at best; to be compared with another."""
    taken = []
    for _ in range(tries):
        began = time.thread_time()
        act(given)
        taken.append(time.thread_time() - began)
    return max(min(taken), 1e-9)
