"""The label with which a line opens, if there is one: who is said to speak, and how it is marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from daemon.formats.speakers.names import (
    ADJUNCTS,
    MAX_NAME_WORDS,
    MAX_WORDS,
    PARTICLES,
    PERSONAL_TITLES,
    SENTENCE,
    SHORT_CAPITALS,
    TITLES,
    Likeness,
    has_title,
    is_caseless,
    is_generic,
    is_in_capitals,
    is_name,
    is_note,
    is_office_in_capitals,
    is_somebody_unseen,
    is_sound,
    likeness_of,
)
from daemon.formats.speakers.offices import names_office
from daemon.text.names.likeness import is_common_name

OTHER_MARKS = "="
"""The style of labels in marks of a file's own."""
_NAME_AND_MARK = r"([^\W\d_][^:|<>{}\[\]=]{0,59}?)"
_OTHERWISE_MARKED = re.compile(
    r"(?:<<([^<>]{1,60})>>:?|\{([^{}\\]{1,60})\}:?|\|([^|]{1,60})\|:?|={1,3}([^=]{1,60})={1,3}:?"
    r"|[«\"“„]([^«»\"“”„]{1,60})[»\"”“]:|\*\*([^*:]{1,60})\*\*"
    rf"|{_NAME_AND_MARK}(?:\s?::|\s?>|\.-|\s\||\s[-=]+>))(?=\s)"
)
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks of direction, which editors of right-to-left text put at the beginning of a line."""
_MARK = re.compile(
    r">>+|[-–—•·▪‣\uf0b7\uf0a7\uf076\uf0d8]|[*>.●◦○■□◆▶→](?!\S)|\d{1,3}[.)](?!\S)|\.(?=[^\W\d_a-z]{2})"
)
"""What stands before a label: the sign that the speaker changes, or of a list, those of Word's fonts too."""
_WEB_ADDRESS = re.compile(r"<?(?:https?://|ftp://|www\.)", re.I)
_ADDRESS = re.compile(r"<?(?:https?://|ftp://|www\.|mailto:|[\w.+-]{1,60}@[\w-]{1,60}\.\w)", re.I)
_BY_PROGRAM = re.compile(r"(?:SPEAKER|Speaker|speaker|spk)_\d{1,3}")
"""What diarization programs call a speaker, which nobody says: no colon has to stand behind it."""
_NUMBER = re.compile(r"((?:tel|sips?):[^\s:]{3,60}):", re.I)
"""What a telephone system calls whoever has told it no name: `sip:1001@example.org: text`."""
_BEHIND_PROGRAMS = (":", "-", "–", "—", "|", "=")
"""What may stand behind such a name by itself: `SPEAKER_00 : text`."""
_DOTTED = ("Q.", "A.")  # the record of a court
_COLONS = ":："
_OTHER_COLONS = str.maketrans(dict.fromkeys("៖፦︰∶꞉﹕", "："))
"""What stands for a colon in Khmer and Ethiopic, and what looks like one."""
_QUESTION = re.compile(r"Q\.?\s?\d{1,4}\.?")
"""The number of a question, as British committees set it before who asks: `Q12 Chair: text`."""
_DEEPEST_HEADING = 6  # signs before a heading of Markdown
_READ_WORDS = 16
_PLAIN = re.compile(r"[\w\s,;!?'’\"“”]+\.?")
"""Several words with none of the marks that a label stands in or ends with; as most lines are."""
_MOST_WORDS = 12  # of a name with an office and a firm
_OF = frozenset("of from for de du des di of à".split())
_BOLD_WITHIN = re.compile(r"^(?:\*\*|__)([^*_]{1,60})(?:\*\*|__)(?=\s)")
"""Bold type that ends before an aside: `**Ann** (host): text`."""
_INITIAL = re.compile(r"(?:[^\W\d_]\.){1,3}")
_LONGEST_SHORTENED = 5  # characters of a word that a point shortens
_LAST_INITIAL = re.compile(r"[^\W\d_]\.?[*_]{0,3}:[*_]{0,3}")
"""Of somebody who goes by two of them: `A. B.:`."""
_LAST_NAME = re.compile(r"([^\W\d_a-z](?:[^\W\d_]|['’-](?=[^\W\d_])){1,29})[*_]{0,3}:[*_]{0,3}")
"""Of somebody who goes by an initial and a last name: `A. Berg:`."""
_MEASURE = re.compile(r"\d[\d.,/½¼¾]{0,6}\s?(?:[a-zµ%°]{1,3}|[a-z]{4,12})")
"""How much of something is needed: `500 g`, which nobody says by itself whose name stands once."""
_SCENES = ("INT.", "EXT.", "INT./EXT.", "EXT./INT.", "I/E.")
_DASHES = frozenset("-–—")
_CLOSING = {"[": "]", "(": ")", "<": ">", "【": "】", "［": "］"}
_ASCII_BRACKETS = str.maketrans("【】［］", "[][]")
HTML_TAGS = frozenset(
    "p br div span b i u em strong li ul ol td tr th table hr h1 h2 h3 h4 h5 h6 a img center font code pre "
    "blockquote html body head section article main header footer sub sup small mark tt".split()
)
_NICK = re.compile(r"[^\W\d][\w.-]{1,29}")


