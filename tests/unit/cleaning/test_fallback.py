"""A second model is asked for what the first can't be trusted with, for that alone, and once."""

import pytest

from daemon.cleaning.attempts import Cleaning, Outcome
from daemon.cleaning.processor import LLMProcessor
from daemon.cleaning.prompt import Brief
from daemon.cleaning.style import style_of_prompt
from daemon.errors import ServiceError
from daemon.text.chunk import Chunk
from daemon.text.transcript import Segment
from daemon.text.turns import Turn
from tests.messages_server import Reply, error, last_user_text

BRIEF = Brief("Tea", None, (), style_of_prompt("Clean it.", "clean"))
SAID = [
    f"Sentence {word} is about tea and toast and the long history of both."
    for word in ("one", "two", "three")
]
CHUNK = Chunk(3, "\n\n".join(SAID), turns=tuple(Turn((Segment(text),), "Ann") for text in SAID))


class Store(dict):
    def find_answer(self, question):
        return self.get(question)

    def save_answer(self, question, answer):
        self[question] = answer


def processor(server, model):
    return LLMProcessor("anthropic", "sk-test", model, base_url=server.url, attempts=1, max_wait_seconds=0.01)


def clean(server, **options):
    fallback = processor(server, "strong")
    return processor(server, "weak").clean_chunk(CHUNK, BRIEF, fallback=fallback, **options)


def spoil_second_turn(server):
    """The weak model makes something up in the second turn; the strong one does as it should."""
    plain = server.answer

    def answer(body):
        text = plain(body)
        said = text if isinstance(text, str) else text.text
        return (
            said.replace(SAID[1], "Nobody ever said a thing like this in here.")
            if body["model"] == "weak"
            else said
        )

    server.answer = answer


def asked_of(server, model):
    return [last_user_text(body) for body in server.bodies if body["model"] == model]


def test_only_what_the_first_model_can_not_clean_is_asked_of_the_second(server):
    spoil_second_turn(server)
    result = clean(server)
    assert result.turns == tuple(SAID)
    assert result.flags == ()
    [question] = asked_of(server, "strong")
    assert SAID[1] in question.partition("<transcript>")[2]
    assert SAID[2] not in question
    assert SAID[0] in question.partition("<transcript>")[0], "it is the context"
    assert result.requests == len(server.bodies)
    assert result.model == "weak, then strong"
    assert result.input_tokens > 0


def test_where_the_second_fails_as_well_the_original_words_stand(server):
    server.answer = lambda body: "I can't do that."
    result = clean(server)
    assert result.turns == tuple(SAID)
    assert [flag.passage for flag in result.flags] == [0, 1, 2]
    assert asked_of(server, "strong")


def test_a_chunk_that_is_well_asks_nothing_more(server):
    assert clean(server).model == "weak"
    assert asked_of(server, "strong") == []


def test_where_the_second_is_not_to_be_had_the_first_ones_result_stands(server):
    spoil_second_turn(server)
    gone = error(404, "not_found_error", "model: strong")
    server.fault = lambda body: gone if body["model"] == "strong" else None
    result = clean(server)
    assert [flag.passage for flag in result.flags] == [1]
    assert result.model == "weak"


def test_that_the_second_is_not_to_be_had_is_said_once_with_the_mend(server, caplog):
    spoil_second_turn(server)
    gone = error(404, "not_found_error", "model: strong")
    server.fault = lambda body: gone if body["model"] == "strong" else None
    fallback = processor(server, "strong")
    for _ in range(2):
        processor(server, "weak").clean_chunk(CHUNK, BRIEF, fallback=fallback)
    [said] = [line for line in caplog.messages if line.startswith("no fallback")]
    assert said.endswith("Correct `fallback_model` in config.yaml.")


def test_an_outage_between_the_two_pays_nothing_twice(server):
    spoil_second_turn(server)
    server.fault = lambda body: error(529) if body["model"] == "strong" else None
    store = Store()
    with pytest.raises(ServiceError):
        clean(server, answers=store)
    paid = len(asked_of(server, "weak"))
    server.fault = lambda body: None
    result = clean(server, answers=store)
    assert result.turns == tuple(SAID)
    assert len(asked_of(server, "weak")) == paid, "its answers lie in the store"


def test_the_passages_of_a_turn_that_was_cut_are_told_apart():
    """Of a long turn that was halved, one half failed: only that is asked for, and stays in its place."""
    said = " ".join(f"Number {number} is a sentence of some length." for number in range(30))
    chunk = Chunk(0, said, turns=(Turn((Segment(said),)),))
    asked = []

    def ask(part):
        asked.append(part.text)
        if "Number 29 " in part.text and len(asked) < 9:
            return Outcome("", "max_tokens")
        return Outcome(f'<turn id="1">{part.text}</turn>', "end_turn")

    first = Cleaning(ask, BRIEF).clean_chunk(chunk)
    [flag] = first.flags
    asked[:] = ["x"] * 9
    second = Cleaning(ask, BRIEF).clean_flagged(chunk, first)
    assert asked[9:] == [chunk.passages(first.cuts)[flag.passage].text]
    assert second.flags == ()
    assert " ".join(second.turns) == said
    assert second.cuts == first.cuts


def test_free_text_is_asked_for_as_a_whole(server):
    brief = Brief("Tea", None, (), style_of_prompt("Notes on {{chunkText}}", "own"))
    server.answer = lambda body: Reply(
        "" if body["model"] == "weak" else "- tea and toast have a long history"
    )
    fallback = processor(server, "strong")
    result = processor(server, "weak").clean_chunk(CHUNK, brief, fallback=fallback)
    assert result.cleaned_text == "- tea and toast have a long history"
    assert result.flags == ()
