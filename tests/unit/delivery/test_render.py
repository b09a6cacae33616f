"""What people read: every word as it was said, times and speakers only where they are known."""

import html
import json
import re
from datetime import UTC, datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from daemon.delivery.document import Block, make_document
from daemon.delivery.render import escape_markup, stream_json, stream_markdown, stream_plain_text
from daemon.delivery.result import finish_job
from daemon.intake.planning import make_plan
from daemon.settings.profile import Settings
from daemon.store.job import Job
from daemon.store.ticket import Ticket
from daemon.system.files import Folder
from daemon.text.characters.east_asian_spaces import close_up_spaces
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Edit, Flag, Note, ProcessedChunk, kept_original
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

RENDERER = MarkdownIt("commonmark").enable(["strikethrough", "table"])
FRONT = {"title": "Talk"}


def render_plain_text(*args, **options):
    return "".join(stream_plain_text(*args, **options))


def render_json(*args):
    return "".join(stream_json(*args))


def words_of(page):
    """What a reader sees of a page, and the tags around it."""
    text = re.sub(r"<[^>]*>", " ", page)
    return html.unescape(text).split(), set(re.findall(r"</?(\w+)", page))


def body(text):
    """A Markdown result without its front matter."""
    return text.split("---\n", 2)[2]


# --- nothing said is taken for markup -------------------------------------------------------------------


MARKS = r"* _ ` ~ # - + > < = | [ ] ( ) ! \ & : 1. 2) a b Z &lt; <b> </p> <!-- http://x é ; #1".split()
marked_up = st.lists(st.sampled_from([*MARKS, " "]), max_size=12).map("".join)


