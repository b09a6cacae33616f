"""The day and the time before each message of a chat, as WhatsApp, Skype and their kin write them.

[12.03.24, 10:15:03] Ann: Good morning
12/03/2024, 10:15 - Ben: Good morning
12/03/2024, 10:16 - Cleo was added
12/03/14, 10:17:08 PM: Ben: Good morning
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from daemon.formats.speakers.names import Likeness, likeness_of
from daemon.formats.word_account import Reading, rewrite_lines

_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?\s?[Mm]\.?)?"
_ZONE = r"(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?"
STAMP = re.compile(
    rf"^[\u200e\u200f]?\s*(?:\[{_DATE},?[\sT]{_CLOCK}{_ZONE}\]\s*|{_DATE},?[\sT]{_CLOCK}{_ZONE}:?\s(?:[-–]\s)?)"
    r"[\u200e\u200f]?(?:~\s?)?"
    r"(?=\S.{0,60}?:\s)",
    re.ASCII,
)
"""What stands before a message: the day and the time of the clock."""
_SYSTEM = re.compile(
    rf"\s*(?:{_DATE},?\s{_CLOCK}\s[-–]\s(?!\S.{{0,60}}?:(?:\s|$))|\[{_DATE},?\s{_CLOCK}\]\s\*\*\*\s)",
    re.ASCII,
)
"""What WhatsApp and Skype themselves say in a chat: who came, who left."""
_IN_PLACE = re.compile(
    r"(.{1,60}?:\s)(?:<[^\s<>]+\s[^<>]{1,60}>|null|Missed (?:voice|video) call"
    r"|\w{3,12}(?:\s\w{4,8})?\s(?:omitted|weggelassen|ausgeschlossen|omitid[oa]|absente?|omise?|omess[oa]"
    r"|ocultad[oa]|weggelaten)"
    r"|(?i:messages (?:and calls|to this)|nachrichten und anrufe|nachrichten in diesem|(?:los )?mensajes y"
    r"|(?:les )?messages et|(?:as )?mensagens e|i messaggi e|berichten en)\s.{0,80}"
    r"(?i:end-to-end|ende-zu-ende|extremo a extremo|bout en bout|ponta a ponta).{0,200}"
    r"|\S.{0,120}\((?:file attached|Datei angehängt|archivo adjunto|fichier joint|arquivo anexado"
    r"|file allegato|bestand bijgevoegd)\)"
    r"|(?:This message was deleted|You deleted this message|Diese Nachricht wurde gelöscht"
    r"|Du hast diese Nachricht gelöscht|Se eliminó este mensaje|Eliminaste este mensaje"
    r"|Ce message a été supprimé|Vous avez supprimé ce message|Mensagem apagada|Você apagou esta mensagem"
    r"|Questo messaggio è stato eliminato|Hai eliminato questo messaggio|Dit bericht is verwijderd)\.?)"
)
"""What WhatsApp writes in the place of a message: `Ann: <Media omitted>`, `Ann: image omitted`."""
_BEHIND = re.compile(r"\s?<[^\s<>]+\s[^<>]{4,60}>$")
"""What it writes behind one: `<This message was edited>`."""
_NAME = re.compile(r"([^\s\[\]:][^\[\]:]{0,60}?):(?=\s)")
_LIKE_NAMES = (Likeness.SURE, Likeness.NAME, Likeness.LETTER, Likeness.ODD, Likeness.LISTED, Likeness.ROLE)
_LEAST = 2
_LONGEST = 200  # characters in which a stamp and a name stand


def without_stamps(lines: list[str], reading: Reading) -> list[str]:
    """The lines, where several are stamped, without the stamps and what the service itself says; booked."""
    stamped = {at: match for at, line in enumerate(lines) if (match := STAMP.match(line[:_LONGEST]))}
    if len(stamped) < _LEAST:
        return lines
    own = {at: "" for at, line in enumerate(lines) if _SYSTEM.match(line[:_LONGEST])}
    lines = rewrite_lines(lines, own, reading, "notice")
    said = {at: lines[at][match.end() :] for at, match in stamped.items() if at not in own}
    if all(map(_is_named, said.values())):  # be it that somebody wrote once, or nothing but an address
        said = {at: _NAME.sub(r"[\1]:", line, count=1) for at, line in said.items()}
    return _without_notes(rewrite_lines(lines, said, reading, "timing"), said, reading)


def _is_named(line: str) -> bool:
    """Whether a message begins with what is like a name."""
    found = _NAME.match(line)
    return found is not None and likeness_of(found[1]) in _LIKE_NAMES


def _without_notes(lines: list[str], labelled: Iterable[int], reading: Reading) -> list[str]:
    """The lines of a chat, of which those with a label lose what the service writes for a picture.

    The label stays: the words below a picture are its sender's.
    """
    written = {at: match[1] for at in labelled if (match := _IN_PLACE.fullmatch(lines[at]))}
    edited = {at: _BEHIND.sub("", lines[at]) for at in labelled if at not in written}
    written |= {at: line for at, line in edited.items() if line != lines[at]}
    return rewrite_lines(lines, written, reading, "notice")
