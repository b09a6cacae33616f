"""Pseudonyms: what stands for a name outside this machine; a name hidden in a text, and shown again. Pure."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from daemon.text.names.spelling import Hit, fold_phrase, list_present, mark_ranges, write_hits
from daemon.text.transcript import UNSPACED, UNSPACED_LETTER

_FORM = re.compile(r"\w[\w-]*")
_LEAST_INFLECTED = 3  # letters of a name that may take an s: not the "as" of "A"
_HYPHENS = "\u2010\u2011-"  # the last one makes no range
_BETWEEN_PARTS = re.compile(rf"[\s._{_HYPHENS}]+")
_BREAK = re.compile(rf"(?<=[^\W\d_])[{_HYPHENS}]\s+(?=[^\W\d_])")  # "Ox-\nford", as a margin parts a word
_GAP = r"(?=\s)[^\S\n]*+(?:\n[^\S\n]*+)?+"
_IN_TEXT = (
    rf"(?:[.{_HYPHENS}]?{_GAP}|[._{_HYPHENS}])?"  # "Dr. Lee", "Ann-\nLee", and the handle "annlee", too
)
_IN_LABEL = r"[^\S\n]*[-_.,+\u2010\u2011]?[^\S\n]*"  # a file's name may be AnnLee, ann-lee or Ann_Lee
_CAPITAL = re.compile(r"(?!\bI\b)[A-ZÀ-ÖØ-Þ]")  # the word I has one in texts without capitals, too
_NUMBERED = re.compile(r"(.*?)(\d*)", re.S)


class Pseudonyms:
    """Names and what stands for each, ready to be looked for; raises ValueError where they can't be used.

    `names` maps a name to its pseudonym, which several may share, such as "Ann Lee" and "Ann". A name is
    found as whole words, whatever their case, with a space, a hyphen, a dot, an underscore or nothing between
    them however it was given, and before the s of a genitive or a plural. The longest goes before.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = dict(names)
        self._ordered = sorted(names, key=lambda name: (-len(name), name))
        self._words = [(name, _split_name(_fold_letters(name))) for name in self._ordered]
        self._given = _check_stand_ins(names)
        self._shown = _compile_stand_ins(self.stand_ins)
        for name, stand_in in names.items():
            letters = re.sub(r"[\d_]+", " ", stand_in)
            for hit in self._find(letters, _IN_LABEL):
                raise ValueError(f"{stand_in!r}, which is to stand for {name!r}, gives away {hit.heard!r}")

    def __bool__(self) -> bool:
        return bool(self.names)

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """The pseudonyms, each once."""
        return tuple(self._given.values())

    # --- hiding ---------------------------------------------------------------------------------------------

    def find_hits(self, text: str) -> Iterator[Hit]:
        """Where a name stands in a text, from left to right; what is heard is the name as it was given."""
        return self._find(text, _IN_TEXT)

    def hide(self, text: str) -> str:
        """A text with each name behind its pseudonym."""
        return self._hide(text, _IN_TEXT)

    def hide_label(self, text: str) -> str:
        """The same for a file's name, a title or a speaker, where words may be written in one."""
        return self._hide(text, _IN_LABEL)

    def hide_context(self, text: str) -> str:
        """The same for words that may begin in the middle of a name: the rest of one there is dropped."""
        words = text.split()
        for name in self._ordered:
            parts = _split_name(name.casefold())
            for size in range(len(parts) - 1, 0, -1):
                if [word.casefold().strip(".,;:!?'’") for word in words[:size]] == parts[-size:]:
                    words = words[size:]
        return self.hide(" ".join(words))

    def _hide(self, text: str, between: str) -> str:
        return write_hits(text, self._find(text, between)) if self._words else text

    def _find(self, text: str, between: str) -> Iterator[Hit]:
        if not self._words:
            return
        folded = _fold_letters(text)
        broken = _BREAK.search(folded) is not None
        if broken:
            folded += _BREAK.sub("", folded)
        there = list_present(folded, self._words)
        if not there:
            return
        has_capitals = text != text.lower()
        for found in _compile_names(there, between, broken).finditer(text):
            name = there[int((found.lastgroup or "n0")[1:])]
            if text[found.end() : found.end() + 1] in ("s", "S"):
                may_be_verb = len(_split_name(name)) == 1 and text[found.start()].islower() and has_capitals
                if len(name) < _LEAST_INFLECTED or may_be_verb:
                    continue  # the verb of "he marks it", where Mark is a name
            yield Hit(found.start(), found.end(), name, self.names[name])

    # --- showing --------------------------------------------------------------------------------------------

    def find_stand_ins(self, text: str) -> list[str]:
        """The pseudonyms that stand in a text, in order, each as it was given."""
        return [self._given[found[0].casefold()] for found in self.match_stand_ins(text)]

    def show(self, text: str, said: str = "") -> str:
        """A text with names in the place of their pseudonyms.

        `said` is what the text came from, with the names in it: it tells which of several names that share a
        pseudonym stood there, and how it was written. A text in which nothing else was changed is as said.
        """
        found = self.match_stand_ins(text) if self.names else []
        if not found:
            return text
        hidden = self.hide(said)
        if text == hidden:
            return said
        names = _NamesSaid(self, said, hidden, text)
        hits = []
        for one, at in zip(found, _count_words_before(text, found), strict=True):
            name = names.choose_name(self._given[one[0].casefold()], at)
            if _begins_sentence(text, one.start()):
                name = name[0].upper() + name[1:]
            hits.append(Hit(one.start(), one.end(), one[0], name))
        return write_hits(text, hits)

    def first_name(self, stand_in: str) -> str:
        """The name that a pseudonym stands for; of several the longest."""
        return next(name for name in self._ordered if self.names[name].casefold() == stand_in.casefold())

    def match_stand_ins(self, text: str) -> list[re.Match[str]]:
        """The places of the pseudonyms in a text."""
        return list(self._shown.finditer(text))