@given(marked_up | st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")) | st.just(" ")))
def test_whatever_is_said_is_seen_word_for_word_and_makes_no_markup(text):
    page = RENDERER.render(escape_markup(text))
    seen, tags = words_of(page)
    assert seen == text.split()
    assert tags <= {"p"}


@pytest.mark.parametrize(
    "text",
    [
        *("__init__ and snake_case", "~~no~~ yes", "&copy; 2026 AT&T", "[1]: see there", "[a](b) ![c](d)"),
        *("1.", "1986. So", "# one", "- two", "---", "> three", "<script>alert(1)</script>", "<3 and a < b"),
        *("`x`", "**b** * c", "\\*", "|a|b|"),
    ],
)
def test_what_looks_like_markup_is_seen_as_it_was_said(text):
    assert words_of(RENDERER.render(escape_markup(text))) == (text.split(), {"p"})


@pytest.mark.parametrize(
    "text", ["It's 5 o'clock, isn't it? (Yes.)", "snake_case and a - b", "x = 3 < 4 & 5"]
)
def test_ordinary_words_are_left_as_they_are(text):
    assert escape_markup(text) == text


@pytest.mark.parametrize("title", ["Part #", "C ##", "# one #", "F#", "#"])
def test_a_title_keeps_the_signs_at_its_end(title):
    page = RENDERER.render(f"# {escape_markup(title)}\n")
    assert words_of(page) == (title.split(), {"h1"})


def test_lines_within_a_paragraph_are_one():
    assert escape_markup("a\n# b\n\n- c") == "a # b - c"


# --- Markdown -------------------------------------------------------------------------------------------


def page(*parts, timestamps=True, **front):
    return "".join(stream_markdown(parts, {**FRONT, **front}, timestamps=timestamps))


def test_the_speaker_stands_at_each_change_and_the_time_where_it_is_known():
    text = page(
        Block("One.", 0.0, "Ann"),
        Block("Two.", 75.9, "Ann"),
        Block("Three.", None, "Ben"),
        Block("Four.", 3600.0),
    )
    assert body(text).strip().split("\n\n") == [
        "# Talk", "[00:00:00] **Ann:** One.", "[00:01:15] Two.", "**Ben:** Three.", "[01:00:00] **?:** Four.",
    ]  # fmt: skip


def test_nobody_is_named_before_anybody_is():
    text = page(Block("One.", 0.0), Block("Two.", 5.0), Block("Three.", 9.0, "Ann"), Block("Four.", 12.0))
    assert "**" not in body(text).partition("Three.")[0].replace("**Ann:**", "")
    assert text.count("**?:** Four.") == 1


@pytest.mark.parametrize("said", ["Ben: I took it.", "Dr. Ben Ó Brien: I took it.", "本: I took it."])
def test_words_that_begin_as_with_a_name_stay_those_of_who_says_them(said):
    blocks = (Block("One.", 0.0, "Ann"), Block(said, 75.0, "Ann"), Block("Two.", 80.0, "Ann"))
    assert f"**Ann:** {said}" in page(*blocks)
    plain = "".join(stream_plain_text(blocks, "Talk", timestamps=False))
    assert f"Ann: {said}\n\nTwo." in plain


@pytest.mark.parametrize(
    "said", ["it was: a lot.", "At 10:30 we met.", "No! Ben: I took it.", "So: yes", "My tip would be: wait."]
)
def test_other_colons_are_no_names(said):
    text = page(Block("One.", 0.0, "Ann"), Block(said, 75.0, "Ann"))
    assert text.count("**Ann:**") == 1


def test_without_timestamps_there_are_none():
    assert "[" not in body(page(Block("One.", 5.0, "Ann"), timestamps=False))


def test_a_passage_left_as_it_was_carries_the_mark_the_reason_and_its_words():
    text = body(
        page(Block("um one *two*", 1.0, "Ann", flag="the answer was *cut off*"), Block("Clean.", 2.0))
    )
    seen, tags = words_of(RENDERER.render(text))
    assert "Not cleaned: the answer was *cut off*. The original words follow." in " ".join(seen)
    assert "um one *two*" in " ".join(seen)
    assert "blockquote" in tags
    assert text.count("Not cleaned") == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我们今天 开始工作。 他们说 “好”， 明天再来。", "我们今天开始工作。他们说“好”，明天再来。"),
        ("怖い 自分の心に 踏み込むのが怖い そつなく描けている。 " + "あ" * 60,
         "怖い 自分の心に 踏み込むのが怖い そつなく描けている。" + "あ" * 60),
        ("目が開いた おはよう よく寝た？ 二日経ったよ！ 分かる？",
         "目が開いた おはよう よく寝た？二日経ったよ！分かる？"),
        ("我用 Python 3 写。 OK， 好的 2 个。", "我用 Python 3 写。 OK，好的 2 个。"),
        ("วันนี้ เรา เริ่ม", "วันนี้ เรา เริ่ม"), ("a。 b", "a。 b"),
        ("하루 종일, 일했다. 끝", "하루 종일, 일했다. 끝"),
        ("只有你，和一个圆 你试着解出它 写了很多，又分割 再来",
         "只有你，和一个圆 你试着解出它 写了很多，又分割 再来"),
        ("它仍然存在 ，但是 更深入了。", "它仍然存在，但是更深入了。"),
        ("คุณสามารถท ำได้ และเ ขา ไป", "คุณสามารถทำได้ และเขา ไป"),
        ("グ レーとシ ョンの一つ", "グ レーとションの一つ"),
    ],
)  # fmt: skip
def test_chinese_and_japanese_are_shown_without_the_spaces_of_joined_captions(text, shown):
    assert close_up_spaces(text) == close_up_spaces(shown) == shown
    assert body(page(Block(text, 1.0))).strip().endswith(shown)
    assert render_plain_text([Block(text, 1.0)], "T", timestamps=False).endswith(f"\n{shown}\n")


def test_a_space_behind_a_heading_of_a_text_without_times_stays():
    block = Block("引言 大家好。 我们开始，今天。")
    assert body(page(block)).strip().endswith("\n引言 大家好。我们开始，今天。")


def test_paragraphs_in_json_read_as_those_in_markdown():
    told = "".join(stream_json([Block("我们今天 开始工作。 再来。", 1.0)], {"title": "T"}))
    assert json.loads(told)["paragraphs"][0]["cleaned"] == "我们今天开始工作。再来。"


