"""The status as people read it: in STATUS.txt, from `status`, in one line for a service manager. Pure."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from daemon.delivery.catalogue.database import NAMED_DAYS, Counts
from daemon.delivery.outbox.names import INDEX
from daemon.status.live_record import Asking, Held
from daemon.status.snapshot import Batches, JobStatus, Snapshot
from daemon.store.job import JobState
from daemon.system.file_names import shown

_HEADS = ("JOB", "STATE", "CHUNKS", "WORDS", "NOT SPEECH", "FLAGS", "NOTES", "COST")
_WIDTH = 80  # columns of a terminal nobody has widened
_MOST_EXPLAINED = 10  # of the files that are not taken
AT_THE_NEXT_START = "This run is over: asked again at the next start."
_NAME_WIDTH = 16  # columns a table keeps for names, even where it gets too wide by it


def describe_status(snapshot: Snapshot, inbox_path: str, index_path: str | None = None) -> str:
    """What waits, works, is paused, held or failed, why, and the mend; in 80 columns where paths allow.

    `inbox_path` and `index_path` are written as given; the latter is None where there is no index.
    """
    waiting = [_describe_waiting(snapshot, inbox_path), *_explain_waiting(snapshot)]
    blocks = ["\n".join(_describe_situation(snapshot)), "\n".join(waiting)]
    if snapshot.jobs:
        blocks.append("\n".join(_draw_table(snapshot.jobs)))
    if snapshot.batches is not None:
        blocks.append("\n".join(_wrap_text(f"{describe_batches(snapshot.batches)}.")))
    ends = []
    if snapshot.spent_today:
        saved = f" (message batches saved ${snapshot.saved_today:.4f})" if snapshot.saved_today else ""
        ends.append(f"Spent today: ${snapshot.spent_today:.4f}{saved}")
    if snapshot.results is not None and snapshot.results != Counts():
        ends += _describe_results(snapshot.results, index_path)
    if ends:
        blocks.append("\n".join(ends))
    if snapshot.results is not None:
        blocks += ["\n".join(lines) for lines in _name_troubled(snapshot.results) if lines]
    return "\n\n".join(blocks) + "\n"


def describe_batches(batches: Batches) -> str:
    """What is out in message batches, since when, and by when it comes home."""
    requests = _count_noun(batches.requests, "request")
    verb = "has" if batches.requests == 1 else "have"
    since, until = _show_moment(batches.since), _show_moment(batches.until)
    return f"{requests} {verb} been out in message batches since {since}, home by {until} at the latest"


def describe_in_one_line(snapshot: Snapshot) -> str:
    """What goes on, in one line."""
    if snapshot.held is not None:
        return f"held: {snapshot.held.reason}"
    if snapshot.paused is not None:
        return f"paused: {snapshot.paused}" if snapshot.paused else "paused"
    if snapshot.problem is not None:
        return snapshot.problem
    jobs = snapshot.jobs
    done, total = sum(job.done for job in jobs), sum(job.total for job in jobs)
    parts = [_count_noun(len(jobs), "job"), f"{done} of {_count_noun(total, 'chunk')}"] if jobs else ["idle"]
    failed = sum(job.state == JobState.FAILED for job in jobs)
    if failed:
        parts.append(f"{failed} failed")
    if snapshot.inbox:
        parts.append(f"{_count_noun(snapshot.inbox, 'file')} waiting")
    return ", ".join([*parts, f"${snapshot.spent_today:.2f} today"])


def describe_asking(asking: Asking) -> str:
    """Since when a question is out, in a sentence; of the first one, that it may take its time."""
    since = _show_moment(asking.since)
    if asking.first:
        return (
            f"The model's first answer has been awaited since {since}; a slow one takes minutes for a chunk."
        )
    return f"A question has been out since {since}."


def _describe_situation(snapshot: Snapshot) -> Iterator[str]:
    """Whether it runs, and whatever keeps it from its work."""
    if snapshot.running:
        yield f"transcriptd is running (pid {snapshot.pid})." if snapshot.pid else "transcriptd is running."
    elif snapshot.is_away:
        yield "Nobody can tell whether transcriptd is running: its state folder is away."
    else:
        yield "transcriptd is not running. Start it with: transcriptd run"
        if snapshot.jobs or snapshot.inbox:
            yield "To work through only what is there now: transcriptd once"
    if snapshot.held is not None:
        yield from _wrap_text(_describe_hold(snapshot.held, is_running=snapshot.running))
    if snapshot.asking is not None:
        yield from _wrap_text(describe_asking(snapshot.asking))
    if snapshot.swap is not None:
        asked, answers = shown(snapshot.swap.asked), shown(snapshot.swap.answers)
        yield from _wrap_text(f"{asked} was asked for, but {answers} answers: the results name it.")
    if snapshot.paused is not None:
        why = f": {_end_sentence(snapshot.paused)}" if snapshot.paused else "."
        yield from _wrap_text(f"PAUSED{why} To go on, run `transcriptd resume` or remove the PAUSE file.")
    if snapshot.problem is not None:
        yield from _wrap_text(f"PROBLEM: {_end_sentence(snapshot.problem)}")
    if snapshot.flagging is not None:
        yield from _wrap_text(f"NOT CLEANED: {snapshot.flagging}")


def _describe_hold(held: Held, *, is_running: bool) -> str:
    if not is_running:
        return f"HELD when it ended: {held.reason} {AT_THE_NEXT_START}"
    return f"HELD: {held.reason} Asked again at {_show_moment(held.until)}."


def _describe_waiting(snapshot: Snapshot, inbox_path: str) -> str:
    if snapshot.jobs or snapshot.inbox or snapshot.waiting:
        return f"{_count_noun(snapshot.inbox, 'file')} waiting in {inbox_path}"
    return f"Nothing to do. Drop a transcript into {inbox_path}"


def _explain_waiting(snapshot: Snapshot) -> Iterator[str]:
    """Why files that lie in the inbox are not taken."""
    for one in snapshot.waiting[:_MOST_EXPLAINED]:
        yield from _wrap_text(f"{one.name}: {_end_sentence(one.why)}", "  ")
    if len(snapshot.waiting) > _MOST_EXPLAINED:
        yield f"  and more; `transcriptd status --json` names {len(snapshot.waiting)}"


def _describe_results(counts: Counts, index_path: str | None) -> Iterator[str]:
    """What came out, today and in all, and where it is to be seen."""
    today = describe_outcome(counts.delivered_today, counts.flagged_today, counts.rejected_today)
    in_all = describe_outcome(counts.delivered, counts.flagged, counts.rejected)
    where = f"; see {index_path}" if index_path else ""
    yield f"Today: {today}"
    yield f"In the outbox: {in_all}{where}"


def _name_troubled(counts: Counts) -> Iterator[list[str]]:
    """What was rejected and why, and what was not cleaned throughout, in the last days."""
    if counts.newest_rejected:
        yield [
            f"Rejected in the last {NAMED_DAYS} days:",
            *_name_each((shown(one.source), one.reason) for one in counts.newest_rejected),
            *_say_of_more(len(counts.newest_rejected), counts.rejected),
        ]
    if counts.newest_flagged:
        yield [
            f"Not cleaned throughout, in the last {NAMED_DAYS} days:",
            *_name_each((shown(one.path), _describe_flags(one.passages)) for one in counts.newest_flagged),
            *_say_of_more(len(counts.newest_flagged), counts.flagged),
        ]


def _name_each(named: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, why in named:
        yield from _wrap_text(f"{name}: {_end_sentence(why)}", "  ")


def _say_of_more(named: int, in_all: int) -> Iterator[str]:
    if in_all > named:
        yield f"  and {_count_noun(in_all - named, 'other')}; {INDEX} names all"


def _describe_flags(passages: int) -> str:
    verb = "keeps its" if passages == 1 else "keep their"
    return f"{_count_noun(passages, 'passage')} {verb} original words"


def describe_outcome(delivered: int, flagged: int, rejected: int) -> str:
    """What came out, in a few words."""
    parts = [f"{delivered:,} delivered"]
    if flagged:
        parts.append(f"{flagged:,} of them not cleaned throughout")
    if rejected:
        parts.append(f"{rejected:,} rejected")
    return ", ".join(parts)


def _end_sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _show_moment(moment: str) -> str:
    """A moment in ISO 8601, as people write it; its second is enough."""
    return moment[:19].replace("T", " ")


def _wrap_text(text: str, indent: str = "") -> list[str]:
    """The lines of a sentence; paths and commands stay whole."""
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent or "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _draw_table(jobs: Sequence[JobStatus]) -> Iterator[str]:
    """A line per job; a name too long for its column has a line of its own, above the numbers."""
    rows = [_make_row(job) for job in jobs]
    widths = [max(_count_columns(row[at]) for row in (_HEADS, *rows)) for at in range(len(_HEADS))]
    room = _WIDTH - sum(widths[1:]) - 2 * len(widths)
    widths[0] = min(widths[0], max(room, _NAME_WIDTH))
    yield _align_cells(_HEADS, widths)
    for job, row in zip(jobs, rows, strict=True):
        if _count_columns(row[0]) > widths[0]:
            yield f"  {row[0]}"
            row = ("", *row[1:])
        yield _align_cells(row, widths)
        yield from _describe_way_on(job)


def _describe_way_on(job: JobStatus) -> Iterator[str]:
    """What a job waits for, or needs of a person."""
    if job.state == JobState.FAILED:
        yield from _wrap_text(str(job.error), "    ")
        yield f"    To try again, run: transcriptd retry {job.name_for_shell}"
    elif job.state == JobState.PAUSED:
        yield from _wrap_text(_end_sentence(job.paused), "    ") if job.paused else ()
        yield f"    To go on, run: transcriptd resume {job.name_for_shell}"
    elif job.making:
        yield f"    Making the {' and the '.join(job.making)}; then it is delivered."
    elif job.waits_for:
        why = f"It is an exact copy of {job.waits_for}, waits for that, and is delivered from its result."
        yield from _wrap_text(why, "    ")


def _make_row(job: JobStatus) -> tuple[str, ...]:
    chunks = f"{job.done} of {job.total}" if job.total else ""
    counts = (job.words, sum(job.dropped.values()), job.flagged, job.noted)
    numbers = (f"{count:,}" if count else "" for count in counts)
    return job.name, job.state, chunks, *numbers, f"${job.cost:.4f}" if job.cost else ""


def _align_cells(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Words to the left, numbers to the right."""
    padded = []
    for at, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (width - _count_columns(cell))
        padded.append(cell + space if at < 2 else space + cell)
    return "  " + "  ".join(padded).rstrip()


def _count_columns(text: str) -> int:
    """How wide a terminal shows a text: East Asian characters are two columns, accents none."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def _count_noun(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
