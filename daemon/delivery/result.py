"""What is delivered: the files of a result, made from a finished job (or a rejected one)."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from daemon.delivery import document, render, review
from daemon.delivery import subtitle_cues as cues
from daemon.delivery import subtitle_files as subtitles
from daemon.delivery.outbox import REASON, SUMMARY, Parcel
from daemon.errors import InputError, JobError
from daemon.store.job import Job
from daemon.system.file_names import shorten, shown
from daemon.text.transcript import count_words

DOLLAR_PLACES = 6
ORIGINAL = "original"

_SUBTITLES = ("srt", "vtt")
_SAME = {"srt": "srt", "vtt": "vtt"}

log = logging.getLogger(__name__)


def finished(job: Job, now: datetime) -> Callable[[Parcel], None]:
    """Builds the result of a job whose every chunk is done."""

    def build(parcel: Parcel) -> None:
        with job.step():
            files = _rendered(job, now)
        for name, data in files.items():
            parcel.write(name, data)
        _copy_originals(job, parcel)

    return build


def _rendered(job: Job, now: datetime) -> dict[str, bytes]:
    """The files of a result, but for the originals."""
    outputs, skipped = _outputs(job)
    for output, why in skipped.items():
        log.warning("skipped job=%s output=%s %s", shown(job.name), output, why)
    summary = {**summarise(job, now), "outputs": outputs, "skipped": skipped}
    stem, front = _stem(job.ticket.name), _front_matter(job, summary)
    files = {f"{stem}.{output}": _text(job, output, front) for output in outputs}
    if job.header.settings.review:
        files[review.FILE] = review.html(job.pairs(), job.header.title, summary)
    return {name: text.encode("utf-8", "replace") for name, text in files.items()} | {SUMMARY: _json(summary)}


def on_top(job: Job) -> str:
    """The file that is to stand beside the result's folder, "" where all is to lie in it."""
    settings = job.header.settings
    return f"{_stem(job.ticket.name)}.md" if settings.layout == "flat" and "md" in settings.outputs else ""


def rejected(job: Job, error: InputError, now: datetime) -> Callable[[Parcel], None]:
    """Builds what goes to rejected/: the original and why."""

    def build(parcel: Parcel) -> None:
        _refuse(job, parcel, error.message, error.mend, now)

    return build


def discarded(job: Job, now: datetime) -> Callable[[Parcel], None]:
    """Builds what is left of a job that a person gave up: the original and what was cleaned."""

    def build(parcel: Parcel) -> None:
        if job.plan is not None and not job.untouched:
            with contextlib.suppress(JobError):  # its plan is damaged: the original is there all the same
                with job.step():
                    text = _so_far(job)
                parcel.write(f"{_stem(job.ticket.name)}.md", text.encode("utf-8", "replace"))
        why = "The job was discarded by a person before it was done."
        _refuse(job, parcel, why, "Drop the original into the inbox again to have it cleaned.", now)

    return build


def _so_far(job: Job) -> str:
    parts = document.blocks(job.pairs_so_far("the job was discarded before it came to this"))
    front = {"title": job.header.title, "source": os.path.basename(job.ticket.name)}
    return render.markdown(parts, front, timestamps=job.header.settings.timestamps)


def _refuse(job: Job, parcel: Parcel, why: str, mend: str, now: datetime) -> None:
    parcel.write(REASON, f"{why}\n\n{mend}\n".encode("utf-8", "replace"))
    summary = {
        "job_id": job.ticket.job_id,
        "name": job.name,
        "source": job.ticket.name,
        "rejected": why,
        "received_at": job.ticket.received_at,
        "finished_at": _iso(now),
    }
    parcel.write(SUMMARY, _json(summary))
    _copy_originals(job, parcel)


def _stem(name: str) -> str:
    """What the outputs are called: as the source is, unless that is the name of another file here."""
    stem = shorten(os.path.splitext(os.path.basename(name))[0])
    return f"{stem}-cleaned" if stem.lower() in (ORIGINAL, "summary", "review") else stem


