"""What the tests say, and what comes of it."""

from daemon.cleaning.offline import clean_turn
from daemon.text.transcript import Segment
from daemon.text.turns import Turn


def turn(text, **known):
    return Turn((Segment(" ".join(text.split()), **known),))


def cleaned(text, language="en"):
    return clean_turn(turn(text), language)[0]


def edits(text, language="en"):
    return [tuple(edit) for edit in clean_turn(turn(text), language)[1]]


def with_pauses(text):
    """A turn of words that follow each other at once, but for pauses in seconds: "we left |0.8| they"."""
    words, times, now = [], [], 0.0
    for part in text.split():
        if part.startswith("|"):
            now += float(part.strip("|"))
        else:
            words.append(part)
            times.append(round(now, 3))
            now += 0.12 + 0.055 * len(part)
    return turn(" ".join(words), start=0.0, end=now, times=tuple(times))
