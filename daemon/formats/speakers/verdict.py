"""Which labels of a file are believed: the whole file decides.

How often a name stands before a colon, how many lines open like that, and whether this line stands where a
label would. In a file that uses labels a line that opens like one, and is not believed, is doubtful: it is
nobody's, and people are told of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from daemon.formats.speakers.labels import OTHER_MARKS, Label, Line
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
)
from daemon.formats.speakers.offices import names_broadcaster, names_office
from daemon.formats.word_account import Reading
from daemon.text.languages.knowledge import load_all
from daemon.text.names.likeness import is_common_name

_QUESTION_AND_ANSWER = tuple(
    pair.split("/") for language in load_all().values() for pair in language.question_and_answer
)
_PAIRED = frozenset(name for pair in _QUESTION_AND_ANSWER for name in pair)
_LETTERS = re.compile(r"[^\W\d_a-z]{1,3}\d{0,2}")
_RECURRING_SHARE = 0.02
"""The share of lines with labels from which a name that recurs is believed: one turn in fifty lines."""
_ANY_SHARE = 0.1
"""The share from which a name is believed that stands only once; so it is if the first line has one."""
_BEGUN_SHARE = 0.005
"""The share for names of a file that begins with one: one turn in two hundred lines."""
_LONE_SHARE = 0.5
"""The share from which the only label of a file is believed: `Keynote:` may begin a text of many lines."""
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
_PARTED_SHARE = 0.6
"""The share of lines that begin a paragraph below which the others go on with one, wrapped at a margin."""
_OPENING_SHARE = 0.8
"""The share of labels at the beginning of paragraphs from which every label stands there."""
_BRACKETS = frozenset("[(<–:.=")
_DOTTED_SHARE = 0.4
"""The share of paragraphs with `NAME. text` from which that is who speaks, and no heading."""
_OFTEN = 3
_MOST_DOUBTED_WORDS = 3
_MOST_ONCE_WORDS = 3
"""The words of a name that stands once, at most: the title of a file may have a colon in it, too."""
_LONGEST_CASELESS = 8
"""The letters of a name that stands once in a script without capitals, at most: it may be a sentence."""
_MARKED_SHARE = 0.3
"""The share of lines that follow the end of a sentence below which the text has no marks that would tell."""
_LEAST_TOLD, _SMALL_SHARE = 2, 0.15
"""How many beginnings tell how they are written; the share of small letters up to which all are capitals."""
_STRICT_SHARE = 0.8
"""The share of paragraphs, cues or timed lines that open with a label from which all of them do."""
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


Key = tuple[str, str]
"""A name and the bracket that it stands in: `[Ann]` is counted apart from `Ann:`."""


def _make_key(label: Label) -> Key:
    return label.name, label.style if label.style in _BRACKETS else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose labels are believed in a file; `labelled` and `strict` say whether it uses them, and always.

    `unmarked`: hardly a sentence ends with a mark, so that no line tells whether it stands where one begins.
    `parted`: labels stand at the beginning of paragraphs, whose other lines are wrapped. `emphasis`: how they
    are marked.
    """

    believed: frozenset[Key]
    labelled: bool
    strict: bool
    unmarked: bool = False
    parted: bool = False
    emphasis: str = ""

    def believes(self, line: Line) -> bool:
        """Whether the line's label says who speaks."""
        found = line.label
        if found is None:
            return False
        other = {"[": "", "": ":"}.get(found.style)  # [Ann] in a file with Ann: and "Ann: " in one with Ann:
        elsewhere = other is not None and (found.name, other) in self.believed
        if found.style == "(" and line.stands and not line.small and not found.alone:
            elsewhere = (found.name, "") in self.believed  # (Ann) text in a file with Ann:
        return found.likeness is Likeness.SURE or _make_key(found) in self.believed or elsewhere

    def doubts(self, line: Line) -> bool:
        """Whether the line opens like a label in a file that uses them, and may be anybody's."""
        found = line.label
        stands = line.stands or self.unmarked or (self.strict and line.opens)
        if found is None or not self.labelled or not stands or self.believes(line):
            return False
        if self.parted and not line.opens:
            return False
        if self.emphasis and found.style == self.emphasis and line.opens:
            return True  # **Action 3:** among **Ann:** and **Ben:**
        if found.likeness is Likeness.LOOSE:
            sentence = found.name.casefold().split()[0] in PRONOUNS | NOTES
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
        return found.likeness is not Likeness.NOTE and found.style not in _BRACKETS


