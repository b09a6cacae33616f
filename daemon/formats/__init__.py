"""Reading transcripts: bytes in, a Transcript with an account of every word out.

One module per format: `KIND`, `looks_like(text, extension)` and `parse(text)`. To add one, write it and
name it in `_READERS`, in the order in which they are asked; it is imported when the first file comes that
begins as one of its kind may.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import NamedTuple, Protocol, cast

from msgspec import structs

from daemon.errors import InputError
from daemon.formats.decode import MIXED, decode_text
from daemon.formats.enclosure import with_escaped_ends, without_enclosure, without_remarks
from daemon.formats.loops import collapse_loops
from daemon.formats.markup import part_sentences, without_controls, without_model_tokens
from daemon.formats.word_account import Reading
from daemon.text.characters.composition import compose_letters
from daemon.text.languages import may_be_language
from daemon.text.timecode import format_timecode
from daemon.text.transcript import Transcript, count_words


class _Format(NamedTuple):
    """A format's module, and what tells without it that a text is of another one.

    A text of it has one of the characters of `begins` first, and what one of `holds` finds somewhere; without
    these it may have whatever there is. Under one of the names it is asked all the same.
    """

    module: str
    begins: str = ""
    names: tuple[str, ...] = ()
    holds: tuple[re.Pattern[str], ...] = ()

    def may_be_of(self, text: str, first: str, extension: str) -> bool:
        """Whether a text of this first character, in a file of this name, is worth the question."""
        if extension in self.names:
            return True
        if self.begins and first not in self.begins:
            return False
        return not self.holds or any(form.search(text) for form in self.holds)


_TIMES = (re.compile(r"\d"),)
_TIME_CODE = (re.compile(r"\d[:;]\d\d[:;]\d\d[:;.,]\d\d"),)
_OLD_TIMES = tuple(
    re.compile(form, re.I)
    for form in (r"=(?<=FORMAT=)", r"-->> \d", r"<time\s", r"@\d{1,9} @\d", r":\d\d:\d\d\.\d\d \d")
)
"""Of old players' captions: MPSub's rate, the times of AQTitle, RealText, JACOsub; each by what is rare."""
_RECOGNISED = (re.compile(r"\d\.\d+\s+\d+\.\d"),)
"""Of STM and CTM: two times one behind the other, in seconds."""
_MEDIA = (re.compile('"media'),)
_TABS = (re.compile(r"\t"),)
_CELLS = (re.compile(r"[,;\t|]"),)
_PARTS = (re.compile(r"/(?<=multipart/)", re.I),)
_MARKS = (
    re.compile(r"[#|*\]<](?:(?<=[#|*])|(?<=\])\(|(?<=<)/)"),
    re.compile(r"-(?<!.-)--|\+(?<!.\+)\+\+|\{(?<!.\{)", re.S),
)
"""Of Markdown: one of front matter, a heading, a table, emphasis, a link and a tag."""
_READERS = (
    _Format("services.otranscribe", "{", (".otr",), _MEDIA),
    _Format("services.detect", "{[`", (".json", ".json3")),
    _Format("documents.ohms", "<"),
    _Format("services.spoken_xml", "<"),
    _Format("captions.srv3", "<"),
    _Format("captions.ttml", "<"),
    _Format("captions.elan", "<"),
    _Format("captions.speech_xml", "<"),
    _Format("documents.tei", "<"),
    _Format("captions.sami", "<", (".smi", ".sami")),
    _Format("captions.old_players", holds=_OLD_TIMES),
    _Format("captions.ass", "[DdCc"),
    _Format("captions.textgrid", 'F"'),
    _Format("captions.scc", "Ss"),
    _Format("captions.vtt", 'Ww"`', (".vtt",)),
    _Format("captions.one_line", holds=_TIMES),
    _Format("captions.bracketed", "[{"),
    _Format("captions.srt", holds=_TIMES),
    _Format("captions.sbv", holds=_TIMES),
    _Format("captions.timecode_lists", holds=_TIME_CODE),
    _Format("captions.recognisers", holds=_RECOGNISED),
    _Format("captions.tsv", holds=_TABS),
    _Format("captions.table", holds=_CELLS),
    _Format("documents.rtf", "{"),
    _Format("documents.chat", "@"),
    _Format("documents.html_text", "<"),
    _Format("documents.mhtml", holds=_PARTS),
    _Format("documents.markdown", names=(".md", ".markdown", ".mdown"), holds=_MARKS),
    _Format("documents.text"),
)
KINDS = (
    "SRT, VTT, SBV, TTML, USF, ASS, SAMI, LRC, MicroDVD, MPL2, TMPlayer, SubViewer, QuickTime text, STL, "
    "SCC, MPSub, JACOsub, AQTitle, RealText, "
    "other lists of time codes, CSV and TSV, STM, CTM, TextGrid, ELAN, "
    "EXMARaLDA, FOLKER, Transcriber (.trs), Podlove's XML, TEI, OHMS, "
    "other XML that names speakers or times, "
    "YouTube's XML (srv3), the JSON of Whisper, YouTube (json3) and twenty other services, Word (.docx), "
    "OpenDocument (.odt), RTF, HTML with names or times, MHTML, oTranscribe (.otr), CHAT (.cha), "
    "plain text and Markdown"
)
"""What is read, for people."""

WHAT_IS_READ = f"What is read: {KINDS}."
"""The end of what to do about a file that is none of these."""

_TURN_MARK = "[SPEAKER_TURN]"
"""What whisper.cpp writes where somebody else begins to speak, but not who."""
_OFFERING = ("TurboScribe", "[Auto-generated transcript.")
_OFFER = re.compile(
    r"\((?=[^()\n]{0,150}TurboScribe)"
    r"(?=(?:\w+ ){0,4}?(?:trans[ck]ri|trascri|transkry|file |datei |archivo |fichier )"
    r"|[^()\n]{0,150}unlimited)[^()\n]{10,250}\)[ \t]*"
    r"|\[Auto-generated transcript\. [^\[\]\n]{5,120}\][ \t]*",
    re.I,
)
"""What TurboScribe sets before the first words, and behind the last, for those who don't pay; and Panopto."""
_ENCLOSED = re.compile(
    r"\s*(?:[<`~\"]|data:|event:|/\*|\)\]\}|(?:export|const|let|var|window|module)\b"
    r"|\[?[\w$.]{1,80}\(\s?[{\[a-z_]|\[\()"
)
"""How a text begins that has tags, fences, quotes, a server's events or a program's code around it."""
_ONE_LINE = re.compile(r"\s*+(?![{[]\s*[{[\"]|\{)[^\n]++\s*\Z")
"""A text of one line that is no JSON."""
_MAY_BE_SOMEBODY = "nan"  # a grandmother, or no number
_NO_NAMES = frozenset(("None", "null", "NaN", "undefined", _MAY_BE_SOMEBODY))
"""What programs write where they know of no speaker."""
_MOST_SECONDS = 1e10  # of a time: what counts from 1970 on is below it, in seconds
_FAR_BACK = 60.0  # seconds by which times go back where files are joined or cues out of order
_COMPANIONS = {
    ".description": "the description of a video",
    ".nfo": "a note about a file",
    ".m3u8": "a playlist",
}
"""What lies beside a transcript by these names, and is none."""
_SETTINGS = (".yaml.txt", ".yml.txt")
"""How the name of a sidecar ends where an editor has added its own ending."""
_PAGES = ("html", "mhtml")
_USE = f"Drop the transcript as one of these: {KINDS}."


