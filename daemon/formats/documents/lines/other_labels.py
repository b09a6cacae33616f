"""Labels in notations of their own, written as people write them: a column of Q and A, parliaments' dashes.

Q    When does the wharf reopen?          Ann Berg (PPE). – Madam President, …
A    In June.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from daemon.formats.speakers.evidence import QUESTION_AND_ANSWER
from daemon.formats.speakers.labels import find_label_in
from daemon.formats.speakers.names import (
    MAX_NAME_WORDS,
    Likeness,
    has_title,
    is_in_capitals,
    is_note,
    is_office_in_capitals,
    is_person,
    likeness_of,
)
from daemon.formats.speakers.offices import names_office
from daemon.formats.word_account import Reading, rewrite_lines
from daemon.text.names.likeness import is_common_name

_LETTER = re.compile(r"\s*([QA])(?:\t|\s{2,})\s*(?=\S)")
"""Who asks and who answers, in a column, as briefings and courts print it."""
_NARROW_LETTER = re.compile(r"\s*([QA])\s(?=[\"“]?[^\W\d_a-z])")
"""The same with one space, which most copies leave of the column."""
_LETTER_AND_POINT = re.compile(r"(\s*)([^\W\d_])\.\s+(?=[\"“„«¿]?[^\W\d_a-z])")
_ASKED_SHARE = 0.6
"""The share of lines with a question among those that begin with the letter of who asks."""
_CIRCLED = re.compile(
    r"\s*[○◯〇](?:([^\s：:、。]{1,30}(?: [^\s：:、。]{1,30}){1,3})[\u3000 ]{2,9}"
    r"|([^\s：:、。]{2,40})[\u3000 ]\s*)(?=\S)"
)
"""Who speaks in the minutes of parliaments: `○山田太郎君　お答えします。`, `○위원장 김철수  네.`"""
_DOT_AND_DASH = re.compile(r"\s*([^\W\d_][^:!?–—]{2,100}?)\.(?:\s[-–—]\s|[–—]\s?)(?=\S)")
"""Who speaks in the record of the European Parliament: `Ann Berg (PPE). – Madam President, …`

