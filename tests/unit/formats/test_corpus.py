"""The corpus: small files of every kind and quirk, each beside what must come of it.

`NAME.expected.json` gives kind, encoding, the segments as [start, end, speaker, text, times of the words
where they are known], the words dropped by reason and parts of the warnings; or, for what is rejected, a
part of the message.
"""

import json
from importlib import import_module
from pathlib import Path

import pytest

from daemon.errors import InputError
from daemon.formats import _READERS, KINDS, read
from daemon.formats.captions.speech_xml import _ROOTS
from daemon.formats.markup import without_controls
from daemon.formats.services.detect import _SERVICES

CORPUS = Path(__file__).parent / "corpus"
MARK = ".expected.json"
EXPECTED = {path.name.removesuffix(MARK): json.loads(path.read_text()) for path in CORPUS.glob("*" + MARK)}
READ = sorted(name for name, expected in EXPECTED.items() if "rejected" not in expected)
REJECTED = sorted(EXPECTED.keys() - set(READ))
COMPLETE_FROM = 60


def transcript_of(name):
    return read((CORPUS / name).read_bytes(), name)


def row(segment):
    times = [] if segment.times is None else [list(segment.times)]
    return [segment.start, segment.end, segment.speaker, segment.text, *times]


@pytest.mark.parametrize("name", READ)
def test_a_file_is_read_as_its_neighbour_says(name):
    transcript, expected = transcript_of(name), EXPECTED[name]
    assert [row(segment) for segment in transcript.segments] == expected["segments"]
    assert transcript.dropped == expected["dropped"]
    assert (transcript.kind, transcript.encoding) == (expected["kind"], expected["encoding"])
    assert len(transcript.warnings) == len(expected.get("warns", []))
    assert all(
        part in warning for part, warning in zip(expected.get("warns", []), transcript.warnings, strict=True)
    )
    assert (transcript.title, transcript.language) == (expected.get("title"), expected.get("language"))


@pytest.mark.parametrize("name", READ)
def test_words_in_are_words_out_and_words_dropped(name):
    transcript = transcript_of(name)
    assert transcript.words_in_file == transcript.words + sum(transcript.dropped.values())


@pytest.mark.parametrize("name", REJECTED)
def test_what_is_no_transcript_is_rejected_with_what_was_seen_and_what_to_do(name):
    with pytest.raises(InputError) as rejected:
        transcript_of(name)
    assert EXPECTED[name]["rejected"] in rejected.value.message
    assert rejected.value.mend


@pytest.mark.parametrize("name", [name for name in REJECTED if name.endswith((".mp3", ".html", ".ass"))])
def test_a_rejection_names_what_is_read(name):
    with pytest.raises(InputError) as rejected:
        transcript_of(name)
    assert KINDS in rejected.value.mend


@pytest.mark.parametrize("name", READ)
def test_the_name_of_a_file_does_not_matter_where_its_content_tells(name):
    assert read((CORPUS / name).read_bytes(), "file.bin").segments == transcript_of(name).segments


@pytest.mark.parametrize("extension", ["", ".txt"])
def test_who_is_not_asked_would_have_said_no(extension):
    for name in READ:
        text = without_controls((CORPUS / name).read_bytes().decode("utf-8-sig", "replace"))
        extension = extension or Path(name).suffix
        for known in _READERS:
            if not known.may_be_of(text, text.lstrip()[:1], extension):
                module = import_module(f"daemon.formats.{known.module}")
                assert not module.looks_like(text, extension), (name, known)


def test_every_file_has_a_neighbour_and_every_kind_a_file():
    files = {path.name for path in CORPUS.iterdir() if not path.name.endswith((MARK, ".gitattributes"))}
    assert files == EXPECTED.keys()
    assert len(files) >= COMPLETE_FROM
    kinds = {expected.get("kind") for expected in EXPECTED.values()}
    binary = 3  # docx, odt, ebu-stl
    several = (
        len(_READERS) - 2 + len(_SERVICES) + len(_ROOTS)
    )  # two readers stand for services and kinds of XML
    under_other_names = 1  # usf, which is read as TTML
    assert len(kinds - {None}) == several + binary + under_other_names
