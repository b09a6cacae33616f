"""The life of a batch: everything that decides what is done with it next lives here. Pure.

Between a `create` and the note of the batch's id lies a gap: an answer that is lost, or a kill, leaves a
batch that nobody knows of, and that is paid for. So an intent is written down first. What then lies in the
batch's folder says where it stands:

    INTENDED   the intent                          nothing was sent
       | a note that it is being sent
    UNKNOWN    and no id                           it may have been made, or not
       | its id: by the answer, or adopted after a search
    SENT                                           it is carried out, within a day
       | its results, whole
    HOME                                           they are saved, each in its job
       | SAVED
    SAVED                                          it is deleted at the service; then its folder goes
    STRUCK     from INTENDED and UNKNOWN           it was never made: what was reserved for it is given back
               from SENT                           it is lost: what was reserved for it stands

While it is UNKNOWN no second one is sent. The batches of the workspace are listed instead: one that was
created since, with as many requests, and that no other intent has, may be ours. That is proved by its
results, whose first line names the intent; until then nothing is done to it: it may be somebody else's.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from daemon.cleaning.llm.batch_client import BatchView

MOST_REQUESTS = 30_000
MOST_BYTES = 128 << 20
"""Of one batch; the API takes 100,000 requests and 256 MB, and a slow line is to send one in ten minutes."""

POLL_SECONDS = 60.0
LONGEST_POLL_SECONDS = 600.0
SEARCH_SECONDS = 300.0
"""So long after it was sent a batch may still come to be listed."""
CLOCK_SLACK_SECONDS = 120.0
"""How far the clock of the service may be off what it says of it, or ours off it where it says nothing."""
LOST_SECONDS = 25 * 3600.0
"""After so long a batch has ended: one that can't be found then is lost."""
KEPT_SECONDS = 29 * 86_400.0
"""So long a service keeps results."""
FEW = 10
"""So many chunks or more that must be asked for again go into the next batch; fewer are asked for singly."""
MOST_TRIES = 2
"""So often a request that is not carried out goes in a batch; then it is asked singly."""
MOST_FETCHES = 5
"""So often results that are not whole are fetched; then those of them count that are sound."""


class Stage(enum.Enum):
    """Where a batch stands."""

    INTENDED = "nothing was sent"
    UNKNOWN = "it was sent, and no answer came"
    SENT = "it is carried out"
    HOME = "its results are here"
    SAVED = "its results are saved"
    STRUCK = "it is struck off"


class Step(enum.Enum):
    """What is done next with a batch."""

    STRIKE_OFF = "strike it off"
    SEARCH = "look for it in the workspace"
    LOOK_UP = "ask whether it has ended, and fetch its results if it has"
    COLLECT = "save its results, each in its job"
    DELETE = "have it deleted at the service, and forget it"
    RELEASE = "give back what was reserved, let its chunks be asked for again, and forget it"


NEXT: Mapping[Stage, Step] = {
    Stage.INTENDED: Step.STRIKE_OFF,
    Stage.UNKNOWN: Step.SEARCH,
    Stage.SENT: Step.LOOK_UP,
    Stage.HOME: Step.COLLECT,
    Stage.SAVED: Step.DELETE,
    Stage.STRUCK: Step.RELEASE,
}

OUT = frozenset({Stage.INTENDED, Stage.UNKNOWN, Stage.SENT, Stage.HOME})
"""Where its requests are under way: none of them is sent a second time."""

INTENT, SENDING, ID, RESULTS, SAVED, STRUCK = (
    "intent.json", "sending.json", "batch.json", "results.jsonl", "SAVED", "STRUCK",
)  # fmt: skip


def find_stage(names: Collection[str]) -> Stage | None:
    """Where a batch stands by what lies in its folder; None where there is no intent, and so no batch."""
    if INTENT not in names:
        return None
    if STRUCK in names:
        return Stage.STRUCK
    if SAVED in names:
        return Stage.SAVED
    if RESULTS in names:
        return Stage.HOME
    if ID in names:
        return Stage.SENT
    return Stage.UNKNOWN if SENDING in names else Stage.INTENDED


class Verdict(enum.Enum):
    """What a search has come to."""

    PROVE = "one of them may be ours: see whether it is"
    WAIT = "look again later"
    NONE = "it was never made"


class Found(Struct, frozen=True):
    """What a search has come to; `candidates` may be ours, the likeliest first."""

    verdict: Verdict
    candidates: tuple[BatchView, ...] = ()


def judge_listing(
    listed: Iterable[BatchView], *, count: int, others: Collection[str], sent_at: float, now: float
) -> Found:
    """Which of the listed batches may be that of so many requests; `others` are ids that can't.

    `sent_at` and `now` are seconds since the epoch, by the service's clock.
    """
    candidates = [view for view in listed if view.requests in (count, None) and view.id not in others]
    if candidates:
        return Found(Verdict.PROVE, tuple(sorted(candidates, key=lambda view: view.created_at or now)))
    return Found(Verdict.NONE if now - sent_at >= SEARCH_SECONDS else Verdict.WAIT)


def wait_before_poll(age: float) -> float:
    """How many seconds to wait before a batch of this age (seconds) is looked up again."""
    return min(max(POLL_SECONDS, age / 60), max(POLL_SECONDS, LONGEST_POLL_SECONDS))


def wait_after_failures(times: int) -> float:
    """How many seconds to wait after so many failures in a row."""
    return min(POLL_SECONDS * 2.0 ** min(times - 1, 10), max(POLL_SECONDS, LONGEST_POLL_SECONDS))
