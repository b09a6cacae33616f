"""Rolling captions: each word stands once, with its own time, and a second "Yes." lives."""

from daemon.formats import read

YOUTUBE = """WEBVTT
Kind: captions
Language: en

00:00:02.879 --> 00:00:05.430 align:start position:0%
 
good<00:00:03.120><c> afternoon</c>

00:00:05.430 --> 00:00:05.440 align:start position:0%
good afternoon
 

00:00:05.440 --> 00:00:07.349 align:start position:0%
good afternoon
at<00:00:05.520><c> the</c><00:00:05.680><c> bank</c>

00:00:07.349 --> 00:00:07.359 align:start position:0%
at the bank
 

00:00:07.359 --> 00:00:08.950 align:start position:0%
at the bank
yes

00:00:08.950 --> 00:00:08.960 align:start position:0%
yes
 

00:00:08.960 --> 00:00:10.000 align:start position:0%
yes
yes

00:00:10.000 --> 00:00:10.010 align:start position:0%
yes
 

00:00:10.010 --> 00:00:11.000 align:start position:0%
 
yes
"""  # noqa: W293


def test_each_word_stands_once_at_its_own_time():
    transcript = read(YOUTUBE.encode(), "a.vtt")
    assert [(s.text, s.start, s.end, s.times) for s in transcript.segments] == [
        ("good afternoon", 2.879, 5.43, (2.879, 3.12)),
        ("at the bank", 5.44, 7.349, (5.44, 5.52, 5.68)),
        ("yes", 7.359, 8.95, (7.359,)),
        ("yes", 8.96, 10.0, (8.96,)),
        ("yes", 10.01, 11.0, (10.01,)),
    ]
    assert transcript.dropped["rolling repeat"] == 13
    assert transcript.language == "en"


def stripped(cues):
    return "".join(
        f"{n + 1}\n00:00:{a:06.3f} --> 00:00:{b:06.3f}\n{text}\n\n".replace(".", ",", 2)
        for n, (a, b, text) in enumerate(cues)
    ).encode()


def test_without_tags_the_overlap_of_neighbours_tells():
    cues = [
        (0, 2, "one two"),
        (2, 2.01, "one two"),
        (2.01, 4, "one two\nthree four"),
        (4, 4.01, "three four"),
        (4.01, 6, "three four\nyes"),
        (6, 6.01, "yes"),
        (6.01, 8, "yes\nyes"),
    ]
    transcript = read(stripped(cues), "a.srt")
    assert [s.text for s in transcript.segments] == ["one two", "three four", "yes", "yes"]


def test_three_rows_roll_too():
    cues = [(0, 1, "a"), (1, 2, "a\nb"), (2, 3, "a\nb\nc"), (3, 4, "b\nc\nd"), (4, 5, "c\nd\nd")]
    assert [s.text for s in read(stripped(cues), "a.srt").segments] == ["a", "b", "c", "d", "d"]


def test_in_a_rolling_file_too_a_line_said_again_after_a_while_stays():
    cues = [(0, 1, "a"), (1, 2, "a\nb"), (2, 3, "b\nc"), (3, 4, "c\nyes"), (6, 7, "yes"), (7, 8, "yes")]
    assert [s.text for s in read(stripped(cues), "a.srt").segments] == ["a", "b", "c", "yes", "yes", "yes"]


def test_two_repeated_lines_in_a_file_that_does_not_roll_stay():
    cues = [(0, 1, "no"), (1, 2, "no\nnever"), (2, 3, "so"), (3, 4, "what"), (4, 5, "else"), (5, 6, "is")]
    assert read(stripped(cues), "a.srt").words == 7


def test_times_inside_that_run_back_or_past_the_cue_are_held_at_its_bounds():
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\na <00:02.000>b <00:00.500>c <00:09.000>d\n"
    (segment,) = read(text.encode(), "a.vtt").segments
    assert segment.times == (1.0, 2.0, 2.0, 3.0)


def test_a_time_inside_a_word_does_not_part_it():
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\nsome<00:02.000>thing <00:02.500>else\n"
    (segment,) = read(text.encode(), "a.vtt").segments
    assert (segment.text, segment.times) == ("something else", (1.0, 2.5))


def test_a_label_in_rolling_captions_takes_its_times_along():
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\n&gt;&gt; ANN:<00:01.500><c> hello</c><00:02.000><c> you</c>\n"
    (segment,) = read(text.encode(), "a.vtt").segments
    assert (segment.speaker, segment.text, segment.times) == ("ANN", "hello you", (1.5, 2.0))


def test_tags_alone_on_their_lines_do_not_roll():
    said = [("Ann", "Good morning."), ("Ben", "Shall we?"), ("Ann", "Yes."), ("Cy", "No.")]
    cues = (
        f"00:0{n}.000 --> 00:0{n + 1}.000\n<v {who}>\n{text}\n</v>\n\n" for n, (who, text) in enumerate(said)
    )
    transcript = read(("WEBVTT\n\n" + "".join(cues)).encode(), "a.vtt")
    assert [(s.speaker, s.text) for s in transcript.segments] == said


def test_a_line_that_rolls_and_begins_with_an_apostrophe_goes_on_with_no_word():
    lines = ["we stay", "'cause it rains", "so we wait", "'til it stops"]
    cues = "".join(
        f"00:0{2 * n}.000 --> 00:0{2 * n + 2}.000\n \n<00:0{2 * n + 1}.000>{line}\n\n"
        f"00:0{2 * n + 2}.000 --> 00:0{2 * n + 2}.010\n{line}\n \n\n"
        for n, line in enumerate(lines)
    )
    transcript = read(f"WEBVTT\n\n{cues}".encode(), "a.vtt")
    assert [s.text for s in transcript.segments] == lines
