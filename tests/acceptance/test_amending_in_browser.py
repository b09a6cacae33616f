"""A result that is mended in its review, in a real browser, saved, dropped into the inbox, and made again.

Needs what `test_review_in_browser` needs.
"""

import json

import pytest

from tests import HANG_SECONDS
from tests.acceptance import test_review_in_browser as review
from tests.messages_server import clean
from tests.unit.delivery.review.payloads import HOSTILE
from tests.unit.delivery.review.samples import html_of, result_of

pytestmark = review.pytestmark
chromium, open_page, expect = review.chromium, review.open_page, review.expect

OUTPUTS = ("md", "txt", "json", "srt")
SAID = (
    (
        "SPEAKER_00",
        "um good evening to everybody in the room, and uh welcome to the show that we make each week.",
    ),
    (
        "SPEAKER_01",
        "um thank you for having me here tonight, it is uh very good to be back with you all again.",
    ),
    ("SPEAKER_00", "so tell us what it was like when you were there in the north um with the others, Ben."),
    ("SPEAKER_01", "well it was wrong of them all to say that Eefa had been there um when she was at home."),
    (
        "SPEAKER_02",
        "I think it was um quite right of them, and it was wrong to be so loud about it in the end.",
    ),
    (
        "SPEAKER_00",
        "and um now let us hear what the people at home have to say about the old house by the river.",
    ),
)
TALK = "WEBVTT\n\n" + "\n\n".join(
    f"00:00:{at:02d}.000 --> 00:00:{at + 9:02d}.000\n<v {label}>{text}"
    for at, (label, text) in zip(range(0, 60, 10), SAID, strict=True)
)


def spoil(body):
    """Answer as a good model, but for what is said to be wrong: there it makes something up."""
    lines = clean(body).split("\n")
    made_up = '">Nobody in here ever said such a thing as this one at all.</turn>'
    return "\n".join(line.split('">')[0] + made_up if "wrong" in line else line for line in lines)


@pytest.fixture
def result(model_root, server):
    """A root with a result that has two passages which were not cleaned; its summary says so."""
    server.answer = spoil
    model_root.write_config(outputs=list(OUTPUTS), cues="keep", survey=False)
    model_root.drop("course/talk.vtt", TALK)
    model_root.command("once")
    assert len(model_root.summary("course/talk")["flags"]) == 2
    return model_root


@pytest.fixture
def open_review(chromium, result):
    """Opens the review of the result as it is now; in the end it has asked for nothing else."""
    context = chromium(review.FONTS[0]).new_context(viewport=review.DESK)
    said, asked = [], []

    def open_it():
        page = context.new_page()
        page.set_default_timeout(1000 * HANG_SECONDS)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((result.outbox / "course/talk/review.html").as_uri())
        return page

    yield open_it
    context.close()
    assert said == []
    blob = "blob:"  # what is saved
    assert [url for url in asked if not url.endswith("/review.html") and not url.startswith(blob)] == []


def row(page, number):
    return page.locator(f"#r{number}")


def edits(page, text):
    expect(page.get_by_role("status", name="Edits")).to_contain_text(text)


def texts(root):
    return {output: (root.outbox / f"course/talk/talk.{output}").read_text() for output in OUTPUTS}


