"""The page in a real browser: what people see and do, on a screen, a phone, paper, and without seeing.

Needs Debian's `chromium-headless-shell` (or another browser, as CHROMIUM says). In every test the page may
ask for nothing but itself, and may not complain. The browser finds one font family only, whatever else is
installed: what a test measures is the same on every machine.
"""

import os
import re
import shutil
from contextlib import ExitStack
from functools import cache, lru_cache

import pytest

from tests import HANG_SECONDS
from tests.unit.delivery.review.payloads import HOSTILE
from tests.unit.delivery.review.samples import MEETING, html_of, long_talk, meeting, result_of
from tests.unit.delivery.review.test_page import hostile_html

# The first is the same browser without a desktop's windows: a third of the processor's time does for it.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs a browser: install chromium-headless-shell, or set CHROMIUM"
)

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright, which is in the dev extra")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
expect = sync_api.expect
expect.set_options(timeout=1000 * HANG_SECONDS)

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
LINE = "(mark) => getComputedStyle(mark).textDecorationLine"
VIEWS = ("redline", "side", "clean")

# A narrow, a wide and a very wide one, all of Debian's `fonts-dejavu-core`.
FONTS = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono")
# For the library by which Chromium looks for fonts: whatever is asked for, this family is the answer.
ONE_FONT = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>{folder}</cachedir>
  <match target="pattern">
    <edit name="family" mode="assign" binding="strong"><string>{font}</string></edit>
  </match>
</fontconfig>
"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """Gives the browser that finds a font and no other; each is launched once."""
    with sync_api.sync_playwright() as playwright, ExitStack() as at_the_end:

        @cache
        def launch(font):
            folder = tmp_path_factory.mktemp("fonts")
            (folder / "fonts.conf").write_text(ONE_FONT.format(folder=folder, font=font))
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=["--no-sandbox"],
                env={**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")},
                timeout=1000 * HANG_SECONDS,
            )
            at_the_end.callback(browser.close)
            return browser

        yield launch


def fonts_of(page, selector):
    """The families that the browser has found for the letters of an element."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    document = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": document, "selector": selector})
    found = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})
    session.detach()
    return {font["familyName"] for font in found["fonts"]}


@pytest.fixture
def open_page(chromium, tmp_path):
    """Opens HTML from a file; in the end it has asked for nothing else and complained of nothing."""
    contexts, asked, said = [], [], []

    def open_it(html, viewport=DESK, font=FONTS[0], **settings):
        file = tmp_path / f"{len(contexts)}.html"
        file.write_text(html, encoding="utf-8", errors="replace")
        contexts.append(chromium(font).new_context(viewport=viewport, **settings))
        page = contexts[-1].new_page()
        page.set_default_timeout(1000 * HANG_SECONDS)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.goto(file.as_uri())
        return page

    open_it.said = said
    open_it.asked = asked
    yield open_it
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in asked if not re.search(r"/\d\.html(?:#\w*)?$", url)] == []


@pytest.fixture
def page(open_page):
    return open_page(html_of(meeting()))


@lru_cache
def long(count):
    return html_of(long_talk(count))


NAMES = {"redline": "Redline", "side": "Side by side", "clean": "Clean only"}


def choose(page, view):
    page.get_by_role("radio", name=NAMES[view]).check()


def words(page, row, block="c"):
    """What stands in a paragraph for somebody who looks at it."""
    found = page.locator(f"#r{row} .{block}")
    return " ".join(found.inner_text().split()) if found.is_visible() else ""


def shown(page):
    return [int(row.get_attribute("id")[1:]) for row in page.locator(".row").all() if row.is_visible()]


def status(page, text):
    expect(page.get_by_role("status")).to_have_text(text)


def at(page, row):
    """The row has the focus, and its beginning is in sight, below the strip."""
    expect(page.locator(f"#r{row}")).to_be_focused()
    page.wait_for_function(
        """(row) => {
          const top = document.getElementById(row).getBoundingClientRect().top;
          const strip = document.querySelector(".strip").getBoundingClientRect();
          return top >= strip.bottom - 1 && top < innerHeight - 20;
        }""",
        arg=f"r{row}",
    )


# --- views --------------------------------------------------------------------------------------------------


def test_the_redline_shows_what_was_removed_and_added_in_one_text(page):
    assert words(page, 3) == "hmm that thatThat is a lot. didDid you say yes?"
    assert words(page, 3, "o") == ""


def test_side_by_side_shows_the_original_and_the_cleaned_text_next_to_each_other(page):
    choose(page, "side")
    assert words(page, 3, "o") == MEETING[2][2]
    assert words(page, 3) == MEETING[2][3]
    left, right = page.locator("#r3 .o").bounding_box(), page.locator("#r3 .c").bounding_box()
    assert left["x"] + left["width"] <= right["x"]
    assert left["y"] == right["y"]


