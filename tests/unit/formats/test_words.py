"""Words: how they are counted and parted, in scripts without spaces too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.formats import read
from daemon.formats.markup import count_plain_words, escape_markup, part_sentences, strip_markup, time_tag
from daemon.text.chunking import cut
from daemon.text.timecode import parse_timecode
from daemon.text.transcript import count_words
from daemon.text.turns import Turn, turns_of

MIXED = st.text(st.sampled_from("ab 你好。，！」สวั\n\tあ7.ש"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" two  words\n", 2),
        ("déjà vu", 2),
        ("שלום לכולם", 2),
        ("مرحبا بكم جميعا", 3),
        ("안녕하세요 여러분", 2),
        ("你好", 1),
        ("我们今天谈天气。", 4),
        ("我们 今天谈天气。", 4),
        ("こんにちは", 3),
        ("我有iPhone手机", 2),
        ("สวัสดีครับ", 5),
        ("。 —", 2),
    ],
)
def test_words_are_what_spaces_part_and_two_letters_where_none_do(text, words):
    assert count_words(text) == words


@given(MIXED, MIXED)
def test_words_can_be_added_up(before, after):
    assert count_words(f"{before} {after}") == count_words(before) + count_words(after)


@pytest.mark.long
@pytest.mark.parametrize("line", ["word <i>and", "你好吗 a<b", "<v Ann\nLee> &amp; co", "a" * 5000])
def test_a_text_of_any_length_is_counted_as_its_lines_are(line):
    text = f"{line}\n" * (2_500_000 // len(line))
    lines = f"{line}\n".split("\n")
    assert count_plain_words(text) == sum(map(count_plain_words, lines)) * (2_500_000 // len(line))


@given(MIXED)
def test_parting_adds_spaces_and_nothing_else(text):
    assert "".join(part_sentences(text).split()) == "".join(text.split())
    assert part_sentences(part_sentences(text)) == part_sentences(text)


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("好。我们走。", "好。 我们走。"),
        ("“好。”他说。", "“好。” 他说。"),
        ("「はい。」と言った。", "「はい。」 と言った。"),
        ("好。\n我们", "好。\n我们"),
        ("Yes。No", "Yes。No"),
        ("Mr.Smith said.So", "Mr.Smith said.So"),
        ("你" * 150 + "，" + "好" * 150, "你" * 150 + "， " + "好" * 150),
        ("你" * 450, " ".join(["你" * 200, "你" * 200, "你" * 50])),
    ],
)
def test_sentences_are_parted_and_so_are_walls_of_letters(text, out):
    assert part_sentences(text) == out


def test_a_chinese_text_without_spaces_is_cut_into_chunks_of_bounded_size():
    text = "".join(f"我们今天要谈一谈天气{chr(0x4E00 + n)}，因为天气很好。" for n in range(400))
    transcript = read(text.encode(), "a.txt")
    chunks = list(cut(turns_of(transcript.segments), 900))
    assert transcript.words == 400 * 9
    assert len(chunks) == 4
    assert "".join(chunk.text for chunk in chunks).replace(" ", "").replace("\n", "") == text
    assert all(isinstance(turn, Turn) for chunk in chunks for turn in chunk.turns)


@given(st.text())
def test_what_is_escaped_comes_back_plain(text):
    assert strip_markup(escape_markup(text)) == text


@given(st.integers(0, 10**10))
def test_a_time_tag_is_read_to_the_millisecond(milliseconds):
    assert parse_timecode(time_tag(milliseconds / 1000)[1:-1]) == milliseconds / 1000
