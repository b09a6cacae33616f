"""Tables (CSV, TSV) with a head: Premiere's, Rev's and Otter's exports, whisper.cpp's `start,end,text`."""

from __future__ import annotations

import csv
import html
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Literal

from daemon.errors import InputError
from daemon.formats.captions.cues.cell_times import (
    IN_DAYS,
    IN_MILLISECONDS,
    IN_SECONDS,
    is_part_of_day,
    is_whole_number,
    read_cell_time,
)
from daemon.formats.captions.cues.cue_lines import Cue, ended_by_next
from daemon.formats.captions.cues.segments import read_cues, without_line_ends
from daemon.formats.captions.cues.table_columns import Columns, columns_of
from daemon.formats.markup import escape_markup, voice_tag
from daemon.formats.paragraph import Paragraph, share_times
from daemon.formats.speakers.names import is_name
from daemon.formats.word_account import SLOWEST, Reading, lines_of, refuse_many_rows
from daemon.text.transcript import count_words

KIND = "table"

_TEXTS = frozenset(
    """
    text transcript transcription transkript words dialogue dialog speech sentence utterance content
    caption subtitle message line body quote utterancetext transcripttext spokentext segmenttext
    captiontext subtitletext linetext sentencetext transcribedtext said spoken spokenwords originaltext texto
    texte testo tekst текст 文本 内容 テキスト satz äusserung beitrag inhalt aussage parole propos frase zin
    contenuto contenido conteúdo contenu
    発言 発言内容 字幕 本文 書き起こし 대사 내용 자막 발화 字幕文本 النص реплика
    """.split()
)
_OR_NUMBER = "line"
"""What a column of words may be called, or one of the numbers of lines beside it."""
_SINGLE_WORDS = frozenset("word token wort mot palabra parola palavra woord слово 単語 单词 词 단어".split())
"""What a column is called that holds one word a row, where no other holds what was said."""
_MARKS_BEFORE, _MARKS_BEHIND = frozenset(["prepunctuation"]), frozenset(["punctuation", "punct"])
"""What columns are called with the marks of such a word."""
_STARTS = frozenset(
    """
    start starttime startms starts timestampstart segmentstart starttimecode timecodestart
    starttimestamp timestart begin begintime beginning from timestamp time timecode startzeit anfang in
    intime inpoint tcin timein timecodein starttc tcstart timespan timerange interval zeitspanne zeit début
    debut inicio inizio 开始 開始 時間 время beginn von desde da van início
    tc horodatage minutage zeitcode zeitstempel zeitmarke tijdcode timecodes códigodetiempo marcadetiempo
    sttime onset segmentonset ts startts 開始時間 開始時刻 时间 开始时间 時刻 시작 시작시간 시간 الوقت
    """.split()
)
_ENDS = frozenset(
    """
    end endtime endms ends timestampend segmentend endtimecode timecodeend endtimestamp timeend stop
    stoptime to finish ende endzeit out outtime outpoint tcout timeout timecodeout endtc tcend fin fine 结束
    entime segmentoffset endts 終了 終了時間 終了時刻 结束时间 끝 종료 종료시간 bis hasta eind einde fim
    """.split()
)
_SPEAKERS = frozenset(
    """
    speaker speakername speakerlabel speakerid speakers participantname username author name who person
    role participant sprecher sprecherin voice actor character locuteur hablante orador parlante spreker
    speakerrole
    спикер 说话人 話者 wer rolle qui quien quién chi wie quem participante intervenant
    spkr spk говорящий 发言人 発言者 話し手 화자 발화자 المتحدث
    """.split()
)
_EXTENSIONS = (".csv", ".tsv")
_DELIMITERS = ",;\t|"
_NAMED_DELIMITER = re.compile(r"\s*\"?sep=([^\s\w])\"?[^\S\n]*\n", re.I)
"""The first line by which Excel is told how cells are parted."""
_EMPTY_ROWS = re.compile(r"(?:(?![^\S\n\t]*\n)(?:[^\S\n]|[,;])+\n)+")
_SPAN = re.compile(
    r"\s*(\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?)\s*(?:-{1,2}>|[-–—→~]|to)\s*(\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?)\s*",
    re.ASCII,
)
_LONGEST_HEAD = 2000  # characters
_MARKDOWN = re.compile(
    r"\s{0,9}+(?=\S[^\n]{0,2000}\|)[^\n]{0,4000}+\n[ \t]*+(?:\|[ \t]*+)?:?-{3,}+:?[ \t]*+\|[-:| \t]*+(?:\n|$)"
)
"""The head and the rule of a table in Markdown."""
_BRACKETED = re.compile(r"\s[\[(][^\[\]()]{0,30}[\])]")
"""What a head says in brackets of its column: `Start (s)`."""
_UNIT = re.compile(r"(?<=.{3})(?:in)?(?:(?:milli)?seconds?|m?secs?|ms|hhmmss(?:ms)?)$")
_MOST_WORDS_IN_A_SECOND = 8
_LOOKED_AT, _LEAST_SAID, _ALIKE_SHARE = 50, 2, 0.9
"""Rows that tell which column holds the words, how many it has in a row, and how many rows are timed."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.I)
_EMPHASISED = re.compile(r"<(i|b|u|em|strong)>([^<>]{1,2000})</\1>", re.I)
_LINK = re.compile(r"<a\s[^<>]{0,2000}>([^<>]{1,2000})</a>", re.I)
_TIMED_SHARE = 0.5
"""The share of rows with a time below which the others share the times of those around them."""
_SAVE = "Save it again as CSV with a header of start, end, speaker and text; or drop SRT, VTT or plain text."


def is_column_name(name: str) -> bool:
    """Whether columns of times, of who speaks or of words are called so."""
    known = _normalise_name(name)
    return any(known in names for names in (_TEXTS, _STARTS, _ENDS, _SPEAKERS))


def looks_like(text: str, extension: str) -> bool:
    """Whether its first line is the head of such a table, or its name says that it is a table."""
    text = _without_delimiter(text)
    if extension not in _EXTENSIONS and (_MARKDOWN.match(text) or text.lstrip()[:1] == "|"):
        return False  # a table for people to read
    first = _first_line(text)
    return (
        _head_of(first) is not None
        or columns_of(text) is not None
        or _head_by_words(text) is not None
        or (extension in _EXTENSIONS and any(map(first.count, _DELIMITERS)))
    )


def parse(text: str) -> Reading:
    """Read the rows; raises InputError for a table without a head that tells where the words are."""
    refuse_many_rows(text)
    text = without_line_ends(text)
    whole, text = text, _without_delimiter(text)
    headed = _head_of(_first_line(text)) or _head_by_words(text)
    found = headed or columns_of(text)
    if found is None:
        raise InputError(
            "This is a table (CSV) without a header that says which column holds the words.", _SAVE
        )
    rows = _Rows(text, *found, has_head=headed is not None)
    reading = Reading(rows.count_words() + (named := count_words(whole[: len(whole) - len(text)])))
    del whole, text
    reading.drop("header", named + sum(map(count_words, rows.read_head())))
    held = [rows]
    del rows
    _read_rows(held, reading)
    return reading


class _Rows:
    """The rows of a table below its head, read again each time they are gone over: held, they are many times
    as large as their text.

    `are_words`: the head says that each has a single word; its marks may stand in columns of their own, and
    are joined to it. Where one column holds start and end (`0:02 - 0:05`), the end gets a column of its own
    behind the others.
    All that reads them raises InputError where the table is damaged.
    """

    def __init__(self, text: str, delimiter: str, columns: Columns, *, has_head: bool) -> None:
        self._text, self._delimiter, self._has_head = _without_blank_lines(text), delimiter, has_head
        self._has_entities = "&" in text or "</" in text
        self._width = 0
        self._named = 0
        self._quoting: Literal[0, 3] = csv.QUOTE_MINIMAL
        self.columns = columns
        head = [_normalise_name(name) for name in self.read_head()]
        self._named = len(head)
        self._marks = _find_column(head, _MARKS_BEFORE), _find_column(head, _MARKS_BEHIND)
        self.are_words = columns.text < len(head) and head[columns.text] in _SINGLE_WORDS
        if self.are_words and f'{delimiter}"{delimiter}' in text:  # a mark beside its word, and no quoting
            self._quoting = csv.QUOTE_NONE
        start = columns.start
        spans = (_SPAN.fullmatch(cell_at(row, start)) for row in self._read())
        if start is not None and columns.end is None and any(spans):
            self._width = max(map(len, self._read()))
            self.columns = replace(columns, end=self._width)
        self._voices = [] if self._width or self.are_words else self._find_voices(head)
        self._people = self.read_head() if self._voices else []
        if self._voices:
            self.columns = replace(self.columns, text=self._named + 1, speaker=self._named)

    def _find_voices(self, head: Sequence[str]) -> list[int]:
        """The columns of one person's words each: of those without a usual name every row fills one."""
        if not head or self.columns.speaker is not None or head[self.columns.text] in _TEXTS:
            return []
        voices = [at for at, name in enumerate(head) if name and not is_column_name(name)]
        filled = set[int]()
        for row in islice(self._read(), 1, None):
            said = [at for at in voices if cell_at(row, at).strip()]
            if len(said) > 1:
                return []
            filled.update(said)
        return voices if len(filled) == len(voices) > 1 else []

    def _name_voice(self, row: list[str]) -> list[str]:
        """A row with who speaks, by the name of the column, and what is said behind the others."""
        cells = [cell_at(row, at) if at not in self._voices else "" for at in range(self._named)]
        voice = next((at for at in self._voices if cell_at(row, at).strip()), None)
        return [
            *cells,
            *(("", "") if voice is None else (self._people[voice], row[voice])),
            *row[self._named :],
        ]

    def __iter__(self) -> Iterator[list[str]]:
        rows: Iterator[list[str]] = islice(self._read(), int(self._has_head), None)
        rows = map(self._name_voice, rows) if self._voices else rows
        rows = map(self._join_marks, rows) if self.are_words else rows
        return map(self._part_span, rows) if self._width else rows

    def read_head(self) -> list[str]:
        """The names of the columns; none where there is no head."""
        return next(self._read()) if self._has_head else []

    def count_words(self) -> int:
        """The words of all rows, the head's included."""
        return sum(count_words(cell) for row in chain([self.read_head()], self) for cell in row)

    def _read(self) -> Iterator[list[str]]:
        try:
            lines = _lines_with_ends(self._text)
            rows = csv.reader(lines, delimiter=self._delimiter, quoting=self._quoting)
            for row in self._join_broken(rows):
                row = self._join_last(row) if len(row) > self._named > 0 else row
                yield [_decode_cell(cell) for cell in row] if self._has_entities else row
        except csv.Error:
            most = f"a cell of it has more than {csv.field_size_limit():,} characters"
            raise InputError(f"This table (CSV) can't be read: it is damaged, or {most}.", _SAVE) from None

    def _join_broken(self, rows: Iterable[list[str]]) -> Iterator[list[str]]:
        """The rows; a line with nothing to part cells goes on with the words above it, if these end a row."""
        last: list[str] | None = None
        rest: list[str] = []
        for at, row in enumerate(rows):
            is_below_words = last is not None and self._ends_in_words(last)
            if is_below_words and len(row) == 1 and not self._may_be_cell(row[0]):
                rest += row
                continue
            if last is not None:
                yield _with_rest(last, rest)
            last, rest = None, []
            if at == 0 and self._has_head:
                yield row
            else:
                last = row
        if last is not None:
            yield _with_rest(last, rest)

    def _ends_in_words(self, row: list[str]) -> bool:
        text = self.columns.text
        return len(row) > text > 0 and text == (self._named or len(row)) - 1

    def _may_be_cell(self, cell: str) -> bool:
        """Whether this may stand in the first column, and is no rest of a line."""
        if read_cell_time(cell)[0] is not None:
            return True
        return self.columns.speaker == 0 and (cell.isspace() or is_name(cell.strip().rstrip(":")))

    def _join_last(self, row: list[str]) -> list[str]:
        """A row with more cells than the head names, where the last is words that hold what parts cells."""
        last = self._named - 1
        if self.columns.text != last or not any(cell.strip() for cell in row[self._named :]):
            return row
        return [*row[:last], self._delimiter.join(row[last:]).rstrip(self._delimiter)]

    def _join_marks(self, row: list[str]) -> list[str]:
        """A row with the marks of its word, which have columns of their own, beside it."""
        before, behind = (cell_at(row, at).strip() for at in self._marks)
        if not (before or behind):
            return row
        joined = ["" if at in self._marks else cell for at, cell in enumerate(row)]
        joined[self.columns.text] = f"{before}{cell_at(row, self.columns.text).strip()}{behind}"
        return joined

    def _part_span(self, row: list[str]) -> list[str]:
        """A row of as many cells as any has, and the end of its span."""
        span = _SPAN.fullmatch(cell_at(row, self.columns.start))
        cells = [*row, *[""] * (self._width - len(row)), span[2] if span else ""]
        if span and self.columns.start is not None:
            cells[self.columns.start] = span[1]
        return cells


