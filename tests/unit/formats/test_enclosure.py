"""What stands around a whole transcript, as it was pasted: it is not said, and the inside is what it is."""

import json

import pytest

from daemon.formats.enclosure import without_enclosure
from tests.unit.formats.account import checked

FIRST, SECOND = "The ferry leaves at nine.", "Bring the blue tickets."
SRT = f"1\n00:00:01,000 --> 00:00:03,000\n{FIRST}\n\n2\n00:00:04,500 --> 00:00:06,000\n{SECOND}\n"
VTT = "WEBVTT\n\n" + SRT.replace(",", ".")
SBV = f"0:00:01.000,0:00:03.000\n{FIRST}\n\n0:00:04.500,0:00:06.000\n{SECOND}\n"
TSV = f"start\tend\ttext\n1000\t3000\t{FIRST}\n4500\t6000\t{SECOND}\n"
LRC = f"[00:01.00]{FIRST}\n[00:04.50]{SECOND}\n"
JSON = f'[{{"start": 1.0, "end": 3, "text": "{FIRST}"}}, {{"start": 4.5, "end": 6, "text": "{SECOND}"}}]\n'
TURNS = f"[00:00:01] Ann: {FIRST}\n[00:00:04] Ben: {SECOND}\n"
AROUND = [
    "<pre>\n{}</pre>\n",
    "<pre>{}</pre>",
    '<div><pre class="x"><code class="language-srt">{}</code></pre></div>\n',
    "<CODE>\n{}</CODE>\n",
    "<pre>\n{}",
    "```\n{}```\n",
    "```srt\n{}```",
    "~~~~\n{}~~~~\n",
    "`{}`",
]


def spoken(content, name):
    return [(s.start, s.speaker, s.text) for s in checked(content.encode(), name).segments]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize("content", [SRT, VTT, SBV, TSV, LRC, JSON, TURNS])
@pytest.mark.parametrize("around", AROUND)
def test_a_transcript_reads_the_same_within_what_it_was_pasted_in(around, content, name):
    assert spoken(around.format(content), name) == spoken(content, name)


def test_times_whose_arrows_a_page_had_to_escape_are_times():
    assert spoken(f"<pre>\n{SRT.replace('>', '&gt;')}</pre>\n", "a.txt") == spoken(SRT, "a.srt")


@pytest.mark.parametrize(
    "content",
    [
        "<pre>one</pre> and <pre>two</pre>",
        "```\none\n```\nand so on\n```\ntwo\n```\n",
        "```\none\n```\nand so on",
        "<pre>one</pre> and so on",
        "`one` and\n`two`",
        "<code>one",
    ],
)
def test_what_is_around_a_part_of_a_text_stays(content):
    assert without_enclosure(content) == content


@pytest.mark.parametrize("content", [SRT, VTT, SBV, TURNS + "[00:00:07] Ann: Good.\n"])
def test_a_transcript_reads_the_same_as_a_string_that_a_program_printed(content):
    text = content.strip()
    assert spoken(json.dumps(text), "a.txt") == spoken(content, "a.txt")
    assert spoken(json.dumps(text)[1:-1] + "\n", "a.txt") == spoken(content, "a.txt")


def test_line_ends_that_are_left_escaped_within_turns_are_not_said():
    content = (
        "Ann: The ferry\\nleaves at nine.\nBen: Bring\\nthe blue tickets.\nAnn: Good.\\nYes.\nBen: Yes.\n"
    )
    assert [said for _, _, said in spoken(content, "a.txt")] == [FIRST, SECOND, "Good. Yes.", "Yes."]


@pytest.mark.parametrize(
    "said",
    [
        "You write \\n and again \\n there.",
        "It lies in C:\\new\\nora.",
        "It lies in share\\new\\nora.",
        "a\\tb\\nc\\nd",
    ],
)
def test_backslashes_that_are_spoken_of_stay(said):
    assert spoken(f"Ann: {said}\nBen: I see.\n", "a.txt")[0] == (None, "Ann", said)


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize("before", ["Here is the transcript:", "Sure!\n\nHere’s the cleaned text:", "Gerne:"])
@pytest.mark.parametrize("behind", ["", "Let me know if you need anything else!\n"])
def test_what_a_chat_program_says_around_a_fence_nobody_said(before, behind, name):
    content = f"{before}\n\n```text\nAnn: We planted.\nTom: So early?\nAnn: It was warm.\n```\n\n{behind}"
    found = checked(content.encode(), name)
    assert [(s.speaker, s.text) for s in found.segments] == [
        ("Ann", "We planted."),
        ("Tom", "So early?"),
        ("Ann", "It was warm."),
    ]


def test_captions_in_a_fence_below_a_remark_are_captions():
    captions = "1\n00:00:01,000 --> 00:00:02,000\nWe planted.\n"
    found = checked(f"Here's the file:\n\n```srt\n{captions}```\n\nEnjoy!\n".encode(), "a.txt")
    assert (found.kind, [s.text for s in found.segments]) == ("srt", ["We planted."])


@pytest.mark.parametrize(
    ("content", "around"),
    [
        ("Here is one:\n\n```\nA.\n```\n\nAnd two:\n\n```\nB.\n```\n", "And two:"),
        ("We met:\n\n```\nA.\n```\n", "We met:"),
    ],
)
def test_what_stands_around_other_fences_is_kept(content, around):
    assert around in " ".join(s.text for s in checked(content.encode(), "a.md").segments)


@pytest.mark.parametrize("sign", ["> ", "> > ", ">"])
def test_what_a_mail_quotes_once_or_twice_is_what_it_is(sign):
    found = checked("".join(f"{sign}{line}\n" for line in TURNS.splitlines()).encode(), "a.txt")
    assert [(s.start, s.speaker, s.text) for s in found.segments] == [(1, "Ann", FIRST), (4, "Ben", SECOND)]
