"""Files of one stem are one job: the one that says most is read, the others travel along."""

import errno
import json
import os
import stat
from contextlib import suppress

import pytest

from daemon.intake.claim import settle_claim
from daemon.intake.inbox import Inbox
from daemon.intake.put_back import put_back_job, put_back_result, sweep_inbox
from daemon.intake.redo_mark import read_redo_mark, write_redo_mark
from daemon.system.files import Folder
from tests.conftest import until
from tests.faulty_disk import Faulty
from tests.proofs.power_cut import every_kill
from tests.unit.intake.test_claim import World

WHISPER = json.dumps(
    {"segments": [{"start": 0.0, "end": 2.0, "text": " um from the json", "speaker": "SPEAKER_00"}]}
)
SRT = "1\n00:00:00,000 --> 00:00:02,000\num from the srt\n"
VTT = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\num from the vtt\n"
TXT = "um from the txt\n"


def once(root, code=0):
    assert root.start("once").wait() == code


def visible(folder):
    return sorted(name for name in os.listdir(folder) if not name.startswith("."))


def originals(root, result):
    return sorted(name for name in os.listdir(root.outbox / result) if name.startswith("original"))


# --- from outside ---------------------------------------------------------------------------------------


@pytest.mark.process
def test_what_whisper_writes_is_one_job_and_its_json_is_read(root):
    for extension, text in {"txt": TXT, "vtt": VTT, "srt": SRT, "json": WHISPER}.items():
        root.drop(f"talk.{extension}", text)
    once(root)
    assert root.results() == ["talk"]
    assert "From the json" in (root.outbox / "talk" / "talk.md").read_text()
    assert originals(root, "talk") == ["original.json", "original.srt", "original.txt", "original.vtt"]
    assert (root.outbox / "talk" / "original.srt").read_text() == SRT
    assert root.summary("talk")["source"] == "talk.json"


@pytest.mark.process
def test_a_file_of_the_same_stem_that_says_something_else_is_named(root):
    said = (
        "we painted the garden fence before winter because the neighbours complained about rotten boards "
        "behind their apple trees and nobody wanted another quarrel"
    )
    root.drop("talk.vtt", f"WEBVTT\n\n00:00:00.000 --> 00:00:09.000\n{said}.\n")
    root.drop("talk.srt", f"1\n00:00:00,000 --> 00:00:09,000\n{said.title()}\n")
    root.drop("talk.md", "no transcript at all: 12345\n")
    minutes = (
        "Treasurer Koch presented figures showing higher membership dues, cheaper insurance, several large "
        "donations, expensive heating repairs and unpaid invoices from last summer."
    )
    root.drop("talk.txt", minutes)
    once(root)
    [warning] = root.summary("talk")["warnings"]
    assert warning.startswith("talk.txt has the same stem, but says something else")
    assert (root.outbox / "talk" / "original.txt").read_text() == minutes
    assert warning in (root.outbox / "talk" / "review.html").read_text()


@pytest.mark.process
def test_where_the_richest_is_no_transcript_the_next_is_read_and_that_is_said(root):
    root.drop("talk.json", '{"format": "mp3", "tags": {}}')
    root.drop("talk.srt", SRT)
    once(root)
    summary = root.summary("talk")
    assert "From the srt" in (root.outbox / "talk" / "talk.md").read_text()
    assert summary["read"] == "talk.srt"
    assert list(summary["unread"]) == ["talk.json"]


@pytest.mark.process
def test_where_none_can_be_read_all_are_rejected_together(root):
    root.drop("talk.json", "{}")
    root.drop("talk.srt", b"\x89PNG\r\n\x1a\n\0\0")
    once(root, code=1)
    assert originals(root, "rejected/talk") == ["original.json", "original.srt"]
    assert os.listdir(root.inbox) == []


@pytest.mark.process
def test_other_stems_folders_and_kinds_are_jobs_of_their_own(root):
    root.drop("talk.en.srt", SRT)
    root.drop("talk.srt", SRT)
    root.drop("other/talk.txt", TXT)
    once(root)
    assert root.results() == ["other/talk", "talk", "talk.en"]