def _with_rest(row: list[str], rest: list[str]) -> list[str]:
    """A row whose last cell goes on with the rest, joined at once: one by one, many lines took as long."""
    return [*row[:-1], " ".join((row[-1].rstrip(), *rest))] if rest else row


def _lines_with_ends(text: str) -> Iterator[str]:
    """The lines, each with the newline at its end, one at a time."""
    at = 0
    while end := text.find("\n", at) + 1:
        yield text[at:end]
        at = end
    if at < len(text):
        yield text[at:]


def _read_rows(held: list[_Rows], reading: Reading) -> None:
    """Add what the rows say; in a table with few times those without one share the times around them.

    `held` is emptied as soon as there are cues: the text beside all that is made of it would be a lot.
    """
    rows, columns = held[0], held[0].columns
    said = timed = 0
    for row in rows:
        said += bool(cell_at(row, columns.text).strip())
        timed += bool(cell_at(row, columns.start).strip())
        for at, cell in enumerate(row):
            reading.drop(name_reason(at, columns), count_words(cell) if at != columns.text else 0)
    if timed < _TIMED_SHARE * said:
        paragraphs = _make_paragraphs(rows)
        reading.segments += share_times(_join_words(paragraphs) if rows.are_words else paragraphs)
        return
    cues = _make_cues(held.pop(), reading)
    made = [list(ended_by_next(cues) if columns.end is None else cues)]
    del rows, cues
    read_cues(made.pop(), reading)