class Label(Struct, frozen=True, gc=False):
    """A line's first words that may say who speaks.

    `taken` words of the line are the label's; `rest` is what the last of them holds beyond it. `style` says
    how it is marked (by a list's sign, in bold). `linked`: nothing but an address stands
    behind it; `alone`: nothing at all. `shorter` is the label in it that ends at another mark than its colon.
    """

    name: str
    taken: int
    rest: str = ""
    likeness: Likeness = Likeness.NAME
    style: str = ""
    linked: bool = False
    alone: bool = False
    shorter: Label | None = None

    def remove_from(self, words: Sequence[str]) -> list[str]:
        """The words of the line without the label."""
        return [self.rest, *words[self.taken :]] if self.rest else list(words[self.taken :])


class Line(Struct, frozen=True, gc=False):
    """A line as evidence: what may be its label, and how it stands.

    `stands`: no sentence and no bracket is open before it. `opens`: a paragraph, a cue or a timed line
    begins with it. `small`: what is said begins with a small letter. `other`: the same with the shorter
    label.
    """

    label: Label | None
    stands: bool = True
    opens: bool = False
    small: bool = False
    other: Line | None = None


def as_line(words: Sequence[str], label: Label | None, *, stands: bool, opens: bool) -> Line:
    """A line of these first words, which begins with this label, as evidence."""
    shorter = label.shorter if label is not None else None
    other = as_line(words, shorter, stands=stands, opens=opens) if shorter is not None else None
    return Line(label, stands, opens, _begins_small(words, label), other)


def _begins_small(words: Sequence[str], label: Label | None) -> bool:
    """Whether what is said on a line of these first words, without its label, begins with a small letter.

    So does a measure.
    """
    said = words if label is None else label.remove_from(words)
    measure = label is not None and _MEASURE.fullmatch(" ".join(said)) is not None
    return measure or (bool(said) and said[0][:1].islower())


def find_label(words: Sequence[str]) -> Label | None:
    """What may be a label at the beginning of a line, behind `>>`, a dash or a bullet if there is one."""
    words = words[:_READ_WORDS]
    if len(words) > 1 and "_" in words[0] and _BY_PROGRAM.fullmatch(words[0]):
        return Label(words[0], 2 if words[1] in _BEHIND_PROGRAMS else 1, likeness=Likeness.SURE)
    if len(words) > 1 and _PLAIN.fullmatch(" ".join(words)):
        return None
    if words and begins_scene(words[0]):
        return None
    if words and words[0][0] in _BIDI:
        words = [words[0].strip(_BIDI), *words[1:]]
        words = words if words[0] else []
    if not words:
        return None
    if not words[0].strip("#"):
        if len(words[0]) > _DEEPEST_HEADING:
            return None  # a heading that ends a turn is nobody's
        found = _read_named(words[1:])
        return replace(found, taken=found.taken + 1, style="heading") if found else None
    if len(words) > 1 and _QUESTION.fullmatch(words[0]):
        found = _read_named(words[1:])
        certain = found is not None and found.likeness in (Likeness.NAME, Likeness.SURE)
        return replace(found, taken=found.taken + 1) if found and certain else None
    mark = _MARK.match(words[0])
    return _read_unmarked(words) if mark is None else _read_marked(words, mark)


