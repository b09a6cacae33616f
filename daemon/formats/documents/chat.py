"""CHAT (.cha), as CLAN and TalkBank write it: `*CHI:` lines are speech, `%` tiers and `@` lines are not."""

from __future__ import annotations

import re

from daemon.formats.days import find_day
from daemon.formats.word_account import Reading, order_span
from daemon.text.transcript import Segment, count_words

KIND = "chat"

_SPEECH = re.compile(r"\*([^\s:]{1,20}):\s+(.*)", re.S)
_TIME = re.compile(r"\s*[\x15•]?(?:%\w{3}:\"[^\"\n]{1,99}\"_)?(\d{1,10})_(\d{1,10})[\x15•]?\s*$", re.ASCII)
_INTERPOSED = re.compile(r"(?<!\S)&\*([^\s:]{1,20}):(\S+)")
"""What somebody else says within a turn: `&*MOT:yeah`."""
_LANGUAGE = re.compile(r"@Languages:\s*([a-z]{2,3})\b")
_MARKUP = re.compile(
    r"\+[\"/.<^,?!]+(?=\s|$)|(?<!\S)\+[<^,+\"≈≋](?=\s|\S)"  # +..., +/., +<
    r"|(?<!\S)(?:&=|0|&[{}][ln]=)\S*"  # &=laughs, &{l=laughs, and what was not said
    r"|[<>‹›‡„↑↓⁎⌈⌉⌊⌋]|\((?:\.+|(?:\d{1,2}:)?\d{1,3}\.\d{0,3})\)"
)
_REMARK = re.compile(r"\[[^\[\]]*\]")  # [//], [= laughs], [* s:r]
_OVERLAP_NUMBER = r"(\d)(?!\d|[.,:]\d)"
_OPENED = re.compile(f"[⌈⌊]{_OVERLAP_NUMBER}", re.ASCII)
_CLOSED = re.compile(f"[⌉⌋]{_OVERLAP_NUMBER}", re.ASCII)
"""The marks of what is said at once, with the number by which both sides belong together: `⌈2 yes ⌉2`."""
_SOUND = re.compile(
    r"(?<=[^\W\d_])(?:\^(?=[^\W\d_])|:+(?=[^\W\d_(]|[\s.?!,]|$))"
    r"|(?<!\d)°|[↗↘⇗⇘≈≋≠∆∇◉▁▔☺♋∬∮ˈˌ]"
)
"""How a word sounds: its syllables lengthened (`m:hm`) or apart (`ba^nanas`), its pitch, its loudness."""
_PREFIX = re.compile(r"(?<!\S)&[-+~]?(?=\w)")
_SPLIT_END = re.compile(r"\s+([.?!])(?=\s|$)")
_SUFFIX = re.compile(r"(?<=[\w)])@\w{1,3}(?::\w+(?:[&+]\w+)*)?(?=\W|$)")
"""What is told of a word, as of which language it is: `perro@s:spa`, `no@s:eng&spa`."""
_SHORTENED = re.compile(r"(?<=\w)\((\w+)\)|\((\w+)\)(?=\w)")


def looks_like(text: str, extension: str) -> bool:
    """Whether it has CHAT's first lines and a line of speech."""
    head = text.lstrip()[:5000]
    return head.startswith(("@UTF8", "@Begin", "@Font", "@Window", "@PID")) and "\n*" in text


def parse(text: str) -> Reading:
    """Read the lines of speech, each under the code of its speaker."""
    reading = Reading(count_words(text))
    for line in _join_lines(text):
        if line.startswith("@Date:"):
            reading.recorded = find_day(line)
        if line.startswith("@") and (found := _LANGUAGE.match(line)):
            reading.language = found[1]
        spoken = _SPEECH.match(line)
        if spoken is None:
            reading.drop("annotation" if line.startswith("%") else "header", count_words(line))
            continue
        _read_speech(line, spoken, reading)
    return reading


def _join_lines(text: str) -> list[str]:
    """The lines, those that a tab continues joined to the one above."""
    out: list[list[str]] = []
    for line in text.split("\n"):
        if line.startswith(("\t", " ")) and out:
            out[-1].append(line.strip())
        elif line.strip():
            out.append([line])
    return [" ".join(parts) for parts in out]


def _read_speech(line: str, spoken: re.Match[str], reading: Reading) -> None:
    said = " ".join(spoken[2].split())
    time = _TIME.search(said)
    start, end = (int(time[1]) / 1000, int(time[2]) / 1000) if time else (None, None)
    said = said[: time.start()] if time else said
    kept = _divide_turn(spoken[1], _REMARK.sub(" ", _without_overlap_numbers(said)))
    reading.book_markup(line, " ".join(text for _, text in kept))
    for who, text in kept:
        reading.segments.append(Segment(text, *order_span(start, end), who))


def _without_overlap_numbers(said: str) -> str:
    """A turn without the numbers beside the marks of what is said at once, where both sides have them."""
    numbers = {*_OPENED.findall(said)} & {*_CLOSED.findall(said)}
    for mark in (_OPENED, _CLOSED):
        said = mark.sub(lambda found: " " if found[1] in numbers else found[0], said)
    return said


def _divide_turn(speaker: str, said: str) -> list[tuple[str, str]]:
    """What is said in a turn, and by whom: somebody else may put in a word before its end mark."""
    own, *others = _INTERPOSED.split(said)
    parts = [(speaker, _clean_words(own))]
    for who, word, then in zip(others[::3], others[1::3], others[2::3], strict=True):
        parts += [(who, _clean_words(word)), (speaker, _clean_words(then))]
    kept = [(who, text) for who, text in parts if any(map(str.isalnum, text))]
    last = max((at for at, (who, _) in enumerate(kept) if who == speaker), default=None)
    end = parts[-1][1]
    if last is not None and not any(map(str.isalnum, end)):
        kept[last] = (speaker, kept[last][1] + end)
    return kept


def _clean_words(said: str) -> str:
    """The words alone, as they are written elsewhere."""
    kept = _SUFFIX.sub("", _PREFIX.sub("", _MARKUP.sub(" ", said)))
    kept = " ".join(_SHORTENED.sub(r"\1\2", _SOUND.sub("", kept)).split())
    return " ".join(_SPLIT_END.sub(r"\1", kept).replace("_", " ").split())
