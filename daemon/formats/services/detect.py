"""JSON: parsed once, then read as what its keys say it is."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple, Protocol, cast

from daemon.errors import InputError
from daemon.formats.captions.cues.cue_lines import is_mostly_captions
from daemon.formats.enclosure import without_enclosure, without_remarks
from daemon.formats.markup import measure_json, without_controls
from daemon.formats.services.values.columns import rows_of_columns
from daemon.formats.services.values.fields import SHAPES, count_bare_words, is_nobody, make_shape_error
from daemon.formats.services.values.printed import prints_dicts, write_as_json
from daemon.formats.services.values.wrappers import MOST_OF_A_FACT, find_answer, unwrap
from daemon.formats.word_account import Reading, lines_of
from daemon.text.transcript import count_words

KIND = "json"

_FILLED = re.compile(r"\S")
_BEGINS = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\{\]])')
_MAY_BE_LIST = re.compile(r'\s*\[\s*[\["\d-]')
"""What JSON of lists in a list begins with, and so does a text with a note above its first words."""
_FENCED = re.compile(r"\A\s*`{3,}\w{0,12}[ \t]*\n(\s*[\[{].*[\]}])\s*`{3,}\s*\Z", re.S)
"""JSON as chat programs give it: between the fences of code."""
_MAY_BE_STRAY = re.compile(r",\s*[\]}]")
_STRING = r"(\"[^\"\\]*(?:\\.[^\"\\]*)*(?:\"|\\?\Z))"
"""A string; one without an end goes on to the end of all, or each quote in it took as long."""
_STRAY_COMMA = re.compile(rf"{_STRING}|,(?=\s*[\]}}])", re.S)
"""A string, or a comma behind which nothing comes, as people leave them."""
_MAY_BE_COMMENT = re.compile(r"^[ \t]*/[/*]|[,{[\]}\"\d][ \t]*/[/*]", re.M)
_COMMENT = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?(?:\*/|\Z)", re.S)
"""A string, or a comment as programs have them."""
_ALONE = ("text", "transcript", "transcription", "content", "body")
_LEAST_NAMED = 2
_BYTES = re.compile(r"(?:\\u00[89a-fA-F][0-9a-fA-F])+")
_LIVE_CHAT = frozenset(("replayChatItemAction", "message_type"))
"""Keys of the objects in which yt-dlp and chat downloaders write the chat of a video."""
_OF_VIDEO = frozenset(("extractor", "webpage_url"))
"""Keys of the object in which yt-dlp writes what is known of a video, people's comments too."""
_OF_EDITS = frozenset(("text_id", "source", "amended", "edits"))
"""Keys of the object in which a review saves its edits, a list of them."""
_OF_RESULT = frozenset(("job_id", "source", "settings_hash"))
"""Keys of the summary.json of a result."""
_ESCAPED_END = re.compile(r"(?<![\\:])\\\\(?:n|(?<=\S\\\\)N|N(?=\S))")
_LEAST_ENDS = 2
_LONGEST_KEY = 40  # characters; a longer one is none that people know
_FOUND_ANYWHERE = ("whisper", "passages")
_SERVICES = "json3 deepgram aws assemblyai podcast result_json google elements whisper passages".split()


class Service(Protocol):
    """What the module of a service offers: whether an object is its own, and how it is read."""

    KIND: str

    def fits(self, raw: dict[str, Any]) -> bool:
        """Whether its keys are there."""

    def read_object(self, raw: dict[str, Any]) -> Reading:
        """Read it; raises InputError where it is of another shape after all."""


def looks_like(text: str, extension: str) -> bool:
    """Whether it begins as JSON does, or is named so."""
    if extension in (".json", ".json3"):
        return True
    if text.lstrip().startswith("```"):
        found = _FENCED.match(text)
        return found is not None and _BEGINS.match(found[1]) is not None
    if prints_dicts(text):
        return True
    return _is_list(text) or (_BEGINS.match(text) is not None and not measure_json(text))


def _is_list(text: str) -> bool:
    """Whether the whole text is a list of JSON's that doesn't begin with an object."""
    if _MAY_BE_LIST.match(text) is None or not text.rstrip().endswith("]"):
        return False
    try:
        return isinstance(load_json(text), list)
    except (ValueError, RecursionError):
        return False


def load_json(text: str) -> object:
    """What JSON holds; raises ValueError and RecursionError where the text is none.

    Raises InputError where an object has a key twice, and what the first one holds would be lost.
    """
    loaded: object = json.loads(_with_line_ends(text), strict=False, object_pairs_hook=_make_object)
    return loaded


def _with_line_ends(text: str) -> str:
    r"""The JSON with line ends for those that were escaped twice, and for those of ASS: `leaves\\Nat nine`.

    No other backslash is said in the file, as one in a path would be.
    """
    if "\\\\" not in text:
        return text
    ends = [found[0][-1] for found in _ESCAPED_END.finditer(text)]
    least = 1 if "N" in ends else _LEAST_ENDS
    if len(ends) < least or len(ends) != text.count("\\\\"):
        return text
    return _ESCAPED_END.sub(r"\\n", text)


