"""Who speaks, where a line says so: `Ann:`, `[SPEAKER_01]:`, `Speaker 1:`, `>> ANN:`, `**Ann:**`.

`Name: text` looks like `Note: text`, so the whole file decides: how often a name stands before a colon, how
many lines open like that, and whether this line stands where a label would. In a file that uses labels a
line that opens like one, and is not believed, is doubtful: it is nobody's, and people are told of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache

from daemon.formats.word_account import Reading
from daemon.text.languages.knowledge import load_all, words_of_all

_PRONOUNS = frozenset(
    """
    you i me he her him his she hosts guests both all everyone du ich er sie wir ihr alle publikum vous je
    moi tu il elle tous usted tú yo él ella todos io lui lei tutti você eu ele ela jij ik hij zij вы я он
    она все on ona oni
    """.split()
)
"""What names a speaker in some files ("You", in captions saved by one of those who spoke) and begins a
sentence in others: believed where it recurs."""
_ELSEWHERE = "rečník účastník govornik sugovornik govorec говорник саговорник говорител участник বক্তা".split()
"""What a speaker is called in languages that have no file of their own."""
_PERSONS = words_of_all("roles") | frozenset(
    """
    man woman boy girl men women child children kid audience member caller reporter students student teacher
    officer crowd announcer operator voice speaker person participant attendee questioner someone somebody
    bystander neighbour neighbor passenger mann frau junge mädchen kind kinder publikum zwischenruf zuruf
    zuschauer zuschauerin zuhörer zuhörerin stimme anrufer anruferin reporterin schüler schülerin studentin
    lehrer lehrerin homme femme garçon fille enfant enfants public auditeur auditrice spectateur spectatrice
    étudiant étudiante élève hombre mujer niño niña público oyente estudiante alumno alumna uomo donna ragazzo
    ragazza bambino pubblico spettatore ascoltatore studente studentessa homem mulher menino menina ouvinte
    aluno aluna vrouw jongen meisje publiek luisteraar leerling studente мужчина женщина мальчик девочка голос
    зритель слушатель студент студентка kobieta mężczyzna chłopiec dziewczyna słuchacz kvinna kvinde pojke
    flicka publiken
    """.split()
)
"""What a person is called of whom no more is known."""
_GIVEN_NAMES = frozenset("dan kim mia ama ale andra min ma na mi".split())
"""Names of people that begin notes in some language; believed where they recur."""
_NOTES = words_of_all("no_names") - _PRONOUNS - _GIVEN_NAMES
_ENGLISH_NOTES = load_all()["en"].no_names - _PRONOUNS
"""With these no label of several words begins; those of other languages may be names in English."""
_NOTE_ENDS = words_of_all("no_name_ends")
_SOUNDS = words_of_all("sounds")
_QUESTION_AND_ANSWER = tuple(
    pair.split("/") for language in load_all().values() for pair in language.question_and_answer
)


_PAIRED = frozenset(name for pair in _QUESTION_AND_ANSWER for name in pair)


def _any_of(words: Iterable[str]) -> str:
    """A pattern for one of some words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_GENERIC = re.compile(
    rf"(?:{_any_of([*words_of_all('speakers'), *_ELSEWHERE])})"
    r"(?:[ _-]?(?:№|#|no\.?|nr\.?|n[º°])?[ _-]?\d{1,3}|[ _-]?(?-i:[^\W\d_a-zа-яё])|[ _-]?\?)"
    r"|(?:unknown|unidentified|unnamed)(?:[ _-](?:speaker|person|voice)(?:[ _-]?\d{1,3})?)"
    r"|người nói(?:\s?\d{1,3})?|unbekannter sprecher|locuteur inconnu|hablante desconocido|неизвестный спикер"
    rf"|UNKNOWN(?:_\d{{1,3}})?|{_any_of(words_of_all('roles'))}|S\d{{1,2}}",
    re.I,
)
_WORD = re.compile(r"[^\W\d_][\w.'’‘`´&/*:-]{0,29}|[#№]?\d{1,3}|&|\([^()]{1,40}\)|\[[^\[\]]{1,30}\]")
_ASIDE = re.compile(r"(\S.*?)\s*(?:\([^()]{1,60}\)|\[[^\[\]]{1,40}\])")
_LETTER = re.compile(r"[^\W\d_]\.?\d{0,2}")
"""`I`, `B1`, `F.`: what stands for a speaker in interviews, and for an answer in lists."""
_LETTERS = re.compile(r"[^\W\d_a-z]{1,3}\d{0,2}")
_AFFILIATED = re.compile(r"[^\W\d_][\w.-]{1,29} \| [\w.-]{1,30}")
"""`lee | acme`: who it is, and where from."""
_DECIMAL = re.compile(r"\d{1,4}\.\d{1,4}(?:\.\d{1,4})?")
_QUERIED = re.compile(r"[^\W\d_a-z]{2,4}(?:\s(?:&|/|\|{1,2}|or|and)\s[^\W\d_a-z]{2,4}){0,3}\s?\?")
"""`GB?`, `GB || CP?`: initials, put in question by who wrote them."""
_OTHER_MARKS = "="
"""The style of labels in marks of a file's own."""
_NAME_AND_MARK = r"([^\W\d_][^:|<>{}\[\]=]{0,59}?)"
_OTHERWISE_MARKED = re.compile(
    r"(?:<<([^<>]{1,60})>>|\{([^{}\\]{1,60})\}|\|([^|]{1,60})\||={1,3}([^=]{1,60})={1,3}"
    r"|[«\"“„]([^«»\"“”„]{1,60})[»\"”“]:"
    rf"|{_NAME_AND_MARK}(?:\s?::|\s?>|\.-|\s\||\s[-=]+>))(?=\s)"
)
_PICTURE = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f\u200d ]+")
_LONGEST_PICTURE = 8  # characters of emoji by which somebody goes in a call
_PHONE = re.compile(r"\+?[\d()*x.-]{1,8}(?:[\s-][\d()*x.-]{1,8}){0,5}")
_TEXT_WORD = re.compile(r"[^\W\d_][^\W\d_.'’&/()-]*[\w.'’&/()-]*")
_SENTENCE = re.compile(r"(?<=[^\W\d_]{5})\.\s|[?!…;\"“”„«»<>{}=\\]")
_NUMBER_SIGN = re.compile(r"(№|#|No\.?|Nr\.?)\s(?=\d)")
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks of direction, which editors of right-to-left text put at the beginning of a line."""
_MARK = re.compile(r">>+|[-–—•·▪‣]|[*>.●◦○■□◆▶→](?!\S)|\d{1,3}[.)](?!\S)|\.(?=[^\W\d_a-z]{2})")
_ADDRESS = re.compile(r"<?(?:https?://|ftp://|www\.|mailto:|[\w.+-]{1,60}@[\w-]{1,60}\.\w)", re.I)
_PARTICLES = words_of_all("name_particles")
_DOTTED = ("Q.", "A.")  # the record of a court
_COLONS = ":："
_MAX_NAME_WORDS = 5
_MAX_WORDS = 8
_MAX_CHARS = 70
_READ_WORDS = 12
_RECURRING_SHARE = 0.02
"""The share of lines with labels from which a name that recurs is believed: one turn in fifty lines."""
_ANY_SHARE = 0.1
"""The share from which a name is believed that stands only once; so it is if the first line has one."""
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
_PERSONAL_TITLES = frozenset(
    "mr mrs ms miss dr sir dame lord lady baroness prof rev m mm mme mmes mlle herr frau abg sr sra "
    "srta sig dott on sen dhr mevr señor señora senhor senhora".split()
)
_TITLES = _PERSONAL_TITLES | frozenset(
    "the hon el la los las le les der die das il lo o a os as de het l' don doña señores señoras monsieur "
    "madame messieurs mesdames".split()
)
"""What stands before the name or office of those who speak in a parliament."""
_ADJUNCTS = frozenset("pro tempore acting deputy vice of from".split())
_OF = frozenset("of from for de du des di of à".split())
_SHORT_CAPITALS = 2
_ASIDES = re.compile(r"\([^()]{1,80}\)")
_INITIAL = re.compile(r"(?:[^\W\d_]\.){1,3}")
_DOTTED_SHARE = 0.4
"""The share of paragraphs with `NAME. text` from which that is who speaks, and no heading."""
_DASHES = frozenset("-–—")
_OFTEN = 3
_MOST_DOUBTED_WORDS = 3
_MOST_ONCE_WORDS = 3
"""The words of a name that stands once, at most: the title of a file may have a colon in it, too."""
_HTML = frozenset(
    "p br div span b i u em strong li ul ol td tr th table hr h1 h2 h3 h4 h5 h6 a img center font code pre "
    "blockquote html body head section article main header footer sub sup small mark tt".split()
)
_NICK = re.compile(r"[^\W\d][\w.-]{1,29}")
_MARKED_SHARE = 0.3
"""The share of lines that follow the end of a sentence below which the text has no marks that would tell."""
_LEAST_TOLD, _SMALL_SHARE = 2, 0.15
"""How many beginnings tell how they are written; the share of small letters up to which all are capitals."""
_STRICT_SHARE = 0.8
"""The share of paragraphs, cues or timed lines that open with a label from which all of them do."""


class Likeness(IntEnum):
    """How much the words before a colon are like those of a speaker's label."""

    NOTE = 0
    """`Note`, `Erstens`: the beginning of a sentence, whatever else the file holds."""
    LOOSE = 1
    """`and he said`: plain words; a label only where nearly every line has one."""
    ROLE = 2
    """`You`, `Der Präsident`: a label where it recurs."""
    LISTED = 3
    """`Ann, CEO` and `[Ann]`."""
    ODD = 4
    """`Ann | Acme`, `+1 555 0100`, `ann.lee`: no sentence begins so, and no name is written so."""
    LETTER = 5
    """`I`, `B2`."""
    NAME = 6
    """`Ann Berg`."""
    SURE = 7
    """`Speaker 1`, `[Ann]:`."""


