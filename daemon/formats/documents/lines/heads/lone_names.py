"""Names on lines of their own, above what is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice, pairwise

from msgspec.structs import replace

from daemon.formats.documents.lines.heads.head import Head
from daemon.formats.speakers.labels import Label, begins_scene
from daemon.formats.speakers.names import (
    Likeness,
    begins_with_particle,
    has_title,
    is_generic,
    is_name,
    is_sound,
    likeness_of,
)
from daemon.formats.speakers.offices import is_office, names_office
from daemon.text.names.likeness import is_common_name
from daemon.text.sentences import ends_sentence

_NAME_WORDS, _SHORT_WORD = 5, 3
_LONGEST_NAME = 400  # characters, with office and seat
_SEAT = re.compile(r"(?:\s*\([^()]{1,60}\)){1,3}$")
"""`(Leeds, North) (Lab)` behind the name of a member of parliament."""
_LEAST_OFFICIAL = 2
"""How many names with an office or a seat make all names that stand alone labels."""
_BLOCK_SHARE = 0.4
"""The share of paragraphs that begin with a name on a line of its own from which such lines are labels."""
_LONG_TURNS_SHARE = 0.15
"""The same where each may speak several paragraphs, and more speaks for the names."""
_WITH_OFFICE = re.compile(r"(\S.{0,50}?)(?:\s(?:--|[–—|-])\s|(?<=\w)--(?=\w)|,\s)(\S.{0,80})")
"""`Ann Lee -- Chief Executive Officer`, as those write it who print what firms tell their shareholders."""
_OTHER_SIGNS = (" - ", " | ", ", ")
"""What stands between a name and an office, and between other words as well."""
_EMPHASIS = re.compile(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}")
_OF_FIRMS = frozenset("officer director analyst manager relations ceo cfo coo cto founder".split())
_LEAST_PEOPLE = 3
_LEAST_ALONE = 2
_LEAST_STACKED = 8
"""Lines of a text without blank ones from which names that stand above words are told."""


def is_head_of_three(spoken: Sequence[Head]) -> bool:
    """Whether a text begins with a name, and a time below it, on lines of their own."""
    if len(spoken) < 3 or spoken[1].start is None or spoken[1].text.strip() or spoken[0].start is not None:
        return False
    label = find_lone_name(spoken[0].text)
    return label is not None and len(label.name.split()) > 1 and bool(spoken[2].text.strip())


def with_lone_names(found: list[Head]) -> list[Head]:
    """The heads, names that stand on lines of their own above what is said taken as labels."""
    named = _with_lone_names(found)
    if named is not found or not _is_spaced_out(found):
        return named
    filled = [head for head in found if head.line]
    close = iter(_with_lone_names(filled))
    return [next(close) if head.line else head for head in found]


def _is_spaced_out(found: list[Head]) -> bool:
    """Whether a blank line stands between all lines, of which several are nothing but a time."""
    if any(head.line and below.line for head, below in pairwise(found)):
        return False
    alone = filter(_is_time_alone, found)
    return sum(1 for _ in islice(alone, _LEAST_ALONE)) == _LEAST_ALONE


def _with_lone_names(found: list[Head]) -> list[Head]:
    names = _marked_alike(found, _lone_names(found))
    taken = _believed_alone(found, names)
    if not taken:
        return found
    known = {found[at].text.strip(): names[at] for at in taken}
    again = (
        at for at, head in enumerate(found) if head.text.strip() in known and _opens_paragraph(found, at)
    )
    taken.update(again)
    return [
        replace(head, label=replace(known[head.text.strip()], likeness=Likeness.SURE))
        if at in taken
        else head
        for at, head in enumerate(found)
    ]


def _are_below_times(found: list[Head], names: dict[int, Label]) -> bool:
    """Whether a text begins with a time, and each name, none of which recurs, is the last line before one."""
    first = next((head for head in found if head.line), Head())
    return (
        _is_time_alone(first)
        and not _does_any_recur(names)
        and all(_is_above_time(found, at) for at in names)
    )


def _is_above_time(found: list[Head], at: int) -> bool:
    return _is_time_alone(next((head for head in found[at + 1 : at + 5] if head.line), Head()))


def _believed_alone(found: list[Head], names: dict[int, Label]) -> set[int]:
    """The places of those of these names that are believed: by times beside them, or as they recur."""
    if len(names) > 1 and _are_below_times(found, names):
        return set()
    if len(names) == 1:
        spoken = [head for head in found if head.line]
        first = found[next(iter(names))] is spoken[0]
        return set(names) if first and is_head_of_three(spoken) else set()
    blocks = sum(head.line != "" and _begins_block(found, at) for at, head in enumerate(found))
    timed = sum(head.start is not None for head in found)
    beside_times = timed > 1 and len(names) * 2 >= timed and any(_is_beside_time(found, at) for at in names)
    above_times = sum(found[at + 1].start is not None for at in names) == len(names)
    beside_times = beside_times or (above_times and _does_any_recur(names) and len(names) * 2 >= timed)
    often = _do_names_recur(found, names) and len(names) >= _BLOCK_SHARE * blocks
    often = often or (len(names) * 2 >= blocks and _are_people(names)) or _are_of_firms(found, names)
    often = often or (len(names) >= _LONG_TURNS_SHARE * blocks and _take_turns(found, names))
    if names and (beside_times or often):
        begins = next((at for at in names if _is_beside_time(found, at)), 0) if beside_times else 0
        again = Counter(label.name for label in names.values())
        return {at for at, label in names.items() if at >= begins or again[label.name] > 1}
    sure = {at for at, label in names.items() if label.likeness is Likeness.SURE}
    return sure if len(sure) > 1 else set()


def _are_of_firms(found: list[Head], names: dict[int, Label]) -> bool:
    """Whether most of several names, of which one recurs, have an office of a firm behind them.

    Each may have spoken many paragraphs: what firms tell their shareholders is long.
    """
    official = [at for at in names if _is_with_office_of_firm(found[at].text)]
    several = len(official) >= _LEAST_PEOPLE and len(official) * 2 >= len(names)
    return several and _does_any_recur({at: names[at] for at in official})


def _take_turns(found: list[Head], names: dict[int, Label]) -> bool:
    """Whether people's names stand above sentences, two of them again and again, in a text without labels.

    Each may have spoken several paragraphs. A name of one word may head a chapter: `April`, `Paris`, `Grace`.
    """
    again = Counter(label.name for label in names.values())
    whole = sum(" " in label.name or is_generic(label.name) for label in names.values())
    labelled = sum(head.label is not None for head in found)
    several = sum(count > 1 for count in again.values()) >= _LEAST_ALONE
    return several and labelled * 2 < len(names) < whole * 2 and _are_people(names)


def _is_with_office_of_firm(text: str) -> bool:
    name = _without_emphasis(text.strip())
    return _names_with_office(name) and _is_of_firm(name)


def _does_any_recur(names: dict[int, Label]) -> bool:
    """Whether any of these names stands more than once."""
    return len({label.name for label in names.values()}) < len(names)


def _are_people(names: dict[int, Label]) -> bool:
    """Whether one of several names recurs, and most are names that people have, or what they are called."""
    known = sum(is_generic(it.name) or is_common_name(it.name.split()[0]) for it in names.values())
    return len(names) >= _LEAST_PEOPLE and _does_any_recur(names) and known * 2 > len(names)


def _do_names_recur(found: list[Head], names: dict[int, Label]) -> bool:
    """Whether names recur, or several have an office or a seat."""
    titled = sum(has_title(label.name) for label in names.values())
    distinct = len({label.name for label in names.values()})
    recurring = distinct * 2 <= len(names) or (titled * 2 >= len(names) and distinct < len(names))
    return recurring or sum(_is_official(found[at].text) for at in names) >= _LEAST_OFFICIAL


def _opens_paragraph(found: list[Head], at: int) -> bool:
    """Whether a line begins a paragraph with others below it."""
    return _begins_block(found, at) and at + 1 < len(found) and found[at + 1].line != ""


def _begins_block(found: list[Head], at: int) -> bool:
    """Whether a line stands below a blank one, or is the first, or a heading with somebody's name."""
    return at == 0 or not found[at - 1].line or _is_heading_of_person(found[at])