def judge_labels(lines: Iterable[Line]) -> Verdict:
    """Judge which labels are names of speakers in a file of these lines."""
    evidence = _Evidence()
    for line in lines:
        evidence.add(line)
    believed = evidence.believed()
    believed |= evidence.alike(Likeness.SURE)
    labelled = sum(evidence.times[key] for key in believed)
    parted, emphasis = evidence.open_paragraphs, evidence.usual_emphasis()
    return Verdict(believed, labelled > 1, evidence.is_strict, evidence.is_unmarked(), parted, emphasis)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What is known of a file's labels before the doubtful ones are judged.

    `known` are the names that are written like one, `share` is that of the lines that have a label, and
    `has_broadcaster` says that one of them names a station with its people: `BRET BAIER, FOX NEWS`.
    """

    known: Set[Key]
    share: float
    has_broadcaster: bool


@dataclass
class _Evidence:
    """What a file's lines tell together of its labels.

    First all lines are added; then what they tell is found out once, for a file may have 100,000 labels.
    """

    total: int = 0
    standing_lines: int = 0
    openings: int = 0
    labelled_openings: int = 0
    first: str | None = None
    times: Counter[Key] = field(default_factory=Counter)
    likeness: dict[Key, Likeness] = field(default_factory=dict)
    styles: dict[Key, Counter[str]] = field(default_factory=dict)
    standing: set[Key] = field(default_factory=set)
    opening: Counter[Key] = field(default_factory=Counter)
    small: Counter[Key] = field(default_factory=Counter)
    unlabelled: Counter[bool] = field(default_factory=Counter)
    alone: Counter[Key] = field(default_factory=Counter)
    linked: Counter[Key] = field(default_factory=Counter)

    def add(self, line: Line) -> None:
        """Count a line."""
        self.total += 1
        self.standing_lines += line.stands
        found = line.label
        if found is None or (found.likeness is Likeness.NOTE and found.name not in _PAIRED):
            self.openings += line.opens
            self.unlabelled[line.small] += line.stands and found is None
            return
        key = _make_key(found)
        if found.linked:
            self.linked[key] += 1
            return
        self.openings += line.opens
        self.labelled_openings += (
            line.opens
            and found.style not in ("–", ".", OTHER_MARKS)
            and found.likeness not in (Likeness.LOOSE, Likeness.NOTE)
        )
        self.first = found.name if self.total == 1 else self.first
        self.times[key] += 1
        self.likeness[key] = max(found.likeness, self.likeness.get(key, found.likeness))
        self.styles.setdefault(key, Counter())[found.style] += 1
        self.alone[key] += found.alone
        if line.stands:
            self.standing.add(key)
        self.opening[key] += line.opens
        self.small[key] += line.small

    def alike(self, *likeness: Likeness) -> frozenset[Key]:
        """The names of these likenesses."""
        return frozenset(key for key, its in self.likeness.items() if its in likeness)

    def recurs(self, key: Key) -> bool:
        """Whether the name stands more than once, or the last name of somebody in full does by itself."""
        if self.times[key] > 1:
            return True
        return bool(self._last_names) and not key[1] and _last_name(key[0]) in self._last_names

    @cached_property
    def _recurring(self) -> list[Key]:
        """The names that recur."""
        return list(filter(self.recurs, self.times))

    @cached_property
    def _last_names(self) -> frozenset[str]:
        """The last names in capitals by which people go whom other labels name in full: `TOM REED`, `REED`.

        One of these at least has a name that people are called by, or is presented: `CURRENT SYMPTOMS` and
        `SYMPTOMS` are nobody's.
        """
        alone = {name for name, style in self.times if not style and _last_name(name) == name}
        named = (name for name, style in self.times if not style and name not in alone)
        full = [name for name in named if _last_name(name) in alone]
        people = any("," in name or is_common_name(name.split()[0]) for name in full)
        return frozenset(map(_last_name, full)) if people else frozenset()

    def _stands_as_label(self, key: Key) -> bool:
        """Whether the name stands somewhere where a label would."""
        opens = self.opening[key] > 0
        if self.open_paragraphs and not opens:
            return False
        whole = key[0].isupper() or " " in key[0]
        interrupts = opens and whole and is_common_name(key[0].split()[0])
        return key in self.standing or interrupts or self.is_unmarked() or (opens and self.is_strict)

    @cached_property
    def open_paragraphs(self) -> bool:
        """Whether the names that recur begin paragraphs, as good as always, and other lines are wrapped."""
        opened = sum(self.opening[key] for key in self._recurring)
        least = _OPENING_SHARE * sum(self.times[key] for key in self._recurring)
        wrapped = self.openings < _PARTED_SHARE * self.total
        return wrapped and opened > 0 and opened >= least

    def begins_in_capitals(self) -> bool:
        """Whether what is said begins with a capital, but for what stands behind a name that stands once."""
        small = sum(self.small[key] for key in self._recurring) + self.unlabelled[True]
        whole = sum(self.times[key] for key in self._recurring) + self.unlabelled.total()
        return whole >= _LEAST_TOLD and small <= _SMALL_SHARE * whole

    def is_unmarked(self) -> bool:
        """Whether hardly a line follows the end of a sentence."""
        return self.standing_lines < _MARKED_SHARE * self.total

    @cached_property
    def is_strict(self) -> bool:
        """Whether as good as all paragraphs or cues open with a label."""
        loose = (key for key, its in self.likeness.items() if its is Likeness.LOOSE and key[0][0].isupper())
        again = sum(self.opening[key] for key in loose if self.recurs(key))
        return self.openings > 1 and self.labelled_openings + again >= _STRICT_SHARE * self.openings

    def believed(self) -> frozenset[Key]:
        """The names that are believed without being sure by themselves."""
        pairs = self._find_pairs()
        names = frozenset(key for key in self.alike(Likeness.NAME) - pairs if self._is_usual(key))
        letters = self._find_letters() | pairs
        sure = self.alike(Likeness.SURE)
        labelled = sum(self.times[key] for key in names | letters | sure)
        roles = filter(self.recurs, self.alike(Likeness.ROLE) if self.is_strict else ())
        of_roles = sum(self.times[key] for key in roles)
        labelled += of_roles
        share = labelled / max(1, self.total)
        begins = any(self.first == name for name, _ in names | letters | sure) and share >= _BEGUN_SHARE
        recurs = of_roles > 0 or any(map(self.recurs, names | letters | sure))
        once = (
            (begins or share >= _ANY_SHARE) if labelled > 1 and recurs else share >= self._least_once(names)
        )
        known = frozenset(key for key in names if self._is_believed(key, share, once=once))
        if self.begins_in_capitals():  # `Flour: it must be fresh.`
            known -= {
                key for key in known if not self.recurs(key) and self.small[key] and not self._goes_on(key)
            }
        known |= letters if share >= _RECURRING_SHARE else frozenset()
        return known | self._find_others(known | sure, share)

    def _goes_on(self, key: Key) -> bool:
        """Whether somebody named in full goes on with a sentence, where each cue or paragraph is named."""
        first, _, last = key[0].partition(" ")
        return self.is_strict and last != "" and is_common_name(first)

    def _least_once(self, names: Set[Key]) -> float:
        """The share from which names are believed that stand once each; `Ann Berg (Acme)` is no topic."""
        beside = sum(ASIDE.fullmatch(name) is not None and name.endswith(")") for name, _ in names)
        return _LISTED_SHARE if beside and len(names) > 1 else _LONE_SHARE

    def _find_pairs(self) -> frozenset[Key]:
        """Question and answer, where both recur, or one does in a record that writes them `Q.` and `A.`"""
        pairs = [((one, ""), (other, "")) for one, other in _QUESTION_AND_ANSWER]
        return frozenset(key for pair in pairs if self._are_pair(*pair) for key in pair)

    def _are_pair(self, one: Key, other: Key) -> bool:
        dotted = all(self.styles.get(key, Counter())["dot"] for key in (one, other))
        recurring = sum(map(self.recurs, (one, other)))
        return recurring > 1 or (recurring > 0 and dotted)

    def _find_letters(self) -> frozenset[Key]:
        """The letters that stand for speakers, not for the answers of a list: they recur."""
        letters = self.alike(Likeness.LETTER)
        recurring = frozenset(filter(self.recurs, letters))
        others = self.alike(Likeness.NAME, Likeness.SURE, Likeness.ROLE)
        if not self.is_strict:
            often = frozenset(key for key in recurring if self.times[key] >= _OFTEN)
            return recurring if len(recurring) + len(others) > 1 else often
        numbered = frozenset(key for key in letters if key[0][-1].isdigit() and self._stands_as_label(key))
        return recurring | numbered if others else letters

    @cached_property
    def _emphases(self) -> Counter[str]:
        """How often names that recur are marked in each way."""
        usual = Counter[str]()
        for name in self._recurring:
            for style, times in self.styles[name].items():
                usual[_find_emphasis(style)] += times
        return usual

    def usual_emphasis(self) -> str:
        """How names that recur are marked mostly; "" where they are not."""
        usual = self._emphases.most_common(1)
        return usual[0][0] if usual else ""

    def _is_usual(self, key: Key) -> bool:
        """Whether the name is marked as those are that recur: not `- **Topic**:` among `**Ann:**`."""
        if self._are_list_items(key):
            return False
        usual = self._emphases
        most = max(usual[_find_emphasis(style)] for style in self.styles[key])
        if usual and most * 2 < usual.total():
            return False
        heads_a_line = self.alone[key] == 1 and not self.recurs(key)
        return not heads_a_line or self._stand_alone

    @cached_property
    def _stand_alone(self) -> bool:
        """Whether half of the labels and more stand on lines of their own."""
        return self.alone.total() * 2 >= self.times.total()

    def _are_list_items(self, key: Key) -> bool:
        """Whether a name only stands behind the numbers of a list, among lines that have none."""
        listed = all(style.startswith("numbered") for style in self.styles[key])
        return listed and not self.is_strict

    def _is_believed(self, key: Key, share: float, *, once: bool) -> bool:
        """Whether a name is believed where labels stand on this share of the lines."""
        of_openings = self.labelled_openings / max(1, self.openings)
        told = _has_case(key[0]) or _CASELESS_TITLE.search(key[0]) is not None
        if not (told or max(share, of_openings) >= _CASELESS_SHARE):
            return False
        if self.recurs(key):
            within = self.open_paragraphs and not self.opening[key]
            return not within and (once or share >= _RECURRING_SHARE)
        long = _words_of(key[0]) > _MOST_ONCE_WORDS and "(" not in key[0]
        titled = self._has_usual_title(key) or (has_title(key[0]) and share >= _RECURRING_SHARE)
        sentence = is_caseless(key[0]) and " " not in key[0] and len(key[0]) > _LONGEST_CASELESS
        likely = not sentence and (not long or self.is_strict)
        return (once or titled) and self._stands_as_label(key) and (titled or likely)

    def _has_usual_title(self, key: Key) -> bool:
        """Whether the name has a title and is in capitals, as all are that recur: `DR. FAUCI`."""
        titled = key[0].split()[0].rstrip(".").casefold() in TITLES
        in_capitals = key[0].isupper() and self._recur_in_capitals
        return (in_capitals and titled) or _CASELESS_TITLE.search(key[0]) is not None

    @cached_property
    def _recur_in_capitals(self) -> bool:
        """Whether all names that recur are in capitals, and there are some."""
        recurring = [name for name, style in self._recurring if not style and len(name) > 1]
        return bool(recurring) and all(map(str.isupper, recurring))

    def _find_others(self, known: Set[Key], share: float) -> frozenset[Key]:
        """The names that are not written like one, but that the rest of the file speaks for."""
        around = _Surroundings(known, share, any(names_broadcaster(name) for name, _ in known))
        likely = (key for key, likeness in self.likeness.items() if self._is_likely(key, likeness, around))
        linked = (key for key, times in self.linked.items() if times > 1 and self.is_strict)
        return frozenset(likely).union(linked)

    def _is_likely(self, key: Key, likeness: Likeness, around: _Surroundings) -> bool:
        """Whether the rest of the file speaks for a name of this likeness and style."""
        strict, recurs, style = self.is_strict, self.recurs(key), key[1]
        if likeness is Likeness.ROLE:
            return self._is_likely_role(key, around)
        if style == ".":
            return self._open_lines(style, _DOTTED_SHARE)
        if style == OTHER_MARKS:
            always = self._opened[style] >= _STRICT_SHARE * self.openings and bool(self._recurring)
            return self._open_lines(style, _LONE_SHARE) and (recurs or always)
        if likeness is Likeness.LISTED:
            return self._is_likely_listed(key, around)
        if likeness is Likeness.ODD:
            written_so = not key[0].islower() or self._has_small_names
            often = recurs and self._share_of_all >= _ANY_SHARE
            return often or (strict and self._stands_as_label(key) and written_so)
        return likeness is Likeness.LOOSE and recurs and (strict or self._share_of_all >= _LOOSE_SHARE)

    def _is_likely_role(self, key: Key, around: _Surroundings) -> bool:
        often = bool(around.known) and self._comes_often(key)
        usual = often or around.share >= _ANY_SHARE or self._share_of_all >= _LONE_SHARE
        if self.recurs(key) and (usual or self.is_strict):
            return True
        return self.is_strict and self._stands_as_label(key) and _names_likely_speaker(key[0])

    def _is_likely_listed(self, key: Key, around: _Surroundings) -> bool:
        (name, style), known = key, around.known
        stands = self._stands_as_label(key)
        if not style and bool(known) and stands and self._is_joint(name, known):
            return True
        if around.has_broadcaster and name.isupper() and not style:
            return True  # JOE BIDEN, PRESIDENT
        if self.is_strict and stands and style not in ("–", "(", ":"):
            return True
        if style == "<" and self._open_lines(style, _LONE_SHARE):
            return True  # a chat
        if style == ":" and (self._are_tight or (name, "") in known):
            return True
        return self._is_listed(key, self._share_of_all)

    @cached_property
    def _share_of_all(self) -> float:
        """On which share of the lines anything stands that may be a label."""
        return self.times.total() / max(1, self.total)

    @cached_property
    def _opened(self) -> Counter[str]:
        """How often names open a turn, by their style."""
        opened: Counter[str] = Counter()
        for key, times in self.times.items():
            opened[key[1]] += times if self.opening[key] else 0
        return opened

    def _open_lines(self, style: str, share: float) -> bool:
        """Whether names of this style open two turns, and this share of them."""
        return self._opened[style] >= max(2, share * self.openings)

    @cached_property
    def _are_tight(self) -> bool:
        """Whether names with nothing between colon and speech open turns, and one of them recurs."""
        return self._open_lines(":", _LONE_SHARE) and ":" in {style for _, style in self._usual_keys}

    @cached_property
    def _has_small_names(self) -> bool:
        """Whether a name is written small."""
        return any(name.islower() for name, _ in self._usual_keys)

    @property
    def _usual_keys(self) -> list[Key]:
        """The names that recur; all, where none does."""
        return self._recurring or list(self.times)

    def _comes_often(self, key: Key) -> bool:
        """Whether a name of several words, or one that people are called by, stands before many turns."""
        return self.times[key] >= _OFTEN and (_words_of(key[0]) > 1 or key[0].casefold() in GIVEN_NAMES)

    def _is_listed(self, key: Key, share: float) -> bool:
        """Whether a name recurs that stands in brackets and the like, where labels have this share of lines.

        What mostly stands alone in round brackets is heard, or tells of a break.
        """
        in_round_ones = key[1] == "("
        alone = in_round_ones and self.alone[key] * 2 > self.times[key]
        return self.recurs(key) and not alone and share >= (_LONE_SHARE if in_round_ones else _LISTED_SHARE)

    def _is_joint(self, name: str, known: Set[Key]) -> bool:
        """Whether several say it together, or somebody is presented who goes by his last name elsewhere.

        `NL, LH, MM` where one of them speaks alone elsewhere, and `ANN BERG, HOST` where `BERG` does.
        """
        parts = name.split(", ")
        if (_last_name(name), "") in known:
            return True
        letters = all(_LETTERS.fullmatch(part) for part in parts)
        return letters or any((part, "") in known for part in parts)


def _names_likely_speaker(name: str) -> bool:
    """Whether a name is one that people are called by, all of them together, or an office."""
    folded = name.casefold()
    return folded in GIVEN_NAMES or folded in EVERYBODY or names_office(name)


def _words_of(name: str) -> int:
    """How many words a name has."""
    return len(name.split())


def _last_name(name: str) -> str:
    """The last name of somebody in capitals, without office or seat; "" of others."""
    words = name.partition(", ")[0].partition(" (")[0].split() if name.isupper() else []
    return words[-1] if words else ""


def _find_emphasis(style: str) -> str:
    """The part of a style that is emphasis, as a heading is; a list's sign alone is not."""
    if style.endswith(("bold", "topic", "heading")):
        return style
    return "numbered" if style.startswith("numbered") else ""


def _has_case(name: str) -> bool:
    return name[0].isupper() or name[0].istitle() or not name[0].isalpha()
