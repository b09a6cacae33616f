"""What JSON files hold of a transcript: texts, names and single words, whatever type they came as."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from daemon.errors import InputError
from daemon.formats.markup import part_sentences, without_controls
from daemon.formats.services.values.word_times import Token
from daemon.formats.word_account import Reading, scale_time
from daemon.text.transcript import UNSPACED, Segment, count_words

Record = Mapping[str, Any]

SHAPES = (
    "Read are the JSON files of Whisper and its kin, YouTube (json3), AssemblyAI, AWS Transcribe, Azure, "
    "Deepgram, ElevenLabs, Fireflies, Gladia, Google, IBM, Oyez, Podlove, Premiere, Rev.ai, Speechmatics, "
    "Vosk and podcasts, as their services write them; drop one of those, or SRT or VTT."
)
_MOST_LOST = 0.005
"""The share of words that segments may lack; in a real file of Whisper's it was 1 of 7,000."""
_NAME_KEYS = ("name", "displayName", "display_name", "label", "id")
_NUMBER = re.compile(r"\d{1,6}")
_NOBODY = re.compile(r"-\d{1,6}|None|null|NaN|nan|undefined|N/A|UU")
"""What programs write for a speaker whom they don't know; the last is Speechmatics'."""
_ENTITY = re.compile(r"&(?:amp;)?(?:amp|lt|gt|quot|apos|nbsp|#39|#34|#x27);")
_BREAK = re.compile(r"(?<=\S)<br ?/?>(?=\S)", re.I)
_EMPHASISED = re.compile(r"<(i|b|u|em|strong)>([^<>]{1,2000})</\1>", re.I)
_OF_PAGE = re.compile(
    r"\s*(?:<\w{1,20}>\s*)?<(p|div|span|body|html|[uo]l|blockquote)[\s>].*</\w{1,20}>\s*", re.I | re.S
)
"""A text that is a piece of a page, from its first tag to its last: `<p>Hello.</p>`."""
_ATTRIBUTES = r"(?:\s{1,99}[\w:.-]{1,60}\s?=[^<>]{0,2000})?\s{0,9}/?"
_INLINE = re.compile(rf"</?(?:a|b|i|u|em|strong|span|font|small|su[bp]|mark){_ATTRIBUTES}>", re.I)
_TAG = re.compile(rf"</?[a-z][\w-]{{0,30}}{_ATTRIBUTES}>", re.I)
_LETTER = re.compile(f"([{UNSPACED}])")


def make_shape_error(whose: str) -> InputError:
    """The error for JSON that is not as this service writes it."""
    return InputError(f"The file is JSON, but not of {whose} shape.", SHAPES)


def list_records(value: object, whose: str) -> list[Record]:
    """The objects of a list; nothing is an empty list. Raises InputError for anything else."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise make_shape_error(whose)
    return value


def text_of(value: object) -> str:
    """A text, without control characters and what is left of a page in it; "" for anything but a text."""
    if not isinstance(value, str):
        return ""
    if "</" in value and _OF_PAGE.fullmatch(value):
        value = _decode_entities(html.unescape(_TAG.sub(" ", _INLINE.sub("", value)))).strip()
    elif "<" in value or "&" in value:
        value = _decode_entities(_EMPHASISED.sub(r"\2", _BREAK.sub(" ", value)))
    return part_sentences(without_controls(value))


def _decode_entities(text: str) -> str:
    """A text with the characters that its commonest entities stand for, escaped twice (`&amp;#39;`) too."""
    return _ENTITY.sub(lambda found: html.unescape(html.unescape(found[0])), text)


def name_of(value: object) -> str | None:
    """A speaker: a name, a number (or its figures), which becomes "Speaker 1", or an object with one."""
    if isinstance(value, Mapping):
        return next((name for key in _NAME_KEYS if (name := name_of(value.get(key)))), None)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    if is_nobody(value):
        return None
    name = str(value) if isinstance(value, int) else " ".join(text_of(value).split())
    return f"Speaker {name}" if _NUMBER.fullmatch(name) else name or None


def is_nobody(value: object) -> bool:
    """Whether it is what programs write for a speaker whom they don't know."""
    return isinstance(value, str | int) and _NOBODY.fullmatch(str(value).strip()) is not None


def add_nanoseconds(value: Record) -> float:
    """The seconds of `{"seconds": "1", "nanos": 200000000}`, of which either may be left out as zero."""
    whole, part = scale_time(value.get("seconds", 0), 1), scale_time(value.get("nanos", 0), 1)
    return (whole or 0.0) + (part or 0.0) / 1_000_000_000


def list_tokens(words: object, text: Sequence[str], *, per_second: int = 1) -> list[Token]:
    """The single words of a list, each with its times and speaker; `text` names the keys of its text.

    `per_second` is 1000 where the times are milliseconds.
    """
    out = []
    for word in words if isinstance(words, list) else []:
        if isinstance(word, dict):
            spelt = next((word[key] for key in text if isinstance(word.get(key), str)), "")
            times = [scale_time(word.get(key), per_second) for key in ("start", "end")]
            out.append(Token(text_of(spelt), times[0], times[1], name_of(word.get("speaker"))))
    return out


def language_of(*values: object) -> str | None:
    """The first of these that is a text."""
    return next((text for value in values if (text := text_of(value).strip())), None)


def fill_speakers(segments: Iterable[Segment]) -> list[Segment]:
    """The segments, those without a speaker given the one who speaks both before and after them."""
    out: list[Segment] = []
    before: str | None = None
    nameless: list[int] = []
    for segment in segments:
        if segment.speaker is None:
            nameless.append(len(out))
        else:
            for at in nameless if before == segment.speaker else ():
                out[at] = replace(out[at], speaker=before)
            before, nameless = segment.speaker, []
        out.append(segment)
    return out


def book_repeat(whole: str, reading: Reading) -> None:
    """Book the text that repeats the segments; raises InputError where it says more than they do.

    Single words of a long text are told, which Whisper loses where one window of the recording ends.
    """
    said = " ".join(segment.text for segment in reading.segments)
    words, more = count_words(whole), 0
    if "".join(whole.split()) != "".join(said.split()):
        names = " ".join(segment.speaker or "" for segment in reading.segments)  # `Ann: Hello.`
        more = (count_bare_words(whole) - count_bare_words(said) - count_bare_words(names)).total()
    if more > _MOST_LOST * words:
        raise InputError(
            f'The "text" of this JSON holds {more} words that its "segments" don\'t.',
            'Remove the "text" or the "segments", whichever is wrong, and drop it again.',
        )
    if more:
        reading.warnings.append(f'Words in "text" that its "segments" don\'t hold were not read: {more}.')
    reading.drop("repeated in text", words - more)
    reading.drop("another list of texts", more)


def count_bare_words(text: str) -> Counter[str]:
    """The words without case and punctuation, and how often each is there."""
    words = ("".join(filter(str.isalnum, word.casefold())) for word in _LETTER.sub(r" \1 ", text).split())
    return Counter(word for word in words if word)
