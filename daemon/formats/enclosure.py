r"""What stands around a whole text as pages, chats and forums show what was pasted: `<pre>`, fences, `.

Programs print a text as a string, with quotes around it and `\n` for the ends of its lines; servers send
JSON in pieces, each a line of its own: `data: {"text": "Hello."}`.
"""

from __future__ import annotations

import html
import json
import re

from daemon.formats.services.values.printed import json_of_objects

_OPENING_TAG = re.compile(
    r"\s*(?P<around><div\b[^<>]{0,200}>\s*(?=<pre\b))?<(?P<name>pre|code|samp|xmp)\b[^<>\n]{0,200}>[ \t]*\n?",
    re.I,
)
_OPENING_FENCE = re.compile(
    r"\s*(?P<fence>`{3,}|~{3,})[ \t]?(?:[a-z][a-z0-9+.-]{0,15}|[A-Z]{2,8})?[ \t]*\n", re.ASCII
)
_CLOSING_FENCE = re.compile(r"\n[ \t]*(?:`{3,}|~{3,})\s*\Z|(?<=\S)(?:`{3,}|~{3,})\s*\Z")
_MADE = re.compile(
    r"\s*(?:here(?:['’]s|\sis|\sare)|below\sis|sure|certainly|of\scourse|absolutely"
    r"|hier\s(?:ist|sind)|gerne|natürlich|voici|bien\ssûr|aquí|claro|ecco|certo|aqui\sestá)\b"
    r"(?:(?!\n[ \t]*`{3})[\s\S]){0,300}?:\s*?\n\s*?(?=`{3})",
    re.I,
)
"""What a chat program says before what it made, which stands in a fence below: `Here is the transcript:`."""
_EVENT = re.compile(r"\s*(?:event:[^\n]{0,200}\n(?:id:[^\n]{0,200}\n)?)?data: ?\{")
_LINE_OF_EVENT = re.compile(r"data: ?[\[{]|(?:event|id|retry)?:")
"""A line of events as servers send them: `data: {"text": "Hello."}`."""
_CODE = re.compile(
    r"\s*(?:/\*[^*]{0,80}\*/\s*)?(?:(?:export\s)?\s*(?:const|let|var)\s[\w$]{1,60}(?:\s?:\s?[\w<>\[\]]{1,60})?\s?="
    r"|export\sdefault|(?:window|module)[\w$.\[\]'\"]{0,80}\s?=|(?P<call>[\w$.]{1,80}\()|\)\]\}'?,?)\s*(?=[\[{]\s*[\"'{\[])"
)
"""What stands before JSON in the code of a page."""
_MOST_REMARKS = 600  # characters
_MOST_LAYERS = 4
_HEAD, _TAIL = 600, 100  # characters in which a layer begins and ends
_ESCAPED_END = re.compile(r"(?<=[^\s\\:])\\[nN](?=\S)|(?<=\S)\\[nN]\s*\Z|(?<=\\n)\\n")
r"""The end of a line as a string has it; `\n` between spaces is spoken of, and behind `C:` is a path."""
_SURE_END = re.compile(r"(?<=[.?!,…])\\[nN]|\\n(?![a-zà-ÿ])|\\N(?=[A-Z][a-z])")
r"""One that is no path's: in `share\new\names` a letter stands on either side."""
_LEAST_ENDS = 2
_ESCAPED = re.compile(r"\d\s?--&gt;\s?\d|\A\s*&lt;")


def without_enclosure(text: str) -> str:
    """The text without the tags or fences that begin before all of it and end behind all of it."""
    for _ in range(_MOST_LAYERS):
        inner = _open_layer(text)
        if inner is None:
            break
        text = inner
    return text


def without_remarks(text: str) -> str:
    """The one fence that a chat program put what it made into, without what it said before and behind it."""
    before = _MADE.match(text[:_HEAD])
    if before is None or text.count("```") != 2:
        return text
    end = text.rfind("\n```") + len("\n```")
    alone = text[end : end + 1].isspace() or end == len(text)
    return text[before.end() : end] if alone and len(text) - end <= _MOST_REMARKS else text


def _open_layer(text: str) -> str | None:
    """What the outermost layer holds; None where none is around all of the text."""
    head = text[:_HEAD].lstrip()[:1]
    if head == "<":
        return _without_tag(text)
    if head == '"':
        return _without_quotes(text)
    if head in ("`", "~"):
        return _without_fence(text)
    if _EVENT.match(text[:_HEAD]):
        return _without_events(text)
    return _without_code(text) or json_of_objects(text)


def with_escaped_ends(text: str, end: str) -> str:
    r"""The text with this for `\n`, where it ends lines again and again, surely once, and no other `\` is."""
    if "\\" not in text or _SURE_END.search(text) is None:
        return text
    ends = len(_ESCAPED_END.findall(text))
    return _ESCAPED_END.sub(end, text) if _LEAST_ENDS <= ends == text.count("\\") else text


def _without_quotes(text: str) -> str | None:
    """What a string of JSON says, if it has several lines."""
    if "\\n" not in text:
        return None
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return held if isinstance(held, str) and "\n" in held else None


def _without_events(text: str) -> str | None:
    """The JSON that a server sent piece by piece, an object a line; None where other lines are among it."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not all(map(_LINE_OF_EVENT.match, lines)):
        return None
    data = [line.removeprefix("data:") for line in lines if line.startswith("data:")]
    return "\n".join(one for one in data if one.strip() != "[DONE]")


def _without_code(text: str) -> str | None:
    """The JSON that a program's code gives a name, or hands over: `const talk = […];`, `show({…})`."""
    opening = _CODE.match(text[:_HEAD])
    if opening is None:
        return None
    inner = text[opening.end() :].rstrip().removesuffix(";").rstrip()
    if opening["call"]:
        inner = inner.removesuffix(")").rstrip()
    return inner if inner.endswith(("]", "}")) else None


def _without_tag(text: str) -> str | None:
    """What stands between a tag and its end; a `<pre>` that has none holds all that follows."""
    opening = _OPENING_TAG.match(text[:_HEAD])
    if opening is None:
        return None
    ends = list(re.finditer(rf"</{opening['name']}\s*>", text, re.I))
    if len(ends) > 1 or (not ends and opening["name"].lower() != "pre"):
        return None
    end = ends[0].start() if ends else len(text)
    behind = text[ends[0].end() :].strip().lower() if ends else ""
    if behind not in ("", "</div>"):
        return None
    inner = text[opening.end() : end]
    return html.unescape(inner) if _ESCAPED.search(inner) else inner


def _without_fence(text: str) -> str | None:
    """What stands between two fences; one that is never closed holds all that follows."""
    opening = _OPENING_FENCE.match(text[:_HEAD])
    if opening is None:
        return _without_ticks(text)
    if text.count(opening["fence"][:3], opening.end()) > len(opening["fence"]) // 3:
        return None
    closing = _CLOSING_FENCE.search(text, max(opening.end() - 1, len(text) - _TAIL))
    if closing is None and text.find(opening["fence"][:3], opening.end()) >= 0:
        return None
    return text[opening.end() : closing.start() if closing else len(text)] + "\n"


def _without_ticks(text: str) -> str | None:
    """What stands between two ticks that are alone in a text of several lines."""
    bare = text.strip()
    alone = bare.count("`") == 2 and bare[0] == bare[-1] == "`" and "\n" in bare
    return bare[1:-1] if alone else None
