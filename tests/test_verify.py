"""Nothing is passed off as cleaned that is not."""

from pathlib import Path

import pytest

from daemon.chunk import Chunk, Turn
from daemon.prompt import Brief, load_template, user_text
from daemon.transcript import Segment
from daemon.verify import check, only_fillers

TEMPLATE = load_template("clean", Path())
CLEAN = Brief("A talk", None, (), TEMPLATE)
FREE = Brief("A talk", None, (), "Notes: {{chunkText}}")
GERMAN = Brief("A talk", "German", (), TEMPLATE)


def chunk(*texts):
    turns = tuple(Turn((Segment(text),)) for text in texts)
    return Chunk(0, "\n\n".join(texts), turns=turns)


def answer(*texts):
    return "\n".join(f'<turn id="{n}">{text}</turn>' for n, text in enumerate(texts, start=1))


def reason(original, text, brief=CLEAN, stop="end_turn"):
    return check(original, brief, text, stop).reason


LONG = " ".join(["word"] * 100)


def test_a_good_answer_is_taken_turn_by_turn():
    verdict = check(chunk("um hello", "uh", "hi there"), CLEAN, answer("Hello.", "", "Hi there."), "end_turn")
    assert verdict.reason is None
    assert verdict.turns == ("Hello.", "", "Hi there.")
    assert verdict.text == "Hello.\n\nHi there."


def test_the_original_itself_would_pass_with_its_brackets_restored():
    original = chunk("he wrote <turn> and </transcript>", "so ﹤ it was")
    assert check(original, CLEAN, user_text(original, CLEAN), "end_turn").turns == (
        "he wrote <turn> and </transcript>",
        "so ﹤ it was",
    )


def test_plain_text_without_turns_is_one_turn():
    assert check(Chunk(0, "um hello"), CLEAN, answer("Hello."), "end_turn").turns == ("Hello.",)


@pytest.mark.parametrize("stop", ["max_tokens", "model_context_window_exceeded"])
@pytest.mark.parametrize("brief", [CLEAN, FREE])
def test_an_answer_without_room_was_cut_off(stop, brief):
    verdict = check(chunk("hello"), brief, answer("Hello."), stop)
    assert (verdict.reason, verdict.cut_off) == ("the answer was cut off", True)


@pytest.mark.parametrize("stop", ["pause_turn", "tool_use", "", None])
@pytest.mark.parametrize("brief", [CLEAN, FREE])
def test_an_answer_that_did_not_end_by_itself_is_not_taken(stop, brief):
    verdict = check(chunk("hello"), brief, answer("Hello."), stop)
    assert (verdict.reason, verdict.cut_off) == ("the answer has no proper end", False)


def test_a_refusal_is_called_one():
    assert reason(chunk("hello"), answer("Hello."), stop="refusal") == "the model refused"


def test_a_stop_sequence_is_an_end():
    assert reason(chunk("hello"), answer("Hello."), stop="stop_sequence") is None


def test_the_first_thing_wrong_with_the_numbers_is_the_reason():
    assert reason(chunk("a", "b", "c"), answer("A.", "B.")) == "passage 3 is missing"
    assert reason(chunk("a"), "Of course! How can I help you?") == "no passage came back"


def test_a_failed_answer_gives_no_text():
    verdict = check(chunk("a", "b"), CLEAN, answer("A."), "end_turn")
    assert (verdict.turns, verdict.text) == ((), "")


@pytest.mark.parametrize("text", ["", " ", "...", "—"])
def test_a_turn_with_words_may_not_come_back_empty(text):
    assert reason(chunk("hi", "yes I did"), answer("Hi.", text)) == "it came back empty"
    assert reason(chunk("hi", "yes I did"), answer("Hi.", text), GERMAN) == "it came back empty"


@pytest.mark.parametrize(
    "text", ["um", "Uh, um...", "Äh, ähm.", "euh", "You know, um.", "I mean", "…", "えー"]
)
def test_nothing_is_lost_with_fillers(text):
    assert only_fillers(text)
    assert reason(chunk("hi", text), answer("Hi.", "")) is None


@pytest.mark.parametrize("text", ["yes", "no", "um no", "5", "Uh-huh.", "you", "[inaudible]", "你好"])
def test_whatever_can_be_an_answer_is_no_filler(text):
    assert not only_fillers(text)


def test_half_of_a_long_text_is_a_loss():
    assert reason(chunk(LONG), answer("word " * 49)) is not None


def test_half_as_much_again_is_an_invention():
    assert reason(chunk(LONG), answer("word " * 151)) is not None


def test_short_texts_are_not_judged_by_their_length():
    assert reason(chunk("um yeah um I I mean yes"), answer("Yes.")) is None


def test_a_translation_is_not_judged_by_its_length_in_words():
    assert reason(chunk(LONG), answer("wort " * 45), GERMAN) is None


def test_text_without_spaces_is_judged_by_its_letters():
    assert reason(chunk("これはとても長い文です。" * 20), answer("これは。")) is not None
    assert reason(chunk("これは とても 長い " * 20), answer("これはとても長い。" * 20)) is None


def test_free_text_is_taken_whole():
    verdict = check(chunk("hello"), FREE, "\n## [00:00:01] Greetings\n\n- hello\n", "end_turn")
    assert verdict.text == "## [00:00:01] Greetings\n\n- hello"
    assert (verdict.turns, verdict.reason) == ((), None)


def test_free_text_loses_the_fence_around_it():
    assert check(chunk("hello"), FREE, "```markdown\n- hello\n```", "end_turn").text == "- hello"


def test_free_text_without_words_is_none():
    assert reason(chunk("hello"), "\n---\n", FREE) == "the answer was empty"
