"""What is delivered: the files of a result, made from a finished job (or a rejected one)."""

from __future__ import annotations

import logging
import os
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from daemon.delivery.document import make_document
from daemon.delivery.extras.files import encode_extras, name_extras
from daemon.delivery.extras.presented import NO_EXTRAS, present_extras
from daemon.delivery.outbox.names import ORIGINAL, REASON, SUMMARY
from daemon.delivery.outbox.staging import Parcel
from daemon.delivery.outputs import choose_outputs, find_name_on_top, name_stem, render_files, wants_turns
from daemon.delivery.presented_names import present_header, present_pairs
from daemon.delivery.record import RECORD, Origin, Recorder
from daemon.delivery.render import stream_markdown
from daemon.delivery.summary import add_extras, add_survey, encode_json, format_moment, summarise_job
from daemon.errors import InputError, JobError
from daemon.store.job import ChunkGone, Job
from daemon.store.plan import Header
from daemon.store.saved.survey import SavedSurvey
from daemon.system.disk_faults import DiskFault, sort_fault
from daemon.system.file_names import shown
from daemon.system.files import Folder
from daemon.system.scratch import Content, write_text
from daemon.text.names.pseudonyms import pseudonyms_of
from daemon.text.names.speaker_name import SpeakerName
from daemon.text.results.extra import Kind, MadeExtra

log = logging.getLogger(__name__)


def finish_job(job: Job, now: datetime) -> Parcel:
    """The result of a job whose every chunk is done; each of its checkpoints is read once.

    `now` is when it was finished. Raises JobError where a chunk or the plan can no longer be read.
    """
    with job.run_step():
        survey = job.survey
        origin = Origin(job.ticket.name, job.ticket.modified_ns, _add_suggestions(job.header, survey))
        recorder = Recorder(origin, job.folder)
        pairs = present_pairs(recorder.pass_on(job.read_pairs()), origin.header)
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
        extras = NO_EXTRAS
        if made:
            extras = present_extras(made, document, origin.header)
            add_extras(summary, extras)
            others[name_extras(name_stem(origin.name))] = encode_extras(made)
        files = render_files(origin, document, summary, others, recorder.text_id, extras, scratch=job.folder)
    return Parcel(files, _list_originals(job) | _list_changed(job, changed))


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


def take_extras(job: Job, text_id: str) -> dict[Kind, MadeExtra]:
    """The extras of a job whose text has this id; raises ChunkGone where one is to be made, or made again."""
    made: dict[Kind, MadeExtra] = {}
    for kind in job.header.settings.extras:
        one = job.find_extra(kind)
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
    for name, kept in job.originals.list_names():
        if shown(name) == read or (not read and kept == job.ticket.source):
            return kept if job.originals.find_digest(kept) not in (None, job.header.sha256) else None
    return None


def _list_changed(job: Job, changed: str | None) -> dict[str, tuple[Folder, str]]:
    """Both files where an original was changed after it was read: as it was read, and as it is now."""
    if changed is None or job.originals.find_as_read(changed) == changed:
        return {}
    extension = os.path.splitext(changed)[1]
    return {
        name_original(changed): (job.folder, job.originals.find_as_read(changed)),
        f"{ORIGINAL}-changed{extension}": (job.folder, changed),
    }


def _warn_of_change(job: Job, changed: str | None) -> list[str]:
    """What is said in the result of an original that was changed after it was read."""
    if changed is None:
        return []
    extension = os.path.splitext(changed)[1]
    if job.originals.find_as_read(changed) != changed:
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

    `without_copy` is said where no copy of the original can be made. Raises OSError where what was cleaned
    can't be read just now.
    """
    files: dict[str, Content] = {}
    if job.plan is not None and not job.untouched:
        try:
            with job.run_step():
                files[f"{name_stem(job.ticket.name)}.md"] = _render_so_far(job)
        except (JobError, OSError) as error:  # its plan may be damaged; the original is there
            if isinstance(error, OSError) and sort_fault(error) is DiskFault.PASSING:
                raise
    why = "The job was discarded by a person before it was done."
    mend = "Drop the original into the inbox again to have it cleaned."
    files |= _write_refusal(job, why, mend, now)
    return Parcel(files, _list_originals(job), _write_refusal(job, why, f"{without_copy} {mend}", now))


def name_on_top(job: Job) -> str:
    """The file that is to stand beside the result's folder, "" where all is to lie in it."""
    return find_name_on_top(job.ticket.name, job.header.settings)


def _render_so_far(job: Job) -> Content:
    """What was cleaned of an unfinished job, as Markdown."""
    pairs = job.read_pairs_so_far("the job was discarded before it came to this")
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
    return {REASON: f"{why}\n\n{mend}\n".encode("utf-8", "replace"), SUMMARY: encode_json(summary)}


def _list_originals(job: Job) -> dict[str, tuple[Folder, str]]:
    """What was dropped, by its name in the result: the folder it lies in, and its name there."""
    return {name_original(kept): (job.folder, kept) for _, kept in job.originals.list_names()}


def name_original(kept: str) -> str:
    """The name in a result of the original that is called `kept` in its job's folder."""
    return ORIGINAL + os.path.splitext(kept)[1]
