"""How long a label of captions holds: until the next one, or for its own caption.

A recording that was written down names somebody wherever another one begins to speak. Subtitles of films
name those who are not seen: between two names anybody on the screen may speak. What tells the two apart are
captions of nothing but what is heard, dashes before those who speak in one caption, and names like MAN.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from daemon.formats.speakers.labels import Line
from daemon.formats.speakers.names import Likeness, is_somebody_unseen, is_sound
from daemon.formats.word_account import Reading

Words = Sequence[str]

_BOX = r"(?:\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）)"
_SOUND = re.compile(rf"[^\w()\[\]（）]{{0,6}}{_BOX}(?:[^\w()\[\]（）]{{0,6}}{_BOX})*[^\w()\[\]（）]{{0,6}}")
"""A caption of nothing but what is heard: `(door slams)`."""
_DASHES = ("-", "–", "—", "‐", "−")
_LEAST_SOUNDS, _SOUNDS_SHARE = 5, 0.03
"""How many different sounds subtitles of films have, and the share of captions with nothing else."""
_LEAST_PAIRS, _PAIRS_SHARE = 3, 0.01
"""How many captions there are, and their share, in which one of several after dashes isn't named."""
_LEAST_BEFORE, _AGAIN_SHARE = 10, 0.3
"""The captions that are spoken before the first name, and how often the name before is named again."""
_UNSEEN_SHARE = 0.5
"""The share of names that are only MAN or WOMAN: those who are not seen."""
_OFF = re.compile(
    r"[(\[](?:v\.?\s?o\.?|o\.?\s?[sc]\.?|off(?:[ -]?screen)?|voice[ -]?over|en off|hors[ -]champ"
    r"|fuori campo)[)\]]",
    re.I,
)
"""What scripts set behind the name of somebody who is not seen: `TOM (V.O.)`."""
_CAPITALS_SHARE = 0.9
_ASIDE = re.compile(r"[(\[][^()\[\]]*[)\]]")
_MOST_NAMED, _MOST_BOXED = 0.5, 0.75
"""The share of captions with a name, at most, in subtitles of films; and where it stands in brackets."""
_LEAST_DASHED, _DASHED_SHARE = 2, 0.8
"""How many names stand behind a dash, and which share of them, where dashes part all who speak."""
_SHORT = 2  # letters
_MOST_CARRIED = 6
"""The captions over which a sentence goes on, at most."""
_SENTENCE_ENDS = ("--", *'.?!…)]"”»—–♪؟۔।。？！')


@dataclass(slots=True)
class _Evidence:
    """What a file's captions tell of how long a label holds."""

    captions: int = 0
    before: int = 0
    sounding: int = 0
    pairs: int = 0
    named_behind_dash: int = 0
    again: int = 0
    names: list[str] = field(default_factory=list)
    sounds: set[str] = field(default_factory=set)

    def add(self, lines: Sequence[tuple[Words, str | None]]) -> None:
        """Count a caption: the words of each of its lines, and the name that is believed there."""
        self.captions += 1
        named = [name for _, name in lines if name is not None]
        text = " ".join(word for words, _ in lines for word in words)
        if not named and _SOUND.fullmatch(text):
            self.sounding += 1
            self.sounds.add(text.casefold())
            return
        self.again += named[:1] == self.names[-1:] != []
        self.names += named
        self.before += not self.names
        dashed = [name for words, name in lines if words[0].startswith(_DASHES)]
        self.pairs += len(dashed) > 1 and None in dashed
        self.named_behind_dash += len(dashed) - dashed.count(None)

    def is_of_film(self, *, boxed: bool) -> bool:
        """Whether a name says nothing of the captions behind it that have none."""
        most = _MOST_BOXED if boxed else _MOST_NAMED
        if len(self.names) > most * self.captions:
            return False
        heard = len(self.sounds) >= _LEAST_SOUNDS and self.sounding >= _SOUNDS_SHARE * self.captions
        paired = self.pairs >= max(_LEAST_PAIRS, _PAIRS_SHARE * self.captions)
        late = self.before >= _LEAST_BEFORE and self.again >= _AGAIN_SHARE * len(self.names)
        off = sum(is_somebody_unseen(name) or _OFF.search(name) is not None for name in self.names)
        unseen = off >= _UNSEEN_SHARE * len(self.names)
        return boxed or heard or paired or (self.names != [] and (late or unseen))

    def has_dashes(self) -> bool:
        """Whether names stand behind a dash, which so says that somebody else begins to speak."""
        return self.named_behind_dash >= max(_LEAST_DASHED, _DASHED_SHARE * len(self.names))


@dataclass(slots=True)
class LabelSpan:
    """Says, caption by caption, whether the last label still holds."""

    own_caption: bool = False
    """Whether a label holds for its own caption, and the rest of its sentence, and not until the next one."""
    unmarked: bool = False
    capitals: bool = False
    """Whether the names that are believed are written in capitals."""
    dashed: bool = False
    """Whether a dash says that somebody else begins to speak: names stand behind one."""
    _last: str = ""
    _carried: int = 0

    def believes(self, line: Line) -> bool:
        """Whether a name that stands once is believed: in capitals, as all are, and for its caption only."""
        return self.own_caption and self.capitals and is_in_capitals(line)

    def goes_on(self, lines: Sequence[Words]) -> bool:
        """Whether whoever spoke last speaks when a caption of these lines begins."""
        if not self.own_caption:
            return True
        ended = self.unmarked or self._last.endswith(_SENTENCE_ENDS) or self._carried >= _MOST_CARRIED
        opens = not lines or lines[0][0].startswith((*_DASHES, "(", "[", "♪"))
        self._carried += 1
        return not (ended or opens)

    def parts_at(self, words: Words) -> bool:
        """Whether somebody else begins to speak with a line that has no label: behind a dash."""
        return (self.own_caption or self.dashed) and words[0].startswith(_DASHES)

    def begin(self) -> None:
        """A label was read: it holds from here."""
        self._carried = 0

    def note(self, word: str) -> None:
        """Note the last word of a line."""
        self._last = word

    def warn(self, reading: Reading) -> None:
        """Say in the reading that names hold for their own captions, where they do."""
        if self.own_caption:
            reading.warnings.append(
                "Only some captions of this file say who speaks, as in subtitles of a film. Captions without "
                "a name stand without a speaker: whoever is on the screen may be speaking."
            )


def is_in_capitals(line: Line) -> bool:
    """Whether a caption begins with a name in capitals: `NARRATOR: He had left.`"""
    label = line.label
    if label is None or label.likeness is not Likeness.NAME or not line.opens:
        return False
    return label.name.isupper() and len(label.name) > _SHORT and not is_sound(label.name)


def find_label_span(
    captions: Iterable[Sequence[tuple[Words, str | None]]], *, unmarked: bool, boxed: bool
) -> LabelSpan:
    """How long labels hold in these captions; of each line its words, and the name believed there.

    `unmarked`: sentences end without a mark; `boxed`: names stand in brackets, as only films have them.
    """
    evidence = _Evidence()
    for lines in captions:
        if lines:
            evidence.add(lines)
    capitals = sum(_ASIDE.sub("", name).isupper() for name in evidence.names)
    in_capitals = capitals >= _CAPITALS_SHARE * len(evidence.names)
    return LabelSpan(evidence.is_of_film(boxed=boxed), unmarked, in_capitals, evidence.has_dashes())
