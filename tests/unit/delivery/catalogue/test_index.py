"""index.html shows what lies in the outbox, and is right again by itself after anybody changed that."""

import contextlib
import errno
import json
import os
import re
import shutil
import sqlite3
import stat
import time
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock
from urllib.parse import unquote

import pytest
from msgspec.structs import replace

from daemon.delivery.catalogue import database
from daemon.delivery.catalogue import refresh as refreshing
from daemon.delivery.catalogue import upkeep as upkeep_module
from daemon.delivery.catalogue.database import CATALOGUE, Counts, count_results
from daemon.delivery.catalogue.refresh import Refresh
from daemon.delivery.catalogue.rows import FailedJob
from daemon.delivery.catalogue.store import CatalogueFile
from daemon.delivery.catalogue.upkeep import Upkeep
from daemon.errors import ServiceError
from daemon.system.files import Folder
from tests import HANG_SECONDS
from tests.conftest import until
from tests.unit.delivery.review.payloads import HOSTILE

OWN_TAGS = set(
    "html head meta title style body a header h1 h2 h3 p b main form label select option input output ul li "
    "bdi span time script".split()
)


def titles(made):
    """The titles in the order in which they stand on the page."""
    return [re.sub(r"<[^>]*>", "", title) for title in re.findall(r"<h3>(.*?)</h3>", made.index)]


def links(made):
    return re.findall(r'href="(\./[^"]*)"', made.index)


def test_each_result_is_shown_with_its_facts_newest_first(made):
    made.add("course/first", flags=[{"chunk": 0}], notes={"number": 2}, words_out=8120, title="The roof")
    made.add("second", language="de", duration_seconds=None)
    made.reject("course/noise")
    made.refresh()
    assert titles(made) == ["noise", "second", "The roof"]
    page = made.index
    for part in ("8,120 words", "00:02:30", "1 not cleaned", "2 worth a look", "$0.2500", "It is a picture."):
        assert part in page
    assert "<b>2</b> delivered, 1 with passages not cleaned, <b>1</b> rejected" in page
    assert "./course/first/first.md" in links(made)
    assert "./course/first/review.html" in links(made)
    assert "./rejected/course/noise/REASON.txt" in links(made)


@pytest.mark.parametrize("key", ["duration_seconds", "words_out", "cost"])
@pytest.mark.parametrize(
    "number", [float("inf"), float("nan"), -1e300, 10**400], ids=["inf", "nan", "far", "huge"]
)
def test_a_number_that_no_result_has_keeps_no_other_from_the_index(made, key, number):
    made.add("odd", **{key: number})
    made.add("other")
    made.refresh()
    assert sorted(titles(made)) == ["odd", "other"]


@pytest.mark.long
def test_a_title_that_is_nested_without_end_keeps_no_other_from_the_index(made):
    made.add("odd")
    (made.path / "odd" / "odd.md").write_text("---\ntitle: " + "[" * 4000 + "\n---\n")
    made.add("other")
    made.refresh()
    assert sorted(titles(made)) == ["odd", "other"]


def test_every_link_leads_to_something(made):
    for name in ("a b", "50%", "was?#not", "ä&ö", "x;y=1", "javascript:alert(1)"):
        made.add(f"sub/{name}")
    made.refresh()
    found = [unquote(link) for link in links(made)]
    assert len(found) == 18
    assert all((made.path / link).exists() for link in found)
    assert not any("javascript:" in link for link in links(made))


def test_failed_jobs_stand_on_top_until_they_no_longer_fail(made):
    made.add("talk")
    failed = FailedJob("my song", "'my song'", "Its budget is spent.", 0.5)
    made.refresh([failed])
    assert titles(made) == ["my song", "talk"]
    assert "transcriptd retry &#39;my song&#39;" in made.index
    made.refresh()
    assert titles(made) == ["talk"]