def summarise(job: Job, now: datetime) -> dict[str, Any]:
    """Everything known about a finished job; tokens and dollars are those of its saved chunks."""
    header = job.header
    settings = header.settings
    tally = _tally(job)
    return {
        "job_id": job.ticket.job_id,
        "name": job.name,
        "source": job.ticket.name,
        "source_sha256": header.sha256,
        "kind": header.kind,
        "encoding": header.encoding,
        "language": header.language,
        "settings": settings.to_dict(),
        "settings_hash": settings.digest,
        "provider": settings.provider,
        "model": ", then ".join(dict.fromkeys([settings.model, *tally.pop("models")])),
        "words_in": header.words,
        "words_in_file": header.words_in_file,
        "dropped": dict(header.dropped),
        "warnings": list(header.warnings),
        "unread": dict(header.unread),
        "read": header.file,
        "link": header.link,
        "chunks": header.chunks,
        **tally,
        "duration_seconds": header.duration,
        "received_at": job.ticket.received_at,
        "finished_at": _iso(now),
    }


def _tally(job: Job) -> dict[str, Any]:
    totals: dict[str, Any] = {
        "words_out": 0, "requests": 0, "input_tokens": 0, "output_tokens": 0, "cost": 0.0,
    }  # fmt: skip
    edits: dict[str, int] = {}
    flags: list[dict[str, Any]] = []
    models: list[str] = []
    for chunk, result in job.pairs():
        models.append(result.model)
        totals["words_out"] += count_words(result.cleaned_text)
        for key in ("requests", "input_tokens", "output_tokens", "cost"):
            totals[key] += getattr(result, key)
        for edit in result.edits:
            edits[edit.reason] = edits.get(edit.reason, 0) + 1
        passages = chunk.passages(result.cuts)
        for flag in result.flags:
            start = passages[flag.passage or 0].start if passages else None
            flags.append({"chunk": chunk.index, "start": start, "reason": flag.reason, "words": flag.words})
    totals["cost"] = round(totals["cost"], DOLLAR_PLACES)
    return {**totals, "models": models, "edits": dict(sorted(edits.items())), "flags": flags}


def _front_matter(job: Job, summary: dict[str, Any]) -> dict[str, Any]:
    modified = datetime.fromtimestamp(job.ticket.modified_ns / 1e9, UTC)
    duration = summary["duration_seconds"]
    return {
        "title": job.header.title,
        "source": job.header.file or os.path.basename(job.ticket.name),
        **({"link": job.header.link} if job.header.link else {}),
        "date": modified.isoformat(timespec="seconds"),
        "duration": None if duration is None else round(duration, 3),
        "words": summary["words_out"],
        "provider": summary["provider"],
        "model": summary["model"],
        "flags": len(summary["flags"]),
    }


def _outputs(job: Job) -> tuple[list[str], dict[str, str]]:
    """The formats of the result, and those that were asked for and can't be made, with the reason.

    `same` stands for subtitles where the source is of that kind, and for nothing where it isn't.
    """
    asked = [_SAME.get(job.header.kind) if name == "same" else name for name in job.header.settings.outputs]
    wanted = list(dict.fromkeys(name for name in asked if name)) or ["md"]
    why = _why_no_cues(job)
    skipped = {name: why for name in wanted if name in _SUBTITLES and why is not None}
    return [name for name in wanted if name not in skipped], skipped


def _why_no_cues(job: Job) -> str | None:
    if job.header.duration is None:
        return "the source has no times"
    if any(chunk.turns and not result.turns for chunk, result in job.pairs()):
        return "its style gives no turns that could be timed"
    return None


def _text(job: Job, output: str, front: dict[str, Any]) -> str:
    if output in _SUBTITLES:
        return _subtitles(job, output)
    parts = document.blocks(job.pairs())
    settings = job.header.settings
    timestamps = settings.timestamps
    if output == "md":
        link = job.header.link if settings.links else None
        return render.markdown(parts, front, timestamps=timestamps, link=link)
    if output == "txt":
        return render.plain(parts, str(front["title"]), timestamps=timestamps)
    return render.as_json(parts, front)


def _subtitles(job: Job, output: str) -> str:
    header = job.header
    rolls = "rolling repeat" in header.dropped
    reflown = header.settings.cues == "reflow" or (header.settings.cues == "auto" and rolls)
    whole = cues.spoken(job.pairs())
    made = cues.reflow(whole) if reflown else cues.keep(whole)
    return subtitles.srt(made) if output == "srt" else subtitles.vtt(made, header.language)


def _copy_originals(job: Job, parcel: Parcel) -> None:
    for _, kept in job.originals():
        fd = job.folder.open(kept)
        try:
            parcel.copy(fd, ORIGINAL + os.path.splitext(kept)[1])
        finally:
            os.close(fd)


def _json(value: dict[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "backslashreplace") + b"\n"  # a name that is no UTF-8 stays known


def _iso(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
