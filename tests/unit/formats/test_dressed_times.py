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


@pytest.mark.parametrize(
    "form",
    [
        "**{}** `{}` {}",
        "{} {{{}}}: {}",
        "{} <{}> {}",
        "**{}** <{}>: {}",
        "**{}** {}: {}",
        "> **{}** {}: {}",
        "{} – {} – {}",
        "{} @ {}: {}",
        "{}:[{}]{}",
        "{}: [{}]: {}",
        "{}: {} {}",
        "**{}:** {} {}",
        "**{}** *({})* {}",
        "**{}:** **[{}]** {}",
        "**{}** _{}_: {}",
    ],
)
@pytest.mark.parametrize(("first", "second"), [("Ann", "Tom"), ("Жанна", "Олег")])
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_time_between_a_name_and_what_is_said_is_no_word_whatever_parts_them(form, first, second, name):
    said = ["When did the kiln go out?", "On Tuesday.", "That late?", "The wood was damp."]
    turns = zip([first, second, first, second], ["0:01", "0:05", "0:09", "1:15"], said, strict=True)
    content = "\n\n".join(form.format(*turn) for turn in turns)
    segments = read(content.encode(), name).segments
    assert [(s.start, s.text) for s in segments] == list(zip([1, 5, 9, 75], said, strict=True))
    assert [s.speaker for s in segments] == [first, second, first, second]


def test_a_time_that_few_turns_begin_with_is_said():
    content = "Ann: 9:30 suits me.\n\nTom: Me too.\n\nAnn: Where?\n\nTom: Here.\n\nAnn: Fine.\n"
    assert read(content.encode(), "a.txt").segments[0].text == "9:30 suits me."


def test_a_schedule_whose_lines_have_a_name_and_a_time_is_read_as_it_stands():
    content = (
        "Monday – 10:00 – We open the hall.\nTuesday – 10:30 – We paint it.\nFriday – 11:00 – We go home.\n"
    )
    assert "Monday – 10:00 – We open the hall." in " ".join(
        s.text for s in read(content.encode(), "a.txt").segments
    )


def test_a_firm_in_brackets_belongs_to_the_name_above_what_is_said():
    content = "Mia Stone [Acme]  0:01\nWhen was it?\n\nLeo Hart [Acme]  0:08\nOn Tuesday.\n\n" * 2
    content = content.replace("0:01", "0:31", 1).replace("0:08", "0:38", 1).replace("0:31", "0:01", 1)
    assert {s.speaker for s in read(content.encode(), "a.txt").segments} == {
        "Mia Stone [Acme]",
        "Leo Hart [Acme]",
    }


@pytest.mark.parametrize(
    "form",
    [
        "[ 00:00:0{a}.000 -->  00:00:0{b}.500] {track} {name} {said}",
        "[ 00:00:0{a}.000 -->  00:00:0{b}.500] {name}\n{said}",
        "start={a}.0s stop={b}.5s speaker_{name}\n{said}",
        "[0:00:0{a}.000000 - 0:00:0{b}.500000] {name}: {said}",
        "{name}:\n[0:00:0{a}.000000 - 0:00:0{b}.500000] {said}\n",
    ],
)
def test_spans_as_scripts_print_them_are_times(form):
    names = ["SPEAKER_00", "SPEAKER_01", "SPEAKER_00"]
    rows = enumerate(zip("ABC", names, SAID, strict=True))
    text = "\n".join(
        form.format(a=2 * n, b=2 * n + 1, track=t, name=name, said=s) for n, (t, name, s) in rows
    )
    assert told(f"{text}\n") == list(zip([0, 2, 4], names, SAID, strict=True))


def test_the_times_that_whisperx_shows_are_no_speech():
    lines = [f"Transcript: [{at}.031 --> {at}.9]  {text}\n" for at, text in enumerate(SAID)]
    assert told("".join(lines)) == [(at + 0.031, None, text) for at, text in enumerate(SAID)]


def test_the_hour_of_a_day_that_is_said_first_is_said():
    said = ["5:00 am is early.", "6:00 a.m. is better.", "7:00 am, then.", "8:00 am, at least."]
    lines = zip(["Ann", "Ben"] * 2, said, strict=True)
    assert [text for _, _, text in told("".join(f"{name}: {text}\n" for name, text in lines))] == said
