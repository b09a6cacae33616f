"""Times in words that stand beside those in figures, as pages read them out; and times alone above words."""

import pytest

from tests.unit.formats.account import checked

TIMES = ["0:03", "0:10", "1:07", "1:02:03"]
SAID = ["So what is it", "like a bean", "2 rows of them", "every day"]
STARTS = [3, 10, 67, 3723]


def spoken(content, name="a.txt"):
    return [(s.start, s.speaker, s.text) for s in checked(content.encode(), name).segments]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize(
    "worded",
    [
        ["3 seconds", "10 seconds", "1 minute, 7 seconds", "1 hour, 2 minutes, 3 seconds"],
        ["3 Sekunden", "10 Sekunden", "1 Minute, 7 Sekunden", "1 Stunde, 2 Minuten und 3 Sekunden"],
        ["3 secondes", "10 secondes", "1 minute et 7 secondes", "1 heure, 2 minutes et 3 secondes"],
        ["3 segundos", "10 segundos", "1 minuto y 7 segundos", "1 hora, 2 minutos y 3 segundos"],
        ["3초", "10초", "1분 7초", "1시간 2분 3초"],
        ["3 秒", "10 秒", "1 分 7 秒", "1 時間 2 分 3 秒"],
    ],
)
@pytest.mark.parametrize("apart", ["\n", "", " "])
def test_times_that_a_page_reads_out_are_not_said(worded, apart, name):
    behind = "\n" if apart == "\n" else apart
    lines = [f"{t}{apart}{w}{behind}{s}\n" for t, w, s in zip(TIMES, worded, SAID, strict=True)]
    assert spoken("".join(lines), name) == [(t, None, s) for t, s in zip(STARTS, SAID, strict=True)]


@pytest.mark.parametrize(
    "worded",
    [
        ["3 секунды", "10 секунд", "1 минута 7 секунд", "1 час 2 минуты 3 секунды"],
        ["3 ثوانٍ", "10 ثوانٍ", "دقيقة واحدة و7 ثوانٍ", "ساعة واحدة ودقيقتان و3 ثوانٍ"],
    ],
)
def test_on_lines_of_their_own_they_may_be_in_any_language(worded):
    lines = [f"{t}\n{w}\n{s}\n" for t, w, s in zip(TIMES, worded, SAID, strict=True)]
    assert spoken("".join(lines)) == [(t, None, s) for t, s in zip(STARTS, SAID, strict=True)]


def test_all_on_one_line_they_still_part_what_is_said():
    content = "0:00[Music] 0:033 secondsSo what 0:1111 secondsis it 1:071 minute, 7 secondsthen\n"
    assert spoken(content) == [
        (0, None, "[Music]"),
        (3, None, "So what"),
        (11, None, "is it"),
        (67, None, "then"),
    ]


@pytest.mark.parametrize(
    ("seconds", "minute"), [(" minutes {} seconds", "1 minute 12 seconds"), (" 分 {} 秒", "1 分 12 秒")]
)
@pytest.mark.parametrize("apart", ["\n", ""])
def test_behind_names_they_are_not_said_either(seconds, minute, apart):
    if not apart and minute.endswith("秒"):
        seconds, minute = " Minuten {} Sekunden", "1 Minute 12 Sekunden"
    worded = ["0" + seconds.format(5), "0" + seconds.format(9), minute]
    turns = zip(["Ann Lee", "Ben Ray", "Ann Lee"], worded, ["0:05", "0:09", "1:12"], strict=True)
    content = "".join(f"{name}\n{w}{apart}{time}\n{name} {w}\nWe met.\n" for name, w, time in turns)
    assert spoken(content) == [
        (5, "Ann Lee", "We met."),
        (9, "Ben Ray", "We met."),
        (72, "Ann Lee", "We met."),
    ]


def test_a_time_that_begins_as_the_one_before_is_not_said_either():
    content = "6:006 minutesWell\n6:496 minutes, 49 seconds2 rows\n7:017 minutes, 1 secondso it is\n"
    assert [text for _, _, text in spoken(content)] == ["Well", "2 rows", "so it is"]


def test_the_first_time_may_have_none_beside_it():
    content = "0:00\nSo what\n0:03\n3 秒\nis it\n1:07\n1 分 7 秒\nthen\n"
    assert spoken(content) == [(0, None, "So what"), (3, None, "is it"), (67, None, "then")]


def test_numbers_that_somebody_says_below_times_stay():
    found = spoken("1:201 minute, 20 seconds2 kinds of beans\n2:002 minutesand peas\n")
    assert [text for _, _, text in found] == ["2 kinds of beans", "and peas"]
    content = "0:03\n3 beans\n0:10\nfour beans\n0:15\nand 15 rows\n0:22\nno more\n"
    assert " ".join(text for _, _, text in spoken(content)) == "3 beans four beans and 15 rows no more"


@pytest.mark.parametrize(
    "said",
    [
        ["皆さんこんにちは", "今日は豆の話です", "毎朝たっぷりと", "ありがとう"],
        ["大家好", "今天讲豆子", "每天早上", "谢谢"],
        ["مرحبا بكم", "اليوم نتحدث عن الفول", "كل صباح", "نعم"],
        ["Welcome Back", "Green Beans", "Every Morning", "Good Night"],
    ],
)
def test_what_alone_stands_below_a_time_is_said_and_no_name_for_the_next(said):
    content = "".join(f"0:0{at}\n{text}\n" for at, text in enumerate(said))
    assert spoken(content) == [(at, None, text) for at, text in enumerate(said)]


def test_the_last_line_below_a_time_is_no_name_for_the_next_time():
    content = "0:00\nこんにちは\n豆の話です\n0:07\nまず水から\n毎朝です\n0:15\nでも夜は\nだめです\n"
    found = spoken(content)
    assert [(start, speaker) for start, speaker, _ in found] == [(0, None), (7, None), (15, None)]


def test_what_pages_set_around_a_transcript_is_not_said():
    above = "In this video\nChapters\nTranscript\nSearch transcript\n0:00 / 12:34\n"
    youtube = "0:03\nSo what\n0:10\nis it\nSync to video time\n"
    assert spoken(above + youtube) == [(3, None, "So what"), (10, None, "is it")]
    source = "From The Garden: Beans, 12 Mar 2024\nhttps://podcasts.apple.com/x/id1\n"
    apple = f"We planted beans.\n\n{source}This material may be protected by copyright.\n"
    assert spoken(apple) == [(None, None, "We planted beans.")]
