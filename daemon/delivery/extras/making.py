"""The extras of a job, made when each of its chunks is cleaned and before it is delivered.

Each answer is written down before anything else is done with it, each extra once it is whole: killed
anywhere, nothing is paid for twice. An extra that can't be had is written down as one that failed: no
transcript is kept back for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from daemon.cleaning.extras.questions import MAX_TOKENS, ExtraBrief, ExtraQuestion
from daemon.cleaning.llm.model import Model
from daemon.cleaning.names.hidden_names import hide_pair
from daemon.costs.question import CHAPTERS, SUMMARY, Answer, Label
from daemon.delivery.record import TextIdentity
from daemon.errors import JobError
from daemon.store.job import Job
from daemon.store.saved.answers import AnsweredQuestions
from daemon.store.saved.extra import name_of_extra
from daemon.system.digest import digest_of_value
from daemon.system.disk_faults import disk_fault
from daemon.system.file_names import shown
from daemon.text.languages import code_of
from daemon.text.results.extra import Extra, Kind, MadeExtra, Paragraph
from daemon.workers.admission import Permit

log = logging.getLogger(__name__)

INDEXES: dict[Kind, int] = {"summary": SUMMARY, "chapters": CHAPTERS}
"""What stands in the place of a chunk's index, by the kind of the extra."""

_Slot = tuple[str, Kind]  # the id of a job, and which of its extras


@dataclass
class _Unsaved:
    """What was paid for and could not be written yet."""

    answers: dict[str, Answer] = field(default_factory=dict)
    made: MadeExtra | None = None


class ExtraMaker:
    """Makes the extras of the jobs of one state folder; thread-safe, for no extra is made twice at once."""

    def __init__(self) -> None:
        self._unsaved: dict[_Slot, _Unsaved] = {}

    def make_and_save(
        self, job: Job, kind: Kind, find_model: Callable[[], Model | None], part_words: int, permit: Permit
    ) -> None:
        """Make an extra, in parts of so many words, asking the permit before each request, and save it.

        What can't be written is held on to and only written again. Raises ServiceError when nobody can be
        served, NotNow when a request may not begin, and ChunkGone where a chunk's result is not there.
        """
        unsaved = self._unsaved.setdefault((job.ticket.job_id, kind), _Unsaved())
        only_to_save = unsaved.made is not None
        if unsaved.made is None:
            questions = _Questions(job, kind, find_model, permit, unsaved.answers)
            unsaved.made = _ask_for_extra(job, kind, part_words, questions)
        self._save_extra(job, kind, unsaved.made)
        if only_to_save:
            permit.report_answer()  # the disk takes files again
        _log_outcome(job, kind, unsaved.made.extra)

    def give_up(self, job: Job, kind: Kind, reason: str) -> None:
        """Do without an extra; what was paid for it is told all the same."""
        paid_for = AnsweredQuestions(job.folder, name_of_answers(kind)).list_answers()
        made = _add_up(paid_for, Extra(failed=reason))
        self._save_extra(job, kind, made)
        _log_outcome(job, kind, made.extra)

    def forget_job(self, job: Job) -> None:
        """The job has ended: what could not be written is of no more use."""
        for slot in [slot for slot in list(self._unsaved) if slot[0] == job.ticket.job_id]:
            self._unsaved.pop(slot, None)

    def _save_extra(self, job: Job, kind: Kind, made: MadeExtra) -> None:
        try:
            job.save_extra(kind, made)
        except OSError as error:
            raise disk_fault(error) or error from None
        self._unsaved.pop((job.ticket.job_id, kind), None)


def name_of_answers(kind: Kind) -> str:
    """What the files of the answers about an extra begin with."""
    return name_of_extra(kind).removesuffix(".json")


class _Questions:
    """The questions about one extra, and what they have taken so far."""

    def __init__(
        self,
        job: Job,
        kind: Kind,
        find_model: Callable[[], Model | None],
        permit: Permit,
        unsaved: dict[str, Answer],
    ) -> None:
        self._label = Label(job.account, INDEXES[kind])
        self._find_model = find_model
        self._permit = permit
        self._answers = AnsweredQuestions(job.folder, name_of_answers(kind))
        self._unsaved = unsaved
        self.taken: list[Answer] = []

    def ask(self, question: ExtraQuestion, attempt: int) -> Answer:
        """The answer to a question, which is written down; raises what `Model.ask` does, and JobError."""
        name = digest_of_value([question.system, question.user, attempt])
        self._write_down()
        answer = self._answers.find_answer(name)
        if answer is None:
            model = self._find_model()
            if model is None:
                raise JobError("there is no model that could be asked", "")
            answer = model.ask(
                question.system,
                question.user,
                max_tokens=MAX_TOKENS,
                label=self._label,
                permit=self._permit,
            )
            self._unsaved[name] = answer
            self._write_down()
        self.taken.append(answer)
        return answer

    def _write_down(self) -> None:
        """Write down what was answered; raises ServiceError or OSError where that can't be done now."""
        for name, answer in list(self._unsaved.items()):
            try:
                self._answers.save_answer(name, answer)
            except OSError as error:
                raise disk_fault(error) or error from None
            del self._unsaved[name]


def _ask_for_extra(job: Job, kind: Kind, part_words: int, questions: _Questions) -> MadeExtra:
    """Have an extra made of the text as it is now; one that the job can't pay for is one that failed."""
    from daemon.cleaning.extras.making import make_extra  # here: a start needs no comparing of texts

    header, settings = job.header, job.header.settings
    paragraphs, text_id = _read_paragraphs(job)
    pseudonyms = job.pseudonyms
    title = pseudonyms.hide_label(settings.correct_text(header.title))
    brief = ExtraBrief(kind, title, settings.output_language, pseudonyms.stand_ins)
    language = code_of(settings.output_language or header.language or "") or ""
    try:
        extra = make_extra(brief, paragraphs, language, part_words, questions.ask)
    except JobError as error:  # the job's budget is too small for it
        extra = Extra(failed=error.message)
    return replace(_add_up(questions.taken, extra), text_id=text_id)


def _read_paragraphs(job: Job) -> tuple[list[Paragraph], str]:
    """The paragraphs of a job's text as the model sees them, and the text's id."""
    from daemon.delivery.document import make_document  # here: a start needs no comparing of texts
    from daemon.delivery.extras.paragraphs import hide_paragraph, list_placed

    identity, pseudonyms, corrections = TextIdentity(), job.pseudonyms, job.header.settings.corrections
    pairs = (
        hide_pair(chunk, corrections, pseudonyms, result)
        for chunk, result in identity.pass_on(job.read_pairs())
    )
    document = make_document(pairs)
    return [hide_paragraph(placed, pseudonyms) for placed in list_placed(document)], identity.digest


def _add_up(answers: list[Answer], extra: Extra) -> MadeExtra:
    """An extra with what its answers have taken."""
    return MadeExtra(
        extra,
        model=next((answer.model for answer in answers if answer.model), ""),
        requests=sum(answer.requests for answer in answers),
        input_tokens=sum(answer.usage.total_input for answer in answers),
        output_tokens=sum(answer.usage.output_tokens for answer in answers),
        cost=sum(answer.cost for answer in answers),
        bounded=sum(answer.bounded for answer in answers),
    )


def _log_outcome(job: Job, kind: Kind, extra: Extra) -> None:
    if extra.failed:
        log.warning("no %s job=%s %s", kind, shown(job.name), extra.failed)
        return
    left_out = sum(extra.left_out.values())
    log.info("made %s job=%s lines=%d left_out=%d", kind, shown(job.name), len(extra.lines), left_out)
