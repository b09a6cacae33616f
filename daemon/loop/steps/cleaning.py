"""How a planned job is cleaned: chunk by chunk, with a survey before the first and extras after the last.

Each step can be repeated: cut off anywhere, it leads to the same end when it is done again.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from daemon.batches.no_batches import NoBatches
from daemon.batches.surroundings import ChunkKey
from daemon.cleaning.chunk_questions import AnswerStore, Question
from daemon.cleaning.llm.model import Model
from daemon.cleaning.llm.model_trial import FlagRate, ModelTrial
from daemon.cleaning.names.hidden_names import clean_named, move_cuts_to_hidden
from daemon.cleaning.offline import clean_chunk
from daemon.cleaning.prompt import Brief
from daemon.costs.question import SURVEY, Answer
from daemon.delivery.extras.making import ExtraMaker
from daemon.delivery.flagged import read_earlier
from daemon.errors import ConfigError, ServiceError, TakenOver
from daemon.intake.survey import Surveys, wants_survey
from daemon.loop.provider import Access
from daemon.settings.profile import Settings
from daemon.store.job import Job
from daemon.store.saved.answers import AnsweredQuestions
from daemon.store.saved.checkpoint import Binding
from daemon.system.disk_faults import disk_fault
from daemon.system.file_names import shown
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.text.languages import code_of
from daemon.text.results.extra import Kind
from daemon.workers.admission import Permit

if TYPE_CHECKING:
    from daemon.batches.batching import Batching

log = logging.getLogger(__name__)

_Other = TypeVar("_Other")
_Cleaner = Callable[[Chunk], ProcessedChunk]


class Cleaning:
    """Cleans the chunks of jobs, and makes their extras; thread-safe.

    `access` and `batching` may be replaced at any time: what is begun after that uses the new one.
    """

    def __init__(self, access: Access) -> None:
        self.access = access
        self.batching: Batching | NoBatches = NoBatches()
        self._unsaved: dict[tuple[str, int], tuple[Binding, ProcessedChunk]] = {}
        self._surveys: Surveys | None = None  # made with the first
        self._extras: ExtraMaker | None = None
        self._trials: dict[str, ModelTrial] = {}  # by job id
        self._flagging: str | None = None
        self._making = threading.Lock()
        self._trials_lock = threading.Lock()  # chunks of one job end on several threads

    def _use_surveys(self) -> Surveys:
        with self._making:
            self._surveys = self._surveys or Surveys()
            return self._surveys

    def _use_extras(self) -> ExtraMaker:
        with self._making:
            self._extras = self._extras or ExtraMaker()
            return self._extras

    @cached_property
    def _flag_rate(self) -> FlagRate:
        return FlagRate()

    def prepare_model(self) -> None:
        """Load what the first request needs; what is wrong is said when a request is to be made."""
        if self.access.provider == "offline":
            return
        with contextlib.suppress(ServiceError, ConfigError):
            self.access.find_processor(self.access.settings).prepare()

    def clean_chunk(self, job: Job, index: int, permit: Permit) -> None:
        """Clean one chunk, or make the survey, asking the permit before each request, and save it.

        An answer that can't be written is kept and only written again. Raises TakenOver for a chunk that goes
        in a batch; the survey goes in none, since all that would go in one waits for it.
        """
        job.originals.need_source()
        if index == SURVEY:
            self._use_surveys().survey_job(job, lambda: self._find_model(job), permit)
            return
        batching = self.batching  # it may be replaced meanwhile
        key, answered = ChunkKey(job.ticket.job_id, index), False
        if batching.take_over(key, job, permit):
            raise TakenOver
        try:
            self._clean_and_save(job, index, permit)
            answered = True
        finally:
            batching.note_cleaned(key, answered=answered)

    def make_extra(self, job: Job, kind: Kind, permit: Permit) -> None:
        """Have an extra of a job made, asking the permit before each request, and save it.

        None goes in a batch: it is little beside the text, and the transcript would wait for it.
        """
        job.originals.need_source()

        def find_model() -> Model | None:
            return self.access.find_processor(job.settings).asked_model

        self._use_extras().make_and_save(
            job, kind, find_model, self.access.choose_part_words(job.settings), permit
        )

    def give_up_extra(self, job: Job, kind: Kind, reason: str) -> None:
        """Have a job delivered without an extra that was asked for."""
        self._use_extras().give_up(job, kind, reason)

    def wants_survey(self, job: Job) -> bool:
        """Whether a survey is to be made before chunks are cleaned; not while some are out in a batch."""
        if not job.header.may_be_surveyed or job.settings.provider == "offline":
            return False
        return not self.batching.has_out(job.ticket.job_id) and wants_survey(job)

    def _find_model(self, job: Job) -> Model:
        model = self.access.find_processor(job.settings).asked_model
        assert model is not None
        return model

    def find_question(self, job: Job, index: int) -> Question | None:
        """What is to be asked next about a chunk; None where its answers are enough, and it is saved."""
        job.originals.need_source()
        result = self._clean_from_answers(job, index, AnsweredQuestions(job.folder, index))
        if isinstance(result, Question):
            return result
        self._take_chunk(job, result)
        return None

    def take_answer(self, job: Job, index: int, name: str, answer: Answer) -> bool:
        """Take the answer to a question, and save the chunk; False where more must be asked."""
        answers = _OneMore(AnsweredQuestions(job.folder, index), name, answer)
        result = self._clean_from_answers(job, index, answers)
        if isinstance(result, Question):
            answers.save_own_answer()
            return False
        self._take_chunk(job, result)
        return True

    def _clean_from_answers(self, job: Job, index: int, answers: AnswerStore) -> ProcessedChunk | Question:
        """A chunk as these answers clean it, or the first question that they leave open."""
        unsaved = self._find_unsaved(job, index)
        if unsaved is not None:
            return unsaved
        settings = job.settings
        processor = self.access.find_processor(settings)
        brief = _make_brief(job)
        earlier = self._find_earlier(job, index, settings)

        def clean(chunk: Chunk) -> ProcessedChunk | Question:
            return processor.clean_from_answers(chunk, brief, answers, earlier)

        return self._clean_named(job, index, clean)

    def _clean_and_save(self, job: Job, index: int, permit: Permit) -> None:
        """Clean a chunk, unless it is cleaned and only was not saved yet, and save it."""
        result = self._find_unsaved(job, index)
        if result is None:
            is_offline = job.settings.provider == "offline"
            clean = _choose_rules(job) if is_offline else self._choose_model(job, index, permit)
            result = self._clean_named(job, index, clean)
        self._take_chunk(job, result)

    def _choose_model(self, job: Job, index: int, permit: Permit) -> _Cleaner:
        """The model of a job, which is asked about one of its chunks."""
        settings = job.settings
        return partial(
            self.access.find_processor(settings).clean_chunk,
            brief=_make_brief(job),
            language=settings.language,
            job=job.account,
            permit=permit,
            answers=AnsweredQuestions(job.folder, index),
            fallback=self.access.find_fallback(settings),
            earlier=self._find_earlier(job, index, settings),
        )

    def _clean_named(
        self, job: Job, index: int, clean: Callable[[Chunk], ProcessedChunk | _Other]
    ) -> ProcessedChunk | _Other:
        """Have a chunk of a job cleaned with its names as they are to be spelt, or hidden."""
        chunk, corrections, spellings = job.read_chunk(index), job.settings.corrections, _find_spellings(job)
        if not (corrections or spellings or job.header.pseudonyms):
            return clean(chunk)
        return clean_named(chunk, corrections, job.pseudonyms, clean, spellings)

    def _find_earlier(self, job: Job, index: int, settings: Settings) -> ProcessedChunk | None:
        """The result of which only the flagged passages are to be cleaned, cut as what is sent is."""
        earlier = None if job.ticket.flagged is None else read_earlier(job.folder, index)
        if earlier is None:
            return None
        chunk, spellings = job.read_chunk(index), _find_spellings(job)
        cuts = move_cuts_to_hidden(chunk, (settings.corrections, spellings), job.pseudonyms, earlier.cuts)
        return replace(earlier, cuts=cuts)

    def _take_chunk(self, job: Job, result: ProcessedChunk) -> None:
        """Save a cleaned chunk, and judge the model by it; raises ModelUnfit and the disk's fault."""
        self._save_chunk(job, result)
        self._try_model(job, result)

    def _try_model(self, job: Job, result: ProcessedChunk) -> None:
        """Raise ModelUnfit where the first chunks show that the model is not up to this job."""
        if job.settings.provider == "offline":
            return
        was_judged = job.failure.model_was_judged  # asks the disk, so without the lock
        with self._trials_lock:
            self._watch_flags(job, result)
            if not was_judged:
                self._trials.setdefault(job.ticket.job_id, ModelTrial()).add(job.settings.model, result)

    def _watch_flags(self, job: Job, result: ProcessedChunk) -> None:
        """Say once, while it happens, that a model flags most of what it gets."""
        self._flag_rate.add(job.settings.model, result)
        before, self._flagging = self._flagging, self._flag_rate.describe()
        if self._flagging is not None and before is None:
            log.warning("flagging %s", self._flagging)

    @property
    def flagging(self) -> str | None:
        """A sentence where the model flags most of what it gets lately, None where it does not."""
        return self._flagging

    def give_up_chunk(self, job: Job, index: int, error: ServiceError) -> None:
        """Keep a chunk's original words, or do without a survey: the service fails on it alone."""
        if index == SURVEY:
            self._use_surveys().give_up(job, error)
            return
        processor = self.access.find_processor(job.settings)
        log.warning("gave up job=%s chunk=%d %s", shown(job.name), index, error.message)

        def keep(chunk: Chunk) -> ProcessedChunk:
            return processor.keep_original(chunk, f"the service fails on it: {error.as_phrase}")

        self._save_chunk(job, self._clean_named(job, index, keep))

    def forget_job(self, job: Job) -> None:
        """The job has ended: what could not be written of it is of no more use."""
        self._trials.pop(job.ticket.job_id, None)
        for made in (self._surveys, self._extras):
            if made is not None:
                made.forget_job(job)
        for slot in [slot for slot in list(self._unsaved) if slot[0] == job.ticket.job_id]:
            self._unsaved.pop(slot, None)

    def _find_unsaved(self, job: Job, index: int) -> ProcessedChunk | None:
        """A cleaned chunk that could not be written, unless the job was planned anew since."""
        binding, result = self._unsaved.get((job.ticket.job_id, index), (None, None))
        return result if binding == job.bind_chunk(index) else None

    def _save_chunk(self, job: Job, result: ProcessedChunk) -> None:
        """Save a cleaned chunk; it is held where it can't be written. Raises the disk's fault."""
        slot = (job.ticket.job_id, result.chunk_index)
        self._unsaved[slot] = job.bind_chunk(result.chunk_index), result
        try:
            job.save_chunk(result)
        except OSError as error:
            if not (isinstance(error, FileNotFoundError) and job.gone):
                raise disk_fault(error) or error from None
            log.warning("dropped job=%s chunk=%d its folder is gone", shown(job.name), result.chunk_index)
        self._unsaved.pop(slot, None)


