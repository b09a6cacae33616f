"""The survey of a job: its names are asked about once, before the first of its chunks is cleaned.

A survey that fails is written down as one that found nothing: no job fails for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from daemon.cleaning.llm.faults import ChunkRefused
from daemon.cleaning.llm.model import Model
from daemon.cleaning.names.corrections import correct_turn
from daemon.cleaning.names.hidden_names import hide_turn
from daemon.cleaning.names.survey import SurveyQuestion, make_question, read_answer
from daemon.cleaning.prompt import Brief, system_text
from daemon.cleaning.verify import CUT_OFF, WHOLE
from daemon.costs.question import SURVEY, Label
from daemon.errors import JobError, ServiceError
from daemon.store.job import Job
from daemon.store.plan import Header
from daemon.store.saved.survey import SavedSurvey, mark_of
from daemon.system.disk_faults import disk_fault
from daemon.system.file_names import shown
from daemon.text.chunk import Chunk
from daemon.text.names.candidates import find_candidates
from daemon.text.names.pseudonyms import pseudonyms_of
from daemon.text.names.survey import Survey
from daemon.text.turns import Turn
from daemon.workers.admission import Permit

log = logging.getLogger(__name__)

_CHARACTERS_A_WORD = 6
_LEAST_CHARACTERS = 2000  # each model takes more


def wants_survey(job: Job) -> bool:
    """Whether a survey is to be made of a job that may be surveyed, before its chunks are cleaned.

    Not where a chunk is saved: what was begun without one, as by an earlier version, ends without.
    """
    return job.ticket.flagged is None and job.untouched and job.survey is None


def find_question(header: Header, chunks: Iterable[Chunk]) -> SurveyQuestion | None:
    """What a model is to be asked about a planned text; None where there is nothing, or no room for it."""
    from daemon.intake.speaker_names import is_unnamed  # not above: it reads the languages' files

    settings = header.settings
    candidates = find_candidates(_list_turns_to_send(chunks, header), is_unnamed, header.language)
    around = len(system_text(Brief.under(settings, header.title)))
    job_characters = 2 * header.characters + header.chunks * around
    longest = max(_LEAST_CHARACTERS, settings.chunk_words * _CHARACTERS_A_WORD)
    return make_question(candidates, job_characters, longest)


def _list_turns_to_send(chunks: Iterable[Chunk], header: Header) -> Iterator[Turn]:
    """The turns of a text as they are cleaned: as a person has corrected them, with names hidden."""
    pseudonyms = pseudonyms_of(header.pseudonyms)
    for chunk in chunks:
        for turn in chunk.spoken():
            yield hide_turn(correct_turn(turn, header.settings.corrections), pseudonyms)


class Surveys:
    """Surveys the jobs of one state folder; thread-safe, for no job is surveyed twice at once."""

    def __init__(self) -> None:
        self._unsaved: dict[str, tuple[str, SavedSurvey]] = {}  # by job id, with the mark of its text

    def survey_job(self, job: Job, find_model: Callable[[], Model], permit: Permit) -> None:
        """Ask about the names of a job, and write down what came of it.

        An answer that can't be written is held on to and only written again. `find_model` is called where
        there is something to be asked. Raises ServiceError when nobody can be served, NotNow when the request
        may not begin.
        """
        mark, saved = self._unsaved.get(job.ticket.job_id, ("", None))
        if saved is None or mark != mark_of(job.header):
            question = find_question(job.header, _read_chunks(job))
            if question is None:
                return
            saved = _ask_model(job, question, find_model(), permit)
        self._save_survey(job, saved)
        found = saved.survey
        log.info(
            "surveyed job=%s names=%d speakers=%d", shown(job.name), len(found.spellings), len(found.speakers)
        )
        permit.report_answer()  # the service answers, or the disk takes files again

    def give_up(self, job: Job, error: ServiceError) -> None:
        """Do without: the service fails on this one question."""
        self._save_survey(job, _tell_failure(job, f"the service fails on it: {error.as_phrase}"))

    def forget_job(self, job: Job) -> None:
        """The job has ended: an answer that could not be written is of no more use."""
        self._unsaved.pop(job.ticket.job_id, None)

    def _save_survey(self, job: Job, saved: SavedSurvey) -> None:
        try:
            job.save_survey(saved)
        except OSError as error:
            self._unsaved[job.ticket.job_id] = mark_of(job.header), saved
            raise disk_fault(error) or error from None
        self.forget_job(job)


def _read_chunks(job: Job) -> Iterator[Chunk]:
    for index in range(job.header.chunks):
        yield job.read_chunk(index)


def _ask_model(job: Job, question: SurveyQuestion, model: Model, permit: Permit) -> SavedSurvey:
    """Ask about the names of a job; a refusal, and an answer of no use, is a survey that failed."""
    label = Label(job.account, SURVEY)
    try:
        answer = model.ask(
            question.system, question.user, max_tokens=question.max_tokens, label=label, permit=permit
        )
    except (ChunkRefused, JobError) as error:  # the text is refused, or the job's budget is too small for it
        return _tell_failure(job, error.message)
    if answer.stop_reason not in WHOLE | CUT_OFF:
        return replace(_tell_failure(job, f"the model stopped: {answer.stop_reason}"), answer=answer)
    settings = job.header.settings
    fixed = [*settings.glossary, *settings.corrections, *settings.corrections.values()]

    def read_turns() -> Iterator[Turn]:
        return _list_turns_to_send(_read_chunks(job), job.header)

    survey = read_answer(answer.text, question, read_turns, fixed)
    return SavedSurvey(survey, answer)


def _tell_failure(job: Job, reason: str) -> SavedSurvey:
    log.warning("no survey job=%s %s", shown(job.name), reason)
    return SavedSurvey(Survey(failed=reason))
