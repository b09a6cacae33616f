"""Plain text: paragraphs, and turns with names and times in the ways that people and services write.

`Ann: …`, `**Ann:** …`, `[00:01:15] Ann: …`, `00:01:15 Ann: …`, `(00:15) …`, `Ann Smith  0:15` and
`Speaker 1 (00:00):` above the text, `[00:00.000 --> 00:02.000] …`.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from daemon.formats.documents.lines.chats.chat_frames import without_chat_frames
from daemon.formats.documents.lines.chats.chat_heads import name_writers, without_initials
from daemon.formats.documents.lines.chats.chat_logs import read_chat_log
from daemon.formats.documents.lines.chats.message_stamps import STAMP, without_stamps
from daemon.formats.documents.lines.heads.dressed_times import with_bare_times
from daemon.formats.documents.lines.heads.earnings_calls import PARTS, without_parts_of_calls
from daemon.formats.documents.lines.heads.form_fields import FIELD, with_labels_for_fields
from daemon.formats.documents.lines.heads.head import Head, is_ended
from daemon.formats.documents.lines.heads.line_heads import read_heads
from daemon.formats.documents.lines.heads.notes_beside import find_tasks, find_tasks_above, find_topics
from daemon.formats.documents.lines.heads.read_out_times import READ_OUT, without_read_out_times
from daemon.formats.documents.lines.heads.recording_lines import (
    find_closing_fields,
    find_fields,
    find_result_title,
)
from daemon.formats.documents.lines.line_numbers import without_cue_numbers, without_line_numbers
from daemon.formats.documents.lines.linked_heads import LINK, without_links
from daemon.formats.documents.lines.mail_head import SUBJECT, name_senders, without_mail_heads
from daemon.formats.documents.lines.odd_times import part_glued_times, with_usual_times
from daemon.formats.documents.lines.office_lines import join_offices
from daemon.formats.documents.lines.ornaments import (
    ICON,
    SCORED,
    without_closing_tags,
    without_icons,
    without_rules,
    without_scores,
    without_tags,
)
from daemon.formats.documents.lines.other_labels import (
    as_labels,
    with_times_of_tokens,
    without_forum_marks,
)
from daemon.formats.documents.lines.page_heads import without_page_heads
from daemon.formats.documents.lines.service_notices import without_notices
from daemon.formats.documents.lines.tables.drawn_tables import bars_as_tabs, columns_as_labels
from daemon.formats.documents.lines.tables.headed_tables import (
    find_headed_tables,
    read_headed_table,
    without_analyses,
)
from daemon.formats.documents.lines.tables.rows import (
    cells_as_labels,
    without_headings,
    without_stacked_headings,
)
from daemon.formats.documents.lines.transcriber_notes import without_transcriber_notes
from daemon.formats.enclosure import with_escaped_ends
from daemon.formats.paragraph import Paragraph, share_times
from daemon.formats.speakers.inner_labels import split_at_speakers
from daemon.formats.speakers.labels import Label, Line, as_line, begins_scene
from daemon.formats.speakers.names import Likeness, has_title
from daemon.formats.speakers.overlaps import OVERLAP, part_overlaps
from daemon.formats.speakers.tags import OPENING as SPEAKER_TAG
from daemon.formats.speakers.tags import name_tagged_speakers
from daemon.formats.speakers.verdict import Verdict, judge_labels, warn_of_doubts
from daemon.formats.word_account import Reading, dropped_of, refuse_many_lines
from daemon.formats.wrapped import Wrapping, find_wrapping
from daemon.text.results.marks import UNKNOWN, is_mark
from daemon.text.transcript import count_words

KIND = "text"

CLOSING_HEADING = "#######"
"""What stands before a heading that ends a turn: more signs than Markdown has for a heading."""

_ENTITY_WITHIN = re.compile(
    r"&(?:(?<=[^\W\d_]&)(?:amp;)?(?:#0?39|#x27|#8217|apos|rsquo);[^\W\d_]"
    r"|(?<=\w&)(?:amp;)?nbsp;\w|(?<!\S&)(?:amp;)?quot;\w)",
    re.I,
)
"""`I&#39;m`, as programs leave what they took from a page."""
_ENCODED_AND = re.compile(r"(?<=\w )&amp;(?= \w)|(?<=\w)&amp;(?=\w)")
_OF_PAGES = re.compile(r"\b(?:HTML|XML|ampersand|entit(?:y|ies)|escap\w+)\b", re.I)
_ENTITY = re.compile(r"&(?:amp;)?(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8});", re.I)
_FIGURE_FIRST = re.compile(r"\s*+\d")
_FRACTION = re.compile(r"\d[.,]\d{3}\b", re.ASCII)
_OPENING, _CLOSING = "([（［【", ")]）］】"
_BLANK_SHARE = 0.1
_LONE_TIMES, _LONE_SHARE = 3, 0.6
_LEAST_SCENES = 2
_LONG_LINE = 150  # characters
_ENDED_SHARE = 0.3
"""The share of lines that end a sentence below which the text has no marks that would tell."""
_WRAPPED_SHARE = 0.6
"""A line shorter than this, of the usual length, was ended by who wrote it and not by the margin."""
_LONGEST_MEASURE = 3
"""Words of which none is a measure, as `500 g` is."""
_LABELLED_SHARE = 0.8
"""The share of lines with a label from which every line is a turn, be the one before unfinished."""
_LABELS = (Likeness.NAME, Likeness.SURE, Likeness.LETTER, Likeness.ODD, Likeness.ROLE)
_ALONE = (
    "Only one speaker is named in this file, and paragraphs without a name stand between the named ones: "
    "they may be somebody else's, and stand without a speaker."
)


class _Notes(NamedTuple):
    """What stands above a transcript: labels of what is spoken of, and the lines of who has to do what."""

    topics: frozenset[str]
    tasks: frozenset[str]


def looks_like(text: str, extension: str) -> bool:
    """Any text will do; this kind is asked last."""
    return True


def parse(text: str) -> Reading:
    """Read plain text."""
    refuse_many_lines(text)
    text = with_escaped_ends(text, " ") if "\\" in text else text
    text = part_glued_times(text) if _FIGURE_FIRST.match(text) else text
    text = without_forum_marks(with_times_of_tokens(_decode_entities(text)))
    reading, has_tabs = Reading(count_words(text)), "\t" in text
    held = [text.split("\n")]
    del text  # the lines alone: a text with one character of four bytes has four for each
    title = find_result_title(held[0])
    if title is not None:
        reading.title = " ".join(held[0][title].split())
        reading.drop("title", count_words(held[0][title]))
        held[0][title] = ""
    if title is None and has_tabs:
        held.append(read_tables(held.pop(), reading))
    read_paragraphs(held.pop(), reading, is_result=title is not None)
    return reading


def read_tables(lines: list[str], reading: Reading) -> list[str]:
    """Read lines as far as the last table that names its columns; what stands behind it is given back."""
    at = 0
    lines = without_analyses(lines, reading)
    for table in find_headed_tables(lines):
        read_paragraphs(lines[at : table.begins], reading)
        read_headed_table(lines, table, reading)
        at = table.ends
    return lines[at:] if at else lines


def _decode_entities(text: str) -> str:
    """The text with the characters that entities stand for, where words hold such as nobody writes there."""
    if "&" not in text:
        return text
    if _ENTITY_WITHIN.search(text) is None:
        return text if _OF_PAGES.search(text) else _ENCODED_AND.sub("&", text)
    return _ENTITY.sub(lambda found: html.unescape(html.unescape(found[0])).replace("\xa0", " "), text)


def read_paragraphs(
    lines: list[str],
    reading: Reading,
    *,
    unmark: Callable[[str], str] = str,
    headings: bool = False,
    is_result: bool = False,
) -> None:
    """Add the segments of these lines to `reading`, and book what of them is no speech.

    `unmark` turns a text as it is written into its words; `headings` says that `#` begins a line of its own;
    `is_result`, that this program wrote them.
    """
    topics = frozenset() if is_result else find_topics(lines)
    tasks = frozenset() if is_result else find_tasks_above(lines)
    lines = _pass_lines(lines, reading)
    held = [read_heads(lines)]
    del lines  # of a large file all lines beside all that is made of them would be a lot
    notes = _Notes(topics, tasks)
    _add_paragraphs(held, reading, unmark=unmark, headings=headings, is_result=is_result, above=notes)


def read_result(
    heads: list[Head], reading: Reading, *, unmark: Callable[[str], str] = str, headings: bool = False
) -> None:
    """Add the segments of a result of this program's, of whose lines time, name and words are known."""
    held = [[_without_mark(head, reading) for head in heads]]
    del heads
    _add_paragraphs(held, reading, unmark=unmark, headings=headings, is_result=True)