def _make_brief(job: Job) -> Brief:
    """What is asked for in the chunks of a job."""
    header = job.header
    return Brief.under(job.settings, header.title, job.pseudonyms, spoken=header.language)


def _choose_rules(job: Job) -> _Cleaner:
    """The offline rules, as a job asks for them; what corrections write is a name as the glossary's are."""
    settings, speakers = job.settings, job.settings.speakers
    title = settings.correct_text(job.header.title)
    if job.header.pseudonyms:
        title = job.pseudonyms.hide_label(title)
    return partial(
        clean_chunk,
        language=settings.language,
        glossary=(*settings.glossary, *settings.corrections.values()),
        title=title,
        speakers=tuple(speakers.values() if isinstance(speakers, Mapping) else speakers),
        verbatim=settings.verbatim,
        spoken=code_of(job.header.language or ""),
    )


def _find_spellings(job: Job) -> Mapping[str, str]:
    """The spelling that the survey of a job found for each name."""
    saved = job.survey
    return saved.survey.spellings if saved is not None else {}


class _OneMore:
    """The answers about a chunk, and one more that is not written down yet."""

    def __init__(self, answers: AnsweredQuestions, name: str, answer: Answer) -> None:
        self._answers = answers
        self._name = name
        self._answer = answer
        self._is_needed = False

    def find_answer(self, question: str) -> Answer | None:
        """The answer to a question, None where there is none."""
        if question != self._name:
            return self._answers.find_answer(question)
        self._is_needed = True
        return self._answer

    def save_answer(self, question: str, answer: Answer) -> None:
        """Write an answer down."""
        self._answers.save_answer(question, answer)

    def save_own_answer(self) -> None:
        """Write the one more down, where it is the answer to a question that is still asked."""
        if self._is_needed and self._answers.find_answer(self._name) is None:
            self._answers.save_answer(self._name, self._answer)