@dataclass(frozen=True, slots=True)
class Label:
    """A line's first words that may say who speaks.

    `taken` words of the line are the label's; `rest` is what the last of them holds beyond it. `style` says
    how it is marked (by a list's sign, in bold). `linked`: nothing but an address stands
    behind it; `alone`: nothing at all.
    """

    name: str
    taken: int
    rest: str = ""
    likeness: Likeness = Likeness.NAME
    style: str = ""
    linked: bool = False
    alone: bool = False

    def remove_from(self, words: Sequence[str]) -> list[str]:
        """The words of the line without the label."""
        return [self.rest, *words[self.taken :]] if self.rest else list(words[self.taken :])


@dataclass(frozen=True, slots=True)
class Line:
    """A line as evidence: what may be its label, and how it stands.

    `stands`: no sentence and no bracket is open before it. `opens`: a paragraph, a cue or a timed line
    begins with it. `small`: what is said begins with a small letter.
    """

    label: Label | None
    stands: bool = True
    opens: bool = False
    small: bool = False


def begins_small(words: Sequence[str], label: Label | None) -> bool:
    """Whether what is said on a line of these first words, without its label, begins with a small letter."""
    said = words if label is None else label.remove_from(words)
    return bool(said) and said[0][:1].islower()


def find_label(words: Sequence[str]) -> Label | None:
    """What may be a label at the beginning of a line, behind `>>`, a dash or a bullet if there is one."""
    words = words[:_READ_WORDS]
    if words and words[0][0] in _BIDI:
        words = [words[0].strip(_BIDI), *words[1:]]
        words = words if words[0] else []
    mark = _MARK.match(words[0]) if words else None
    if mark is None:
        return (
            _bracketed(words) or _named(words) or _dashed(words) or _marked_otherwise(words) or _dotted(words)
        )
    bare = words[0][mark.end() :]
    tail = [bare, *words[1:]] if bare else words[1:]
    found = _bracketed(tail) or _named(tail)
    if found is None:
        return None
    announced = words[0].startswith(">>") and found.likeness is not Likeness.NOTE
    likeness = Likeness.SURE if announced else found.likeness
    style = found.style if words[0].startswith(">>") else f"list {found.style}"
    style = f"numbered {style}" if words[0][0].isdigit() else style
    return replace(found, taken=found.taken + (not bare), likeness=likeness, style=style)