@pytest.mark.process
def test_redo_puts_all_of_them_back(root):
    root.drop("talk.srt", SRT)
    root.drop("talk.txt", TXT)
    once(root)
    root.command("redo", "talk")
    assert visible(root.inbox) == ["talk.srt", "talk.txt"]
    once(root)
    assert originals(root, "talk-2") == ["original.srt", "original.txt"]
    assert os.listdir(root.inbox) == []


@pytest.mark.process
def test_redo_puts_nothing_beside_another_file_of_one_of_their_names(root):
    root.drop("talk.srt", SRT)
    root.drop("talk.txt", TXT)
    once(root)
    root.drop("talk.txt", "Another one that waits.\n")
    done = root.command("redo", "talk", check=False)
    assert done.returncode == 2
    assert "talk.txt waits in the inbox already" in done.stderr
    assert os.listdir(root.inbox) == ["talk.txt"]


@pytest.mark.process
def test_a_job_that_starts_over_puts_all_of_them_back(make_root, server):
    root = make_root(base_url=server.url)
    root.write_config()
    (root.path / "PAUSE").touch()
    root.drop("talk.srt", SRT)
    root.drop("talk.yaml", "title: Mine\n")
    server.hold()
    (root.path / "PAUSE").unlink()
    daemon = root.start()
    server.wait_for(1)
    daemon.kill()
    server.release()
    root.command("retry", "talk", "--fresh")
    assert sorted(os.listdir(root.inbox)) == ["talk.srt", "talk.yaml"]


# --- the sidecar ----------------------------------------------------------------------------------------


@pytest.mark.process
def test_a_sidecar_gives_title_and_speakers_and_travels_along(root):
    root.drop("talk.json", WHISPER)
    root.drop("talk.yaml", "title: The river\nspeakers: {SPEAKER_00: Ann}\n")
    once(root)
    text = (root.outbox / "talk" / "talk.md").read_text()
    assert "# The river" in text
    assert "**Ann:** " in text
    assert (root.outbox / "talk" / "original.yaml").exists()
    assert os.listdir(root.inbox) == []


@pytest.mark.process
def test_a_sidecar_says_what_language_a_text_is_in_that_is_too_short_to_tell(root):
    root.drop("talk.txt", "Äh Berlin, äh Hamburg.\n")
    root.drop("talk.yaml", "language: German\n")
    root.drop("other.txt", "Äh Berlin, äh Hamburg.\n")
    once(root)
    assert "Berlin, Hamburg." in (root.outbox / "talk" / "talk.md").read_text()
    assert root.summary("talk")["language"] == "de"
    assert "Äh Berlin, äh Hamburg." in (root.outbox / "other" / "other.md").read_text()
    assert root.summary("other")["language"] is None


@pytest.mark.process
def test_a_sidecar_shapes_what_the_model_is_asked_for(make_root, server):
    root = make_root(base_url=server.url)
    root.drop("talk.txt", TXT)
    root.drop("talk.yml", "style: notes\nglossary: [Zoë]\n")
    root.drop("other.txt", TXT + "and more of it\n")
    once(root)
    systems = [json.dumps(request.body["system"], ensure_ascii=False) for request in server.requests]
    assert sum("Zoë" in system for system in systems) == 1
    assert root.summary("talk")["settings"]["style"] == "notes"
    assert root.summary("other")["settings"]["style"] == "clean"


@pytest.mark.process
def test_a_sidecar_alone_is_never_claimed_and_holds_nothing_up(root):
    root.drop("talk.yaml", "title: Mine\n")
    root.drop("other.txt", TXT)
    once(root)
    assert os.listdir(root.inbox) == ["talk.yaml"]
    assert root.results() == ["other"]


@pytest.mark.process
@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("titel: Mine\n", "titel"),
        ("title: [\n", "not valid YAML"),
        ("style: /etc/passwd\n", "style"),
        ("style: notes\n", "offline rules can't"),
        ("a: &a [x]\nb: &b [*a, *a]\nspeakers: {A: *b}\n", "speakers"),
        ("glossary: [" + "word, " * 20_000 + "]", "65,536 bytes"),
    ],
)
def test_a_sidecar_that_can_not_be_used_is_said_and_both_are_put_where_a_person_sees_them(root, text, part):
    root.drop("talk.txt", TXT)
    root.drop("talk.yaml", text)
    once(root, code=1)
    assert part in (root.outbox / "rejected" / "talk" / "REASON.txt").read_text()
    assert originals(root, "rejected/talk") == ["original.txt", "original.yaml"]


