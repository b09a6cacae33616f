"""Which labels of a file are believed: the whole file decides.

How often a name stands before a colon, how many lines open like that, and whether this line stands where a
label would. In a file that uses labels a line that opens like one, and is not believed, is doubtful: it is
nobody's, and people are told of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from daemon.formats.speakers.evidence import (
    BRACKETS,
    LONE_SHARE,
    QUESTION_AND_ANSWER,
    STRICT_SHARE,
    Evidence,
    Key,
    find_emphasis,
    last_name,
    make_key,
)
from daemon.formats.speakers.labels import OTHER_MARKS, Line
from daemon.formats.speakers.names import (
    ASIDE,
    EVERYBODY,
    GIVEN_NAMES,
    NOTES,
    PRONOUNS,
    TITLES,
    Likeness,
    has_title,
    is_caseless,
    is_generic,
    is_person,
)
from daemon.formats.speakers.offices import names_broadcaster, names_office
from daemon.formats.word_account import Reading
from daemon.text.names.likeness import is_common_name

_LETTERS = re.compile(r"[^\W\d_a-z]{1,3}\d{0,2}")
_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?){2,3}")
_RECURRING_SHARE = 0.02
"""The share of lines with labels from which a name that recurs is believed: one turn in fifty lines."""
_ANY_SHARE = 0.1
"""The share from which a name is believed that stands only once; so it is if the first line has one."""
_BEGUN_SHARE = 0.005
"""The share for names of a file that begins with one: one turn in two hundred lines."""
_LISTED_SHARE = 0.2
"""The share for `[Ann] text` and `Ann, CEO: text`, of a name that recurs: `[Door Slams]` is no name."""
_LOOSE_SHARE = 0.9
"""The share for names that are written as none is, as people call themselves in a call: `ann.lee: text`."""
_CASELESS_SHARE = 0.2
"""The share for scripts without capitals, where "he said:" looks like a name."""
_CASELESS_TITLE = re.compile(
    "(?:主席|議員|议员|委員|委员|委員長|委员长|議長|议长|部長|部长|局長|局长|先生|女士|小姐|教授|博士|律師|律师"
    "|記者|记者|大臣|君|さん|氏|의원|위원장|장관|의장|씨|선생님)$"
)
"""How people are called behind their names in scripts without capitals."""
_DOTTED_SHARE = 0.4
"""The share of paragraphs with `NAME. text` from which that is who speaks, and no heading."""
_SENTENCE_BEGINS = PRONOUNS | NOTES
_BEFORE_DASHES = ("–", OTHER_MARKS)
"""The styles of `Ann Berg - text`, and of `Ann - text` and what else needs to stand on most lines."""
_OFTEN = 3
_MOST_DOUBTED_WORDS = 3
_MOST_ONCE_WORDS = 3
"""The words of a name that stands once, at most: the title of a file may have a colon in it, too."""
_LONGEST_CASELESS = 8
"""The letters of a name that stands once in a script without capitals, at most: it may be a sentence."""
_MOST_TOLD = 10


def warn_of_doubts(names: Sequence[str], reading: Reading) -> None:
    """Say in the reading which labels nobody could be found for, if there are any."""
    if not names:
        return
    opens = "line opens" if len(names) == 1 else "lines open"
    told = ", ".join(f"“{name}”" for name in list(dict.fromkeys(names))[:_MOST_TOLD])
    reading.warnings.append(
        f"{len(names)} {opens} as if somebody else began to speak, but perhaps nobody does: {told}. "
        "What follows stands without a speaker until the next one is named."
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose labels are believed in a file; `labelled` and `strict` say whether it uses them, and always.

    `unmarked`: hardly a sentence ends with a mark, so that no line tells whether it stands where one begins.
    `parted`: labels stand at the beginning of paragraphs, whose other lines are wrapped. `emphasis`: how they
    are marked. `added`: what is no label however it looks.
    """

    believed: frozenset[Key]
    labelled: bool
    strict: bool
    unmarked: bool = False
    parted: bool = False
    emphasis: str = ""
    added: frozenset[Key] = frozenset()

    def believes(self, line: Line) -> bool:
        """Whether the line's label says who speaks."""
        found = line.label
        if found is None or make_key(found) in self.added:
            return False
        other = {"[": "", "": ":"}.get(found.style)  # [Ann] in a file with Ann: and "Ann: " in one with Ann:
        elsewhere = other is not None and (found.name, other) in self.believed
        if found.style == "(" and line.stands and not line.small and not found.alone:
            elsewhere = (found.name, "") in self.believed  # (Ann) text in a file with Ann:
        if not found.style and line.stands and (aside := ASIDE.fullmatch(found.name)):
            elsewhere = (aside[1], "") in self.believed  # P1 (Male, 34): text in a file with P1:
        return found.likeness is Likeness.SURE or make_key(found) in self.believed or elsewhere

    def settle(self, line: Line) -> Line:
        """The line, of two labels with the one that is believed."""
        is_other = line.other is not None and not self.believes(line) and self.believes(line.other)
        return line.other if line.other is not None and is_other else line

    def doubts(self, line: Line) -> bool:
        """Whether the line opens like a label in a file that uses them, and may be anybody's."""
        found = line.label
        stands = line.stands or self.unmarked or (self.strict and line.opens)
        if found is None or not (self.labelled or self.believed) or not stands or self.believes(line):
            return False
        if self.parted and not line.opens and not _is_full_name(found.name):
            return False
        if self.emphasis and found.style == self.emphasis and line.opens:
            return True  # **Action 3:** among **Ann:** and **Ben:**
        if found.likeness is Likeness.LOOSE:
            sentence = found.name.casefold().split()[0] in _SENTENCE_BEGINS
            return self.strict and line.opens and found.taken <= _MOST_DOUBTED_WORDS and not sentence
        if found.style.startswith("numbered"):
            return False  # the items of a list
        if (
            found.name.isalpha()
            and found.name.islower()
            and not any(name.islower() for name, _ in self.believed)
        ):
            return False  # the rest of a sentence, where nobody's name is written small
        if found.style == "(" and not found.alone and (" " in found.name or is_common_name(found.name)):
            beside = line.opens and not line.small and is_common_name(found.name.split()[0])
            return beside or any(style == "(" for _, style in self.believed)  # (Lisa Hill) among (Ann Berg)
        return found.likeness is not Likeness.NOTE and found.style not in BRACKETS