def _bracketed(words: Sequence[str]) -> Label | None:
    """`[Ann Smith]: text`, `[SPEAKER_01] text`, `(speaker 0) text`; perhaps `[Ann] text`, `<Ann> text`."""
    opening = words[0][0] if words else ""
    if opening not in "[(<" or not opening:
        return None
    closing = {"[": "]", "(": ")", "<": ">"}[opening]
    for taken, word in enumerate(words, 1):
        if taken > _MAX_NAME_WORDS + 1 and "]:" not in word:
            continue
        if closing in word:
            joined = " ".join(words[:taken])
            return _of_brackets(joined, opening, closing, taken)
    return None


def _of_brackets(joined: str, opening: str, closing: str, taken: int) -> Label | None:
    rest = ""
    if opening == "[" and "]:" in joined:
        joined, _, rest = joined.partition("]:")
        joined += "]:"
    if opening == "<":
        joined, _, rest = joined.partition(">")
        joined += ">"
    name = joined[1:].rstrip(_COLONS).removesuffix(closing).strip()
    closes = joined.endswith(closing)
    if opening == "[" and joined.endswith("]:") and name and "]" not in name:
        return Label(name, taken, rest, likeness=Likeness.SURE, style="[")
    if is_generic(name) and (closes or joined.endswith(f"{closing}:")):
        return Label(name, taken, likeness=Likeness.SURE, style=opening)
    nick = opening == "<" and _NICK.fullmatch(name) is not None and name.lower() not in _HTML
    person = nick or (is_name(name) and not is_sound(name) and not is_note(name))
    if not (closes and person):
        return None
    return Label(name, taken, rest.removeprefix(":"), likeness=Likeness.LISTED, style=opening)