def test_on_a_phone_they_stand_below_each_other(open_page):
    page = open_page(html_of(meeting()), PHONE)
    choose(page, "side")
    above, below = page.locator("#r3 .o").bounding_box(), page.locator("#r3 .c").bounding_box()
    assert above["y"] + above["height"] <= below["y"]


def test_clean_only_shows_the_cleaned_text_without_marks(page):
    choose(page, "clean")
    assert [words(page, row) for row in (1, 2, 3)] == [said[3] for said in MEETING[:3]]
    assert words(page, 4) == MEETING[3][2]
    assert page.locator("#r3 .c ins").first.evaluate(LINE) == "none"


def test_capitals_and_punctuation_can_be_left_out_of_the_redline(page):
    page.get_by_label("Capitals, punctuation").uncheck()
    assert words(page, 3) == "hmm that That is a lot. Did you say yes?"
    page.get_by_label("Capitals, punctuation").check()
    assert words(page, 3) == "hmm that thatThat is a lot. didDid you say yes?"


def test_everything_is_done_by_keyboard(page):
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the flagged passage on top
    at(page, 4)
    page.get_by_role("radio", name="Redline").focus()
    page.keyboard.press("ArrowRight")
    assert words(page, 3, "o") == MEETING[2][2]
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="Show")).to_be_focused()
    page.keyboard.press("n")  # "not cleaned"
    assert shown(page) == [4]


# --- the filter, and the ways to a place --------------------------------------------------------------------


def test_the_way_to_the_text_ends_below_the_strip(open_page):
    page = open_page(long(3_000))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    bottom = "() => document.querySelector('.strip').getBoundingClientRect().bottom"
    assert page.locator("#r1 h3").bounding_box()["y"] >= page.evaluate(bottom)


def test_only_what_needs_a_look_can_be_shown(page):
    kinds = {
        "flagged": [4],
        "noted": [5, 6],
        "changed": [1, 2, 3, 5, 6, 7, 8],
        "much": [5],
        "all": [1, 2, 3, 4, 5, 6, 7, 8],
    }
    for kind, rows in kinds.items():
        page.get_by_role("combobox", name="Show").select_option(kind)
        assert shown(page) == rows
        status(page, "" if kind == "all" else f"{len(rows)} of 8 paragraphs shown")


def test_where_there_is_nothing_of_a_kind_the_page_says_so(open_page):
    page = open_page(html_of([result_of(MEETING[:3])]))
    page.get_by_role("combobox", name="Show").select_option("flagged")
    assert shown(page) == []
    expect(page.get_by_text("Nothing here of that kind.")).to_be_visible()


TIMES = [
    ("0", 1),
    ("0:14", 2),
    ("0:13", 1),
    ("00:00:56", 4),
    ("1:57", 7),
    ("1", 5),
    ("9:59:59", 8),
    ("1.43", 6),
]


def test_a_time_leads_to_the_paragraph_that_was_being_said_then(page):
    for time, row in TIMES:
        page.get_by_label("Go to").fill(time)
        page.keyboard.press("Enter")
        at(page, row)
        page.get_by_label("Go to").focus()


def test_what_is_no_time_is_not_followed(page):
    for time in ("", "soon", "1:2:3:4", "-1", "1e3", "٣:٠٠"):
        page.get_by_label("Go to").fill("0:14")
        page.get_by_label("Go to").press("Enter")
        status(page, "At 00:00:14")
        page.get_by_label("Go to").fill(time)
        page.get_by_label("Go to").press("Enter")
        status(page, "Write a time as 1:02:03 or 12:30")


def test_a_place_that_the_filter_hides_is_shown_again(page):
    page.get_by_role("combobox", name="Show").select_option("noted")
    page.locator(".flags a").click()
    at(page, 4)
    assert page.get_by_role("combobox", name="Show").input_value() == "all"


def test_a_link_to_a_paragraph_opens_there(open_page):
    page = open_page(long(5000))
    page.goto(page.url + "#r30")
    at(page, 30)


def test_a_click_on_the_strip_leads_there_and_the_strip_shows_where_one_is(open_page):
    page = open_page(long(5000))
    bar = page.locator(".bars i").nth(90)
    number = int(bar.get_attribute("data-r"))
    bar.click()
    at(page, number)
    expect(page.locator(".bars i.here")).to_have_attribute("data-r", str(number))


def test_the_last_minute_of_a_long_talk_is_one_step_away(open_page):
    page = open_page(long(20_000))
    page.get_by_label("Go to").fill("1:00:00")
    page.keyboard.press("Enter")
    at(page, 101)


