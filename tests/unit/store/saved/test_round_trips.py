"""Chunks and their results are read back as they were written, and cut without losing a word."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.store.saved import checkpoint
from daemon.store.saved.checkpoint import Binding
from daemon.system.files import Folder
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Edit, Flag, Note, ProcessedChunk
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

words = st.lists(
    st.text(st.characters(exclude_categories=("Z", "Cc")), min_size=1).filter(lambda w: len(w.split()) == 1),
    min_size=1,
    max_size=6,
)
seconds = st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 3))
counts = st.integers(0, 10**6)
speakers = st.none() | st.text(min_size=1, max_size=5)


@st.composite
def segments(draw):
    said = draw(words)
    start = draw(st.none() | seconds)
    end = None if start is None else start + draw(seconds)
    times = draw(st.none() | st.lists(seconds, min_size=len(said), max_size=len(said)).map(sorted).map(tuple))
    return Segment(" ".join(said), start, end, draw(speakers), times)


turns = st.builds(Turn, st.lists(segments(), min_size=1, max_size=4).map(tuple), speakers)
chunks = st.builds(
    Chunk,
    counts,
    st.text(),
    st.just("00:01:00"),
    st.none() | st.text(),
    st.lists(turns, max_size=3).map(tuple),
)
flags = st.builds(Flag, st.text(), counts, st.none() | counts)
notes = st.builds(
    Note,
    counts,
    st.sampled_from(["number", "name"]),
    st.lists(st.text()).map(tuple),
    st.lists(st.text()).map(tuple),
)
results = st.builds(
    ProcessedChunk,
    counts,
    st.text(),
    st.text(),
    counts,
    counts,
    st.floats(0, 1e3),
    st.text(),
    st.text(),
    st.lists(st.text()).map(tuple),
    st.lists(st.tuples(counts, counts)).map(tuple),
    st.lists(flags).map(tuple),
    st.lists(notes).map(tuple),
    counts,
    st.lists(st.builds(Edit, counts, counts, st.text())).map(tuple),
)


@given(chunks)
def test_a_chunk_survives_json(chunk):
    assert Chunk.from_dict(json.loads(json.dumps(chunk.to_dict()))) == chunk


def test_a_chunk_has_the_same_keys_in_every_version():
    """A library's run is known again by the hash over them."""
    turn = Turn((Segment("um hello", 1, 2.5, "Ann", (1.0, 2.0), True), Segment("there")), "Ann")
    assert Chunk(3, "um hello there").to_dict() == {
        "index": 3, "text": "um hello there", "start_timestamp": "00:00:00", "context_buffer": None,
        "turns": (),
    }  # fmt: skip
    assert json.loads(json.dumps(Chunk(3, "um hello there", turns=(turn,)).to_dict()["turns"])) == [
        {
            "segments": [
                {
                    "text": "um hello", "start": 1, "end": 2.5, "speaker": "Ann", "times": [1.0, 2.0],
                    "continues": True,
                },
                {"text": "there"},
            ],
            "speaker": "Ann",
        }
    ]  # fmt: skip


class _OfAParser(str):
    """Text as HTML parsers give it: a type of their own."""


class _Seconds(float):
    """A number as numpy gives it: a type of its own."""


def test_text_and_numbers_of_other_types_are_written_as_what_they_are():
    turn = Turn((Segment(_OfAParser("um hello"), _Seconds(1.5)),))
    chunk = Chunk(0, _OfAParser("um hello"), turns=(turn,))
    plain = Chunk(0, "um hello", turns=(Turn((Segment("um hello", 1.5),)),))
    assert json.dumps(chunk.to_dict()) == json.dumps(plain.to_dict())
    result = ProcessedChunk(0, _OfAParser("um hello"), "Hello.", cost=_Seconds(0.5))
    assert ProcessedChunk.from_dict(result.to_dict()) == ProcessedChunk(0, "um hello", "Hello.", cost=0.5)


def test_text_that_is_no_valid_unicode_survives(tmp_path):
    text = "half \ud83d of a pair, a byte \udcff"
    segment = Segment(text, speaker="\udcff")
    chunk = Chunk(0, text, "\ud83d", text, (Turn((segment,), "\udcff"),))
    assert Chunk.from_dict(json.loads(json.dumps(chunk.to_dict()))) == chunk
    result = ProcessedChunk(0, text, text, turns=(text,), notes=(Note(0, "name", (text,), (text,)),))
    binding = Binding("id", "line", "settings")
    with Folder(str(tmp_path)) as folder:
        checkpoint.save_checkpoint(folder, binding, result)
        assert checkpoint.load_checkpoint(folder, 0, binding) == result


@given(results)
def test_a_result_survives_json_and_keys_of_a_later_version(result):
    raw = {**json.loads(json.dumps(result.to_dict())), "of_tomorrow": 1}
    assert ProcessedChunk.from_dict(raw) == result


@pytest.mark.parametrize(
    "wrong", [{"chunk_index": "0"}, {"turns": "um"}, {"flags": [{}]}, {"edits": [[1, 2]]}]
)
def test_what_is_no_result_is_a_value_error(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - msgspec words it
        ProcessedChunk.from_dict({**ProcessedChunk(0, "um", "").to_dict(), **wrong})


def test_what_is_no_chunk_is_a_value_error():
    for wrong in ({}, {"index": 0, "text": None}, {"index": 0, "text": "a b", "turns": [{"segments": [{}]}]}):
        with pytest.raises(ValueError):  # noqa: PT011
            Chunk.from_dict(wrong)


@given(result=results)
def test_a_result_survives_its_checkpoint_with_any_text(tmp_path_factory, result):
    binding = Binding("id", "line", "settings")
    with Folder(str(tmp_path_factory.getbasetemp())) as folder:
        checkpoint.save_checkpoint(folder, binding, result)
        assert checkpoint.load_checkpoint(folder, result.chunk_index, binding) == result
        assert (
            checkpoint.load_checkpoint(folder, result.chunk_index, Binding("id", "other", "settings")) is None
        )
        folder.unlink(checkpoint.name_checkpoint(result.chunk_index))


@given(st.data())
def test_a_cut_turn_keeps_all_words_times_and_the_speaker(data):
    turn = data.draw(turns)
    total = len(turn.text.split())
    if total < 2:
        with pytest.raises(ValueError, match="both sides"):
            turn.cut(1)
        return
    first, second = turn.cut(at := data.draw(st.integers(1, total - 1)))
    assert len(first.text.split()) == at
    assert f"{first.text} {second.text}" == turn.text
    assert first.speaker == second.speaker == turn.speaker
    for before, after in zip(turn.word_times(), first.word_times() + second.word_times(), strict=True):
        assert (before is None) == (after is None)
        assert before is None or after == pytest.approx(before, abs=0.01)


@settings(max_examples=40)
@given(st.data())
def test_passages_keep_all_words_in_order(data):
    chunk = data.draw(chunks.filter(lambda chunk: chunk.turns))
    cuts = []
    for number, turn in enumerate(chunk.turns):
        places = st.lists(st.integers(1, max(1, len(turn.text.split()) - 1)), unique=True, max_size=3)
        if len(turn.text.split()) > 1:
            cuts += [(number, at) for at in sorted(data.draw(places))]
    passages = chunk.passages(cuts)
    assert len(passages) == len(chunk.turns) + len(cuts)
    said = [word for turn in chunk.turns for word in turn.text.split()]
    assert [word for passage in passages for word in passage.text.split()] == said
    assert all(passage.text for passage in passages)
