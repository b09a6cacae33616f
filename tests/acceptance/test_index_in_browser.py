"""index.html in a real browser: what people see and do, with five thousand results, and with hostile ones."""

import pytest

from daemon.delivery.catalogue.entry import make_entry
from daemon.delivery.catalogue.page import Totals, render_page, render_row
from daemon.delivery.catalogue.rows import FailedJob, make_row
from tests.acceptance.test_review_in_browser import (  # noqa: F401 - fixtures
    DESK,
    FONTS,
    MISPLACED,
    PHONE,
    axe,
    chromium,
    expect,
    open_page,
    pytestmark,
)
from tests.unit.delivery.review.payloads import HOSTILE

MANY = 5000
WIDTHS = (320, 360, 511, 513, 700, 991, 992, 1100, 1280, 2400)


def entry_of(number, **summary):
    folder = ("", "course/", "course/week 1/", "other/")[number % 4]
    minute = f"2026-01-{1 + number // 1440 % 28:02d}T{number // 60 % 24:02d}:{number % 60:02d}"
    told = {
        "source": f"{folder}talk-{number}.vtt",
        "finished_at": f"{minute}:00+00:00",
        "duration_seconds": 60.0 * (number % 90),
        "words_out": 10 * number,
        "flags": [{}] * (number % 11 == 0),
        "notes": {"number": 2 * (number % 5 == 0)},
        "cost": 0.001 * (number % 7),
        "language": ("en", "de", "fr")[number % 3],
        **({"rejected": "It is a picture."} if number % 300 == 7 else {}),
        **summary,
    }
    path = f"{folder}talk-{number}"
    return make_entry(path, told, f"{path}/talk-{number}.md", True, summary.get("title"))


def page_of(entries, failed=()):
    rows = [make_row(entry) for entry in entries]
    totals = Totals(
        delivered=sum("delivered" in row.kinds for row in rows),
        rejected=sum("rejected" in row.kinds for row in rows),
        folders=tuple(sorted({row.folder for row in rows if row.folder})),
        languages=tuple(sorted({row.language for row in rows if row.language})),
    )
    return render_page([render_row(row) for row in rows], totals, failed)


@pytest.fixture(scope="module")
def many():
    return page_of([entry_of(number) for number in reversed(range(MANY))])


@pytest.fixture
def few():
    failed = [FailedJob("song", "song", "The budget of $1 for one job is spent. Raise it.", 0.5)]
    return page_of([entry_of(number, title=f"Talk {number}") for number in (22, 21, 20, 9, 7)], failed)


def titles(page):
    """The titles that are shown, in their order, whether or not they are laid out yet."""
    rows = page.locator(".row h3").all()
    return [row.text_content().strip() for row in rows if row.is_visible()]


def choose(page, name, value):
    page.get_by_role("combobox", name=name).select_option(value)


def test_five_thousand_results_are_shown_and_how_soon_is_told(open_page, many, total):  # noqa: F811
    page = open_page(many)
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    shown, loaded = page.evaluate(
        """() => [performance.getEntriesByName("first-contentful-paint")[0].startTime,
                  performance.getEntriesByType("navigation")[0].loadEventEnd]"""
    )
    total(f"index.html of {MANY} results: first painted after {shown:.0f} ms, done after {loaded:.0f} ms")
    assert page.locator(".row").count() == MANY


def test_it_is_filtered_sorted_and_searched(open_page, few):  # noqa: F811
    page = open_page(few)
    assert titles(page) == ["song", "Talk 22", "Talk 21", "Talk 20", "Talk 9", "Talk 7"]
    for kind, shown in (("flagged", ["Talk 22"]), ("noted", ["Talk 20"]), ("rejected", ["Talk 7"]),
                        ("failed", ["song"])):  # fmt: skip
        choose(page, "Show", kind)
        assert titles(page) == shown
        expect(page.get_by_role("status")).to_have_text("1 of 6 shown")
    choose(page, "Show", "")
    choose(page, "Folder", "course")
    assert titles(page) == ["Talk 22", "Talk 21", "Talk 9"]
    choose(page, "Folder", "course/week 1")
    assert titles(page) == ["Talk 22"]
    choose(page, "Folder", "")
    choose(page, "Language", "fr")
    assert titles(page) == ["Talk 20"]
    choose(page, "Language", "")
    choose(page, "Sort", "title")
    assert titles(page) == ["song", "Talk 7", "Talk 9", "Talk 20", "Talk 21", "Talk 22"]
    choose(page, "Sort", "length")
    assert titles(page)[0] == "Talk 22"
    choose(page, "Sort", "cost")
    assert titles(page)[0] == "song"
    page.get_by_role("searchbox", name="Title").fill("TÄLK 2")
    expect(page.get_by_role("status")).to_have_text("3 of 6 shown")
    page.get_by_role("searchbox", name="Title").fill("nothing")
    expect(page.get_by_text("Nothing here of that kind.")).to_be_visible()


def test_without_script_all_of_it_is_there(open_page, few):  # noqa: F811
    page = open_page(few, java_script_enabled=False)
    assert len(titles(page)) == 6
    expect(page.locator("form")).to_be_hidden()


@pytest.mark.parametrize("font", FONTS[:2])
def test_no_text_is_cut_at_any_width(open_page, font):  # noqa: F811
    long = entry_of(22, title="so " + "donau" * 60)
    page = open_page(
        page_of([long, entry_of(7), entry_of(55)], [FailedJob("x" * 90, "x" * 90, "No. " * 40)]), font=font
    )
    page.evaluate(
        "() => document.querySelectorAll('.row').forEach((r) => { r.style.contentVisibility = 'visible'; })"
    )
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 300})
        assert page.evaluate(MISPLACED) == [], width


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
def test_contrast_labels_and_structure_are_as_they_should_be(open_page, few, viewport, scheme):  # noqa: F811
    page = open_page(few, {**viewport, "height": 3000}, color_scheme=scheme)
    found = axe.Axe().run(page).response
    assert [(fault["id"], fault["nodes"][0]["html"][:100]) for fault in found["violations"]] == []


@pytest.mark.parametrize("javascript", [True, False])
def test_hostile_titles_do_nothing(open_page, javascript):  # noqa: F811
    entries = [
        entry_of(number, title=text, source=text, language=text) for number, text in enumerate(HOSTILE)
    ]
    entries += [entry_of(number, title=text, rejected=text) for number, text in enumerate(HOSTILE)]
    page = open_page(
        page_of(entries, [FailedJob(text, text, text) for text in HOSTILE]), java_script_enabled=javascript
    )
    assert page.evaluate("() => window.done") is None
    assert page.locator(".row").count() == 3 * len(HOSTILE)
    if javascript:
        page.get_by_role("searchbox", name="Title").fill("<script>")
        expect(page.get_by_role("status")).to_contain_text("shown")
        assert page.evaluate("() => window.done") is None