# --- search -------------------------------------------------------------------------------------------------


def find(page, text):
    page.get_by_label("Find").fill(text)


def marked(page, name="found"):
    """The texts that are marked as hits."""
    return page.evaluate("(name) => [...CSS.highlights.get(name)].map((range) => range.toString())", name)


def test_hits_are_counted_marked_and_stepped_through(page):
    find(page, "ASK")
    status(page, "4 found")
    assert marked(page) == ["ask"] * 4
    page.keyboard.press("Enter")
    status(page, "1 of 4")
    page.get_by_role("button", name="Next hit").click()
    status(page, "2 of 4")
    assert marked(page, "here") == ["ask"]
    page.get_by_role("button", name="Previous hit").click()
    status(page, "1 of 4")
    page.get_by_role("button", name="Previous hit").click()
    status(page, "4 of 4")


FOUND = [
    ("redline", "tonight we have two things", 1),  # the removed words between are passed over
    ("redline", "so tonight we have, we have", 1),  # and so are those added
    ("redline", "you know", 1),
    ("side", "you know", 1),
    ("clean", "you know", 0),
    ("clean", "tonight  we have two things", 1),
    ("side", "library and", 2),
    ("redline", "no such words", 0),
    ("redline", ".*", 0),
]


def test_what_can_be_found_is_what_the_view_shows(page):
    for view, text, hits in FOUND:
        find(page, "")
        status(page, "")
        choose(page, view)
        find(page, text)
        status(page, f"{hits} found" if hits else "Nothing found")


def test_the_filter_narrows_the_search(page):
    find(page, "library")
    status(page, "2 found")
    page.get_by_role("combobox", name="Show").select_option("flagged")
    status(page, "Nothing found")


IN_SIGHT = """() => {
  const [hit] = CSS.highlights.get("here");
  const box = hit.getBoundingClientRect();
  const strip = document.querySelector(".strip").getBoundingClientRect();
  return box.top >= strip.bottom && box.bottom < innerHeight;
}"""


def test_hits_far_apart_come_into_sight(open_page):
    needle = [(0.0, "Ann", "um a needle here", "A needle here.")]
    page = open_page(html_of([result_of(needle), *long_talk(5000), result_of(needle)]))
    find(page, "needle")
    for number in (1, 2, 1):
        page.keyboard.press("Enter")
        status(page, f"{number} of 2")
        page.wait_for_function(IN_SIGHT)


def test_too_many_hits_are_said_to_be_many(open_page):
    page = open_page(long(20_000))
    find(page, "er")
    status(page, "1000 or more found")


# --- without script, on paper, on a phone, in the dark ------------------------------------------------------


def test_without_script_it_is_a_plain_redline(open_page):
    page = open_page(html_of(meeting()), java_script_enabled=False)
    expect(page.get_by_role("heading", name="Not cleaned: 1 passage")).to_be_visible()
    for form in page.locator("form").all():
        expect(form).to_be_hidden()
    expect(page.locator("#r3 .c")).to_be_visible()
    expect(page.locator("#r3 del").last).to_be_visible()
    page.locator(".flags a").click()
    expect(page.locator("#r4")).to_be_in_viewport()


def test_on_paper_there_is_all_of_the_text_and_nothing_to_press(page):
    page.emulate_media(media="print")
    for form in page.locator("form").all():
        expect(form).to_be_hidden()
    for row in page.locator(".row").all():
        assert row.evaluate("(row) => getComputedStyle(row).contentVisibility") == "visible"
    assert page.pdf()[:5] == b"%PDF-"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_dark_in_the_dark(open_page, scheme):
    page = open_page(html_of(meeting()), color_scheme=scheme)
    paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    light = sum(map(int, re.findall(r"\d+", paper)[:3])) > 380
    assert light == (scheme == "light")


WORST = [
    (0.0, "Ann " * 30, "so " + "donau" * 60 + " um " + "x" * 400, "So " + "donau" * 60 + " " + "x" * 400)
]
WIDTHS = (*range(320, 1330, 30), 991, 992, 2400)

# Rows out of sight are not laid out otherwise; and a window as high as all of them is slow to be painted.
LAY_OUT_ALL = """() => document.querySelectorAll(".row").forEach((row) => {
  row.style.contentVisibility = "visible";
})"""

