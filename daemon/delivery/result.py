"""What is delivered: the files of a result, made from a finished job (or a rejected one)."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from msgspec.structs import replace

from daemon.cleaning.offline import GUESSED
from daemon.delivery.document import Document, Tally, make_document
from daemon.delivery.extras.files import encode_extras, name_extras, render_extras, write_chapters_list
from daemon.delivery.extras.presented import NO_EXTRAS, PresentedExtras, present_extras
from daemon.delivery.names.presented import present_header, present_label, present_pairs, tell_settings
from daemon.delivery.outbox import ORIGINAL, REASON, REVIEW, SUMMARY, Parcel
from daemon.delivery.record import RECORD, Origin, Recorder
from daemon.delivery.render import stream_json, stream_markdown, stream_plain_text
from daemon.delivery.subtitle_cues import (
    Cue,
    TimedWords,
    has_single_words,
    keep_cues,
    reflow_cues,
    time_words,
)
from daemon.delivery.subtitle_files import stream_srt, stream_vtt
from daemon.errors import ConfigError, InputError, JobError
from daemon.settings.profile import Settings
from daemon.store.job import ChunkGone, Job
from daemon.store.plan import Header
from daemon.store.saved_survey import SavedSurvey
from daemon.system.file_names import shorten, shown
from daemon.system.files import Folder
from daemon.system.scratch.draft import Content, digest_of_content, write_text
from daemon.text.cleaned_chunk import JOINED_MODELS
from daemon.text.extras.extra import Kind, MadeExtra
from daemon.text.names.introductions import SpeakerName
from daemon.text.names.pseudonyms import pseudonyms_of

DOLLAR_PLACES = 6

_SUBTITLES = ("srt", "vtt")
_WORD = ("docx", "redline")
_EXTENSIONS = {"redline": "redline.docx"}

log = logging.getLogger(__name__)


def finish_job(job: Job, now: datetime) -> Parcel:
    """The result of a job whose every chunk is done; each of its checkpoints is read once.

    `now` is when it was finished. Raises JobError where a chunk or the plan can no longer be read.
    """
    with job.step():
        survey = job.survey
        origin = Origin(job.ticket.name, job.ticket.modified_ns, _add_suggestions(job.header, survey))
        recorder = Recorder(origin, job.folder)
        pairs = present_pairs(recorder.pass_on(job.pairs()), origin.header)
        document = make_document(pairs, with_turns=wants_turns(origin.header), scratch=job.folder)
        outputs, skipped = choose_outputs(origin.header, document)
        for output, why in skipped.items():
            log.warning("skipped job=%s output=%s %s", shown(job.name), output, why)
        changed = _find_changed_original(job)
        summary = summarise_job(job, present_header(origin.header), document, outputs, skipped, now)
        add_survey(summary, survey)
        summary["warnings"] += _warn_of_change(job, changed)
        others: dict[str, Content] = {RECORD: recorder.finish()}
        made = take_extras(job, recorder.text_id)
        extras = present_extras(made, document, origin.header)
        if made:
            add_extras(summary, extras)
            others[name_extras(name_stem(origin.name))] = encode_extras(made)
        files = render_files(origin, document, summary, others, recorder.text_id, extras, scratch=job.folder)
    return Parcel(files, _list_originals(job) | _list_changed(job, changed))


def take_extras(job: Job, text_id: str) -> dict[Kind, MadeExtra]:
    """The extras of a job whose text has this id; raises ChunkGone where one is to be made, or made again."""
    made: dict[Kind, MadeExtra] = {}
    for kind in job.header.settings.extras:
        one = job.extra(kind)
        if one is not None and one.extra.lines and one.text_id != text_id:
            job.drop_extra(kind)  # a chunk was cleaned anew since
            one = None
        if one is None:
            raise ChunkGone(f"The {kind} of {shown(job.name)} is gone.", "Run `transcriptd retry`.")
        made[kind] = one
    return made


def _find_changed_original(job: Job) -> str | None:
    """The original that is not what was cleaned, by its name in the job's folder; None where all is well.

    It was changed after the claim, by somebody who still had it open.
    """
    read = job.header.file
    for name, kept in job.originals():
        if shown(name) == read or (not read and kept == job.ticket.source):
            return kept if job.digest_now(kept) not in (None, job.header.sha256) else None
    return None


def _list_changed(job: Job, changed: str | None) -> dict[str, tuple[Folder, str]]:
    """Both files where an original was changed after it was read: as it was read, and as it is now."""
    if changed is None or job.as_read(changed) == changed:
        return {}
    extension = os.path.splitext(changed)[1]
    return {
        name_original(changed): (job.folder, job.as_read(changed)),
        f"{ORIGINAL}-changed{extension}": (job.folder, changed),
    }


def _warn_of_change(job: Job, changed: str | None) -> list[str]:
    """What is said in the result of an original that was changed after it was read."""
    if changed is None:
        return []
    extension = os.path.splitext(changed)[1]
    if job.as_read(changed) != changed:
        where = f"{ORIGINAL}-changed{extension} is what it was changed to, and was not cleaned"
    else:
        where = f"{name_original(changed)} is what it was changed to; what was read is in the text alone"
    log.warning("changed job=%s its original was written to after it was read", shown(job.name))
    return [f"The original was written to after it was read: {where}."]


def reject_job(job: Job, error: InputError, now: datetime, without_copy: str = "") -> Parcel:
    """What goes to rejected/: the original and why; `without_copy` is said where no copy can be made."""
    files = _write_refusal(job, error.message, error.mend, now)
    without = _write_refusal(job, error.message, f"{without_copy} {error.mend}", now)
    return Parcel(files, _list_originals(job), without)


def discard_job(job: Job, now: datetime, without_copy: str = "") -> Parcel:
    """What is left of a job that a person gave up: the original and what was cleaned.

    `without_copy` is said where no copy of the original can be made.
    """
    files: dict[str, Content] = {}
    if job.plan is not None and not job.untouched:
        with (
            contextlib.suppress(JobError, OSError),
            job.step(),
        ):  # its plan may be damaged; the original is there
            files[f"{name_stem(job.ticket.name)}.md"] = _render_so_far(job)
    why = "The job was discarded by a person before it was done."
    mend = "Drop the original into the inbox again to have it cleaned."
    files |= _write_refusal(job, why, mend, now)
    return Parcel(files, _list_originals(job), _write_refusal(job, why, f"{without_copy} {mend}", now))


def name_on_top(job: Job) -> str:
    """The file that is to stand beside the result's folder, "" where all is to lie in it."""
    return find_name_on_top(job.ticket.name, job.header.settings)


