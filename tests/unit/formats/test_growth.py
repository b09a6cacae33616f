"""What would take readers longest: a file in which one character or mark stands again and again."""

from contextlib import suppress

import pytest

from daemon.errors import InputError
from daemon.formats import read
from tests.unit.growth import NEARLY_LINEAR, growth

CUE = "1\n00:00:01,000 --> 00:00:02,000\n"
TIERS = """File type = "ooTextFile"
Object class = "TextGrid"
0 2 <exists> 1
"IntervalTier" "{}!" 0 2 1
0 2 "Hello."
"""
EVENT = "Dialogue: 0,0:00:01.00,0:00:02.50,Default,Ann,0,0,0,,Hello."
HOSTILE = {
    "a region of the first drafts": (
        "a.vtt",
        "WEBVTT\n\nRegion: {} !\n\n0:01.000 --> 0:02.000\nHi.\n",
        "a=b",
    ),
    "comments above a page": ("a.html", "{}<html><body><p>Ann: Hello.</p></body></html>", "<!-- a -->"),
    "comments above a declaration": ("a.xml", "{}<tt/>", "<!-- a -->"),
    "blank lines in ASS": ("a.ass", "[Script Info]\n{}" + EVENT, "\n"),
    "drawings without an end": ("a.ass", "[Script Info]\n" + EVENT + "{{{}", r"\p1"),
    "a word that lights up without an end in ASS": ("a.ass", "[Script Info]\n" + EVENT + r"{{\i1}}{}", "z"),
    "spaces in a time in which a file was cut off": ("a.vtt", "WEBVTT\n\n00:01.{}000 --> 00:02.000\n", " "),
    "digits in the name of a tier": ("a.TextGrid", TIERS.format("orthograph{}"), "1"),
    "a tag's name without an end": ("a.txt", "<{}\nHello there.\n", "a"),
    "parameters of a part of a saved page": (
        "a.mhtml",
        "From: a\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html{}\n\nHi.",
        ";",
    ),
    "blank lines in MicroDVD": ("a.sub", "{{1}}{{25}}Hi\n{{26}}{{50}}Hi\n{}", "\n"),
    "blank lines in JACOsub": ("a.jss", "0:00:01.00 0:00:03.00 D The ferry\n{}", "\n"),
    "a rule of stars": ("a.sub", "[BEGIN]\n[00:00:01]\nHi\n[00:00:02]\n{}!", "*"),
    "spaces in a tag of SAMI": ("a.smi", "<SAMI><BODY><SYNC Start={}a><P>Hi", " "),
    "spaces before a line end of pages": ("a.srt", CUE + "{}x 1 --> 2 <br>", " "),
    "arrows before a line end of pages": ("a.srt", CUE + "{}<br", "-->"),
    "tags that were escaped": ("a.srt", CUE + "{}", "&lt;i&gt;"),
    "tabs above a table": ("a.txt", "{}x,y\n", "\t"),
    "blank lines above a page": ("a.html", "{}<!-- a --><html><body><p>Ann: Hello.</p></body></html>", "\n"),
    "hard spaces above JSON": ("a.json", '{}{{"text": "Hello."}}', "\xa0"),
    "comments without an end in JSON": ("a.json", "[{},]", "/* a"),
    "strings without an end in JSON": ("a.json", "{{\n//x\n{}}}", '"a\\'),
    "comments without an end": ("a.md", "# A\n\n{}", "<!--"),
    "spaces before a table of Markdown": ("a.md", "# A\n\n{}x", " "),
    "spaces before a tag": ("a.txt", "<Ann> Hello.\n<Ben> Yes.{}x </Ben>\n", " "),
    "spaces within a tag of who speaks": (
        "a.txt",
        '<turn speaker="Ann">Hi{}there</turn>\n<turn speaker="Ben">Bye.</turn>\n',
        " ",
    ),
    "spaces among names": ("a.txt", "Speakers: Ann{}Ben\nDate: 5 May 2024\n\nAnn: Hello.\n", " "),
    "a rule above a mail": ("a.txt", "{}x\n\nSubject: The ferry\n\nAnn: Hello.\n", "-"),
    "spaces behind a time of the clock": ("a.txt", "Ann: Hello.\nWe meet at 10:30{}, I say.\n", " "),
    "spaces behind a time": ("a.txt", "[0:01] Ann: Hello.\n[0:02] Ben: I{}see.\n[0:03] Ann: Yes.\n", " "),
    "tags of a page without an end": ("a.html", "<html><body><p>Ann: Hi.</p>{}", "<a "),
    "comments of a page without an end": ("a.html", "<html><body><p>Ann: Hi.</p>{}x", "<!--"),
    "tags of what a page hides": ("a.html", "<html><body><nav>{}", "<a></b>"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_the_time_grows_with_the_file_whatever_stands_in_it_again_and_again(what):
    name, around, mark = HOSTILE[what]

    def read_it(size):
        with suppress(InputError):
            read(around.format(mark * (size // len(mark))).encode(), name)

    assert growth(read_it, 4_000, 32_000) < NEARLY_LINEAR


def test_so_it_does_where_many_phrases_repeat_on_one_line():
    def read_it(count):
        phrases = (f"aw{n} bw{n} cw{n} dw{n} " * 4 for n in range(count))
        read("".join(phrases).encode(), "a.txt")

    assert growth(read_it, 300, 2_400) < NEARLY_LINEAR
