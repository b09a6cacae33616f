"""From cues to segments of speech: words with their times, and who says them."""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from msgspec.structs import replace

from daemon.formats.captions.cues.boxed_labels import with_colons
from daemon.formats.captions.cues.boxed_names import named_in_boxes
from daemon.formats.captions.cues.cue_lines import Cue, split_cues, with_lines
from daemon.formats.captions.cues.label_span import LabelSpan, find_label_span, is_in_capitals
from daemon.formats.captions.cues.name_lines import are_named_by_program, named_above, voices_of, with_voice
from daemon.formats.captions.cues.repeats import said_in_whole, said_once, with_whole_words
from daemon.formats.captions.cues.rolling import carried_over, carried_words, rows_of
from daemon.formats.captions.cues.timing import BREAKS_AT_ENDS
from daemon.formats.markup import (
    TIME_TAG,
    VOICE_TAG,
    count_plain_words,
    strip_markup,
    without_controls,
)
from daemon.formats.speakers.inner_labels import InnerLabels, cut_at_dashes, may_hold_several
from daemon.formats.speakers.labels import HTML_TAGS, Line, as_line, find_label
from daemon.formats.speakers.names import Likeness, is_generic
from daemon.formats.speakers.verdict import judge_labels, warn_of_doubts
from daemon.formats.word_account import Reading, dropped_of, refuse_many_captions, shared_out
from daemon.formats.wrapped import Wrapping, find_wrapping
from daemon.text.timecode import parse_timecode
from daemon.text.transcript import Segment, count_words

_RUBY = re.compile(r"<rt(?:\.[^<>\s]*)?>([^<>\n]*)(?:</rt>)?|<rp>[^<>\n]*</rp>")
_STYLE = re.compile(r"\{\\[^{}\n]*\}|\\[Nh]")
_LINE_END = re.compile(r"(?<![:\\])\\n")
_BAR = re.compile(r"[.!?…]\|(?=\S)")
_WORD_BAR = re.compile(r"[^\W\d_]{2},?\|[^\W\d_]{2}(?![^\s:]{0,30}:)")
_OTHER_BAR = re.compile(r"(?:^|\s)\||\|(?:\s|$)", re.M)
_PATH = re.compile(r"(?<![^\W_])[A-Za-z]:\\[^\s<>{}]*|(?<![^\s>}\"'(])\\\\[^\s<>{}\\][^\s<>{}]*")
"""Where a file lies: `C:\\News\\notes.txt`; a folder's name may begin as a line end does."""
_NAME_ABOVE = re.compile(r"([^\W_]{2}[\])]?[:：]|^[A-Z]:(?=\\N[^a-z]))(?=\\[Nn])", re.M)
"""A label with a line end behind it, which is no path: `ANN:\\NYes.`"""
_FILE_ENDED = re.compile(r"(?<=\.[A-Za-z0-9]{3})(\\N)")
_LEAST_LINE_ENDS = 2
_HELD = "\0"  # stands for a tag; no text has one, since readers get it without control characters
_BLOCK = re.compile(r"^(?:<(?:p|div)(?: [^<>\n]*)?>){1,3}|(?:</(?:p|div)>){1,3}[ \t]*$", re.M | re.I)
_END_OF_NAME = re.compile(r"[ \t]{0,9}</([^\W\d_][\w .-]{1,29})>[ \t]{0,9}(?:$|(?=(<)[^\W\d_]))", re.M)
_ESCAPED_TAG = re.compile(
    r"&lt;br ?/?&gt;"
    r"|&lt;([ibu]|font(?: [^&\n]{1,60})?)&gt;([^\n]{0,500}?(?:\n[^\n]{1,500})?)&lt;/([ibu]|font)&gt;",
    re.I,
)
"""Tags of SubRip that a program took for words: `&lt;i&gt;Bring it.&lt;/i&gt;`; WebVTT writes words so."""
_BRACED = re.compile(r"[{\[]([ibu])[}\]]([^{}\[\]\n]{0,500}(?:\n[^{}\[\]\n]{1,500}){0,3})[{\[]/\1[}\]]", re.I)
"""Emphasis in braces, as SubRip knows it too, or in brackets: `{i}Bring it.{/i}`."""
_MOST_ESCAPES = 2
_ESCAPED_TIMING = re.compile(r"\d[ \t]*--&(?:amp;)?(?:gt|#62|#x3e);[ \t]*-?\d", re.I | re.ASCII)
_ESCAPED_TWICE = re.compile(r"[^\W\d_]&amp;(?:#0?39|#x27|apos|rsquo);[^\W\d_]", re.I)
"""`I&amp;#39;m`, as programs leave what they took from YouTube's XML; nobody says so."""
_ESCAPED_ENTITY = re.compile(r"&amp;(?=(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8});)", re.I)
_BROKEN_OFF = re.compile(r"^(?=[^\n]*--(?:>|&gt;))[^\n]*\d[ \t]*<br ?/?>[ \t]*$", re.M | re.I | re.ASCII)
_DASHED_VOICE = re.compile(r"^[ \t]*[-–—][ \t]*(?=<v[ .\t])", re.M)
"""A dash before somebody who is named all the same: `- <v Ann>Yes.`"""
_BROKEN_TIMING = re.compile(
    r"^([ \t]*\d{1,3}:\d\d:\d\d[.,]\d{3}[ \t]*-->)[ \t]*\n[ \t]*(?=\d{1,3}:\d\d:\d\d[.,]\d{3}[ \t]*\n)",
    re.M | re.ASCII,
)
"""A timing line that was broken behind its arrow."""
_DASHES = "-–—"
_NAMES_BACKSLASH = re.compile(r"(?<!\{)\\")
"""A backslash in a name (`SITE\\Ned`), which begins no mark of ASS there."""
_WORD = re.compile(r"\S+")
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]+)[\"”“»]")
_ENDS = (*'.?!…)]"”»-–—♪♫♬。？！؟۔।」』',)


