"""Answers that were paid for and did not make a chunk yet are found again after a stop."""

import os

import pytest

from daemon.costs.pricing import Usage
from daemon.costs.question import Answer
from daemon.store.saved.answers import AnsweredQuestions
from tests.faulty_disk import Faulty

FIRST = Answer("A text, “quoted”.", "end_turn", Usage(10, 5, 0, 3), 0.25, 2)
SECOND = Answer("", "max_tokens", Usage(1, 1), 0.5, 1)


def test_an_answer_is_found_by_its_question_and_chunk_after_a_restart(folder):
    answers = AnsweredQuestions(folder, 7)
    answers.save_answer("q1", FIRST)
    answers.save_answer("q2", SECOND)
    again = AnsweredQuestions(folder, 7)
    assert (again.find_answer("q1"), again.find_answer("q2"), again.find_answer("q3")) == (
        FIRST,
        SECOND,
        None,
    )
    assert AnsweredQuestions(folder, 8).find_answer("q1") is None


def test_what_is_kept_later_takes_no_place_of_what_was_kept_before(folder):
    AnsweredQuestions(folder, 7).save_answer("q1", FIRST)
    AnsweredQuestions(folder, 7).save_answer("q2", SECOND)
    assert AnsweredQuestions(folder, 7).find_answer("q1") == FIRST


def test_a_file_that_is_not_whole_is_no_answer_and_hides_no_other(folder):
    answers = AnsweredQuestions(folder, 7)
    answers.save_answer("q1", FIRST)
    answers.save_answer("q2", SECOND)
    (name, _) = folder.names()
    folder.write(name, folder.read(name)[:-5])
    assert AnsweredQuestions(folder, 7).find_answer("q1") is None
    assert AnsweredQuestions(folder, 7).find_answer("q2") == SECOND


def test_answers_that_only_can_not_be_read_now_are_not_taken_for_none(folder, tmp_path, monkeypatch):
    answers = AnsweredQuestions(folder, 7)
    answers.save_answer("q1", FIRST)
    answers.save_answer("q2", SECOND)
    again = AnsweredQuestions(folder, 7)
    with monkeypatch.context() as away:
        Faulty(away, "open", tmp_path, "ESTALE")
        with pytest.raises(OSError, match="Stale"):
            again.find_answer("q1")
    assert again.find_answer("q1") == FIRST
    again.save_answer("q3", FIRST)
    assert AnsweredQuestions(folder, 7).list_answers() == [FIRST, SECOND, FIRST]


def test_the_files_are_their_owners_alone(folder):
    AnsweredQuestions(folder, 7).save_answer("q1", FIRST)
    assert os.stat(folder.names()[0], dir_fd=folder.fd).st_mode & 0o777 == 0o600