class Reader(Protocol):
    """What a format's module offers."""

    KIND: str
    looks_like: Callable[[str, str], bool]
    parse: Callable[[str], Reading]


@dataclass(slots=True)
class Source:
    """A file that was opened: its text, or what is read of a document that is an archive, or binary.

    `damaged` counts the places of the text that could not be decoded. What is large is handed over once.
    """

    text: str
    encoding: str
    damaged: int = 0
    document: Reading | None = None

    def take_text(self) -> str:
        """The text, which is not held here any longer: one emoji in fifty megabytes makes it take 200."""
        text, self.text = self.text, ""
        return text

    def take_document(self) -> Reading | None:
        """What was read of a document, which is not held here any longer."""
        document, self.document = self.document, None
        return document


def read(data: bytes, filename: str) -> Transcript:
    """The transcript in a file's bytes; what kind it is, its content says, and its name only in doubt.

    Raises InputError where it is none (empty, binary, a web page, JSON of another shape), and where
    words of the file would be missing without a reason: a file is rejected rather than shortened.
    """
    return read_source(open_source(data), filename)


def open_source(data: bytes) -> Source:
    """What is in a file's bytes, which need not be held any longer; raises InputError as `read`."""
    if (found := _read_document(data)) is not None:
        return Source("", found[1], document=found[0])
    try:
        return Source(*decode_text(data))
    except InputError as error:
        raise InputError(error.message, f"{error.mend} {WHAT_IS_READ}") from None