@dataclass(slots=True)
class Piece:
    """Words of one cue in a row by one speaker; `times` in seconds, one for each word."""

    speaker: str | None
    words: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


def parse_captions(text: str, *, vtt: bool) -> Reading:
    """Read SRT or VTT; `vtt` says whether comments, styles and named cues are looked for."""
    if "-->\n" in text or "--> \n" in text:
        text = _BROKEN_TIMING.sub(r"\1 ", text)
    text = _without_escapes(text)
    if not vtt and "&lt;" in text:
        text = _ESCAPED_TAG.sub(lambda tag: r"\N" if tag[1] is None else tag[2], text)
    if "{/" in text or "[/" in text:
        text = _BRACED.sub(r"\2", text)
    text, aids = _without_reading_aids(_without_ends_of_names(_without_blocks(with_line_ends(text))))
    reading = Reading(count_plain_words(text) + aids)
    reading.drop("ruby", aids)
    named = vtt or are_named_by_program(text)
    cues = split_cues(text, reading, vtt=vtt, voices=voices_of(text), named=named)
    read_cues(list(map(with_voice, cues)), reading)
    return reading


def _without_escapes(text: str) -> str:
    """The text as it was before a program took it for words of a page, or set it in one.

    No arrow is left where all was escaped; where all lines end with `<br>`, those of times and numbers do.
    """
    for _ in range(_MOST_ESCAPES):
        if "--&" not in text or "-->" in text or _ESCAPED_TIMING.search(text) is None:
            break
        text = without_controls(html.unescape(text))
    if "&amp;" in text and _ESCAPED_TWICE.search(text):
        text = _ESCAPED_ENTITY.sub("&", text)
    if ("<br" in text or "<BR" in text) and _BROKEN_OFF.search(text):
        text = BREAKS_AT_ENDS.sub("", text)
    return _DASHED_VOICE.sub("", text) if "<v" in text else text


