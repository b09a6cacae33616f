"""Plain text and Markdown: paragraphs, names and times in the notations that people use."""

import pytest

from daemon.errors import InputError
from daemon.formats import read
from tests.unit.formats.account import checked


def text(content, name="a.txt"):
    return read(content.encode(), name)


def turns(transcript):
    return [(s.start, s.speaker, s.text) for s in transcript.segments]


@pytest.mark.parametrize(
    "content",
    [
        "Ann: Hello.\n\nBen: Hi there.\n",
        "Ann: Hello.\nBen: Hi there.\n",
        "**Ann:** Hello.\n\n**Ben:** Hi there.\n",
        "**Ann**: Hello.\n\n**Ben**: Hi there.\n",
        "[Ann]: Hello.\n[Ben]: Hi there.\n",
        "Ann:\nHello.\n\nBen:\nHi there.\n",
        "- Ann: Hello.\n- Ben: Hi there.\n",
    ],
)
def test_a_name_begins_a_turn(content):
    assert turns(text(content)) == [(None, "Ann", "Hello."), (None, "Ben", "Hi there.")]


@pytest.mark.parametrize(
    "content",
    [
        "[00:00:15] Ann: Hello.\n\n[00:01:15] Ben: Hi there.\n",
        "[00:00:15] **Ann:** Hello.\n\n[00:01:15] **Ben:** Hi there.\n",
        "00:00:15 Ann: Hello.\n00:01:15 Ben: Hi there.\n",
        "0:15 Ann: Hello.\n1:15 Ben: Hi there.\n",
        "(00:15) Ann: Hello.\n(01:15) Ben: Hi there.\n",
        "Ann  0:15\nHello.\n\nBen  1:15\nHi there.\n",
        "Ann (00:15):\nHello.\n\nBen (01:15):\nHi there.\n",
        "Ann (00:15): Hello.\nBen (01:15): Hi there.\n",
        "Ann: [00:15] Hello.\nBen: [01:15] Hi there.\n",
        "0:15\nAnn: Hello.\n1:15\nBen: Hi there.\n",
        "**[00:15] Ann:** Hello.\n\n**[01:15] Ben:** Hi there.\n",
        "**(00:15) Ann**: Hello.\n\n**(01:15) Ben**: Hi there.\n",
        "**[00:15]** **Ann:** Hello.\n\n**[01:15]** **Ben:** Hi there.\n",
        "__Ann [00:15]:__ Hello.\n\n__Ben [01:15]:__ Hi there.\n",
        "**Ann (00:15)**: Hello.\n\n**Ben (01:15)**: Hi there.\n",
        "**Ann** *0:15*\nHello.\n\n**Ben** *1:15*\nHi there.\n",
        "`[00:15]` Ann: Hello.\n\n`[01:15]` Ben: Hi there.\n",
        "**Ann:** \\[00:15\\] Hello.\n\n**Ben:** \\[01:15\\] Hi there.\n",
        "[00:15](https://a.b/c?v=d_e&t=15s) **Ann:** Hello.\n\n[01:15](https://a.b/) **Ben:** Hi there.\n",
        "**Ann** ([00:15](https://a.b/c?t=15)): Hello.\n\n**Ben** ([01:15](https://a.b/c?t=75)): Hi there.\n",
    ],
)
def test_a_time_stands_with_the_name_in_many_ways(content):
    transcript = text(content)
    assert turns(transcript) == [(15.0, "Ann", "Hello."), (75.0, "Ben", "Hi there.")]
    assert [s.end for s in transcript.segments] == [75.0, None]
    assert transcript.dropped == {"timing": 2, "speaker": 2}


@pytest.mark.parametrize(
    "line",
    [
        "**At 3:15 we left** for good.", "**3:15** is the ratio.", "We met *[00:15] or so* there.",
        "See [00:15](https://a.b/) and go on.", "**[00:15] is when it begins** and goes on.",
    ],
)  # fmt: skip
def test_a_time_in_marks_that_heads_nothing_is_speech_with_its_marks(line):
    rest = "".join(f"We went on for {n} miles.\n" for n in range(30))
    transcript = text(f"Before.\n\n{line}\n\n{rest}")
    assert line in [s.text for s in transcript.segments]
    assert transcript.dropped == {}


def test_a_range_gives_the_end_too():
    transcript = text("[00:00.000 --> 00:02.000]  Hello\n[00:02.500 --> 00:04.000]  you\n")
    assert [(s.start, s.end, s.text) for s in transcript.segments] == [(0.0, 2.0, "Hello"), (2.5, 4.0, "you")]


