"""The finished transcript as a value: what each chunk came to, found in one pass."""

import pytest

from daemon.delivery.document import AlignedTurn, Block, FlaggedPassage, make_document
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Edit, Flag, Note, ProcessedChunk, kept_original
from daemon.text.transcript import Segment
from daemon.text.turns import Turn


def chunk_of(*texts, index=0):
    """A chunk of Ann's turns, each of nine seconds, one every ten."""
    turns = tuple(
        Turn((Segment(text, n * 10.0, n * 10.0 + 9, "Ann"),), "Ann") for n, text in enumerate(texts)
    )
    return Chunk(index, "\n\n".join(texts), turns=turns)


def result_of(chunk, *turns, **facts):
    """What came back for a chunk, turn by turn."""
    return ProcessedChunk(chunk.index, chunk.text, "\n\n".join(filter(None, turns)), turns=turns, **facts)


def test_each_pair_is_looked_at_once_so_that_they_can_be_read_one_by_one():
    chunks = [chunk_of("um one two", "three", index=index) for index in range(3)]
    pairs = iter([(chunk, result_of(chunk, "One two.", "Three.")) for chunk in chunks])
    document = make_document(pairs, with_turns=True)
    assert [block.text for block in document.blocks] == ["One two.", "Three."] * 3
    assert len(document.passages) == len(document.turns) == 6


def test_it_adds_up_what_the_chunks_came_to():
    first, second = chunk_of("one two"), chunk_of("three", index=1)
    edits = (Edit(0, 1, "repeat"), Edit(1, 1, "filler"), Edit(1, 1, "repeat"))
    took = {"input_tokens": 10, "output_tokens": 5, "cost": 0.25, "requests": 2}
    tally = make_document(
        [
            (first, result_of(first, "One two.", edits=edits, model="m-1", **took)),
            (second, result_of(second, "Three.", edits=edits[:1], model="m-2", **took)),
            (first, result_of(first, "One two.", model="m-1")),
        ]
    ).tally
    assert (tally.words, tally.requests, tally.input_tokens, tally.output_tokens) == (5, 4, 20, 10)
    assert tally.cost == 0.5
    assert tally.edits == {"repeat": 3, "filler": 1}
    assert tally.models == ["m-1", "m-2"]


def test_a_flag_is_found_at_its_passage_and_its_time():
    first, second = chunk_of("one"), chunk_of("one two three four", "five", index=1)
    flags = (Flag("cut off", 2, 1), Flag("refused", 1, 2))
    cut = result_of(second, "One two.", "three four", "five", cuts=((0, 2),), flags=flags)
    document = make_document([(first, result_of(first, "One.")), (second, cut)])
    assert [(found.passage, found.reason, found.words) for found in document.flagged] == [
        (2, "cut off", 2),
        (3, "refused", 1),
    ]
    assert [document.passages[found.passage].blocks[0].text for found in document.flagged] == [
        "three four",
        "five",
    ]
    assert document.flagged[1] == FlaggedPassage(3, 1, 10.0, "refused", 1)
    assert [block.flag for block in document.blocks] == [None, None, "cut off", "refused"]


def test_a_note_stays_with_its_passage():
    chunk = chunk_of("one", "two")
    note = Note(1, "number", ("two",), ("3",))
    document = make_document([(chunk, result_of(chunk, "One.", "3.", notes=(note,)))])
    assert [passage.notes for passage in document.passages] == [(), (note,)]


@pytest.mark.parametrize(("provider", "checked"), [("anthropic", True), ("offline", False)])
def test_rules_are_not_checked_as_a_model_is(provider, checked):
    chunk = chunk_of("one")
    (passage,) = make_document([(chunk, result_of(chunk, "One.", provider=provider))]).passages
    assert passage.checked is checked


def test_turns_are_held_only_where_captions_need_them():
    chunk = chunk_of("um one two three")
    pair = (chunk, result_of(chunk, "One two, well, three."))
    assert make_document([pair]).turns == ()
    (aligned,) = make_document([pair], with_turns=True).turns
    assert aligned == AlignedTurn(chunk.turns[0], "One two, well, three.", (1, 2, None, 3))


def test_free_text_stands_beside_all_that_was_said_and_no_word_of_it_can_be_timed():
    chunk = chunk_of("one two", "three")
    document = make_document([(chunk, ProcessedChunk(0, chunk.text, "## Notes"))], with_turns=True)
    whole = Block("## Notes", 0.0, free=True, end=19.0, original=chunk.text)
    assert document.passages[0].whole == whole
    assert list(document.blocks) == [whole]
    assert document.free
    assert document.turns == ()


def test_where_notes_are_not_to_be_had_the_original_stands_and_is_one_flag():
    chunk = chunk_of("one two", "three")
    failed = ProcessedChunk(0, chunk.text, chunk.text, flags=(Flag("why", 3),))
    document = make_document([(chunk, failed)])
    assert [(block.text, block.flag) for block in document.blocks] == [("one two", "why"), ("three", "why")]
    assert document.flagged == (FlaggedPassage(0, 0, 0.0, "why", 3),)


def test_a_chunk_that_was_kept_as_a_whole_has_all_its_turns():
    chunk = chunk_of("one two", "three")
    document = make_document([(chunk, kept_original(chunk, "why"))], with_turns=True)
    assert [aligned.origins for aligned in document.turns] == [(0, 1), (0,)]
    assert not document.free


def test_a_chunk_in_which_nothing_was_said_leaves_nothing():
    document = make_document([(Chunk(0, ""), ProcessedChunk(0, "", ""))])
    assert document.passages == document.flagged == ()


def test_free_text_that_was_not_to_be_had_has_the_original_words_as_they_were_corrected():
    chunk = chunk_of("so Eefa came", "and went")
    result = ProcessedChunk(0, chunk.text, "so Aoife came\n\nand went", flags=(Flag("refused", 5),))
    blocks = list(make_document([(chunk, result)]).blocks)
    assert [block.text for block in blocks] == ["so Aoife came", "and went"]
    assert [block.start for block in blocks] == [0.0, 10.0]


def test_words_that_a_person_has_put_there_are_counted_by_paragraph():
    chunk = chunk_of("one two three four")
    result = result_of(chunk, "One two.\n\nThree or four.")
    [passage] = make_document([(chunk, result)], cleaned={(0, 0): "One two.\n\nThree four."}).passages
    assert [block.by_person for block in passage.blocks] == [0, 1]


def test_letters_that_a_person_has_put_there_are_counted_where_no_spaces_part_words():
    chunk = chunk_of("我们今天去公园看花")
    result = result_of(chunk, "我们今天去公园看山。")
    [passage] = make_document([(chunk, result)], cleaned={(0, 0): "我们今天去公园看花。"}).passages
    assert [block.by_person for block in passage.blocks] == [1]