def with_line_ends(text: str) -> str:
    r"""The text with other line ends in the notation of ASS: `[br]`, `leaves\nat nine`, `Yes.|No.`

    `\n` is one where it or `\N` recurs and no other backslash stands in the text, but for paths; `|` is where
    one parts two sentences, or several part words, and none has a space beside it.
    """
    if "[br]" not in text and "|" not in text and "\\" not in text:
        return text
    voices = VOICE_TAG.finditer(text) if "<v" in text else iter(())
    held = [voice.group() for voice in voices]  # whoever is called Ann|Ben or SITE\ned has one name
    ended = _end_lines(VOICE_TAG.sub(_HELD, text) if held else text)
    if not held:
        return ended
    parts = ended.split(_HELD)
    return "".join(chain.from_iterable(zip(parts, [*held, ""], strict=True)))


def _end_lines(text: str) -> str:
    """The text, which has no voice tags, with line ends in the notation of ASS."""
    text = text.replace("[br]", r"\N")
    if "|" in text and _are_line_ends(text):
        text = text.replace("|", r"\N")
    return _end_marked_lines(text) if "\\" in text else text


def without_line_ends(text: str) -> str:
    r"""A table with spaces for the line ends that stand in its cells as ASS writes them, `\N` or `\n`."""
    if "\\" not in text:
        return text
    return _end_marked_lines(text).replace(r"\N", " ").replace("&bsol;", "\\")


def _end_marked_lines(text: str) -> str:
    r"""The text with `\N` for each `\n` that ends a line, and `&bsol;` for what belongs to paths."""
    text = _PATH.sub(_hold_path, _NAME_ABOVE.sub(r"\1 ", text))
    bare = _STYLE.sub("", text)
    marks = len(_LINE_END.findall(bare))
    least = 1 if "\\N" in text else _LEAST_LINE_ENDS
    if marks < least or marks != bare.count("\\"):
        return text
    return _LINE_END.sub(r"\\N", text)


def _hold_path(found: re.Match[str]) -> str:
    """The path so written that nothing in it is taken for a line end, but for one behind a file's name."""
    parts = _FILE_ENDED.split(found[0])
    return "".join(part if at % 2 else part.replace("\\", "&bsol;") for at, part in enumerate(parts))


def _are_line_ends(text: str) -> bool:
    """Whether the bars of a text part its lines."""
    parting = _BAR.search(text) is not None or len(_WORD_BAR.findall(text)) >= _LEAST_LINE_ENDS
    return parting and not _OTHER_BAR.search(text)


def _without_blocks(text: str) -> str:
    """The text without `<p>` and `</p>` where cues stand in them; elsewhere they are spoken of."""
    if "</p>" not in text and "</div>" not in text:
        return text
    bare, marks = _BLOCK.subn("", text)
    return bare if marks >= text.count("-->") else text


def _without_ends_of_names(text: str) -> str:
    """The text without `</Ann>` where a line or what another says begins, if `<Ann>` says who speaks."""
    if "</" not in text:
        return text
    names = {
        name
        for name, _ in _END_OF_NAME.findall(text)
        if f"<{name}>" in text and (is_generic(name) or (name[0].isupper() and name.lower() not in HTML_TAGS))
    }
    if not names:
        return text
    return _END_OF_NAME.sub(lambda end: end[0] if end[1] not in names else "\n" if end[2] else "", text)


def _without_reading_aids(text: str) -> tuple[str, int]:
    """The text without what stands in small letters above others to say how they are read; its words."""
    if "<ruby" not in text:
        return text, 0
    return _RUBY.sub("", text), sum(count_plain_words(found[1] or "") for found in _RUBY.finditer(text))


def _without_doubles(cues: Iterable[Cue], reading: Reading) -> Iterator[Cue]:
    """The cues, each that a joined file holds twice, with the same words at the same time, only once."""
    seen: set[int] = set()
    for cue in cues:
        text = cue.text.strip()
        known = hash((cue.start, cue.end, text))
        if known in seen and cue.end > cue.start and text:
            reading.drop("cue twice in the file", count_plain_words(cue.text))
            continue
        seen.add(known)
        yield cue