def read_source(source: Source, filename: str) -> Transcript:
    """The transcript in a file that was opened; raises InputError as `read`."""
    reading, encoding = source.take_document() or _read_text(source, filename), source.encoding
    _compose_letters(reading)
    _forget_nobody(reading)
    _estimate_impossible_times(reading)
    _warn_of_disorder(reading)
    collapse_loops(reading)
    _check_words(reading)
    return Transcript(
        tuple(reading.segments),
        reading.kind or "text",
        encoding,
        reading.title,
        _keep_language(reading.language),
        reading.words_in_file,
        dict(reading.dropped),
        tuple(reading.warnings),
        tuple(reading.left_out),
        reading.recorded,
    )


def _compose_letters(reading: Reading) -> None:
    """Write letters and their marks as one character, as models do; where kana are, it makes words fewer.

    Who speaks is called as in the file: people name him so in their settings.
    """
    for place, segment in enumerate(reading.segments):
        if segment.text.isascii():
            continue
        text = compose_letters(segment.text)
        if text != segment.text:
            reading.words_in_file += count_words(text) - count_words(segment.text)
            reading.segments[place] = structs.replace(segment, text=text)
    if reading.title is not None and not reading.title.isascii():
        reading.title = compose_letters(reading.title)


def _forget_nobody(reading: Reading) -> None:
    """Leave nobody's what programs say that nobody said: `None: Hello.`, and `nan` among `SPEAKER_00`."""
    names = {segment.speaker for segment in reading.segments}
    if names.isdisjoint(_NO_NAMES):
        return
    from daemon.formats.speakers.names import is_generic

    by_program = any(name is not None and is_generic(name) for name in names)
    unknown = {name for name in _NO_NAMES if by_program or name != _MAY_BE_SOMEBODY}
    for place, segment in enumerate(reading.segments):
        if segment.speaker in unknown:
            reading.segments[place] = structs.replace(segment, speaker=None)


def _keep_language(told: str | None) -> str | None:
    """The language that a source tells; None for what would be read as something else where it is shown."""
    language = (told or "").strip()
    return language if may_be_language(language) else None


def _read_document(data: bytes) -> tuple[Reading, str] | None:
    """What a document that is an archive, or binary, holds; None for anything else.

    Raises InputError, with its name, for one of a kind that is not read.
    """
    if data[3:6] == b"STL":
        from daemon.formats.captions import ebu_stl

        if not ebu_stl.looks_like(data):
            return None
        reading = ebu_stl.parse(data)
        reading.kind = ebu_stl.KIND
        return reading, ebu_stl.ENCODING
    if not data.startswith(b"PK"):
        return None
    from daemon.formats import archives
    from daemon.formats.documents import docx, odt

    for reader in (docx, odt):
        if reader.looks_like(data):
            reading = reader.parse(data)
            reading.kind = reader.KIND
            return reading, reader.ENCODING
    archives.refuse_other_documents(data)
    return None


def _read_text(source: Source, filename: str) -> Reading:
    raw, damaged = source.take_text(), source.damaged
    mixed = source.encoding.startswith(MIXED)
    text = without_controls(raw)
    if _is_blank(text):
        raise InputError("The file is empty." if _is_blank(raw) else "There are no words in the file.", _USE)
    if filename.lower().endswith(_SETTINGS):
        raise InputError(
            "By its name this is the .yaml beside a transcript, to which an editor has added .txt.",
            "Take the .txt off its name, and drop it again; if it is a transcript, give it another name.",
        )
    gone = Counter({"control characters": _count_gone(raw, text)})
    del raw
    for reason, take_off in _LAYERS:
        whole, text = text, take_off(text)
        gone[reason] += _count_gone(whole, text)
        del whole
    held = [part_sentences(text)]
    del text
    reader = _choose_reader(held[0], os.path.splitext(filename)[1].lower())
    reading = _parse_text(reader, held)
    reading.kind = reading.kind or reader.KIND
    for reason, words in gone.items():
        reading.words_in_file += words
        reading.drop(reason, words)
    _warn_of_damage(reading, damaged, mixed=mixed)
    return reading


def _count_gone(whole: str, rest: str) -> int:
    """How many words fewer a text has than before."""
    return 0 if rest is whole else max(0, count_words(whole) - count_words(rest))


def _warn_of_damage(reading: Reading, damaged: int, *, mixed: bool) -> None:
    """Say in how many places, or lines of a file in two encodings, it is not sure what stood there."""
    if damaged and mixed:
        lines = "1 line" if damaged == 1 else f"{damaged:,} lines"
        reading.warnings.append(f"The file is in two encodings; that of {lines} was guessed.")
    elif damaged:
        places = "1 place" if damaged == 1 else f"{damaged:,} places"
        reading.warnings.append(f"The file is damaged in {places}; \ufffd stands for what could not be read.")


def _without_turn_marks(text: str) -> str:
    return text.replace(_TURN_MARK, " ")  # it may stand directly against the words