def _named(words: Sequence[str]) -> Label | None:
    """`Ann Smith: text`, in any of the likenesses."""
    if words and words[0].strip("*_") in _DOTTED:
        return Label(words[0].strip("*_."), 1, likeness=Likeness.LETTER, style="dot")
    for taken, word in enumerate(words[:_MAX_WORDS], 1):
        if ":" not in word and "：" not in word:
            continue
        before, colon, rest = word.partition("：" if "：" in word else ":")
        if colon == ":" and rest.strip("*_"):
            if rest.startswith("//") or word[0].isdigit() or not before:
                return None  # http://, 3:1
            if not _is_gender_colon(before, rest):
                return _tight(" ".join([*words[: taken - 1], before]).strip("*_ " + _BIDI), taken, rest)
            before, rest = word.rstrip("*_").removesuffix(":"), ""
            if before == word.rstrip("*_"):
                continue  # Sprecher:in 1: text
        marked = " ".join([*words[: taken - 1], before])
        name = marked.strip("*_ " + _BIDI)
        likeness = likeness_of(name)
        if likeness is None:
            return None
        linked = len(words) == taken + 1 and _ADDRESS.match(words[taken]) is not None
        bold = (
            ("bold" if rest.startswith("*") or marked[-1:] != "*" else "topic") if marked[0] in "*_" else ""
        )
        alone = len(words) == taken and not rest.strip("*_")
        return Label(name, taken, rest.strip("*_"), likeness, bold, linked, alone)
    return None


def _dashed(words: Sequence[str]) -> Label | None:
    """`Ann Berg – text`: a name, which has to recur; one of a single small word on most lines."""
    for taken, word in enumerate(words):
        if word in _DASHES and taken and len(words) > taken + 1 and not _is_inside_brackets(words[:taken]):
            name = " ".join(words[:taken]).strip("*_")
            long_enough = taken > 1 or (name.isupper() and len(name) > 1)
            likely = is_name(name) or _is_office_in_capitals(name)
            if not likely or is_note(name):
                return None
            return Label(
                name, taken + 1, likeness=Likeness.LISTED, style="–" if long_enough else _OTHER_MARKS
            )
    return None


def _marked_otherwise(words: Sequence[str]) -> Label | None:
    """`<<Ann>> text`, `{Ann} text`, `Ann> text`, `Ann | text`: in marks of a file's own, on most lines."""
    joined = " ".join(words)
    found = _OTHERWISE_MARKED.match(joined)
    name = next((group for group in found.groups() if group), "").strip("*_ ") if found else ""
    if found is None or not (is_name(name) or is_generic(name)) or is_note(name):
        return None
    if is_sound(name):
        return None
    taken = len(joined[: found.end()].split())
    return Label(name, taken, likeness=Likeness.LISTED, style=_OTHER_MARKS) if len(words) > taken else None


def _dotted(words: Sequence[str]) -> Label | None:
    """`PRESIDENTE. text`, `Mr. SMITH of Ohio. text`, `M. le président. text`: as parliaments print them."""
    if not words or not words[0][0].isupper():
        return None
    titled = words[0].rstrip(".").casefold() in _TITLES
    for taken, word in enumerate(words[:_MAX_WORDS], 1):
        goes_on = (taken == 1 and titled) or _INITIAL.fullmatch(word) or _is_title(word)
        if not word.endswith((".", ".-", ".—", ".–")) or goes_on or _is_inside_brackets(words[:taken]):
            if _SENTENCE.search(word) or (word[0].islower() and not _may_be_of_office(words[:taken])):
                return None
            continue
        name = " ".join(words[:taken]).rstrip(".-—–")
        spoken = len(words) > taken and not words[taken][0].islower()
        written_so = titled or (_is_in_capitals(words[0].rstrip(".,")) and len(words[0]) > _SHORT_CAPITALS)
        office = _is_office_in_capitals(name)
        likely = spoken and (office or (written_so and not is_note(name)))
        return Label(name, taken, likeness=Likeness.LISTED, style=".") if likely else None
    return None