And in old ones of others: `Mr. BERG.—I rise to …`
"""
_CAPITALS_AND_DASH = re.compile(r"\s*([^\W\d_][^:!?–—()]{2,60}?(?:\s?\([^()]{2,80}\))?)\s[-–—]\s(?=\S)")
"""Who speaks in those of Brazil and Turkey: `O SR. SILVA (PL - SP) - …`, `AYŞE YILMAZ (İzmir) – …`"""
_TITLE_AND_DASH = re.compile(
    r"\s*([^\W\d_][^:!?–—()]{2,60}?(?:\s?\([^()\d]{2,80}\))?)"
    r"(?:\s?\((\d{1,2})[.:](\d{1,2})(\s?(?i:[ap]\.?m\.?))?\))?"
    r"\s?—(?:\s?(?=[^\W_a-z]|[\"“‘'($£€])|(?<=[^\W\d_a-z]{2}—)(?=\S))"
)
"""Who speaks in those of Australia, perhaps with a time: `Mr BERG (Hill) (2.03 pm)—I rise to …`"""
_DASH = re.compile(r"[-–—](?:\s|(?<=[\w.)][–—]))")
_BEFORE_WIDE_SPACE = re.compile(
    r"\s*([\u3040-\u30ff\u3400-\u9fff々A-Z]{1,10})(?:\u3000+|[ ]{2,9})(?=[^\s\u3000])"
)
_CODE_BEFORE_WIDE_SPACE = re.compile(r"\s*([A-Z][A-Z0-9-]{1,7})[ ]{2,9}(?=\S)", re.ASCII)
"""The same with initials or a code: `TAG   Thank you.`, `HOT-1   flaps five` of a cockpit."""
_SMALL_ROLE = re.compile(r"\s*\[([a-z]{3,20}(?:_[a-z]{3,20}){0,2})\]\s+(?=\S)")
"""`[doctor] text`, `[patient_guest] text`, as collections of talks name who speaks."""
_ROLES = frozenset(
    "doctor patient clinician nurse physician therapist client counselor counsellor guest host agent "
    "customer user assistant mother father parent family wife husband son daughter teacher student".split()
)
_ROLES_SHARE = 0.8
_LEAST_SPACED, _SPACED_SHARE, _OFTEN_SHARE = 3, 0.5, 0.6
"""Lines that begin with a name before a wide space, their share of all, and the share of those with names
that come again: a verse has such spaces, too."""
_LONGEST_PARTICLE = 3  # letters: van, der, 't
_LEAST_DASHED, _DASHED_SHARE = 3, 0.2
"""How many lines, and which share of them, begin with a name before a dash where such are labels."""
_ANSWERED = re.compile(r"(.*?[?.])\s?---(?=[^\s-])(.*)")
"""What a witness answers behind dashes, as Australia's courts print it: `Where was that?---In Perth.`"""
_LEAST_ANSWERED, _ANSWERED_SHARE = 3, 0.2
_SAYS = re.compile(
    r"(\s*[*_]{0,2})([^\W\d_]{2,30}(?: [^\W\d_]{2,30}){0,2}) (?:says|said|asks|asked|replies|replied)"
    r"([*_]{0,2}:[*_]{0,2}(?=\s)(?!\s{1,3}[\"“„«»‘']))"
)
"""`Ann says: text`, which is nobody's label where a quotation follows."""
_SAID_SHARE = 0.7
"""The share of lines that begin with one of those names from which nobody else speaks."""
_TIMED_TOKENS = re.compile(r"<\|(\d{1,6}\.\d{1,3})\|>([^<]{1,2000})<\|(\d{1,6}\.\d{1,3})\|>", re.ASCII)
_RULED = re.compile(
    r"^[ \t]{0,9}([-=~*_]{2,20})[ \t]*((?:[^\s\d][^\n]{0,60}?[ \t])?[\[(]?\d{1,2}:\d\d(?::\d\d)?[\])]?"
    r"(?:[ \t][^\W\d][^\n]{0,60}?)?)[ \t]*\1[ \t]*$",
    re.M | re.ASCII,
)
"""A time, perhaps beside a name, between two rules: `=== Ann (00:03) ===`, `--- [00:03] Speaker 1 ---`."""
_FOLLOWED = re.compile(
    r"^Play video starting at \S{1,12} and follow transcript(\d{1,2}:\d\d(?::\d\d)?)[ \t]*$", re.M | re.ASCII
)
"""What Coursera's page says to the blind before each time."""
_PRINTED = re.compile(
    r"^[ \t]{0,9}start=(\d{1,6}(?:\.\d{1,6})?)s? (?:stop|end)=(\d{1,6}(?:\.\d{1,6})?)s? "
    r"(?:speaker[_=](?=[^\W\d]))?(\S{1,40}?):?(?:[ \t]+(?=\S)|[ \t]*$)",
    re.M | re.ASCII,
)
"""`start=0.2s stop=1.5s speaker_SPEAKER_00 text`, as programs print it."""
_LONG_FRACTION = re.compile(r"(?<![\d:])(\d{1,2}:\d\d:\d\d\.\d{3})\d{1,6}(?!\d)", re.ASCII)
"""A time as Python prints it: `0:00:03.500000`."""
_FINE_SECONDS = re.compile(r":\d\d\.\d{4}", re.ASCII)
_DIARISED = re.compile(
    r"^[ \t]{0,9}(\[\s?\d{1,2}:\d\d:\d\d\.\d{1,3} -->\s{1,2}\d{1,2}:\d\d:\d\d\.\d{1,3}\s?\])"
    r"[ \t]+(?:[A-Z]{1,3}[ \t]+)?(SPEAKER_\d{1,3}):?(?:[ \t]+(?=\S)|[ \t]*$)",
    re.M | re.ASCII,
)
"""`[ 00:00:01.123 -->  00:00:04.500] A SPEAKER_00`, as pyannote prints who speaks when."""
_TRANSANA = re.compile(r"¤<(\d{1,9})>\s?", re.ASCII)
_TOKEN = re.compile(r"<\|[\w.]{1,40}\|>")
"""What a recogniser writes for itself."""
_FORUM_MARK = re.compile(r"\[/?(?:b|i|u|color|size|quote)(?:=[^\[\]\n]{0,30})?\]|\'{3}", re.I)
_WIKI_BOLD = "'''"
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|\n]{1,80}\|)?([^\[\]|\n]{1,80})\]\]")
_WIKI_INDENT = re.compile(r"^:{1,5}[ \t]?(?=\S)", re.M)
_LEAST_MARKS, _LOOKED_AT = 4, 5000  # marks, and characters in which they stand
_LEAST = 2
_LONGEST = 200  # characters in which a label stands


