"""Chats: who writes, what they do, and what the service says between."""

import pytest

from daemon.errors import InputError
from daemon.formats import read


def turns(content):
    transcript = read(content.encode(), "a.txt")
    kept = sum(len(segment.text.split()) for segment in transcript.segments)
    assert kept + sum(transcript.dropped.values()) == transcript.words_in_file
    return [(segment.speaker, segment.text) for segment in transcript.segments]


SAID = [("ann", "hello"), ("ben", "hi ann"), ("ann", "ann waves"), ("ben", "bye")]


@pytest.mark.parametrize(
    "content",
    [
        "<ann> hello\n<ben> hi ann\n* ann waves\n<ben> bye\n",
        "[10:02] <ann> hello\n[10:03] <ben> hi ann\n[10:03] * ann waves\n[10:05] * Quits: carl (~c@host)\n"
        "[10:06] <ben> bye\n",
        "--- Log opened Wed May 01 10:00:00 2024\n10:02 <@ann> hello\n10:03 < ben> hi ann\n"
        "10:03 -!- carl [~carl@host] has joined #garden\n10:04  * ann waves\n10:05 < ben> bye\n",
        "**** BEGIN LOGGING AT Wed May  1 10:00:00 2024\n\nMay 01 10:02:11 <ann>\thello\n"
        "May 01 10:03:11 <ben>\thi ann\nMay 01 10:03:12 *\tcarl (~c@host) has joined\n"
        "May 01 10:05:11 *\tann waves\nMay 01 10:06:11 <ben>\tbye\n",
        "[10:02] ann: hello\n[10:03] ben: hi ann\n[10:03] * ann waves\n[10:06] ben: bye\n",
        "(10:02:11) ann: hello\n(10:02:20) ben: hi ann\n(10:02:31) ***ann waves\n"
        "(10:02:40) carl has joined the room.\n(10:02:45) ben: bye\n",
        "2024-05-01 10:02:11\t@ann\thello\n2024-05-01 10:02:20\tben\thi ann\n"
        "2024-05-01 10:02:31\t *\tann waves\n2024-05-01 10:02:45\tben\tbye\n"
        "2024-05-01 10:04:00\t<--\tcarl (~c@host) has quit (Quit: bye)\n",
        "2024-05-01T10:02:11 <ann> hello\n2024-05-01T10:02:20 <ben> hi ann\n"
        "2024-05-01T10:02:21 * carl joined the channel\n2024-05-01T10:02:31 * ann waves\n"
        "2024-05-01T10:02:40 * ben joined the channel\n2024-05-01T10:02:45 <ben> bye\n",
        "[2024-05-01T10:02:11.405Z]\t<ann>\thello\n[2024-05-01T10:02:20.115Z]\t<ben>\thi ann\n"
        "[2024-05-01T10:02:31.000Z]\t* ann waves\n[2024-05-01T10:02:45.950Z]\t<ben>\tbye\n",
    ],
)
def test_a_log_is_those_who_write_and_what_they_do(content):
    assert turns(content) == SAID


def test_whoever_writes_a_few_words_but_once_is_named_in_a_log():
    content = (
        "<Carl_(Acme)/T3> present+\n<dan> present+\n<ann> peas first\n<ben> fine\n<ann> good\n<ben> yes\n"
    )
    said = [("Carl_(Acme)/T3", "present+"), ("dan", "present+"), ("ann", "peas first")]
    assert turns(content)[:3] == said


@pytest.mark.parametrize("pasted", ["<b>peas</b>", "okay, </meeting> :D"])
@pytest.mark.parametrize("message", ["[10:02] <{}> {}\n", "<{}> {}\n", "**\\<{}>** {}\n\n"])
def test_a_log_stays_one_where_somebody_pasted_markup(message, pasted):
    said = [("ann", pasted), ("ben", "fine"), ("ann", "good"), ("carl", "so"), ("ben", "yes")]
    content = "".join(message.format(*each) for each in said)
    assert [speaker for speaker, _ in turns(content)] == [nick for nick, _ in said]


@pytest.mark.parametrize("tag", ["i", "b"])
def test_what_is_marked_up_behind_its_time_is_said_by_no_tag(tag):
    content = "".join(f"[0{at}:02] <{tag}>peas</{tag}>\n" for at in range(4))
    assert {speaker for speaker, _ in turns(content)} == {None}