def test_paragraphs_left_as_they_were_for_one_reason_share_a_mark_that_says_how_many_they_are():
    parts = [
        Block("One.", 1.0, "Ann", flag="cut off"), Block("", 2.0, "Ann", flag="cut off"),
        Block("Two.", 3.0, "Ben", flag="cut off"), Block("Three.", 4.0, "Ben", flag="refused"),
        Block("Clean.", 5.0, "Ann"), Block("Four.", 6.0, "Ann", flag="refused"),
    ]  # fmt: skip
    marks = [
        "Not cleaned: cut off.** The original words of 2 paragraphs follow.", "[00:00:01] **Ann:** One.",
        "[00:00:03] **Ben:** Two.", "Not cleaned: refused.** The original words follow.", "[00:00:04] Three.",
        "[00:00:05] **Ann:** Clean.",
        "Not cleaned: refused.** The original words follow.", "[00:00:06] Four.",
    ]  # fmt: skip
    shown = body(page(*parts)).strip().split("\n\n")[1:]
    assert [line.removeprefix("> **") for line in shown] == marks
    lines = render_plain_text(parts, "Talk", timestamps=True).strip().split("\n\n")[1:]
    assert lines[0] == "(Not cleaned: cut off. The original words of 2 paragraphs follow.)"
    assert len(lines) == len(marks)


def test_notes_keep_their_own_markdown_but_no_html():
    text = body(page(Block("## Point\n\n- *one* <b>two</b>", 3.0, free=True)))
    assert "## Point\n\n- *one* \\<b>two\\</b>" in text
    assert "[00:00:03]" not in text


@pytest.mark.parametrize(
    ("notes", "links"),
    [
        ("[a](https://x.y/z?a=b&c) [b](mailto:c@d) [e](#f) [g](h.md)", 4),
        ("[a](javascript:alert(1)) [b]( JavaScript:x) [c](java&#115;cript:x) [d](data:text/html,x)", 0),
        ("[a]\n\n[a]: javascript:alert(1)", 0), ("[00:01:15]: Note: it is", 0), ("![a](file:///etc)", 0),
    ],
)  # fmt: skip
def test_links_in_notes_lead_to_pages_and_nowhere_else(notes, links):
    renderer = MarkdownIt("commonmark")
    renderer.validateLink = lambda _: True
    html_page = renderer.render(body(page(Block(notes, free=True))))
    assert html_page.count("<a ") == links
    assert "<img" not in html_page


TITLES = """--- a:_b -_x ' " #x {{x}} !!python null true 2026-01-02 é_日本_😀 &a_*b [ % @""".split()
hostile = st.sampled_from(
    [*(title.replace("_", " ") for title in TITLES), "a\n---\nb", "\u2028", "\x85", "\ufeff", "x" * 300, ""]
)


@given(hostile | st.text(), hostile | st.text(st.characters(exclude_categories=("Cs",))))
def test_the_front_matter_is_what_it_says_word_for_word_whatever_the_title(title, source):
    text = page(title=title, source=source, flags=0, duration=None)
    assert text.startswith("---\n")
    found = yaml.safe_load(text[4:].split("\n---\n", 1)[0])
    assert (found.pop("title").split(), found.pop("source").split()) == (title.split(), source.split())
    assert found == {"flags": 0, "duration": None}


# --- plain text and JSON -----------------------------------------------------------------------------------


def test_plain_text_is_the_same_without_marks_and_with_nothing_escaped():
    parts = [
        Block("One *two*.", 75.0, "Ann"),
        Block("Three.", 80.0, "Ann", flag="cut off"),
        Block("N", 1.0, free=True),
    ]
    assert render_plain_text(parts, "A # talk", timestamps=True) == (
        "A # talk\n\n[00:01:15] Ann: One *two*.\n\n(Not cleaned: cut off. The original words follow.)\n"
        "\n[00:01:20] Three.\n\nN\n"
    )


def test_json_holds_the_front_matter_and_every_paragraph():
    found = json.loads(
        render_json(
            [
                Block("One é.", 1.5, "Ann", end=2.5, original="um one é"),
                Block("", 3.0, "Ann", original="um"),
                Block("Two.", flag="cut off", original="two"),
            ],
            {**FRONT, "flags": 1},
        )
    )
    assert found == {
        "title": "Talk",
        "flags": 1,
        "paragraphs": [
            {
                "start": 1.5,
                "end": 2.5,
                "speaker": "Ann",
                "original": "um one é",
                "cleaned": "One é.",
                "flags": [],
            },
            {"start": 3.0, "end": None, "speaker": "Ann", "original": "um", "cleaned": "", "flags": []},
            {
                "start": None,
                "end": None,
                "speaker": None,
                "original": "two",
                "cleaned": "Two.",
                "flags": ["cut off"],
            },
        ],
    }


