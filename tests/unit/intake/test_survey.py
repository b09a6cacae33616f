"""The survey of a job: when it is made, what is asked, and what of an answer the transcript bears out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from daemon.cleaning.llm.faults import ChunkRefused
from daemon.cleaning.names.survey import make_question, read_answer
from daemon.cleaning.prompt import Brief, system_text
from daemon.costs.pricing import Usage
from daemon.costs.question import Answer
from daemon.errors import JobError, NotNow, ServiceError
from daemon.intake.planning import make_plan
from daemon.intake.survey import Surveys, find_question, wants_survey
from daemon.settings.profile import Settings
from daemon.store.job import Job
from daemon.store.plan import index_plan, read_chunks
from daemon.store.saved.survey import FILE, SavedSurvey
from daemon.store.ticket import Flagged, Ticket
from daemon.system.files import Folder
from daemon.text.cleaned_chunk import kept_original
from daemon.text.names.candidates import find_candidates
from daemon.text.names.survey import Survey
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

SETTINGS = Settings(provider="anthropic", model="m", prompt="Clean it. " * 220, chunk_words=40)
NAMES = ("Aoife", "Eefa", "Ifa", "Eeffa")
SAID = (
    "This is how {name} told me the story, and it was about the long history of tea in the old house by the "
    "river, where they all met each other in the evening after the work was done."
)
SPELLINGS = {"Eefa": "Aoife", "Ifa": "Aoife"}


def make_text(count=12, said=SAID, labels=("Ann Moss", "Ben Hill")):
    paragraphs = [f"{labels[at % 2]}: {said.format(name=NAMES[at % 4])}" for at in range(count)]
    return "\n\n".join(paragraphs)


def plan_text(text=None, settings=SETTINGS):
    return make_plan((text or make_text()).encode(), "talk.txt", settings)


def ask(text=None, settings=SETTINGS):
    data = plan_text(text, settings)
    return find_question(index_plan(data).header, read_chunks(data))


def read(answer, text=None, fixed=()):
    data = plan_text(text)
    question = find_question(index_plan(data).header, read_chunks(data))

    def turns():
        return (turn for chunk in read_chunks(data) for turn in chunk.spoken())

    return read_answer(answer, question, turns, fixed)


class Model:
    """Answers, or raises, whatever it is asked."""

    def __init__(self, outcome):
        self.outcome = outcome
        self.asked = []

    def ask(self, system, user, *, max_tokens, label, permit):
        self.asked.append((system, user, max_tokens, label.chunk))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class Permit:
    """Notes whether an answer was reported."""

    answered = 0

    def report_answer(self):
        self.answered += 1


@pytest.fixture
def job(tmp_path):
    made = Job(
        Folder(str(tmp_path)), "talk", Ticket("id", "talk.txt", "source.txt", "2026-01-01T00:00:00+00:00", 0)
    )
    (tmp_path / "source.txt").write_text(make_text())
    made.freeze_plan(plan_text())
    yield made
    made.folder.close()


def answer(text, stop_reason="end_turn"):
    return Answer(text, stop_reason, Usage(100, 10), 0.01, 1, "m")


def test_it_is_asked_about_the_names_that_sound_alike_with_a_few_words_around():
    question = ask()
    assert all(name in question.user for name in NAMES)
    assert "evening" not in question.user


@pytest.mark.parametrize("count", [2, 12, 40, 400])
def test_it_takes_a_tenth_of_the_job_at_most_and_where_there_is_no_room_nothing_is_asked(count):
    settings = replace(SETTINGS, chunk_words=300)
    text = make_text(count)
    question = ask(text, settings)
    assert (question is None) == (count < 40)
    if question is not None:
        header = index_plan(plan_text(text, settings)).header
        around = len(system_text(Brief.under(settings, header.title)))
        whole = 2 * header.characters + header.chunks * around
        assert 10 * (question.characters + 4 * question.max_tokens) <= whole


@pytest.mark.parametrize(
    "text",
    [
        make_text(
            said="there was nobody of any name in this story at all, and it was about tea in the old house."
        ),
        make_text(
            said="So eefa and ifa told {name} about the long history of tea in the old house by the river."
        ),
    ],
)
def test_where_no_name_is_spelt_in_several_ways_nothing_is_asked(text):
    assert ask(text) is None


def test_what_is_said_to_be_one_name_is_spelt_in_one_way():
    assert read("Aoife = Eefa, Ifa").spellings == SPELLINGS
    assert read("- Aoife (3) = Eefa (3), `Ifa`, Aoife").spellings == SPELLINGS


@pytest.mark.parametrize(
    "lie",
    [
        "Gandalf = Eefa",
        "Aoife = Gandalf",
        "Aoife = tea, river",
        "Ann = Eefa",
        "Aoife: Eefa",
        "= Eefa",
        "Aoife =",
        "",
    ],
)
def test_what_the_transcript_does_not_bear_out_is_dropped(lie):
    assert read(lie).spellings == {}


def test_no_spelling_leads_on_to_another():
    found = read("Aoife = Eefa\nEefa = Ifa\nIfa = Aoife, Eeffa").spellings
    assert not set(found) & set(found.values())


def test_names_that_stand_side_by_side_are_two():
    said = SAID.replace("{name}", "{name} and later on Eeffa")
    assert "Eeffa" not in read("Aoife = Eefa, Ifa, Eeffa", make_text(said=said)).spellings


def test_a_speakers_name_and_what_a_person_has_decided_are_left_alone():
    assert read("Aoife = Eefa, Ifa", make_text(labels=("Eefa Moss", "Ben Hill"))).spellings == {
        "Ifa": "Aoife"
    }
    assert read("Aoife = Eefa, Ifa", fixed=["eefa moss"]).spellings == {"Ifa": "Aoife"}


@given(st.text(max_size=400) | st.text(alphabet="Aoife=Eefa, |\n-SPEAKER_01", max_size=200))
def test_whatever_is_answered_only_what_stands_there_is_taken(answer):
    found = read(answer)
    assert set(found.spellings) | set(found.spellings.values()) <= set(NAMES)
    assert found.speakers == ()


@given(st.lists(st.text(max_size=60).map(lambda text: " ".join(text.split())).filter(bool), max_size=20))
def test_whatever_is_said_it_can_be_surveyed(texts):
    turns = [Turn((Segment(text, None, None, f"S{at % 3}"),), f"S{at % 3}") for at, text in enumerate(texts)]
    for language in ("en", "de", "pl", "xx", None):
        candidates = find_candidates(turns, lambda label: label == "S1", language)
        make_question(candidates, 100_000, 5000)


PROOF = "SPEAKER_01 | Ann Lee | SPEAKER_00 | our guest of today is Ann Lee"


def read_speakers(line):
    paragraphs = make_text(labels=("SPEAKER_00", "SPEAKER_01")).split("\n\n")
    paragraphs[0] = "SPEAKER_00: Welcome! Our guest of today is Ann Lee, and this is the story of tea."
    return read(line, "\n\n".join(paragraphs)).speakers


def test_a_suggestion_has_the_words_as_they_stand_there():
    [one] = read_speakers(PROOF)
    assert (one.label, one.name, one.said_by, one.proved) == ("SPEAKER_01", "Ann Lee", "SPEAKER_00", False)
    assert one.quote == "Our guest of today is Ann Lee,"


@pytest.mark.parametrize(
    ("was", "lie"),
    [
        ("SPEAKER_00 |", "SPEAKER_01 |"),
        ("SPEAKER_01 |", "SPEAKER_07 |"),
        ("| Ann Lee", "| Ben Lee"),
        ("| Ann Lee", "| of today"),
        ("our guest", "the guest"),
        ("our guest of today is Ann Lee", "Ann Lee"),
    ],
)
def test_a_suggestion_without_proof_is_dropped(was, lie):
    assert read_speakers(PROOF.replace(was, lie, 1)) == ()


def test_it_is_written_down_and_not_asked_for_again(job):
    model, permit = Model(answer("Aoife = Eefa, Ifa")), Permit()
    assert wants_survey(job)
    Surveys().survey_job(job, lambda: model, permit)
    assert job.survey.survey.spellings == SPELLINGS
    assert (job.cost, permit.answered) == (0.01, 1)
    assert not wants_survey(job)
    again = Job(job.folder, "talk", job.ticket)
    again.load_progress()
    assert (again.survey, again.cost) == (job.survey, 0.01)


@pytest.mark.parametrize(
    "outcome",
    [
        ChunkRefused("it is refused"),
        JobError("the budget is spent"),
        answer("Aoife = Eefa", stop_reason="refusal"),
    ],
)
def test_a_failure_is_written_down_as_finding_nothing(job, outcome):
    Surveys().survey_job(job, lambda: Model(outcome), Permit())
    assert job.survey.survey.spellings == {}
    assert job.survey.survey.failed
    assert not wants_survey(job)


def test_an_answer_that_was_cut_off_counts_as_far_as_it_goes(job):
    Surveys().survey_job(job, lambda: Model(answer("Aoife = Eefa, If", stop_reason="max_tokens")), Permit())
    assert job.survey.survey.spellings == {"Eefa": "Aoife"}


@pytest.mark.parametrize("error", [ServiceError("down"), NotNow()])
def test_where_nobody_can_be_asked_now_nothing_is_written_down(job, error):
    with pytest.raises(type(error)):
        Surveys().survey_job(job, lambda: Model(error), Permit())
    assert wants_survey(job)


def test_an_answer_that_can_not_be_written_is_held_on_to(job, monkeypatch):
    model, surveys = Model(answer("Aoife = Eefa")), Surveys()
    with monkeypatch.context() as broken:
        broken.setattr(Job, "save_survey", lambda self, saved: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises((OSError, ServiceError)):
            surveys.survey_job(job, lambda: model, Permit())
    surveys.survey_job(job, lambda: model, Permit())
    assert len(model.asked) == 1
    assert job.survey.survey.spellings == {"Eefa": "Aoife"}


def test_a_file_that_is_not_whole_is_none(job, tmp_path):
    job.save_survey(SavedSurvey(Survey(SPELLINGS)))
    path = tmp_path / FILE
    path.write_text(path.read_text().replace("Aoife", "Gandalf"))
    assert job.survey is None


@pytest.mark.parametrize(
    ("keys", "is_kept"),
    [
        ({"model": "other"}, True),
        ({"corrections": {"Ifa": "Eva"}}, False),
        ({"glossary": ("Eefa",)}, False),
    ],
)
def test_it_outlives_a_new_plan_unless_people_want_names_otherwise_since(job, keys, is_kept):
    job.save_survey(SavedSurvey(Survey(SPELLINGS)))
    job.remove_plan()
    job.freeze_plan(plan_text(settings=replace(SETTINGS, **keys)))
    assert (job.survey is not None) is is_kept
    assert wants_survey(job) is not is_kept


def test_what_was_begun_without_one_ends_without(job):
    job.save_chunk(kept_original(job.read_chunk(0), "no reason"))
    assert not wants_survey(job)


@pytest.mark.parametrize(
    "keys", [{"survey": False}, {"verbatim": "strict"}, {"provider": "offline"}, {"chunk_words": 900}]
)
def test_where_it_is_off_or_of_no_use_there_is_none(keys):
    settings = replace(SETTINGS, **keys)
    assert not index_plan(plan_text(settings=settings)).header.may_be_surveyed


def test_what_is_asked_for_again_is_not_surveyed_again(job):
    job.ticket = replace(job.ticket, flagged=Flagged("id"))
    assert not wants_survey(job)


def test_names_with_a_pseudonym_are_in_nothing_that_is_asked():
    text = make_text(said=SAID.replace("told me", "told Ann Moss"))
    hidden = replace(SETTINGS, pseudonyms={"Ann Moss": "P01", "Ben Hill": "P02"})
    assert "Ann Moss" in ask(text).user, "or nothing was tried"
    asked = ask(text, hidden)
    assert "Moss" not in asked.user
    assert "Hill" not in asked.user
    assert "P01" in asked.user