def save(page, root):
    """Save the edits as a person does; the file."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save edits").click()
    assert download.value.suggested_filename == "talk.edits.json"
    path = root.path / "talk.edits.json"
    download.value.save_as(path)
    return path


def click_word(page, mark):
    """Click in the middle of a marked word, as it stands on the screen."""
    middle = mark.evaluate(
        """(mark) => {
          mark.scrollIntoView({ block: "center" });
          const box = mark.getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2];
        }"""
    )
    page.mouse.click(*middle)


def make_ten_edits(page):
    keyboard = page.keyboard
    click_word(page, row(page, 1).locator(".c del").first)  # 1: struck, and put back by a click
    row(page, 2).get_by_role("link").first.focus()  # 2: the second change of a paragraph, by keyboard alone
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        keyboard.press(key)
    row(page, 3).get_by_role("link").first.focus()  # 3: words, by keyboard alone
    keyboard.press("e")
    keyboard.press("ControlOrMeta+End")
    keyboard.type(" And in the south.")
    keyboard.press("ControlOrMeta+Enter")
    row(page, 6).get_by_role("button", name="Edit").click()  # 4: words, by the mouse
    box = page.get_by_role("textbox", name="Text at 00:00:50")
    box.fill(box.input_value().replace("river", "sea"))
    box.press("ControlOrMeta+Enter")
    row(page, 5).get_by_role("button", name="Accept as it stands").click()  # 5: not cleaned, and good
    row(page, 4).get_by_role("button", name="Edit").click()  # 6: not cleaned, and written anew
    box = page.get_by_role("textbox", name="Text at 00:00:30")
    box.fill("Well, it was wrong of them to say that Aoife had been there.")
    box.press("ControlOrMeta+Enter")
    names = page.get_by_role("textbox", name="Speaker")
    names.nth(0).fill("Ann Lee")  # 7: a name
    page.get_by_role("button", name="Take this name").first.click()  # 8: a suggestion
    names.nth(2).fill("Ann Lee")  # 9: two speakers are one
    names.nth(2).press("Tab")
    page.get_by_label("Always write").fill("Eefa")  # 10: from now on
    page.get_by_label("as", exact=True).fill("Aoife")
    page.get_by_label("as", exact=True).press("Enter")
    edits(page, "11 edits")  # what is written anew is looked through, too


def check_edited(said, output):
    """Each of the ten edits is in the text of an output."""
    words = " ".join(said.split())
    for edited in (
        "um good evening",
        "it is uh very good",
        "And in the south.",
        "by the sea",
        "that Aoife had been there.",
        "Ann Lee",
        "Ben",
    ):
        assert edited in words, (output, edited)
    assert "SPEAKER_0" not in said.replace("\\", ""), output


def check_accessible(page):
    faults = review.axe.Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"][:100]) for fault in faults] == []


def test_ten_edits_of_every_kind_are_saved_dropped_and_in_all_outputs(result, open_review, server):
    page = open_review()
    make_ten_edits(page)
    page.reload()
    edits(page, "11 edits")
    expect(row(page, 6).locator(".c")).to_contain_text("by the sea")
    path = save(page, result)
    before, asked = texts(result), len(server.bodies)
    result.drop("talk.edits.json", path.read_bytes())
    result.command("once")
    assert list(result.inbox.rglob("*.json")) == []
    after = texts(result)
    assert before != after
    for output, text in after.items():
        check_edited(text, output)
    summary = result.summary("course/talk")
    assert summary["flags"] == []
    assert summary["unfit_edits"] == []
    assert summary["responsible"]["person"] >= 10
    assert len(server.bodies) == asked, "no request was made"
    assert (result.outbox / "course/talk/original.vtt").read_text() == TALK
    assert "Aoife" in (result.path / "corrections.yaml").read_text()
    result.drop("talk.edits.json", path.read_bytes())
    result.command("once")
    assert texts(result) == after
    assert len(list((result.outbox / "course/talk/earlier").iterdir())) == 1
    again = open_review()
    edits(again, "0 edits")
    expect(again.get_by_text("by a person").first).to_be_visible()
    check_accessible(again)


# original, cleaned, and for each change in it what stands there once that is taken back
TAKEN_BACK = [
    (
        "we are gonna, you know, go to teh big house",
        "we are going to go to the big house",
        ["we are gonna, you know, go to the big house", "we are going to go to teh big house"],
    ),
    (
        "we don't know. well um okay",
        "we don't know, well okay.",
        [
            "we don't know. well okay.",
            "we don't know, well um okay.",
            "we don't know, well okay",
        ],
    ),
    ("he said, hello um, there", "he said “hello there",
     ["he said, “hello there", "he said hello there", "he said “hello um, there"]),
    ("so, yes. Right.", "So, yes, right.", ["so, yes, right.", "So, yes. right.", "So, yes, Right."]),
    ("we go home um", "we go home now", ["we go home um"]),
    ("えーと、今日は、あの、天気がいい。", "今日は、天気がいい。",
     ["えーと、今日は、天気がいい。", "今日は、あの、天気がいい。"]),
    ("我们那个去北京", "我们去上海", ["我们那个去上海", "我们去北京"]),
]  # fmt: skip

TAKE_BACK = """(row) => {
  const marks = () => row.querySelectorAll(".c :is(del, ins)");
  const shown = () => {
    const clean = row.querySelector(".c").cloneNode(true);
    for (const mark of clean.querySelectorAll("del")) mark.remove();
    return clean.textContent.trim().split(/\\s+/).join(" ");
  };
  const found = [];
  for (let at = 0; at < marks().length; at++) {
    marks()[at].click();
    found.push(shown());
    row.querySelector(".restore").click();
  }
  return found;
}"""


def test_a_change_that_is_taken_back_leaves_what_was_said_and_nothing_else(open_page):
    said = [(10 * at, "Ann", was, now) for at, (was, now, _) in enumerate(TAKEN_BACK)]
    page = open_page(html_of([result_of(said)], text_id="0" * 64, files={}))
    for number, (was, _, wanted) in enumerate(TAKEN_BACK, start=1):
        found = page.evaluate(f"({TAKE_BACK})(document.getElementById('r{number}'))")
        assert list(dict.fromkeys(found)) == wanted, was


def test_what_is_taken_back_or_discarded_is_no_edit(result, open_review):
    page = open_review()
    was = row(page, 1).locator(".c").inner_html()
    click_word(page, row(page, 1).locator(".c del").first)
    row(page, 1).get_by_role("button", name="Take back").click()
    assert row(page, 1).locator(".c").inner_html() == was
    row(page, 2).get_by_role("button", name="Edit").click()
    page.keyboard.type("nothing of this")
    page.keyboard.press("Escape")
    edits(page, "0 edits")
    row(page, 5).get_by_role("button", name="Accept as it stands").click()
    page.get_by_role("textbox", name="Speaker").nth(0).fill("Eva")
    page.keyboard.press("Tab")
    edits(page, "2 edits")
    page.get_by_role("button", name="Discard all").click()
    edits(page, "0 edits")
    page.reload()
    edits(page, "0 edits")
    expect(page.locator(".row h3 bdi").first).to_have_text("SPEAKER_00")


def test_hostile_words_are_words_on_the_page_and_in_the_file(result, open_review):
    page = open_review()
    hostile = " ".join(HOSTILE)
    row(page, 1).get_by_role("button", name="Edit").click()
    page.get_by_role("textbox", name="Text at 00:00:00").fill(hostile)
    page.keyboard.press("ControlOrMeta+Enter")
    page.get_by_role("textbox", name="Speaker").nth(0).fill(hostile[:200])
    page.keyboard.press("Tab")
    path = save(page, result)
    assert len(json.loads(path.read_text())["edits"]) == 2
    result.command("amend", "course/talk", str(path))
    again = open_review()
    edits(again, "0 edits")
    assert again.evaluate("document.title").startswith("What was changed")


# --- nothing that was typed is lost -------------------------------------------------------------------------


def test_what_is_being_typed_outlives_a_reload_and_a_tab_that_is_gone(result, open_review):
    page = open_review()
    row(page, 1).get_by_role("button", name="Edit").click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(" And good night.")
    page.reload()
    expect(row(page, 1).locator(".c")).to_contain_text("And good night.")
    edits(page, "1 edit, kept")
    row(page, 2).get_by_role("button", name="Edit").click()
    page.keyboard.type("So: ")
    page.close(run_before_unload=False)
    page = open_review()
    expect(row(page, 2).locator(".c")).to_contain_text("So: ")
    edits(page, "2 edits, kept")
    row(page, 3).get_by_role("button", name="Edit").click()
    page.keyboard.type("nothing of this")
    page.keyboard.press("Escape")
    page.reload()
    edits(page, "2 edits, kept")


def test_what_is_done_in_one_tab_is_done_in_the_other(result, open_review):
    one, other = open_review(), open_review()
    click_word(one, row(one, 1).locator(".c del").first)
    edits(other, "1 edit, kept")
    expect(row(other, 1).get_by_role("button", name="Take back")).to_be_visible()
    row(other, 5).get_by_role("button", name="Accept as it stands").click()
    other.get_by_role("textbox", name="Speaker").nth(0).fill("Eva")
    other.keyboard.press("Tab")
    edits(one, "3 edits, kept")
    expect(one.locator(".row h3 bdi").first).to_have_text("Eva")
    row(one, 1).get_by_role("button", name="Take back").click()
    edits(other, "2 edits, kept")
    one.reload()
    edits(one, "2 edits, kept")
    other.get_by_role("button", name="Discard all").click()
    edits(one, "0 edits")
    expect(one.locator(".row h3 bdi").first).to_have_text("SPEAKER_00")
    expect(row(one, 5).get_by_role("button", name="Accept as it stands")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_what_was_written_anew_and_not_accepted_is_so_after_a_reload(result, open_review):
    page = open_review()
    row(page, 5).get_by_role("button", name="Edit").click()
    page.keyboard.type("So: ")
    page.keyboard.press("ControlOrMeta+Enter")
    row(page, 5).get_by_role("button", name="Accept as it stands").click()
    edits(page, "1 edit, kept")
    page.reload()
    edits(page, "1 edit, kept")


def write(page, number, text):
    row(page, number).get_by_role("button", name="Edit").click()
    row(page, number).locator("textarea").fill(text)
    row(page, number).locator("textarea").press("ControlOrMeta+Enter")


def test_what_was_not_saved_before_the_result_was_amended_can_be_saved_after(result, open_review):
    page = open_review()
    write(page, 1, "Good evening, all.")
    result.drop("talk.edits.json", save(page, result).read_bytes())
    write(page, 2, "Thank you for that.")
    row(page, 6).get_by_role("button", name="Edit").click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(" So it is.")  # and is not taken yet
    result.command("once")
    page.reload()
    edits(page, "0 edits")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save 3 earlier edits").click()
    expect(page.get_by_role("button", name="earlier")).to_be_hidden()
    result.drop("talk.edits.json", download.value.path().read_bytes())
    result.command("once")
    page.reload()
    for mended in ("Good evening, all.", "Thank you for that.", "by the river. So it is."):
        assert mended in " ".join(texts(result)["txt"].split())
    assert result.summary("course/talk")["unfit_edits"] == []
    expect(page.get_by_role("button", name="earlier")).to_be_hidden()


def test_what_is_saved_or_discarded_is_not_told_of_after_the_result_was_amended(result, open_review):
    page = open_review()
    write(page, 1, "Good evening, all.")
    page.reload()
    path = save(page, result)
    other = open_review()
    expect(other.get_by_role("button", name="Save 1 edit")).to_be_hidden()
    edits(other, "talk.edits.json is saved: drop it into inbox/")
    result.command("amend", "course/talk", str(path))
    page.reload()
    expect(page.get_by_role("button", name="earlier")).to_be_hidden()
    write(other, 2, "Thank you for that.")
    page.reload()
    expect(page.get_by_text("2 edits were made before this page was made anew")).to_be_visible()
    check_accessible(page)
    page.get_by_role("button", name="Discard earlier edits").click()
    page.reload()
    expect(page.get_by_role("button", name="earlier")).to_be_hidden()
    edits(page, "0 edits")


def test_earlier_edits_that_one_tab_discards_are_not_offered_in_another(result, open_review):
    page = open_review()
    write(page, 1, "Good evening, all.")
    path = save(page, result)
    write(page, 2, "Thank you for that.")
    result.command("amend", "course/talk", str(path))
    page.reload()
    other = open_review()
    expect(other.get_by_role("button", name="Save 2 earlier edits")).to_be_visible()
    page.get_by_role("button", name="Discard earlier edits").click()
    expect(other.get_by_role("button", name="earlier")).to_be_hidden()


def test_edits_are_not_those_of_another_file_in_which_the_same_was_said(result, open_review):
    result.drop("course/copy.vtt", TALK)
    result.command("once")
    page = open_review()
    write(page, 1, "Good evening, all.")
    page.goto((result.outbox / "course/copy/review.html").as_uri())
    edits(page, "0 edits")


def test_no_more_is_offered_to_be_always_written_so_than_can_be(result, open_review):
    page = open_review()
    write(page, 1, "今晩は。")
    write(page, 1, "今晩は皆さん。" * 40)
    page.get_by_role("button", name="Add").click()
    result.command("amend", "course/talk", str(save(page, result)))
    assert "今晩は皆さん。" in texts(result)["txt"]


def test_a_browser_that_keeps_nothing_is_said_to_and_asks_before_it_leaves(result, open_review):
    page = open_review()
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    click_word(page, row(page, 1).locator(".c del").first)
    edits(page, "1 edit, which this browser can't keep: save them before you leave")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with page.expect_event("dialog"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]
    save(page, result)
    page.close(run_before_unload=True)
    assert asked == ["beforeunload"]


def test_edits_can_be_saved_from_where_one_is(result, open_review):
    page = open_review()
    page.set_viewport_size({"width": 390, "height": 600})
    expect(page.get_by_role("button", name="Save 1 edit")).to_be_hidden()
    click_word(page, row(page, 1).locator(".c del").first)
    row(page, 6).scroll_into_view_if_needed()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save 1 edit").click()
    assert json.loads(download.value.path().read_text())["edits"][0]["kind"] == "text"
    edits(page, "talk.edits.json is saved: drop it into inbox/")
    expect(page.get_by_role("button", name="Save 1 edit")).to_be_hidden()


def test_the_key_that_writes_a_paragraph_is_known_on_other_keyboards(result, open_review):
    page = open_review()
    row(page, 1).get_by_role("link").first.focus()
    event = (
        "(row, key) => row.dispatchEvent(new KeyboardEvent('keydown', {key, code: 'KeyE', bubbles: true}))"
    )
    for key in ("у", "ק", "E"):
        row(page, 1).evaluate(event, key)
        expect(row(page, 1).locator("textarea")).to_be_focused()
        page.keyboard.press("Escape")


def test_a_paragraph_is_written_in_its_own_direction_and_place(result, open_review):
    page = open_review()
    page.get_by_role("radio", name="Side by side").check()
    left = row(page, 1).locator(".c").bounding_box()["x"]
    row(page, 1).get_by_role("button", name="Edit").click()
    box = row(page, 1).locator("textarea")
    assert box.bounding_box()["x"] == left
    assert box.evaluate("(box) => getComputedStyle(box).direction") == "ltr"
    box.fill("שלום.")
    assert box.evaluate("(box) => getComputedStyle(box).direction") == "rtl"


def test_on_paper_there_is_nothing_to_press(result, open_review):
    page = open_review()
    click_word(page, row(page, 1).locator(".c del").first)
    page.emulate_media(media="print")
    assert page.locator("button:visible, form:visible").count() == 0
