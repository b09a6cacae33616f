"""Names and times that lead somewhere: who speaks is told all the same, and no address is spoken."""

import pytest

from tests.unit.formats.account import checked

SAID = ["When did you plant?", "In March.", "That early?"]


def lines_of(content):
    transcript = checked(content.encode(), "a.md")
    return [(segment.start, segment.speaker, segment.text) for segment in transcript.segments]


def spoken(form, separator="\n\n", names=("Ann", "Ben", "Ann")):
    moments = [("05:29", 329), ("05:35", 335), ("06:01", 361)]
    parts = [
        form.format(name=name, time=time, at=at, said=said, n=n)
        for n, (name, (time, at), said) in enumerate(zip(names, moments, SAID, strict=True), 1)
    ]
    return lines_of(separator.join(parts) + "\n")


@pytest.mark.parametrize(
    "form",
    [
        "## {name} [{time}](https://example.org/v?t={at})\n\n{said}",
        "### [{name}](https://example.org/p) [{time}](https://example.org/v?t={at})\n\n{said}",
        "[**{name}**](https://example.org/p) [{time}](https://example.org/v?t={at}): {said}",
        '**{name}** [{time}](https://example.org/v?t={at} "jump"): {said}',
        '**{name}** <a href="https://example.org/v?t={at}">{time}</a> {said}',
        "**{name}** [{time}][{n}]: {said}\n\n[{n}]: https://example.org/v?t={at}",
        "[[{name}]] ({time}): {said}",
        "**[[{name} Berg|{name}]]** [[#^t{n}|{time}]] {said}",
    ],
)
def test_a_name_and_a_time_that_lead_somewhere_are_who_speaks_and_when(form):
    assert spoken(form) == [(329, "Ann", SAID[0]), (335, "Ben", SAID[1]), (361, "Ann", SAID[2])]


@pytest.mark.parametrize(
    "form", ["[{name}](https://example.org/p): {said}", "[[{name} Berg|{name}]]: {said}"]
)
def test_a_name_that_leads_somewhere_needs_no_time(form):
    assert [(speaker, said) for _, speaker, said in spoken(form)] == [
        ("Ann", SAID[0]),
        ("Ben", SAID[1]),
        ("Ann", SAID[2]),
    ]


def test_a_linked_span_of_time_begins_with_its_first_time():
    content = "### Ann [0:05](u) - [0:09](u)\n\nWhen?\n\n### Ben [0:10](u) - [0:14](u)\n\nIn March.\n"
    assert lines_of(content) == [(5, "Ann", "When?"), (10, "Ben", "In March.")]


def test_a_link_within_what_is_said_leaves_its_words_as_they_are():
    content = (
        "**Ann:** See [10:15](u) for it.\n\n**Ben:** [A review](u) (2023) was good.\n\n"
        "**Ann:** The boat at [10:20](u) is better.\n\n**Ben:** Yes.\n"
    )
    assert [said for _, _, said in lines_of(content)] == [
        "See 10:15 for it.",
        "A review (2023) was good.",
        "The boat at 10:20 is better.",
        "Yes.",
    ]


@pytest.mark.parametrize("time", ["[{}](https://example.org/v)", "({})"])
def test_headings_with_times_that_never_recur_are_chapters_and_nobodys(time):
    headings = [("Growing Up", "5:12", "I grew up."), ("Early Years", "9:12", "Then I left.")]
    content = "# Talk\n\n" + "".join(
        f"## {name} {time.format(at)}\n\n{said}\n\n" for name, at, said in headings
    )
    spoken = [(speaker, said) for _, speaker, said in lines_of(content)]
    assert spoken == [
        (None, "Growing Up"),
        (None, "I grew up."),
        (None, "Early Years"),
        (None, "Then I left."),
    ]
    assert lines_of(content)[2][0] == 552


def test_chapters_stand_among_headings_that_name_who_speaks():
    content = (
        "## Growing Up (5:12)\n\n### Ann (5:13)\n\nHello.\n\n### Ximo (5:15)\n\nYes.\n\n"
        "### Ann (5:17)\n\nNo.\n"
    )
    assert [speaker for _, speaker, _ in lines_of(content)] == [None, "Ann", "Ximo", "Ann"]