def _is_heading_of_person(head: Head) -> bool:
    """Whether a line is a heading of Markdown that begins with a name that people are called by: `## Ann`."""
    words = head.line.split(None, 2)
    return len(words) > 1 and not words[0].strip("#") and is_common_name(words[1].strip("*_:"))


def _is_official(text: str) -> bool:
    """Whether a lone name is that of an office, or of somebody with a seat: `Ann Doyle (Leeds) (Lab)`."""
    name = _without_emphasis(text.strip())
    return (
        is_office(name)
        or (_names_with_office(name) and (not _has_other_sign(name) or _is_of_firm(name)))
        or name.count("(") > 1
        or (has_title(name) and name.endswith(")"))
    )


def _has_other_sign(name: str) -> bool:
    """Whether what follows a name may be no office: `Ann Berg - Part 2`."""
    return any(sign in name for sign in _OTHER_SIGNS)


def _is_of_firm(name: str) -> bool:
    """Whether one of the words is that of an office of a firm, or of who asks it questions."""
    return not _OF_FIRMS.isdisjoint(
        name.casefold().replace(",", " ").replace("--", " ").split()
    ) or names_office(name)


def _marked_alike(found: list[Head], names: dict[int, Label]) -> dict[int, Label]:
    """The names that are headings of Markdown, or those that are not, whichever are more."""
    headings = {at for at in names if found[at].text.lstrip().startswith("#")}
    most = headings if len(headings) * 2 > len(names) else names.keys() - headings
    return {at: names[at] for at in sorted(most)}