def _make_paragraphs(rows: _Rows) -> Iterator[Paragraph]:
    """A paragraph for each row with words; a time that stands in a row of its own is the next one's."""
    waiting: float | None = None
    columns, unit = rows.columns, _find_unit(rows)
    for row in rows:
        start, _ = read_cell_time(cell_at(row, columns.start), unit)
        waiting = start if start is not None else waiting
        if said := " ".join(cell_at(row, columns.text).split()):
            yield Paragraph(_read_speaker(row, columns) or None, waiting, None, [said])
            waiting = None


def _join_words(words: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Single words as paragraphs, each of which ends where somebody else speaks or a time is told."""
    last: Paragraph | None = None
    for word in words:
        if last is not None and word.start is None and word.speaker == last.speaker:
            last.lines += word.lines
            continue
        if last is not None:
            yield last
        last = word
    if last is not None:
        yield last


def _decode_cell(cell: str) -> str:
    """The cell with the characters that its entities (`&#8212;`) stand for, without emphasis and links."""
    if "&" not in cell and "</" not in cell:
        return cell
    plain = _LINK.sub(r"\1", _EMPHASISED.sub(r"\2", cell))
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), plain)


def _without_delimiter(text: str) -> str:
    """The table without empty rows above, and a first line that says how its cells are parted."""
    named = _NAMED_DELIMITER.match(text[:_LONGEST_HEAD]) or _EMPTY_ROWS.match(text[:_LONGEST_HEAD])
    return text[named.end() :] if named else text


def _first_line(text: str) -> str:
    return _without_blank_lines(text)[:_LONGEST_HEAD].partition("\n")[0]


def _without_blank_lines(text: str) -> str:
    """The text from its first line with words on; a tab before them parts a column that has no name."""
    blank = len(text) - len(text.lstrip())
    return text[text.rfind("\n", 0, blank) + 1 :]


def _head_of(line: str) -> tuple[str, Columns] | None:
    """The delimiter and the columns that a head names; None where the line is no head of a transcript's."""
    for delimiter in _DELIMITERS:
        if delimiter not in line or line.lstrip(" ").startswith("|"):  # a table of Markdown
            continue
        columns = name_columns(next(csv.reader([line], delimiter=delimiter)))
        if columns is not None:
            return delimiter, columns
    return None


def name_columns(head: Sequence[str]) -> Columns | None:
    """The columns that the cells of a head name; None where it is no head of a transcript's."""
    names = [_normalise_name(name) for name in head]
    places = [_find_column(names, wanted) for wanted in (_TEXTS - {_OR_NUMBER}, _STARTS, _ENDS, _SPEAKERS)]
    for wanted in (frozenset((_OR_NUMBER,)), _SINGLE_WORDS):
        places[0] = _find_column(names, wanted) if places[0] is None else places[0]
    if places[0] is None or all(place is None for place in places[1:]):
        return None
    return Columns(places[0], *places[1:])


def _head_by_words(text: str) -> tuple[str, Columns] | None:
    """The columns of a head that names times but not the words: those are in the column that says most."""
    lines = list(islice(lines_of(_without_blank_lines(text)), _LOOKED_AT))
    for delimiter in _DELIMITERS:
        if len(lines) < 2 or delimiter not in lines[0] or lines[0].lstrip(" ").startswith("|"):
            continue  # a head alone has no rows
        try:
            names, *rows = filter(None, csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        keys = [_normalise_name(name) for name in names]
        start, end, speaker = (_find_column(keys, wanted) for wanted in (_STARTS, _ENDS, _SPEAKERS))
        others = [at for at in range(len(names)) if at not in (start, end, speaker)]
        if start is None or not others or not rows or not _are_timed(rows, len(names), start):
            continue
        said = {at: sum(count_words(cell_at(row, at)) for row in rows) for at in others}
        best = max(others, key=said.__getitem__)
        if said[best] >= _LEAST_SAID * len(rows):
            return delimiter, Columns(best, start, end, speaker)
    return None


def _are_timed(rows: Sequence[Sequence[str]], width: int, start: int) -> bool:
    """Whether as good as all rows have as many cells as the head, and a time where it names one."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    timed = sum(len(row) == width and read_cell_time(cell_at(row, start))[0] is not None for row in filled)
    return bool(filled) and timed >= _ALIKE_SHARE * len(filled)


def _normalise_name(name: str) -> str:
    """The name of a column without case, signs, brackets and units."""
    return _UNIT.sub("", "".join(filter(str.isalnum, _BRACKETED.sub("", name.casefold()))))


def _find_column(names: Sequence[str], wanted: frozenset[str]) -> int | None:
    return next((at for at, name in enumerate(names) if name in wanted), None)


def _make_cues(rows: _Rows, reading: Reading) -> Iterator[Cue]:
    """A cue for each row; a row without a time begins where the one before ends."""
    columns, unit = rows.columns, _find_unit(rows)
    now, framed, unread = 0.0, False, 0
    for row in rows:
        (start, a), (end, b) = (read_cell_time(cell_at(row, at), unit) for at in (columns.start, columns.end))
        framed = framed or a or b
        unread += start is None and bool(cell_at(row, columns.start).strip())
        start = now if start is None else start
        now = max(start, end if end is not None else start)
        speaker = _read_speaker(row, columns)
        if (said := cell_at(row, columns.text)).strip():
            yield Cue(start, now, voice_tag(speaker) + escape_markup(said))
    if unread:
        reading.warnings.append(
            f"Times that can't be read were estimated from what comes before: {unread:,}."
        )
    if framed:
        reading.warnings.append("Times with frames were read at 25 frames a second.")


def _read_speaker(row: Sequence[str], columns: Columns) -> str:
    """The speaker of a row, also where a colon follows the name; "" where nobody is named."""
    return " ".join(re.sub("[<>]", "", cell_at(row, columns.speaker)).split()).rstrip(" :：")


def name_reason(at: int, columns: Columns) -> str:
    """Why the words of a cell that is not speech are dropped."""
    if at in (columns.start, columns.end):
        return "timing"
    return "speaker" if at == columns.speaker else "other column"


def cell_at(row: Sequence[str], at: int | None) -> str:
    """What stands in a column of a row; "" where the row is too short or the table has no such column."""
    return row[at] if at is not None and at < len(row) else ""


def _find_unit(rows: _Rows) -> float:
    """The unit of the times; whole numbers are milliseconds where seconds would last too long."""
    columns = rows.columns
    if _are_days(rows):
        return IN_DAYS
    numbers = array("q")
    words = 0
    for row in rows:
        words += count_words(cell_at(row, columns.text))
        for time in (cell_at(row, at).strip() for at in (columns.start, columns.end)):
            if time and not is_whole_number(time):
                return IN_SECONDS
            if time:
                numbers.append(int(time))
    lasts = max(numbers, default=0) - min(numbers, default=0)
    return IN_MILLISECONDS if words < SLOWEST * lasts else IN_SECONDS


def _are_days(rows: _Rows) -> bool:
    """Whether all times are small parts of a day, in which more is said than in as many seconds."""
    words = 0
    for row in rows:
        words += count_words(cell_at(row, rows.columns.text))
        if not is_part_of_day(cell_at(row, rows.columns.start)):
            return False
    return words > _MOST_WORDS_IN_A_SECOND
