"""The page as a file: it holds every word, needs nothing else, and nothing in it is more than text."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Flag, Note, ProcessedChunk
from daemon.text.unseen import show_unseen
from tests.unit.delivery.review.payloads import HOSTILE
from tests.unit.delivery.review.samples import MEETING, TITLE, html_of, long_talk, meeting, result_of

VOID = {"meta", "input", "link"}


class Reader(HTMLParser):
    """What a reader without style and script sees, block by block; and what the page is made of."""

    def __init__(self, html):
        super().__init__()
        self.stack, self.seen, self.blocks, self.texts = [], set(), [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.seen |= {(tag, name) for name, _ in attrs} | {(tag, None)}
        attributes = dict(attrs)
        if tag not in VOID:
            self.stack.append((tag, attributes))
        if attributes.get("class") in ("o", "c"):
            self.blocks.append((attributes["class"], []))

    def handle_endtag(self, tag):
        assert self.stack.pop()[0] == tag

    def handle_data(self, data):
        marks = [tag for tag, _ in self.stack if tag in ("del", "ins")]
        if any(attributes.get("class") in ("o", "c") for _, attributes in self.stack):
            self.blocks[-1][1].append((marks[-1] if marks else "", data))
        self.texts.append(data)


def side(reader, block, without):
    return " ".join(
        "".join(text for mark, text in found if mark != without)
        for name, found in reader.blocks
        if name == block
    ).split()


# --- every word ---------------------------------------------------------------------------------------------


spoken = st.lists(
    st.sampled_from("um the the, you know. Yes! 25 so So, <b> & \" ' é".split()), min_size=1, max_size=30
).map(" ".join)


@given(st.lists(st.tuples(spoken, st.none() | spoken), min_size=1, max_size=3))
def test_without_style_and_script_the_page_gives_back_both_texts_word_for_word(said):
    pairs = [result_of([(None, None, was, now) for was, now in said])]
    reader = Reader(html_of(pairs))
    was = " ".join(turn.text for turn in pairs[0][0].turns).split()
    assert side(reader, "o", "ins") == was
    assert side(reader, "c", "ins") == was
    assert side(reader, "c", "del") == " ".join(pairs[0][1].turns).split()


def test_the_head_says_what_it_was_made_of_and_what_that_took():
    text = " ".join(Reader(html_of(meeting(), edits={"hesitations": 7}, dropped={"tags": 1200})).texts)
    text = " ".join(text.split())
    for fact in (
        TITLE, "council.vtt", "claude-haiku-5-5", "anthropic", "00:02:11", "$0.0198",
        "hesitations 7", "tags 1,200 words", "243 words became 164",
    ):  # fmt: skip
        assert fact in text


def test_flagged_passages_stand_on_top_with_a_way_to_them():
    html = html_of(meeting())
    assert html.index("Not cleaned: 1 passage") < html.index("<article")
    (link,) = re.findall(r'<li><a href="#(\w+)">00:00:46</a>', html)
    assert re.search(rf'<article id="{link}" class="row flagged"', html)
    assert "it says something else" in html
    assert "Every passage was cleaned" in html_of([result_of(MEETING[:3])])


def test_each_paragraph_says_its_words_its_longest_run_its_verdict_and_what_differs():
    html = html_of(meeting())
    articles = ["".join(Reader(part).texts) for part in re.findall(r"<article.*?</article>", html, re.S)]
    facts = [" ".join(text.split()) for text in articles]
    assert "89 → 35 words, longest run removed 39, much changed, passed the checks" in facts[4]
    assert "negation not" in facts[4]
    assert "number 23 25" in facts[5]
    assert "18 words, no word changed, not cleaned" in facts[3]
    assert "by rules" in html_of([result_of(MEETING[:1], provider="offline")])


def test_of_two_runs_nothing_but_the_cost_may_differ_and_it_has_a_line_of_its_own():
    first = html_of(meeting())
    second = html_of(
        meeting(), job_id="20270101T000000-00000000", requests=9, input_tokens=1, output_tokens=2, cost=1.5,
        received_at="2027-01-01T00:00:00+00:00", finished_at="2027-01-01T00:01:00+00:00",
    )  # fmt: skip
    other = [(a, b) for a, b in zip(first.splitlines(), second.splitlines(), strict=True) if a != b]
    line = '<div id="cost"><dt>Cost</dt><dd>${}</dd></div>'
    assert other == [(line.format("0.0198"), line.format("1.5000"))]


def test_a_cost_of_which_only_the_most_is_known_is_said_to_be_that():
    page = html_of(meeting(), cost=0.5, cost_bounded=0.5)
    assert '<div id="cost"><dt>Cost</dt><dd>at most $0.5000</dd></div>' in page


@pytest.mark.process
def test_the_same_result_makes_the_same_bytes_in_every_process():
    code = (
        "from tests.unit.delivery.review.samples import *;"
        "import hashlib;"
        "pairs = meeting() + long_talk(2000);"
        "print(hashlib.sha256(html_of(pairs).encode()).hexdigest())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."}, **PIPES)
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout != ""


PIPES = {"capture_output": True, "text": True, "check": True}


@pytest.mark.process
def test_a_start_does_not_load_what_only_a_page_needs():
    code = (
        "import sys, daemon.cli.main, daemon.cli.run, daemon.delivery.result; print('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], **PIPES).stdout == "False\n"


def test_a_source_without_times_or_speakers_has_numbered_paragraphs():
    html = html_of(
        [result_of([(None, None, "um hello", "Hello"), (None, None, "yes", None)])], duration_seconds=None
    )
    assert "¶ 1" in html
    assert "Paragraph 2</a>" in html
    assert 'name="time"' not in html
    assert "Duration" not in html


def test_the_text_says_its_language_where_it_is_known():
    assert 'id="text" tabindex="-1" lang="de"' in html_of(meeting(), language="de")
    assert "lang=" not in re.search(r'<div id="text"[^>]*>', html_of(meeting(), language='x" y'))[0]
    translated = {"style": "clean", "output_language": "German"}
    assert "lang=" not in re.search(r'<div id="text"[^>]*>', html_of(meeting(), settings=translated))[0]


# --- nothing but text ---------------------------------------------------------------------------------------


def hostile_pairs(texts):
    """Two chunks, turns and free text, with the texts wherever a transcript's words can stand."""
    said = [(float(place), text, f"um {text} so", text) for place, text in enumerate(texts)]
    said += [(float(len(texts) + place), text, text, None) for place, text in enumerate(texts)]
    notes = [Note(place, "name", (text,), (text,)) for place, text in enumerate(texts)]
    chunk, result = result_of(said, notes)
    free = Chunk(1, "\n\n".join(texts))
    flags = (Flag(texts[0], 1),)
    return [(chunk, result), (free, ProcessedChunk(1, free.text, f"# Notes\n\n{texts[-1]}", flags=flags))]