def _without_offers(text: str) -> str:
    return _OFFER.sub("", text) if any(word in text for word in _OFFERING) else text


def _without_remarks(text: str) -> str:
    return without_remarks(text) if "```" in text else text


def _without_surroundings(text: str) -> str:
    """The text without the signs of a quotation, tags or fences around all of it."""
    bare = _without_quotes(_without_quotes(text))  # what was answered may be answered again: `> > Ann: Yes.`
    bare = without_enclosure(bare) if _ENCLOSED.match(bare) else bare
    return with_escaped_ends(bare, "\n") if "\\" in bare and _ONE_LINE.match(bare) else bare


def _without_quotes(text: str) -> str:
    """The text without the sign of a quotation before each of its lines, as mails have it: `> Ann: Yes.`"""
    if not text.startswith(">") or text.startswith(">>"):
        return text
    lines = text.rstrip().split("\n")
    quoted = all((line[:1] == ">" and line[1:2] != ">") or not line.strip() for line in lines)
    return "\n".join(line[1:].removeprefix(" ") for line in lines) if quoted else text


# What is taken off a text before a reader is chosen, in this order, by the reason its words are dropped for.
_LAYERS = (
    ("speaker mark", _without_turn_marks),
    ("markup", without_model_tokens),
    ("notice", _without_offers),
    ("notice", _without_remarks),
    ("markup", _without_surroundings),
)


def _is_blank(text: str) -> bool:
    return not text or text.isspace()


def _parse_text(reader: Reader, held: list[str]) -> Reading:
    """What the reader makes of a text; a page without a transcript is refused with what is read instead.

    The text is taken out of `held`: the reader alone has it then, and lets it go when it has its parts.
    """
    try:
        return reader.parse(held.pop())
    except InputError as error:
        if reader.KIND not in _PAGES:
            raise
        raise InputError(error.message, f"{error.mend} {WHAT_IS_READ}") from None


def _choose_reader(text: str, extension: str) -> Reader:
    first = text.lstrip()[:1]
    known = (each.module for each in _READERS if each.may_be_of(text, first, extension))
    readers = (cast(Reader, import_module(f"{__name__}.{module}")) for module in known)
    found = next(reader for reader in readers if reader.looks_like(text, extension))
    if found.KIND in ("text", "markdown"):
        from daemon.formats import not_speech
        from daemon.formats.documents import markdown

        tags = markdown.TAG if found.KIND == markdown.KIND else None
        what = _COMPANIONS.get(extension) or not_speech.name_of(text, tags)
        if what is not None:
            raise InputError(f"This is {what}, which is not read.", _USE)
    return found


def _estimate_impossible_times(reading: Reading) -> None:
    """Where a segment has a time that no recording has, let it begin with the end of the one before.

    A start or an end that is possible stays; else the segment ends when it begins.
    """
    segments, count, now = reading.segments, 0, 0.0
    for place, segment in enumerate(segments):
        if not all(map(_is_possible, (segment.start, segment.end, *(segment.times or ())))):
            start = segment.start if segment.start is not None and _is_possible(segment.start) else now
            is_end_sound = segment.end is not None and _is_possible(segment.end) and segment.end >= start
            end = segment.end if is_end_sound else start
            segment = segments[place] = structs.replace(segment, start=start, end=end, times=None)
            count += 1
        now = segment.end or segment.start or now
    if count:
        many = "1 time" if count == 1 else f"{count:,} times"
        reading.warnings.append(f"{many} that no recording has: estimated from what comes before.")


def _is_possible(seconds: float | None) -> bool:
    return seconds is None or 0 <= seconds <= _MOST_SECONDS


def _warn_of_disorder(reading: Reading) -> None:
    """Say where the times go back by much; the words stay in the order of the file."""
    places = [
        after.start
        for before, after in pairwise(reading.segments)
        if before.start is not None and after.start is not None and after.start < before.start - _FAR_BACK
    ]
    if places:
        many = "in 1 place" if len(places) == 1 else f"in {len(places):,} places"
        first = format_timecode(places[0])
        reading.warnings.append(
            f"The times go back {many} (first to {first}); the words stand as in the file."
        )


def _check_words(reading: Reading) -> None:
    if not any(char.isalnum() for segment in reading.segments for char in segment.text):
        raise InputError("There are no words in the file.", _USE)
    if reading.unexplained:
        explained = reading.words_in_file - reading.unexplained
        raise InputError(
            f"The file holds {reading.words_in_file} words, but only {explained} could be accounted for.",
            "Please report it, with the file if it may be shared; as plain text it can be read meanwhile.",
        )
