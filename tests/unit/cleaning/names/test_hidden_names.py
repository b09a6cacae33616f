"""What is sent has no names, what is saved has the pseudonyms, and a reader gets either, at its place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning import offline
from daemon.cleaning.attempts import Cleaning, Outcome
from daemon.cleaning.names.hidden_names import (
    clean_named,
    find_names_inside,
    hide_chunk,
    hide_pair,
    move_cuts_to_hidden,
    show_result,
)
from daemon.cleaning.processor import LLMProcessor
from daemon.cleaning.prompt import Brief, system_text, user_text
from daemon.cleaning.style import style_of_prompt
from daemon.cleaning.verify import check
from daemon.delivery.document import make_document
from daemon.text.chunk import Chunk
from daemon.text.chunking import cut
from daemon.text.cleaned_chunk import ProcessedChunk, kept_original
from daemon.text.names.pseudonyms import Pseudonyms
from daemon.text.transcript import Segment
from daemon.text.turns import Turn, turns_of
from tests.unit.cleaning.names.test_corrections import chunk_of

NAMES = Pseudonyms({"Ann Lee": "P01", "Ann": "P01", "Dr Novak": "P02"})
HEARD = {"An Lee": "Ann Lee", "novac": "Novak", "lots of": "many"}
PLAIN = re.compile(r"\bann\b|\ban lee\b|novak|novac", re.I)


def brief_of(prompt="Clean it.", **more):
    return Brief("Ann Lee", None, ("Ann Lee", "Dr Novak of X"), style_of_prompt(prompt, "clean"), **more)


def answer(*texts):
    return "\n".join(f'<turn id="{number}">{text}</turn>' for number, text in enumerate(texts, start=1))


def test_nothing_that_is_sent_holds_a_name_be_it_misheard_or_in_what_stands_around():
    chunk = chunk_of("um An Lee met Dr novac", "Ann came", context="Lee met Ann", speaker="ANN LEE")
    brief = brief_of(also="Ann says so.").hide_names(NAMES)
    sent = []
    clean_named(chunk, HEARD, NAMES, lambda part: sent.append(part) or kept_original(part, "x"))
    texts = system_text(brief), user_text(sent[0], brief)
    assert not any(PLAIN.search(text) for text in texts), texts
    assert sent[0].turns[0].text == "um P01 met P02"
    assert sent[0].context_buffer == "met P01"
    assert "- P01\n- P02\n" in texts[0]
    assert "- P02 of X" in texts[0]


def test_what_is_saved_has_the_pseudonyms_and_the_places_of_the_words_that_were_said():
    chunk = chunk_of("So, um, An Lee and Dr novac, uh, had lots of tea.")
    result = clean_named(chunk, HEARD, NAMES, lambda part: offline.clean_chunk(part, "en"))
    assert result.turns == ("So, P01 and P02 had many tea.",)
    assert not PLAIN.search(result.original_text + result.cleaned_text)
    words = chunk.text.split()
    gone = [words[edit.at : edit.at + edit.words] for edit in result.edits if edit.reason == "filler"]
    assert gone == [["um,"], ["uh,"]]
    assert show_result(chunk, HEARD, NAMES, result).turns == ("So, Ann Lee and Dr Novak had many tea.",)


def test_a_reader_who_is_to_see_pseudonyms_sees_them_on_both_sides():
    chunk = chunk_of("um An Lee said lots of it to Ann", "Ann Lee did", speaker="Ann Lee")
    result = clean_named(chunk, HEARD, NAMES, lambda part: offline.clean_chunk(part, "en"))
    document = make_document([hide_pair(chunk, HEARD, NAMES, result)])
    blocks = list(document.blocks)
    assert [block.original for block in blocks] == ["um P01 said many it to P01", "P01 did"]
    assert {block.speaker for block in blocks} == {"P01"}
    assert not any(PLAIN.search(str(block)) for block in blocks)
    assert "filler" in blocks[0].rules


def test_words_that_kept_as_they_were_have_the_names_as_they_were_said():
    chunk = chunk_of("um ann lee and Ann", "so Dr Novak did")
    result = clean_named(chunk, {}, NAMES, lambda part: kept_original(part, "P01 was refused"))
    shown = show_result(chunk, {}, NAMES, result)
    assert shown.turns == ("um ann lee and Ann", "so Dr Novak did")
    assert shown.flags[0].reason == "Ann Lee was refused"


def test_free_text_has_the_names_again():
    chunk = chunk_of("we spoke of Ann")
    result = clean_named(chunk, {}, NAMES, lambda part: ProcessedChunk(0, part.text, "- P01 was spoken of"))
    assert show_result(chunk, {}, NAMES, result).cleaned_text == "- Ann was spoken of"


def test_a_chunk_that_was_cut_is_put_together_again_and_asked_for_again_at_the_same_places():
    said = " ".join(f"word{number} An Lee goes to Dr Novak." for number in range(40))
    chunk = chunk_of(said)
    parts = []

    def ask(part):
        parts.append(part)
        if len(part.text.split()) > 100:
            return Outcome("", "max_tokens")
        return Outcome(answer(*(turn.text for turn in part.turns)), "end_turn")

    brief = brief_of().hide_names(NAMES)
    result = clean_named(chunk, HEARD, NAMES, lambda part: Cleaning(ask, brief).clean_chunk(part))
    assert result.cuts
    assert not result.flags
    assert not any(PLAIN.search(f"{part.text} {part.context_buffer}") for part in parts)
    document = make_document([(chunk, show_result(chunk, HEARD, NAMES, result))])
    assert " ".join(block.original for block in document.blocks) == said
    assert " ".join(block.text for block in document.blocks) == said.replace("An Lee", "Ann Lee")
    cuts = move_cuts_to_hidden(chunk, (HEARD,), NAMES, result.cuts)
    sent = [turn.text for part in parts[1:] for turn in part.turns]
    passages = hide_chunk(chunk_of(said.replace("An Lee", "Ann Lee")), NAMES).passages(cuts)
    assert [passage.text for passage in passages] == sent


@pytest.mark.parametrize(
    ("came", "is_taken"),
    [
        ("P01 met P02 and P01.", True),
        ("P01 met P02.", True),
        ("P02 met P01 and P01.", False),
        ("P01 met P1 and P01.", False),
        ("P01 met and P01.", False),
        ("P01 met P02 and P02.", False),
        ("P01 met P02 and P03.", False),
        ("He met P02 and P02.", False),
    ],
)
def test_a_model_that_drops_or_changes_what_stands_for_a_name_is_found_out(came, is_taken):
    names = Pseudonyms({"Ann": "P01", "Bob": "P02", "Zoe": "P03"})
    chunk = chunk_of("P01 met P02 and P01.")
    verdict = check(chunk, brief_of().hide_names(names), answer(came), "end_turn")
    if not is_taken:
        assert verdict.reason is not None
    else:
        assert verdict.reason != "what stands for a name was changed"


def test_a_translation_may_turn_names_round_but_lose_none():
    names = Pseudonyms({"Ann": "P01", "Bob": "P02"})
    brief = brief_of("Translate it. {{outputLanguage}}").hide_names(names)
    brief = Brief(brief.title, "German", (), style_of_prompt("Translate it."), "", brief.stand_ins)
    chunk = chunk_of("the house of P01 was bought by P02 in the spring of that year")
    assert (
        check(chunk, brief, answer("P02 kaufte das Haus von P01 im Frühling des Jahres"), "end_turn").reason
        is None
    )
    assert check(chunk, brief, answer("P02 kaufte das Haus im Frühling des Jahres"), "end_turn").reason


def test_no_chunk_ends_inside_a_name():
    turns = turns_of([Segment("so then came ann lee and " * 40)])
    inside = find_names_inside(turns, {}, NAMES)
    chunks = list(cut(turns, 11, None, inside))
    assert len(chunks) > 10
    assert all(not chunk.text.endswith("ann") for chunk in chunks)
    assert any(chunk.text.endswith("ann") for chunk in cut(turns, 11)), "or nothing was tried"
    assert " ".join(chunk.text for chunk in chunks).split() == turns[0].text.split()


def test_the_library_hides_names_and_gives_them_back():
    processor = LLMProcessor("offline", pseudonyms={"Ann Lee": "P01"})
    chunk = Chunk(0, "so, um, ann lee came to the house and it was what we had thought.")
    cleaned = processor.process_chunk(chunk, "Clean it.", "t", None).cleaned_text
    assert cleaned == "So, Ann Lee came to the house and it was what we had thought."
    with pytest.raises(ValueError, match="P01"):
        processor.process_chunk(Chunk(0, "P01 came."), "Clean it.", "t", None)


WORDS = st.sampled_from(["An", "Lee,", "ann", "Lee", "Dr", "Novak.", "novac", "um", "and", "lots", "of"])
TURNS = st.lists(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), min_size=1, max_size=4)


@given(texts=TURNS)
@pytest.mark.parametrize(
    "clean", [lambda part: offline.clean_chunk(part, "en"), lambda part: kept_original(part, "x")]
)
def test_whatever_is_said_no_name_is_sent_and_every_place_is_one(clean, texts):
    chunk = chunk_of(*texts)
    sent = []
    result = clean_named(chunk, HEARD, NAMES, lambda part: sent.append(part) or clean(part))
    assert not any(re.search(r"ann lee|dr novak", part.text, re.I) for part in sent)
    words = len(chunk.text.split())
    assert all(0 <= edit.at < edit.at + edit.words <= words for edit in result.edits)
    shown = make_document([(chunk, show_result(chunk, HEARD, NAMES, result))], with_turns=True)
    assert " ".join(block.original for block in shown.blocks).split() == chunk.text.split()
    assert not NAMES.find_stand_ins(" ".join(block.text for block in shown.blocks))
    hidden = make_document([hide_pair(chunk, HEARD, NAMES, result)], with_turns=True)
    for block in hidden.blocks:
        assert not re.search(r"\bann\b|dr novak", f"{block.text} / {block.original}", re.I)


def test_a_turn_that_is_only_a_name_is_still_one():
    turn = Turn((Segment("Ann", speaker="Ann"),), "Ann")
    hidden = hide_chunk(Chunk(0, "Ann", turns=(turn,)), NAMES)
    assert (hidden.turns[0].speaker, hidden.text) == ("P01", "P01")
