"""What the lines of a file tell of its labels: how often each stands where, and how it is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from daemon.formats.speakers.labels import OTHER_MARKS, Label, Line
from daemon.formats.speakers.names import Likeness
from daemon.text.languages.knowledge import load_all
from daemon.text.names.likeness import is_common_name

QUESTION_AND_ANSWER = tuple(
    pair.split("/")
    for language in load_all().values()
    for written in language.question_and_answer
    for pair in dict.fromkeys((written, written.upper()))
)
_PAIRED = frozenset(name for pair in QUESTION_AND_ANSWER for name in pair)
LONE_SHARE = 0.5
"""The share from which the only label of a file is believed: `Keynote:` may begin a text of many lines."""
STRICT_SHARE = 0.8
"""The share of paragraphs, cues or timed lines that open with a label from which all of them do."""
BRACKETS = frozenset("[(<–:.=")
_PARTED_SHARE = 0.6
"""The share of lines that begin a paragraph below which the others go on with one, wrapped at a margin."""
_OPENING_SHARE = 0.8
"""The share of labels at the beginning of paragraphs from which every label stands there."""
_MARKED_SHARE = 0.3
"""The share of lines that follow the end of a sentence below which the text has no marks that would tell."""
_LEAST_TOLD, _SMALL_SHARE = 2, 0.15
"""How many beginnings tell how they are written; the share of small letters up to which all are capitals."""

Key = tuple[str, str]
"""A name and the bracket that it stands in: `[Ann]` is counted apart from `Ann:`."""


def make_key(label: Label) -> Key:
    """What a label is counted as."""
    return label.name, label.style if label.style in BRACKETS else ""


@dataclass
class Evidence:
    """What a file's lines tell together of its labels.

    First all lines are added; then what they tell is found out once, for a file may have 100,000 labels.
    `openings` are lines that begin a paragraph or a cue, `standing_lines` those that follow the end of a
    sentence. By its key is counted how often a label stands at all (`times`), opens (`opening`), is alone on
    its line (`alone`), has nothing but a link behind it (`linked`), or speech that begins small (`small`).
    `noted` counts the words that begin notes and open.
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
    noted: Counter[str] = field(default_factory=Counter)

    def add(self, line: Line) -> None:
        """Count a line."""
        self.total += 1
        self.standing_lines += line.stands
        found = line.label
        if found is None or (found.likeness is Likeness.NOTE and found.name not in _PAIRED):
            self.openings += line.opens
            self.unlabelled[line.small] += line.stands and found is None
            if found is not None and not make_key(found)[1]:
                self.noted[found.name] += line.opens
            return
        key = make_key(found)
        if found.linked:
            self.linked[key] += found.likeness is not Likeness.LOOSE  # Blog post: https://…
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
        return bool(self._last_names) and not key[1] and last_name(key[0]) in self._last_names

    @cached_property
    def recurring(self) -> list[Key]:
        """The names that recur."""
        return list(filter(self.recurs, self.times))

    @property
    def usual_keys(self) -> list[Key]:
        """The names that recur; all, where none does."""
        return self.recurring or list(self.times)

    @cached_property
    def _last_names(self) -> frozenset[str]:
        """The last names in capitals by which people go whom other labels name in full: `TOM REED`, `REED`.

        One of these at least has a name that people are called by, or is presented: `CURRENT SYMPTOMS` and
        `SYMPTOMS` are nobody's.
        """
        alone = {name for name, style in self.times if not style and last_name(name) == name}
        named = (name for name, style in self.times if not style and name not in alone)
        full = [name for name in named if last_name(name) in alone]
        people = any("," in name or is_common_name(name.split()[0]) for name in full)
        return frozenset(map(last_name, full)) if people else frozenset()

    def stands_as_label(self, key: Key) -> bool:
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
        opened = sum(self.opening[key] for key in self.recurring)
        least = _OPENING_SHARE * sum(self.times[key] for key in self.recurring)
        wrapped = self.openings < _PARTED_SHARE * self.total
        return wrapped and opened > 0 and opened >= least

    def begins_in_capitals(self) -> bool:
        """Whether what is said begins with a capital, but for what stands behind a name that stands once."""
        small = sum(self.small[key] for key in self.recurring) + self.unlabelled[True]
        whole = sum(self.times[key] for key in self.recurring) + self.unlabelled.total()
        return whole >= _LEAST_TOLD and small <= _SMALL_SHARE * whole

    def is_unmarked(self) -> bool:
        """Whether hardly a line follows the end of a sentence."""
        return self.standing_lines < _MARKED_SHARE * self.total

    @cached_property
    def is_strict(self) -> bool:
        """Whether as good as all paragraphs or cues open with a label."""
        loose = (key for key, its in self.likeness.items() if its is Likeness.LOOSE and key[0][0].isupper())
        again = sum(self.opening[key] for key in loose if self.recurs(key))
        return self.openings > 1 and self.labelled_openings + again >= STRICT_SHARE * self.openings

    @cached_property
    def share_of_all(self) -> float:
        """On which share of the lines anything stands that may be a label."""
        return self.times.total() / max(1, self.total)

    @cached_property
    def opened(self) -> Counter[str]:
        """How often names open a turn, by their style."""
        opened: Counter[str] = Counter()
        for key, times in self.times.items():
            opened[key[1]] += times if self.opening[key] else 0
        return opened

    def open_lines(self, style: str, share: float) -> bool:
        """Whether names of this style open two turns, and this share of them."""
        return self.opened[style] >= max(2, share * self.openings)

    @cached_property
    def has_sure_labels(self) -> bool:
        """Whether one of the labels says by itself that it is one: `Speaker 1`, `Moderator`."""
        return Likeness.SURE in self.likeness.values()

    @cached_property
    def are_tight(self) -> bool:
        """Whether names with nothing between colon and speech open turns, and one of them recurs."""
        return self.open_lines(":", LONE_SHARE) and ":" in {style for _, style in self.usual_keys}

    @cached_property
    def tight_recur(self) -> bool:
        """Whether a name with nothing between colon and speech opens turns again and again."""
        return any(style == ":" and self.opening[name, style] > 1 for name, style in self.recurring)

    @cached_property
    def has_small_names(self) -> bool:
        """Whether a name is written small."""
        return any(name.islower() for name, _ in self.usual_keys)

    @cached_property
    def emphases(self) -> Counter[str]:
        """How often names that recur are marked in each way."""
        usual = Counter[str]()
        for name in self.recurring:
            for style, times in self.styles[name].items():
                usual[find_emphasis(style)] += times
        return usual

    def usual_emphasis(self) -> str:
        """How names that recur are marked mostly; "" where they are not."""
        usual = self.emphases.most_common(1)
        return usual[0][0] if usual else ""

    @cached_property
    def stand_alone(self) -> bool:
        """Whether half of the labels and more stand on lines of their own."""
        return self.alone.total() * 2 >= self.times.total()

    @cached_property
    def names_stand_alone(self) -> bool:
        """Whether names recur, each on lines of its own alone, with what is said below."""
        return bool(self.recurring) and all(self.alone[key] == self.times[key] for key in self.recurring)

    def are_list_items(self, key: Key) -> bool:
        """Whether a name only stands behind the numbers of a list, among lines that have none."""
        listed = all(style.startswith("numbered") for style in self.styles[key])
        return listed and not self.is_strict

    @cached_property
    def recur_in_capitals(self) -> bool:
        """Whether all names that recur are in capitals, and there are some."""
        recurring = [name for name, style in self.recurring if not style and len(name) > 1]
        return bool(recurring) and all(map(str.isupper, recurring))


def last_name(name: str) -> str:
    """The last name of somebody in capitals, without office or seat; "" of others."""
    words = name.partition(", ")[0].partition(" (")[0].split() if name.isupper() else []
    return words[-1] if words else ""


def find_emphasis(style: str) -> str:
    """The part of a style that is emphasis, as a heading is; a list's sign alone is not."""
    if style.endswith(("bold", "topic", "heading")):
        return style
    return "numbered" if style.startswith("numbered") else ""