# What is wider than its box or reaches out of the window, and the rows where two texts lie on one another.
MISPLACED = """() => {
  const cut = [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    const text = element.matches(".o, .c, h1, h3, p, li, dd");
    const wider = text && element.scrollWidth > element.clientWidth + 1;
    const beside = box.right > innerWidth + 1 || box.left < -1;
    return box.width && !element.closest(".vh, .skip, .views") && (wider || beside);
  });
  const below = (a, b) => b.bottom <= a.top + 1 || b.right <= a.left;
  const apart = (a, b) => below(a, b) || below(b, a);
  const overlapping = [...document.querySelectorAll(".row")].filter((row) => {
    const boxes = [...row.children].map((part) => part.getBoundingClientRect()).filter((box) => box.height);
    return boxes.some((a, at) => boxes.slice(at + 1).some((b) => !apart(a, b)));
  });
  const wide = document.documentElement.scrollWidth > innerWidth ? [document.documentElement] : [];
  return [...cut, ...overlapping, ...wide].map((element) => element.outerHTML.slice(0, 80));
}"""


@pytest.mark.parametrize("font", FONTS)
def test_no_text_is_cut_or_lies_on_another_at_any_width(open_page, font):
    page = open_page(html_of([*meeting(), result_of(WORST)]), font=font)
    if fonts_of(page, "#r3 h3 a") != {font}:
        pytest.skip(f"needs the font {font}, of Debian's fonts-dejavu-core")
    open_page.said.clear()  # asked for fonts, some versions read the file once more and complain
    page.evaluate(LAY_OUT_ALL)
    for view in VIEWS:
        choose(page, view)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 300})
            assert page.evaluate(MISPLACED) == [], (view, width)


# --- with eyes that see no colour, and without eyes ---------------------------------------------------------


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
def test_contrast_labels_and_structure_are_as_the_rules_for_accessible_pages_want_them(
    open_page, viewport, scheme
):
    page = open_page(html_of(meeting()), {**viewport, "height": 5000}, color_scheme=scheme)
    for view in VIEWS:
        choose(page, view)
        found = axe.Axe().run(page).response
        assert [(fault["id"], fault["nodes"][0]["html"][:100]) for fault in found["violations"]] == []


def test_colour_is_never_the_only_sign(page):
    style = "(mark) => getComputedStyle(mark).textDecorationStyle"
    assert page.locator("#r1 .c del:not([class])").first.evaluate(LINE) == "line-through"
    assert page.locator("#r2 .c ins:not([class])").first.evaluate(LINE) == "underline"
    assert page.locator("#r1 .c ins.w").first.evaluate(style) == "dotted"
    expect(page.locator("#r4 .flag")).to_contain_text("Not cleaned")
    expect(page.locator("#r6 .notes")).to_contain_text("? number")
    expect(page.locator("#r5 .facts-of")).to_contain_text("much changed")


def test_a_screen_reader_hears_what_was_removed_and_added(page):
    heard = page.locator("#r2").aria_snapshot()
    assert re.search(r"deletion: .*removed:.* forty", heard)
    assert re.search(r"insertion: .*added:.* 40", heard)
    assert 'heading "00:00:14 Tomás" [level=3]' in heard
    choose(page, "clean")
    heard = page.locator("#r2").aria_snapshot()
    assert "removed:" not in heard
    assert "forty" not in heard


# --- hostile transcripts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False])
def test_fifty_hostile_texts_do_nothing(open_page, javascript):
    page = open_page(hostile_html(HOSTILE), java_script_enabled=javascript)
    assert len(HOSTILE) >= 50
    assert page.title().startswith("What was changed: ")
    assert page.evaluate("() => window.done") is None
    tags = page.evaluate(
        "() => [...new Set([...document.querySelectorAll('*')].map((one) => one.localName))]"
    )
    plain = open_page(hostile_html(["plain words"]))
    known = "() => [...new Set([...document.querySelectorAll('*')].map((one) => one.localName))]"
    assert set(tags) <= set(plain.evaluate(known))
    assert page.locator(".row").count() == 2 * len(HOSTILE) + 1


def test_hostile_texts_can_be_searched_and_filtered_like_others(open_page):
    page = open_page(hostile_html(HOSTILE))
    for view in VIEWS:
        choose(page, view)
        find(page, "<script>window.done=1</script>")
        expect(page.get_by_role("status")).to_contain_text("found")
    find(page, "")
    page.get_by_role("combobox", name="Show").select_option("flagged")
    assert len(shown(page)) == len(HOSTILE) + 1
    assert page.evaluate("() => window.done") is None


def test_the_policy_stops_what_would_get_in_all_the_same(open_page):
    page = open_page(html_of(meeting()))
    refused = page.evaluate(
        """() => new Promise((done) => {
          addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
          document.querySelector("h1").innerHTML = "<b onclick='window.done=1'></b>";
          document.querySelector("h1 b").click();
        })"""
    )
    assert refused.startswith("script-src")
    assert "Content Security Policy" in open_page.said.pop()
    assert page.evaluate("() => window.done") is None