def test_a_tag_with_a_class_writes_no_log():
    with pytest.raises(InputError, match="markup"):
        turns("<c.yellow>peas are dry</c>\n<c.white>beans are not</c>\n" * 3)


def test_a_name_with_brackets_leaves_none_open():
    said = [
        ("ann[m]", "peas"),
        ("ben", "Fine, thank you."),
        ("ann[m]", "good"),
        ("carl", "so"),
        ("ben", "yes"),
    ]
    content = "".join(f"<{nick}> {words}\n" for nick, words in said)
    assert [speaker for speaker, _ in turns(content)] == ["ann(m)", "ben", "ann(m)", "carl", "ben"]


MINUTES = "\n".join(
    f"Ann Berg: The peas of row {row} come up.\n  They were late.\nTom Reed: Row {row} is dry."
    for row in range(1, 9)
)


def test_what_was_typed_while_others_spoke_is_said_by_who_typed_it():
    typed = MINUTES.replace("Row 3 is dry.", "Row 3 is dry.\n<ann_b> not today\n<mia> agreed")
    typed = typed.replace("Row 6 is dry.", "Row 6 is dry.\n<mia> so is mine\n<ann_b> oh")
    spoken = turns(typed)
    assert [turn for turn in spoken if turn[0] in ("ann_b", "mia")] == [
        ("ann_b", "not today"),
        ("mia", "agreed"),
        ("mia", "so is mine"),
        ("ann_b", "oh"),
    ]


@pytest.mark.parametrize("tags", [("laughs", "coughs"), ("sigh", "reading")])
def test_what_is_heard_within_lines_too_is_nobody(tags):
    one, other = tags
    heard = MINUTES.replace("Row 3", f"\n<{one}> Row 3").replace("Row 6", f"\n<{one}> Row 6")
    heard = heard.replace("Row 4", f"\n<{other}> Row 4").replace("Row 7", f"<{other}> Row 7")
    assert {speaker for speaker, _ in turns(heard)} == {"Ann Berg", "Tom Reed"}


def test_an_item_of_a_list_is_no_action_where_nobody_is_called_so():
    content = "<ann> two things:\n* peas first\n<ben> fine\n<ann> good\n"
    assert turns(content)[0] == ("ann", "two things: * peas first")


def test_tags_are_nobody():
    assert {speaker for speaker, _ in turns("<i> hello there\n<i> you too\n<b> bold\n")} == {None}


def test_zoom_kept_chats_with_and_without_whom_they_are_to():
    content = (
        "10:02:11\t From  Ann Berg : Good morning\n10:02:20\t From  Tom Reed : Morning!\n"
        "10:02:33\t From  Ann Berg  to  Tom Reed(Privately) : Fine.\n"
    )
    assert turns(content) == [("Ann Berg", "Good morning"), ("Tom Reed", "Morning!"), ("Ann Berg", "Fine.")]


def test_whatsapps_stamps_may_end_with_a_colon():
    content = (
        "7/8/12, 3:20:08 PM: Ann Berg: Good morning\n7/8/12, 3:22:30 PM: Tom: Morning!\n"
        "7/8/12, 3:26:59 PM: Ann Berg: Peas?\n"
    )
    assert turns(content) == [("Ann Berg", "Good morning"), ("Tom", "Morning!"), ("Ann Berg", "Peas?")]
    content = (
        "09/12/2012 17:02:35: annb: Peas?\n09/12/2012 17:03:35: tomr: Yes.\n09/12/2012 17:07:35: annb: So.\n"
    )
    assert turns(content) == [("annb", "Peas?"), ("tomr", "Yes."), ("annb", "So.")]


def test_what_whatsapp_itself_says_is_nobodys():
    content = (
        '5/1/24, 10:02 AM - Ann Berg created group "Garden"\n5/1/24, 10:02 AM - Ann Berg: Good morning\n'
        "5/1/24, 10:03 AM - Tom Reed: Morning!\nand more\n5/1/24, 10:04 AM - Ann Berg added Carl\n"
        "5/1/24, 10:05 AM - Tom Reed: Hi Carl\n"
    )
    assert turns(content) == [
        ("Ann Berg", "Good morning"),
        ("Tom Reed", "Morning! and more"),
        ("Tom Reed", "Hi Carl"),
    ]