# --- folders otherwise ----------------------------------------------------------------------------------


@pytest.mark.process
def test_a_profile_holds_for_its_folder_and_those_below(make_root, server):
    root = make_root(
        base_url=server.url,
        profiles={"lectures": {"style": "notes"}, "lectures/mine": {"outputs": ["txt"]}},
    )
    for name in ("talk.txt", "lectures/talk.txt", "lectures/physics/talk.txt", "lectures/mine/talk.txt"):
        root.drop(name, TXT)
    once(root)
    styles = {result: root.summary(result)["settings"]["style"] for result in root.results()}
    assert styles == {
        "talk": "clean",
        "lectures/talk": "notes",
        "lectures/physics/talk": "notes",
        "lectures/mine/talk": "clean",
    }
    assert root.summary("lectures/mine/talk")["outputs"] == ["txt"]


@pytest.mark.process
def test_a_profile_that_can_not_work_stops_the_start(make_root):
    root = make_root(profiles={"lectures": {"style": "notes"}})
    done = root.command("once", check=False)
    assert done.returncode == 78
    assert "offline rules" in done.stderr


@pytest.mark.process
def test_a_flat_layout_puts_the_text_on_top_and_the_rest_into_a_folder(root):
    root.write_config(layout="flat", outputs=["md", "txt"])
    root.drop("notes/talk.txt", TXT)
    (root.outbox / "notes").mkdir()
    (root.outbox / "notes" / "talk.md").write_text("somebody's own")
    once(root)
    assert (root.outbox / "notes" / "talk.md").read_text() == "somebody's own"
    assert "From the txt" in (root.outbox / "notes" / "talk-2.md").read_text()
    inside = os.listdir(root.outbox / "notes" / "talk-2")
    assert {"talk.txt", "summary.json", "original.txt"} <= set(inside)
    assert "talk.md" not in inside


# --- claims cut off -------------------------------------------------------------------------------------


class Pair(World):
    """An inbox with a file, another of its stem and a sidecar."""

    def __init__(self, path, *, linked):
        super().__init__(path, linked=linked)
        (self.inbox_path / "sub" / "talk.srt").write_text(SRT)
        (self.inbox_path / "sub" / "talk.yaml").write_text("title: Mine\n")
        for name in ("talk.srt", "talk.yaml") if linked else ():
            os.link(self.inbox_path / "sub" / name, path / name)

    def waiting_names(self):
        return sorted(os.listdir(self.inbox_path / "sub"))


@pytest.mark.parametrize("linked", [False, True])
def test_a_claim_of_several_killed_anywhere_leaves_each_in_one_place_and_keeps_them_together(
    tmp_path, linked
):
    whole = {"sub/talk.txt", "sub/talk.srt", "sub/talk.yaml"}

    def claim_and_settle(world):
        for job in filter(None, world.claim()):
            settle_claim(world.state, str(world.inbox_path), job)

    for world in every_kill(lambda number: Pair(tmp_path / str(number), linked=linked), claim_and_settle):
        jobs = world.restart()
        if not jobs:
            assert set(world.waiting()) == whole
            continue
        (job,) = jobs
        assert [name for name, _ in job.originals.list_names()] == ["talk.srt", "talk.txt", "talk.yaml"]
        assert job.ticket.sidecar == "title: Mine\n"
        assert world.waiting() == {}
        assert world.claim() == []


@pytest.mark.parametrize("linked", [False, True])
def test_all_of_them_are_their_owners_alone_once_they_are_in_their_job(tmp_path, linked):
    world = Pair(tmp_path, linked=linked)
    for name in world.waiting_names():
        (world.inbox_path / "sub" / name).chmod(0o644)
    (job,) = filter(None, world.claim())
    assert settle_claim(world.state, str(world.inbox_path), job)
    modes = [stat.S_IMODE(job.folder.stat(kept).st_mode) for kept in job.ticket.kept_names]
    assert modes == [0o600] * 3