def _is_full_name(name: str) -> bool:
    """Whether this is somebody's first name and more: hardly a line that a margin broke begins so."""
    first, _, last = name.partition(" ")
    return last[:1].isupper() and last.replace(" ", "").isalpha() and is_common_name(first)


def judge_labels(lines: Iterable[Line]) -> Verdict:
    """Judge which labels are names of speakers in a file of these lines."""
    evidence = Evidence()
    lines = list(lines)
    for line in _choose_labels(lines):
        evidence.add(line)
    believed = _find_believed(evidence)
    believed |= evidence.alike(Likeness.SURE)
    labelled = sum(evidence.times[key] for key in believed)
    parted, emphasis = evidence.open_paragraphs, evidence.usual_emphasis()
    added = _find_added_words(lines)
    return Verdict(
        believed, labelled > 1, evidence.is_strict, evidence.is_unmarked(), parted, emphasis, added
    )


def _find_added_words(lines: Sequence[Line]) -> frozenset[Key]:
    """What is in brackets and small, and opens no line but within a sentence: `They will⏎[say]: Go.`"""
    labels = [(make_key(line.label), line.stands or line.opens) for line in lines if line.label is not None]
    opening = {key for key, opens in labels if opens}
    added = (key for key, _ in labels if key not in opening and key[1] == "[")
    return frozenset(key for key in added if key[0].islower() and not is_generic(key[0]))