def find_name_on_top(name: str, settings: Settings) -> str:
    """The same for a source of this path inside inbox, under these settings."""
    on_top = settings.layout == "flat" and "md" in settings.outputs
    return f"{name_stem(name)}.md" if on_top else ""


def summarise_job(
    job: Job, header: Header, document: Document, outputs: list[str], skipped: dict[str, str], now: datetime
) -> dict[str, Any]:
    """Everything known about a finished job; tokens and dollars are those of its saved chunks.

    `header` is its plan's, with what its survey has found of speakers. `outputs` are the formats of the
    result, `skipped` those that could not be made, with the reason.
    """
    tally = document.tally
    settings = header.settings
    return {
        "job_id": job.ticket.job_id,
        "name": job.name,
        "source": job.ticket.name,
        "title": header.title,
        "source_sha256": header.sha256,
        "kind": header.kind,
        "encoding": header.encoding,
        "language": header.language,
        "settings": tell_settings(header),
        "settings_hash": settings.digest,
        "pseudonyms": sorted(set(header.pseudonyms.values())),
        "provider": settings.provider,
        "model": JOINED_MODELS.join(tally.models or [settings.model]),
        "server": ", then ".join(tally.servers),
        "words_in": header.words,
        "words_in_file": header.words_in_file,
        "dropped": dict(header.dropped),
        "warnings": list(header.warnings),
        "speaker_names": list_speaker_names(header),
        "unread": dict(header.unread),
        "read": header.file,
        "link": header.link,
        "chunks": header.chunks,
        **_list_totals(tally),
        "flags": list_flags(document),
        "duration_seconds": header.duration,
        "copy_of": header.copy_of,
        "received_at": job.ticket.received_at,
        "finished_at": format_moment(now),
        "outputs": outputs,
        "skipped": skipped,
    }


