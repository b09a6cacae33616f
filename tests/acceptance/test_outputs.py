"""Which files a result holds, from the file that was dropped: seen from outside."""

import json

from docx import Document

from daemon.formats import read
from tests.unit.delivery.word.editor import comments_of, words_of

SRT = """1
00:00:01,000 --> 00:00:03,000
Speaker 1: um so we began

2
00:00:03,000 --> 00:00:04,000
uh

3
00:00:04,000 --> 00:00:06,500
Speaker 2: with the first of them
"""
KEPT = """1
00:00:01,000 --> 00:00:03,000
Speaker 1: So we began.

2
00:00:04,000 --> 00:00:06,500
Speaker 2: With the first of them
"""
ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:01.000 --> 00:00:03.000
 
so<00:00:01.500><c> we</c><00:00:02.000><c> um</c><00:00:02.500><c> began</c>

00:00:03.000 --> 00:00:03.010
so we um began
 

00:00:03.010 --> 00:00:05.000
so we um began
with<00:00:03.500><c> the</c><00:00:04.000><c> first</c>

00:00:05.000 --> 00:00:05.010
with the first
 
"""  # noqa: W293


def outputs(root, name, text, **settings):
    root.write_config(**settings)
    root.drop(name, text)
    assert root.start("once").wait() == 0
    (result,) = root.results()
    return root.outbox / result


def test_who_drops_subtitles_gets_subtitles_back_cue_for_cue(root):
    result = outputs(root, "talk.srt", SRT)
    assert sorted(path.name for path in result.iterdir()) == [
        "original.srt", "record.jsonl.gz", "review.html", "summary.json", "talk.md", "talk.srt"
    ]  # fmt: skip
    assert (result / "talk.srt").read_text() == KEPT


def test_captions_that_roll_are_reflown_unless_asked_otherwise(make_root):
    both = (
        outputs(make_root("a"), "talk.vtt", ROLLING),
        outputs(make_root("b"), "talk.vtt", ROLLING, cues="keep"),
    )
    found = [read((result / "talk.vtt").read_bytes(), "talk.vtt").segments for result in both]
    assert [segment.text for segment in found[0]] == ["So we began with the first."]
    assert [segment.text for segment in found[1]] == ["So we began", "with the first."]


def test_a_source_without_times_gives_no_subtitles_and_that_is_said(root):
    root.write_config(outputs=["txt", "srt"])
    root.drop("talk.txt")
    daemon = root.start("once")
    daemon.logged("skipped job=talk output=srt the source has no times")
    assert daemon.wait() == 0
    assert root.summary("talk")["outputs"] == ["txt"]
    assert root.summary("talk")["skipped"] == {"srt": "the source has no times"}
    assert not (root.outbox / "talk" / "talk.srt").exists()


def test_speakers_get_the_names_that_the_config_gives_them(root):
    result = outputs(root, "talk.srt", SRT, speakers={"Speaker 2": "Anna Bell"})
    assert "**Anna Bell:** With" in (result / "talk.md").read_text()
    assert "Anna Bell: With" in (result / "talk.srt").read_text()


def test_json_holds_what_was_said_and_what_became_of_it(root):
    result = outputs(root, "talk.srt", SRT, outputs=["json"])
    paragraphs = json.loads((result / "talk.json").read_text())["paragraphs"]
    assert " ".join(part["original"] for part in paragraphs) == "um so we began uh with the first of them"
    assert paragraphs[-1]["speaker"] == "Speaker 2"
    assert (paragraphs[-1]["start"], paragraphs[-1]["end"]) == (4.0, 6.5)


def test_the_times_of_a_video_lead_to_its_moments_where_that_is_asked_for(make_root):
    name = "How we began [dQw4w9WgXcQ].en.srt"
    plain = outputs(make_root("a"), name, SRT)
    linked = outputs(make_root("b"), name, SRT, links=True)
    assert "# How we began\n" in (plain / f"{plain.name}.md").read_text()
    assert "\n[00:00:01] **Speaker 1:**" in (plain / f"{plain.name}.md").read_text()
    text = (linked / f"{linked.name}.md").read_text()
    assert "link: https://www.youtube.com/watch?v=dQw4w9WgXcQ\n" in text
    assert "[00:00:04](https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=4s) **Speaker 2:**" in text


def test_word_has_the_cleaned_text_and_each_change_to_be_accepted_or_rejected(root):
    result = outputs(root, "talk.srt", SRT, outputs=["docx", "redline"])
    assert root.summary("talk")["outputs"] == ["docx", "redline"]
    lines = [paragraph.text for paragraph in Document(result / "talk.docx").paragraphs]
    assert lines == [
        "talk",
        "[00:00:01] Speaker 1: So we began.",
        "[00:00:04] Speaker 2: With the first of them",
    ]
    redline = (result / "talk.redline.docx").read_bytes()
    assert words_of(redline, accept=True) == "So we began. With the first of them".split()
    assert words_of(redline, accept=False) == "um so we began uh with the first of them".split()
    assert comments_of(redline)[0].startswith("Rules: filler (2)")


def test_word_is_laid_out_as_the_template_says(root):
    template = Document()
    template.sections[0].footer.paragraphs[0].text = "Town Archive"
    template.save(root.path / "own.docx")
    result = outputs(root, "talk.srt", SRT, outputs=["docx"], docx_template="own.docx")
    assert Document(result / "talk.docx").sections[0].footer.paragraphs[0].text == "Town Archive"


def test_a_template_that_is_no_word_document_is_refused_at_the_start(root):
    (root.path / "own.docx").write_text("Dear all,")
    root.write_config(outputs=["docx"], docx_template="own.docx")
    done = root.command("once", check=False)
    assert done.returncode == 78
    assert f"The Word template {root.path}/own.docx is not a Word document." in done.stderr
