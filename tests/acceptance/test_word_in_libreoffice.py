"""The Word documents of a result, opened by LibreOffice where that is installed (libreoffice-writer)."""

import shutil
import subprocess

import pytest

from daemon.delivery.document import make_document
from daemon.delivery.word.template import Properties, Template
from daemon.delivery.word.tracked_changes import render_redline
from daemon.delivery.word.transcript import render_docx
from tests import HANG_SECONDS
from tests.unit.delivery.review.samples import MEETING, meeting

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice: install libreoffice-writer"),
]


def converted(folder, data, kind):
    """What LibreOffice makes of a document, under a profile of its own."""
    (folder / "talk.docx").write_bytes(data)
    profile = (folder / "profile").as_uri()
    words = [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind, "talk.docx"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=HANG_SECONDS)
    return (folder / f"talk.{kind.partition(':')[0]}").read_bytes()


@pytest.fixture
def talk():
    return make_document(meeting()), Properties("Council meeting", "model-1", None), Template(None)


def test_it_reads_every_word_of_the_transcript(tmp_path, talk):
    document, properties, template = talk
    data = render_docx(document.blocks, properties, template, timestamps=False)
    text = converted(tmp_path, data, "txt:Text (encoded):UTF8").decode("utf-8-sig")
    said = [f"{speaker}: {now or was}" for _, speaker, was, now in MEETING if now != ""]
    lines = [line for line in text.splitlines()[1:] if not line.startswith("(Not cleaned")]
    assert [" ".join(line.split()) for line in lines] == [" ".join(line.split()) for line in said]


def test_it_opens_the_tracked_changes(tmp_path, talk):
    assert converted(tmp_path, render_redline(*talk, timestamps=True), "pdf").startswith(b"%PDF-")
