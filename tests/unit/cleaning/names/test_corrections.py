"""Corrections reach what is sent and what comes back, and every one of them is an edit at its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning import offline
from daemon.cleaning.attempts import Cleaning, Outcome
from daemon.cleaning.names.corrections import clean_corrected
from daemon.cleaning.prompt import Brief
from daemon.cleaning.style import style_of_prompt
from daemon.delivery.document import make_document
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Edit, ProcessedChunk, kept_original
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

HEARD = {"Eefa": "Aoife", "ifa": "Aoife", "new york": "NYC", "Bob": "Robert Smith"}


def chunk_of(*texts, context=None, speaker=None):
    turns = []
    at = 0.0
    for text in texts:
        parts = [text] if isinstance(text, str) else text
        segments = []
        for part in parts:
            words = part.split()
            times = tuple(at + place for place in range(len(words)))
            segments.append(Segment(part, at, at + len(words), speaker, times))
            at += len(words)
        turns.append(Turn(tuple(segments), speaker))
    return Chunk(0, "\n\n".join(turn.text for turn in turns), context_buffer=context, turns=tuple(turns))


def answer(chunk, *texts, **more):
    return ProcessedChunk(0, chunk.text, "\n\n".join(texts), turns=texts, **more)


def test_what_is_sent_is_corrected_with_its_context_and_its_times():
    sent = []

    def clean(chunk):
        sent.append(chunk)
        return answer(chunk, *(turn.text for turn in chunk.turns))

    chunk = chunk_of(["um Eefa went to New", "York with Bob today"], context="so ifa said")
    result = clean_corrected(chunk, HEARD, clean)
    [turn] = sent[0].turns
    assert turn.text == "um Aoife went to NYC with Robert Smith today"
    assert [segment.text for segment in turn.segments] == ["um Aoife went to NYC", "with Robert Smith today"]
    assert turn.word_times() == [0, 1, 2, 3, 4, 6, 7, 7, 8]
    assert sent[0].context_buffer == "so Aoife said"
    assert result.original_text == chunk.text
    assert result.turns == (turn.text,)
    assert result.edits == (
        Edit(1, 1, "Eefa → Aoife (correction)"),
        Edit(4, 2, "new york → NYC (correction)"),
        Edit(7, 1, "Bob → Robert Smith (correction)"),
    )


def test_what_comes_back_is_corrected_and_counted_once():
    chunk = chunk_of("well Eefa met her", "then she came")
    result = clean_corrected(
        chunk, HEARD, lambda sent: answer(sent, "Well, Aoife met her.", "Then, Ifa came.")
    )
    assert result.turns == ("Well, Aoife met her.", "Then, Aoife came.")
    assert result.cleaned_text == "Well, Aoife met her.\n\nThen, Aoife came."
    assert result.edits == (Edit(1, 1, "Eefa → Aoife (correction)"), Edit(5, 1, "ifa → Aoife (correction)"))


def test_words_that_are_kept_as_they_were_are_corrected_as_well():
    result = clean_corrected(chunk_of("um Eefa"), HEARD, lambda sent: kept_original(sent, "refused"))
    assert result.turns == ("um Aoife",)
    assert result.flags


def test_free_text_is_corrected():
    chunk = chunk_of("we spoke of Eefa")
    result = clean_corrected(chunk, HEARD, lambda sent: ProcessedChunk(0, sent.text, "- Eefa was spoken of"))
    assert result.cleaned_text == "- Aoife was spoken of"
    assert [edit.reason for edit in result.edits] == ["Eefa → Aoife (correction)"] * 2


def test_the_rules_own_edits_stand_at_the_words_that_were_heard():
    chunk = chunk_of("So, um, Bob and new york are, uh, here with Eefa.")
    result = clean_corrected(chunk, HEARD, lambda sent: offline.clean_chunk(sent, "en"))
    assert result.turns == ("So, Robert Smith and NYC are here with Aoife.",)
    words = chunk.text.split()
    gone = [words[edit.at : edit.at + edit.words] for edit in result.edits if edit.reason == "filler"]
    assert gone == [["um,"], ["uh,"]]


def test_a_chunk_that_was_cut_is_put_together_again():
    """The answers' cuts are places among corrected words; the result's are places among those heard."""
    said = " ".join(f"word{number} Bob goes to new york." for number in range(40))
    chunk = chunk_of(said)

    def ask(part):
        return (
            Outcome("", "max_tokens") if len(part.text.split()) > 120 else Outcome(respond(part), "end_turn")
        )

    def respond(part):
        turns = enumerate(part.turns, start=1)
        return "".join(f'<turn id="{number}">{turn.text}</turn>' for number, turn in turns)

    brief = Brief("t", None, (), style_of_prompt("Clean it.", "clean"))
    result = clean_corrected(chunk, HEARD, lambda sent: Cleaning(ask, brief).clean_chunk(sent))
    assert result.cuts
    assert not result.flags
    assert "Bob" not in result.cleaned_text
    document = make_document([(chunk, result)])
    assert " ".join(block.original for block in document.blocks) == said


def test_without_corrections_the_chunk_is_cleaned_as_it_is():
    chunk = chunk_of("um Eefa")
    assert clean_corrected(chunk, {}, lambda sent: sent) is chunk


WORDS = st.sampled_from(["Eefa", "Ifa,", "new", "York", "Bob.", "um", "and", "NYC", "東京ifa"])
TURNS = st.lists(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), min_size=1, max_size=4)


@given(texts=TURNS)
@pytest.mark.parametrize(
    "clean", [lambda sent: offline.clean_chunk(sent, "en"), lambda s: kept_original(s, "x")]
)
def test_whatever_is_corrected_every_edit_is_about_words_that_are_there(clean, texts):
    chunk = chunk_of(*texts)
    result = clean_corrected(chunk, HEARD, clean)
    words = len(chunk.text.split())
    assert all(0 <= edit.at < edit.at + edit.words <= words for edit in result.edits)
    assert [edit.at for edit in result.edits] == sorted(edit.at for edit in result.edits)
    assert "Eefa" not in result.cleaned_text
    document = make_document([(chunk, result)], with_turns=True)
    assert " ".join(block.original for block in document.blocks).split() == chunk.text.split()