@pytest.mark.parametrize(
    "line",
    [
        "Note: this is it.", "Warning: mind the gap.", "3:1 is the ratio.", "http://x.y is a link.",
        "10:30 is when we met.", "He said: go away.", "It was late: very late.", "Paris: a city.",
        "[Music] plays.", "Monday (10:30): a list.",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_name_or_a_time_is_speech(line):
    rest = "".join(f"We went on for {n} miles.\n" for n in range(30))
    transcript = text(f"Before.\n\n{line}\n\n{rest}")
    assert (None, None, line) in turns(transcript)
    assert transcript.dropped == {}


def test_question_and_answer_are_names_where_both_recur():
    content = "Q: What?\nA: That.\nQ: Why?\nA: So.\n"
    assert [s.speaker for s in text(content).segments] == ["Q", "A", "Q", "A"]


def test_the_record_of_a_court_names_offices_and_questions():
    content = (
        "THE COURT: Go on.\n\nBY MR. SMITH:\n\nQ. Where were you?\n\nA. At home.\n\nQ. When?\n\n"
        "THE WITNESS: May I?\n\nA. In May.\n\nMR. SMITH: Thanks.\n"
    )
    assert [(s.speaker, s.text) for s in text(content).segments] == [
        ("THE COURT", "Go on."), ("Q", "Where were you?"), ("A", "At home."),
        ("Q", "When?"), ("THE WITNESS", "May I?"), ("A", "In May."), ("MR. SMITH", "Thanks."),
    ]  # fmt: skip
    assert text("A. Smith came.\n\nQ. Then?\n\nThe end: none.\n").dropped == {}


def test_a_name_with_a_title_behind_a_comma_labels_where_it_recurs():
    content = "Ann Lee, Head of Sales: Hi.\n\nOperator: Next.\n\nAnn Lee, Head of Sales: Yes.\n\n"
    speakers = [s.speaker for s in text(f"{content}Operator: Bye.\n").segments]
    assert speakers == ["Ann Lee, Head of Sales", "Operator"] * 2
    assert text("We left.\n\nParis, France: a city.\n\nWe came.\n").dropped == {}


def test_a_link_behind_a_heading_makes_no_speaker_of_it():
    links = "BIP 325: https://a.b/325\n\nDiapositivas: <https://a.b/c>\n\n"
    assert {s.speaker for s in text(links + "We went on.\n\n" * 9).segments} == {None}
    spoken = text(f"{links}Ann: It is at https://a.b now.\n\nBen: Thanks.\n").segments
    assert [s.speaker for s in spoken] == [None, "Ann", "Ben"]


def test_names_in_scripts_without_capitals_need_many_labels():
    assert turns(text("张三：你好。\n李四：好的。\n张三：开始。\n"))[0] == (None, "张三", "你好。")
    assert text("他说：你好。\n" + "".join(f"我们开始第{n}次吧。\n" for n in range(20))).dropped == {}


def test_a_speaker_holds_until_the_next_one():
    content = "Speaker 1: One.\n\nTwo.\n\nSpeaker 2: Three.\n"
    assert turns(text(content)) == [
        (None, "Speaker 1", "One."), (None, "Speaker 1", "Two."), (None, "Speaker 2", "Three.")
    ]  # fmt: skip


def test_paragraphs_are_segments_and_their_lines_are_joined():
    assert turns(text("One\ntwo.\n\nThree.\n")) == [(None, None, "One two."), (None, None, "Three.")]


def test_a_paragraph_that_ends_no_sentence_goes_on():
    content = 'one phrase\n\na line,\n\nsaid "Stop."\n\nand again\n'
    assert turns(text(content)) == [
        (None, None, 'one phrase a line, said "Stop."'),
        (None, None, "and again"),
    ]


def test_paragraphs_under_one_time_share_the_time_until_the_next():
    transcript = text("[00:00] Aa bb.\n\nCc dd.\n\n[00:10] End.\n")
    assert [(s.start, s.end) for s in transcript.segments] == [(0.0, 5.0), (5.0, 10.0), (10.0, None)]


def test_paragraphs_behind_the_last_time_have_none():
    transcript = text("[00:10] Ann: One.\n\nTwo.\n\nBen: Three.\n")
    assert turns(transcript) == [(10.0, "Ann", "One."), (None, "Ann", "Two."), (None, "Ben", "Three.")]


def test_a_bare_change_of_speaker_ends_what_the_name_before_holds():
    assert turns(text(">> ANN: Hello.\n>> Yes.\n")) == [(None, "ANN", "Hello."), (None, None, ">> Yes.")]


def test_what_this_program_wrote_is_read_again():
    content = (
        "---\ntitle: My talk\nduration: 00:01:20\nflags: []\n---\n\n# My \\*talk\\*\n\n"
        "[00:00:01] **Ann:** Hello\\_you.\n\n"
        "> **Not cleaned: it was cut off.** The original words follow.\n\n[00:00:05] Um, yes.\n\n"
        "[00:00:09] **Ben:** \\# 1 is \\<b>.\n"
    )
    transcript = text(content, "talk.md")
    assert transcript.title == "My *talk*"
    assert turns(transcript) == [
        (1.0, "Ann", "Hello_you."), (5.0, "Ann", "Um, yes."), (9.0, "Ben", "# 1 is <b>.")
    ]  # fmt: skip
    assert transcript.dropped == {"front matter": 9, "title": 3, "mark": 11, "timing": 3, "speaker": 2}


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: My  talk", "My talk"), ('title: "My \\"talk\\": 1"', 'My "talk": 1'),
        ("title: 'It''s # mine'", "It's # mine"), ("title: 1984", "1984"),
        ("title: 2024-13-45", "2024-13-45"), ("title: ? x", None),
        ("title: >", None), ("title:", None), ("title: ''", None), ('title: "My', None),
        ("subtitle: My", None), ("title: a: b", None), ("title: " + "[" * 10_000, None),
        (r'title: "\UFFFFFFFF"', None), (r'title: "\U00110000"', None),
    ],
)  # fmt: skip
def test_the_front_matter_gives_the_title_where_no_heading_does(line, title):
    front = f"---\nspeakers:\n  - Ann\n{line}\n---\n\n"
    transcript = text(f"{front}Hello there.\n", "a.md")
    assert (transcript.title, transcript.segments[0].text) == (title, "Hello there.")
    assert set(transcript.dropped) == {"front matter"}
    assert text(f"{front}# Heading\n\nHello there.\n", "a.md").title == "Heading"


@pytest.mark.parametrize(("paragraphs", "words"), [("", 10), ("of 12 paragraphs ", 13)])
def test_the_mark_of_a_passage_left_as_it_was_is_no_speech(paragraphs, words):
    transcript = text(f"(Not cleaned: it was cut off. The original words {paragraphs}follow.)\n\nUm, yes.\n")
    assert turns(transcript) == [(None, None, "Um, yes.")]
    assert transcript.dropped == {"mark": words}


def test_other_headings_are_words_without_their_marks():
    transcript = text("Intro.\n\n## Part two\n\nmore of it\n", "a.md")
    assert [s.text for s in transcript.segments] == ["Intro.", "Part two", "more of it"]
    assert transcript.dropped == {"markup": 1}
    assert transcript.title is None


def test_front_matter_may_stand_below_blank_lines():
    transcript = text("\n\n---\ntitle: The garden\n---\nWe planted beans.\n", "a.md")
    assert transcript.title == "The garden"
    assert [s.text for s in transcript.segments] == ["We planted beans."]


@pytest.mark.parametrize(("above", "below"), [("", "\n\n"), ("\n\n", ""), (" \n", " \n\n")])
def test_blank_lines_around_a_text_change_nothing_in_it(above, below):
    content = (
        "Präsidentin Brandt: Ich eröffne die Sitzung.\n"
        "Ebert, Schriftführer: Krank gemeldet haben sich drei Mitglieder.\n"
        "Präsidentin Brandt: Herr Weil hat das Wort.\n"
    )
    assert text(above + content + below).segments == text(content).segments
    long = f"{'The flour stood on the shelf, ' * 8}as ever.\n" * 3
    assert text(above + long + below).segments == text(long).segments


def test_a_rule_at_the_beginning_is_no_front_matter():
    transcript = text("---\nHello there everyone.\n---\nBye.\n", "a.md")
    assert (transcript.words, transcript.dropped) == (4, {"markup": 2})


def test_lines_longer_than_a_page_is_wide_are_paragraphs():
    line = "The flour stood on the shelf, " * 8 + "as ever."
    assert len(text(f"{line}\n" * 4).segments) == 4
    assert len(text("The flour stood\non the shelf.\n" * 4).segments) == 1


def test_a_field_at_the_top_of_a_long_file_is_no_speaker():
    talk = "We went on for a while.\n\nMara: Why?\n\nJo: So.\n\n" * 9
    content = f"Of Bread\n\nSprog Code: English\n\n{talk}"
    assert {s.speaker for s in text(content).segments} == {None, "Mara", "Jo"}