def begins_scene(word: str) -> bool:
    """Whether a line that begins with this word says where a scene of a film plays."""
    return word in _SCENES


def find_label_in(text: str) -> Label | None:
    """What may be a label at the beginning of a text."""
    return find_label(text.split(None, _READ_WORDS))


def _read_unmarked(words: Sequence[str]) -> Label | None:
    return (
        _behind_sound(words)
        or _read_bracketed(words)
        or _with_shorter(_read_named(words), words)
        or _behind_note(words)
        or _read_dashed(words)
        or _marked_otherwise(words)
        or _read_dotted(words)
    )


def _read_marked(words: Sequence[str], mark: re.Match[str]) -> Label | None:
    """`>> Ann: text`, `- [Ann] text`, `1. Ann: text`: behind the mark that the first word begins with."""
    bare = words[0][mark.end() :]
    tail = [bare, *words[1:]] if bare else words[1:]
    found = (_behind_sound(tail) if tail else None) or _read_bracketed(tail) or _read_named(tail)
    if found is None:
        return None
    announced = words[0].startswith(">>") and found.likeness is not Likeness.NOTE
    likeness = Likeness.SURE if announced else found.likeness
    style = found.style if words[0].startswith(">>") else f"list {found.style}"
    if words[0][0].isdigit():
        if words[0].endswith(".") and is_somebody_unseen(found.name):  # 2. Mann: text
            return replace(found, name=f"{words[0]} {found.name}", taken=found.taken + 1)
        style = f"numbered {style}"
    return replace(found, taken=found.taken + (not bare), likeness=likeness, style=style)


def _read_bracketed(words: Sequence[str]) -> Label | None:
    """`[Ann Smith]: text`, `[SPEAKER_01] text`, `(speaker 0) text`; perhaps `[Ann] text`, `<Ann> text`."""
    opening = words[0][0] if words else ""
    closing = _CLOSING.get(opening, "")
    if not closing:
        return None
    for taken, word in enumerate(words, 1):
        if taken > MAX_NAME_WORDS + 1 and "]:" not in word:
            continue
        if closing in word:
            joined = " ".join(words[:taken])
            if opening in "【［":
                joined, opening = joined.translate(_ASCII_BRACKETS).replace("]：", "]:", 1), "["
            return _of_brackets(joined, opening, taken, len(words))
    return None


def _of_brackets(joined: str, opening: str, taken: int, whole: int) -> Label | None:
    """The label that some first words of a line of `whole` words are."""
    rest, closing = "", _CLOSING[opening]
    if opening == "[" and "]:" in joined:
        joined, _, rest = joined.partition("]:")
        joined += "]:"
    elif opening == "<" or _is_tight(joined, closing):
        joined, _, rest = joined.partition(closing)
        joined, rest = joined + closing, rest.lstrip(_COLONS)
    name = joined[1:].rstrip(_COLONS).removesuffix(closing).strip()
    closes = joined.endswith(closing)
    if closes and name.endswith(":") and (within := _read_named(name.split())):
        return replace(within, taken=taken, rest=rest)  # (Ann:) text
    if _WEB_ADDRESS.match(name):
        return None  # by an address of mail somebody may go
    if opening == "[" and joined.endswith("]:") and name and "]" not in name:
        return Label(name, taken, rest, likeness=Likeness.SURE, style="[")
    if is_generic(name) and (closes or joined.endswith(f"{closing}:")):
        return Label(name, taken, rest, likeness=Likeness.SURE, style=opening)
    nick = opening == "<" and _NICK.fullmatch(name) is not None and name.lower() not in HTML_TAGS
    person = nick or (_names_somebody(name) and not is_sound(name) and not is_note(name))
    if not (closes and person) or ": " in name:  # [Music: Bach]
        return None
    return Label(name, taken, rest, Likeness.LISTED, opening, alone=taken == whole and not rest)