def _list_totals(tally: Tally) -> dict[str, Any]:
    return {
        "words_out": tally.words,
        "requests": tally.requests,
        "requests_in_batches": tally.batched,
        "input_tokens": tally.input_tokens,
        "output_tokens": tally.output_tokens,
        "cost": round(tally.cost, DOLLAR_PLACES),
        "edits": dict(sorted(tally.edits.items())),
        "notes": dict(sorted(tally.notes.items())),
    }


def _add_suggestions(header: Header, saved: SavedSurvey | None) -> Header:
    """A header with what a survey suggests of speakers that were not called so already."""
    if saved is None:
        return header
    known = {(one.label, one.name) for one in header.speaker_names}
    known |= {(one.label, "") for one in header.speaker_names if one.proved}
    found = map(partial(_show_names, header), saved.survey.speakers)
    new = [one for one in found if known.isdisjoint({(one.label, one.name), (one.label, "")})]
    return replace(header, speaker_names=(*header.speaker_names, *new))


def _show_names(header: Header, one: SpeakerName) -> SpeakerName:
    """A suggestion with the names that were hidden from whoever made it."""
    show = pseudonyms_of(header.pseudonyms).show
    return replace(one, name=show(one.name), quote=show(one.quote), said_by=show(one.said_by))


def add_survey(summary: dict[str, Any], saved: SavedSurvey | None) -> None:
    """Add to a summary what the survey came to, and to its totals what that took."""
    summary["survey"] = None
    if saved is None:
        return
    survey, answer = saved.survey, saved.answer
    took = {
        "requests": answer.requests if answer is not None else 0,
        "input_tokens": answer.usage.total_input if answer is not None else 0,
        "output_tokens": answer.usage.output_tokens if answer is not None else 0,
        "cost": answer.cost if answer is not None else 0.0,
    }
    for key, amount in took.items():
        summary[key] += amount
    summary["cost"] = round(summary["cost"], DOLLAR_PLACES)
    took["cost"] = round(took["cost"], DOLLAR_PLACES)
    summary["survey"] = {"spellings": dict(survey.spellings), "failed": survey.failed, **took}


def add_extras(summary: dict[str, Any], extras: PresentedExtras) -> None:
    """Add to a summary what came of the extras, and to its totals what they took."""
    told = {kind: dict(one) for kind, one in extras.told.items()}
    for one in told.values():
        for key in ("requests", "input_tokens", "output_tokens", "cost"):
            summary[key] += one[key]
        one["cost"] = round(one["cost"], DOLLAR_PLACES)
    summary["cost"] = round(summary["cost"], DOLLAR_PLACES)
    summary["extras"] = told
    summary["skipped"] = {**summary["skipped"], **extras.skipped}


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