def test_who_takes_part_may_be_presented_by_the_labels_that_follow():
    content = "구술자: 이순자(1932년생)\n\n면담자: 어디세요?\n\n구술자: 네.\n\n면담자: 언제요?"
    assert [speaker for _, speaker, _ in turns(text(content))] == [
        None,
        "면담자",
        "구술자",
        "면담자",
    ]
    content = "Interviewer: Mary Holt\nInterviewee: John Vane\nDate: 3 May\n\n" + (
        "Interviewer: Where?\nInterviewee: In Leeds.\nInterviewer: And then?\nInterviewee: York.\n"
    )
    assert [speaker for _, speaker, _ in turns(text(content))][:2] == ["Interviewer", "Interviewee"]


@pytest.mark.parametrize(
    "times",
    [
        ("1s - 3s:", "4s - 6s:", "7s - 9s:"),
        ("[0h00m01s]", "[0h00m04s]", "[0h00m07s]"),
        ("0'01\"", "0'04\"", "0'07\""),
        ("00.00.01", "00.00.04", "00.00.07"),
        ("@0:01", "@0:04", "@0:07"),
    ],
)
def test_times_in_notations_of_their_own_are_read_where_they_run_on(times):
    content = "".join(f"{time} The mill is old.\n" for time in times)
    read_so = checked(content.encode(), "a.txt").segments
    assert [(one.start, one.text) for one in read_so] == [(at, "The mill is old.") for at in (1.0, 4.0, 7.0)]


def test_such_a_time_behind_a_name_is_a_time_and_in_a_sentence_is_speech():
    said = "Ida (1m02s): Is it cold?\nÉva Berg (1m10s): It is.\nIda (2m05s): Then wait.\n"
    assert turns(text(said)) == [
        (62.0, "Ida", "Is it cold?"),
        (70.0, "Éva Berg", "It is."),
        (125.0, "Ida", "Then wait."),
    ]
    spoken = "It takes 5m10s: no more.\n\nIt takes 6m10s: no less.\n"
    assert [one.text for one in text(spoken).segments] == [
        "It takes 5m10s: no more.",
        "It takes 6m10s: no less.",
    ]


def test_what_looks_like_such_a_time_and_does_not_run_on_is_speech():
    content = "00.00.07 was on the clock.\n\n00.00.04 was before.\n\nThen it stopped.\n"
    assert text(content).words == 11


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:6.0,\nseg1.vtt\n", "playlist"),
        ("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nSUMMARY:Talk\nEND:VEVENT\n", "calendar"),
        ("- speaker: Ann\n  start: 1\n  text: Good day.\n- speaker: Ben\n  start: 2\n  text: Hi.\n", "YAML"),
        ("Ann: hello " + "w" * 20_000 + " there.\n", "20,000 letters"),
    ],
)
def test_what_is_no_speech_is_called_by_its_name(content, what):
    with pytest.raises(InputError, match=what):
        text(content)


def test_a_label_before_a_bare_link_is_nobody_elses():
    content = "Ann: See:\nhttps://example.org/a\nBen: https://example.org/b\nAnn: Thanks.\nAnn: Fine.\n"
    said = {words: speaker for _, speaker, words in turns(text(content))}
    assert said["Ben: https://example.org/b"] is None


@pytest.mark.parametrize(
    "head",
    [
        "From: Ann <ann@example.org>\nSent: Monday, 3 March 2025 10:14\nTo: Tom\nSubject: Friday\n",
        "Von: Ann\nGesendet: Montag, 3. März 2025\nAn: Tom\nBetreff: WG: Freitag\n",
        "De: Ana\nEnviado: lunes\nPara: Tom\nAsunto: viernes\n",
        "发件人：安\n收件人：汤姆\n主题：星期五\n",
        "Return-Path: <ann@example.org>\nReceived: from mx (mx [192.0.2.1])\n\tby mail; Mon, 3 Mar 2025\n"
        "From: ann@example.org\nTo: tom@example.org\nSubject: Friday\nMIME-Version: 1.0\n",
        "Here it is.\n\n-----Original Message-----\nFrom: Ann\nTo: Tom\nDate: Monday\nSubject: It\n",
    ],
)
def test_the_head_of_an_e_mail_is_no_speech(head):
    transcript = checked((head + "\nAnn: When?\nBen: In March.\nAnn: So early?\n").encode(), "a.txt")
    assert turns(transcript)[-3:] == [
        (None, "Ann", "When?"),
        (None, "Ben", "In March."),
        (None, "Ann", "So early?"),
    ]
    assert transcript.dropped["header"] > 5
    assert "Friday" not in " ".join(s.text for s in transcript.segments[:-3])


def test_lines_that_begin_like_two_of_its_fields_are_speech():
    assert text("From: the beginning.\nTo: the end.\n").dropped.get("header") is None


def test_footnotes_and_the_addresses_of_links_are_no_speech_in_markdown():
    content = (
        "# Talk\n\n**Ann:** It was long.[^1] See [the wiki][w] and [2].\n\n**Ben:** Yes.\n\n"
        "[^1]: Ten miles and more.\n[w]: https://example.org/wiki\n[2]: https://example.org/two\n"
    )
    transcript = checked(content.encode(), "a.md")
    assert [(s.speaker, s.text) for s in transcript.segments] == [
        ("Ann", "It was long. See the wiki and [2]."),
        ("Ben", "Yes."),
    ]
    assert transcript.dropped["note"] == 5


def test_a_name_in_brackets_before_an_address_is_somebodys_turn_in_markdown():
    content = "[Ann]: hello\n\n[Ben]: https://example.org/a\n\n[Ann]: thank you\n"
    assert [s.speaker for s in text(content, "a.md").segments] == ["Ann", "Ben", "Ann"]


def test_the_fence_around_code_is_no_word():
    content = "**Ann:** It is this:\n\n```js\nlet a = 1\n```\n\n**Ben:** I see.\n"
    assert "`" not in " ".join(s.text for s in checked(content.encode(), "a.md").segments)


def test_one_speaker_named_above_each_paragraph_has_them_all():
    rows = "".join(
        f"<cite>Speaker:</cite>\n<time>0:{n:02}</time>\n<p>we walk to mile {n}</p>\n<p></p>\n"
        for n in range(9)
    )
    transcript = checked(rows.encode(), "a.html")
    assert {s.speaker for s in transcript.segments} == {"Speaker"}
    assert [s.start for s in transcript.segments] == list(range(9))
    assert not transcript.warnings


def test_only_the_colon_behind_the_name_of_who_speaks_is_gone_from_a_page():
    page = "<p><cite>Ann</cite>: I said: come in.</p><p><cite>Ben</cite>: Right: so be it.</p>"
    said = [(s.speaker, s.text) for s in checked(page.encode(), "a.html").segments]
    assert said == [("Ann", "I said: come in."), ("Ben", "Right: so be it.")]