def test_what_was_moved_deleted_or_amended_is_shown_as_it_is(made):
    for name in ("moved", "deleted", "amended", "stays"):
        made.add(name)
    made.refresh()
    (made.path / "kept").mkdir()
    (made.path / "moved").rename(made.path / "kept/moved")
    shutil.rmtree(made.path / "deleted")
    summary = json.loads((made.path / "amended/summary.json").read_text())
    (made.path / "amended/summary.json").write_text(json.dumps({**summary, "words_out": 77_777}))
    made.refresh()
    assert sorted(titles(made)) == ["amended", "moved", "stays"]
    assert "./kept/moved/moved.md" in links(made)
    assert "77,777 words" in made.index


def test_what_a_person_adds_to_a_result_is_not_taken_for_its_text_but_where_it_may_be_that(made):
    made.add("talk", text="The harbour is open.", files={"talk.md": "a digest"})
    made.add("other", text="The museum is shut.", files={"other.txt": "a digest"})
    for name in ("talk", "other"):
        (made.path / name / "mine.md").write_text("---\ntitle: Mine\n---\n\nMy own remarks.\n")
    (made.path / "other/other.md").rename(made.path / "other/other.txt")
    made.refresh()
    assert {"./talk/talk.md", "./other/other.txt"} <= set(links(made))
    assert "Mine" not in made.index
    assert (made.paths("harbour"), made.paths("museum"), made.paths("remarks")) == (["talk"], ["other"], [])
    (made.path / "talk/talk.md").rename(made.path / "talk/mine.md")
    (made.path / "other/other.txt").rename(made.path / "other/mine.txt")
    made.refresh()
    assert {"./talk/mine.md", "./other/mine.txt"} <= set(links(made))


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Yes", "Yes"),
        ("007", "007"),
        ("2024-02-30", "2024-02-30"),
        ("'On: air'", "On: air"),
        ("!!bool maybe", "maybe"),
        ("!!timestamp soon", "soon"),
        (r'"\UFFFFFFFF"', "talk"),
        ("null", "talk"),
        ("", "talk"),
    ],
)
def test_a_title_is_taken_as_text_whatever_yaml_would_make_of_it(made, written, title):
    made.add("talk")
    (made.path / "talk" / "talk.md").write_text(f"---\ntitle: {written}\n---\n")
    made.add("other")
    made.refresh()
    assert sorted(titles(made)) == sorted([title, "other"])


def test_a_moment_that_is_no_text_keeps_no_other_from_the_index(made):
    made.add("odd", finished_at="\ud800")
    made.add("other")
    made.refresh()
    assert sorted(titles(made)) == ["odd", "other"]


def test_a_title_that_a_person_bettered_in_the_text_is_taken_over(made):
    made.add("talk")
    made.refresh()
    text = made.path / "talk/talk.md"
    text.write_text(text.read_text().replace('title: "talk"', "title: The harbour"))
    made.refresh()
    assert titles(made) == ["The harbour"]


def test_another_outbox_in_its_place_has_its_own_index(made):
    made.add("talk")
    made.refresh()
    shutil.rmtree(made.path)
    made.path.mkdir()
    made.add("other")
    made.refresh()
    assert titles(made) == ["other"]


def test_an_outbox_in_which_nothing_lies_gets_no_index_and_an_emptied_one_says_so(made):
    made.refresh()
    assert os.listdir(made.path) == []
    made.add("talk")
    made.refresh()
    shutil.rmtree(made.path / "talk")
    made.refresh()
    assert titles(made) == []
    assert "<b>0</b> delivered" in made.index


def test_a_page_that_was_deleted_or_spoilt_is_written_again(made):
    made.add("talk")
    made.refresh()
    whole = made.index
    (made.path / "index.html").unlink()
    made.refresh()
    assert made.index == whole
    (made.path / "index.html").write_text(whole[:1000])
    made.refresh()
    assert made.index == whole


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_is_no_page_of_ours_is_never_overwritten(made, kind, caplog):
    made.add("talk")
    target = made.path / "index.html"
    if kind == "file":
        target.write_text("<h1>my own</h1>")
    elif kind == "folder":
        target.mkdir()
    else:
        target.symlink_to(made.path / "talk/talk.md")
    before = (made.path / "talk/talk.md").read_text()
    made.refresh()
    assert "not a page of ours" in caplog.text
    assert (made.path / "talk/talk.md").read_text() == before
    assert kind != "file" or target.read_text() == "<h1>my own</h1>"