def _is_title(word: str) -> bool:
    return word.rstrip(".").casefold() in _PERSONAL_TITLES


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
        word in _PARTICLES
        or word in _TITLES
        or word in _ADJUNCTS
        or word.startswith(("l'", "l’", "d'", "d’"))
    )
    return known or before.endswith(",") or before.casefold() in _TITLES or before.casefold() in _OF


def _is_in_capitals(word: str) -> bool:
    return word.isupper() and sum(map(str.isalpha, word)) > 1


def _is_office_in_capitals(name: str) -> bool:
    """Whether this is a name or office in capitals behind a title: `El señor PRESIDENTE`, `The SPEAKER`."""
    words = _ASIDES.sub(" ", name).split()
    titles = next((at for at, word in enumerate(words) if word.rstrip(".").casefold() not in _TITLES), 0)
    rest = [word for word in words[titles:] if word.casefold() not in _PARTICLES | _ADJUNCTS]
    first = rest[0] if titles and rest else ""
    return _is_in_capitals(first) and len(first) > _SHORT_CAPITALS


def has_title(name: str) -> bool:
    """Whether a name begins with how people are called: Mr, Frau, Mme."""
    words = name.split()
    return len(words) > 1 and words[0].rstrip(".").casefold() in _PERSONAL_TITLES and words[1][0].isupper()


def _tight(name: str, taken: int, rest: str) -> Label | None:
    """`Ann:text` and `主持人:大家好`, without a space; scripts that have none write it so."""
    if (
        not name
        or not (rest[0].isalpha() and not rest[0].islower())
        or not (is_name(name) or is_generic(name))
    ):
        return None
    likeness = likeness_of(name)
    if _is_caseless(name) or likeness is Likeness.SURE:
        return Label(name, taken, rest, likeness or Likeness.NAME)
    return Label(name, taken, rest, Likeness.LISTED, ":") if likeness is Likeness.NAME else None


def _is_gender_colon(before: str, rest: str) -> bool:
    """Whether a colon is part of a word, as German writes for women and men: Sprecher:in."""
    ending = rest.rstrip("*_")
    whole = ending.endswith(":") and ending[:-1].lower() in ("r", "n")  # Befragte:r: text
    return before[-1:].isalpha() and (whole or rest.rstrip(":*_").lower() in ("in", "innen"))


@lru_cache(maxsize=4096)  # the same few names stand before the colons of a file
def likeness_of(name: str) -> Likeness | None:
    """How like a speaker's the words before a colon are; None where they are a sentence or nothing."""
    if not name or len(name) > _MAX_CHARS or name[0] in "([{" or ": " in name:
        return None
    if is_generic(name):
        return Likeness.SURE
    if name.endswith("?") and _QUERIED.fullmatch(name):
        return Likeness.LISTED  # who took the notes isn't certain
    if _SENTENCE.search(name) or name.count("(") != name.count(")") or name.count("[") != name.count("]"):
        return None
    if _LETTER.fullmatch(name) and (name[0].isupper() or _is_caseless(name)):
        return Likeness.LETTER
    if is_note(name):
        return Likeness.NOTE
    words = name.casefold().replace("’", "'").split()
    if len(words) > 1 and name[0].isupper() and _is_office_in_capitals(name):
        return Likeness.NAME
    if name.casefold() in _PRONOUNS | _GIVEN_NAMES:
        return Likeness.ROLE
    if is_name(name):
        begins = len(words) > 1 and words[0] in _NOTES and words[1][0].isalpha()
        office = name[-1].isupper()
        return Likeness.ROLE if begins and not office else Likeness.NAME
    parts = name.split(", ")
    if len(parts) > 1 and all(is_name(part) for part in parts) and not any(map(is_note, parts)):
        return Likeness.LISTED
    return _odd_likeness(name)


def _odd_likeness(name: str) -> Likeness | None:
    bare = _bare(name)
    if _PHONE.fullmatch(name):
        return Likeness.ODD if sum(char.isdigit() for char in name) >= 4 else None
    if not any(char.isalpha() for char in bare):
        return Likeness.ODD if len(name) <= _LONGEST_PICTURE and _PICTURE.fullmatch(name) else None
    if _AFFILIATED.fullmatch(bare):
        return Likeness.ODD
    words = bare.split()
    plain = [word for word in words if _TEXT_WORD.fullmatch(word)]
    small = [word for word in plain if word[0].islower() and word not in _PARTICLES]
    if name[0].isupper() and (is_person(words[0]) or is_person(words[-1])) and len(words) <= _MAX_NAME_WORDS:
        return Likeness.ODD  # Man in audience
    if words[0].casefold() in _ENGLISH_NOTES or len(small) > 1 or (small and len(plain) == len(words) > 1):
        return Likeness.LOOSE if len(words) <= _MAX_NAME_WORDS else None
    return Likeness.ODD if len(words) <= _MAX_WORDS - 2 or len(plain) < len(words) else Likeness.LOOSE