def test_a_sidecar_that_somebody_still_writes_keeps_its_transcript_waiting(tmp_path):
    world = Pair(tmp_path, linked=False)
    with open(world.inbox_path / "sub" / "talk.yaml", "ab"):
        assert not any(world.claim())
        assert world.state_names() == []
    (job,) = filter(None, world.claim())
    assert job.ticket.sidecar == "title: Mine\n"


@pytest.mark.parametrize("change", ["", "and more"])
def test_what_came_with_a_file_is_taken_in_later_unless_it_has_changed_since(tmp_path, change):
    world = Pair(tmp_path, linked=False)
    (job,) = filter(None, world.claim())
    waiting = world.inbox_path / "sub" / "talk.yaml"
    (world.state_path / job.name / "beside.yaml").rename(waiting)  # as if it had been cut off before that
    if change:
        waiting.write_text(change)
    assert settle_claim(world.state, str(world.inbox_path), job)
    assert (job.folder.has("beside.yaml"), waiting.exists()) == (not change, bool(change))


def test_another_file_of_the_same_size_and_time_takes_no_place_of_what_came_in(tmp_path):
    world = Pair(tmp_path, linked=False)
    (job,) = filter(None, world.claim())
    kept = world.state_path / job.name / "beside.yaml"
    another = world.inbox_path / "sub" / "talk.yaml"
    another.write_text("title: Your\n")
    os.utime(another, ns=(0, kept.stat().st_mtime_ns))
    assert settle_claim(world.state, str(world.inbox_path), job)
    assert (kept.read_text(), another.read_text()) == ("title: Mine\n", "title: Your\n")


@pytest.fixture
def put_back(tmp_path):
    """Puts back, into an inbox, a result that has a sidecar."""
    result = tmp_path / "result"
    result.mkdir()
    for name in ("original.txt", "original.yaml"):
        (result / name).write_text("of the result")

    def put(inbox):
        with Folder(str(result)) as folder:
            put_back_result(str(inbox), "talk.txt", folder, ["original.txt", "original.yaml"], ["id"], None)

    return put


def test_a_result_whose_return_is_killed_anywhere_comes_back_with_its_sidecar_and_is_cleaned_anew(
    tmp_path, put_back
):
    def make(number):
        inbox = tmp_path / f"inbox-{number}"
        inbox.mkdir()
        return inbox

    for inbox in every_kill(make, put_back):
        with Folder(str(inbox)) as folder:
            if folder.has("talk.txt"):
                assert folder.has("talk.yaml")
                assert read_redo_mark(folder, "talk.txt").redo_of == ("id",)


def test_a_sidecar_that_waits_in_the_inbox_goes_before_that_of_the_result(tmp_path, put_back):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "talk.yaml").write_text("a person's")
    put_back(inbox)
    assert visible(inbox) == ["talk.txt", "talk.yaml"]
    assert (inbox / "talk.yaml").read_text() == "a person's"


def test_the_mark_of_what_another_process_is_just_putting_back_is_not_swept(folder, tmp_path, monkeypatch):
    with monkeypatch.context() as another:
        another.setattr(os, "getpid", os.getppid)
        write_redo_mark(folder, "talk.txt", ["id"], None)
    sweep_inbox(str(tmp_path), set())
    assert read_redo_mark(folder, "talk.txt").redo_of == ("id",)
    write_redo_mark(folder, "talk.txt", ["id"], None)
    sweep_inbox(str(tmp_path), set())
    assert folder.names() == []


@pytest.mark.parametrize("error", ["EMFILE", "EIO", "EACCES"])
def test_what_is_to_be_cleaned_anew_is_not_claimed_without_that_while_its_mark_can_not_be_read(
    tmp_path, monkeypatch, error
):
    world = World(tmp_path)
    with Folder(str(world.file.parent)) as folder:
        write_redo_mark(folder, "talk.txt", ["id"], None)
        (mark,) = (name for name in folder.names() if name.startswith("."))
    with monkeypatch.context() as patch:
        disk = Faulty(patch, "open", world.inbox_path, error, only=lambda path: path.endswith(mark))
        with pytest.raises(OSError, match=os.strerror(getattr(errno, error))):
            world.claim()
    assert disk.hits == 1
    (job,) = world.claim()
    assert job.ticket.redo_of == ("id",)


