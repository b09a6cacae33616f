"""A result that is made again: from its record, by one exchange, whatever cuts it off."""

import contextlib
import errno
import gzip
import itertools
import json
import os
from datetime import UTC, datetime

import pytest

from daemon.cli.result_commands import describe_replaced
from daemon.delivery.copies import Copies
from daemon.delivery.outbox.exchange import finish_replacements
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.delivery.outbox.replacement import amend_result, make_result_again
from daemon.delivery.record import RECORD, Record
from daemon.errors import InputError, ServiceError, UsageError
from daemon.intake.planning import make_plan
from daemon.loop.steps.ending import Ending
from daemon.settings.profile import Profile, Settings
from daemon.settings.sidecar import Sidecar
from daemon.store.state_folder import State
from daemon.store.ticket import Ticket
from daemon.system.file_names import is_plain
from daemon.system.files import Folder
from daemon.text.cleaned_chunk import Flag, ProcessedChunk
from tests.faulty_disk import Faulty
from tests.proofs import mounts
from tests.proofs.mounts import needs_mounts
from tests.proofs.power_cut import every_kill

NAME = "course/How we began [dQw4w9WgXcQ].en.vtt"
STEM = "How we began [dQw4w9WgXcQ].en"
TALK = b"""WEBVTT

00:00:01.000 --> 00:00:04.000
<v SPEAKER_00>we began with uh forty people in a room that was far too small for all of us

00:00:04.000 --> 00:00:06.000
<v SPEAKER_01>and nobody had a clue
"""


def profile(**keys):
    return Profile(**keys)


class Delivered:
    """An outbox with one result, delivered by the real steps."""

    def __init__(self, path, *, name=NAME, **keys):
        self.path = path
        (path / "outbox").mkdir(parents=True, exist_ok=True)
        (path / "inbox").mkdir()
        state = State(str(path / "state"))
        state.take_lock()
        settings = Settings(provider="offline", model="", prompt="", chunk_words=10, **keys)
        ticket = Ticket.new(name, 1_700_000_000_000_000_000, datetime.now(UTC))
        job = state.admit_job(ticket)
        job.folder.write(ticket.source, TALK)
        job.freeze_plan(make_plan(TALK, STEM + ".vtt", settings))
        for index in range(job.header.chunks):
            chunk = job.read_chunk(index)
            texts = tuple(turn.text.replace("uh ", "") for turn in chunk.spoken())
            flags = () if index else (Flag("it is a test", 3, 0),)
            job.save_chunk(ProcessedChunk(index, chunk.text, "\n\n".join(texts), turns=texts, flags=flags))
        self.outbox = Outbox(str(path / "outbox"))
        result = Ending(state, self.outbox, str(path / "inbox")).deliver_job(job, again=False)
        self.result = path / "outbox" / result
        state.close()

    def make_again(self, sidecar=None, **keys):
        return make_result_again(self.outbox, str(self.result), lambda name: profile(**keys), sidecar)

    def text(self):
        return (self.result / f"{STEM}.md").read_text()

    def beside(self):
        return self.result.parent / f"{STEM}.md"

    def summary(self):
        return json.loads((self.result / "summary.json").read_text())

    def names(self):
        return sorted(os.listdir(self.result))


@pytest.fixture
def delivered(tmp_path):
    def make(world="world", **keys):
        return Delivered(tmp_path / world, **keys)

    return make


def test_speakers_outputs_title_and_links_are_made_again_from_the_record(delivered):
    world = delivered(outputs=("md",))
    done = world.make_again(
        'title: "How we *really* began"\n', speakers={"SPEAKER_00": "Ann"}, links=True, outputs=("md", "srt")
    )
    assert set(done.changes) == {"title", "speakers", "links", "outputs"}
    assert "# How we \\*really\\* began" in world.text()
    assert "](https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=1s) **Ann:**" in world.text()
    assert "**SPEAKER_01:**" in world.text()
    assert "Ann: we began" in (world.result / f"{STEM}.srt").read_text()
    assert world.summary()["title"] == "How we *really* began"
    assert (world.result / "original.yaml").read_text() == 'title: "How we *really* began"\n'
    assert (world.result / "original.vtt").read_bytes() == TALK


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_leaves_the_result_to_whom_it_belonged(delivered):
    somebody = 12345
    world = delivered()
    (world.result / "mine").mkdir()
    for folder, _, names in os.walk(world.result):
        for path in (folder, *(os.path.join(folder, name) for name in names)):
            os.chown(path, somebody, -1)
    world.make_again(speakers={"SPEAKER_00": "Ann"})
    world.make_again(speakers={"SPEAKER_00": "Ben"})
    found = [world.result, *world.result.rglob("*")]
    assert world.result / "earlier" in found
    assert {path.stat().st_uid for path in found} == {somebody}