class _NamesSaid:
    """Which names were said where, for a text that came of what was said."""

    def __init__(self, pseudonyms: Pseudonyms, said: str, hidden: str, text: str) -> None:
        from daemon.text.alignment import find_origins  # here: `status` looks at sidecars and aligns nothing

        self._pseudonyms = pseudonyms
        places = _count_words_before(hidden, pseudonyms.match_stand_ins(hidden))
        hits = list(pseudonyms.find_hits(said))
        self._said = [
            (at, hit.written, _spell_name(hit, said)) for at, hit in zip(places, hits, strict=False)
        ]
        self._origins = find_origins(hidden.split(), text.split())

    def choose_name(self, stand_in: str, word: int) -> str:
        """The name for a pseudonym in the text's word of this index: that of the nearest one said."""
        alike = [(at, name) for at, written, name in self._said if written.casefold() == stand_in.casefold()]
        if not alike:
            return self._pseudonyms.first_name(stand_in)
        known = [at for at in self._origins[: word + 1] if at is not None]
        origin = known[-1] if known else 0
        return min(alike, key=lambda one: abs(one[0] - origin))[1]


def _spell_name(hit: Hit, said: str) -> str:
    """The name as it was given; as it was said where that has other marks, or is small beside capitals.

    Small, it may be another word: the "will" of "I will", where Will is a name.
    """
    written = said[hit.start : hit.end]
    is_same = fold_phrase(written) == fold_phrase(hit.heard)
    return hit.heard if is_same and not (written.islower() and _CAPITAL.search(said)) else written


def _begins_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \n\"'“‘«(")
    return not before or before[-1] in ".!?…:"


@lru_cache(maxsize=64)
def _pseudonyms_of(items: tuple[tuple[str, str], ...]) -> Pseudonyms:
    return Pseudonyms(dict(items))


def pseudonyms_of(names: Mapping[str, str]) -> Pseudonyms:
    """The pseudonyms of a mapping, made once for each. Raises ValueError where they can't be used."""
    return _pseudonyms_of(tuple(names.items()))


