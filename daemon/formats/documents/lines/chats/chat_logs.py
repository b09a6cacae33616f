"""The logs of IRC and its kin: who writes in angle brackets, what people do, who comes and goes.

[10:02:11] <ann> hello              10:02 <@ann> hello              2024-05-01 10:02:11  ann  hello
[10:02:31] * ann waves              10:03 -!- carl [~c@host] has joined #garden
"""

from __future__ import annotations

import re
from collections import Counter

from daemon.formats.speakers.labels import HTML_TAGS
from daemon.formats.speakers.names import is_sound
from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

_DAY = r"(?:\d{4}-\d\d-\d\d|[A-Z][a-z]{2} \d{1,2})[ T]"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?"
_ZONE = r"(?:Z|[+-]\d\d:?\d\d)?"
_STAMP = rf"\s*(?:[\[(]?(?P<day>{_DAY})?(?P<clock>{_CLOCK}){_ZONE}[\])]?\s{{1,9}})?"
_NICK = r"[@+%~& ]?(?P<nick>[^\W\d][\w.|`^{}\[\]\\-]{0,29}|[`^{}|\[\]\\][\w.|`^{}\[\]\\-]{1,29})"
_IN_BRACKETS = _NICK.replace(r"[^\W\d][\w.|`^{}\[\]\\-]{0,29}", r"[^\W\d][^\s<>=\":@]{0,79}")
"""`PL/T3_(Acme)`: in angle brackets a name is whole."""
_MESSAGE = re.compile(rf"{_STAMP}[*_]{{0,3}}\\?<{_IN_BRACKETS}\\?>[*_]{{0,3}}(?=.)", re.ASCII)
"""`<ann> hello`, and `**\\<ann>** hello` in Markdown."""
_IN_COLUMNS = re.compile(rf"{_STAMP}(?:\t|(?<=\t)){_NICK}\t", re.ASCII)
"""`2024-05-01 10:02:11	ann	hello`, as WeeChat keeps it."""
_BEFORE_COLON = re.compile(rf"(?=[\[(\d]){_STAMP}{_NICK}:(?=\s)", re.ASCII)
"""`[10:02:11] ann: hello`, which is a log where somebody does something, too."""
_ACTION = re.compile(rf"{_STAMP}(?:\*\s{{1,3}}|\*\*\*){_NICK}(?=\s)", re.ASCII)
_NOTICE = re.compile(
    rf"{_STAMP}(?:(?:\*\*\*|-!-|-->|<--|--|==)\s|\*\s{{1,3}}(?:"
    r"(?:Joins|Parts|Quits|Disconnected|Topic|Now talking|Users|Set by)\b"
    r"|\S{1,40}\s(?:\([^()\s]{1,80}\)\s)?(?:has (?:joined|left|quit)|joined the channel"
    r"|sets mode|is now known as|changes topic)\b)"
    r"|\S{1,40} has (?:joined|left) the room)"
    r"|\s*(?:Session (?:Start|Ident|Close|Time):|---\s(?:Log|Day)\s|\*{4}\s(?:BEGIN|ENDING)\s)",
    re.ASCII,
)
_COMES = re.compile(
    r"(?:(?:-!-|\*\*\*|-->|\* Joins:)\s{1,3}(\S{1,40})\s|\*\s{1,3}(\S{1,40}) .{0,80}has joined)"
)
_ROUND = str.maketrans("[]", "()")
_CLOSING_TAG = re.compile(r"</([^\s<>]{1,80})>")
_TAG = re.compile(r"<([^\s<>]{1,80})>")
_LEAST, _SHARE = 2, 0.3
"""How many lines, and which share of them, are messages where a text is a log."""
_LOOKED_AT = 200  # characters


def read_chat_log(lines: list[str], reading: Reading) -> list[str]:
    """The lines, each message and what somebody does with a label; who comes and goes is booked."""
    for form in (_MESSAGE, _IN_COLUMNS, _BEFORE_COLON):
        found = {at: message for at, line in enumerate(lines) if (message := form.match(line[:_LOOKED_AT]))}
        if _is_log(lines, found, Counter(message["nick"] for message in found.values())):
            break
    else:
        return lines
    known = {message["nick"] for message in found.values()}
    known |= {comes[1] or comes[2] for line in lines if (comes := _COMES.search(line[:_LOOKED_AT]))}
    out: list[str] = []
    for at, line in enumerate(lines):
        if at not in found and _NOTICE.match(line[:_LOOKED_AT]):
            reading.drop("notice", count_words(line))
            out.append("")
            continue
        action = _ACTION.match(line[:_LOOKED_AT])
        if action and action["nick"] in known:
            said = f"{action['nick']} {line[action.end() :].strip()}"
            out.append(_with_label(action, line, said, reading))
        elif message := found.get(at):
            out.append(_with_label(message, line, line[message.end() :].strip(), reading))
        else:
            out.append(line)
    return out


def _is_log(lines: list[str], found: dict[int, re.Match[str]], nicks: Counter[str]) -> bool:
    """Whether these messages are many among the lines, of people who write again, and no line is markup."""
    if len(found) < _LEAST or not any(count > 1 for count in nicks.values()):
        return False
    if len(found) < _SHARE * sum(line.strip() != "" for line in lines) and not _are_typed(
        lines, found, nicks
    ):
        return False
    closed = {tag for line in lines if "</" in line for tag in _CLOSING_TAG.findall(line)}
    tags = {nick.rstrip("/").partition(".")[0] for nick in nicks}  # <c.yellow>peas</c>
    tagged = any(tag.casefold() in HTML_TAGS or tag in closed for tag in tags)
    form = next(iter(found.values())).re
    if form is _BEFORE_COLON:
        actions = (_ACTION.match(line[:_LOOKED_AT]) for line in lines if "*" in line[:_LOOKED_AT])
        return any(action["nick"] in nicks for action in actions if action and action["clock"])
    dated = form is not _IN_COLUMNS or all(message["day"] for message in found.values())
    return dated and not tagged


def _are_typed(lines: list[str], found: dict[int, re.Match[str]], nicks: Counter[str]) -> bool:
    """Whether minutes note what several people typed, whose names stand before it and nowhere else."""
    again = [nick for nick, count in nicks.items() if count > 1 and not is_sound(nick)]
    if len(again) < _LEAST or next(iter(found.values())).re is not _MESSAGE:
        return False
    written = Counter(tag for line in lines if "<" in line for tag in _TAG.findall(line))
    return all(written[nick] == nicks[nick] for nick in again)


def _with_label(head: re.Match[str], line: str, said: str, reading: Reading) -> str:
    """What somebody says, behind the name and the time, unless that is of a day; marks are booked."""
    nick = head["nick"]
    nick = nick[1:-1] if nick[0] == "[" and nick[-1] == "]" else nick
    nick = nick.translate(_ROUND)  # ann[m]: a bracket that stays open would hold the lines below
    time = f"[{head['clock']}] " if head["clock"] and not head["day"] else ""
    written = f"{time}[{nick}]: {said}".rstrip()
    reading.book_markup(line, written)
    return written