def test_numbers_of_pages_and_what_heads_every_page_are_no_speech():
    words = "cold warm dry wet late hot soft grey".split()
    pages = [
        f"Harbour Council, 3 May 2013\n\n{number}\n\n"
        + "\n\n".join(f"Ann: It was {word} at mile {number}, and long." for word in words)
        for number in ("one", "two", "three", "four", "five")
    ]
    content = "\n\n".join(
        page.replace(f"\n\n{page.split()[5]}\n\n", f"\n\n{341 + at}\n\n", 1) for at, page in enumerate(pages)
    )
    transcript = checked(content.encode(), "a.txt")
    assert transcript.dropped["page header"] == 5 * 6
    assert all(s.text.startswith("It was") for s in transcript.segments)


def test_numbers_that_somebody_counts_are_speech():
    transcript = checked(b"Ann: Ready?\n\n1\n\n2\n\n3\n\n4\n\nBen: Go!\n\nAnn: Well done.\n", "a.txt")
    assert "1 2 3 4" in " ".join(s.text for s in transcript.segments)


@pytest.mark.parametrize(
    ("name", "time"),
    [("speaker", "timestamp"), ("transcript-speaker", "timecode"), ("x Speaker-Name", "cue-time")],
)
def test_a_page_that_marks_names_and_times_by_their_classes_is_read(name, time):
    rows = "".join(
        f'<div><span class="{time}">0:0{at}</span> <strong class="{name}">{who}</strong><p>{said}</p></div>'
        for at, (who, said) in enumerate(
            [("Ann Berg", "Good morning."), ("Ben", "Morning."), ("Ann Berg", "Well?")]
        )
    )
    transcript = checked(f"<html><body>{rows}</body></html>".encode(), "a.html")
    assert [s.speaker for s in transcript.segments] == ["Ann Berg", "Ben", "Ann Berg"]
    assert [s.text for s in transcript.segments] == ["Good morning.", "Morning.", "Well?"]


def test_what_begins_like_a_comment_of_a_page_and_has_no_end_hides_nothing_below_it():
    turns = "<p>Ann: When?</p><p>Tom: Now.</p>"
    content = f"<html><body>{turns}<!-- {turns * 2}</body></html>"
    said = [(s.speaker, s.text) for s in read(content.encode(), "a.html").segments]
    assert said[-4:] == [("Ann", "When?"), ("Tom", "Now.")] * 2
    many = read(f"<html><body>{turns}{'<!--' * 99} {turns}".encode(), "a.html")
    assert many.segments[-1].text.endswith("Now.")


@pytest.mark.parametrize("section", ["<![ endif]>", "<![unheard-of[>", "<![1[x]]>"])
def test_a_section_of_a_page_of_a_kind_that_is_not_known_hides_nothing(section):
    content = f"<html><body><p>Ann: When?</p>{section}<p>Tom: Now.</p></body></html>"
    said = [(s.speaker, s.text) for s in read(content.encode(), "a.html").segments]
    assert said == [("Ann", "When?"), ("Tom", "Now.")]


def test_a_saved_page_with_comments_within_comments_above_a_part_is_read():
    kind = f"text/html; x={'(' * 2000}"
    content = (
        f"From: a\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: {kind}\n\nAnn: Hi.\n"
    )
    assert [s.text for s in read(content.encode(), "a.mhtml").segments] == ["Hi."]


def test_what_stands_beside_the_main_part_of_a_page_is_no_speech():
    turns = "".join(f"<p><b>{who}:</b> It was a long way to go.</p>" for who in ("Ann", "Ben", "Ann", "Ben"))
    main = f"<main><aside>All News</aside>{turns}</main>"
    page = f"<html><body><div>Skip to content Share</div>{main}<p>Imprint</p></body></html>"
    transcript = checked(page.encode(), "a.html")
    assert {s.speaker for s in transcript.segments} == {"Ann", "Ben"}
    assert transcript.dropped["page"] == 7


def said_in(content):
    return [(segment.speaker, segment.text) for segment in text(content).segments]


def pages(head, number):
    """Six pages of a talk, with this head; each line of it is another one."""
    words = iter(f"{one} {other}" for one in WORDS for other in WORDS)
    lines = []
    for page in range(1, 7):
        lines += [head.format(number(page)), "", f"Ida: We went to the {next(words)} and"]
        lines += [f"saw the {next(words)} there and" for _ in range(9)]
        lines += [f"Kurt: A {next(words)}?", ""]
    return "\n".join(lines)


WORDS = "kiln clay wheel glaze shelf cone slip wax bat ash rib loop".split()


@pytest.mark.parametrize(
    "head", ["Ida Kern, Tape One    {}", "{}   KERN, IDA", "Kiln Talks | Kern | p. {}", "Page {}"]
)
def test_a_line_that_heads_every_page_with_its_number_is_no_speech(head):
    transcript = read(pages(head, lambda page: page + 10).encode(), "a.txt")
    assert {segment.speaker for segment in transcript.segments} == {"Ida", "Kurt"}
    assert transcript.dropped["page header"] == 6 * len(head.split())


def test_what_people_number_as_they_speak_is_no_head_of_pages():
    transcript = read(pages("Chapter {}", lambda page: page).encode(), "a.txt")
    assert "page header" not in transcript.dropped


def test_times_in_words_and_the_date_above_a_transcript_are_no_speech():
    worded = "Ida Kern\n0 minutes 3 seconds\n0:03\nIda Kern 0 minutes 3 seconds\nAa bb.\n\n"
    worded += "Kurt Falk\n0 minutes 7 seconds\n0:07\nKurt Falk 0 minutes 7 seconds\nCc dd.\n\n"
    assert said_in(worded) == [("Ida Kern", "Aa bb."), ("Kurt Falk", "Cc dd.")]
    head = "Ofen, 1. Mai 2026, 08:00\n\n"
    named = "Kern, Ida   0:03\nAa bb.\n\nFalk, Kurt   0:07\nCc dd.\n\nKern, Ida   0:14\nEe ff.\n"
    assert [speaker for speaker, _ in said_in(head + named)][-3:] == ["Kern, Ida", "Falk, Kurt", "Kern, Ida"]


def test_captions_that_lost_their_arrows_keep_their_times():
    content = "1\n00:00:02,000\n00:00:05,000\nAa bb.\n\n2\n00:00:06,000\n00:00:08,000\nCc dd.\n"
    segments = read(content.encode(), "a.txt").segments
    assert [(s.start, s.end, s.text) for s in segments] == [(2.0, 5.0, "Aa bb."), (6.0, 8.0, "Cc dd.")]