def lacks_names(hidden: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether some name that is to be hidden is not, whatever the case and the spaces in it."""
    return not set(map(fold_phrase, hidden)).issuperset(map(fold_phrase, wanted))


def stand_in_finder(stand_ins: Sequence[str]) -> Callable[[str], list[str]]:
    """A function that lists, without case, those of some pseudonyms that stand in a text, in order."""
    pattern = _compile_stand_ins(tuple(stand_ins))
    return lambda text: [found[0].casefold() for found in pattern.finditer(text)]


def choose_stand_ins(names: Mapping[str, str], texts: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The names with pseudonyms that stand in none of some texts, and which were chosen for which.

    One that stands there could not be told from the name it is for. Raises ValueError as Pseudonyms does.
    """
    asked = pseudonyms_of(names)
    there: set[str] = set()
    words: set[str] = set()
    for text in texts:
        there.update(asked.find_stand_ins(text))
        words.update(text.casefold().split())
    taken = {stand_in.casefold() for stand_in in asked.stand_ins}
    chosen: dict[str, str] = {}
    for stand_in in asked.stand_ins:
        if stand_in in there:
            chosen[stand_in] = _next_free(stand_in, taken, " ".join(sorted(words)))
            taken.add(chosen[stand_in].casefold())
    given = {stand_in.casefold(): stand_in for stand_in in asked.stand_ins}
    used = {name: given[stand_in.casefold()] for name, stand_in in names.items()}
    return {name: chosen.get(stand_in, stand_in) for name, stand_in in used.items()}, chosen


def _next_free(stand_in: str, taken: set[str], words: str) -> str:
    """The pseudonym with the next number that is not taken, and stands in none of some words."""
    found = _NUMBERED.fullmatch(stand_in)
    stem, digits = (found[1], found[2]) if found else (stand_in, "")
    number = int(digits or 1)
    while True:
        number += 1
        wanted = f"{stem}{number:0{len(digits)}d}"
        if wanted.casefold() not in taken and not _compile_stand_ins((wanted,)).search(words):
            return wanted


def _check_stand_ins(names: Mapping[str, str]) -> dict[str, str]:
    """The pseudonyms by their letters without case; raises ValueError for one that is not a single word."""
    given: dict[str, str] = {}
    for name, stand_in in names.items():
        if not _FORM.fullmatch(stand_in):
            raise ValueError(f"{stand_in!r}, which is to stand for {name!r}, is not one word such as P01")
        given.setdefault(stand_in.casefold(), stand_in)
    return given


def _fold_letters(text: str) -> str:
    """A text by its letters, in whatever case and way they are written."""
    return unicodedata.normalize("NFC", text).casefold().replace("’", "'")


@lru_cache(maxsize=256)
def _compile_names(names: tuple[str, ...], between: str, broken: bool) -> re.Pattern[str]:
    """The pattern of any of some names, the first that fits; the group n3 tells that it is the fourth.

    Before and behind one stands no letter, but for an s, nor is it a part of O'Brien or of don't. In scripts
    without spaces it may stand anywhere. `broken` says that words may be parted at the end of a line.
    """
    spaced: list[str] = []
    unspaced: list[str] = []
    for place, name in enumerate(names):
        words = between.join(_word_pattern(word, broken) for word in _split_name(name))
        anywhere = UNSPACED_LETTER.match(name[0]) or UNSPACED_LETTER.match(name[-1])
        (unspaced if anywhere else spaced).append(f"(?P<n{place}>{words})")
    parts = list(unspaced)
    if spaced:
        before = rf"(?<![^\W_{UNSPACED}])(?<![{mark_ranges()}])(?<!\bO['’])"
        after = rf"(?=s?(?![^\W_{UNSPACED}{mark_ranges()}]))(?!['’]t\b)"
        parts.insert(0, f"{before}(?:{'|'.join(spaced)}){after}")
    return re.compile("|".join(parts), re.I)


def _split_name(name: str) -> list[str]:
    """The words of a name, whatever parts them: Jean-Luc may be written Jean Luc, and J.R. as J. R."""
    return list(filter(None, _BETWEEN_PARTS.split(name))) or [name]


def _word_pattern(word: str, broken: bool) -> str:
    """A word in both ways in which an accent may be written, with whichever apostrophe, and parted or not."""
    cases = (word, word.upper(), word.casefold())  # of other letters, some: WEISS for Weiß
    forms = dict.fromkeys(unicodedata.normalize(form, case) for case in cases for form in ("NFC", "NFD"))
    within = rf"(?:{_BREAK.pattern})?" if broken else ""
    return "(?:" + "|".join(within.join(map(_letter_pattern, form)) for form in forms) + ")"


def _letter_pattern(letter: str) -> str:
    return "['’]" if letter in "'’" else re.escape(letter)


@lru_cache(maxsize=256)
def _compile_stand_ins(stand_ins: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern of any of some pseudonyms, the longest first.

    Behind a number may stand whatever an inflecting language puts there, behind a word no more than an s.
    """
    ordered = sorted(stand_ins, key=lambda one: (-len(one), one))
    numbers = [re.escape(one) for one in ordered if one[-1].isdigit()]
    words = [re.escape(one) for one in ordered if not one[-1].isdigit()]
    parts = []
    if words:
        parts.append(rf"(?:{'|'.join(words)})(?=s?(?![^\W_{UNSPACED}]))")
    if numbers:
        parts.append(rf"(?:{'|'.join(numbers)})(?!\d)")
    return re.compile(rf"(?<![^\W_{UNSPACED}])(?:{'|'.join(parts) or '(?!)'})", re.I)


def _count_words_before(text: str, found: Sequence[re.Match[str]]) -> list[int]:
    """For each match in a text, the index of the word in which it begins."""
    starts = [word.start() for word in re.finditer(r"\S+", text)]
    return [bisect_right(starts, one.start()) - 1 for one in found]