def _names_somebody(name: str) -> bool:
    """Whether it is a name, or one before what its bearer is: `Ann Berg`, `Ann Berg, CEO`."""
    behind = name.partition(", ")[2]
    told = behind[:1].isupper() or names_office(behind)  # [Ann, come here] Yes.
    listed = told and likeness_of(name) in (Likeness.LISTED, Likeness.NAME)
    return is_name(name) or (listed and (has_title(name) or is_common_name(name.split()[0])))


def _is_tight(joined: str, closing: str) -> bool:
    """Whether what is said begins right behind the bracket: `[SPEAKER_00]Hello`, `[主持人]大家好`."""
    name, _, rest = joined[1:].partition(closing)
    spoken = rest[:1].isalnum() and not rest[:1].islower()
    return spoken and (is_generic(name.strip()) or (name != "" and is_caseless(name)))


def _read_named(words: Sequence[str]) -> Label | None:
    """`Ann Smith: text`, in any of the likenesses."""
    if words and words[0].strip("*_") in _DOTTED and not _is_last_name(words[1:MAX_WORDS]):
        return Label(words[0].strip("*_."), 1, likeness=Likeness.LETTER, style="dot")
    if words and (number := _NUMBER.fullmatch(words[0])):
        return Label(number[1], 1, likeness=Likeness.ODD, alone=len(words) == 1)
    for taken, written in enumerate(words[:_MOST_WORDS], 1):
        word = written if written.isascii() else written.translate(_OTHER_COLONS)
        if ":" not in word and "：" not in word:
            continue
        before, colon, rest = word.partition("：" if "：" in word else ":")
        if colon == ":" and rest.strip("*_"):
            if rest.startswith("//") or word[0].isdigit() or not before:
                return None  # http://, 3:1
            if not _is_gender_colon(before, rest):
                name = " ".join([*words[: taken - 1], before]).strip("*_ " + _BIDI)
                return _read_tight(name, taken, rest) if taken <= MAX_WORDS else None
            before, rest = word.rstrip("*_").removesuffix(":"), ""
            if before == word.rstrip("*_"):
                continue  # Sprecher:in 1: text
        marked = " ".join([*words[: taken - 1], before])
        name = _BOLD_WITHIN.sub(r"\1", marked).strip("*_ " + _BIDI)
        likeness = likeness_of(name)
        if likeness is None or (taken > MAX_WORDS and likeness not in (Likeness.LISTED, Likeness.NAME)):
            return None
        linked = len(words) == taken + 1 and _ADDRESS.match(words[taken]) is not None
        bold = (
            ("bold" if rest.startswith("*") or marked[-1:] != "*" else "topic") if marked[0] in "*_" else ""
        )
        alone = len(words) == taken and not rest.strip("*_")
        taken += len(words) > taken + 1 and words[taken] in _DASHES and not rest.strip("*_")  # Ann: - text
        return Label(name, taken, rest.strip("*_"), likeness, bold, linked, alone)
    return None


def _with_shorter(found: Label | None, words: Sequence[str]) -> Label | None:
    """A label before a colon, with the one in it: `Ann – First question: text`, `**Ann** One thing: text`."""
    if found is None or found.taken == 1:
        return found
    shorter = _read_dashed(words) or _marked_otherwise(words)
    return replace(found, shorter=shorter) if shorter and shorter.taken < found.taken else found


def _is_last_name(words: Sequence[str]) -> bool:
    """Whether the word behind an initial is a last name with its colon, or another initial; no answer."""
    if not words or _LAST_INITIAL.fullmatch(words[0]):
        return bool(words)
    if is_in_capitals(words[0]) and words[1:] and words[1][0] == "(":
        return " ".join(words[1:]).partition(")")[2][:1] in (".", ":")  # A. BERG (Leeds). text
    found = _LAST_NAME.fullmatch(words[0])
    return found is not None and not is_note(found[1]) and not is_sound(found[1])