def test_lines_of_chinese_that_a_margin_broke_are_joined_and_finished_ones_are_not():
    assert said_in("窑是冷的，先放木柴\n再点火。\n现在就点。\n") == [
        (None, "窑是冷的，先放木柴再点火。 现在就点。")
    ]
    assert said_in("窑是冷的\n先放木柴\n") == [(None, "窑是冷的 先放木柴")]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            (
                "窑是冷的先放木柴点火以",
                "前看一看里面是不是有人",
                "后来他打电话说生病了所",
                "以只好先走一步了然后明",
                "天再来",
            ),
            None,
        ),
        (("窑是冷的先放木柴", "在点火以前要看一看里面", "是不是有人", "后来他打电话"), ()),
        (("เชื่อว่าคุณคงเคยได้ยินเ", "ขาพูด", "แล้วก็ไปท", "ำงาน"), ("เชื่อว่าคุณคงเคยได้ยินเขาพูด", "แล้วก็ไปทำงาน")),
        (("이 가마는", "차갑습니다"), ()),
    ],
)
def test_lines_without_marks_are_joined_where_they_break_inside_a_word_or_all_at_one_margin(lines, said):
    whole = "".join(lines) if said is None else " ".join(said or lines)
    assert said_in("\n".join(lines) + "\n") == [(None, whole)]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("CREATE TABLE t (a TEXT);\nINSERT INTO t VALUES ('Aa');\nINSERT INTO t VALUES ('Bb');\n", "SQL"),
        ('msgid "Aa"\nmsgstr "Bb"\n\nmsgid "Cc"\nmsgstr "Dd"\n', "gettext"),
        ("[a]\nx=1\ny=2\n[b]\nz=3\n", "settings"),
        ("SPEAKER a 1 1.0 2.0 <NA> <NA> s0 <NA>\nSPEAKER a 1 3.0 2.0 <NA> <NA> s1 <NA>\n", "RTTM"),
        ("SPEAKER a 1 1.0 2.0 <NA> <NA> s0 <NA>\n", "RTTM"),
        ("# VobSub index file, v7\nsize: 720x576\ntimestamp: 00:00:01:000, filepos: 0\n", "VobSub"),
        ("00000000: 5363 656e 6172 6973 745f 5343  S\n00000010: 2e30 0a0a 3030 3a30 303a 3031  0\n", "bytes"),
        ("1\n00:01+5 --> 00:02+5\nAa bb.\n\n2\n00:03+5 --> 00:04+5\nCc dd.\n", "“00:01+5 --> 00:02+5”"),
    ],
)  # fmt: skip
def test_no_format_without_a_reader_is_delivered_as_speech(content, what):
    with pytest.raises(InputError, match=what.replace("+", r"\+")):
        read(content.encode(), "a.txt")


def test_pages_of_whole_paragraphs_have_heads_too():
    said = " ".join(WORDS * 14)
    content = "\n".join(
        f"{said} {page}a\n{page} KILN TALKS\n{said} {page}b\nKern {page + 1}" for page in range(2, 12, 2)
    )
    transcript = read(content.encode(), "a.txt")
    assert transcript.dropped["page header"] == 5 * 3 + 5 * 2


@pytest.mark.parametrize("form", ["[b]{}:[/b] {}", "'''{}:''' {}"])
def test_the_marks_of_forums_and_wikis_are_no_words(form):
    lines = [form.format(*one) for one in (("Ida", "Aa."), ("Kurt", "Bb."), ("Ida", "Cc."))]
    assert said_in("\n\n".join(lines)) == [("Ida", "Aa."), ("Kurt", "Bb."), ("Ida", "Cc.")]


def test_captions_in_a_page_are_read_as_captions():
    cues = "\n\n".join(f"{n}\n00:00:0{n},000 --&gt; 00:00:0{n + 1},000\nAa bb {n}." for n in range(1, 5))
    transcript = text(f"<html><body><pre>{cues}</pre></body></html>", "a.html")
    assert [(s.start, s.text) for s in transcript.segments] == [
        (float(n), f"Aa bb {n}.") for n in range(1, 5)
    ]


@pytest.mark.parametrize(
    "said",
    [
        "Select one from the list.\nDelete from memory what you saw.\n",
        "x=1 means that we begin.\ny=2 means that we go on.\nz=3 means that we stop.\nw=4 means no more.\n",
    ],
)
def test_sentences_that_begin_like_code_are_speech(said):
    assert text(said).words == len(said.split())


def test_tags_that_somebody_marked_a_text_with_go_with_what_they_say_and_so_does_one_that_stands_once():
    text = (
        "Ann: It was <place>here</place> in <date>1990</date>, <who>they</who> said.\n"
        'Ben: And <desc type="the gate">it was built</desc> in <date>1991</date> <place>there</place>.\n'
        'Ann: <who>I</who> saw <desc type="a b">it</desc>. <work>I kept the books</work> of a < b.\n'
    )
    rest = "".join(f"Ben: We went on for {n} miles.\nAnn: And then {n} more.\n" for n in range(20))
    transcript = read(f"{text}{rest}".encode(), "a.txt")
    assert [s.text for s in transcript.segments][:3] == [
        "It was here in 1990, they said.",
        "And it was built in 1991 there.",
        "I saw it. I kept the books of a < b.",
    ]


MINUTES = "**Ann Berg:** We are done.\n\n**Ben Ray:** I think so.\n\n"


def test_what_was_decided_stands_below_its_heading_and_is_nobodys():
    content = f"{MINUTES}#### Conclusion\n\n- Go on\n- Ask Leo\n\n**Ann Berg:** Well.\n\n**Ben Ray:** Yes.\n"
    turns = [(s.speaker, s.text) for s in read(content.encode(), "a.md").segments]
    assert turns[2:] == [
        (None, "Conclusion"), (None, "Go on Ask Leo"), ("Ann Berg", "Well."), ("Ben Ray", "Yes."),
    ]  # fmt: skip


def test_a_heading_within_what_somebody_says_does_not_end_it():
    content = f"{MINUTES}## The rest\n\nAnd now we go home.\n\n**Ann Berg:** Well.\n"
    turns = [(s.speaker, s.text) for s in read(content.encode(), "a.md").segments]
    assert turns[3] == ("Ben Ray", "And now we go home.")


def test_a_time_in_escaped_brackets_behind_a_name_is_a_time():
    content = "**Ann Berg:** \\[00:08\\] Good day.\n\n**Ben Ray:** \\[00:12\\] Hello.\n\n**Ann Berg:** Yes.\n"
    segments = read(content.encode(), "a.md").segments
    assert [(s.start, s.text) for s in segments[:2]] == [(8.0, "Good day."), (12.0, "Hello.")]


def test_code_with_letters_behind_it_loses_both_its_marks():
    content = "**Ann Berg:** `Buffer`s and ``one`` and `two` are `three`.\n\n**Ben Ray:** Yes.\n"
    assert read(content.encode(), "a.md").segments[0].text == "Buffers and one and two are three."


LONG_TURNS = "".join(f"**Ann Berg:** Part {n}.\n\n**Ben Ray:** Yes.\n\n" for n in range(30))


def test_a_few_times_behind_names_are_times_where_they_run_on_with_those_that_begin_lines():
    times = (
        "[01:10] And so on.\n\n**Ann Berg:** [02:20] Well.\n\n[03:30] And then.\n\n**Ben Ray:** [04:40] No.\n"
    )
    segments = read(f"{LONG_TURNS}{times}".encode(), "a.md").segments
    assert [(s.start, s.text) for s in segments[-3:]] == [
        (140.0, "Well."),
        (210.0, "And then."),
        (280.0, "No."),
    ]