def as_labels(lines: list[str], reading: Reading) -> list[str]:
    """The lines, those that begin in one of these notations with a label; what says no name is booked."""
    lines = _part_answers(_letters_before_points(lines, reading), reading)
    lines = _names_before_dashes(_names_that_say(lines, reading), reading)
    for form in (_LETTER, _NARROW_LETTER, _CIRCLED):
        found = dict(_rewrite_labels(lines, form))
        if form is _NARROW_LETTER:
            found = _only_pairs(found)
        if len(found) >= _LEAST:
            lines = rewrite_lines(lines, found, reading, "timing")
    return _names_before_wide_spaces(_small_roles(lines, reading), reading)


def _small_roles(lines: list[str], reading: Reading) -> list[str]:
    """The lines, `[doctor] text` with a label, where nearly all begin so and the roles come again."""
    found = {
        at: match
        for at, line in enumerate(lines)
        if (match := _SMALL_ROLE.match(line)) and any(map(_is_role, match[1].split("_")))
    }
    roles = {match[1] for match in found.values()}
    filled = sum(line.strip() != "" for line in lines) if found else 0
    if not _LEAST <= len(roles) < len(found) or len(found) < _ROLES_SHARE * filled:
        return lines
    written = {at: f"[{match[1]}]: {lines[at][match.end() :]}" for at, match in found.items()}
    return rewrite_lines(lines, written, reading, "speaker")


def _is_role(word: str) -> bool:
    """Whether somebody is named by his part in a talk; no sound, no language."""
    return word in _ROLES or is_person(word)


def _names_before_wide_spaces(lines: list[str], reading: Reading) -> list[str]:
    """The lines, `田中　こんにちは。` with a label, where most lines begin so and the names come again."""
    found = {
        at: match
        for at, line in enumerate(lines)
        if (match := _match_before_wide_space(line[:_LONGEST])) and not is_note(match[1])
    }
    names = Counter(match[1] for match in found.values())
    filled = sum(line.strip() != "" for line in lines)
    often = sum(count for count in names.values() if count > 1)
    if len(names) < _LEAST or len(found) < max(_LEAST_SPACED, _SPACED_SHARE * filled):
        return lines
    if often < _OFTEN_SHARE * len(found):
        return lines
    written = {at: f"[{match[1]}]: {lines[at][match.end() :]}" for at, match in found.items()}
    return rewrite_lines(lines, written, reading, "speaker")


def _match_before_wide_space(line: str) -> re.Match[str] | None:
    code = _CODE_BEFORE_WIDE_SPACE.match(line)
    return code if code or line.isascii() else _BEFORE_WIDE_SPACE.match(line)


def _letters_before_points(lines: list[str], reading: Reading) -> list[str]:
    """The lines, `F. Where?` and `A. Here.` of other languages than English with colons for the points.

    Each letter of a pair has to begin several lines, and the first of them most questions.
    """
    found = {
        at: match[2]
        for at, line in enumerate(lines)
        if ". " in line[:_LOOKED_AT] and (match := _LETTER_AND_POINT.match(line))
    }
    if len(found) < _LEAST + _LEAST:
        return lines
    for one, other in QUESTION_AND_ANSWER:
        asked = [at for at, letter in found.items() if letter == one]
        answered = [at for at, letter in found.items() if letter == other]
        questions = sum("?" in lines[at] for at in asked)
        asks = questions >= max(_LEAST, _ASKED_SHARE * len(asked))
        if (one, other) != ("Q", "A") and asks and len(answered) >= max(_LEAST, len(asked) / 2):
            both = [*asked, *answered]
            written = {at: _LETTER_AND_POINT.sub(r"\1\2: ", lines[at], count=1) for at in both}
            return rewrite_lines(lines, written, reading, "timing")
    return lines