def test_what_was_to_be_cleaned_anew_still_is_when_its_job_starts_over(tmp_path):
    world = Pair(tmp_path, linked=False)
    with Folder(str(world.file.parent)) as folder:
        write_redo_mark(folder, "talk.srt", ["id"], None)
        (job,) = filter(None, world.claim())
        assert read_redo_mark(folder, "talk.srt").redo_of == ()
        put_back_job(job, str(world.inbox_path))
        assert read_redo_mark(folder, "talk.srt").redo_of == job.ticket.redo_of == ("id",)


@pytest.mark.parametrize("denied", ["talk.srt", "talk.txt", "talk.yaml"])
def test_one_that_can_not_be_read_keeps_all_waiting_and_is_named(tmp_path, monkeypatch, caplog, denied):
    world, real = Pair(tmp_path, linked=False), os.open

    def open_unless_denied(name, *args, **where):
        if name == denied:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(name, *args, **where)

    monkeypatch.setattr(os, "open", open_unless_denied)
    with suppress(OSError):  # the loop refuses what it is raised for
        world.claim()
    assert set(world.waiting_names()) == {"talk.txt", "talk.srt", "talk.yaml"}
    assert world.state_names() == []
    assert denied == "talk.yaml" or f"untaken name='sub/{denied}'" in caplog.text
    assert denied == "talk.yaml" or world.inbox.quiet


def test_one_that_still_changes_keeps_the_others_waiting(tmp_path):
    now = [100.0]
    for name in ("talk.srt", "talk.txt"):
        (tmp_path / name).write_text("hello")
    inbox = Inbox(str(tmp_path), 3, lambda: now[0])
    inbox.scan()
    now[0] += 2
    (tmp_path / "talk.txt").write_text("hello again")
    inbox.scan()
    now[0] += 2
    first = next(inbox.list_settled())
    assert first.path == "talk.srt"
    assert inbox.find_bundle(first) is None
    now[0] += 2
    assert [one.path for one in inbox.find_bundle(first)] == ["talk.srt", "talk.txt"]


@pytest.mark.process
def test_a_companion_that_is_held_open_keeps_the_others_waiting(root):
    (root.inbox / "talk.srt").write_text(SRT)
    with open(root.inbox / "talk.vtt", "w") as writer:
        writer.write(VTT)
        writer.flush()
        daemon = root.start()
        root.drop("other.txt", TXT)
        daemon.logged("delivered job=other")
        assert sorted(os.listdir(root.inbox)) == ["talk.srt", "talk.vtt"]
    until(lambda: root.results() == ["other", "talk"])
    assert originals(root, "talk") == ["original.srt", "original.vtt"]
    daemon.stop()


@pytest.mark.process
def test_what_is_put_back_does_not_become_a_part_of_another_transcript(root):
    root.drop("talk.srt", SRT)
    once(root)
    root.drop("talk.txt", "What somebody else said in another room at another time.\n")
    once(root)
    assert root.results() == ["talk", "talk-2"]
    done = root.command("redo", "talk", "talk-2", check=False)
    assert done.returncode == 1
    assert "talk.srt waits in the inbox, and talk.txt would be taken for another format of it" in done.stderr
    assert visible(root.inbox) == ["talk.srt"]
    once(root)
    root.command("redo", "talk-2")
    once(root)
    assert originals(root, "talk-3") == ["original.srt"]
    assert originals(root, "talk-4") == ["original.txt"]


@pytest.mark.process
def test_a_job_that_starts_over_does_not_become_a_part_of_another_transcript(make_root, server):
    root = make_root(base_url=server.url)
    root.write_config()
    root.drop("talk.srt", SRT)
    server.hold()
    daemon = root.start()
    server.wait_for(1)
    daemon.kill()
    server.release()
    root.drop("talk.txt", "What somebody else said in another room at another time.\n")
    root.command("retry", "talk", "--fresh")
    assert visible(root.inbox) == ["talk-2.srt", "talk.txt"]