def test_it_is_what_it_would_have_been_under_these_settings_from_the_start(delivered):
    keys = {
        "speakers": {"SPEAKER_00": "Ann"},
        "links": True,
        "outputs": ("md", "json", "vtt"),
        "cues": "reflow",
    }
    world, other = delivered(outputs=("md",)), delivered("other", **keys)
    world.make_again(**keys)
    for name in other.names():
        if name not in ("summary.json", RECORD):
            assert (world.result / name).read_bytes() == (other.result / name).read_bytes(), name
    ours, theirs = world.summary(), other.summary()
    assert {
        ours[key] == theirs[key] for key in ("settings", "settings_hash", "flags", "outputs", "words_out")
    } == {True}


def test_names_can_be_given_taken_back_and_given_anew(delivered):
    world = delivered(speakers={"SPEAKER_00": "Ann"})
    before = world.text()
    world.make_again(speakers={"SPEAKER_00": "Bea"})
    assert "**Bea:**" in world.text()
    world.make_again()
    assert "Bea" not in world.text()
    world.make_again(speakers={"SPEAKER_00": "Ann"})
    assert world.text() == before


def test_two_speakers_who_became_one_are_not_parted_by_guessing(delivered):
    world = delivered(speakers={"SPEAKER_00": "Ann", "SPEAKER_01": "Ann"})
    before = world.text()
    with pytest.raises(UsageError, match="SPEAKER_00 and SPEAKER_01 were cleaned as one speaker"):
        world.make_again(speakers={"SPEAKER_00": "Ann", "SPEAKER_01": "Ben"})
    assert world.text() == before


def test_where_nothing_would_change_nothing_is_touched(delivered):
    world = delivered()
    before = world.result.stat().st_ino
    assert world.make_again().changes == ()
    assert world.result.stat().st_ino == before
    world.make_again(timestamps=False)
    changed = world.result.stat().st_ino
    assert changed != before
    assert world.make_again(timestamps=False).changes == ()
    assert world.result.stat().st_ino == changed


@pytest.mark.parametrize("name", [f"{STEM}.md", "review.html"])
def test_a_file_that_somebody_took_away_is_made_again_which_is_said(delivered, name):
    world = delivered()
    before = (world.result / name).read_bytes()
    (world.result / name).unlink()
    assert world.make_again().changes == ("files",)
    assert (world.result / name).read_bytes() == before
    assert world.make_again().changes == ()


def test_the_old_files_and_what_people_added_are_kept(delivered):
    world = delivered()
    (world.result / f"{STEM}.md").write_text("mended by hand")
    assert world.make_again().changes == ()
    assert world.text() == "mended by hand"
    (world.result / "notes").mkdir()
    (world.result / "notes/mine.txt").write_text("my notes")
    done = world.make_again(timestamps=False)
    assert done.edited == (f"{STEM}.md",)
    assert (world.result / "notes/mine.txt").read_text() == "my notes"
    (kept,) = (world.result / "earlier").iterdir()
    assert (kept / f"{STEM}.md").read_text() == "mended by hand"
    assert "summary.json" in os.listdir(kept)
    world.make_again()
    assert len(list((world.result / "earlier").iterdir())) == 2
    assert "mended by hand" not in world.text()


