"""The plan: the same bytes under the same settings give the same plan, and a damaged one is none."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.errors import InputError
from daemon.intake.planning import make_plan
from daemon.settings.profile import Settings
from daemon.store import plan
from daemon.store.plan import freeze_plan, index_plan
from daemon.system.files import Folder
from daemon.text.chunk import Chunk
from daemon.text.transcript import Segment, weigh_tokens
from daemon.text.turns import Turn

SETTINGS = Settings(
    provider="offline",
    model="",
    prompt="the prompt",
    glossary=("Zoë",),
    chunk_words=20,
    outputs=("md", "txt"),
)
TALK = "\n\n".join(f"Ann: um sentence {n} of this talk is said here, é by her.\n" for n in range(12)).encode()
VTT = b"""WEBVTT

00:00:01.000 --> 00:00:04.000
<v Ann>um hello and welcome to the show

00:00:04.500 --> 01:00:09.000
<v Ben>thank you
"""


def made(data=TALK, name="talk.txt", **settings):
    return make_plan(data, name, msgspec.structs.replace(SETTINGS, **settings))


def test_the_same_bytes_and_settings_give_the_same_plan_to_the_byte():
    assert made() == made()
    assert (
        len({made(), made(TALK + b"More.\n"), made(chunk_words=30), made(glossary=()), made(prompt="p")}) == 5
    )


def test_a_name_as_yt_dlp_writes_it_gives_title_and_language():
    header = index_plan(made(VTT, "My show [dQw4w9WgXcQ].en.vtt")).header
    assert (header.title, header.language) == ("My show", "en")


def test_the_header_says_what_is_known_of_the_source():
    header = index_plan(made(VTT, "show.vtt")).header
    assert (header.kind, header.title, header.words, header.duration) == ("vtt", "show", 9, 3609.0)
    assert header.settings == SETTINGS
    assert header.words_in_file == header.words + sum(header.dropped.values())
    assert len(header.sha256) == 64


def test_every_word_of_the_source_is_in_the_chunks_in_order(tmp_path):
    data = made()
    (tmp_path / plan.FILE).write_bytes(data)
    found = index_plan(data)
    with Folder(str(tmp_path)) as folder:
        chunks = [found.read_chunk(folder, index) for index in range(found.header.chunks)]
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    said = " ".join(chunk.text for chunk in chunks).split()
    assert said == TALK.decode().replace("Ann: ", "").split()
    assert sum(weigh_tokens(chunk.text) for chunk in chunks) == found.header.characters


def test_every_chunk_is_told_from_every_other_by_its_line():
    lines = index_plan(
        made(b"Ann: the very same words again.\n\nBen: the very same words again.\n\n" * 15)
    ).lines
    assert len(lines) > 2
    assert len({line.digest for line in lines}) == len(lines)


def test_what_holds_no_words_is_refused():
    for data in (b"", b"\n\n", b"WEBVTT\n\n"):
        with pytest.raises(InputError):
            made(data, "talk.vtt")


@pytest.mark.long
@given(st.integers(0, len(made()) - 1))
def test_a_plan_cut_off_anywhere_is_none(at):
    assert index_plan(made()[:at]) is None


@pytest.mark.long
@given(st.integers(0, len(made()) - 1), st.integers(1, 255))
def test_a_plan_with_any_byte_altered_is_none_or_says_the_same(at, by):
    data = bytearray(made())
    data[at] ^= by  # \u00eb is \u00EB
    assert index_plan(bytes(data)) in (None, index_plan(made()))


@pytest.mark.parametrize(
    "change",
    [
        {"chunks": 1}, {"chunks": "6"}, {"chunks": None}, {"format": 2}, {"settings": None}, {"settings": {}},
        {"settings": {**SETTINGS.to_dict(), "model": "another"}}, {"settings_hash": "0"}, {"unknown": 1},
        {"plan_sha256": "0"}, {"settings": {**SETTINGS.to_dict(), "more": 1}},
    ],
    ids=str,
)  # fmt: skip
def test_a_plan_with_an_altered_header_is_none(change):
    first, _, rest = made().partition(b"\n")
    assert index_plan(json.dumps(json.loads(first)).encode() + b"\n" + rest) is not None
    altered = json.dumps({**json.loads(first), **change}).encode()
    assert index_plan(altered + b"\n" + rest) is None


@pytest.mark.parametrize("key", [field.name for field in msgspec.structs.fields(plan.Header)][:-1])
def test_a_plan_whose_header_lacks_something_is_none(key):
    first, _, rest = made().partition(b"\n")
    header = json.loads(first)
    del header[key]
    assert index_plan(json.dumps(header).encode() + b"\n" + rest) is None


def test_a_whole_plan_of_another_format_is_none():
    header = index_plan(made()).header
    body = plan.Body.of(plan.read_chunks(made()))
    assert index_plan(freeze_plan(header, body)) is not None
    assert index_plan(freeze_plan(msgspec.structs.replace(header, format=2), body)) is None


@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b"[]\n", b"null\n", b"5\n", b"\xff\n", b'"x"\n{}\n'])
def test_what_is_no_plan_is_none(data):
    assert index_plan(data) is None


def test_a_plan_changed_since_it_was_indexed_gives_no_chunk(tmp_path):
    data = made()
    found = index_plan(data)
    with Folder(str(tmp_path)) as folder:
        for changed in (data.replace(b"sentence 1 ", b"sentense 1 "), data[:-40], b""):
            (tmp_path / plan.FILE).write_bytes(changed)
            with pytest.raises((ValueError, LookupError)):
                [found.read_chunk(folder, index) for index in range(found.header.chunks)]


def test_what_was_read_in_doubt_is_in_the_header():
    header = plan.Header("0" * 64, "utf-8", "text", "x", None, 1, 1, 1, {}, None, 0, SETTINGS)
    doubted = msgspec.structs.replace(header, warnings=("Who says it?",))
    assert list(index_plan(freeze_plan(doubted, plan.Body())).header.warnings) == ["Who says it?"]
    assert list(index_plan(freeze_plan(header, plan.Body())).header.warnings) == []


def test_a_header_with_a_value_of_another_type_is_none():
    header = plan.Header("0" * 64, "utf-8", "text", "x", None, 1, 1, 1, {}, None, 0, SETTINGS)
    assert index_plan(freeze_plan(header, plan.Body())).header == header
    for wrong in ({"words": "1"}, {"title": None}, {"dropped": {"note": "1"}}, {"warnings": "Who says it?"}):
        assert index_plan(freeze_plan(msgspec.structs.replace(header, **wrong), plan.Body())) is None


def test_names_that_are_no_unicode_survive_in_the_header():
    unread = {"talk\udcff.vtt": "of which \udcff is no letter"}
    found = index_plan(make_plan(TALK, "talk\udcff.txt", SETTINGS, title="half \ud83d", unread=unread)).header
    assert (found.file, found.title, found.unread) == ("talk\udcff.txt", "half \ud83d", unread)


def test_a_plan_is_written_as_by_the_first_version():
    """To the byte: a job that one version planned, another goes on with."""
    turn = Turn((Segment("um \ud83d é", 1.0, 2.5, "Ann", (1.0, 1.5, 2.0), True), Segment("there")), "Ann")
    header = plan.Header("0" * 64, "utf-8", "text", "x", None, 3, 8, 3, {"note": 1}, 2.5, 1, SETTINGS)
    _, line = freeze_plan(header, plan.Body.of([Chunk(0, "um \ud83d é there", turns=(turn,))])).splitlines()
    assert line == (
        rb'{"context_buffer":null,"index":0,"start_timestamp":"00:00:00","text":"um \ud83d \u00e9 there",'
        rb'"turns":[{"segments":[{"continues":true,"end":2.5,"speaker":"Ann","start":1.0,'
        rb'"text":"um \ud83d \u00e9","times":[1.0,1.5,2.0]},{"text":"there"}],"speaker":"Ann"}]}'
    )


def test_a_plan_made_before_it_named_what_was_left_out_is_still_read():
    first, _, body = made().partition(b"\n")
    raw = json.loads(first)
    del raw[plan._WHOLE], raw["left_out"]
    raw[plan._WHOLE] = plan.digest_of_bytes(plan._encode_line(raw) + body)
    found = index_plan(plan._encode_line(raw) + body)
    assert found is not None
    assert found.header.left_out == ()


def test_a_plan_holds_what_nobody_said():
    lines = ["The mill is old.", *["Its wheel turns in the water."] * 5]
    found = index_plan(made("\n".join(lines).encode()))
    [left_out] = found.header.left_out
    assert (left_out.place, left_out.text) == (10, " ".join(["Its wheel turns in the water."] * 4))