def _part_answers(lines: list[str], reading: Reading) -> list[str]:
    """The lines, answers behind three dashes on lines of their own with the letter of who answers."""
    found = {
        at: match for at, line in enumerate(lines) if "---" in line and (match := _ANSWERED.fullmatch(line))
    }
    filled = sum(line.strip() != "" for line in lines)
    if len(found) < max(_LEAST_ANSWERED, _ANSWERED_SHARE * filled):
        return lines
    asked = sum(match[1].endswith("?") for match in found.values())
    if asked * 2 < len(found) or all(_names_asker(match[1]) for match in found.values()):
        return lines  # somebody's dashes: who asks in court isn't named each time
    asked_at = {_begin_question(lines, found, at) for at in found}
    out: list[str] = []
    for at, line in enumerate(lines):
        asked, *answers = found[at].groups() if at in found else (line,)
        unnamed = at in asked_at and not _names_asker(asked)
        pieces = [f"[Q]: {asked.lstrip()}" if unnamed else asked, *(f"[A]: {answer}" for answer in answers)]
        reading.book_markup(line, "\n".join(pieces))
        out += pieces
    return out


def _names_asker(asked: str) -> bool:
    """Whether a question begins with the label of who asks it."""
    label = find_label_in(asked)
    return label is not None and label.likeness > Likeness.LOOSE


def _begin_question(lines: list[str], found: Collection[int], at: int) -> int:
    """The place of the line with which the question begins whose answer stands behind dashes at `at`."""
    begins = at
    while begins and lines[begins - 1].strip() and begins - 1 not in found:
        begins -= 1
    return at if begins - 1 in found else begins


def _only_pairs(found: dict[int, str]) -> dict[int, str]:
    """Questions, if there are several; the answers, if they are about as many: `A` begins sentences, too."""
    asked = {at: line for at, line in found.items() if line.startswith("Q:")}
    answered = len(found) - len(asked)
    if len(asked) < _LEAST:
        return {}
    return found if answered >= max(_LEAST, len(asked) / 2) else asked


def _names_that_say(lines: list[str], reading: Reading) -> list[str]:
    """The lines, `Ann says: text` written as a label, where several are said to speak and one does again."""
    found = {at: match for at, line in enumerate(lines) if (match := _SAYS.match(line[:_LONGEST]))}
    names = Counter(match[2] for match in found.values())
    opening = Counter(line[: line.find(":")].strip("*_ ") for line in lines if ":" in line[:_LONGEST])
    plain = sum(opening[name] for name in names)
    again = plain > 0 or len(names) < len(found)
    if len(names) < _LEAST or not again or not all(likeness_of(name) is Likeness.NAME for name in names):
        return lines
    if len(found) + plain < _SAID_SHARE * sum(line.strip() != "" for line in lines):
        return lines  # who is quoted in a talk of somebody else's
    written = {at: f"{match[1]}{match[2]}{match[3]}{lines[at][match.end() :]}" for at, match in found.items()}
    return rewrite_lines(lines, written, reading, "speaker")


def _names_before_dashes(lines: list[str], reading: Reading) -> list[str]:
    """The lines, those that begin with a name before a dash, as some parliaments print it, with a label."""
    filled = sum(line.strip() != "" for line in lines)
    dashed = [at for at, line in enumerate(lines) if _DASH.search(line, 0, _LONGEST)]
    forms = (
        (_DOT_AND_DASH, _is_name_or_office),
        (_TITLE_AND_DASH, _has_title_or_office),
        (_CAPITALS_AND_DASH, _is_in_capitals),
    )
    for form, is_speaker in forms:
        matches = ((at, form.match(lines[at], 0, _LONGEST)) for at in dashed)
        found = {at: match for at, match in matches if match and is_speaker(match[1])}
        found = {at: match for at, match in found.items() if not lines[at][match.end() :].isupper()}
        names = {match[1].partition(" (")[0] for match in found.values()}
        recur = _LEAST <= len(names) < len(found)
        if form is _TITLE_AND_DASH:  # "Mr Berg—My uncle—never married" is a story
            recur &= any(_time_behind(match) or _is_in_capitals(match[1]) for match in found.values())
        if not recur or len(found) < max(_LEAST_DASHED, _DASHED_SHARE * filled):
            continue
        written = {
            at: f"{_time_behind(match)}[{match[1]}]: {lines[at][match.end() :]}"
            for at, match in found.items()
        }
        return rewrite_lines(lines, written, reading, "speaker")
    return lines