def render_files(
    origin: Origin,
    document: Document,
    summary: dict[str, Any],
    others: Mapping[str, Content],
    text_id: str,
    extras: PresentedExtras = NO_EXTRAS,
    *,
    scratch: Folder | None = None,
) -> dict[str, Content]:
    """The files of a result, but for the originals, by their names; `others` are those that are made already.

    The summary is given the hashes of all that hold the text, and written last. `text_id` is what
    `identify_text` says of its record. In `scratch` lies what of long files is too much to be held.
    """
    header = present_header(origin.header)
    front = _write_front_matter(Origin(origin.name, origin.modified_ns, header), summary)
    stem = name_stem(origin.name)
    words = time_words(document.turns) if _has_subtitles(summary["outputs"]) else time_words(())
    files = dict(others)
    for output in summary["outputs"]:
        name = f"{stem}.{_EXTENSIONS.get(output, output)}"
        if output in _WORD:
            files[name] = _render_word(output, header, document, front, summary)
        else:
            pieces = _render_output(output, header, document, words, front, extras)
            files[name] = write_text(pieces, scratch)
    made = render_extras(stem, extras, front, header.link if header.settings.links else None)
    files |= made
    if extras.told:
        summary["extra_files"] = sorted({*made, name_extras(stem)})
    summary["text_id"] = text_id
    summary["files"] = {name: digest_of_content(content) for name, content in sorted(files.items())}
    if header.settings.review:
        from daemon.delivery.review.page import stream_review  # here: a start needs no template engine

        told = {**summary, "source": present_label(summary["source"], origin.header)}
        review = stream_review(document, header.title, told, header.left_out, scratch)
        files[REVIEW] = write_text(review, scratch)
    files[SUMMARY] = encode_json(summary)
    return files


def _render_output(
    output: str,
    header: Header,
    document: Document,
    words: TimedWords,
    front: dict[str, Any],
    extras: PresentedExtras,
) -> Iterable[str]:
    """The text of one of the outputs ("md", "txt", "json", "srt" or "vtt"), in pieces."""
    settings = header.settings
    if output == "srt":
        return stream_srt(_make_cues(header, words))
    if output == "vtt":
        return stream_vtt(_make_cues(header, words), header.language)
    if output == "md":
        link = header.link if settings.links else None
        above = write_chapters_list(extras, link)
        return stream_markdown(document.blocks, front, timestamps=settings.timestamps, link=link, above=above)
    if output == "txt":
        return stream_plain_text(document.blocks, header.title, timestamps=settings.timestamps)
    return stream_json(document.blocks, front)


def _render_word(
    output: str, header: Header, document: Document, front: dict[str, Any], summary: dict[str, Any]
) -> bytes:
    """A Word document, "docx" or "redline"; where the template can't be used, that is said in the summary."""
    from daemon.delivery.word.template import Properties, Template  # here: a start needs none of it
    from daemon.delivery.word.tracked_changes import render_redline
    from daemon.delivery.word.transcript import render_docx

    settings = header.settings
    try:
        template = Template(settings.docx_template)
    except ConfigError as error:
        warning = f"{error.message} The Word document has the built-in styles."
        if warning not in summary["warnings"]:
            log.warning("template output=%s %s", output, warning)
            summary["warnings"] = [*summary["warnings"], warning]
        template = Template(None)
    properties = Properties(header.title, summary["model"], front["date"])
    if output == "redline":
        return render_redline(document, properties, template, timestamps=settings.timestamps)
    return render_docx(document.blocks, properties, template, timestamps=settings.timestamps)


def _render_so_far(job: Job) -> Content:
    """What was cleaned of an unfinished job, as Markdown."""
    pairs = job.pairs_so_far("the job was discarded before it came to this")
    document = make_document(present_pairs(pairs, job.header), scratch=job.folder)
    header = present_header(job.header)
    front = {"title": header.title, "source": header.file or os.path.basename(job.ticket.name)}
    timestamps = job.header.settings.timestamps
    return write_text(stream_markdown(document.blocks, front, timestamps=timestamps), job.folder)


def _write_refusal(job: Job, why: str, mend: str, now: datetime) -> dict[str, Content]:
    """The files that tell why there is no result, and what to do."""
    summary = {
        "job_id": job.ticket.job_id,
        "name": job.name,
        "source": job.ticket.name,
        "rejected": why,
        "received_at": job.ticket.received_at,
        "finished_at": format_moment(now),
    }
    return {REASON: _encode(f"{why}\n\n{mend}\n"), SUMMARY: encode_json(summary)}