@pytest.mark.parametrize(("before", "after"), [("flat", "flat"), ("flat", "folder"), ("folder", "flat")])
def test_the_text_stands_where_the_layout_has_it(delivered, before, after):
    world = delivered(layout=before)
    assert world.beside().exists() == (before == "flat")
    world.make_again(layout=after, speakers={"SPEAKER_00": "Ann"})
    assert world.beside().exists() == (after == "flat")
    assert (world.result / f"{STEM}.md").exists() == (after == "folder")
    text = world.beside().read_text() if after == "flat" else world.text()
    assert "**Ann:**" in text


def test_another_file_at_the_place_of_the_text_is_left_alone(delivered):
    world = delivered(layout="folder")
    world.beside().write_text("somebody's own")
    world.make_again(layout="flat")
    assert world.beside().read_text() == "somebody's own"
    assert (world.result / f"{STEM}.md").exists()


@pytest.mark.long
@pytest.mark.parametrize(
    "layouts", [("folder", "folder"), ("flat", "flat"), ("flat", "folder"), ("folder", "flat")]
)
def test_killed_anywhere_there_is_the_old_result_or_the_new_one(delivered, layouts):
    before, after = layouts
    keys = {"layout": after, "speakers": {"SPEAKER_00": "Ann"}, "outputs": ("md",)}
    undisturbed = delivered("undisturbed", layout=before)
    old = (undisturbed.beside() if before == "flat" else undisturbed.result / f"{STEM}.md").read_text()
    undisturbed.make_again(**keys)
    new = (undisturbed.beside() if after == "flat" else undisturbed.result / f"{STEM}.md").read_text()
    assert old != new
    seen = set()
    for world in every_kill(
        lambda number: delivered(f"world-{number}", layout=before), lambda w: w.make_again(**keys)
    ):
        hidden = [name for name in os.listdir(world.path / "outbox") if name.startswith(".render-")]
        for name in hidden:  # as if it were that of a process that is gone
            (world.path / "outbox" / name).rename(world.path / "outbox" / ".render-999999999")
        finish_replacements(world.outbox)
        layout = world.summary()["settings"]["layout"]
        text = world.beside() if layout == "flat" else world.result / f"{STEM}.md"
        seen.add(world.summary().get("times_rendered", 0))
        assert text.read_text() == (new if world.summary().get("times_rendered") else old)
        assert world.beside().exists() == (layout == "flat")
        assert (world.result / "original.vtt").read_bytes() == TALK
        assert [name for name in os.listdir(world.path / "outbox") if name.startswith(".render")] == []
    assert seen == {0, 1}


@pytest.mark.long
@pytest.mark.parametrize("after", ["flat", "folder"])
@pytest.mark.parametrize("call", ["open", "rename", "fsync", "unlink", "rmdir", "listdir", "stat"])
def test_whatever_the_disk_refuses_once_the_text_is_the_new_one_where_the_layout_has_it(
    delivered, monkeypatch, call, after
):
    keys = {"layout": after, "speakers": {"SPEAKER_00": "Ann"}}
    for number in itertools.count():
        world = delivered(f"world-{number}", layout="flat")
        world.make_again('title: "How it began"\n', layout="flat")
        with monkeypatch.context() as patch:
            disk = Faulty(patch, call, world.path / "outbox", "EIO", after=number)
            with contextlib.suppress(OSError, ServiceError, UsageError):
                world.make_again(**keys)
        if not disk.hits:
            break
        world.make_again(**keys)
        text = world.beside() if after == "flat" else world.result / f"{STEM}.md"
        assert "# How it began" in text.read_text(), number
        assert "**Ann:**" in text.read_text(), number
        assert world.beside().exists() == (after == "flat"), number
        assert (world.result / f"{STEM}.md").exists() == (after == "folder"), number
    assert number > 0


@pytest.mark.parametrize("error", ["EIO", "EMFILE"])
def test_an_old_text_on_a_bad_sector_holds_up_no_other_result_and_no_start(delivered, monkeypatch, error):
    world = delivered(layout="flat")
    world.make_again('title: "How it began"\n', layout="flat")
    Faulty(monkeypatch, "open", world.result / "earlier", error, 10**6, lambda path: path.endswith(".md"))
    with pytest.raises(OSError, match=os.strerror(getattr(errno, error))):
        world.make_again(speakers={"SPEAKER_00": "Ann"}, layout="flat")
    lasting = pytest.raises(OSError, match="Too many") if error == "EMFILE" else contextlib.nullcontext()
    with lasting:
        finish_replacements(world.outbox)
    with lasting:
        assert not world.make_again(speakers={"SPEAKER_00": "Ann"}, layout="flat").changes
    assert "**Ann:**" in world.text()