def _make_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        for key, value in pairs:
            if value and isinstance(value, str | list | dict) and value != made[key]:
                name = f'"{key}"' if key.isidentifier() and len(key) <= _LONGEST_KEY else "a key"
                raise InputError(
                    f"The JSON has {name} twice in one object, and only one of them could be read.",
                    "Give each an object of its own, or put what was said into a text file.",
                )
    return made


def _load_mended(text: str) -> object:
    """What JSON holds with commas in it behind which nothing comes, or with an object a line."""
    if _MAY_BE_STRAY.search(text) or _MAY_BE_COMMENT.search(text):
        text = _COMMENT.sub(lambda found: found[1] or "", text)
        try:
            return load_json(_STRAY_COMMA.sub(lambda found: found[1] or "", text))
        except (ValueError, RecursionError):
            pass
    if prints_dicts(text):
        text = write_as_json(text)
        try:
            return load_json(text)
        except (ValueError, RecursionError):
            pass
    return _read_lines(text)


def _read_captions(raw: dict[str, Any]) -> Reading | None:
    """What is said in captions that the JSON holds as a text: alone, or beside the same without times."""
    texts = [held for held in raw.values() if isinstance(held, str)]
    captions = [text for text in texts if "-->" in text and is_mostly_captions(text)]
    if not captions or any(isinstance(one, dict | list) for one in raw.values()):
        return None
    reading, *again = map(_parse_captions, captions)
    said = _count_said(reading)
    if any(_count_said(other) != said for other in again):
        return None  # the captions of another language
    for other in (text for text in texts if text not in captions):
        words = count_words(other)
        if words <= MOST_OF_A_FACT:
            continue
        if count_bare_words(other) - said:
            return None
        reading.words_in_file += words
        reading.drop("repeated in text", words)
    for words in (other.words_in_file for other in again):
        reading.words_in_file += words
        reading.drop("repeated in text", words)
    reading.kind = "passages-json"
    return reading


def _parse_captions(text: str) -> Reading:
    from daemon.formats.captions.cues.segments import parse_captions

    text = without_controls(text)
    return parse_captions(text, vtt=text.lstrip().startswith("WEBVTT"))


def _count_said(reading: Reading) -> Counter[str]:
    return count_bare_words(" ".join(segment.text for segment in reading.segments))


def _read_written(raw: dict[str, Any]) -> Reading | None:
    """What is said in a text of several lines that name who speaks, where the JSON holds nothing else."""
    held = [raw[key] for key in _ALONE if isinstance(raw.get(key), str)]
    if (
        len(held) != 1
        or "\n" not in held[0].strip()
        or any(isinstance(one, dict | list) for one in raw.values())
    ):
        return None
    from daemon.formats.documents import text

    reading = text.parse(without_controls(held[0]))
    told = sum(segment.speaker is not None or segment.start is not None for segment in reading.segments)
    if told < _LEAST_NAMED:
        return None
    reading.kind = "passages-json"
    return reading


def _read_lines(text: str) -> list[Any]:
    """The objects of JSON with one a line; raises InputError where it isn't that either."""
    objects: list[Any] = []
    for number, line in enumerate(lines_of(text), 1):
        if not line.strip():
            continue
        try:
            objects.append(load_json(line.rstrip().removesuffix(",")))
        except (ValueError, RecursionError):
            if (joined := _read_joined(text)) is not None:
                return joined
            _refuse_mixed(objects, number, line)
            raise InputError(
                "The file is JSON that can't be read; it is damaged or cut off.", SHAPES
            ) from None
    return objects


def _read_joined(text: str) -> list[Any] | None:
    """The objects of JSON that stand one behind the other, each over several lines; None for another text."""
    decoder = json.JSONDecoder(strict=False, object_pairs_hook=_make_object)
    objects: list[Any] = []
    at = 0
    while (begins := _FILLED.search(text, at)) is not None:
        try:
            one, at = decoder.raw_decode(text, begins.start())
        except (ValueError, RecursionError):
            return None
        objects.append(one)
    return objects if all(isinstance(one, dict) for one in objects) else None


def _refuse_mixed(before: list[Any], number: int, line: str) -> None:
    """Raise InputError where whole objects stand before a line of prose, so that the file isn't damaged."""
    if sum(isinstance(one, dict) for one in before) and not line.lstrip().startswith(("{", "[")):
        raise InputError(
            f"The file has JSON on some lines and other text on others, the first on line {number}.",
            f"Put what was said into a file of its own. {SHAPES}",
        )