def test_where_nothing_has_changed_nothing_is_written(made):
    made.add("talk")
    made.refresh()
    before = os.stat(made.path / "index.html").st_ino
    refresh = Refresh(str(made.state), made.outbox)
    refresh.walk()
    assert refresh.write_pages(()) is True  # the first time, since nobody knows which failed jobs it shows
    assert refresh.write_pages(()) is False
    refresh.close()
    assert os.stat(made.path / "index.html").st_ino != before


def test_older_results_have_pages_of_their_own_that_a_delivery_does_not_touch(made, monkeypatch):
    monkeypatch.setattr(refreshing, "BLOCK", 3)
    for number in range(10):
        made.add(f"talk-{number}")
    made.refresh()
    assert titles(made) == [f"talk-{number}" for number in (9, 8, 7, 6)]
    assert links(made)[:2] == ["./index-2.html", "./index-1.html"]
    assert "talk-0" in (made.path / "index-1.html").read_text()
    before = os.stat(made.path / "index-1.html").st_ino
    made.add("talk-10")
    made.refresh()
    assert titles(made)[0] == "talk-10"
    assert os.stat(made.path / "index-1.html").st_ino == before
    shutil.rmtree(made.path / "talk-1")
    made.refresh()
    assert "talk-1<" not in (made.path / "index-1.html").read_text()
    for number in (0, 2):
        shutil.rmtree(made.path / f"talk-{number}")
    made.refresh()
    assert not (made.path / "index-1.html").exists()
    assert links(made)[0] == "./index-2.html"


def test_a_delivery_reads_none_of_the_other_results(made, monkeypatch):
    for number in range(5):
        made.add(f"talk-{number}")
    made.refresh()
    refresh = Refresh(str(made.state), made.outbox)
    made.add("new")
    read = []
    real = Folder.read
    monkeypatch.setattr(Folder, "read", lambda self, name: read.append(self.path) or real(self, name))
    refresh.take_in(["new"])
    refresh.write_pages(())
    refresh.close()
    assert {os.path.basename(path) for path in read} == {"new"}
    assert titles(made)[0] == "new"


def test_the_page_has_the_modes_of_the_outbox_and_the_catalogue_is_its_owners(made):
    made.add("talk")
    made.path.chmod(0o750)
    made.refresh()
    assert stat.S_IMODE(os.stat(made.path / "index.html").st_mode) == 0o640
    assert stat.S_IMODE(os.stat(made.state / CATALOGUE).st_mode) == 0o600
    assert os.listdir(made.state) == [CATALOGUE]


def test_hostile_titles_folders_and_reasons_are_text(made):
    for number, text in enumerate(HOSTILE):
        made.add(f"talk-{number}", title=text, source=text, language=text)
        made.reject(f"bad-{number}", why=text)
    made.refresh()
    page = made.index
    assert page.count("<script>") == 1
    assert set(re.findall(r"<([a-zA-Z][a-zA-Z0-9]*)", page)) <= OWN_TAGS


@pytest.mark.parametrize(
    "summary", ["[]", "{}", "{", '{"flags": 3, "notes": [], "words_out": "x", "source": 5}']
)
def test_a_summary_that_says_nothing_useful_stops_nothing(made, summary):
    made.add("talk")
    made.add("odd")
    (made.path / "odd/summary.json").write_text(summary)
    made.refresh()
    assert "talk" in titles(made)


def test_names_that_are_no_utf_8_are_shown_and_linked(made):
    made.add(os.fsdecode(b"caf\xe9"))
    made.refresh()
    assert "./caf%E9/caf%E9.md" in links(made)