def test_a_few_times_behind_names_that_run_back_are_words():
    times = (
        "[01:10] And so on.\n\n**Ann Berg:** [09:20] Well.\n\n[03:30] And then.\n\n**Ben Ray:** [02:40] No.\n"
    )
    texts = [s.text for s in read(f"{LONG_TURNS}{times}".encode(), "a.md").segments]
    assert "[09:20] Well." in texts
    assert "[02:40] No." in texts


def test_thousandths_of_a_second_are_told_by_how_slowly_one_would_speak():
    said = (
        "Speaker A [2000.00 - 9000.00]:\n    Is it cold outside?\n\n"
        "Speaker B [9500.00 - 12000.00]:\n    It is.\n\n"
        "Speaker A [13000.00 - 15000.00]:\n    Then wait here.\n"
    )
    assert [(s.start, s.end) for s in read(said.encode(), "a.txt").segments] == [(2, 9), (9.5, 12), (13, 15)]


def test_questions_and_answers_of_a_record_are_known_though_one_stands_once():
    answers = "Q. Where?\n\nA. At home.\n\nA. I said."
    said = f"THE CLERK: Your name?\n\nTHE WITNESS: Ruth Ames.\n\nBY MS. ORR:\n\n{answers}"
    assert [s.speaker for s in text(said).segments] == ["THE CLERK", "THE WITNESS", "Q", "A", "A"]


def test_transanas_times_are_times():
    said = "¤<2000>Ida: Is it cold?\n¤<6500>Kurt: It is.\n¤<9000>Ida: Then wait.\n"
    assert turns(text(said)) == [
        (2.0, "Ida", "Is it cold?"),
        (6.5, "Kurt", "It is."),
        (9.0, "Ida", "Then wait."),
    ]


def test_the_parts_of_a_program_are_no_transcript():
    with pytest.raises(InputError, match="requirements"):
        text("attrs==24.1.0\nnumpy>=1.26 ; python_version > '3.11'\nrich~=13.0\npyyaml==6.0.2\n")


def test_addresses_and_dates_of_a_recording_are_no_transcript():
    with pytest.raises(InputError, match="without a word that was said"):
        text(
            "Published: 2019-03-04 09:10:00\n"
            "Video: https://example.org/a.mp4\nText: https://example.org/a?b=1\n"
        )
    said = "Ida: Where is it?\nKurt: https://example.org/a\nIda: Thanks.\n"
    assert [one.text for one in text(said).segments][-1] == "Thanks."


def test_times_alone_are_no_transcript():
    times = "".join(f"#{at} | 00:38:{at:02d},950 | 00:38:{at:02d},998\n" for at in range(10, 20))
    with pytest.raises(InputError, match="without a word that was said"):
        text(times)
    assert text(times + "00:39:00 So it was.\n00:39:04 Yes.\n").segments[-1].text == "Yes."


@pytest.mark.parametrize("above", ["", "\u2e3b\n", "* * *\n\n", "[End of transcript]\n"])
def test_what_is_told_of_the_recording_at_the_end_is_nobodys(above):
    said = "Ida:\nIs the kiln cold by now?\n\nKurt:\nIt is.\n\nIda:\nThen we open it.\n\n"
    assert turns(text(f"{said}{above}Duration: 57 minutes\n")) == [
        (None, "Ida", "Is the kiln cold by now?"),
        (None, "Kurt", "It is."),
        (None, "Ida", "Then we open it."),
        (None, None, "Duration: 57 minutes"),
    ]


DOCUMENTATION = """# kiln

Tools for kilns.

[![Build](https://example.org/b.svg)](https://example.org)

## Installation

```sh
pip install kiln
```

## Usage

- `--hot`: as hot as it goes
- `--cold`: let it cool

## License

See [LICENSE](LICENSE).
"""


@pytest.mark.parametrize("name", ["README.md", "readme.txt"])
def test_documentation_is_no_transcript(name):
    with pytest.raises(InputError, match="documentation"):
        read(DOCUMENTATION.encode(), name)


def test_a_talk_about_code_is_a_transcript():
    days = (f"On day {n} we ran `kiln` once more, which took hours." for n in range(20))
    talk = DOCUMENTATION + "\n".join(days)
    assert read(talk.encode(), "talk.md").segments


@pytest.mark.parametrize(
    "stamp", ["[00:00:{:02}]", "[00:00:{:02}.20]", "{{00:00:{:02}}}", "(00:00:{:02})", "[0:{:02}]"]
)
def test_times_in_brackets_behind_the_words_are_no_words(stamp):
    content = "".join(
        f"{name}: It is {at}. {stamp.format(at)}\n\n" for at, name in enumerate(["I", "B"] * 2, 11)
    )
    assert turns(text(content)) == [
        (None, name, f"It is {at}.") for at, name in enumerate(["I", "B"] * 2, 11)
    ]


def test_figures_in_brackets_that_do_not_run_on_stay():
    content = "Ann: We read Mark [14:25] and (3:16).\nTom: Then [3:20].\nAnn: Good. [inaudible 00:00:09]\n"
    assert " ".join(s.text for s in text(content).segments).split() == [
        word for line in content.splitlines() for word in line.split()[1:]
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mr HARLAN (Leeds) (2.03 pm):", "Ms DOYLE (York) (2.05 p.m.):"),
        ("**2:03 PM, Mr HARLAN (Leeds):**", "**2:05 PM, Ms DOYLE (York):**"),
    ],
)
def test_times_of_the_clock_are_no_part_of_a_name(one, other):
    assert turns(text(f"{one} It is.\n\n{other} No.\n", "a.md")) == [
        (50580.0, "Mr HARLAN (Leeds)", "It is."),
        (50700.0, "Ms DOYLE (York)", "No."),
    ]


def test_names_stand_above_lines_that_begin_with_a_time():
    link = "[({time})](https://a.b/c?t=1)"
    said = (
        ("Ann Berg", "00:05", "Why?"),
        ("Ben Reed", "00:09", "It is late."),
        ("Ann Berg", "01:05", "Is it?"),
    )
    content = "".join(f"{name}\n{link.format(time=time)} {words}\n\n" for name, time, words in said)
    assert [s.speaker for s in text(content, "a.md").segments] == ["Ann Berg", "Ben Reed", "Ann Berg"]


def test_an_empty_line_of_a_quotation_parts_turns():
    content = "> **Ann:** Hello.\n>\n> **Ben:** Hi there.\n>\n> **Ann:** Good.\n"
    assert [s.speaker for s in text(content, "a.md").segments] == ["Ann", "Ben", "Ann"]


