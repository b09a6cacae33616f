"""The extras of a job: each answer is paid once, wherever the program dies, and a job never fails for one."""

import pytest

from daemon.cleaning.llm.faults import ChunkRefused
from daemon.costs.pricing import Usage
from daemon.costs.question import Answer
from daemon.delivery.extras.making import ExtraMaker
from daemon.errors import JobError, NotNow, ServiceError
from daemon.intake.planning import make_plan
from daemon.settings.profile import Settings
from daemon.store.job import Job
from daemon.store.ticket import Ticket
from daemon.system.files import Folder
from daemon.text.cleaned_chunk import ProcessedChunk

SETTINGS = Settings(
    provider="anthropic", model="m", prompt="", chunk_words=30, extras=("summary", "chapters"), survey=False
)
TEXT = "\n\n".join(
    f"{'Ann' if at % 2 else 'Ben'}: In {2000 + at} the old garden by the river was sold to a neighbour."
    for at in range(8)
)


class Killed(BaseException):
    """The process is gone."""


class DyingFolder(Folder):
    """A folder whose process dies just after so many of its writes."""

    left = None

    def write(self, *words, **more):
        super().write(*words, **more)
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed


class Model:
    """Sums up each paragraph it sees, or answers as it is told; notes what it was asked."""

    def __init__(self, outcome=None):
        self.outcome = outcome
        self.asked = []

    def ask(self, system, user, *, max_tokens, label, permit):
        self.asked.append((system, user))
        outcome = self.outcome(user) if callable(self.outcome) else self.outcome
        if isinstance(outcome, Exception):
            raise outcome
        return outcome or answer(sum_up(user))


def sum_up(user):
    rows = [line for line in user.splitlines() if line.startswith("[")]
    return "\n".join(f"{row[1 : row.index(']')]} | {row.partition(': ')[2] or row[4:]}" for row in rows)


def answer(text, stop_reason="end_turn"):
    return Answer(text, stop_reason, Usage(10, 5), 0.5, 1, "m")


class Permit:
    def report_answer(self):
        pass


@pytest.fixture
def job(tmp_path):
    made = Job(DyingFolder(str(tmp_path)), "talk", Ticket("id", "talk.txt", "source.txt", "now", 0))
    made.freeze_plan(make_plan(TEXT.encode(), "talk.txt", SETTINGS))
    for index in range(made.header.chunks):
        chunk = made.read_chunk(index)
        turns = tuple(turn.text for turn in chunk.spoken())
        made.save_chunk(
            ProcessedChunk(index, chunk.text, "\n\n".join(turns), 0, 0, 0.0, "m", "anthropic", turns=turns)
        )
    return made


def make(job, model, kind="summary", part_words=40):
    ExtraMaker().make_and_save(job, kind, lambda: model, part_words, Permit())
    return job.find_extra(kind)


def test_a_long_transcript_is_asked_about_in_parts_and_then_the_whole(job):
    model = Model()
    made = make(job, model)
    parts = [user for _, user in model.asked]
    assert made.extra.parts == len([user for user in parts if "the old garden" in user]) > 2
    assert made.requests == len(parts)
    assert made.cost == 0.5 * len(parts)
    assert len(made.extra.lines) == 8
    assert job.missing_extras == {"chapters"}
    again = Job(job.folder, "talk", job.ticket)
    again.load_progress()
    assert again.cost == job.cost == made.cost


@pytest.mark.long
@pytest.mark.parametrize("kind", ["summary", "chapters"])
def test_killed_after_any_write_each_question_is_asked_once_and_the_extra_is_the_same(job, kind):
    undisturbed = Model()
    whole = make(job, undisturbed, kind)
    for name in job.folder.names():
        if ".extra." in name:
            job.folder.unlink(name)
    job.load_progress()
    model = Model()
    for _ in range(100):
        job.folder.left = 0
        try:
            make(job, model, kind)
        except Killed:
            continue
        finally:
            job.load_progress()
        break
    assert job.find_extra(kind) == whole
    assert model.asked == undisturbed.asked


def test_what_could_not_be_written_is_written_again_and_not_asked_again(job, monkeypatch):
    model, maker = Model(), ExtraMaker()
    write = DyingFolder.write
    monkeypatch.setattr(DyingFolder, "write", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(ServiceError):
        maker.make_and_save(job, "summary", lambda: model, 1000, Permit())
    monkeypatch.setattr(DyingFolder, "write", write)
    maker.make_and_save(job, "summary", lambda: model, 1000, Permit())
    assert len(model.asked) == 1
    assert job.find_extra("summary").extra.lines


@pytest.mark.parametrize(
    ("outcome", "times"),
    [
        (answer("9 | the roof leaks\n1 | the garden was sold in 1850"), 2),
        (answer("", "refusal"), 2),
        (ChunkRefused("it is refused"), 2),
        (ChunkRefused("too large", too_large=True), 3),
        (JobError("the job's budget is spent", "Raise it."), 1),
    ],
)
def test_what_can_not_be_had_is_given_up_with_a_reason_after_a_second_answer(job, outcome, times):
    model = Model(outcome)
    made = make(job, model, part_words=1000)
    assert made.extra.failed
    assert made.extra.lines == ()
    assert len(model.asked) == times
    assert job.missing_extras == {"chapters"}


def test_an_answer_that_was_cut_off_is_asked_for_again_and_taken_without_its_last_line(job):
    model = Model(answer("1 | the garden was sold in 2000\n2 | the garden was sold in 2", "max_tokens"))
    made = make(job, model, part_words=1000)
    assert len(model.asked) == 2
    assert [line.text for line in made.extra.lines] == ["the garden was sold in 2000"]


@pytest.mark.parametrize("error", [ServiceError("down", ""), NotNow()])
def test_while_nobody_is_served_it_waits(job, error):
    with pytest.raises(type(error)):
        make(job, Model(error))
    assert job.find_extra("summary") is None
    assert job.missing_extras == {"summary", "chapters"}


def test_one_that_is_given_up_is_told_with_what_it_took(job):
    asked = []

    def fail_later(user):
        asked.append(user)
        return None if len(asked) == 1 else ServiceError("down", "")

    with pytest.raises(ServiceError):
        make(job, Model(fail_later))
    ExtraMaker().give_up(job, "summary", "for an hour nobody could be asked")
    made = job.find_extra("summary")
    assert made.extra.failed == "for an hour nobody could be asked"
    assert made.cost == 0.5
    assert make(job, Model(JobError("never", "")), "summary").extra.failed