def _behind_sound(words: Sequence[str]) -> Label | None:
    """`[LAUGHS] ANN: text` and `[Acme] Ann Berg: text`: who speaks stands behind the bracket."""
    if words[0][0] not in "[(" or words[0][1:2].islower():
        return None
    end = next((at for at, word in enumerate(words[:MAX_NAME_WORDS]) if word[-1] in "])"), None)
    found = _read_named(words[end + 1 :]) if end is not None else None
    if end is None or found is None or found.rest or found.likeness is not Likeness.NAME or found.alone:
        return None
    inside = " ".join(words[: end + 1]).strip("[]()")
    both_shout = inside.isupper() and found.name.isupper() and not is_generic(inside)
    called = " " in found.name and is_common_name(found.name.split()[0]) and not is_generic(inside)
    if not (is_sound(inside) or both_shout or called):
        return None
    return replace(found, taken=found.taken + end + 1, rest=" ".join(words[: end + 1]))


def _behind_note(words: Sequence[str]) -> Label | None:
    """`[laughs] Ann: text`: the note stays with what is said; `[x] Ann: text` is a task that is done."""
    end = next((at for at, word in enumerate(words[:MAX_NAME_WORDS]) if word[-1] in "])"), None)
    if end is None or words[0][0] not in "[(" or not words[0][1:2].islower() or words[0] == "[x]":
        return None
    found = _read_named(words[end + 1 :])
    if found is None or found.rest or found.likeness not in (Likeness.NAME, Likeness.SURE):
        return None
    return replace(found, taken=found.taken + end + 1, rest=" ".join(words[: end + 1]))


def _read_dashed(words: Sequence[str]) -> Label | None:
    """`Ann Berg – text`: a name, which has to recur; one of a single small word on most lines."""
    for taken, word in enumerate(words):
        if word in _DASHES and taken and len(words) > taken + 1 and not _is_inside_brackets(words[:taken]):
            name = " ".join(words[:taken]).strip("*_")
            long_enough = taken > 1 or (name.isupper() and len(name) > 1)
            sentence = name.endswith(".") and not _is_title(name.split()[-1])
            likely = (_names_somebody(name) or is_office_in_capitals(name)) and not sentence
            if not likely or is_note(name):
                return None
            numbered = is_generic(name) and name[-1].isdigit()
            likeness = Likeness.SURE if numbered else Likeness.LISTED
            return Label(name, taken + 1, likeness=likeness, style="–" if long_enough else OTHER_MARKS)
    return None


def _marked_otherwise(words: Sequence[str]) -> Label | None:
    """`<<Ann>> text`, `{Ann} text`, `Ann> text`, `Ann | text`: in marks of a file's own, on most lines."""
    joined = " ".join(words)
    found = _OTHERWISE_MARKED.match(joined)
    name = next((group for group in found.groups() if group), "").strip("*_ ") if found else ""
    if found is None or not (_names_somebody(name) or is_generic(name)) or is_note(name):
        return None
    if is_sound(name) or (found[0].rstrip().endswith(".-") and _is_written_in_capitals(name.split())):
        return None  # MR. SPEAKER.- text: as parliaments print them
    taken = len(joined[: found.end()].split())
    if len(words) <= taken or (joined[0] == "*" and words[taken][0].islower()):
        return None  # **Ann** said no
    return Label(name, taken, likeness=Likeness.LISTED, style=OTHER_MARKS)


def _read_dotted(words: Sequence[str]) -> Label | None:
    """`PRESIDENTE. text`, `Mr. SMITH of Ohio. text`, `M. le président. text`: as parliaments print them."""
    if not words or not words[0][0].isupper():
        return None
    if (presented := _read_presented(words)) is not None:
        return presented
    titled = words[0].rstrip(".").casefold() in TITLES
    for taken, word in enumerate(words[:MAX_WORDS], 1):
        initials = _INITIAL.fullmatch(word) is not None and not _are_last_initials(words, taken)
        goes_on = (taken == 1 and titled) or initials or _is_title(word)
        if not word.endswith((".", ".-", ".—", ".–")) or goes_on or _is_inside_brackets(words[:taken]):
            if SENTENCE.search(word) or (word[0].islower() and not _may_be_of_office(words[:taken])):
                return None
            continue
        name = " ".join(words[:taken]).rstrip(".-—–")
        spoken = len(words) > taken and not words[taken][0].islower()
        written_so = titled or _is_written_in_capitals(words[:taken])
        office = is_office_in_capitals(name)
        likely = spoken and (office or (written_so and not is_note(name)))
        return Label(name, taken, likeness=Likeness.LISTED, style=".") if likely else None
    return None