def _refuse_companions(raw: object) -> None:
    """Raise InputError for the chat of a video and what is told of it, which lie beside its subtitles."""
    objects = [one for one in (raw if isinstance(raw, list) else [raw]) if isinstance(one, dict)]
    heard = any("transcript" in str(one.get("message_type")).lower() for one in objects)
    if not heard and any(not _LIVE_CHAT.isdisjoint(one) for one in objects):
        raise InputError("This is the live chat of a video (JSON, an object a line), no transcript.", SHAPES)
    if isinstance(raw, dict) and raw.keys() >= _OF_VIDEO:
        raise InputError("This is what yt-dlp tells of a video (info.json), not a transcript.", SHAPES)
    if isinstance(raw, dict) and raw.keys() >= _OF_RESULT:
        raise InputError(
            "This is what a result of this program says of itself (summary.json), not a transcript.",
            "Drop the transcript itself; the original of a result lies beside its summary.json.",
        )
    if isinstance(raw, dict) and raw.keys() >= _OF_EDITS and isinstance(raw["edits"], list):
        raise InputError(
            "These are edits that were saved in a review, and the file isn't named as such.",
            "Give it a name that ends in .edits.json, such as talk.edits.json, and drop it again.",
        )


def _decode_bytes(text: str) -> str:
    """The JSON with whole letters for escapes that are bytes of UTF-8, as Facebook and Instagram write them.

    It stays as it is where one such escape is none: a letter of Latin script by itself.
    """
    if "\\u00" not in text or _BYTES.search(text) is None:
        return text
    try:
        return _BYTES.sub(lambda found: _decode_run(found[0]), text)
    except UnicodeDecodeError:
        return text


def _decode_run(escapes: str) -> str:
    letters = bytes.fromhex(escapes.replace("\\u00", "")).decode("utf-8")
    return letters if letters.isprintable() else escapes


def parse(text: str) -> Reading:
    """Read the JSON; raises InputError where it is broken or of no shape that is known."""
    fenced = _FENCED.match(text) if text.lstrip().startswith("```") else None
    text = _decode_bytes(fenced[1] if fenced else text)
    try:
        raw = load_json(text)
    except (ValueError, RecursionError):
        raw = _load_mended(text)
    del text
    raw = unwrap(raw, _is_known)
    answer = find_answer(raw)
    return _read_loaded(raw) if answer is None else _read_answer(answer)


def _read_answer(answer: str) -> Reading:
    """Read what a chat program wrote: text, captions, or JSON between the fences of code."""
    bare = without_enclosure(without_remarks(answer))
    raw = unwrap(bare, _is_known)
    reading = _read_loaded({"text": raw} if isinstance(raw, str) else raw)
    gone = max(0, count_words(answer) - count_words(bare))
    reading.words_in_file += gone
    reading.drop("notice", gone)
    return reading


def _read_loaded(raw: object) -> Reading:
    """Read what the JSON holds as what its keys say it is."""
    _refuse_companions(raw)
    raw = (rows_of_columns(raw) or raw) if isinstance(raw, dict) else raw
    raw = {"segments": raw} if isinstance(raw, list) else raw
    if not isinstance(raw, dict):
        raise make_shape_error("a transcript's")
    if (written := _read_captions(raw) or _read_written(raw)) is not None:
        return written
    service = next(one for one in map(_load_service, _SERVICES) if one.fits(raw))
    held = _Facts(_has_value(raw, _is_speaker), _has_value(raw, _TIMES.__contains__))
    reading = service.read_object(raw)  # which may empty it
    reading.kind = service.KIND
    reading.warnings += _lost_facts(held, reading)
    return reading


@cache
def _load_service(name: str) -> Service:
    """A service's module, which is imported when its turn to be asked comes."""
    return cast(Service, import_module(f"daemon.formats.services.{name}"))


def _is_known(raw: dict[str, Any]) -> bool:
    """Whether an object is one service's own; Whisper's is read wherever it stands, as other passages are."""
    return any(_load_service(name).fits(raw) for name in _SERVICES if name not in _FOUND_ANYWHERE)


_TIMES = frozenset(("start", "starttime", "startms", "begin", "timestamp", "timecode", "offset", "from"))


class _Facts(NamedTuple):
    """Whether JSON holds speakers, and times, wherever it does."""

    speakers: bool
    times: bool


def _lost_facts(held: _Facts, reading: Reading) -> Iterator[str]:
    """A warning where the JSON holds times or speakers, and none of them could be laid on its words."""
    if held.speakers and all(segment.speaker is None for segment in reading.segments):
        yield "The file names speakers, but in a way that is not known: who says what is not told."
    if held.times and all(segment.start is None for segment in reading.segments):
        yield "The file holds times, but in a way that is not known: the transcript has none."


def _is_speaker(key: str) -> bool:
    return key.startswith(("speaker", "diari"))


def _has_value(value: object, wanted: Callable[[str], bool]) -> bool:
    """Whether such a key, in lower case and without signs, has a value anywhere inside of a list."""
    known = cache(lambda key: wanted("".join(filter(str.isalnum, key.lower()))))
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, list):
            waiting += [one for one in inner if isinstance(one, (dict, list))]
        for key, held in inner.items() if isinstance(inner, dict) else ():
            if known(key) and held not in (None, "", [], {}) and not is_nobody(held):
                return True
            if isinstance(held, (dict, list)):
                waiting.append(held)
    return False
