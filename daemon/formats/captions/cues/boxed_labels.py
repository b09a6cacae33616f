"""Who speaks in captions with names in brackets and no colon: `[Titus] Come in.`, `(MAN) Who is it?`

What is heard stands the same way (`[sighs] No.`), so a name has to be that of somebody unseen (MAN), or to
recur with words behind it and to be one by which somebody is called elsewhere in the captions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.markup import VOICE_TAG, count_plain_words, strip_markup
from daemon.formats.speakers.names import MAX_NAME_WORDS, is_name, is_note, is_person, is_sound
from daemon.formats.word_account import Reading

_BEFORE = r"(?:<[^<>]{1,40}>|\{\\[^{}]{1,40}\}|[\s\u200b-\u200f\u202a-\u202e♪-]){0,8}"
_BOX = re.compile(rf"({_BEFORE})[\[(]\s{{0,3}}([^\[\]()\n]{{1,40}}?)\s{{0,3}}[\])](?=\s|$|<)(.*)")
_IN_BRACKETS = re.compile(r"[\[(][^\[\]()]*[\])]")
_LEAST_TIMES = 2
_MOST_ALONE = 0.25
"""How often a name stands with words behind it, at least; the share of times that it stands without."""
_LEAST_CALLED = 2
_DENSE_SHARE = 0.4
"""The share of cues with a name from which those that recur need not be called by anybody."""
_OPENING_SHARE, _TIMES_EACH = 0.8, 5
"""The share of cues that begin with a name, and how often each is there on average, where all are named."""


def with_colons(cues: list[Cue], reading: Reading) -> tuple[list[Cue], bool]:
    """The cues, names in brackets written as labels (`[Ann]: text`), and whether there are any."""
    if any(VOICE_TAG.search(cue.text) for cue in cues):
        return cues, False
    known = _names_of_all(cues) or _names_of_some(cues)
    if not known:
        return cues, False
    labelled = [_with_colon(cue, known) for cue in cues]
    # In `[Ann]<i>Come in` the name and the first word were counted as one.
    reading.words_in_file += sum(
        count_plain_words(new.text) - count_plain_words(old.text)
        for old, new in zip(cues, labelled, strict=True)
        if new is not old
    )
    return labelled, True


def _names_of_all(cues: Sequence[Cue]) -> set[str]:
    """The names with which as good as all cues begin, few and again and again, however they are written."""
    openings = Counter(box[2] for cue in cues if (box := _BOX.match(cue.text)) and _is_short(box[2]))
    often = openings.total() >= _OPENING_SHARE * len(cues)
    return set(openings) if often and len(openings) * _TIMES_EACH <= openings.total() else set()


def _is_short(name: str) -> bool:
    return len(name.split()) <= MAX_NAME_WORDS and any(map(str.isalpha, name)) and not is_sound(name)


def _names_of_some(cues: Sequence[Cue]) -> set[str]:
    """The names that are surely somebody's, be they few: who isn't known, and by which people are called."""
    said, alone = Counter[str](), Counter[str]()
    for cue in cues:
        for name, followed in _find_names(cue.lines):
            (said if followed else alone)[name] += 1
    candidates = {name for name, times in said.items() if alone[name] <= _MOST_ALONE * (times + alone[name])}
    unseen = {name for name in candidates if _is_unseen(name)}
    recurring = {name for name in candidates - unseen if said[name] >= _LEAST_TIMES}
    known = unseen | (_find_called(recurring, cues) if recurring else set())
    dense = sum(said[name] for name in unseen | recurring) >= _DENSE_SHARE * len(cues)
    return known | recurring if known and dense else known


def _find_names(lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """What may be names in brackets before the words of lines, and whether words follow, there or below."""
    boxes = [_BOX.match(line) if "[" in line or "(" in line else None for line in lines]
    for at, box in enumerate(boxes):
        if box is None or not (is_name(box[2]) or _is_unseen(box[2])) or is_note(box[2]) or is_sound(box[2]):
            continue
        below = strip_markup(lines[at + 1]).strip() if at + 1 < len(lines) and boxes[at + 1] is None else ""
        yield box[2], bool(strip_markup(box[3]).strip() or below)


def _is_unseen(name: str) -> bool:
    """Whether it is how somebody is named of whom no more is known: MAN, woman 2, Old Man."""
    words = [word for word in name.split() if not word.strip("#").isdigit()]
    return 0 < len(words) <= 2 and is_person(words[-1]) and not is_sound(name)


def _find_called(names: set[str], cues: Sequence[Cue]) -> set[str]:
    """The names by which somebody is called, and that are no other words of the captions."""
    text = " ".join(_IN_BRACKETS.sub(" ", strip_markup(cue.text)) for cue in cues)
    whole = Counter(re.findall(r"[^\W\d_][\w'’-]*", text))
    shouted = sum(map(str.isupper, whole)) * 2 > len(whole)
    return {name for name in names if not shouted and _is_called(name, text, whole)}


def _is_called(name: str, text: str, words: Counter[str]) -> bool:
    last = name.split()[-1].strip(".")
    written = last.title() if last.isupper() else last
    if words[written.lower()] or written.lower() == written or words[written] < _LEAST_CALLED:
        return False
    return re.search(rf"(?:, {re.escape(written)}\b|\b{re.escape(written)}[,!?])", text) is not None


def _with_colon(cue: Cue, known: set[str]) -> Cue:
    """The cue with a colon behind each of these names in brackets; a dash on a line above goes before it."""
    lines: list[str] = []
    for line in cue.lines:
        box = _BOX.match(line) if "[" in line or "(" in line else None
        if box is None or box[2] not in known:
            lines.append(line)
            continue
        before = box[1]
        while lines and not lines[-1].strip(" \xa0-–—"):
            before = f"{lines.pop().strip()} {before}".lstrip()
        lines.append(f"{before}[{box[2]}]: {box[3].lstrip()}")
    return replace(cue, text="\n".join(lines)) if lines != cue.lines else cue
