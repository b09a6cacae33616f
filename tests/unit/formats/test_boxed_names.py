"""Names in brackets before the words, as captions in Japanese have them; sounds stand the same way."""

import pytest

from daemon.formats import read


def captions(*cues):
    """The transcript of cues of two seconds each, in a row."""
    numbered = enumerate(cues)
    return read("\n\n".join(f"{timing(at)}\n{text}" for at, text in numbered).encode(), "a.srt")


def timing(at):
    return f"00:00:{2 * at:02},000 --> 00:00:{2 * at + 2:02},000"


def spoken(transcript):
    return [(s.speaker, s.text) for s in transcript.segments]


TALK = ("（健太）おはよう", "（美咲）早いね", "（健太）よく眠れた？", "（美咲）うん とても")
TOLD = [("健太", "おはよう"), ("美咲", "早いね"), ("健太", "よく眠れた？"), ("美咲", "うん とても")]


def test_names_that_recur_before_words_are_who_speaks():
    transcript = captions(*TALK)
    assert spoken(transcript) == TOLD
    assert transcript.dropped["speaker"] == 4
    assert any("Names in brackets" in warning for warning in transcript.warnings)


def test_a_caption_without_a_name_is_nobodys():
    assert spoken(captions(*TALK, "そうか"))[-1] == (None, "そうか")


def test_a_sentence_that_goes_on_in_the_next_caption_is_the_same_speakers():
    assert spoken(captions(*TALK, "（健太）そのうち—", "海へ行こう"))[-2:] == [
        ("健太", "そのうち—"),
        ("健太", "海へ行こう"),
    ]


@pytest.mark.parametrize(
    "sound", ["（ドアの音）", "（笑い声）", "（拍手）", "（電話のベル）", "（音楽）", "（雨音）"]
)
def test_what_is_heard_is_nobody(sound):
    told = spoken(captions(*TALK, f"（健太）あれ\n{sound}", sound, f"{sound}\n（美咲）何？", f"{sound}もう"))
    assert {speaker for speaker, _ in told} == {None, "健太", "美咲"}
    assert told[-6:] == [
        ("健太", "あれ"),
        (None, sound),
        (None, sound),
        (None, sound),
        ("美咲", "何？"),
        (None, f"{sound}もう"),
    ]


@pytest.mark.parametrize("manner", ["（小声で）", "（泣きながら）", "（英語）", "（回想）"])
def test_how_something_is_said_is_no_name_even_if_it_recurs(manner):
    told = spoken(captions(*TALK, *[f"{manner}うん"] * 3))
    assert told[-3:] == [(None, f"{manner}うん")] * 3


def test_a_name_that_stands_once_is_nobodys_and_is_told():
    transcript = captions(*TALK, "（ルカ）やあ")
    assert spoken(transcript)[-1] == (None, "（ルカ）やあ")
    assert any("“ルカ”" in warning for warning in transcript.warnings)


@pytest.mark.parametrize(
    ("box", "name"),
    [
        ("（女の声）", "女の声"),
        ("（一同）", "一同"),
        ("（健太・美咲）", "健太・美咲"),
        ("（森 健太）", "森 健太"),
        ("（山田先生）", "山田先生"),
        ("（健太(けんた)）", "健太"),
        ("(健太)", "健太"),
        ("-（健太）", "健太"),
    ],
)
def test_who_is_meant_for_certain_speaks_even_once(box, name):
    assert spoken(captions(*TALK, f"{box}やあ"))[-1] == (name, "やあ")


def test_a_name_on_a_line_of_its_own_speaks_what_stands_below():
    assert spoken(captions(*TALK, "（健太）\n海へ行こう"))[-1] == ("健太", "海へ行こう")


def test_a_name_with_nothing_behind_it_is_words():
    assert spoken(captions(*TALK, "（健太）"))[-1] == (None, "（健太）")


@pytest.mark.parametrize(
    "cues",
    [
        ["（ドアの音）", "おはよう", "（ドアの音）", "早いね"],
        ["（注）健太は兄", "おはよう", "（注）美咲は妹", "早いね"],
        ["（健太）おはよう", "早いね", "よく眠れた？", "うん"],
        ["東京（とうきょう）は広い", "（笑）", "（笑）", "そうだね"],
        ["（爆発）", "（爆発）", "（衝突）", "（衝突）"],
    ],
)
def test_without_two_names_that_recur_nothing_in_brackets_is_a_name(cues):
    assert spoken(captions(*cues)) == [(None, text) for text in cues]


def test_readings_inside_the_words_stay():
    assert spoken(captions(*TALK, "（健太）槍(やり)だ"))[-1] == ("健太", "槍(やり)だ")