def name_stem(name: str) -> str:
    """What the outputs are called: as the source is, unless that is the name of another file here."""
    stem = shorten(os.path.splitext(os.path.basename(name))[0])
    others = (os.path.splitext(other)[0] for other in (ORIGINAL, SUMMARY, REVIEW))
    return f"{stem}-cleaned" if stem.lower() in others else stem


def _write_front_matter(origin: Origin, summary: dict[str, Any]) -> dict[str, Any]:
    header = origin.header
    duration = summary["duration_seconds"]
    return {
        "title": header.title,
        "source": header.file or os.path.basename(origin.name),
        **({"link": header.link} if header.link else {}),
        "date": header.recorded or _format_modified(origin.modified_ns),
        "duration": None if duration is None else round(duration, 3),
        "words": summary["words_out"],
        "provider": summary["provider"],
        "model": summary["model"],
        "flags": len(summary["flags"]),
        **_tell_guesses(summary["edits"]),
        **({"responsible": summary["responsible"]} if "responsible" in summary else {}),
    }


def _format_modified(modified_ns: int) -> str | None:
    """When the source was changed, UTC; None for a year that no calendar has (some disks hold such)."""
    try:
        return datetime.fromtimestamp(modified_ns / 1e9, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None


def _tell_guesses(edits: Mapping[str, int]) -> dict[str, str]:
    """What stands in the text that a network guessed."""
    return {} if GUESSED.isdisjoint(edits) else {"guessed": "punctuation and capitals"}


def _list_wanted(header: Header) -> list[str]:
    """The formats that were asked for, each once.

    `same` stands for subtitles where the source is of that kind, and for nothing where it isn't.
    """
    own = [header.kind] if header.kind in _SUBTITLES else []
    wanted: list[str] = []
    for output in header.settings.outputs:
        wanted += own if output == "same" else [output]
    return list(dict.fromkeys(wanted)) or ["md"]


def _has_subtitles(outputs: Iterable[str]) -> bool:
    return any(output in _SUBTITLES for output in outputs)


def wants_turns(header: Header) -> bool:
    """Whether captions are asked for and the source has the times that they need."""
    return header.duration is not None and _has_subtitles(_list_wanted(header))


def choose_outputs(header: Header, document: Document) -> tuple[list[str], dict[str, str]]:
    """The formats of the result, and those that were asked for and can't be made, with the reason."""
    wanted = _list_wanted(header)
    skipped = {}
    for name in wanted:
        if why := _find_hindrance(name, header, document):
            skipped[name] = why
    return [name for name in wanted if name not in skipped], skipped


def _find_hindrance(output: str, header: Header, document: Document) -> str | None:
    """Why a format can't be made of a document, None where it can."""
    if output in _SUBTITLES and header.duration is None:
        return "the source has no times"
    if output in _SUBTITLES and document.free:
        return "its style gives no turns that could be timed"
    if output == "redline" and document.free:
        return "its style gives another text, of which no single change could be told"
    return None


def _make_cues(header: Header, words: TimedWords) -> Iterator[Cue]:
    """The captions of a result: new ones where it is asked for, or the source's roll or are single words."""
    choice = header.settings.cues
    unreadable = "rolling repeat" in header.dropped or has_single_words(words)
    if choice == "reflow" or (choice == "auto" and unreadable):
        return reflow_cues(words)
    return keep_cues(words)


def _list_originals(job: Job) -> dict[str, tuple[Folder, str]]:
    """What was dropped, by its name in the result: the folder it lies in, and its name there."""
    return {name_original(kept): (job.folder, kept) for _, kept in job.originals()}


def name_original(kept: str) -> str:
    """What an original, called so in its job's folder, is called in a result."""
    return ORIGINAL + os.path.splitext(kept)[1]


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def encode_json(value: dict[str, Any]) -> bytes:
    """A summary.json's bytes."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "backslashreplace") + b"\n"  # a name that is no UTF-8 stays known


def format_moment(now: datetime) -> str:
    """A moment as summary.json has it: ISO 8601, UTC, to the second."""
    return now.astimezone(UTC).isoformat(timespec="seconds")
