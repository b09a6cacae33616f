"""What is sent, and what comes back: instructions apart from data, every turn under its number."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from daemon.cleaning.prompt import (
    Brief,
    neutralise,
    parse_turns,
    restore,
    system_text,
    user_text,
)
from daemon.cleaning.style import find_style, style_of_prompt
from daemon.settings.profile import Settings
from daemon.text.chunk import Chunk
from daemon.text.transcript import Segment
from daemon.text.turns import Turn
from tests.unit.growth import NEARLY_LINEAR, growth

FREE = "Notes on {{fileName}} in {{ outputLanguage }}: {{chunkText}}"


def brief(template="Clean.", title="A talk", language=None, glossary=()):
    return Brief(title, language, glossary, style_of_prompt(template))


def chunk(*turns, context=None):
    made = tuple(Turn((Segment(text, start, speaker=name),), name) for name, start, text in turns)
    return Chunk(0, "\n\n".join(turn.text for turn in made), context_buffer=context, turns=made)


HOSTILE = st.lists(
    st.sampled_from(
        [*"<>﹤﹥/\"'=& \n1ab", "<turn", "</turn>", "</ Transcript >", "<CONTEXT", "id=", "title"]
    ),
    max_size=30,
).map("".join)


def test_the_transcript_is_sent_as_numbered_turns_with_their_speakers():
    sent = user_text(chunk(("Ann", None, "Hello."), (None, None, "Hi.")), brief())
    assert sent == (
        "<title>A talk</title>\n<transcript>\n"
        '<turn id="1" speaker="Ann">Hello.</turn>\n<turn id="2">Hi.</turn>\n</transcript>'
    )


def test_the_context_stands_before_it():
    sent = user_text(chunk((None, None, "Hi."), context="said before"), brief())
    assert "</title>\n<context>\nsaid before\n</context>\n<transcript>" in sent


def test_a_free_template_gets_the_times_and_the_others_do_not():
    spoken = chunk(("Ann", 75.5, "Hello."), ("Ben", None, "Hi."))
    assert '<turn id="1" speaker="Ann" time="00:01:15">Hello.</turn>' in user_text(spoken, brief(FREE))
    assert '<turn id="2" speaker="Ben">Hi.</turn>' in user_text(spoken, brief(FREE))
    assert "time=" not in user_text(spoken, brief())


def test_for_free_text_a_long_turn_has_more_than_one_time():
    turn = Turn((Segment("So it goes. " * 100 + "End.", 0.0, 301.0),))
    sent = user_text(Chunk(0, turn.text, turns=(turn,)), brief(FREE))
    times = re.findall(r'time="([\d:]+)"', sent)
    assert len(times) >= 3
    assert times == sorted(set(times))


def test_a_chunk_of_plain_text_is_one_turn():
    assert '<turn id="1">just text</turn>' in user_text(Chunk(0, "just\n\ntext"), brief())


@given(HOSTILE)
def test_what_is_neutralised_has_no_tag_and_comes_back_exactly(text):
    assert not re.search(r"<\s*/?\s*(title|context|transcript|turn)", neutralise(text), re.I)
    assert restore(neutralise(text)) == text


@given(st.text())
def test_ordinary_text_comes_back_exactly(text):
    assert restore(neutralise(text)) == text


@given(HOSTILE, HOSTILE, HOSTILE, st.lists(HOSTILE.filter(str.strip), min_size=1, max_size=4))
def test_nothing_in_the_data_breaks_the_form(title, context, speaker, texts):
    given_chunk = chunk(*((speaker, None, " ".join(text.split())) for text in texts), context=context)
    sent = user_text(given_chunk, brief(title=title))
    tags = re.findall(r"<\s*(/?\s*(?:title|context|transcript|turn))", sent)
    around = ["title", "/title", *(["context", "/context"] if context else []), "transcript"]
    assert tags == [*around, *(["turn", "/turn"] * len(texts)), "/transcript"]
    parsed = parse_turns(sent, len(texts))
    assert parsed.turns == tuple(turn.text for turn in given_chunk.turns)
    assert parsed.faults == ()


def test_turns_are_read_with_their_paragraphs():
    answer = '<turn id="1">One\n two.\r\n \n\n Three.</turn>\n<turn id="2"></turn>'
    assert parse_turns(answer, 2).turns == ("One two.\n\nThree.", "")
    assert parse_turns(answer, 2).faults == ()


@pytest.mark.parametrize(
    "answer",
    [
        "Here you are:\n```xml\n<turn id='1'>Hi.</turn>\n```\nAnything else?",
        '<transcript><turn speaker="A &gt; B" time="00:00:01" id="1">Hi.</turn></transcript>',
        "< TURN ID = 1 >Hi.</ Turn >",
        '<turn id="01">Hi.</turn>',
    ],
)
def test_what_stands_around_the_turns_and_how_they_are_written_does_not_matter(answer):
    assert parse_turns(answer, 1) == parse_turns('<turn id="1">Hi.</turn>', 1)
    assert parse_turns(answer, 1).turns == ("Hi.",)


def numbered(*ids):
    return "\n".join(f'<turn id="{n}">text {n}</turn>' for n in ids)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (numbered(1, 3), "passage 2 is missing"),
        (numbered(1, 2), "passage 3 is missing"),
        (numbered(1, 2, 3) + '<turn id="2">something else</turn>', "passage 2 came back twice"),
        (numbered(1, 2, 3) + '<turn id="2"/>', "passage 2 came back twice"),
        (numbered(1, 3, 2), "passage 2 is out of order"),
        (numbered(1, 2, 3, 4), "passage 4 was never sent"),
        (numbered(1, 2) + "<turn>text</turn>", "a passage has no number"),
        (numbered(1, 2) + '<turn id="3">text', "the last passage was cut off"),
        (numbered(1, 2) + '<turn id="3', "the last passage was cut off"),
        (
            '<turn id="1">a<turn id="2">b</turn></turn><turn id="3">c</turn>',
            "a passage begins inside another",
        ),
        (numbered(1, 2, 3) + "more</turn>", "a passage ends that never began"),
        ("I'm sorry, I can't help with that.", "no passage came back"),
        ("", "no passage came back"),
    ],
)
def test_whatever_is_wrong_with_the_numbers_is_found(answer, fault):
    assert fault in parse_turns(answer, 3).faults


@pytest.mark.parametrize("answer", [numbered(1, 2, 2, 3), numbered(1, 2, 3, 1, 2, 3)])
def test_a_passage_that_came_twice_over_and_alike_counts_once(answer):
    assert parse_turns(answer, 3) == parse_turns(numbered(1, 2, 3), 3)


def test_a_turn_that_closes_itself_is_empty():
    parsed = parse_turns('<turn id="1"/><turn id="2">Hi.</turn>', 2)
    assert (parsed.turns, parsed.faults) == (("", "Hi."), ())


@pytest.mark.parametrize(
    "part", ["<", "<turn ", "<turn id=1>", "</turn>", "< " * 50 + "\n", " " * 100, "\n "]
)
def test_a_malicious_answer_is_read_in_linear_time(part):
    assert (
        growth(lambda length: parse_turns(part * (length // len(part)), 3), 50_000, 400_000) < NEARLY_LINEAR
    )


def test_so_is_a_tag_of_hardly_anything_but_spaces():
    def read(length):
        assert parse_turns(f"<turn id={' ' * length}>Hi.</turn>", 1).faults[0] == "a passage has no number"

    assert growth(read, 2_000, 16_000) < NEARLY_LINEAR


def test_the_placeholders_are_filled_in_and_the_transcript_stays_among_the_data():
    text = system_text(brief(FREE, title="My {{chunkText}} talk", language="German"))
    assert text.startswith("Notes on My {{chunkText}} talk in German: (the transcript stands")


def test_without_an_output_language_it_is_the_transcripts_own():
    assert "in the transcript's own language:" in system_text(brief(FREE))


def test_only_a_prompt_with_the_transcripts_place_asks_for_free_text():
    assert not brief(FREE).wants_turns
    assert brief("Clean {{fileName}}.").wants_turns
    assert "Give back the same turns" in system_text(brief("Clean."))
    assert "Give back the same turns" not in system_text(brief(FREE))


def test_what_is_to_be_added_stands_after_the_prompt_and_leaves_all_else_as_it_is():
    plain, more = brief("Clean."), replace(brief("Clean."), also="Keep the jokes.")
    assert system_text(more).startswith("Clean.\n\nKeep the jokes.\n\n# What you are given")
    assert system_text(more).replace("Keep the jokes.\n\n", "") == system_text(plain)


def test_the_title_is_sent_as_it_is_corrected_and_without_the_name_that_this_gives():
    settings = Settings(
        provider="anthropic", model="m", prompt="Clean {{fileName}}.", corrections={"Eefa": "Aoife"}
    )
    assert Brief.under(settings, "A talk with Eefa").title == "A talk with Aoife"
    hidden = Brief.under(structs.replace(settings, pseudonyms={"Aoife": "P01"}), "A talk with Eefa")
    assert "Clean A talk with P01." in system_text(hidden)


def test_a_glossary_is_for_spelling_only():
    text = system_text(brief(glossary=("Anthropic", "Kubernetes")))
    assert "- Anthropic\n- Kubernetes" in text
    assert "spelling only" in text
    assert "spelling only" not in system_text(brief())


def test_the_instructions_are_long_enough_to_be_cached(tmp_path):
    """Prompts of fewer than 512 tokens are not; a token has about four letters."""
    assert len(system_text(brief(find_style("clean", tmp_path).prompt))) > 4 * 600
