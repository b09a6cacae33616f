"""What an editor makes of a document: its paragraphs with all changes accepted, or rejected."""

import io
import zipfile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LABELS = {"TranscriptTime", "TranscriptSpeaker"}


def part_of(data, name="word/document.xml"):
    """A part of a document, read strictly."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False))


def paragraphs_of(data, *, accept):
    """Label and words of each paragraph but the heading, once all its changes are accepted or rejected."""
    dropped, undone = ("del", "ins") if accept else ("ins", "del")
    out, open_label, open_text = [], [], []
    for paragraph in list(part_of(data).find(f"{W}body").findall(f"{W}p"))[1:]:
        for run in paragraph.iter(f"{W}r"):
            if run.getparent().tag == W + dropped:
                continue
            style = run.find(f"{W}rPr/{W}rStyle")
            is_label = style is not None and style.get(W + "val") in LABELS
            pieces = [node.text or "" for node in run if node.tag in (W + "t", W + "delText")]
            (open_label if is_label else open_text).extend(pieces)
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        if mark is not None and mark.find(W + dropped) is not None:
            continue  # it ends no paragraph: what follows goes on in it
        assert mark is None or mark.find(W + undone) is not None
        out.append(("".join(open_label), "".join(open_text)))
        open_label, open_text = [], []
    if open_label or open_text:
        out.append(("".join(open_label), "".join(open_text)))
    return out


def words_of(data, *, accept):
    """All words but the heading and the labels."""
    return " ".join(text for _, text in paragraphs_of(data, accept=accept)).split()


def comments_of(data):
    """The text of each comment."""
    comments = part_of(data, "word/comments.xml").findall(f"{W}comment")
    assert {comment.get(W + "author") for comment in comments} <= {"transcriptd"}
    return ["".join(comment.itertext()) for comment in comments]
