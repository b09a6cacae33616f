"""Times of lines that have a word or a mark of their own, or stand within a name's brackets."""

import pytest

from daemon.formats import read

SAID = ["Good morning.", "Hello.", "Shall we begin?"]


def told(content, name="talk.txt"):
    return [(s.start, s.speaker, s.text) for s in read(content.encode(), name).segments]


def assert_is_no_speech(form, names):
    """Of three lines with heads of this form, a second apart, only what is behind these is said."""
    turns = enumerate(zip(names, SAID, strict=True))
    lines = [form.format(f"0{at}", name) + text for at, (name, text) in turns]
    assert told("\n".join(lines) + "\n") == list(zip([0, 1, 2], names, SAID, strict=True))


@pytest.mark.parametrize(
    "form",
    [
        "[Time 0:00:{}] {}: ", "[Timestamp: 00:00:{}]\n{}: ", "Time: 00:00:{}\n{}: ", "(TIME 00:{}) {}: ",
        "<00:00:{}> {}: ", "{{00:{}}} {}: ", "#00:{} {}: ", "⏱ 00:{} {}: ", "Zeit: 00:{}\n{}: ",
        "[Tiempo 00:{}] {}: ",
    ],
)  # fmt: skip
def test_a_time_with_a_word_or_a_mark_of_its_own_is_no_speech(form):
    assert_is_no_speech(form, ["Ann", "Ben", "Ann"])


@pytest.mark.parametrize(
    "form",
    [
        "{1} (at 00:{0}): ", "{1} [t={0}s]: ", "{1}, 00:{0}: ", "[{1}] 00:00:{0}.000 --> 00:00:{0}.900: ",
        "Speaker {1} from {0}.00s to {0}.90s: ", "[{1} {0}.00-{0}.90] ",
    ],
)  # fmt: skip
def test_a_time_within_what_tells_who_speaks_is_no_speech(form):
    assert_is_no_speech(form, ["SPEAKER_00", "SPEAKER_01", "SPEAKER_00"])


def test_such_a_time_stands_alone_above_what_is_said_in_markdown():
    content = "# Talk\n\n[Time 0:00:05]\n\nThis is about peas.\n\n[Time 0:01:10]\n\nThey need water.\n"
    assert told(content, "talk.md") == [(5, None, "This is about peas."), (70, None, "They need water.")]


def test_what_only_once_looks_like_one_or_goes_back_is_speech():
    assert told("#00:05 is what it said.\n")[0][2] == "#00:05 is what it said."
    back = told("Ann, 10:30: I wake up.\nBen, 9:15: I wake up, too.\n")
    assert [text for *_, text in back] == ["Ann, 10:30: I wake up. Ben, 9:15: I wake up, too."]


def test_verses_are_no_times():
    assert told("Luke, 3:16: a voice said so.\nMark, 4:20: another one.\n")[0][0] is None