def is_generic(name: str) -> bool:
    """Whether this is what programs call a speaker: SPEAKER_01, Speaker 1, Спикер №2, S2."""
    found = _GENERIC.fullmatch(name.replace(":in", "in").replace("*in", "in").replace("_in", "in"))
    return found is not None and any(not char.islower() for char in name)


def is_name(name: str) -> bool:
    """Whether this is written as a name is: up to five words, each with a capital (or without case)."""
    aside = _ASIDE.fullmatch(name)
    words = _bare(aside[1] if aside else name).split()
    if not 0 < len(words) <= _MAX_NAME_WORDS or not words[0][0].isalpha():
        return False
    return all(
        _WORD.fullmatch(word) is not None and (not word[0].islower() or (at > 0 and word in _PARTICLES))
        for at, word in enumerate(words)
    )


def is_note(name: str) -> bool:
    """Whether this begins sentences and notes, not turns: Note, Chapter 1, Erstens; but not THE WITNESS."""
    whole = name.casefold().replace("’", "'").replace("i\u0307", "i")
    words = whole.split()
    if not words or is_person(words[-1]):
        return False
    if _DECIMAL.fullmatch(words[-1]):
        return True  # Decision 61.2
    bare = _ASIDES.sub("", name).split()
    office = words[0] in ("the", "a") and len(bare) > 1 and bare[-1][-1:].isupper()
    if words[0] == "the" and len(bare) > 1 and is_name(name) and words[1] not in _NOTES | _NOTE_ENDS:
        return words[-1] in _NOTE_ENDS  # The Chairman
    begins = (words[0] in _ENGLISH_NOTES and not office and len(name) > 1) or whole in _NOTES
    return begins or words[-1] in _NOTE_ENDS


def is_sound(text: str) -> bool:
    """Whether a text names what is heard and nobody says: Laughter, (Cross-talk.)"""
    return any(word.strip("()[].,") in _SOUNDS for word in text.casefold().split())


def is_person(word: str) -> bool:
    """Whether a word says that somebody speaks, but not who: woman, caller, Zwischenruf."""
    return word.casefold().strip("()[]") in _PERSONS


def _bare(name: str) -> str:
    """The name without marks that combine with letters, joiners and a space behind a number's sign."""
    if name.isascii():
        return _NUMBER_SIGN.sub(r"#", name)
    composed = unicodedata.normalize("NFC", name)
    letters = "".join(char for char in composed if unicodedata.category(char) not in ("Mn", "Mc", "Me", "Cf"))
    return _NUMBER_SIGN.sub(r"#", letters)


def _is_caseless(name: str) -> bool:
    return name[0].isalpha() and name[0].lower() == name[0].upper()


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


def _key(label: Label) -> Key:
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
        elsewhere = found.style == "[" and (found.name, "") in self.believed  # [Ann] in a file with Ann:
        return found.likeness is Likeness.SURE or _key(found) in self.believed or elsewhere

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
            sentence = found.name.casefold().split()[0] in _PRONOUNS | _NOTES
            return self.strict and line.opens and found.taken <= _MOST_DOUBTED_WORDS and not sentence
        if found.style.startswith("numbered"):
            return False  # the items of a list
        if (
            found.name.isalpha()
            and found.name.islower()
            and not any(name.islower() for name, _ in self.believed)
        ):
            return False  # the rest of a sentence, where nobody's name is written small
        return found.likeness is not Likeness.NOTE and found.style not in _BRACKETS


def judge(lines: Iterable[Line]) -> Verdict:
    """Whom to believe in a file of these lines."""
    evidence = _Evidence()
    for line in lines:
        evidence.add(line)
    believed = evidence.believed()
    believed |= evidence.alike(Likeness.SURE)
    labelled = sum(evidence.times[key] for key in believed)
    parted, emphasis = evidence.open_paragraphs, evidence.usual_emphasis()
    return Verdict(believed, labelled > 1, evidence.is_strict(), evidence.is_unmarked(), parted, emphasis)


