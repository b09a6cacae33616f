"""Tracked changes: who accepts all has the cleaned text, who rejects all the original, word for word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from daemon.cleaning.offline.cleaner import clean_chunk
from daemon.delivery.document import make_document
from daemon.delivery.review.redline import compare_tokens, split_tokens
from daemon.delivery.word.markup import make_inert
from daemon.delivery.word.template import Properties, Template
from daemon.delivery.word.tracked_changes import render_redline, track_changes
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Note, ProcessedChunk
from daemon.text.transcript import Segment
from daemon.text.turns import Turn
from tests.unit.delivery.review.payloads import HOSTILE
from tests.unit.delivery.review.samples import meeting
from tests.unit.delivery.word.editor import W, comments_of, paragraphs_of, part_of, words_of

BUILT_IN = Template(None)
PROPERTIES = Properties("Council meeting", "model-1", "2026-03-01T10:15:00+00:00")


def redline(pairs, *, timestamps=True):
    return render_redline(make_document(pairs), PROPERTIES, BUILT_IN, timestamps=timestamps)


def pair_of(*turns, **facts):
    """A chunk and its result, of pairs of said and cleaned texts; each turn is somebody else's."""
    said = tuple(
        Turn((Segment(" ".join(was.split()), 10.0 * n, 10.0 * n + 9, f"S{n % 3}"),), f"S{n % 3}")
        for n, (was, _) in enumerate(turns)
    )
    chunk = Chunk(0, "\n\n".join(turn.text for turn in said), turns=said)
    cleaned = tuple(now for _, now in turns)
    return chunk, ProcessedChunk(0, chunk.text, "\n\n".join(filter(None, cleaned)), turns=cleaned, **facts)


# --- all accepted, all rejected ---------------------------------------------------------------------------

WORDS = [
    "the",
    "The",
    "the,",
    "um",
    "um,",
    "not",
    "No.",
    "forty",
    "40",
    "don't",
    "-",
    "—",
    "日本語",
    "ไทย",
    "é",
]
LINES = st.lists(st.sampled_from(WORDS) | st.text(min_size=1, max_size=5), min_size=1, max_size=12)
SAID = LINES.map(lambda words: " ".join(" ".join(words).split())).filter(bool)
CLEANED = st.lists(LINES.map(" ".join), max_size=3).map("\n\n".join)


@pytest.mark.long
@given(st.lists(st.tuples(SAID, SAID | CLEANED), min_size=1, max_size=5))
@settings(deadline=None)
def test_accepted_it_is_the_cleaned_text_and_rejected_the_original(turns):
    pairs = [pair_of(*turns)]
    blocks = list(make_document(pairs).blocks)
    data = redline(pairs)
    cleaned = [make_inert(word) for _, now in turns for word in now.split()]
    assert words_of(data, accept=False) == [make_inert(word) for word in pairs[0][0].text.split()]
    accepted = words_of(data, accept=True)
    assert "".join(accepted) == "".join(cleaned)  # Chinese and Japanese are shown without spaces
    if not any(char > "\u2fff" for char in "".join(cleaned)):
        assert accepted == cleaned
    assert len(paragraphs_of(data, accept=True)) == sum(bool(block.text) for block in blocks)
    assert len(paragraphs_of(data, accept=False)) == len(turns)


@given(st.text(max_size=30), st.text(max_size=30))
def test_both_texts_come_out_of_the_pieces_to_the_letter(was, now):
    pieces = list(track_changes(compare_tokens(split_tokens(was), split_tokens(now))))
    assert "".join(text for change, text in pieces if change != "ins") == was
    assert "".join(text for change, text in pieces if change != "del") == now


def test_a_word_is_changed_as_a_whole_and_a_mark_alone():
    pieces = list(track_changes(compare_tokens(split_tokens("um so we met"), split_tokens("So we met."))))
    assert pieces == [("del", "um so"), ("ins", "So"), ("", " we met"), ("ins", ".")]