@pytest.mark.parametrize(
    "notice",
    [
        "Transkription wurde nach 00:31:50 beendet",
        "Meeting ended after 00:31:50 👋",
        "La transcription s'est terminée au bout de 00:31:50",
        "La transcripción ha finalizado después de 00:31:50",
        "Trascrizione terminata dopo 00:31:50",
        "Cette transcription modifiable a été générée par ordinateur et peut contenir des erreurs.",
        "(This file is longer than 30 minutes. Go Unlimited to transcribe files up to 10 hours long.)",
        "English (auto-generated)",
    ],
)
def test_what_a_service_puts_below_a_transcript_is_no_speech(notice):
    content = f"Ann: Hello.\nBen: Hi there.\nAnn: Then we start.\n{notice}\n"
    assert turns(text(content))[-1] == (None, "Ann", "Then we start.")
    said = content.replace(notice, "The meeting ended at 10:30:00, and it was over. I was the last.")
    assert turns(text(said))[-1][2].endswith("the last.")


def test_names_with_a_firm_above_their_times_have_the_last_name_first():
    content = "Berg, Ann (Acme)\n00:00:03\nSo how old were you?\n\nWeber, Lena\n00:00:07\nI was nineteen.\n"
    assert [s.speaker for s in text(content).segments] == ["Berg, Ann (Acme)", "Weber, Lena"]


def test_names_that_recur_above_words_are_labels_without_blank_lines_too():
    turn = "Ann Lee\nHello there.\nBen Ash\nGood morning.\nHow are you?\n"
    assert (
        turns(text(turn * 2))
        == [
            (None, "Ann Lee", "Hello there."),
            (None, "Ben Ash", "Good morning. How are you?"),
        ]
        * 2
    )


def test_lines_that_are_names_among_words_without_an_end_are_words():
    poem = "Ann Lee\nwent down to the sea\nBen Ash\nwas there with me\n" * 2
    assert {speaker for _, speaker, _ in turns(text(poem))} == {None}


def test_words_that_a_mark_of_another_speaker_stands_against_are_two():
    assert turns(text("Hello.[SPEAKER_TURN]Good morning.\n")) == [(None, None, "Hello. Good morning.")]


def test_bold_that_ends_behind_what_is_said_leaves_no_mark_there():
    content = "**Q: Where was that?**\n\nA: In Leeds.\n\n**Q: And then?**\n\nA: Then we left.\n"
    assert [said for _, _, said in turns(text(content, "a.md"))] == [
        "Where was that?",
        "In Leeds.",
        "And then?",
        "Then we left.",
    ]


def test_times_in_words_below_names_are_times_where_there_are_no_others():
    content = "Ann Lee\n0 minutes 3 seconds\nHello.\n\nBen Ash\n1 minute 2 seconds\nWell?\n"
    assert turns(text(content)) == [(3.0, "Ann Lee", "Hello."), (62.0, "Ben Ash", "Well?")]
    assert checked(content.encode(), "a.txt")


def test_initials_above_names_with_a_time_are_nobodys_words():
    content = "AL\nAnn Lee\n0:03\nHello.\nBA\nBen Ash\n0:12\nWell?\nAL\nAnn Lee\n0:20\nYes.\n"
    assert turns(text(content)) == [
        (3.0, "Ann Lee", "Hello."),
        (12.0, "Ben Ash", "Well?"),
        (20.0, "Ann Lee", "Yes."),
    ]
    assert checked(content.encode(), "a.txt")


def test_telegram_names_who_writes_before_the_day_and_time():
    content = "Ann Lee, [05.01.2024 10:00]\nHello.\n\nBen Ash, [05.01.2024 10:02]\nWell?\n"
    assert turns(text(content)) == [(None, "Ann Lee", "Hello."), (None, "Ben Ash", "Well?")]
    assert checked(content.encode(), "a.txt")


def test_what_a_program_prints_of_times_and_speakers_is_no_speech():
    content = (
        "start=0.5s stop=3.2s speaker_SPEAKER_00 Hello.\nstart=3.5s stop=7.2s speaker_SPEAKER_01 Well?\n"
    )
    assert turns(text(content)) == [(0.5, "SPEAKER_00", "Hello."), (3.5, "SPEAKER_01", "Well?")]
    assert checked(content.encode(), "a.txt")


def test_what_whisper_prints_before_the_first_words_is_a_notice():
    head = "Detecting language using up to the first 30 seconds.\nDetected language: English\n"
    content = f"{head}[00:00.000 --> 00:04.000] Hello.\n"
    assert turns(text(content)) == [(0.0, None, "Hello.")]


def test_how_long_a_recording_is_says_not_when_its_first_words_were_said():
    content = "Date: 2024-01-05\nLength: 00:12:05\n\nAnn: Hello.\nBen: Well?\nAnn: Yes.\n"
    assert [start for start, _, _ in turns(text(content))] == [None] * 3


SAID = "Ann: Good morning.\n\nBen: Is it cold?\n\nAnn: It is. Let us begin.\n\nBen: With the mill?\n"


@pytest.mark.parametrize(
    "head",
    [
        "Date: 12 March 2026\nAttendees: Ann, Ben\nLocation: Town hall\nDuration: 45 minutes\n\n",
        "Date: 12 March 2026\n\n",
        "Meeting: The mill\nTime: 10:00 AM\nAgenda: https://mill.example/1\nPresent: Ann (chair), Ben\n\n",
        "Datum: 12. März 2026\nTeilnehmer:\n- Ann\n- Ben\nDauer: 45 Minuten\n",
        "**Fecha:** 12 de marzo\n**Lugar:** Ayuntamiento\n\n---\n\n",
        "会议主题：水车\n时间：2026年3月12日\n参会人员：王小明、李华\n\n",
        "Title: The mill\n\nSpeaker: Ann Berg\n\nLength: 00:45:10\n\n",
    ],
)
def test_what_is_told_of_the_recording_at_the_top_is_shown_to_people_but_nobody_said_it(head):
    talk = text(head + SAID)
    assert [speaker for _, speaker, _ in turns(talk)] == ["Ann", "Ben", "Ann", "Ben"]
    assert talk.left_out[0].place == 0
    told = " ".join(head.replace("*", "").replace("---", "").split())
    assert (talk.left_out[0].text, talk.left_out[0].reason) == (told, "header")


def test_what_is_said_right_below_the_head_is_no_field():
    said = "Ann: Good morning to you\n\nBen: Hello\n\nTitle: none\n\n"
    talk = text(f"Date: 12 March 2026\nLocation: Leeds\n{said}")
    assert talk.dropped["header"] == 6
    assert " ".join(one.text for one in talk.segments) == " ".join(said.split())