# --- from chunks to paragraphs -----------------------------------------------------------------------------


def chunk_of(*texts, index=0):
    turns = tuple(
        Turn((Segment(text, n * 10.0, n * 10.0 + 9, "Ann"),), "Ann") for n, text in enumerate(texts)
    )
    return Chunk(index, " ".join(texts), turns=turns)


def blocks_of(chunk, result):
    return make_document([(chunk, result)]).blocks


def test_a_turn_of_nothing_but_fillers_is_left_out_and_the_others_keep_their_times():
    chunk = chunk_of("um hello there", "um", "bye now")
    result = ProcessedChunk(0, chunk.text, "", turns=("Hello there.", "", "Bye now."))
    found = list(blocks_of(chunk, result))
    first, last = (block for block in found if block.text)
    assert (first.text, first.speaker, last.text, last.start) == ("Hello there.", "Ann", "Bye now.", 20.0)
    assert 0 < first.start < 9  # that of its first word, which came after the filler
    text = "".join(stream_markdown(found, FRONT, timestamps=False))
    assert body(text).split() == "# Talk **Ann:** Hello there. Bye now.".split()
    assert " ".join(block.original for block in found) == chunk.text


def test_only_the_flagged_passage_of_a_cut_turn_is_marked():
    chunk = chunk_of("one two three four", "five six")
    result = ProcessedChunk(
        0,
        chunk.text,
        "",
        turns=("One two.", "three four", "Five six."),
        cuts=((0, 2),),
        flags=(Flag("why", 2, 1),),
    )
    found = [(block.text, block.flag) for block in blocks_of(chunk, result)]
    assert found == [("One two.", None), ("three four", "why"), ("Five six.", None)]


def test_a_chunk_that_could_not_be_cleaned_at_all_is_marked_throughout():
    chunk = chunk_of("one two", "three")
    found = list(blocks_of(chunk, kept_original(chunk, "why")))
    assert [(block.text, block.flag) for block in found] == [("one two", "why"), ("three", "why")]


def test_notes_come_as_they_are_unless_they_are_marked():
    chunk = chunk_of("one two")
    free = ProcessedChunk(0, chunk.text, "## Notes")
    marked = ProcessedChunk(0, chunk.text, "one two", flags=(Flag("why", 2),))
    assert [*blocks_of(chunk, free), *blocks_of(chunk, marked)] == [
        Block("## Notes", 0.0, free=True, end=9.0, original="one two"),
        Block("one two", 0.0, "Ann", flag="why", end=9.0, original="one two"),
    ]


def test_an_original_in_the_place_of_notes_keeps_its_turns_and_times():
    chunk = chunk_of("one two", "three")
    marked = ProcessedChunk(0, chunk.text, chunk.text, flags=(Flag("why", 3),))
    found = [(block.start, block.speaker, block.text, block.flag) for block in blocks_of(chunk, marked)]
    assert found == [(0.0, "Ann", "one two", "why"), (10.0, "Ann", "three", "why")]


def test_a_result_that_does_not_fit_its_chunk_is_never_rendered_as_if_it_did():
    chunk = chunk_of("one two", "three")
    with pytest.raises(ValueError, match="zip"):
        blocks_of(chunk, ProcessedChunk(0, chunk.text, "", turns=("One two.",)))


# --- the summary -------------------------------------------------------------------------------------------


@pytest.fixture
def job(tmp_path, request):
    """A finished job of two chunks: one with a flag, one with edits by rule; a parameter holds settings."""
    asked = {"outputs": ("md",), **getattr(request, "param", {})}
    settings = Settings(provider="anthropic", model="m-1", prompt="p", chunk_words=10, **asked)
    talk = (
        b"Ann: one two three four five six seven eight nine ten eleven.\n\nBen: a b c d e f g h i j k l m.\n"
    )
    with Folder(str(tmp_path)) as folder:
        ticket = Ticket.new("course/talk.txt", 1_700_000_000_000_000_000, datetime(2026, 1, 2, tzinfo=UTC))
        made = Job(folder, "course--talk", ticket)
        folder.write(ticket.source, talk)
        made.freeze_plan(make_plan(talk, "talk.txt", settings))
        for index in range(made.header.chunks):
            chunk = made.read_chunk(index)
            texts = tuple(turn.text for turn in chunk.spoken())
            flags = (Flag("cut off", 11, 0),) if index == 0 else ()
            notes = (Note(0, "number", ("5",), ()),)
            made.save_chunk(
                ProcessedChunk(
                    index, chunk.text, "\n\n".join(texts), 100, 10, 0.0001, f"m-{index + 1}", "anthropic",
                    texts, (), flags, notes, 2, (Edit(0, 1, "filler"),) * 3,
                )
            )  # fmt: skip
        yield made


