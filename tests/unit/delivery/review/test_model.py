"""What the page knows of each paragraph: its words, its flag, its notes, and whether it needs a look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.delivery.document import make_document
from daemon.delivery.review.model import build_page
from daemon.delivery.review.page import BARS, LEVELS, build_bars
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Flag, Note, ProcessedChunk, kept_original
from tests.unit.delivery.review.samples import MEETING, long_talk, meeting, result_of, summary_of


def page_of(pairs):
    return build_page(make_document(pairs), "Title", summary_of(pairs))


def rows_of(*said, notes=(), provider="anthropic"):
    return page_of([result_of(said, notes, provider)]).rows


words = st.lists(
    st.sampled_from("um the the, you know. Yes! 25 so So, 那个 é".split()), min_size=1, max_size=40
).map(" ".join)
cleaned = st.lists(words, max_size=3).map("\n\n".join)


# --- every word is on the page ------------------------------------------------------------------------------


@given(st.lists(st.tuples(words, st.none() | cleaned), min_size=1, max_size=4))
def test_the_paragraphs_together_are_exactly_the_original_and_the_cleaned_text(said):
    turns = [(None, None, was, now) for was, now in said]
    chunk, result = result_of(turns)
    rows = page_of([(chunk, result)]).rows
    assert " ".join(row.was for row in rows if row.was) == " ".join(turn.text for turn in chunk.turns)
    assert " ".join(row.now for row in rows if row.now).split() == " ".join(result.turns).split()
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))


def test_a_paragraph_has_its_own_time_speaker_and_words():
    rows = rows_of((60.0, "Ann", "um one two. three uh four", "One two.\n\nThree four."))
    assert [(row.was, row.now, row.speaker) for row in rows] == [
        ("um one two.", "One two.", "Ann"),
        ("three uh four", "Three four.", "Ann"),
    ]
    assert 60.0 <= rows[0].start < rows[1].start


def test_a_turn_that_was_left_out_is_there_struck():
    (row,) = rows_of((5.0, "Ann", "um uh", ""))
    assert (row.start, row.speaker, row.was, row.now, row.longest) == (5.0, "Ann", "um uh", "", 2)


def test_words_are_counted():
    (row,) = rows_of((None, None, "um so we gonna - uh go home now", "So we are going home"))
    assert (row.words_in, row.words_out, row.longest) == (8, 5, 3)
    page = page_of(meeting())
    assert page.edits["changed"] == 3
    assert page.edits["added"] == 1


# --- flags --------------------------------------------------------------------------------------------------


def test_a_flag_stands_at_every_paragraph_of_its_passage_and_once_on_top():
    chunk, result = result_of([(0.0, "Ann", "fine", "Fine."), (3.0, "Ben", "one two three", None)])
    page = page_of([(chunk, result)])
    assert [row.flag for row in page.rows] == [None, "it says something else"]
    (flag,) = page.flagged
    assert (flag.row.number, flag.row.start, flag.reason, flag.words) == (2, 3.0, "it says something else", 3)
    assert flag.excerpt == "one two three"


def test_the_flag_of_a_whole_chunk_stands_at_its_first_paragraph():
    chunk, _ = result_of(MEETING)
    page = page_of([(chunk, kept_original(chunk, "the model refused"))])
    assert {row.flag for row in page.rows} == {"the model refused"}
    (flag,) = page.flagged
    assert (flag.row.number, flag.words) == (1, len(chunk.text.split()))
    assert len(flag.excerpt.split()) < 20


def test_what_the_gate_passed_is_told_from_what_rules_did():
    assert [row.checked for row in rows_of((None, None, "um go", "Go"))] == [True]
    assert [row.checked for row in rows_of((None, None, "um go", "Go"), provider="offline")] == [False]


# --- notes --------------------------------------------------------------------------------------------------


def test_a_note_stands_at_the_paragraph_it_is_about():
    note = Note(0, "number", ("23",), ("25",))
    rows = rows_of(
        (None, None, "we met. it was the 23 of May.", "We met.\n\nIt was the 25 of May."), notes=[note]
    )
    assert [row.notes for row in rows] == [(), (note,)]


def test_a_note_that_no_paragraph_shows_by_itself_stands_at_the_first():
    note = Note(0, "name", ("Smith",))
    rows = rows_of((None, None, "we met. it was May.", "We met.\n\nIt was May."), notes=[note])
    assert [row.notes for row in rows] == [(note,), ()]


def test_a_note_is_of_its_own_passage_only():
    note = Note(1, "name", ("Smith",))
    rows = rows_of((None, None, "one", "One"), (None, None, "two", "Two"), notes=[note])
    assert [row.notes for row in rows] == [(), (note,)]


# --- another text -------------------------------------------------------------------------------------------


GERMAN = "das ist ein ganz anderer Satz und er hat viele Wörter"
ENGLISH = "this is another sentence altogether, and it has many words"


def test_a_translation_is_shown_as_one_text_and_the_other_not_word_by_word():
    (row,) = rows_of((None, None, GERMAN, ENGLISH))
    assert row.rewritten
    assert not row.much
    assert (row.was, row.now) == (GERMAN, ENGLISH)


def test_short_answers_are_compared_even_if_no_word_stands():
    (row,) = rows_of((None, None, "yeah mhm", "Yes."))
    assert not row.rewritten


def test_notes_are_shown_beside_all_that_was_said():
    chunk, _ = result_of(MEETING)
    notes = ProcessedChunk(0, chunk.text, "## Evening\n\n- Posters on Friday\n- 40 % up front\n")
    (row,) = page_of([(chunk, notes)]).rows
    assert row.rewritten
    assert (row.was, row.now, row.start) == (chunk.text, notes.cleaned_text, 0)


def test_notes_that_failed_are_flagged():
    chunk = Chunk(0, "plain words without turns")
    failed = ProcessedChunk(0, chunk.text, chunk.text, flags=(Flag("the model refused", 4),))
    page = page_of([(chunk, failed)])
    assert [row.flag for row in page.rows] == ["the model refused"]
    assert page.flagged[0].words == 4


def test_nothing_said_makes_an_empty_page():
    assert page_of([(Chunk(0, ""), ProcessedChunk(0, "", ""))]).rows == ()
    assert build_bars(()) == []


# --- what is much -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "struck", "much"), [(40, 12, False), (40, 13, True), (200, 12, False), (59, 12, False)]
)
def test_a_struck_stretch_longer_than_editors_is_much(said, struck, much):
    text = [f"w{at}" for at in range(said)]
    (row,) = rows_of((None, None, " ".join(text), " ".join(text[:5] + text[5 + struck :])))
    assert (row.longest, row.much) == (struck, much)


@pytest.mark.parametrize(("said", "every", "much"), [(100, 4, True), (100, 5, False), (40, 4, False)])
def test_little_left_of_a_long_paragraph_is_much(said, every, much):
    text = [f"w{at}" for at in range(said)]
    (row,) = rows_of(
        (None, None, " ".join(text), " ".join(word for at, word in enumerate(text) if at % every))
    )
    assert row.much is much


# --- the strip ----------------------------------------------------------------------------------------------


def test_the_strip_has_a_bar_for_each_stretch_and_none_is_over_the_top():
    rows = page_of(long_talk(3000)).rows
    found = build_bars(rows)
    assert len(found) == BARS
    assert {bar.level for bar in found} <= set(range(LEVELS + 1))
    numbers = [bar.row.number for bar in found]
    assert numbers == sorted(numbers)
    assert (numbers[0], numbers[-1]) == (1, len(rows))


def test_the_strip_shows_where_much_was_changed_and_where_the_flags_and_notes_are():
    same, gone = "word " * 300, "word " * 150
    notes = [Note(3, "name", ("May",))]
    turns = [
        (None, None, same, same),
        (None, None, same, None),
        (None, None, same, gone),
        (None, None, same, same),
    ]
    found = build_bars(rows_of(*turns, notes=notes))
    quarter = len(found) // 4
    assert {bar.level for bar in found[:quarter]} == {0}
    assert [bar.flagged for bar in found] == [False] * quarter + [True] * quarter + [False] * 2 * quarter
    assert max(bar.level for bar in found[2 * quarter : 3 * quarter]) == LEVELS
    assert any(bar.noted for bar in found[3 * quarter :])
    assert not any(bar.noted for bar in found[: 3 * quarter])


def test_a_few_words_make_a_few_bars():
    assert len(build_bars(rows_of((None, None, "one two three", "One three")))) == 3