@pytest.mark.parametrize(
    "top",
    [
        "Location: Town hall.\n\n",
        "Time: it flies when one is at the mill with friends.\nPlace: nowhere like home, I say!\n\n",
        "Date: Good morning.\nTitle: Good morning, Date.\nDate: Is it cold?\nTitle: It is.\n",
        "Host: Ann Berg\nGuest: Ben Lee\n\n",
        "Zoe: Hello, all of you.\nIda: Hello, Zoe.\nKurt: Is this on?\nDate: 12 March 2026\n",
    ],
)
def test_what_may_be_said_at_the_top_stays(top):
    talk = text(top + SAID)
    assert "header" not in talk.dropped
    assert not talk.left_out


def test_several_who_speak_on_one_line_are_parted():
    content = "Ann: Hello. Ben: Good morning. Ann: All? Ben: Yes.\n"
    assert [speaker for _, speaker, _ in turns(text(content))] == ["Ann", "Ben", "Ann", "Ben"]
    assert checked(content.encode(), "a.txt")


def test_what_stands_once_before_a_colon_on_a_line_parts_nothing():
    content = "Ann: Hello. The reason: rain. Ann: All?\n"
    assert {speaker for _, speaker, _ in turns(text(content))} == {"Ann"}


def test_names_with_offices_behind_dashes_stand_above_what_they_say():
    content = "Ann Lee -- Chief Officer\n\nHello.\n\nBen Ash -- Acme Bank -- Analyst\n\nWell?\n"
    assert turns(text(content)) == [
        (None, "Ann Lee -- Chief Officer", "Hello."),
        (None, "Ben Ash -- Acme Bank -- Analyst", "Well?"),
    ]


@pytest.mark.parametrize("rule", ["===", "--", "~~~"])
def test_times_between_rules_are_no_words(rule):
    content = f"{rule} Ann (00:03) {rule}\nHello.\n\n{rule} Ben (00:12) {rule}\nWell?\n"
    assert turns(text(content)) == [(3.0, "Ann", "Hello."), (12.0, "Ben", "Well?")]
    assert checked(content.encode(), "a.txt")


@pytest.mark.parametrize(
    "content",
    [
        "Ann — 01/05/2024 9:41 AM\nHello.\nBen — 01/05/2024 9:42 AM\nWell?\n",
        "Ann — Today at 9:41 AM\nHello.\nBen — Today at 9:42 AM\nWell?\n",
        "[Ann] [오전 9:41] Hello.\n[Ben] [오전 9:42] Well?\n",
        "[Ann] [9:41 AM] Hello.\n[Ben] [9:42 AM] Well?\n",
    ],
)
def test_messages_of_chats_are_those_of_who_wrote_them(content):
    assert turns(text(content)) == [(None, "Ann", "Hello."), (None, "Ben", "Well?")]
    assert checked(content.encode(), "a.txt")


def test_a_small_party_behind_a_name_makes_it_nobody_elses():
    content = "Puhemies Anna Lee: Huomenta.\n\nBen Ash kok: Arvoisa puhemies!\n\nPuhemies Anna Lee: Kiitos.\n"
    assert [speaker for _, speaker, _ in turns(text(content))][1] == "Ben Ash kok"


def test_what_courseras_page_says_of_its_times_is_no_speech():
    lines = (f"Play video starting at :{at} and follow transcript0:{at}\nHello.\n" for at in (13, 22, 31))
    assert turns(text("".join(lines))) == [
        (13.0, None, "Hello."),
        (22.0, None, "Hello."),
        (31.0, None, "Hello."),
    ]


def test_a_time_in_a_bracket_of_its_own_behind_a_name_stays_a_time():
    content = "[Ann] [0:03] Hello.\n[Ben] [0:12] Well?\n[Ann] [0:15] Yes.\n"
    assert not any("0:" in said for _, _, said in turns(text(content)))


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: The garden\ndate: 2024-05-01\n---\n",
        '+++\ntitle = "The garden"\nspeakers = [\n  "Ann",\n]\n[extra]\ndraft = false\n+++\n',
        '{\n  "title": "The garden",\n  "date": "2024-05-01"\n}\n',
        '{"title": "The garden", "speakers": ["Ann"]}\n',
    ],
)
def test_what_tells_of_a_text_above_it_is_no_speech(head, name):
    said = "Ann: Shall we?\n\nBen: Yes, please.\n"
    assert turns(text(f"{head}\n{said}", name)) == [(None, "Ann", "Shall we?"), (None, "Ben", "Yes, please.")]


def test_an_object_that_holds_speech_is_never_dropped():
    with pytest.raises(InputError):
        text('{"speaker": "Ann", "text": "Shall we?"}\nBen: Yes, please.\n')
    plus = "+++\nAnn: Shall we?\n+++\nBen: Yes, please.\nAnn: Good.\n"
    assert ("Ann", "Good.") in [(speaker, said) for _, speaker, said in turns(text(plus))]
    assert "Shall we?" in " ".join(said for _, _, said in turns(text(plus)))


def test_the_title_above_names_with_times_is_nobodys():
    content = (
        "Garden Committee\nMeeting started: 5/1/2024\n\n"
        "Ann Berg - 00:03\nShall we?\n\nTom Reed - 00:07\nYes.\n"
    )
    assert [speaker for _, speaker, _ in turns(text(content))] == [None, "Ann Berg", "Tom Reed"]


def test_what_gemini_sets_above_is_no_speech():
    content = (
        "📖 Transcript\nMay 1, 2024\nGarden committee - Transcript\n00:00:00\n \nAnn Berg: Shall we?\n"
        "Tom Reed: Not yet.\nAnn Berg: Fine.\n00:01:00\n \nAnn Berg: Now?\n"
    )
    assert [(who, said) for _, who, said in turns(text(content))] == [
        *(("Ann Berg", "Shall we?"), ("Tom Reed", "Not yet."), ("Ann Berg", "Fine.")),
        ("Ann Berg", "Now?"),
    ]


@pytest.mark.parametrize(
    "field", ["Audiodatei: C:/aufnahmen/otto.wav", "Fichier audio: ./otto.mp3", "Audio file: otto.m4a"]
)
def test_the_file_of_a_recording_is_nobody_who_speaks(field):
    turns = "S00: [00:00:03] Wann ging der Ofen aus?\n\nS01: [00:00:07] Am Dienstag.\n\n"
    content = f"Gespräch\n\n{field}\n\n{turns}{turns.replace('00:00', '00:01')}"
    said = [(s.speaker, s.text) for s in read(content.encode(), "a.txt").segments]
    assert said == [(None, "Gespräch"), *[("S00", "Wann ging der Ofen aus?"), ("S01", "Am Dienstag.")] * 2]


def test_the_title_of_a_book_in_a_page_is_nobody():
    said = "<p>Ann: I read <cite>The Ferry</cite> twice.</p><p>Ben: So did I.</p>"
    page = f"<html><body>{said * 2}</body></html>"
    segments = read(page.encode(), "a.html").segments
    assert [(s.speaker, s.text) for s in segments[:2]] == [
        ("Ann", "I read The Ferry twice."),
        ("Ben", "So did I."),
    ]