@pytest.mark.parametrize("layouts", [("folder", "flat"), ("flat", "folder"), ("flat", "flat")])
def test_a_result_whose_names_the_disk_does_not_take_is_made_again_under_those_that_it_has(
    delivered, layouts, monkeypatch
):
    monkeypatch.setattr(Folder, "takes_name", lambda folder, name: is_plain(name))
    before, after = layouts
    world = delivered(layout=before, name='Who: "was" it?.vtt')
    folder = world.result.name
    assert is_plain(folder)
    stood = [world.result.parent, world.result][before == "folder"]
    assert [name for name in os.listdir(stood) if name.endswith(".md")] != []
    world.make_again(layout=after, timestamps=False, outputs=("md", "txt"))
    assert world.make_again(layout=after, timestamps=False, outputs=("md", "txt")).changes == ()
    assert all(is_plain(name) for name in world.names())
    stands = [world.result.parent, world.result][after == "folder"]
    (text,) = [name for name in os.listdir(stands) if name.endswith(".md")]
    assert "[00:00:01]" not in (stands / text).read_text()
    (kept,) = (world.result / "earlier").iterdir()
    assert {text, "review.html", "summary.json"} <= set(os.listdir(kept))
    left = stands.parent if after == "folder" else world.result
    assert not [name for name in os.listdir(left) if name.endswith(".md")]


@pytest.mark.process
@needs_mounts
def test_a_result_on_a_disk_mounted_inside_the_outbox_is_made_again_there(delivered, tmp_path):
    inner = tmp_path / "world/outbox/course"
    with mounts.small(inner, "size=4m"):
        world = delivered()
        assert os.path.ismount(world.result.parent)
        assert world.make_again(speakers={"SPEAKER_00": "Ann"}).changes == ("speakers",)
        assert "**Ann:**" in world.text()
        left = inner / ".render-999999999"  # of a process that is gone
        left.mkdir()
        finish_replacements(world.outbox)
        assert not left.exists()


def test_what_an_earlier_version_made_is_left_and_the_way_out_is_said(delivered):
    world = delivered()
    (world.result / RECORD).unlink()
    with pytest.raises(UsageError, match=r"has no record.*transcriptd redo"):
        world.make_again(speakers={"SPEAKER_00": "Ann"})


@pytest.mark.parametrize("spoil", [lambda data: data[:-9], lambda data: b"", lambda data: b"hello" + data])
def test_a_damaged_record_is_no_record(delivered, spoil):
    world = delivered()
    before = world.names()
    (world.result / RECORD).write_bytes(spoil((world.result / RECORD).read_bytes()))
    with pytest.raises(UsageError, match="can't be read"):
        world.make_again(speakers={"SPEAKER_00": "Ann"})
    assert world.names() == before


def test_what_a_sidecar_asks_of_the_cleaning_is_told(delivered):
    world = delivered()
    done = world.make_again("speakers: {SPEAKER_00: Ann}\nglossary: [Fourier]\n")
    assert (done.changes, done.unmet) == (("speakers",), ("glossary",))
    with pytest.raises(InputError, match="speakers"):
        world.make_again("speakers: 3\n")


@pytest.mark.parametrize("key", sorted({*Sidecar.__struct_fields__} - {"title", "speakers"}))
def test_no_key_of_a_sidecar_is_without_effect_and_untold(delivered, key):
    values = {
        "glossary": ["Tea"], "corrections": {"Eefa": "Aoife"}, "pseudonyms": {"Ann": "P01"}, "batch": True,
        "style": "notes",
    }  # fmt: skip
    assert delivered().make_again(json.dumps({key: values.get(key, "de")})).unmet == (key,)


