"""What `import daemon` offers: the names, their help, the errors, and a reader."""

import pydoc

import pytest

import daemon
from daemon import Chunk, InputError, TranscriptdError, read

CAPTIONS = """WEBVTT

00:00:01.000 --> 00:00:03.000
<v SPEAKER_00>um we began with uh forty people

00:00:03.000 --> 00:00:06.000
<v SPEAKER_01>and nobody had a clue
"""


def test_help_shows_every_public_name_and_how_they_go_together():
    text = pydoc.render_doc(daemon, renderer=pydoc.plaintext)
    assert all(name in text for name in daemon.__all__)
    assert "None is the transcript's own" in text
    assert set(daemon.__all__) <= set(dir(daemon))


def test_every_error_is_public_and_of_one_kind():
    for name in ("ConfigError", "InputError", "LockedError", "ServiceError"):
        assert issubclass(getattr(daemon, name), TranscriptdError)
    assert not issubclass(daemon.NotNow, TranscriptdError)


def test_no_chunk_ends_inside_a_name_that_is_to_be_hidden(tmp_path):
    file = tmp_path / "talk.txt"
    file.write_text(" ".join(["word"] * 19 + ["ann", "lee"] + ["word"] * 40))
    assert read(file, 20)[0].text.endswith(" ann")
    assert not any(chunk.text.endswith(" ann") for chunk in read(file, 20, pseudonyms={"Ann Lee": "P01"}))


def test_a_file_is_read_as_the_chunks_that_the_daemon_would_make(tmp_path):
    file = tmp_path / "talk.vtt"
    file.write_text(CAPTIONS)
    chunks = read(file, speakers={"SPEAKER_00": "Ann"})
    assert [type(chunk) for chunk in chunks] == [Chunk]
    assert [turn.speaker for turn in chunks[0].turns] == ["Ann", "SPEAKER_01"]
    assert chunks[0].start_timestamp == "00:00:01"


def test_what_can_not_be_read_is_named(tmp_path):
    (tmp_path / "photo.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(InputError):
        read(tmp_path / "photo.txt")
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nothing.txt")
    with pytest.raises(TypeError, match="path must be str or PathLike, not int"):
        read(7)
    with pytest.raises(TypeError, match="chunk_words must be int, not str"):
        read("talk.vtt", "900")