def _without_mark(head: Head, reading: Reading) -> Head:
    """The head; a blank line's for a mark above words that were not cleaned."""
    if not is_mark(head.line):
        return head
    reading.drop("mark", count_words(head.line))
    return Head()


def _add_paragraphs(
    held: list[list[Head]],
    reading: Reading,
    *,
    unmark: Callable[[str], str],
    headings: bool,
    is_result: bool,
    above: _Notes | None = None,
) -> None:
    """Add the segments of the lines with these heads, which are taken out of `held`."""
    read = held.pop()
    notes = frozenset() if is_result or above is None else _find_notes(read, above)
    evidence = _as_evidence(read, notes, is_result=is_result)
    fields = notes if is_result else notes | find_closing_fields(read)
    verdict = judge_labels(line for line in evidence if line is not None)
    evidence = [line and verdict.settle(line) for line in evidence]
    alone = not is_result and _is_alone(evidence, verdict, read)
    apart = alone or (not is_result and _is_screenplay(read))
    long_lines = _has_long_lines(read)
    paragraphs = deque([Paragraph()])
    doubted, blank = list[str](), False
    waiting = deque(read)
    del read  # each goes when it is read
    for at, line in enumerate(evidence):
        head = waiting.popleft()
        if head.line:
            if apart and blank and paragraphs[-1].lines and (line is None or not verdict.believes(line)):
                paragraphs.append(Paragraph())  # whose it is nobody says
            label = _Label(line, verdict, doubted, is_field=at in fields)
            _add_line(paragraphs, head, label, reading, blank=blank, headings=headings)
        blank = not head.line or long_lines
    wrapping = find_wrapping(paragraph.lines for paragraph in paragraphs)
    for paragraph in paragraphs:
        _join_wrapped(paragraph, wrapping, reading)
        if unmark is not str:
            _unmark_paragraph(paragraph, unmark, reading)
        if is_result and paragraph.speaker == UNKNOWN:
            paragraph.speaker = None
    warn_of_doubts(doubted, reading)
    if alone:
        reading.warnings.append(_ALONE)
    reading.segments += share_times(_take_out(paragraphs))


