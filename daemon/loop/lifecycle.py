"""The life of a job: everything that decides what is done with it next lives here.

A job's state is written down nowhere. At each look it is worked out anew, from what its folder shows and
from what the loop has under way for it. `next_step` turns that into one step; `jobs` carries it out.

    file in inbox
         | claim
         v
      CLAIMED --PLAN--> WORKING --CLEAN--> COMPLETE --DELIVER--> ENDED --FORGET--> no job any more
         |  ^              |    |             ^                    ^
         |  |              |    +-> EXTRAS_MISSING --MAKE_EXTRAS   |
         |  |          OUTDATED  the settings have changed         |
         |  +--PLAN_ANEW---+     before a chunk was saved          |
         +--> REFUSED --REJECT-------------------------------------+

    from any of these, and back to where it stood:
      FAILED    it can't go on              until a person asks (RETRY_ASKED --RETRY-->) or deletes FAILED
      PAUSED    a person paused it          until the person removes PAUSE
      CHANGED   its plan is another now     --LOAD-->
    from any of these, to the end:
      DISCARDED --DISCARD--> ENDED          SENT_BACK --START_OVER--> ENDED

A crash between any two system calls is no transition of its own: the next start finds what the folder
shows, and every step can be repeated.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import NamedTuple

from daemon.store.job import DISCARD, FRESH, JobState


class Found(enum.Enum):
    """What a job is found as. Where several hold, the first of this list."""

    ENDED = "it was delivered, rejected or given up, or its folder is gone"
    RETRY_ASKED = "RETRY: a person asks that it be tried again; or what made it fail may be over"
    CHANGED = "its plan on the disk is no longer the one in use"
    DISCARDED = "DISCARD: a person gives it up"
    SENT_BACK = "FRESH: a person sends it back to the inbox"
    REFUSED = "its source can never be cleaned"
    FAILED = "FAILED: it can't go on"
    PAUSED = "PAUSE: a person pauses it"
    CLAIMED = "no plan"
    OUTDATED = "a plan under settings that are not today's, no chunk saved"
    WORKING = "a plan, some chunks missing"
    EXTRAS_MISSING = "every chunk, but a summary or chapters that were asked for are missing"
    COMPLETE = "every chunk, and what else was asked for"


class UnderWay(enum.Enum):
    """What the loop has under way for a job."""

    NOTHING = "nothing"
    CHUNKS = "chunks are queued or being cleaned"
    NO_CHUNK_LEFT = "all chunks were tried, none is queued any more"
    EXTRAS = "its extras are queued or being made"
    NO_EXTRA_LEFT = "all extras were tried, none is queued any more"
    STEP = "a step is being carried out in the background"
    DELAY = "it waits some seconds before it is tried again"


class Step(enum.Enum):
    """What is done next with a job."""

    WAIT = "nothing, until what is under way has ended"
    FORGET = "close its folder and take it off the list"
    RETRY = "remove FAILED; under today's settings where its model was retired"
    LOAD = "read its plan anew"
    DISCARD = "put the original and what was cleaned into rejected/, clear it"
    START_OVER = "put the original back into the inbox, clear it"
    REJECT = "put the original and the reason into rejected/, clear it"
    REST = "nothing, until a person acts"
    PLAN = "see that the source is here, read it, freeze the plan"
    PLAN_ANEW = "remove the plan"
    CLEAN = "have its missing chunks cleaned"
    CLEAN_LATER = "try its missing chunks again in a while"
    MAKE_EXTRAS = "have its summary and its chapters made, or do without"
    MAKE_LATER = "try its missing extras again in a while"
    DELIVER = "put the result into the outbox, clear it"
    STOP_CHUNKS = "begin no more chunks or extras, wait for those in work"
    HAVE_QUIET = "wait until nothing else is under way, begin nothing else meanwhile"
    FAIL = "mark it as failed: it took the program down too often"


_Row = Mapping[UnderWay, Step]


def _row(
    nothing: Step,
    chunks: Step,
    no_chunk_left: Step,
    extras: Step = Step.STOP_CHUNKS,
    no_extra_left: Step = Step.STOP_CHUNKS,
) -> _Row:
    """The steps of a job that was found as something, by what is under way for it."""
    return {
        UnderWay.NOTHING: nothing,
        UnderWay.CHUNKS: chunks,
        UnderWay.NO_CHUNK_LEFT: no_chunk_left,
        UnderWay.EXTRAS: extras,
        UnderWay.NO_EXTRA_LEFT: no_extra_left,
    }


# fmt: off
TABLE: Mapping[Found, _Row] = {
    #                       nothing under way, chunks,           no chunk left;   extras, no extra left
    Found.ENDED:       _row(Step.FORGET,       Step.STOP_CHUNKS, Step.STOP_CHUNKS),
    Found.RETRY_ASKED: _row(Step.RETRY,        Step.RETRY,       Step.RETRY,       Step.RETRY, Step.RETRY),
    Found.CHANGED:     _row(Step.LOAD,         Step.STOP_CHUNKS, Step.STOP_CHUNKS),
    Found.DISCARDED:   _row(Step.DISCARD,      Step.STOP_CHUNKS, Step.STOP_CHUNKS),
    Found.SENT_BACK:   _row(Step.START_OVER,   Step.STOP_CHUNKS, Step.STOP_CHUNKS),
    Found.REFUSED:     _row(Step.REJECT,       Step.STOP_CHUNKS, Step.STOP_CHUNKS),
    Found.FAILED:      _row(Step.REST,         Step.STOP_CHUNKS, Step.STOP_CHUNKS),
    Found.PAUSED:      _row(Step.REST,         Step.STOP_CHUNKS, Step.STOP_CHUNKS),
    Found.CLAIMED:     _row(Step.PLAN,         Step.STOP_CHUNKS, Step.STOP_CHUNKS),
    Found.OUTDATED:    _row(Step.PLAN_ANEW,    Step.STOP_CHUNKS, Step.STOP_CHUNKS),
    Found.WORKING:     _row(Step.CLEAN,        Step.CLEAN,       Step.CLEAN_LATER),
    Found.EXTRAS_MISSING: _row(
                            Step.MAKE_EXTRAS,  Step.STOP_CHUNKS, Step.STOP_CHUNKS,
                            Step.MAKE_EXTRAS,  Step.MAKE_LATER),
    Found.COMPLETE:    _row(Step.DELIVER,      Step.STOP_CHUNKS, Step.STOP_CHUNKS),
}

_WHERE_IT_STOOD = (Found.CLAIMED, Found.OUTDATED, Found.WORKING, Found.EXTRAS_MISSING, Found.COMPLETE)
LEADS_TO: Mapping[Step, tuple[Found, ...]] = {
    Step.PLAN:        (Found.WORKING, Found.REFUSED, Found.ENDED, Found.FAILED),  # ended: its claim never was
    Step.PLAN_ANEW:   (Found.CLAIMED,),
    Step.CLEAN:       (Found.EXTRAS_MISSING, Found.COMPLETE, Found.OUTDATED, Found.CHANGED, Found.FAILED),
    Step.CLEAN_LATER: (Found.WORKING, Found.OUTDATED),
    Step.MAKE_EXTRAS: (Found.COMPLETE, Found.CHANGED, Found.FAILED),
    Step.MAKE_LATER:  (Found.EXTRAS_MISSING,),
    Step.DELIVER:     (Found.ENDED, Found.FAILED, *_WHERE_IT_STOOD),  # where a file was damaged since
    Step.REJECT:      (Found.ENDED, Found.FAILED),
    Step.DISCARD:     (Found.ENDED, Found.FAILED),
    Step.START_OVER:  (Found.ENDED, Found.FAILED),
    Step.FAIL:        (Found.FAILED,),
    Step.LOAD:        _WHERE_IT_STOOD,
    Step.RETRY:       _WHERE_IT_STOOD,
    Step.REST:        _WHERE_IT_STOOD,  # when a person removes the file
}
# fmt: on
"""What a job may be found as after a step, as long as no person puts a marker there meanwhile."""

IN_BACKGROUND = frozenset({Step.PLAN, Step.DELIVER, Step.REJECT, Step.DISCARD, Step.START_OVER})
"""The steps that take their time: they read, render and copy. They may take the program down."""

CRASHES_BEFORE_QUIET = 3
"""So often a step may have taken the program down; after that it is tried with nothing else under way."""

MOST_CRASHES = 6
"""So often in all, before the job is failed. Somebody who kills the program again and again hardly ever hits
the same step six times in a row; a file that is too much for the machine does at each start."""

_GIVEN_UP = {DISCARD: Found.DISCARDED, FRESH: Found.SENT_BACK}
_SHOWN = {
    JobState.FAILED: Found.FAILED,
    JobState.PAUSED: Found.PAUSED,
    JobState.CLAIMED: Found.CLAIMED,
    JobState.WORKING: Found.WORKING,
    JobState.COMPLETE: Found.COMPLETE,
}


class Facts(NamedTuple):
    """All that bears upon what is done next with a job, at one look.

    `under_way`, `ended`, `plan_changed` and `refused` only the loop knows; the rest its folder shows, which
    is not looked at while a step is being carried out. `state` is None then. `given_up` is DISCARD or FRESH.
    `outdated`: its plan is under settings that are not today's, and no chunk is saved. `extras_missing`: an
    extra that was asked for is neither made nor given up. `crashes`: how often in a row its reading or
    rendering took the program down. `quiet`: nothing else is under way, nor begins.
    """

    under_way: UnderWay
    state: JobState | None = None
    ended: bool = False
    retry_asked: bool = False
    plan_changed: bool = False
    given_up: str | None = None
    refused: bool = False
    outdated: bool = False
    extras_missing: bool = False
    crashes: int = 0
    quiet: bool = False


def next_step(facts: Facts) -> Step:
    """What is done next with a job."""
    if facts.under_way in (UnderWay.STEP, UnderWay.DELAY):
        return Step.WAIT
    step = TABLE[found_as(facts)][facts.under_way]
    if step in IN_BACKGROUND:
        if facts.crashes >= MOST_CRASHES:
            return Step.FAIL
        if facts.crashes >= CRASHES_BEFORE_QUIET and not facts.quiet:
            return Step.HAVE_QUIET
    return step


def found_as(facts: Facts) -> Found:
    """What a job is found as: the first of what holds. Its folder must have been looked at, or it ended."""
    if facts.ended:
        return Found.ENDED
    if facts.retry_asked:
        return Found.RETRY_ASKED
    if facts.plan_changed:
        return Found.CHANGED
    if facts.given_up is not None:
        return _GIVEN_UP[facts.given_up]
    if facts.refused:
        return Found.REFUSED
    if facts.state is JobState.WORKING and facts.outdated:
        return Found.OUTDATED
    if facts.state is JobState.COMPLETE and facts.extras_missing:
        return Found.EXTRAS_MISSING
    assert facts.state is not None
    return _SHOWN[facts.state]
