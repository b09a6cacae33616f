"""What stands beside the words, and how these are counted: tags, entities, an object above a text."""

from __future__ import annotations

import html.entities
import json
import re

from daemon.text.timecode import format_timecode
from daemon.text.transcript import UNSPACED, count_words
from daemon.text.unseen import HALF_CHARACTER, PARTS_WORDS, UNSEEN_CHARACTER

TIME = r"(?:\d+:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?"
"""A time as captions write it; `parse_timecode` reads what this finds."""

TIME_TAG = re.compile(rf"<({TIME})>", re.ASCII)
_ANGLES = re.compile("[<>]")
VOICE_TAG = re.compile(r"<[vV](?:-|\.[^<>\s]*)?(?:[ \t]([^<>\n]*))?>|</[vV]>")

BEFORE_ROOT = r"(?>(?:\s+|<\?[^<>]*>|<!--.*?-->)*)"
"""What may stand before the root of XML (with `re.S`). No comment goes on behind its first end."""

# Only what WebVTT, SubRip and ASS define is a tag: `a < b and c > d` is speech.
# Each alternative begins with a character of its own, so that hardly a place of a text is tried.
_MARKUP = re.compile(
    r"<(?:(?P<space>/?[vV](?:-|\.[^<>\s]*)?(?:[ \t][^<>\n]*)?|/?[bB][rR] ?/?"
    r"|[ \t]{1,3}/?[ \t]{0,3}[iIbBuUsS][ \t]{0,3}/?|/?[iIbBuUsS][ \t]{1,3}"
    r"|/[ \t]{1,3}[iIbBuUsS][ \t]{0,3})"
    rf"|{TIME}"
    r"|/?(?:c|[iIbBuUsS]|ruby|rt)(?:\.[^<>\s]*)?"
    r"|/?(?:strong|em|small|big|center|sup|sub)"
    r"|/?(?:c|lang|font|FONT|span)(?:[. \t][^<>\n]*)?)>"
    r"|\\(?<![:\\]\\)(?P<break>[Nh]|n(?=\s|[^a-z\\]))"
    r"|\{(?:\\[^{}<>\n]*|[yY]:[bius,BIUS]{1,7}|[cC]:\$?[0-9a-fA-F]{6}|[sS]:\d{1,3}|[pP]:\d[\d,]{0,8}"
    r"|[fF]:[\w -]{1,40})\}"
    r"|&(?P<entity>\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});",
    re.ASCII,
)
_PARTS_WORDS = re.compile(f"[{PARTS_WORDS}]")
_OF_TASK = "startoftranscript|startofprev|endoftext|transcribe|translate|notimestamps|nospeech|withitn|woitn"
_OF_SOUND = (
    "NEUTRAL|HAPPY|SAD|ANGRY|FEARFUL|DISGUSTED|SURPRISED|EMO_UNK(?:NOWN)?"
    "|Speech|BGM|Applause|Laughter|Cry|Sneeze|Breath|Cough|Sing|Speech_Noise|Event_UNK|GBG"
)
_OPEN, _CLOSE = r"(?:<|\\u003c)\|", r"\|(?:>|\\u003e)"
_KNOWN_TOKEN = rf"{_OPEN}(?:{_OF_TASK}|{_OF_SOUND}){_CLOSE}"
_MODEL_TOKENS = re.compile(rf"(?:{_KNOWN_TOKEN}|{_OPEN}[a-z]{{2,3}}{_CLOSE}(?={_KNOWN_TOKEN})){{1,99}}", re.I)
"""What Whisper and SenseVoice tell of the language and the sound; `<|bot|>` alone would be who speaks."""
_MOST_JSON = 20_000  # characters of an object above a text
_BEGINS_JSON = re.compile(r"\{\s*\"")
_PROSE = re.compile(r"\s*\n\s*[^\s{\[\]}\",]")
"""What stands below an object that is no JSON itself."""
_SPOKEN = frozenset(
    "text transcript words segments results utterances content body message speaker start".split()
)


def strip_markup(line: str) -> str:
    r"""A line without its tags, its entities decoded.

    Voice tags, line breaks (`\N` too), hard spaces (`\h`) and tags with spaces in them, as translation
    programs leave them, part words; other tags don't: `some<c>thing</c>` is one word.
    """
    if "<" not in line and "&" not in line and "\\" not in line and "{" not in line:
        return line
    return _MARKUP.sub(_stands_for, line)


def _stands_for(found: re.Match[str]) -> str:
    if found["space"] or found["break"]:
        return " "
    entity = found["entity"]
    if entity is None:
        return ""
    if not entity.startswith("#"):
        return without_controls(html.entities.html5.get(f"{entity};", found.group()))
    code = int(entity[2:], 16) if entity[1] in "xX" else int(entity[1:])
    return without_controls(chr(code)) if code <= 0x10FFFF else found.group()


def without_controls(text: str) -> str:
    """The text without what would be obeyed or not be seen, but for newlines and tabs."""
    if UNSEEN_CHARACTER.search(text) is None:
        return text
    return UNSEEN_CHARACTER.sub("", _PARTS_WORDS.sub(" ", HALF_CHARACTER.sub("\ufffd", text)))


