"""The recording beside the words, in a real browser, with a real sound file that the test makes.

Needs what `test_review_in_browser` needs.
"""

import math
import struct
import wave

import pytest

from tests.acceptance import test_review_in_browser as review
from tests.unit.delivery.review.samples import MEETING, html_of, meeting

pytestmark = review.pytestmark
chromium, open_page, expect = review.chromium, review.open_page, review.expect

STEM = "council"  # of the samples' source, town/council.vtt
LENGTH = 140  # seconds; the last paragraph begins at 118


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """A sound file: a quiet hum of 200 Hz."""
    path = tmp_path_factory.mktemp("sound") / "our meeting.wav"
    second = b"".join(struct.pack("<h", int(900 * math.sin(math.tau * n / 40))) for n in range(8000))
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(second * LENGTH)
    return path


@pytest.fixture
def page(open_page):
    """The review of the meeting; in the end it has asked for nothing but itself and the sound."""
    yield open_page(html_of(meeting()))
    open_page.asked[:] = [url for url in open_page.asked if not url.startswith(("blob:file:", "blob:null"))]


@pytest.fixture
def hearing(page, recording):
    """The same with the recording chosen."""
    page.get_by_label("Recording").set_input_files(recording)
    expect(page.locator(".play").first).to_be_visible()
    return page


def moment(page):
    return page.locator("audio").evaluate("(audio) => audio.currentTime")


def plays_from(page, second):
    """Waits until it plays, from about that second on."""
    page.wait_for_function(
        """(second) => {
          const audio = document.querySelector("audio");
          return !audio.paused && audio.currentTime > second && audio.currentTime < second + 60;
        }""",
        arg=second,
    )


def spoken(page, row):
    expect(page.locator(".row[aria-current]")).to_have_attribute("id", f"r{row}")
    expect(page.locator(".row[aria-current]")).to_have_count(1)


def seek(page, second):
    page.locator("audio").evaluate("(audio, second) => { audio.currentTime = second; }", second)


def stop(page):
    page.locator("audio").evaluate("(audio) => audio.pause()")


def test_each_paragraph_plays_from_its_own_time(hearing):
    assert hearing.locator(".play").count() == len(MEETING)
    for row, second in ((5, 57), (2, 14)):
        hearing.get_by_role("button", name=f"Play from 00:00:{second}").click()
        plays_from(hearing, second)
        stop(hearing)
        spoken(hearing, row)


def test_what_is_said_is_marked_and_comes_into_sight(hearing):
    for second, row in ((0, 1), (13.9, 1), (14.1, 2), (118.5, 8), (50, 4)):
        seek(hearing, second)
        spoken(hearing, row)
        expect(hearing.locator(f"#r{row}")).to_be_in_viewport()


def test_who_reads_elsewhere_is_not_followed(hearing):
    hearing.get_by_label("Follow").uncheck()
    hearing.evaluate("scrollTo(0, 0)")
    seek(hearing, 118.5)
    spoken(hearing, 8)
    assert hearing.evaluate("scrollY") == 0


def test_it_is_played_and_moved_by_keyboard(hearing):
    button = hearing.get_by_role("button", name="Play from 00:00:46")
    button.focus()
    hearing.keyboard.press("Enter")
    plays_from(hearing, 46)
    hearing.keyboard.press("k")
    hearing.wait_for_function("document.querySelector('audio').paused")
    before = moment(hearing)
    hearing.keyboard.press("l")
    assert moment(hearing) == pytest.approx(before + 5)
    hearing.keyboard.press("j")
    assert moment(hearing) == pytest.approx(before)
    hearing.keyboard.press("k")
    plays_from(hearing, 46)
    in_cyrillic = "{ key: 'л', code: 'KeyK', bubbles: true }"
    hearing.evaluate(f"() => document.body.dispatchEvent(new KeyboardEvent('keydown', {in_cyrillic}))")
    hearing.wait_for_function("document.querySelector('audio').paused")


def test_what_is_typed_into_the_search_moves_nothing(hearing):
    hearing.get_by_label("Find").press_sequentially("jkl")
    assert hearing.get_by_label("Find").input_value() == "jkl"
    assert hearing.locator("audio").evaluate("(audio) => audio.paused")


@pytest.mark.parametrize("name", [f"{STEM}.wav", f"../{STEM}.wav"])
def test_a_recording_of_the_same_stem_beside_the_result_is_found(open_page, tmp_path, recording, name):
    folder = tmp_path / "town" / "council"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(recording.read_bytes())
    (folder / "0.html").write_text(html_of(meeting()))
    page = open_page("")
    page.goto((folder / "0.html").as_uri())
    page.get_by_role("button", name="Hear it").click()
    plays_from(page, 0)
    looked_for = [url for url in open_page.asked if not url.endswith(".html")]
    assert all(url.startswith(tmp_path.as_uri()) and f"/{STEM}." in url for url in looked_for)
    open_page.asked.clear()
    open_page.said[:] = [text for text in open_page.said if "ERR_FILE_NOT_FOUND" not in text]


def test_where_there_is_none_the_page_says_so(open_page, page):
    page.get_by_role("button", name="Hear it").click()
    review.status(page, "No recording of this name lies beside this page: choose it")
    expect(page.get_by_label("Recording")).to_be_focused()
    open_page.asked.clear()
    open_page.said[:] = [text for text in open_page.said if "ERR_FILE_NOT_FOUND" not in text]


def test_what_is_no_recording_is_refused_by_its_name(page, tmp_path):
    (tmp_path / "talk.mp3").write_text("no sound at all")
    page.get_by_label("Recording").set_input_files(tmp_path / "talk.mp3")
    review.status(page, "talk.mp3 can't be played by this browser")
    assert page.locator(".play").count() == 0