def _read_presented(words: Sequence[str]) -> Label | None:
    """`ORLYK O. M., head of a committee. text`: what somebody is stands behind the initials, once.

    Behind another name in capitals it is an office: `ANNA ROSSI, Ministra della salute. text`.
    """
    initials = 1
    while initials < len(words) and _INITIAL.fullmatch(words[initials].rstrip(",")):
        initials += 1
    comma = next((at for at, word in enumerate(words[:MAX_NAME_WORDS], 1) if word[-1] == ","), 1)
    named = initials if initials > 1 else comma
    if named == 1 or not words[named - 1].endswith(",") or not _is_written_in_capitals(words[:named]):
        return None
    ends = range(named + 1, len(words))
    full = (at for at in ends if words[at - 1].endswith(".") and len(words[at - 1]) > _LONGEST_SHORTENED)
    taken = next((at for at in full if not words[at][0].islower()), named)
    if initials > 1:
        return Label(" ".join(words[:named]).rstrip(".,"), taken, likeness=Likeness.LISTED, style=".")
    name, office = " ".join(words[:taken]).rstrip("."), " ".join(words[named:taken]).rstrip(".")
    in_capitals = all(is_in_capitals(word.rstrip(",")) for word in words[:named])
    presented = in_capitals and names_office(office) and not SENTENCE.search(name)
    return Label(name, taken, likeness=Likeness.LISTED, style=".") if presented else None


def _are_last_initials(words: Sequence[str], taken: int) -> bool:
    """Whether initials stand behind a last name in capitals, and no name behind them: `ORLYK O. M. text`."""
    behind = words[taken] if len(words) > taken else ""
    goes_on = is_in_capitals(behind.strip(",.")) or _INITIAL.fullmatch(behind.rstrip(",")) is not None
    return taken > 1 and is_in_capitals(words[0]) and not goes_on


def _is_written_in_capitals(words: Sequence[str]) -> bool:
    """Whether a name begins with a longer word in capitals, or is all capitals: `FROM THE FLOOR.`"""
    first = next((word for word in words if not _INITIAL.fullmatch(word)), words[0]).rstrip(".,")
    every = len(words) > 1 and all(is_in_capitals(word) for word in words)
    return is_in_capitals(first) and (len(first) > SHORT_CAPITALS or every)


def _is_title(word: str) -> bool:
    return word.rstrip(".").casefold() in PERSONAL_TITLES


def _is_inside_brackets(words: Sequence[str]) -> bool:
    """Whether a bracket is open behind some words."""
    joined = " ".join(words)
    return joined.count("(") > joined.count(")")


def _may_be_of_office(words: Sequence[str]) -> bool:
    """Whether the last word, which has no capital, may belong to a name: `of`, `le président`.

    There are two words or more.
    """
    word, before = words[-1].casefold(), words[-2]
    known = (
        word in PARTICLES or word in TITLES or word in ADJUNCTS or word.startswith(("l'", "l’", "d'", "d’"))
    )
    return known or before.endswith(",") or before.casefold() in TITLES or before.casefold() in _OF


def _read_tight(name: str, taken: int, rest: str) -> Label | None:
    """`Ann:text` and `主持人:大家好`, without a space; scripts that have none write it so."""
    if (
        not name
        or not (rest[0].isalpha() and not rest[0].islower())
        or not (is_name(name) or is_generic(name))
    ):
        return None
    likeness = likeness_of(name)
    if is_caseless(name) or likeness is Likeness.SURE:
        return Label(name, taken, rest, likeness or Likeness.NAME)
    return Label(name, taken, rest, Likeness.LISTED, ":") if likeness is Likeness.NAME else None


def _is_gender_colon(before: str, rest: str) -> bool:
    """Whether a colon is part of a word, as German writes for women and men: Sprecher:in."""
    ending = rest.rstrip("*_")
    whole = ending.endswith(":") and ending[:-1].lower() in ("r", "n")  # Befragte:r: text
    bare = rest.rstrip(":*_")
    begins = bare == "In" or (bare == "IN" and not before.isupper())  # Ann:In spring, we
    return before[-1:].isalpha() and (whole or (not begins and bare.lower() in ("in", "innen")))