@dataclass(slots=True)
class _Evidence:
    """What a file's lines tell together of its labels."""

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
    open_paragraphs: bool = False

    def add(self, line: Line) -> None:
        """Count a line."""
        self.total += 1
        self.standing_lines += line.stands
        found = line.label
        if found is None or (found.likeness is Likeness.NOTE and found.name not in _PAIRED):
            self.openings += line.opens
            self.unlabelled[line.small] += line.stands and found is None
            return
        key = _key(found)
        if found.linked:
            self.linked[key] += 1
            return
        self.openings += line.opens
        self.labelled_openings += (
            line.opens
            and found.style not in ("–", ".", _OTHER_MARKS)
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
        """Whether the name stands more than once."""
        return self.times[key] > 1

    def _stands(self, key: Key) -> bool:
        """Whether the name stands somewhere where a label would."""
        opens = self.opening[key] > 0
        if self.open_paragraphs and not opens:
            return False
        return key in self.standing or self.is_unmarked() or (opens and self.is_strict())

    def _labels_open_paragraphs(self) -> bool:
        """Whether the names that recur begin paragraphs, as good as always, and other lines are wrapped."""
        recurring = list(filter(self.recurs, self.times))
        opened = sum(self.opening[key] for key in recurring)
        wrapped = self.openings < _PARTED_SHARE * self.total
        return wrapped and opened > 0 and opened >= _OPENING_SHARE * sum(self.times[key] for key in recurring)

    def begins_in_capitals(self) -> bool:
        """Whether what is said begins with a capital, but for what stands behind a name that stands once."""
        recurring = list(filter(self.recurs, self.times))
        small = sum(self.small[key] for key in recurring) + self.unlabelled[True]
        whole = sum(self.times[key] for key in recurring) + self.unlabelled.total()
        return whole >= _LEAST_TOLD and small <= _SMALL_SHARE * whole

    def is_unmarked(self) -> bool:
        """Whether hardly a line follows the end of a sentence."""
        return self.standing_lines < _MARKED_SHARE * self.total

    def is_strict(self) -> bool:
        """Whether as good as all paragraphs or cues open with a label."""
        loose = (key for key, its in self.likeness.items() if its is Likeness.LOOSE and key[0][0].isupper())
        again = sum(self.opening[key] for key in loose if self.recurs(key))
        return self.openings > 1 and self.labelled_openings + again >= _STRICT_SHARE * self.openings

    def believed(self) -> frozenset[Key]:
        """The names that are believed without being sure by themselves."""
        self.open_paragraphs = self._labels_open_paragraphs()
        pairs = self._pairs()
        names = frozenset(key for key in self.alike(Likeness.NAME) - pairs if self._is_usual(key))
        letters = self._letters() | pairs
        sure = self.alike(Likeness.SURE)
        labelled = sum(self.times[key] for key in names | letters | sure)
        share = labelled / max(1, self.total)
        begins = any(self.first == name for name, _ in names | letters | sure)
        recurs = any(map(self.recurs, names | letters | sure))
        once = (
            (begins or share >= _ANY_SHARE) if labelled > 1 and recurs else share >= self._least_once(names)
        )
        known = frozenset(key for key in names if self._is_believed(key, share, once=once))
        if self.begins_in_capitals():  # `Flour: it must be fresh.`
            known -= {key for key in known if not self.recurs(key) and self.small[key]}
        known |= letters if share >= _RECURRING_SHARE else frozenset()
        return known | self._others(known | sure, share)

    def _least_once(self, names: Set[Key]) -> float:
        """The share from which names are believed that stand once each; `Ann Berg (Acme)` is no topic."""
        beside = sum(_ASIDE.fullmatch(name) is not None and name.endswith(")") for name, _ in names)
        return _LISTED_SHARE if beside and len(names) > 1 else _LONE_SHARE

    def _pairs(self) -> frozenset[Key]:
        """Question and answer, where both recur."""
        pairs = [((one, ""), (other, "")) for one, other in _QUESTION_AND_ANSWER]
        return frozenset(key for pair in pairs if all(map(self.recurs, pair)) for key in pair)

    def _letters(self) -> frozenset[Key]:
        """The letters that stand for speakers, not for the answers of a list: they recur."""
        letters = self.alike(Likeness.LETTER)
        recurring = frozenset(filter(self.recurs, letters))
        others = self.alike(Likeness.NAME, Likeness.SURE, Likeness.ROLE)
        if not self.is_strict():
            often = frozenset(key for key in recurring if self.times[key] >= _OFTEN)
            return recurring if len(recurring) + len(others) > 1 else often
        numbered = frozenset(key for key in letters if key[0][-1].isdigit() and self._stands(key))
        return recurring | numbered if others else letters

    def _emphases(self) -> Counter[str]:
        """How often names that recur are marked in each way."""
        usual = Counter[str]()
        for name in filter(self.recurs, self.times):
            for style, times in self.styles[name].items():
                usual[_emphasis(style)] += times
        return usual

    def usual_emphasis(self) -> str:
        """How names that recur are marked mostly; "" where they are not."""
        usual = self._emphases().most_common(1)
        return usual[0][0] if usual else ""

    def _is_usual(self, key: Key) -> bool:
        """Whether the name is marked as those are that recur: not `- **Topic**:` among `**Ann:**`."""
        usual = self._emphases()
        most = max(usual[_emphasis(style)] for style in self.styles[key])
        if usual and most * 2 < usual.total():
            return False
        heads_a_line = self.alone[key] == 1 and not self.recurs(key)
        return not heads_a_line or self.alone.total() * 2 >= sum(self.times.values())

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
        titled = self._has_usual_title(key)
        return (once or titled) and self._stands(key) and (not long or titled or self.is_strict())

    def _has_usual_title(self, key: Key) -> bool:
        """Whether the name has a title and is in capitals, as all are that recur: `DR. FAUCI`."""
        recurring = [name for name, style in filter(self.recurs, self.times) if not style and len(name) > 1]
        capitals = bool(recurring) and all(map(str.isupper, recurring))
        titled = key[0].split()[0].rstrip(".").casefold() in _TITLES
        return (capitals and key[0].isupper() and titled) or _CASELESS_TITLE.search(key[0]) is not None

    def _others(self, known: Set[Key], share: float) -> frozenset[Key]:
        """Of the names that are written as none is those that the file speaks for."""
        all_of_them = sum(self.times.values()) / max(1, self.total)
        strict = self.is_strict()
        recurring = list(filter(self.recurs, self.times)) or list(self.times)
        dotted, marked = (
            sum(self.times[key] for key in self.times if key[1] == style and self.opening[key])
            for style in (".", _OTHER_MARKS)
        )
        out: set[Key] = set()
        for key, likeness in self.likeness.items():
            recurs, stands = self.recurs(key), self._stands(key)
            if likeness is Likeness.ROLE:
                named = _words_of(key[0]) > 1 or key[0].casefold() in _GIVEN_NAMES
                often = bool(known) and self.times[key] >= _OFTEN and named
                believed = recurs and (often or strict or share >= _ANY_SHARE or all_of_them >= _LONE_SHARE)
                believed = believed or (strict and stands and key[0].casefold() in _GIVEN_NAMES)
            elif key[1] == ".":
                believed = dotted >= max(2, _DOTTED_SHARE * self.openings)
            elif key[1] == _OTHER_MARKS:
                believed = recurs and marked >= max(2, _LONE_SHARE * self.openings)
            elif likeness is Likeness.LISTED:
                least = _LONE_SHARE if key[1] == "(" else _LISTED_SHARE
                believed = recurs and all_of_them >= least
                joint = not key[1] and bool(known) and stands and self._is_joint(key[0], known)
                believed = believed or joint or (strict and stands and key[1] not in ("–", "(", ":"))
            elif likeness is Likeness.ODD:
                written_so = not key[0].islower() or any(name.islower() for name, _ in recurring)
                believed = (recurs and all_of_them >= _ANY_SHARE) or (strict and stands and written_so)
            elif likeness is Likeness.LOOSE:
                believed = recurs and (strict or all_of_them >= _LOOSE_SHARE)
            else:
                continue
            out |= {key} if believed else set()
        linked = (key for key, times in self.linked.items() if times > 1 and strict)
        return frozenset(out).union(linked)

    def _is_joint(self, name: str, known: Set[Key]) -> bool:
        """Whether several say it together: `NL, LH, MM` where one of them speaks alone elsewhere."""
        parts = name.split(", ")
        letters = all(_LETTERS.fullmatch(part) for part in parts)
        return letters or any((part, "") in known for part in parts)


def _words_of(name: str) -> int:
    """How many words a name has."""
    return len(name.split())


def _emphasis(style: str) -> str:
    """The style as far as it is emphasis; a list's sign alone is none."""
    return style if style.endswith(("bold", "topic")) else ""


def _has_case(name: str) -> bool:
    return name[0].isupper() or name[0].istitle() or not name[0].isalpha()