# --- the file -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [b"no database at all" * 400, b"", None])
def test_a_catalogue_that_is_damaged_or_gone_is_made_again(made, damage):
    made.add("talk")
    made.refresh()
    upkeep = Upkeep(str(made.state), made.outbox)
    path = made.state / CATALOGUE
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    upkeep.look()
    upkeep.close(HANG_SECONDS)
    if damage:  # seen to be damaged; the next look makes it anew
        upkeep = Upkeep(str(made.state), made.outbox)
        upkeep.look()
        upkeep.close(HANG_SECONDS)
    assert made.paths("harbour") == ["talk"]
    assert titles(made) == ["talk"]


def test_a_damaged_catalogue_on_a_disk_that_became_read_only_is_told_and_no_bug(made, monkeypatch, caplog):
    def refuse(state):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(upkeep_module, "remove_catalogue", refuse)
    (made.state / CATALOGUE).write_bytes(b"no database at all" * 400)
    upkeep = Upkeep(str(made.state), made.outbox)
    upkeep.look()
    upkeep.close(HANG_SECONDS)
    assert caplog.messages == ["index not brought up to date (Read-only file system)"]


def test_a_change_that_a_long_reader_kept_from_being_made_is_made_when_he_has_gone(made, monkeypatch, caplog):
    monkeypatch.setattr(database, "_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(upkeep_module, "_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(upkeep_module, "_GATHER_SECONDS", 0.0)
    made.refresh()
    with contextlib.closing(sqlite3.connect(made.state / CATALOGUE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM results").fetchall()
        made.add("talk")
        upkeep = Upkeep(str(made.state), made.outbox)
        upkeep.look()
        until(lambda: caplog.messages and not upkeep._is_queued)
    upkeep.look()
    until(lambda: upkeep.counts is not None and upkeep.counts.delivered == 1)
    upkeep.close(HANG_SECONDS)
    assert caplog.messages == ["index not brought up to date (database is locked)"]
    assert titles(made) == ["talk"]


def test_an_index_for_which_there_is_not_enough_memory_is_told_and_no_bug(made, monkeypatch, caplog):
    made.add("talk")
    monkeypatch.setattr(Refresh, "write_pages", Mock(side_effect=MemoryError))
    upkeep = Upkeep(str(made.state), made.outbox)
    upkeep.look()
    upkeep.close(HANG_SECONDS)
    assert caplog.messages == ["index not brought up to date (there is not enough memory)"]


def test_no_catalogue_is_made_in_a_folder_that_lies_where_the_state_folder_did(made):
    made.add("talk")
    lost = ServiceError("The state folder is not the one it was at the start.")
    upkeep = Upkeep(str(made.state), made.outbox, lambda: lost)
    upkeep.look()
    upkeep.close(HANG_SECONDS)
    assert not (made.state / CATALOGUE).exists()
    upkeep = Upkeep(str(made.state), made.outbox, lambda: None)
    upkeep.look()
    upkeep.close(HANG_SECONDS)
    assert titles(made) == ["talk"]


def test_a_catalogue_of_another_version_is_made_again(made):
    made.add("talk")
    made.refresh()
    with sqlite3.connect(made.state / CATALOGUE) as connection:
        connection.execute("PRAGMA user_version = 7")
    connection.close()
    assert made.paths("harbour") == ["talk"]


@pytest.fixture
def in_zone(monkeypatch):
    """Has this process live in a time zone."""

    def move(zone):
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("evening", ["2027-03-28T20:00:00+00:00", "2026-10-25T20:00:00+00:00"])
def test_today_begins_at_midnight_on_days_of_23_and_25_hours_too(made, in_zone, evening):
    in_zone("Europe/Berlin")
    now = datetime.fromisoformat(evening)
    midnight = datetime.combine(now.date(), datetime.min.time()).astimezone(UTC)
    made.add("one", finished_at=(midnight - timedelta(minutes=1)).isoformat())
    made.add("two", finished_at=(midnight + timedelta(minutes=1)).isoformat())
    made.refresh()
    counts = count_results(str(made.state), now.astimezone())
    assert (counts.delivered, counts.delivered_today) == (2, 1)


def test_results_are_counted_in_all_and_today(made, in_zone):
    in_zone("UTC")
    made.add("one", finished_at="2026-01-01T23:59:59+00:00")
    made.add("two", finished_at="2026-01-02T00:00:00+00:00", flags=[{}])
    made.reject("three")
    made.refresh()
    today = datetime(2026, 1, 2, 12, tzinfo=UTC)
    counts = count_results(str(made.state), today)
    assert replace(counts, newest_rejected=(), newest_flagged=()) == Counts(2, 1, 1, 1, 1, 1)
    assert count_results(str(made.path), today) is None


def test_the_newest_rejected_and_flagged_are_named_for_a_week(made):
    for day in range(1, 13):
        made.add(f"talk{day}", finished_at=f"2026-01-{day:02}T12:00:00+00:00", flags=[{}] * (day % 2))
    made.reject("three")
    made.refresh()
    counts = count_results(str(made.state), datetime(2026, 1, 12, 13, tzinfo=UTC))
    assert [(one.path, one.passages) for one in counts.newest_flagged] == [
        (f"talk{day}", 1) for day in (11, 9, 7)
    ]
    assert [one.source for one in counts.newest_rejected] == []
    counts = count_results(str(made.state), datetime(2026, 1, 2, 13, tzinfo=UTC))
    assert [one.source for one in counts.newest_rejected] == ["three.txt"]
    assert counts.newest_rejected[0].reason


def test_after_a_bug_the_index_is_brought_up_to_date_at_a_later_look(made, monkeypatch, caplog):
    def fail(refresh):
        raise KeyError("a bug")

    made.add("talk")
    monkeypatch.setattr(upkeep_module, "AFTER_BUG_SECONDS", 0.0)
    monkeypatch.setattr(upkeep_module, "_GATHER_SECONDS", 0.0)
    upkeep = Upkeep(str(made.state), made.outbox)
    with monkeypatch.context() as patch:
        patch.setattr(Refresh, "walk", fail)
        upkeep.look()
        until(lambda: "bug=KeyError" in caplog.text and not upkeep._is_queued)
    upkeep.look()
    until(lambda: upkeep.counts is not None and upkeep.counts.delivered == 1)
    upkeep.close(HANG_SECONDS)
    assert titles(made) == ["talk"]


def test_what_was_delivered_is_counted_at_once(made):
    made.add("one")
    upkeep = Upkeep(str(made.state), made.outbox)
    upkeep.look()
    while upkeep.counts is None:
        pass
    made.add("two")
    assert upkeep.note("two", flagged=True).delivered == 2
    assert upkeep.counts.flagged == 1
    upkeep.close(HANG_SECONDS)
    assert sorted(titles(made)) == ["one", "two"]


def test_what_nobody_told_of_is_found_at_the_next_start(made):
    made.add("one")
    made.refresh()
    made.add("two")  # the process was killed before it could note it
    upkeep = Upkeep(str(made.state), made.outbox)
    upkeep.look()
    upkeep.close(HANG_SECONDS)
    assert sorted(titles(made)) == ["one", "two"]


def test_words_of_removed_results_are_cleared_away_in_time(made, monkeypatch):
    monkeypatch.setattr("daemon.delivery.catalogue.store._GARBAGE", 2)
    for number in range(6):
        made.add(f"talk-{number}")
    made.refresh()
    for number in range(5):
        shutil.rmtree(made.path / f"talk-{number}")
    made.refresh()
    file = CatalogueFile(str(made.state))
    assert file._connection.execute("SELECT count(*) FROM texts_docsize").fetchone() == (1,)
    file.close()
    assert made.paths("harbour") == ["talk-5"]


def test_a_result_called_as_the_file_in_each_hides_none_beside_it(made):
    made.add("course/summary.json", title="Odd")
    made.add("course/talk", title="The talk")
    made.refresh()
    assert titles(made) == ["The talk", "Odd"]
    assert made.paths("harbour") == ["course/talk", "course/summary.json"]
