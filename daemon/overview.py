"""The status as people read it: in STATUS.txt, from `status`, in one line for a service manager. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from daemon.job import JobState
from daemon.status import JobStatus, Snapshot

_HEADS = ("JOB", "STATE", "CHUNKS", "WORDS", "DROPPED", "FLAGS", "COST")


def overview(snapshot: Snapshot, inbox_path: str) -> str:
    """What waits, works, is paused, held or failed, why, and the mend."""
    lines = [*_situation(snapshot), "", f"{_count(snapshot.inbox, 'file')} waiting in {inbox_path}"]
    if snapshot.jobs:
        lines += ["", *_table(snapshot.jobs)]
    elif not snapshot.inbox:
        lines.append(f"Nothing to do. Drop a transcript into {inbox_path} to have it cleaned.")
    if not snapshot.running and (snapshot.jobs or snapshot.inbox):
        lines.append(
            "Start the daemon with `transcriptd run`, or work all of it off with `transcriptd once`."
        )
    if snapshot.spent_today:
        lines += ["", f"Spent today: ${snapshot.spent_today:.4f}"]
    return "\n".join(lines) + "\n"


def headline(snapshot: Snapshot) -> str:
    """What goes on, in one line."""
    if snapshot.held is not None:
        return f"held: {snapshot.held.reason}"
    if snapshot.paused is not None:
        return f"paused: {snapshot.paused}" if snapshot.paused else "paused"
    if snapshot.problem is not None:
        return snapshot.problem
    jobs = snapshot.jobs
    done, total = sum(job.done for job in jobs), sum(job.total for job in jobs)
    parts = [_count(len(jobs), "job"), f"{done} of {_count(total, 'chunk')}"] if jobs else ["idle"]
    failed = sum(job.state == JobState.FAILED for job in jobs)
    parts += [f"{failed} failed"] if failed else []
    parts += [f"{_count(snapshot.inbox, 'file')} waiting"] if snapshot.inbox else []
    return ", ".join([*parts, f"${snapshot.spent_today:.2f} today"])


def _situation(snapshot: Snapshot) -> Iterator[str]:
    running = f"running (pid {snapshot.pid})" if snapshot.running else "not running"
    yield f"transcriptd is {running}."
    if snapshot.held is not None:
        yield f"HELD: {snapshot.held.reason} Asked again at {snapshot.held.until}."
    if snapshot.paused is not None:
        why = f": {snapshot.paused}" if snapshot.paused else "."
        yield f"PAUSED{why} Remove the PAUSE file, or run `transcriptd resume`, to go on."
    if snapshot.problem is not None:
        yield f"PROBLEM: {snapshot.problem}."


def _table(jobs: Sequence[JobStatus]) -> Iterator[str]:
    rows = [_row(job) for job in jobs]
    widths = [max(len(row[at]) for row in (_HEADS, *rows)) for at in range(len(_HEADS))]
    yield _line(_HEADS, widths)
    for job, row in zip(jobs, rows, strict=True):
        yield _line(row, widths)
        if job.state == JobState.FAILED:
            yield f"    {job.error}"
            yield f"    Then run: transcriptd retry {job.name}"


def _row(job: JobStatus) -> tuple[str, ...]:
    chunks = f"{job.done} of {job.total}" if job.total else ""
    counts = (job.words, sum(job.dropped.values()), job.flagged)
    numbers = (f"{count:,}" if count else "" for count in counts)
    return job.name, job.state, chunks, *numbers, f"${job.cost:.4f}" if job.cost else ""


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Words to the left, numbers to the right."""
    padded = [
        cell.ljust(width) if at < 2 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  " + "  ".join(padded).rstrip()


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