def _choose_labels(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines, of two labels each with the shorter, if that stands alone as often as both do together.

    Before several that differ it counts as alone each time but once: what differs is said.
    """
    labels = [line.label for line in lines if line.label is not None]
    times = Counter(map(make_key, labels))
    both = {(make_key(label.shorter), make_key(label)) for label in labels if label.shorter is not None}
    begun = Counter(shorter for shorter, _ in both)
    for line in lines:
        if line.label is None or line.other is None or line.other.label is None:
            yield line
        else:
            shorter = make_key(line.other.label)
            is_usual = times[shorter] + begun[shorter] > times[make_key(line.label)]
            yield line.other if is_usual else line


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What is known of a file's labels before the doubtful ones are judged.

    `known` are the names that are written like one, `share` is that of the lines that have a label, and
    `has_broadcaster` says that one of them names a station with its people: `BRET BAIER, FOX NEWS`.
    """

    known: Set[Key]
    share: float
    has_broadcaster: bool


def _find_believed(file: Evidence) -> frozenset[Key]:
    """The names that are believed without being sure by themselves."""
    pairs = _find_pairs(file)
    names = frozenset(key for key in file.alike(Likeness.NAME) - pairs if _is_usual(file, key))
    letters = _find_letters(file) | pairs
    sure = file.alike(Likeness.SURE)
    labelled = sum(file.times[key] for key in names | letters | sure)
    roles = filter(file.recurs, file.alike(Likeness.ROLE) if file.is_strict else ())
    of_roles = sum(file.times[key] for key in roles)
    labelled += of_roles
    share = labelled / max(1, file.total)
    begins = any(file.first == name for name, _ in names | letters | sure) and share >= _BEGUN_SHARE
    recurs = of_roles > 0 or any(map(file.recurs, names | letters | sure))
    once = (begins or share >= _ANY_SHARE) if labelled > 1 and recurs else share >= _least_once(names)
    known = frozenset(key for key in names if _is_believed(file, key, share, once=once))
    if file.begins_in_capitals():  # `Flour: it must be fresh.`
        known -= {
            key for key in known if not file.recurs(key) and file.small[key] and not _goes_on(file, key)
        }
    known |= letters if share >= _RECURRING_SHARE else frozenset()
    known |= _find_questions(file) if known or sure else frozenset()
    known |= _find_initials(file, known)
    return known | _find_others(file, known | sure, share)


def _goes_on(file: Evidence, key: Key) -> bool:
    """Whether somebody named in full goes on with a sentence, where each cue or paragraph is named.

    A name in capitals, as all are there, need not be a full one.
    """
    first, _, last = key[0].partition(" ")
    if key[0].isupper() and file.recur_in_capitals and is_common_name(first):
        return True  # ANN: I think that we should go, / BEN: and soon.
    return file.is_strict and last != "" and is_common_name(first)


def _least_once(names: Set[Key]) -> float:
    """The share from which names are believed that stand once each; `Ann Berg (Acme)` is no topic."""
    beside = sum(ASIDE.fullmatch(name) is not None and name.endswith(")") for name, _ in names)
    return _LISTED_SHARE if beside and len(names) > 1 else LONE_SHARE


def _find_pairs(file: Evidence) -> frozenset[Key]:
    """Question and answer, where both recur, or one does in a record that writes them `Q.` and `A.`"""
    pairs = [((one, ""), (other, "")) for one, other in QUESTION_AND_ANSWER]
    return frozenset(key for pair in pairs if _are_pair(file, *pair) for key in pair)


def _find_questions(file: Evidence) -> frozenset[Key]:
    """Who asks in others' talk and has no name, where such lines recur: `Question: …` is not of who spoke.

    In capitals once is enough, and the answer too, where all are named so: in the record of a court.
    """
    asked = {(one, "") for one, _ in QUESTION_AND_ANSWER if len(one) > 1}
    found = {key for key in asked if file.recurs(key)}
    if file.recur_in_capitals:
        pairs = ((one, "") for pair in QUESTION_AND_ANSWER for one in pair if one.isupper() and len(one) > 1)
        found |= {key for key in pairs if file.times[key]}
    return frozenset(key for key in found if file.opening[key] * 2 >= file.times[key])


def _find_initials(file: Evidence, known: Set[Key]) -> frozenset[Key]:
    """The initials that begin notes elsewhere, `PS` and `NB`, where whoever else speaks goes by initials."""
    by_initials = bool(known) and all(_INITIALS.fullmatch(name) for name, _ in known)
    noted = {name: times for name, times in file.noted.items() if times > 1 and _INITIALS.fullmatch(name)}
    opened = file.labelled_openings + sum(noted.values())
    always = by_initials and opened >= STRICT_SHARE * file.openings
    return frozenset((name, "") for name in noted) if always else frozenset()


def _are_pair(file: Evidence, one: Key, other: Key) -> bool:
    recurring = sum(map(file.recurs, (one, other)))
    if recurring != 1:
        return recurring > 1
    return all(file.styles.get(key, Counter())["dot"] for key in (one, other))


def _find_letters(file: Evidence) -> frozenset[Key]:
    """The letters that stand for speakers, not for the answers of a list: they recur."""
    letters = file.alike(Likeness.LETTER)
    recurring = frozenset(filter(file.recurs, letters))
    others = file.alike(Likeness.NAME, Likeness.SURE, Likeness.ROLE)
    if not file.is_strict:
        often = frozenset(key for key in recurring if file.times[key] >= _OFTEN)
        return recurring if len(recurring) + len(others) > 1 else often
    numbered = frozenset(key for key in letters if key[0][-1].isdigit() and file.stands_as_label(key))
    return recurring | numbered if others else letters


def _is_usual(file: Evidence, key: Key) -> bool:
    """Whether the name is marked as those are that recur: not `- **Topic**:` among `**Ann:**`."""
    if file.are_list_items(key):
        return False
    usual = file.emphases
    most = max(usual[find_emphasis(style)] for style in file.styles[key])
    if usual and most * 2 < usual.total():
        return False
    heads_a_line = file.alone[key] == 1 and not file.recurs(key)
    return not heads_a_line or file.stand_alone


def _is_believed(file: Evidence, key: Key, share: float, *, once: bool) -> bool:
    """Whether a name is believed where labels stand on this share of the lines."""
    of_openings = file.labelled_openings / max(1, file.openings)
    told = _has_case(key[0]) or _CASELESS_TITLE.search(key[0]) is not None
    if not (told or max(share, of_openings) >= _CASELESS_SHARE):
        return False
    if file.recurs(key):
        within = file.open_paragraphs and not file.opening[key]
        return not within and (once or share >= _RECURRING_SHARE)
    if file.names_stand_alone and not file.alone[key]:
        return False  # "First question: what is it?" below the headings of Ann and Ben
    long = len(key[0].split()) > _MOST_ONCE_WORDS and "(" not in key[0]
    titled = _has_usual_title(file, key) or (has_title(key[0]) and share >= _RECURRING_SHARE)
    sentence = is_caseless(key[0]) and " " not in key[0] and len(key[0]) > _LONGEST_CASELESS
    likely = not sentence and (not long or file.is_strict)
    beside = _is_beside_role(file, key)
    return (once or titled or beside) and file.stands_as_label(key) and (titled or likely)


def _is_beside_role(file: Evidence, key: Key) -> bool:
    """Whether somebody named in full begins a paragraph of a file in which another is `Moderator`."""
    first, _, last = key[0].partition(" ")
    full = last.isalpha() and is_common_name(first)
    return full and file.opening[key] > 0 and file.has_sure_labels


def _has_usual_title(file: Evidence, key: Key) -> bool:
    """Whether the name has a title and is in capitals, as all are that recur: `DR. FAUCI`."""
    titled = key[0].split()[0].rstrip(".").casefold() in TITLES
    in_capitals = key[0].isupper() and file.recur_in_capitals
    return (in_capitals and titled) or _CASELESS_TITLE.search(key[0]) is not None


def _find_others(file: Evidence, known: Set[Key], share: float) -> frozenset[Key]:
    """The names that are not written like one, but that the rest of the file speaks for."""
    around = _Surroundings(known, share, any(names_broadcaster(name) for name, _ in known))
    likely = (key for key, likeness in file.likeness.items() if _is_likely(file, key, likeness, around))
    linked = (key for key, times in file.linked.items() if times > 1 and file.is_strict)
    return frozenset(likely).union(linked)


def _is_likely(file: Evidence, key: Key, likeness: Likeness, around: _Surroundings) -> bool:
    """Whether the rest of the file speaks for a name of this likeness and style."""
    strict, recurs, style = file.is_strict, file.recurs(key), key[1]
    if likeness is Likeness.ROLE:
        return _is_likely_role(file, key, around)
    if style == ".":
        return file.open_lines(style, _DOTTED_SHARE)
    if style == OTHER_MARKS:
        always = file.opened[style] >= STRICT_SHARE * file.openings and bool(file.recurring)
        beside = file.opened["–"] > 0 and file.stands_as_label(key) and _are_before_dashes(file)
        return beside or (file.open_lines(style, LONE_SHARE) and (recurs or always))
    if likeness is Likeness.LISTED:
        return _is_likely_listed(file, key, around)
    if likeness is Likeness.ODD:
        written_so = not key[0].islower() or file.has_small_names
        often = recurs and file.share_of_all >= _ANY_SHARE
        return often or (strict and file.stands_as_label(key) and written_so)
    return likeness is Likeness.LOOSE and recurs and (strict or file.share_of_all >= _LOOSE_SHARE)


def _is_likely_role(file: Evidence, key: Key, around: _Surroundings) -> bool:
    likely = len(key[0].split()) > 1 or key[0].casefold() in GIVEN_NAMES
    often = bool(around.known) and file.times[key] >= _OFTEN and likely
    usual = often or around.share >= _ANY_SHARE or file.share_of_all >= LONE_SHARE
    if file.recurs(key) and (usual or file.is_strict):
        return True
    return file.is_strict and file.stands_as_label(key) and _names_likely_speaker(key[0])


def _is_likely_listed(file: Evidence, key: Key, around: _Surroundings) -> bool:
    (name, style), known = key, around.known
    stands = file.stands_as_label(key)
    noted = file.alone[key] * 2 > file.times[key] and not is_common_name(name.split()[0])
    if noted and style in ("[", "<") and file.opened[style] < LONE_SHARE * file.opened.total():
        return False  # [Recess] among Ann: and Ben:
    if not style and bool(known) and stands and _is_joint(name, known):
        return True
    if around.has_broadcaster and name.isupper() and not style:
        return True  # JOE BIDEN, PRESIDENT
    if file.is_strict and stands and style not in ("–", "(", ":"):
        return True
    if style == "–" and stands and _are_before_dashes(file):
        return True
    if style == "<" and file.open_lines(style, LONE_SHARE):
        return True  # a chat
    if style == ":" and (file.are_tight or (name, "") in known):
        return True
    if style == ":" and file.tight_recur and stands and file.opening[key] and len(name.split()) > 1:
        return True  # Ann Berg:Thank you, who asks one question
    return _is_listed(file, key)


def _are_before_dashes(file: Evidence) -> bool:
    """Whether as good as every line begins with a name and a dash, and most of these names recur."""
    opened = sum(file.opened[style] for style in _BEFORE_DASHES)
    again = sum(file.times[key] for key in file.recurring if key[1] in _BEFORE_DASHES)
    return opened >= STRICT_SHARE * file.openings and again >= LONE_SHARE * opened


def _is_listed(file: Evidence, key: Key) -> bool:
    """Whether a name recurs that stands in brackets and the like, where labels have their share of lines.

    What mostly stands alone in round brackets is heard, or tells of a break.
    """
    in_round_ones = key[1] == "("
    alone = in_round_ones and file.alone[key] * 2 > file.times[key]
    share = LONE_SHARE if in_round_ones else _LISTED_SHARE
    return file.recurs(key) and not alone and file.share_of_all >= share


def _is_joint(name: str, known: Set[Key]) -> bool:
    """Whether several say it together, or somebody is presented who goes by his last name elsewhere.

    `NL, LH, MM` where one of them speaks alone elsewhere, and `ANN BERG, HOST` where `BERG` does.
    """
    parts = name.split(", ")
    if (last_name(name), "") in known:
        return True
    letters = all(_LETTERS.fullmatch(part) for part in parts)
    return letters or any((part, "") in known for part in parts)


def _names_likely_speaker(name: str) -> bool:
    """Whether a name is one that people are called by, all of them together, or an office."""
    folded = name.casefold()
    person = is_person(folded.split()[-1])  # A Member
    return person or folded in GIVEN_NAMES or folded in EVERYBODY or names_office(name)


def _has_case(name: str) -> bool:
    return name[0].isupper() or name[0].istitle() or not name[0].isalpha()
