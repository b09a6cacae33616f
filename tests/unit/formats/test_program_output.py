"""What programs write to the screen or a file: spans of seconds, pictures, percentages, their own log."""

import pytest

from daemon.formats import read

SAID = ["We begin with the roses.", "They came late.", "I will order peas."]


def turns(content, name="a.txt"):
    transcript = read(content.encode(), name)
    kept = sum(len(segment.text.split()) for segment in transcript.segments)
    assert kept + sum(transcript.dropped.values()) == transcript.words_in_file
    return [(it.start, it.speaker, it.text) for it in transcript.segments]


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("({start}, {end}) {who}: {said}\n", "a.txt"),
        ("{start} - {end}: {who}: {said}\n", "a.txt"),
        ("{start}-{end} {who}: {said}\n", "a.txt"),
        ("{who} [{start}s]: {said}\n", "a.txt"),
        ("### {who} (00:0{start:.0f} - 00:0{end:.0f})\n{said}\n\n", "a.md"),
        ("**[00:00:0{start:.0f} → 00:00:0{end:.0f}] {who}**\n{said}\n\n", "a.md"),
        ("🗣️ {who} (00:0{start:.0f}): {said}\n", "a.txt"),
        ("👤 {who} [00:0{start:.0f}]\n{said}\n\n", "a.txt"),
        ("[00:00:0{start:.0f}] {who} (92%): {said}\n", "a.txt"),
        ("[00:00:0{start:.0f}] {who}: {said} (confidence: 0.92)\n", "a.txt"),
    ],
)
def test_times_in_any_layout_stand_beside_who_speaks(form, name):
    spans = [(0.0, 3.0), (3.0, 5.0), (5.0, 8.0)]
    who = ["Speaker 1", "Speaker 2", "Speaker 1"]
    content = "".join(
        form.format(start=start, end=end, who=one, said=said)
        for (start, end), one, said in zip(spans, who, SAID, strict=True)
    )
    assert turns(content, name) == list(zip([0.0, 3.0, 5.0], who, SAID, strict=True))


def test_numbers_with_points_that_go_back_are_no_times():
    content = "1.5-0.5 Ann: It fell.\n\n1.7-0.7 Tom: It rose.\n\n2.0-1.0 Ann: Well.\n"
    assert {start for start, *_ in turns(content)} == {None}


def test_a_picture_before_other_words_is_kept():
    content = "Ann: How is it?\n\nTom: Look.\n🔴 live now\n\nAnn: Good.\n"
    assert "🔴" in " ".join(said for *_, said in turns(content))


def test_a_percentage_that_is_said_is_kept():
    content = "Ann: All of it (92%) is gone.\n\nTom: No.\n\nAnn: Half (50%) then.\n"
    assert turns(content)[0][2] == "All of it (92%) is gone."


def test_what_whisper_cpp_tells_of_itself_is_not_said():
    content = (
        "whisper_model_load: loading model\nwhisper_model_load: n_vocab       = 51864\n\n"
        "main: processing 'a.wav' (176000 samples, 11.0 sec), 4 threads\n\n"
        "[00:00:00.000 --> 00:00:03.000]   We begin with the roses.\n"
        "[00:00:03.000 --> 00:00:05.000]   They came late.\n\n"
        "whisper_print_timings:    total time =  1000.00 ms\n"
    )
    assert turns(content) == [(0, None, SAID[0]), (3, None, SAID[1])]


def test_what_faster_whisper_tells_of_itself_is_not_said():
    content = (
        "Standalone Faster-Whisper-XXL r192 running on: CUDA\n\nStarting transcription on: a.mp3\n\n"
        "[00:00.000 --> 00:03.000]  We begin with the roses.\n[00:03.000 --> 00:05.000]  They came late.\n\n"
        "Transcription speed: 20.5 audio seconds/s\n\nSubtitles are written to '_batch' directory.\n\n"
        "Operation finished in: 0:00:12.\n"
    )
    assert turns(content) == [(0, None, SAID[0]), (3, None, SAID[1])]


def test_a_line_has_a_number_behind_the_time_of_the_day():
    lines = ["Q.  State your name.", "A.  Ann Berg.", "Q.  Where do you live?", "A.  In Leeds.", "Q.  Alone?"]
    lines += ["A.  With Tom Reed.", "Q.  Since when?", "A.  Long ago.", "Q.  Thank you."]
    content = "".join(f"10:02:{at:02}   {at}       {line}\n" for at, line in enumerate(lines, 1))
    found = turns(content)
    assert [(who, said) for _, who, said in found[:2]] == [("Q", "State your name."), ("A", "Ann Berg.")]
    assert found[0][0] == 36121


def test_times_before_each_sentence_are_not_said():
    content = "(0:00) We begin with the roses. (0:05) They came late. (0:08) I will order peas.\n"
    assert turns(content) == [(0, None, " ".join(SAID))]


def test_a_time_in_round_brackets_may_be_said_elsewhere():
    content = "Ann: We met late (8:15) that day.\n\nTom: No, at (9:15) sharp.\n\nAnn: Well.\n"
    assert turns(content)[0][2] == "We met late (8:15) that day."


@pytest.mark.parametrize(
    "notice",
    [
        "Sonix is the world's most advanced automated transcription platform.",
        "End of transcript. Skip to the start.",
        "                         END            10:31 A.M. EDT",
        "[END OF berg94may_1of2_SideA.]",
    ],
)
def test_notices_at_the_end_are_not_said(notice):
    content = f"ANN BERG: We begin.\n\nTOM REED: Yes.\n\nANN BERG: Good.\n\n{notice}\n"
    assert [said for *_, said in turns(content)] == ["We begin.", "Yes.", "Good."]


def test_spans_of_seconds_are_no_single_seconds():
    content = "[0.00s -> 3.00s] Good morning.\n[3.00s -> 5.00s] Shall we begin?\n"
    said = [(s.start, s.end, s.text) for s in read(content.encode(), "talk.txt").segments]
    assert said == [(0, 3, "Good morning."), (3, 5, "Shall we begin?")]