def _find_notes(read: list[Head], above: _Notes) -> frozenset[int]:
    """The places of lines with a label that says what is spoken of, or who has to do what."""
    found = find_tasks(read, above.topics)
    if above.topics:
        found |= {at for at, head in enumerate(read) if head.label and head.label.name in above.topics}
    if above.tasks:
        found |= {at for at, head in enumerate(read) if head.line.strip() in above.tasks}
    return found


def _pass_lines(lines: list[str], reading: Reading) -> list[str]:
    """The lines after all passes; what no line holds for one of them, none holds for a later one."""
    missing: set[re.Pattern[str]] = set()
    for each in _PASSES:
        if each.holds is not None and each.holds not in missing and not any(map(each.holds.search, lines)):
            missing.add(each.holds)
        if each.holds not in missing:
            lines = each.work(lines, reading)
    return lines


def _take_out(paragraphs: deque[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs in which something stands, each of which is let go."""
    while paragraphs:
        paragraph = paragraphs.popleft()
        if paragraph.lines:
            yield paragraph


def _join_wrapped(paragraph: Paragraph, wrapping: Wrapping, reading: Reading) -> None:
    """Join the lines that a margin broke inside a sentence; words at the seams may be counted as one now."""
    joined = wrapping.join_lines(paragraph.lines)
    if len(joined) < len(paragraph.lines):
        reading.words_in_file += count_words("\n".join(joined)) - count_words("\n".join(paragraph.lines))
        paragraph.lines = joined


def _unmark_paragraph(paragraph: Paragraph, unmark: Callable[[str], str], reading: Reading) -> None:
    """Take the marks off a paragraph's words, and book those that are gone."""
    written = paragraph.text
    kept = " ".join(unmark(written).split())
    reading.book_markup(written, kept)
    paragraph.lines = [kept] if kept else []
    paragraph.speaker = paragraph.speaker and (unmark(paragraph.speaker).strip() or None)


def _has_long_lines(read: list[Head]) -> bool:
    """Whether lines are paragraphs: hardly one is blank, and most are longer than a page is wide."""
    lengths = sorted(len(head.line) for head in read if head.line)
    blank = _count_blank_within(read)
    long = len(lengths) > 1 and lengths[len(lengths) // 2] > _LONG_LINE
    return long and blank <= max(1, _BLANK_SHARE * len(read))


def _count_blank_within(read: list[Head]) -> int:
    """How many lines are blank between others; those above the first and below the last part nothing."""
    blank = [not head.line for head in read]
    if all(blank):
        return 0
    return sum(blank[blank.index(False) : len(blank) - blank[::-1].index(False)])


def _is_alone(evidence: list[Line | None], verdict: Verdict, read: list[Head]) -> bool:
    """Whether only one speaker is named, again and again, with paragraphs without a name between."""
    named: list[str | None] = []
    heads_only = False
    for at, line in enumerate(evidence):
        if line is None:
            continue
        label = line.label if verdict.believes(line) else None
        if (at == 0 or not read[at - 1].line) and not (heads_only and label is None):
            named.append(label.name if label else None)
        heads_only = label is not None and not label.remove_from(read[at].first_words(label.taken + 1))
    names = [name for name in named if name is not None]
    followed = sum(one is not None and after is None for one, after in pairwise(named))
    return len(set(names)) == 1 and len(names) >= _LONE_TIMES and followed >= _LONE_SHARE * len(names)


def _is_screenplay(read: list[Head]) -> bool:
    """Whether scenes of a film begin here: what stands between those who speak, nobody says."""
    scenes = sum(begins_scene(head.line.split(None, 1)[0]) for head in read if head.line[:1] in ("I", "E"))
    return scenes >= _LEAST_SCENES


def _as_evidence(read: list[Head], notes: frozenset[int], *, is_result: bool = False) -> list[Line | None]:
    """Each line as evidence of its label; None for those without words."""
    texts = [head.text for head in read if head.line and head.text.strip()]
    usual = sorted(map(len, texts))[len(texts) * 9 // 10] if texts else 0
    ended = sum(is_ended(text) for text in texts)
    parted = _count_blank_within(read) > 0
    labelled = sum(head.label is not None and head.label.likeness in _LABELS for head in read)
    each = labelled >= _LABELLED_SHARE * len(texts)
    before, blank, open_brackets = "", True, 0
    out: list[Line | None] = []
    known: dict[Line, Line] = {}  # equal ones are held once: a file of "A: Yes." has millions of them
    fields = notes if is_result else notes | find_fields(read)
    for at, head in enumerate(read):
        if not head.text.strip():
            out.append(None)
            blank, open_brackets = True, 0 if not head.line else open_brackets
            continue
        ends = each or not before or is_ended(before) or ended < _ENDED_SHARE * len(texts)
        closed = open_brackets <= 0
        titled = before.endswith(".") and head.label is not None and has_title(head.label.name)
        stands = (blank or ends or titled or len(before) < _WRAPPED_SHARE * usual) and closed
        opens = blank or head.start is not None or (stands and not parted)
        net = _count_open(head.text)
        within = not closed and net < 0  # (Beifall – Zuruf des Abg. Kern⏎[FDP]: Aha!)
        label = None if at in fields or within else head.label
        words = head.first_words(_LONGEST_MEASURE + (label.taken if label else 0))
        evidence = as_line(words, label, stands=stands, opens=opens and closed)
        out.append(known.setdefault(evidence, evidence))
        open_brackets = max(0, open_brackets + net)
        before, blank = head.text.rstrip(), False
    return out


def _count_open(text: str) -> int:
    """How many brackets of a text open and don't close, less those that only close."""
    return sum(map(text.count, _OPENING)) - sum(map(text.count, _CLOSING))


@dataclass(frozen=True, slots=True)
class _Label:
    """What a line's label is to the file: believed, doubted (and noted as such), or speech."""

    line: Line | None
    verdict: Verdict
    doubted: list[str]
    is_field: bool

    def believed(self) -> Label | None:
        """The label that says who speaks, if the line has one that is believed."""
        return self.line.label if self.line is not None and self.verdict.believes(self.line) else None

    def is_doubtful(self) -> bool:
        """Whether this may be nobody's who spoke before; noted where somebody else may begin to speak."""
        if self.is_field:
            return True
        doubtful = self.line is not None and self.line.label is not None and self.verdict.doubts(self.line)
        if doubtful and self.line and self.line.label:
            self.doubted.append(self.line.label.name)
        return doubtful


def _add_line(
    paragraphs: deque[Paragraph],
    head: Head,
    label: _Label,
    reading: Reading,
    *,
    blank: bool,
    headings: bool,
) -> None:
    """Add a line to the last paragraph, or begin another one with it."""
    last = paragraphs[-1]
    reading.drop("timing", head.time_words)
    if _ends_what_begins(head, last):
        last.end = head.start
        return
    believed = label.believed()
    name = believed.name if believed is not None else None
    line = head.text.strip() if believed is None else _without_label(head, believed, reading)
    heading = headings and name is None and line != "" and not line.split(None, 1)[0].strip("#")
    closing = heading and line.startswith(CLOSING_HEADING)
    if heading:
        reading.drop("markup", 1)
        line = line.lstrip("#").strip()
    speaking = last.holds if last.heading else last.speaker
    spoken = (speaking is not None or label.doubted != []) and not heading
    announced = last.speaker is not None and not last.lines  # by a name on a line of its own
    doubtful = name is None and spoken and not announced and label.is_doubtful()
    unnamed = name is None and (line.startswith(">>") or doubtful)
    speaker = None if unnamed else name or speaking
    begins = name is not None or head.start is not None or heading or unnamed
    if begins or last.heading or (blank and not last.is_open()):
        # a time may stand on one line, the name and the words on the next
        timed = last if head.start is None and not last.lines and not heading else head
        last = Paragraph(
            None if heading else speaker, timed.start, timed.end, [], heading, None if closing else speaker
        )
        paragraphs.append(last)
    if line:
        last.lines.append(line)


def _ends_what_begins(head: Head, last: Paragraph) -> bool:
    """Whether a line is the second of two with nothing but a time of a caption: when that ends."""
    begun = last.start is not None and last.end is None and not last.lines
    timed = head.start is not None and not head.text.strip() and _FRACTION.search(head.line) is not None
    return begun and timed and (head.start or 0.0) >= (last.start or 0.0)


def _without_label(head: Head, label: Label, reading: Reading) -> str:
    """What is said on a line, its label booked."""
    said = " ".join(label.remove_from(head.words))
    taken = head.first_words(label.taken)
    reading.drop("speaker", dropped_of(taken, [label.rest]))
    if mark := _open_emphasis(taken):  # **Q: Where was that?** is bold from its label on
        closed = said.replace(mark, "", 1)
        reading.drop("markup", dropped_of([said], [closed]))
        return closed
    return said


def _open_emphasis(label_words: Sequence[str]) -> str:
    """The mark of bold type that begins before a line's label and ends behind it; "" where none does."""
    mark = label_words[0][:2]
    return mark if mark in ("**", "__") and mark not in " ".join(label_words)[2:] else ""


class _Pass(NamedTuple):
    """What looks through the lines for one thing, and gives them back without it, or written as usual.

    Without what `holds` finds in some line there is nothing for it to do.
    """

    work: Callable[[list[str], Reading], list[str]]
    holds: re.Pattern[str] | None = None


_DIGIT = re.compile(r"\d")
_TAB = re.compile(r"\t")
_BAR_FIRST = re.compile(r"^\s*\|")
_TIME_ALONE = re.compile(r"^\s*\d{1,3}:\d\d(?::\d\d)?\s*$")
_SPACED = re.compile(r":\d\d\S{0,9} {2,}\S.{0,80} {2}")
_CHAT = re.compile(r"<[^<>\s]|\*(?<=\s\*)|\t\S+\t")
_OPENING_TAG = re.compile(r"^\s*<")
_FRAMED = re.compile(
    r"^\s*(?:\[LINE\]|Guild:|Server:|\{(?:Reactions|Attachments|Embed|Stickers|Components)\})"
)
_SENT = re.compile(r"^\s*(?:From|Von|De|Da|Van|Från|Fra|От|Od)\s?:", re.I)
_WRITES = re.compile(r"\d|^\s*+(?:From|Von|De|Da|Van)\s")
_CLOSED = re.compile("</")
_RULED = re.compile(r"[-–—_=*~#─━═⸺⸻](?:(?<=[⸺⸻])|\s?[-–—_=*~#─━═]\s?[-–—_=*~#─━═])")
_PASSES = (
    _Pass(bars_as_tabs, _BAR_FIRST),
    _Pass(columns_as_labels, _SPACED),
    _Pass(without_mail_heads, SUBJECT),
    _Pass(name_senders, _SENT),
    _Pass(with_labels_for_fields, FIELD),
    _Pass(without_links, LINK),
    _Pass(without_read_out_times, READ_OUT),
    _Pass(name_tagged_speakers, SPEAKER_TAG),
    _Pass(without_chat_frames, _FRAMED),
    _Pass(read_chat_log, _CHAT),
    _Pass(without_closing_tags, _OPENING_TAG),
    _Pass(without_tags, _CLOSED),
    _Pass(without_parts_of_calls, PARTS),
    _Pass(without_line_numbers, _DIGIT),
    _Pass(without_transcriber_notes),
    _Pass(without_cue_numbers, _DIGIT),
    _Pass(without_page_heads, _DIGIT),
    _Pass(without_rules, _RULED),
    _Pass(without_initials, _DIGIT),
    _Pass(name_writers, _WRITES),
    _Pass(without_stamps, STAMP),
    _Pass(as_labels),
    _Pass(without_icons, ICON),
    _Pass(without_scores, SCORED),
    _Pass(with_bare_times, _DIGIT),
    _Pass(lambda lines, _: list(with_usual_times(lines)), _DIGIT),
    _Pass(part_overlaps, OVERLAP),
    _Pass(split_at_speakers),
    _Pass(without_headings, _TAB),
    _Pass(without_stacked_headings, _TIME_ALONE),
    _Pass(join_offices),
    _Pass(without_notices),
    _Pass(cells_as_labels, _TAB),
)