def read_cues(cues: list[Cue], reading: Reading, *, overlapping: bool = False) -> None:
    """Add to `reading` what is said in these cues; what is shown again is booked as a repeat.

    `overlapping`: the cues stay on the screen for longer than they are said.
    """
    refuse_many_captions(len(cues))
    cues = [with_lines(cue) for cue in _without_doubles(cues, reading)]
    cues, boxed = with_colons(named_in_boxes(named_above(cues, reading), reading), reading)
    cues = said_once(with_whole_words(cues, reading), reading)
    carried = carried_over(cues)
    if carried is None:
        cues = said_in_whole(cues, reading)
    shown: list[int | None] = [None] * len(cues) if carried is None else [*carried]
    wrapping = find_wrapping(_list_shown_lines(cues))
    inner = InnerLabels.find(line for cue in cues for line in cue.lines)
    waiting = deque(cues)
    list_lines = partial(_list_new_lines, inner)
    speakers = _Speakers(lambda: map(list_lines, waiting, shown), reading, wrapping=wrapping, boxed=boxed)
    del cues  # each goes when it is read: a file has so many that all of them beside the segments are a lot
    for rows in shown:
        cue = waiting.popleft()
        lines = list_lines(cue, rows)
        reading.drop("rolling repeat", carried_words(cue, rows or 0))
        # in rolling captions a line of one word has no tag, but its time is known all the same
        alone = carried is not None and sum(len(line.words) for line in lines) == 1
        timed = alone or ("<" in cue.text and TIME_TAG.search(cue.text) is not None)
        reading.segments += _make_segments(cue, list(speakers.assign(lines)), timed=timed)
    speakers.warn()
    if overlapping or carried is not None:
        reading.segments = _without_overlap(reading.segments)


def _list_shown_lines(cues: Iterable[Cue]) -> Iterator[list[str]]:
    """The lines of each cue that may be in a script without spaces, without their markup."""
    for cue in cues:
        if not cue.text.isascii():
            yield [line for line in (" ".join(strip_markup(line).split()) for line in cue.lines) if line]


def _list_new_lines(inner: InnerLabels, cue: Cue, rows: int | None) -> list[Piece]:
    """The lines that the cue is the first to show, below the rows that stood there before.

    Each is said by one: where several speak on a line, it is cut.
    """
    lines = cue.lines if rows is None else rows_of(cue)[rows:]
    if may_hold_several(cue.text):
        lines = [piece for line in lines for part in cut_at_dashes(line) for piece in inner.cut(part)]
    if "<" in cue.text or ">>" in cue.text:
        return list(_split_lines(cue, lines))
    said = (strip_markup(line).split() for line in lines)
    return [Piece(None, words, [cue.start] * len(words)) for words in said if words]


def _split_lines(cue: Cue, lines: list[str]) -> Iterator[Piece]:
    """The lines of a cue, cut where a voice begins or ends and where `>>` says that the speaker changes."""
    voice: str | None = None
    now = cue.start
    for line in lines:
        at, changes = 0, ">>" in line
        for tag in (*VOICE_TAG.finditer(line), None) if "<" in line else (None,):
            if raw := line[at : tag.start() if tag else None]:
                piece = Piece(voice)
                now = _add_words(piece, raw, now, max(now, cue.end))
                if changes:
                    yield from _at_changes(piece)
                elif piece.words:
                    yield piece
            if tag:
                voice, at = _read_voice(tag[1]) if tag[1] else None, tag.end()


def _read_voice(annotation: str) -> str | None:
    """The name in a voice tag, be it an emoji; None for `<v ->`: somebody else speaks, but not who."""
    if "\\" in annotation:
        annotation = _NAMES_BACKSLASH.sub("&bsol;", annotation)
    bare = " ".join(strip_markup(annotation).split()).strip("-–— ")
    quoted = _QUOTED.fullmatch(bare)
    name = sys.intern(quoted[1] if quoted else bare)  # one for the hundred thousand cues of a speaker
    return name if any(char.isalnum() or unicodedata.category(char) == "So" for char in name) else None