@pytest.mark.parametrize(
    ("stamps", "names"),
    [
        (["5/1 10:02 AM", "5/1 10:03 AM", "5/1 10:04 AM"], ("Ann Berg", "Tom Reed")),
        (["Wednesday 10:02 AM", "Wednesday 10:03 AM", "Wednesday 10:05 AM"], ("Ann Berg", "Tom Reed")),
        (["05/01/2024 10:02 AM", "05/01/2024 10:03 AM", "05/01/2024 10:04 AM"], ("ann", "tom_92")),
        (["01-May-24 10:02 AM", "01-May-24 10:03 AM", "01-May-24 10:04 AM"], ("ann#1234", "tom#5678")),
    ],
)
def test_a_name_may_stand_behind_a_day_above_what_is_written(stamps, names):
    said = ["Good morning", "Morning!", "Fine"]
    who = [names[0], names[1], names[0]]
    lines = [f"[{stamp}] {name}\n{text}\n" for stamp, name, text in zip(stamps, who, said, strict=True)]
    assert turns("\n".join(lines)) == list(zip(who, said, strict=True))


def test_messages_behind_a_day_are_no_names():
    content = "[5/1 10:02 AM] we are here\n[5/1 10:03 AM] the peas\n[5/1 10:04 AM] we are here\n"
    assert {speaker for speaker, _ in turns(content)} == {None}


def test_what_skype_itself_says_is_nobodys():
    content = (
        "[01/05/2024 10:02:11] Ann Berg: Good morning\n[01/05/2024 10:02:30] Tom Reed: Morning!\n"
        "[01/05/2024 10:03:00] *** Ann Berg added Carl ***\n[01/05/2024 10:04:00] Ann Berg: Hi\n"
    )
    assert turns(content) == [("Ann Berg", "Good morning"), ("Tom Reed", "Morning!"), ("Ann Berg", "Hi")]


def test_a_day_is_nobody():
    content = (
        "Ann Berg\nGood morning\nMay 1, 2024, 10:02 AM\nTom Reed\nMorning!\nMay 1, 2024, 10:03 AM\n"
        "Ann Berg\nFine\nMay 1, 2024, 10:04 AM\n"
    )
    assert "May 1, 2024" not in {speaker for speaker, _ in turns(content)}


def test_what_line_sets_around_messages_is_nobodys():
    content = (
        "[LINE] Chat history with Ann\nSaved on: 05/02/2024, 10:00\n\nWed, 05/01/2024\n"
        "10:02\tAnn\tGood morning\n10:03\tTom\tMorning\n\nThu, 05/02/2024\n10:04\tAnn\tHow is the garden?\n"
    )
    assert turns(content) == [("Ann", "Good morning"), ("Tom", "Morning"), ("Ann", "How is the garden?")]


def test_heads_reactions_and_attachments_of_discord_are_nobodys():
    rule = "=" * 30
    content = (
        f"{rule}\nGuild: Garden\nChannel: Text Channels / general\n{rule}\n\n"
        "[05/01/2024 10:02 AM] ann\nGood morning\n\n[05/01/2024 10:03 AM] tom\nMorning\n\n"
        "{Reactions}\n\U0001f44d (2)\n\n[05/01/2024 10:04 AM] ann\nHow is it?\n\n"
        f"{{Attachments}}\nhttps://example.org/a.png\n\n{rule}\nExported 3 message(s)\n{rule}\n"
    )
    assert turns(content) == [("ann", "Good morning"), ("tom", "Morning"), ("ann", "How is it?")]


def test_what_fathom_sets_between_turns_is_nobodys():
    content = (
        "Garden weekly - May 01\nVIEW RECORDING - 32 mins (No highlights): https://fathom.video/a\n\n---\n\n"
        "0:00 - Ann Berg\n  We begin.\n\n0:12 - Tom Reed\n  They came late.\n\n"
        "ACTION ITEM: Order peas - WATCH: https://fathom.video/a?timestamp=20.5\n\n0:31 - Ann Berg\n  Good.\n"
    )
    assert turns(content)[1:] == [
        ("Ann Berg", "We begin."),
        ("Tom Reed", "They came late."),
        ("Ann Berg", "Good."),
    ]


def test_who_sends_nothing_but_one_address_in_a_chat_sent_it():
    lines = [
        "00:04:31\t Felix Horn:\thttps://example.org/x",
        "00:04:50\t Ann Berg:\tthank you",
        "00:05:02\t Bo:\t:)",
    ]
    said = [("Felix Horn", "https://example.org/x"), ("Ann Berg", "thank you"), ("Bo", ":)")]
    assert turns("\n".join(lines)) == said