def test_the_summary_adds_up_what_the_chunks_took_and_names_every_model(job):
    parcel = finish_job(job, datetime(2026, 1, 3, tzinfo=UTC))
    found = json.loads(parcel.files["summary.json"])
    chunks = job.header.chunks
    assert chunks >= 2
    assert found["chunks"] == chunks
    assert (found["input_tokens"], found["requests"]) == (100 * chunks, 2 * chunks)
    assert found["cost"] == pytest.approx(0.0001 * chunks)
    assert found["edits"] == {"filler": 3 * chunks}
    assert found["words_in"] == found["words_out"] == 24
    assert found["model"].startswith("m-1, then m-2")
    assert found["flags"] == [{"chunk": 0, "start": None, "reason": "cut off", "words": 11}]
    assert (found["received_at"], found["finished_at"]) == (
        "2026-01-02T00:00:00+00:00",
        "2026-01-03T00:00:00+00:00",
    )
    assert found["settings"] == json.loads(json.dumps(job.header.settings.to_dict()))


@pytest.mark.parametrize("nanoseconds", [0, -1, 2**63 - 1, -(2**63)])
def test_a_file_of_any_date_can_be_delivered(job, nanoseconds):
    job.ticket = Ticket(**{**json.loads(job.ticket.to_bytes()), "modified_ns": nanoseconds})
    parcel = finish_job(job, datetime.now(UTC))
    head = yaml.safe_load(parcel.files["talk.md"].decode()[4:].split("\n---\n")[0])
    assert head["title"] == "talk"
    assert "date" in head


GONE = {"outputs": ("docx", "redline"), "docx_template": "/nowhere/gone.docx"}


@pytest.mark.parametrize("job", [GONE], indirect=True)
def test_a_template_that_is_gone_by_now_costs_no_result_and_is_told_of_once(job):
    parcel = finish_job(job, datetime.now(UTC))
    assert {"talk.docx", "talk.redline.docx"} <= set(parcel.files)
    (warning,) = json.loads(parcel.files["summary.json"])["warnings"]
    assert "/nowhere/gone.docx can't be read (No such file or directory)" in warning
    assert "built-in styles" in warning


PICTURES = [
    "![x](https://far/p.png?d=words)",
    "![x][ref]\n\n[ref]: https://far/p.png",
    "![[secret]]",
    "<img src=x>",
]


@pytest.mark.parametrize("picture", PICTURES)
def test_notes_fetch_nothing_when_they_are_looked_at(picture):
    text = body(page(Block(f"## Point\n\n{picture}", 3.0, free=True)))
    _, tags = words_of(RENDERER.render(text))
    assert "img" not in tags
    assert not re.search(r"(?<!\\)!\[", text)


def test_notes_hide_no_words():
    assert r"\%\%" in body(page(Block("a %%hidden%% word, and 5% of them", 3.0, free=True)))


@pytest.mark.parametrize(
    "said",
    ["![[x]]", "[[x]]", "%%x%%", "$x$", "from $5-$10 a day", "$$x$$", "![x](https://far/p.png)", "==x=="],
)
def test_what_obsidian_would_obey_stands_in_a_clean_text_as_it_was_said(said):
    text = body(page(Block(f"so {said} it is", 3.0)))
    for live in (r"!\[", r"\[\[", "%%", r"\$[^$]*\$", "==.*=="):
        assert not re.search(rf"(?<!\\){live}", re.sub(r"\\[$%]", "", text))
    words, _ = words_of(RENDERER.render(text))
    assert " ".join(["so", *said.split(), "it", "is"]) in " ".join(words)


def test_a_single_sum_or_share_needs_no_escape():
    assert escape_markup("it costs $50, which is 5%") == "it costs $50, which is 5%"
