"""summary.json: everything that is known about a result, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from daemon.costs.pricing import Usage
from daemon.costs.question import Answer
from daemon.delivery.document import Document, Tally
from daemon.delivery.extras.presented import PresentedExtras
from daemon.delivery.presented_names import present_settings
from daemon.settings.profile import Settings
from daemon.store.job import Job
from daemon.store.plan import Header
from daemon.store.saved.survey import SavedSurvey
from daemon.system.file_names import may_be_path
from daemon.text.cleaned_chunk import JOINED_MODELS
from daemon.text.json_values import build_value
from daemon.text.unseen import UNSEEN_CHARACTER

DOLLAR_PLACES = 6
TOOK = ("requests", "input_tokens", "output_tokens", "cost", "cost_bounded")
"""The keys that tell what something took, of the whole as of an extra."""
_DOLLARS = ("cost", "cost_bounded")
_NO_ANSWER = Answer("", "", Usage(), cost=0.0, requests=0)


class _Needed(msgspec.Struct):
    """What of a summary.json is taken over into that of a result which is made again.

    What has a default here was not told by every version, or is not told of every result.
    """

    source: str
    language: str | None
    kind: str
    encoding: str
    settings: dict[str, Any]
    provider: str
    model: str
    words_in: int
    words_out: int
    dropped: dict[str, int]
    edits: dict[str, int]
    flags: list[dict[str, Any]]
    duration_seconds: float | None
    cost: float
    files: dict[str, str] = {}
    warnings: list[str] = []
    extras: dict[str, dict[str, Any]] | None = None
    times_rendered: int = 0


def summarise_job(
    job: Job, header: Header, document: Document, outputs: list[str], skipped: dict[str, str], now: datetime
) -> dict[str, Any]:
    """Everything known about a finished job; tokens and dollars are those of its saved chunks.

    `header` is its plan's, with what its survey has found of speakers. `outputs` are the formats of the
    result, `skipped` those that could not be made, with the reason.
    """
    return {
        **_describe_source(job, header),
        **_describe_settings(header, document.tally),
        **_describe_reading(header),
        **_list_totals(document.tally),
        "flags": list_flags(document),
        "duration_seconds": header.duration,
        "copy_of": header.copy_of,
        "received_at": job.ticket.received_at,
        "finished_at": format_moment(now),
        "outputs": outputs,
        "skipped": skipped,
    }


def _describe_source(job: Job, header: Header) -> dict[str, Any]:
    """Which file it was."""
    return {
        "job_id": job.ticket.job_id,
        "name": job.name,
        "source": job.ticket.name,
        "title": header.title,
        "source_sha256": header.sha256,
        "kind": header.kind,
        "encoding": header.encoding,
        "language": header.language,
    }


def _describe_settings(header: Header, tally: Tally) -> dict[str, Any]:
    """The settings it was cleaned under, and the models that cleaned it."""
    settings = header.settings
    return {
        "settings": present_settings(header),
        "settings_hash": settings.digest,
        "pseudonyms": sorted(set(header.pseudonyms.values())),
        "provider": settings.provider,
        "model": JOINED_MODELS.join(tally.models or [settings.model]),
        "server": ", then ".join(tally.servers),
    }


def _describe_reading(header: Header) -> dict[str, Any]:
    """What was read from the file."""
    return {
        "words_in": header.words,
        "words_in_file": header.words_in_file,
        "dropped": dict(header.dropped),
        "warnings": list(header.warnings),
        "speaker_names": list_speaker_names(header),
        "unread": dict(header.unread),
        "read": header.file,
        "link": header.link,
        "chunks": header.chunks,
    }


def _list_totals(tally: Tally) -> dict[str, Any]:
    return {
        "words_out": tally.words,
        "requests": tally.requests,
        "requests_in_batches": tally.batched,
        "input_tokens": tally.input_tokens,
        "output_tokens": tally.output_tokens,
        "cost": round(tally.cost, DOLLAR_PLACES),
        "cost_bounded": round(tally.bounded, DOLLAR_PLACES),
        "edits": dict(sorted(tally.edits.items())),
        "notes": dict(sorted(tally.notes.items())),
    }


def add_survey(summary: dict[str, Any], saved: SavedSurvey | None) -> None:
    """Add to a summary what the survey came to, and to its totals what that took."""
    summary["survey"] = None
    if saved is None:
        return
    survey, answer = saved.survey, saved.answer or _NO_ANSWER
    took = {
        "requests": answer.requests,
        "input_tokens": answer.usage.total_input,
        "output_tokens": answer.usage.output_tokens,
        "cost": answer.cost,
        "cost_bounded": answer.bounded,
    }
    _add_to_totals(summary, [took])
    told = _round_dollars(took)
    del told["cost_bounded"]
    summary["survey"] = {"spellings": dict(survey.spellings), "failed": survey.failed, **told}


def add_extras(summary: dict[str, Any], extras: PresentedExtras) -> None:
    """Add to a summary what came of the extras, and to its totals what they took."""
    _add_to_totals(summary, extras.told.values())
    summary["extras"] = {kind: _round_dollars(one) for kind, one in extras.told.items()}
    summary["skipped"] = {**summary["skipped"], **extras.skipped}


def _add_to_totals(summary: dict[str, Any], took: Iterable[Mapping[str, Any]]) -> None:
    for one in took:
        for key in TOOK:
            summary[key] += one[key]
    summary.update(_round_dollars({key: summary[key] for key in _DOLLARS}))


def _round_dollars(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: round(value, DOLLAR_PLACES) if key in _DOLLARS else value for key, value in told.items()}


def find_wrong_key(summary: Mapping[str, Any]) -> str | None:
    """A key of a summary.json that is missing, or doesn't hold what is written there; None for a whole one.

    People and other programs change such files; from a wrong one no result can be made again.
    """
    for needed in msgspec.structs.fields(_Needed):
        if needed.name not in summary and not needed.required:
            continue
        try:
            build_value(summary[needed.name], needed.type)
        except (LookupError, msgspec.ValidationError):
            return needed.name
    for key, paths in (("source", [summary["source"]]), ("files", summary.get("files", ()))):
        if not all(map(may_be_path, paths)):
            return key
    try:
        Settings.from_dict(summary["settings"])
    except TypeError:
        return "settings"
    return None


def list_speaker_names(header: Header) -> list[dict[str, Any]]:
    """What was said of the names of speakers without one; `given` tells which names they got."""
    return [
        {
            "label": one.label,
            "name": one.name,
            "given": one.proved,
            "quote": one.quote,
            "said_by": one.said_by,
            "start": one.start,
        }
        for one in header.speaker_names
    ]


def list_flags(document: Document) -> list[dict[str, Any]]:
    """The passages whose original words stand, as summary.json tells of them."""
    return [
        {"chunk": found.chunk, "start": found.start, "reason": found.reason, "words": found.words}
        for found in document.flagged
    ]


def encode_json(value: dict[str, Any]) -> bytes:
    """A summary.json's bytes; what an editor would obey, as in a file's name, is written as an escape."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    text = UNSEEN_CHARACTER.sub(lambda found: json.dumps(found.group())[1:-1], text)
    return text.encode("utf-8", "backslashreplace") + b"\n"  # a name that is no UTF-8 stays known


def format_moment(now: datetime) -> str:
    """A moment as summary.json has it: ISO 8601, UTC, to the second."""
    return now.astimezone(UTC).isoformat(timespec="seconds")