def _time_behind(label: re.Match[str]) -> str:
    """The time of day behind a name: `(3.15)`, `(8.0 p.m.)`; nothing where there is none."""
    if label.re is not _TITLE_AND_DASH or label[2] is None:
        return ""
    return f"[{label[2]}:{label[3]:0>2}{label[4] or ':00'}] "


def _has_title_or_office(text: str) -> bool:
    """Whether this is a name with a title, an office or people unnamed: `The Speaker`, `A member`."""
    called = (
        has_title(text) or is_office_in_capitals(text) or names_office(text) or text.startswith("Senator ")
    )
    likeness = likeness_of(text)
    unnamed = likeness in (Likeness.ODD, Likeness.ROLE) and is_person(text.split()[-1])
    return unnamed or (called and likeness in (Likeness.NAME, Likeness.ROLE))


def _is_name_or_office(text: str) -> bool:
    """Whether this is a name with a title, a party or an office, or an office; no thanks."""
    name, _, behind = text.partition(", ")
    called = has_title(name) or (" " in name and is_common_name(name.split()[0]))
    if behind == "" and not name.endswith(")") and not names_office(name) and not called:
        return False
    return likeness_of(name) in (Likeness.NAME, Likeness.ROLE) or _has_particles(name)


def _has_particles(name: str) -> bool:
    """Whether a name of several words begins and ends with a capital, and has only short words between."""
    words = name.split()
    ends = words[0][0].isupper() and words[-1][0].isupper() and 1 < len(words) <= MAX_NAME_WORDS
    short = all(word[0].isupper() or len(word) <= _LONGEST_PARTICLE for word in words)
    return ends and short and not is_note(name)


def _is_in_capitals(text: str) -> bool:
    """Whether this is a name in capitals, perhaps behind a title and before a place."""
    bare = text.partition("(")[0].split()
    every = all(map(is_in_capitals, bare)) and not is_note(text)
    return every or is_office_in_capitals(text)


def with_times_of_tokens(text: str) -> str:
    """The text, times of Whisper (`<|0.00|>`) and Transana (`¤<2400>`) in brackets before the words."""
    if "¤<" in text:
        text = _TRANSANA.sub(lambda found: f"[{int(found[1]) / 1000:.3f}s] ", text)
    if _RULED.search(text):
        text = _RULED.sub(r"\2", text)
    if "and follow transcript" in text:
        text = _FOLLOWED.sub(r"\1", text)
    if _FINE_SECONDS.search(text):
        text = _LONG_FRACTION.sub(r"\1", text)
    if "-->" in text and _DIARISED.search(text):
        text = _DIARISED.sub(r"\1 \2: ", text)
    if "start=" in text:
        text = _PRINTED.sub(r"[\1 - \2] \3: ", text)
    if "<|" not in text:
        return text
    timed = _TIMED_TOKENS.sub(lambda found: f"\n[{found[1]} - {found[3]}] {found[2].strip()}\n", text)
    return _TOKEN.sub(" ", timed)


def without_forum_marks(text: str) -> str:
    """The text without the marks of forums and wikis for bold, links and the like: `[b]Ann:[/b]`."""
    marks = _FORUM_MARK.findall(text, 0, _LOOKED_AT)
    if len(marks) < _LEAST_MARKS:
        return text
    if _WIKI_BOLD in marks:
        text = _WIKI_LINK.sub(r"\1", _WIKI_INDENT.sub("", text))
    return _FORUM_MARK.sub("", text)


def _rewrite_labels(lines: list[str], form: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    for at, line in enumerate(lines):
        if match := form.match(line, 0, _LONGEST):
            yield at, f"{match[match.lastindex or 1]}: {line[match.end() :]}"