HIDDEN = {
    "pseudonyms": {"Ann Lee": "P01"}, "pseudonyms_in_results": True, "speakers": {"SPEAKER_00": "Ann Lee"},
    "docx_template": "/home/ann-lee/house.docx",
}  # fmt: skip


def test_a_name_that_has_a_pseudonym_since_is_said_to_stand_there_still(delivered):
    world = delivered(pseudonyms={"Ann": "P01"})
    asked = {"pseudonyms_in_results": True, "pseudonyms": {"ann": "P01"}}
    assert world.make_again(**asked).unmet == ()
    done = world.make_again(**{**asked, "pseudonyms": {"ann": "P01", "Ben": "P02"}})
    assert done.unmet == ("pseudonyms",)
    assert "needs another cleaning: transcriptd redo" in describe_replaced(str(world.result), done)


def amend(world, *edits):
    told = {"format": 1, "text_id": world.summary()["text_id"], "source": NAME, "edits": edits}
    return amend_result(world.outbox, str(world.result), json.dumps(told).encode(), lambda pairs: [])


def test_an_amended_result_with_pseudonyms_is_known_by_its_settings_as_before(delivered):
    world = delivered(**HIDDEN)
    before = world.summary()
    amend(world, {"kind": "speaker", "was": "SPEAKER_01", "name": "Ben"})
    after = world.summary()
    assert (after["settings_hash"], after["settings"]) == (before["settings_hash"], before["settings"])
    assert "**P01:** we began" in world.text()
    assert "**Ben:** and nobody" in world.text()


def test_what_stands_for_a_name_becomes_no_correction_for_all_files(delivered):
    world = delivered(**HIDDEN)
    done = amend(world, {"kind": "always", "heard": "P01", "written": "Zed"})
    assert done.unfit == ("always 'Zed' for 'P01': P01 stands for a name",)


def test_a_filesystem_that_can_not_exchange_leaves_the_result_as_it_was(delivered, monkeypatch):
    world = delivered()
    before = world.text()

    def refuse(folder, name, into, other):
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(Folder, "exchange", refuse)
    with pytest.raises(UsageError, match="it is as it was"):
        world.make_again(timestamps=False)
    assert world.text() == before
    assert [name for name in os.listdir(world.path / "outbox") if name.startswith(".render")] == []


@pytest.mark.parametrize("number", [errno.ESTALE, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_until_a_disk_a_share_or_its_rights_are_mended_it_is_only_put_off(delivered, monkeypatch, number):
    world = delivered()

    def refuse(folder, name, into, other):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "exchange", refuse)
        with pytest.raises(OSError, match=os.strerror(number)):
            world.make_again(timestamps=False)
    assert world.make_again(timestamps=False).changes == ("timestamps",)


def test_a_record_holds_no_cost_and_the_same_bytes_at_any_time(delivered):
    one, other = delivered("one"), delivered("other")
    assert (one.result / RECORD).read_bytes() == (other.result / RECORD).read_bytes()
    record = Record((one.result / RECORD).read_bytes())
    assert record.origin.name == NAME
    assert [chunk.index for chunk, _ in record.read_pairs()] == list(range(record.origin.header.chunks))


ACCEPT = {"kind": "accept", "chunk": 0, "passage": 0}


def test_a_result_whose_record_was_cut_off_is_not_amended_and_it_is_said_why(delivered):
    world = delivered()
    record = world.result / RECORD
    record.write_bytes(record.read_bytes()[:-9])
    with pytest.raises(UsageError, match=r"record\.jsonl\.gz can't be read"):
        amend(world, ACCEPT)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", 5),
        ("name", "\ud800"),
        ("name", "a\0b"),
        ("modified_ns", None),
        ("format", "x"),
        ("header", 5),
    ],
)
def test_a_result_whose_record_was_changed_by_others_is_left_as_it_is_and_it_is_said_why(
    delivered, key, value
):
    world = delivered()
    first, *lines = gzip.decompress((world.result / RECORD).read_bytes()).splitlines(keepends=True)
    changed = json.dumps({**json.loads(first), key: value}).encode() + b"\n"
    (world.result / RECORD).write_bytes(gzip.compress(b"".join([changed, *lines])))
    with pytest.raises(UsageError, match=r"record\.jsonl\.gz can't be read"):
        world.make_again(speakers={"SPEAKER_00": "Ann"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("files", None),
        ("files", ["talk.md"]),
        ("settings", 5),
        ("settings", {}),
        ("settings", {"provider": "offline", "model": "", "prompt": "", "pace": "slow"}),
        ("warnings", None),
        ("edits", 5),
        ("flags", None),
        ("times_rendered", "twice"),
        ("duration_seconds", "long"),
        ("extras", ["summary"]),
        ("words_in", "\ud800"),
        ("source", "\ud800"),
        ("source", "a\0b"),
        ("files", {"\ud800": "0"}),
        ("files", {"a\0b": "0"}),
    ],
)
def test_a_result_whose_summary_was_changed_by_others_is_left_as_it_is_and_the_key_is_named(
    delivered, key, value
):
    world = delivered()
    before = world.text()
    (world.result / "summary.json").write_text(json.dumps({**world.summary(), key: value}))
    with pytest.raises(UsageError, match=f"was changed: its `{key}`"):
        world.make_again(speakers={"SPEAKER_00": "Ann"})
    with pytest.raises(UsageError, match=f"its `{key}`.*transcriptd redo"):
        amend(world, ACCEPT)
    assert world.text() == before