# --- who says what, in either text ------------------------------------------------------------------------


def test_who_speaks_is_said_in_both_texts_where_a_turn_was_left_out():
    data = redline([pair_of(("one", "One."), ("um", ""), ("two", "Two."))])
    assert [label for label, _ in paragraphs_of(data, accept=True)] == ["[00:00:00] S0: ", "[00:00:20] S2: "]
    assert [label for label, _ in paragraphs_of(data, accept=False)][1] == "[00:00:10] S1: "


def test_who_is_not_known_is_not_taken_for_who_spoke_before():
    chunk, result = pair_of(("one", "One."), ("two", "Two."))
    turns = (chunk.turns[0], replace(chunk.turns[1], speaker=None))
    data = redline([(replace(chunk, turns=turns), result)])
    assert [label.split()[-1] for label, _ in paragraphs_of(data, accept=True)] == ["S0:", "?:"]


def test_paragraphs_that_the_cleaning_made_are_one_again_when_they_are_rejected():
    data = redline([pair_of(("so one two three four", "One two.\n\nThree four."))])
    assert [text for _, text in paragraphs_of(data, accept=True)] == ["One two.", "Three four."]
    assert paragraphs_of(data, accept=False) == [("[00:00:01] S0: ", "so one two three four")]


def test_without_times_none_are_shown():
    data = redline([pair_of(("one", "One."))], timestamps=False)
    assert paragraphs_of(data, accept=True) == [("S0: ", "One.")]


# --- comments ---------------------------------------------------------------------------------------------


def test_a_comment_names_the_model_and_what_is_worth_a_look():
    note = Note(0, "number", ("40",), ("14",))
    data = redline([pair_of(("um 40 of them", "14 of them."), notes=(note,), provider="anthropic")])
    assert comments_of(data) == ["Changed by model-1. Worth a look, number: gone: 40; new: 14."]


def test_a_comment_tells_of_speech_that_came_back_as_it_was():
    data = redline([pair_of(("um so", "um so"), notes=(Note(0, "unchanged"),), provider="anthropic")])
    assert comments_of(data) == ["Worth a look, it came back as it was sent."]


def test_a_comment_names_the_rules_that_were_at_work_in_each_paragraph():
    chunk, _ = pair_of(("um so the the boat is in", ""), ("well we we saw it uh again", ""))
    data = redline([(chunk, clean_chunk(chunk, "en"))])
    first, second = comments_of(data)
    assert first.startswith("Rules: filler (1), casing (1), repeat (1)")
    assert "filler (1)" in second


def test_a_comment_says_why_a_passage_was_not_cleaned():
    assert "Not cleaned: it says something else." in comments_of(redline(meeting()))


# --- it is a document -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_was_said_is_only_text(text):
    data = redline([pair_of((f"one {text} two", f"One {text} three."))])
    known = {"p", "pPr", "pStyle", "bidi", "rPr", "r", "rStyle", "rtl", "t", "delText", "ins", "del"}
    known |= {"commentRangeStart", "commentRangeEnd", "commentReference", "sectPr", "tab", "br"}
    body = part_of(data).find(f"{W}body")
    tags = {node.tag.removeprefix(W) for node in body.iter() if node.getparent().tag != f"{W}sectPr"}
    assert tags - {"body"} <= known
    assert words_of(data, accept=False) == [make_inert(word) for word in f"one {text} two".split()]


def test_changes_have_numbers_of_their_own_and_an_author():
    changes = [node for node in part_of(redline(meeting())).iter(f"{W}ins", f"{W}del") if node.get(W + "id")]
    assert len({node.get(W + "id") for node in changes}) == len(changes) > 20
    assert {node.get(W + "author") for node in changes} == {"transcriptd"}


def test_the_same_result_has_the_same_bytes():
    assert redline(meeting()) == redline(meeting())
