"""What a file's name tells: title, video and language, as yt-dlp writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.formats.file_name import Origin, read_origin


@pytest.mark.parametrize(
    ("name", "title", "video", "language"),
    [
        ("A talk [dQw4w9WgXcQ].en.vtt", "A talk", "dQw4w9WgXcQ", "en"),
        ("A talk [dQw4w9WgXcQ].vtt", "A talk", "dQw4w9WgXcQ", None),
        ("A talk [a-B_c1D2e3F].en-orig.json3", "A talk", "a-B_c1D2e3F", "en"),
        ("A talk [dQw4w9WgXcQ].zh-Hans.srt", "A talk", "dQw4w9WgXcQ", "zh-Hans"),
        ("A talk [dQw4w9WgXcQ].pt-BR.vtt", "A talk", "dQw4w9WgXcQ", "pt-BR"),
        (
            "course/Why？ Part 1⧸2： “a” ｜ b [dQw4w9WgXcQ].en.vtt",
            "Why? Part 1/2: “a” | b",
            "dQw4w9WgXcQ",
            "en",
        ),
        ("如何学习？ [dQw4w9WgXcQ].zh.vtt", "如何学习？", "dQw4w9WgXcQ", "zh"),
        ("talk.de.srt", "talk", None, "de"),
        ("talk.srt", "talk", None, None),
        ("talk.v2.srt", "talk.v2", None, None),
        ("talk.xx.srt", "talk.xx", None, None),
        (".en.vtt", ".en", None, None),
        ("Standup [Engineering].vtt", "Standup [Engineering]", None, None),
        ("Standup [12345678901].vtt", "Standup [12345678901]", None, None),
        ("Standup [short].vtt", "Standup [short]", None, None),
        ("Why？.vtt", "Why？", None, None),
        ("[dQw4w9WgXcQ].vtt", "[dQw4w9WgXcQ]", None, None),
        ("no extension", "no extension", None, None),
    ],
)
def test_a_name_tells_title_video_and_language(name, title, video, language):
    assert read_origin(name) == Origin(title, video, language)


def test_a_video_has_a_link_and_a_file_without_one_none():
    assert read_origin("A [dQw4w9WgXcQ].vtt").link == "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    assert read_origin("A.vtt").link is None


@given(st.text(st.characters(exclude_characters="/"), min_size=1))
def test_any_name_has_a_title(name):
    assert read_origin(name).title


@given(
    st.from_regex(r"[A-Z][A-Za-z ]{0,20}[a-z]", fullmatch=True),
    st.from_regex(r"[A-Za-z_-]{5}[0-9][A-Z]{5}", fullmatch=True),
)
def test_what_yt_dlp_names_is_told_apart_again(title, video):
    assert read_origin(f"{title} [{video}].en.vtt") == Origin(title, video, "en")


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2024-03-05 Team meeting.vtt", "2024-03-05"),
        ("Team meeting 2024.03.05.txt", "2024-03-05"),
        ("GMT20240305-140000_Recording.transcript.vtt", "2024-03-05"),
        ("20240305 A talk [dQw4w9WgXcQ].en.vtt", "2024-03-05"),
        ("A talk [20240305-aB].en.vtt", None),
        ("2024-02-30 no such day.txt", None),
        ("from 2024-03-05 to 2024-03-06.txt", None),
        ("talk 120240305.txt", None),
        ("talk.txt", None),
    ],
)
def test_a_name_tells_the_day_of_the_recording_where_it_holds_one(name, day):
    assert read_origin(name).recorded == day