@pytest.mark.parametrize("key", ["source", "model", "provider", "duration_seconds", "words_out"])
def test_a_result_whose_summary_lacks_something_is_left_as_it_is_and_the_key_is_named(delivered, key):
    world = delivered()
    told = world.summary()
    del told[key]
    (world.result / "summary.json").write_text(json.dumps(told))
    with pytest.raises(UsageError, match=f"its `{key}` is missing"):
        world.make_again(speakers={"SPEAKER_00": "Ann"})


def test_a_result_whose_summary_was_changed_by_others_is_none_to_copy_from(delivered):
    world = delivered()
    told = world.summary()
    bytes_and_settings = told["source_sha256"], told["settings_hash"]
    assert Copies(world.outbox).find_original(*bytes_and_settings) is not None
    (world.result / "summary.json").write_text(json.dumps({**told, "files": None}))
    assert Copies(world.outbox).find_original(*bytes_and_settings) is None


def test_a_result_that_can_not_be_read_just_now_is_not_taken_for_none_to_copy_from(delivered, monkeypatch):
    world = delivered()
    told = world.summary()
    copies = Copies(world.outbox)
    tries = 0
    for number in itertools.count():
        with monkeypatch.context() as patch:
            disk = Faulty(patch, "open", world.path / "outbox", "EMFILE", after=number)
            copies = copies if number % 2 else Copies(world.outbox)  # walked already, and not yet
            with contextlib.suppress(OSError):
                assert copies.find_original(told["source_sha256"], told["settings_hash"]) is not None, number
        if not disk.hits:
            break
        assert copies.find_original(told["source_sha256"], told["settings_hash"]) is not None, number
        tries += 1
    assert tries > 3


@pytest.mark.parametrize("number", range(2))
def test_a_folder_that_can_not_be_listed_just_now_is_not_taken_for_one_without_results(
    delivered, monkeypatch, number
):
    world = delivered()
    told, copies = world.summary(), Copies(world.outbox)
    with monkeypatch.context() as patch:
        Faulty(patch, "scandir", world.path / "outbox", "EMFILE", after=number)
        with pytest.raises(OSError, match="Too many open files"):
            copies.find_original(told["source_sha256"], told["settings_hash"])
    assert copies.find_original(told["source_sha256"], told["settings_hash"]) is not None


def test_a_sidecar_takes_the_place_of_one_that_can_not_be_read(delivered):
    world = delivered()
    (world.result / "original.yaml").write_text("speakers: [")
    done = world.make_again("speakers: {SPEAKER_00: Ann}\nglossary: [Tea]\n")
    assert done.unmet == ("glossary",)
    assert "**Ann:**" in world.text()
    assert "Ann" in (world.result / "original.yaml").read_text()