def _add_words(piece: Piece, raw: str, now: float, last: float) -> float:
    """Add the words of a raw text, each with the time of the tag before it; the time at its end.

    Times that run back or past the cue are held at its bounds. A tag inside a word doesn't part it.
    """
    if "<" not in raw:
        piece.words = strip_markup(raw).split()
        piece.times = [now] * len(piece.words)
        return now
    texts: list[str] = []
    marks, length = [(0, now)], 0
    for at, part in enumerate(TIME_TAG.split(raw)):
        if at % 2:
            now = min(max(now, parse_timecode(part) or 0.0), last)
            marks.append((length, now))
        else:
            texts.append(strip_markup(part))
            length += len(texts[-1])
    passed = 0
    for word in _WORD.finditer("".join(texts)):
        while passed + 1 < len(marks) and marks[passed + 1][0] <= word.start():
            passed += 1
        piece.words.append(word.group())
        piece.times.append(marks[passed][1])
    return now


def _at_changes(piece: Piece) -> Iterator[Piece]:
    """The piece, cut before each `>>` that follows the end of a sentence."""
    first = 0
    for at in range(1, len(piece.words)):
        if piece.words[at].startswith(">>") and piece.words[at - 1].endswith(_ENDS):
            yield Piece(piece.speaker, piece.words[first:at], piece.times[first:at])
            first = at
    if piece.words:
        yield Piece(piece.speaker, piece.words[first:], piece.times[first:])