def write_time(seconds: float) -> str:
    """A time that `parse_timecode` reads to the millisecond."""
    whole, fraction = divmod(round(seconds * 1000), 1000)
    return f"{format_timecode(whole)}.{fraction:03d}"


def time_tag(seconds: float) -> str:
    """A time as it stands inside a cue."""
    return f"<{write_time(seconds)}>"


def voice_tag(name: str) -> str:
    """What says who speaks, as it stands inside a cue; "" for nobody."""
    bare = " ".join(_ANGLES.sub("", name).split())
    return f"<v {escape_markup(bare)}>" if bare else ""


def escape_markup(text: str) -> str:
    """Plain text so written that `strip_markup` gives it back: nothing in it is taken for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("{", "&lbrace;").replace("\\", "&bsol;")


_OF_PAGES = (
    "html head body title link meta script style div span p br hr a b i u em strong h[1-6] ul ol li dl dt dd "
    "table tr td th thead tbody img video audio source iframe form input button label select option textarea "
    "nav header footer main section article aside pre code blockquote svg canvas"
)
_PAGE_TAG = re.compile(rf"</?(?:{_OF_PAGES.replace(' ', '|')})(?:\s[^<>\n]{{0,200}})?/?>", re.I)
_SPOKEN_TAG = re.compile(
    rf"(?<=[\w.,;:!?'\")] )['\"(]?{_PAGE_TAG.pattern}(?=['\")]?(?:[.,;:!?]|\s+[\w(]))", re.I
)
"""A tag as a word of its own inside a sentence: `then you close the </div> again`."""
_LEAST_SPOKEN, _SPOKEN_SHARE = 2, 0.7


def speaks_of_tags(text: str) -> bool:
    """Whether people speak of the tags of pages in this text, as those do who teach how pages are made."""
    if "<" not in text:
        return False
    spoken = len(_SPOKEN_TAG.findall(text))
    return spoken >= _LEAST_SPOKEN and spoken >= _SPOKEN_SHARE * len(_PAGE_TAG.findall(text))


def is_page_tag(text: str) -> bool:
    """Whether this is a tag of pages."""
    return _PAGE_TAG.fullmatch(text) is not None


_INLINE = re.compile(
    r"<(b|i|u|s|em|strong|small|big|sub|sup|mark|del|ins|q|span|font)(?:\s[^<>\n]{0,200})?>"
    r"([^<>\n]{1,2000})</\1\s*>",
    re.I,
)
_DEEPEST_INLINE = 3


def without_inline_tags(text: str) -> str:
    """The text without tags of emphasis that open and close around words of one line, one in the other too.

    Where people speak of tags it stays as it is.
    """
    if "</" not in text or speaks_of_tags(text):
        return text
    for _ in range(_DEEPEST_INLINE):
        bare = _INLINE.sub(r"\2", text)
        if bare == text:
            break
        text = bare
    return text


_MOST_LETTERS = 200
_SENTENCE_END = re.compile(
    rf"[。！？][」』”’）]?(?=[{UNSPACED}「『“‘（])"  # a closing quote is its sentence's
)
_WALL = re.compile(rf"[{UNSPACED}，、；]{{{_MOST_LETTERS + 1},}}")
_BRICK = re.compile(rf".{{1,{_MOST_LETTERS}}}(?<=[，、；])|.{{1,{_MOST_LETTERS}}}")


def part_sentences(text: str) -> str:
    """The text with a space after each sentence of a script that has none, so that it can be cut there.

    Where 200 letters stand without any end of a sentence, also at a comma, else anywhere.
    """
    if text.isascii():
        return text
    return _WALL.sub(lambda wall: " ".join(_BRICK.findall(wall[0])), _SENTENCE_END.sub(r"\g<0> ", text))


_BLOCK = 1 << 20  # characters


def count_plain_words(text: str) -> int:
    """How many words the text has once tags are gone; counted as `count_words` does."""
    if len(text) <= _BLOCK:
        return count_words(strip_markup(text))
    words = at = 0
    while at < len(text):  # no tag spans two lines
        end = text.find("\n", at + _BLOCK) + 1 or len(text)
        words += count_words(strip_markup(text[at:end]))
        at = end
    return words


def measure_json(text: str) -> str:
    """The JSON object above a text, with the end of its last line; "" where none stands there."""
    head = text[:_MOST_JSON]
    if _BEGINS_JSON.match(head) is None:
        return ""
    try:
        found, end = json.JSONDecoder(strict=False).raw_decode(head)
    except (ValueError, RecursionError):
        return ""
    below = _PROSE.match(head, end)
    known = isinstance(found, dict) and below is not None and _SPOKEN.isdisjoint(map(str.lower, found))
    return head[: head.index("\n", end) + 1] if known else ""


def without_model_tokens(text: str) -> str:
    """The text without what recognisers tell by tokens (`<|en|><|NEUTRAL|><|Speech|>`), also in JSON."""
    return _MODEL_TOKENS.sub(" ", text) if "|>" in text or "|\\u003" in text else text