def _is_beside_time(found: list[Head], at: int) -> bool:
    """Whether a line holds a time, or stands above or below one that is nothing else."""
    beside = found[max(0, at - 1) : at + 2]
    return any(head.start is not None and (not head.text.strip() or head is found[at]) for head in beside)


def _lone_names(found: list[Head]) -> dict[int, Label]:
    """The lines that are nothing but a name, with something said below them; by their places."""
    out: dict[int, Label] = {}
    each = _stand_above_words(found)
    above = Head()
    for at, head in enumerate(found):
        last, above = above, head if head.line else above
        label = find_lone_name(head.text) if head.line else None
        if label is None:
            continue
        before = found[at - 1] if at else Head()
        below = [after for after in found[at + 1 : at + 5] if after.line][:2]
        timed = bool(below) and _is_time_alone(below[0])
        if timed and _is_time_alone(last):
            continue  # all that is said at that time
        opens = not before.line or not before.text.strip() or head.start is not None or timed
        opens = opens or (has_title(label.name) and find_lone_name(before.text) is not None)
        opens = opens or each or label.likeness is Likeness.SURE or _is_heading_of_person(head)
        if opens and below and not find_lone_name(below[0].text):
            out[at] = label
    return out


def _is_time_alone(head: Head) -> bool:
    return head.start is not None and not head.text.strip()


def _stand_above_words(found: list[Head]) -> bool:
    """Whether a text without blank lines is names that recur, each above words that end a sentence."""
    lines = [head.text.strip() for head in found if head.line]
    if len(lines) < _LEAST_STACKED or any(not head.line for head in found[: len(lines)]):
        return False
    if find_lone_name(lines[0]) is None or find_lone_name(lines[1]) or not _is_said(lines[-1]):
        return False
    names = Counter(line for line in lines if find_lone_name(line) is not None)
    ended = all(_is_said(before) for before, line in pairwise(lines) if line in names)
    return ended and len(names) > 1 and min(names.values()) > 1


def _is_said(line: str) -> bool:
    """Whether a line ends a sentence."""
    return ends_sentence(line.rpartition(" ")[2])


def _names_with_office(text: str) -> bool:
    """Whether this is a name, a dash and an office."""
    found = _WITH_OFFICE.fullmatch(text)
    if found is None or not is_name(found[1]) or len(found[1].split()) < 2 or text[-1] in ".,:;?!":
        return False
    if any(sign in text[found.end(1) : found.start(2)] for sign in ("|", ",")) and not _is_of_firm(found[2]):
        return False
    return all(not word[0].islower() or len(word) <= _SHORT_WORD for word in found[2].split())


def _may_end_office(plain: str) -> bool:
    """Whether a name with an office may end so, and no sentence does; told in hardly any time."""
    if not plain or plain[-1] in ",:;?!":
        return False
    return plain[-1] != "." or not ends_sentence(plain.split()[-1])


def _without_emphasis(text: str) -> str:
    return _EMPHASIS.sub("", text) if "*" in text or "_" in text else text


def find_lone_name(text: str) -> Label | None:
    """The name that a line consists of, without marks of Markdown; None for any other line."""
    if len(text) > _LONGEST_NAME:
        return None
    words = text.split()
    if words and begins_scene(words[0]):
        return None
    plain = _without_emphasis(text.strip())
    if _may_end_office(plain) and not is_generic(plain) and (is_office(plain) or _names_with_office(plain)):
        return Label(plain, len(words), alone=True)
    if not 0 < len(words) <= _NAME_WORDS + 3:
        return None
    name = " ".join(words).strip("#*_= \t").rstrip(":*_ ")
    if name[:1] == "[" and name[-1:] == "]" and ", " in name:
        name = name[1:-1].strip()  # [Tom Reed, CFO]
    bare = _SEAT.sub("", name)
    seated = bare == name or has_title(name) or is_name(bare) or likeness_of(bare) is Likeness.LISTED
    if len(bare.split()) > _NAME_WORDS + 1 or not seated:
        return None
    last = words[-1] if bare == name else (bare.split() or [""])[-1]
    likeness = _likeness_of_lone(bare) if bare and not ends_sentence(last) and last[-1] not in ",;" else None
    if is_sound(bare) or (
        likeness not in (Likeness.SURE, Likeness.NAME, Likeness.LISTED) and name.casefold() != "you"
    ):
        return None
    return Label(name, len(words), likeness=likeness or Likeness.ROLE, alone=True)


def _likeness_of_lone(name: str) -> Likeness | None:
    """How much a line is like a name; one in small letters may begin one: `van der Berg`."""
    return Likeness.NAME if begins_with_particle(name) else likeness_of(name)