class _Speakers:
    """Finds who speaks: VTT's voices hold for their span, labels until the next one or for their own cue."""

    def __init__(
        self,
        cues: Callable[[], Iterable[list[Piece]]],
        reading: Reading,
        *,
        wrapping: Wrapping,
        boxed: bool,
    ) -> None:
        self._reading = reading
        self._voices = False
        self._wrapping = wrapping
        self._boxed = boxed
        self._shouted = False
        self._evidence: deque[Line] = deque()
        self._verdict = judge_labels(self._list_evidence(cues()))
        self._evidence = deque(map(self._verdict.settle, self._evidence))
        labelled = (self._verdict.labelled or boxed or self._shouted) and not self._voices
        self._span = self._find_span(cues) if labelled else LabelSpan()
        self._speaker: str | None = None
        self._doubted: list[str] = []

    def _list_evidence(self, cues: Iterable[list[Piece]]) -> Iterator[Line]:
        """The lines of all cues as evidence, which is kept for `assign`; equal ones are held once.

        Where a voice is named no label is asked for.
        """
        known: dict[Line, Line] = {}
        before = ""
        for lines in cues:
            for at, line in enumerate(lines):
                if line.speaker is not None:
                    self._voices = True
                    return
                evidence = self._as_evidence(line, before, opens=at == 0)
                evidence = known.setdefault(evidence, evidence)
                self._evidence.append(evidence)
                self._shouted = self._shouted or is_in_capitals(evidence)
                yield evidence
                before = line.words[-1]

    def _as_evidence(self, line: Piece, before: str, *, opens: bool) -> Line:
        """A line as evidence, behind a word; of labels, no other where names in brackets are written so."""
        label = find_label(line.words)
        stands = not before or before.endswith(_ENDS)
        if self._boxed and label is not None and label.likeness is Likeness.LISTED:
            return Line(None, stands, opens)
        return as_line(line.words, label, stands=stands, opens=opens)

    def _find_span(self, cues: Callable[[], Iterable[list[Piece]]]) -> LabelSpan:
        """How long labels hold, by all cues."""
        names = map(self._believed_name, self._evidence)
        named = ([(line.words, next(names)) for line in lines] for lines in cues())
        return find_label_span(named, unmarked=self._verdict.unmarked, boxed=self._boxed)

    def _believed_name(self, evidence: Line) -> str | None:
        label = evidence.label
        return label.name if label is not None and self._verdict.believes(evidence) else None

    def assign(self, lines: list[Piece]) -> Iterator[Piece]:
        """The lines of a cue as pieces, those of one speaker joined."""
        current: Piece | None = None
        if not self._span.goes_on([line.words for line in lines]):
            self._speaker = None
        dashed = sum(line.words[0][0] in _DASHES for line in lines) > 1
        for line in lines:
            self._span.note(line.words[-1])
            begins = self._voices and (current is None or line.speaker != current.speaker)
            if not self._voices:
                begins = self._read_label(line, self._evidence.popleft())
                if not begins and dashed and self._speaker and line.words[0][0] in _DASHES:
                    self._speaker, begins = None, True  # one of two who speak, and not who spoke before
            if current is None or begins:
                if current is not None:
                    yield current
                current = Piece(line.speaker if self._voices else self._speaker)
            self._add_line(line, current)
        if current is not None:
            yield current

    def _add_line(self, line: Piece, current: Piece) -> None:
        """Add a line to what is said; one that a margin broke off goes on with its last word."""
        words, times = line.words, line.times
        if current.words and words and self._wrapping.goes_on(current.words[-1], words[0]):
            joined = current.words[-1] + words[0]
            self._reading.words_in_file += count_words(joined) - count_words(
                f"{current.words[-1]} {words[0]}"
            )
            current.words[-1], words, times = joined, words[1:], times[1:]
        current.words += words
        current.times += times

    def _read_label(self, line: Piece, evidence: Line) -> bool:
        """Whether another speaker begins with this line; a label is taken off it.

        A bare `>>` says that the speaker changes but not to whom. It stays among the words, like
        [Music], since without it the change could not be seen; and so does a label that is in doubt.
        """
        found = evidence.label
        if found is not None and (self._verdict.believes(evidence) or self._span.believes(evidence)):
            words = found.remove_from(line.words)
            self._reading.drop("speaker", dropped_of(line.words, words))
            line.words, line.times = words, line.times[len(line.times) - len(words) :]
            self._speaker = found.name
            self._span.begin()
            return True
        if line.words[0].startswith(">>") or (self._speaker and self._span.parts_at(line.words)):
            self._speaker = None
            return True
        spoken = self._speaker is not None or self._doubted
        if found is not None and spoken and self._verdict.doubts(evidence):
            self._doubted.append(found.name)
            self._speaker = None
            return True
        return False

    def warn(self) -> None:
        """Say in the reading which labels were in doubt, and where labels hold for their own cue."""
        self._span.warn(self._reading)
        warn_of_doubts(self._doubted, self._reading)


def _make_segments(cue: Cue, pieces: list[Piece], *, timed: bool) -> Iterator[Segment]:
    """One segment for each piece; where the cue has no times inside, it is shared out by length."""
    pieces = [piece for piece in pieces if piece.words]
    if not pieces:
        return
    times = tuple(time for piece in pieces for time in piece.times) if timed else None
    if len(pieces) == 1:
        yield Segment(" ".join(pieces[0].words), cue.start, cue.end, pieces[0].speaker, times)
        return
    words = " ".join(word for piece in pieces for word in piece.words)
    whole = Segment(words, cue.start, cue.end, None, times)
    yield from shared_out(whole, ((piece.speaker, len(piece.words)) for piece in pieces))


def _without_overlap(segments: list[Segment]) -> list[Segment]:
    """A rolling line is said until the next one begins, even if it stays on the screen for longer."""
    out = []
    for segment, following in zip(segments, [*segments[1:], None], strict=False):
        if following is not None and following.start is not None and segment.end is not None:
            last = segment.times[-1] if segment.times else segment.start or 0.0
            segment = replace(segment, end=max(last, min(segment.end, following.start)))
        out.append(segment)
    return out