def hostile_html(texts):
    whole = " ".join(texts)
    return html_of(
        hostile_pairs(texts),
        whole,
        source=whole, kind=whole, encoding=whole, model=whole, provider=whole, language=whole,
        settings={"style": whole, "output_language": whole}, edits={whole: 1}, dropped={whole: 1},
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_transcript_puts_nothing_into_the_page_but_text(text):
    plain, hostile = Reader(hostile_html(["plain words"])), Reader(hostile_html([text]))
    assert hostile.seen <= plain.seen
    assert show_unseen(text) in hostile.texts
    assert "<" not in "".join(
        re.findall(r'="([^"]*)"', hostile_html([text]).split("<body")[1].split("<script")[0])
    )


@given(st.text(max_size=30))
def test_no_text_at_all_makes_markup_or_is_obeyed(text):
    reader = Reader(hostile_html([text or "x"]))
    assert reader.seen <= Reader(hostile_html(["plain words"])).seen
    body = "".join(reader.texts)
    assert body == show_unseen(body)


def test_a_recording_is_offered_only_where_times_are_known():
    timed, untimed = html_of(meeting()), html_of([result_of([(None, *said[1:]) for said in MEETING])])
    for part in ("media-src", '<form class="hear"', "<audio"):
        assert part in timed
        assert part not in untimed


@pytest.mark.parametrize(
    ("source", "stems"),
    [
        ("a/talk.en.vtt", ["talk.en", "talk"]),
        ("talk.vtt", ["talk"]),
        ('x" onload="y.vtt', ['x" onload="y']),
        ("<script>.srt", ["<script>"]),
    ],
)
def test_a_recording_may_be_called_as_the_source_is(source, stems):
    html = html_of(meeting(), source=source)
    (held,) = re.findall(r'data-stems="([^"]*)"', html)
    assert json.loads(unescape(held)) == stems


def test_the_page_allows_only_its_own_style_and_script():
    html = html_of(meeting())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        (inner,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.S)
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert rules.pop(name) == f"'sha256-{digest}'"
    nothing_else = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
    assert rules == {**nothing_else, "media-src": "blob: file: 'self'"}
    assert html.index("Content-Security-Policy") < html.index("<style")
    assert not re.search(r'\b(?:src|style|on\w+)="', html)
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', html))
    assert not re.search(r"url\(|@import|https?:", html)


@pytest.mark.long
def test_ten_hours_make_a_page_of_a_few_megabytes():
    pairs = long_talk(10_000)
    assert len(html_of(pairs).encode()) < 1_500_000  # so that 100,000 words stay under 15 MB


def test_what_was_read_in_doubt_stands_above_the_text_as_text():
    pairs = meeting()
    page = html_of(pairs, warnings=["Who says “<b>Ann”?"])
    assert "Who says “&lt;b&gt;Ann”?" in page[: page.index('id="text"')]
    assert "Read in doubt" not in html_of(pairs)
