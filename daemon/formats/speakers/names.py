"""How much a few words are like the name of somebody who speaks, by themselves. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache

from daemon.formats.speakers.offices import is_office, names_broadcaster, names_office
from daemon.text.languages.knowledge import load_all, words_of_all
from daemon.text.names.likeness import is_common_name

PRONOUNS = frozenset(
    """
    you i me he her him his she hosts guests both all everyone du ich er sie wir ihr alle publikum vous je
    moi tu il elle tous usted tú yo él ella todos io lui lei tutti você eu ele ela jij ik hij zij вы я он
    она все on ona oni
    """.split()
)
"""What names a speaker in some files ("You", in captions saved by one of those who spoke) and begins a
sentence in others: believed where it recurs."""
EVERYBODY = frozenset("all both everyone alle beide tous todos tutti allen все".split())
"""Who speaks where several say it together; believed where every line has a name."""
_PEOPLE = frozenset(
    "participants speakers panelists members guests students respondents interviewees voices teilnehmer "
    "teilnehmenden befragten sprecher intervenants participantes partecipanti deelnemers".split()
)
_RELATIVES = frozenset(
    "mother father wife husband son daughter sister brother partner nurse lawyer assistant carer".split()
)
_FROM_THE_HALL = frozenset(
    "from the floor;voice from the floor;voices from the floor;aus dem publikum;aus dem saal;"
    "de la salle;dans la salle;voix dans la salle;une voix;din sală;voce din sală;voci din sală;"
    "из зала;с места;голос из зала;із залу;з залу;голос із залу;вигуки із залу;z sali;"
    "głos z sali;głosy z sali;z pléna;hlas z pléna;uit de zaal;fra salen;från läktaren;"
    "da plateia;da sala;dalla sala;dal pubblico;desde el público;salondan;salondan bir ses;"
    "iz dvorane;iz sale;от залата;глас от залата;въпрос от залата".split(";")
)
"""Who calls out from among those who listen, as the records of parliaments name them."""
_ELSEWHERE = "rečník účastník govornik sugovornik govorec говорник саговорник говорител участник বক্তা".split()
"""What a speaker is called in languages that have no file of their own."""
_PERSONS = words_of_all("roles") | frozenset(
    """
    man woman boy girl men women child children kid audience member caller reporter students student teacher
    officer crowd announcer operator voice speaker person participant attendee questioner someone somebody
    bystander neighbour neighbor passenger deputy senator mann frau junge mädchen kind kinder publikum
    zwischenruf zuruf
    zuschauer zuschauerin zuhörer zuhörerin stimme anrufer anruferin reporterin schüler schülerin studentin
    lehrer lehrerin homme femme garçon fille enfant enfants public auditeur auditrice spectateur spectatrice
    étudiant étudiante élève hombre mujer niño niña público oyente estudiante alumno alumna uomo donna ragazzo
    ragazza bambino pubblico spettatore ascoltatore studente studentessa homem mulher menino menina ouvinte
    aluno aluna vrouw jongen meisje publiek luisteraar leerling studente мужчина женщина мальчик девочка голос
    зритель слушатель студент студентка kobieta mężczyzna chłopiec dziewczyna słuchacz kvinna kvinde pojke
    flicka publiken members deputies senators delegates témoin juge avocat avocate procureur procureure
    greffier journaliste professeur testigo juez jueza abogado abogada fiscal periodista profesor profesora
    testimone giudice avvocato giornalista testemunha juiz juíza advogado advogada jornalista getuige rechter
    advocaat journalist
    """.split()
)
"""What a person is called of whom no more is known."""
_UNSEEN = frozenset(
    """
    man woman boy girl men women boys girls child children mann frau männer frauen junge mädchen homme femme
    hommes femmes garçon fille hombre mujer hombres mujeres niño niña uomo donna ragazzo ragazza homem mulher
    menino menina vrouw jongen meisje мужчина женщина мальчик девочка чоловік жінка хлопчик дівчинка kobieta
    mężczyzna chłopiec dziewczyna kvinna kvinde pojke flicka mand muž žena chlapec férfi nő adam kadın
    رجل امرأة
    """.split()
)
"""Of these, those by whose looks captions of films name them."""
GIVEN_NAMES = frozenset("dan kim mia ama ale andra min ma na mi".split())
"""Names of people that begin notes in some language; believed where they recur."""
_ALWAYS_NOTES = frozenset("obs ojo pd ort".split())
NOTES = words_of_all("no_names") - PRONOUNS - GIVEN_NAMES
_ENGLISH_NOTES = load_all()["en"].no_names - PRONOUNS
"""With these no label of several words begins; those of other languages may be names in English."""
_NOTE_ENDS = words_of_all("no_name_ends")
_NOTE_WORDS = NOTES | _NOTE_ENDS
_SURE_NOTES = _ENGLISH_NOTES | _ALWAYS_NOTES
_NUMBERED_NOTES = frozenset(word for word in NOTES if len(word) > 2) | frozenset(
    """
    amendment appendix article case clause criterion day exhibit instance level lever motion option paragraph
    phase pillar plan point priority scenario stage strategy theme tier trend absatz artikel fall stufe tag
    top variante woche alinéa argument étape élément artigo artículo etapa fase ponto pregunta punto artykuł
    bod krok stap пункт статья шаг этап
    """.split()
)
"""What is nobody with a number behind it: `Motion 2`, `Schritt 3`."""
_ROLES = PRONOUNS | GIVEN_NAMES
_SOUNDS = words_of_all("sounds")


def _any_of(words: Iterable[str]) -> str:
    """A pattern for one of some words, those of one first letter together: it is tried once for all."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words):
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())


_SPEAKER = _any_of([*words_of_all("speakers"), *_ELSEWHERE])
_NOT_KNOWN = (
    r"(?:desconocid|sconosciut|desconhecid|n[oã]o? identificad|non identificat)[oa]"
    r"|(?:inconnu|non identifié)e?"
    r"|unbekannte?[rs]?|onbekende?|неизвестн(?:ый|ая)|невідом(?:ий|а)|nieznan[ya]|okänd|ukjent|ukendt"
    r"|necunoscută?"
)
"""How it is said of a speaker that nobody knows who it is."""
_GENERIC = re.compile(
    rf"(?:{_NOT_KNOWN})[ _-](?:{_SPEAKER})|(?:{_SPEAKER})(?:[ _-](?:{_NOT_KNOWN})"
    r"|[ _-]?(?:№|#|no\.?|nr\.?|n[º°])?[ _-]?\d{1,3}|[ _-]?(?-i:[^\W\d_a-zа-яё])|[ _-]?#?\?)"
    r"|(?:unknown|unidentified|unnamed)(?:[ _-](?:speaker|person|voice)(?:[ _-]?\d{1,3})?)"
    r"|người nói(?:\s?\d{1,3})?"
    rf"|UNKNOWN(?:_\d{{1,3}})?|{_any_of(words_of_all('roles'))}|S\d{{1,2}}",
    re.I,
)
_WORD = re.compile(
    r"[^\W\d_][\w.'’‘`´״&/*:-]{0,29}(?<![*:])|[#№]?\d{1,3}|&|\([^()]{1,40}\)|\[[^\[\]]{1,30}\]"
)
ASIDE = re.compile(r"(\S.*?)\s*(?:\([^()]{1,60}\)|\[[^\[\]]{1,40}\])")
_LETTER = re.compile(r"[^\W\d_]\.?\d{0,2}")
"""`I`, `B1`, `F.`: what stands for a speaker in interviews, and for an answer in lists."""
_AFFILIATED = re.compile(r"[^\W\d_][\w.-]{1,29} \| [\w.-]{1,30}")
"""`lee | acme`: who it is, and where from."""
_SIGNS_OF_NOTES = frozenset("注註例")
"""Letters that are a word, and before a colon stand for no name: `註：…`."""
_DECIMAL = re.compile(r"(?!\d{3}\.\d{3}\.\d{4})\d{1,4}\.\d{1,4}(?:\.\d{1,4})?")
"""A number with its parts, or a day, and no telephone's: `61.2`, `12.03.2024`."""
_QUERIED = re.compile(r"[^\W\d_a-z]{1,4}\d{0,2}(?:\s(?:&|/|\|{1,2}|or|and)\s[^\W\d_a-z]{2,4}){0,3}\s?\?")
"""`GB?`, `GB || CP?`, `M1?`: initials, put in question by who wrote them."""
_NICKNAME = re.compile(r"(?<=\w)\s[\"“„«][^\W\d_][\w. '’-]{0,20}[\"”“»](?=\s[^\W\d_a-z])")
"""What somebody goes by, within his name: `Ann "Dot" Berg`."""
_PICTURE = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f\u200d ]+")
_LONGEST_PICTURE = 8  # characters of emoji by which somebody goes in a call
_PHONE = re.compile(r"\(?\+?[\d()*xX.]{1,15}(?:[\s-]{1,3}[\d()*xX.]{1,8}){0,7}")
_OF_A_YEAR = re.compile(r".*(?:\((?:1[5-9]|20)\d\d[a-z]?\)|, (?:19|20)\d\d)")
"""`Berg, Ann (2014): The Garden` is a book, and `May 1, 2024` a day."""
_DATE = re.compile(r"\d{1,4}[.-]\d{1,2}[.-]\d{1,4}|\d{4}[-–—]\d{4}|1\d{3}|20\d\d")
"""`2014: the year of the flood` is nobody's."""
_LEAST_DIGITS = 4
_MOST_INITIALS = 3
_HONORARY = re.compile(r"(?<=Dr\. )h\. c\. ")
"""A degree within a name, written apart: `Dr. h. c. Anna Berg`."""
_PARTIES = frozenset("kok sd ps kesk vihr vas kd liik".split())
"""Those of Finland's parliament, as its record prints them behind a name: `Ann Berg kok: …`."""
_DEVICES = frozenset("iPhone iPad iMac iPod".split())
"""With what people join a call, written as no name is: `Ann's iPhone`, `iPad von Ben`."""
_ROOMS = frozenset(
    "room raum zimmer saal salle sala aula studio office büro bureau suite lab zaal hall".split()
)
"""From which people join a call together: `Room 4.12`."""
_TEXT_WORD = re.compile(r"[^\W\d_][^\W\d_.'’&/()-]*[\w.'’&/()-]*")
SENTENCE = re.compile(r"(?<=[^\W\d_]{5})\.\s|[?!…;\"“”„«»<>{}=\\]")
_PLAIN_WORDS = re.compile(r"[^\W\d_]+(?:[ ’'-][^\W\d_]+){1,4}")
_DIGIT = re.compile(r"\d")
_NUMBER_SIGN = re.compile(r"(?:№|#|No\.?|Nr\.?|\b[Nn]\.?[º°])\s?(?=\d)")
PARTICLES = words_of_all("name_particles")
_JOINED_PARTICLE = re.compile(r"(?:[a-zà-ÿ]{1,4}['’]|[a-z]{2,4}-)(?=[^\W\d_a-z])")
"""A particle that is one word with the name behind it: `d'Arcy`, `el-Kader`, `t'Hart`."""
MAX_NAME_WORDS = 5
MAX_WORDS = 8
_MAX_CHARS = 70
PERSONAL_TITLES = frozenset(
    "mr mrs ms miss dr sir dame lord lady baroness prof rev m mm mme mmes mlle herr frau abg sr sra "
    "srta sig dott on sen dhr mevr señor señora senhor senhora mevrouw meneer sr.ª srª sra.ª sig.ra dott.ssa "
    "shri smt shrimati".split()
)
TITLES = PERSONAL_TITLES | frozenset(
    "the hon el la los las le les der die das il lo o a os as de het l' don doña señores señoras monsieur "
    "madame messieurs mesdames".split()
)
"""What stands before the name or office of those who speak in a parliament."""
_ARTICLES_OF_TITLES = frozenset("o a el la il de".split())
ADJUNCTS = frozenset("pro tempore acting deputy vice of from".split())
_AMONG_NAMES = PARTICLES | ADJUNCTS
SHORT_CAPITALS, _LONGEST_ABBREVIATION = 2, 4  # letters
_TRANSITION = re.compile(
    r"(?:[A-Z]+ ){0,2}(?:[A-Z]*CUTS?|[A-Z]*FADES?|DISSOLVES?|WIPES?|TRANSITIONS?|BACK|FLASH(?:ES)?(?:BACK)?)"
    r" (?:TO|IN|OUT|UP)(?: (?:ON|FROM|TO|BLACK|WHITE|SCENE))*"
    r"|INTERCUT(?: WITH)?|(?:TITLE|CAPTION)S?(?: OVER)?|SUPERS? OVER"
)
"""What stands between the scenes of a film: `SMASH CUT TO:`. Not SUPER, who may look after a house."""
_ADDRESS = re.compile(
    r"(?:[\w.]+ ){0,2}(?:ladies and gentlemen|damen und herren|mesdames(?: et|,) messieurs"
    r"|señoras y señores|senhoras e senhores|signore e signori"
    r"|members of (?:the )?(?:senate|house|congress|parliament|assembly))"
    r"(?:,? (?:of|and) .*)?",
    re.I,
)
"""Whom somebody speaks to; in capitals they are who speaks: `MEMBERS OF THE HOUSE: Hear, hear!`."""
_SAYS = re.compile("(?<=.)(?:說|说|問|问|稱|称|曰|講|讲|寫道|写道|表示|指出|認為|认为|回答|提到|強調|强调)$")
"""How what somebody else once said begins: `總統說：「…」`."""
_GERSHAYIM = re.compile('(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea])')
"""A quotation mark within a word, as Hebrew writes what it shortens."""
_ASIDES = re.compile(r"\([^()]{1,80}\)")


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


def is_in_capitals(word: str) -> bool:
    """Whether a word of several letters has only capitals."""
    return word.isupper() and sum(map(str.isalpha, word)) > 1


def is_office_in_capitals(name: str) -> bool:
    """Whether this is a name or office in capitals behind a title: `El señor PRESIDENTE`, `The SPEAKER`."""
    words = _ASIDES.sub(" ", name).split()
    titles = next((at for at, word in enumerate(words) if word.rstrip(".").casefold() not in TITLES), 0)
    rest = [word for word in words[titles:] if word.casefold() not in _AMONG_NAMES]
    first = rest[0] if titles and rest else ""
    return is_in_capitals(first) and len(first) > SHORT_CAPITALS


def has_title(name: str) -> bool:
    """Whether a name begins with how people are called: Mr, Frau, Mme, O Sr."""
    words = name.split()
    if words and words[0].casefold() in _ARTICLES_OF_TITLES:
        words = words[1:]
    return len(words) > 1 and words[0].rstrip(".").casefold() in PERSONAL_TITLES and words[1][0].isupper()


@lru_cache(maxsize=4096)  # the same few names stand before the colons of a file
def likeness_of(name: str) -> Likeness | None:
    """How like a speaker's the words before a colon are; None where they are a sentence or nothing."""
    if not name or len(name) > _MAX_CHARS or ": " in name:
        return None
    if name[0] in "([{" and not (" " in name and _PHONE.fullmatch(name)):
        return None
    if not name.isascii():
        name = _GERSHAYIM.sub("״", name)
    if "; " in name and all((likeness_of(part) or 0) >= Likeness.LISTED for part in name.split("; ")):
        return Likeness.LISTED  # AB; CD
    name = name.replace(" \\ ", " | ")  # Ann Berg \ Acme
    name = _HONORARY.sub("", name) if "h. c." in name else name
    if name[0].isupper() and is_name(plain := _NICKNAME.sub("", name, count=1)):
        name = plain
    if (marked := _likeness_by_marks(name)) is not None:
        return marked
    presented = _presented_in_capitals(name)
    if presented and names_broadcaster(name):
        return Likeness.SURE
    if not presented and SENTENCE.search(name):
        return None
    if name.count("(") != name.count(")") or name.count("[") != name.count("]"):
        return None
    if (worded := _likeness_by_words(name)) is not None:
        return worded
    return Likeness.LISTED if presented or _lists_names(name) else _odd_likeness(name)


def _likeness_by_marks(name: str) -> Likeness | None:
    """The likeness that a name shows whatever words it has; None where only those can tell."""
    if is_generic(name):
        return Likeness.SURE
    if name.endswith("?") and (_QUERIED.fullmatch(name) or _is_queried_name(name[:-1].rstrip())):
        return Likeness.LISTED  # who took the notes isn't certain
    return None if name.strip("?") else Likeness.ODD  # nobody knows who


def _is_queried_name(name: str) -> bool:
    """Whether this is the name of somebody, and no question of a word: `Ann`, but not `Cold`."""
    return is_name(name) and is_common_name(name.split()[0]) and not is_note(name)


def _likeness_by_words(name: str) -> Likeness | None:
    """The likeness of a letter, a role, or a name without anything beside it; None of all else."""
    letter = _LETTER.fullmatch(name.partition(" (")[0]) and (name[0].isupper() or is_caseless(name))
    if letter and name not in _SIGNS_OF_NOTES:
        return Likeness.LETTER
    if (has_title(name) and is_name(name)) or _is_office_of_somebody(name):
        return Likeness.NAME
    if name.casefold() in _FROM_THE_HALL and not name[0].islower():
        return Likeness.NAME
    if _may_be_initials(name):
        return Likeness.ROLE
    if is_note(name) or _OF_A_YEAR.fullmatch(name):
        return Likeness.NOTE
    words = name.casefold().replace("’", "'").split()
    if len(words) > 1 and name[0].isupper() and is_office_in_capitals(name):
        return Likeness.NAME
    if name.casefold() in _ROLES:
        return Likeness.ROLE
    if not is_name(name):
        return Likeness.ROLE if _is_role_behind_article(words, name) else None
    begins_as_note = len(words) > 1 and words[0] in NOTES and words[1][0].isalpha()
    return Likeness.ROLE if begins_as_note and not name[-1].isupper() else Likeness.NAME


def _is_role_behind_article(words: list[str], name: str) -> bool:
    """Whether an office or a role stands behind an article or a title: `La présidente`, `M. le président`."""
    titled = len(words) > 1 and all(word.rstrip(".") in TITLES for word in words[:-1])
    return titled and name[0].isupper() and (is_person(words[-1]) or names_office(words[-1]))


def _lists_names(name: str) -> bool:
    """Whether names stand in a row, or one before what its bearer is: `Ann, Ben`, `Ann Berg, CEO`."""
    first, *others = name.split(", ")
    listed = bool(others) and is_name(first) and all(is_name(part) or _is_office(part) for part in others)
    listed = listed or (bool(others) and _presents_somebody(first, others))
    return listed and not any(map(is_note, (first, *others)))


def _presents_somebody(first: str, others: list[str]) -> bool:
    """Whether a full name that people have stands before what its bearer is: `Berg Anna, chief of staff`."""
    words = first.split()
    plain = all(part[0].islower() and _PLAIN_WORDS.fullmatch(part) for part in others if part)
    return len(words) == 2 and is_name(first) and plain and any(map(is_common_name, words))


def _may_be_initials(name: str) -> bool:
    """Whether a word of another language than English may as well be initials: `DE`, `MON`."""
    word = name.casefold()
    foreign = word in NOTES and word not in _SURE_NOTES
    return foreign and 1 < len(name) <= _MOST_INITIALS and name.isascii() and is_in_capitals(name)


def _presented_in_capitals(name: str) -> bool:
    """Whether a name in capitals stands before what its bearer is: `BRET BAIER, ANCHOR, "SPECIAL REPORT"`."""
    before, comma, behind = name.partition(", ")
    capitals = bool(comma) and all(map(is_in_capitals, before.split()))
    plain = not SENTENCE.search(behind.replace('"', "") if behind.isupper() else behind)
    return capitals and plain and is_name(before) and not is_note(before)


def _is_office_of_somebody(name: str) -> bool:
    """Whether an office stands before who holds it: `The Presiding Officer (Ann Berg)`."""
    office, _, holder = name.removesuffix(")").partition(" (")
    return name.endswith(")") and " " in holder and is_name(holder) and is_office(office)


def _is_office(text: str) -> bool:
    """Whether an office stands behind somebody's name: `secrétaire d'État`, `Abgeordneter der SPD`."""
    return names_office(text) and len(text.split()) < MAX_WORDS


def _odd_likeness(name: str) -> Likeness | None:
    bare = _strip_marks(name)
    if _DIGIT.search(name) and _PHONE.fullmatch(name):
        digits = sum(char.isdigit() for char in name)
        digits += name.count("*") if digits and "***" in name else 0  # 1********67
        return Likeness.ODD if digits >= _LEAST_DIGITS and not _DATE.fullmatch(name) else None
    if not any(char.isalpha() for char in bare):
        return Likeness.ODD if len(name) <= _LONGEST_PICTURE and _PICTURE.fullmatch(name) else None
    if _AFFILIATED.fullmatch(bare):
        return Likeness.ODD
    words = bare.split()
    if not _DEVICES.isdisjoint(words) and len(words) <= MAX_NAME_WORDS:
        return Likeness.ODD
    if words[-1] in _PARTIES and len(words) > 2 and is_name(" ".join(words[:-1])):
        return Likeness.ODD
    plain = [word for word in words if _TEXT_WORD.fullmatch(word)]
    small = [word for word in plain if word[0].islower() and word not in PARTICLES]
    if name[0].isupper() and (is_person(words[0]) or is_person(words[-1])) and len(words) <= MAX_NAME_WORDS:
        return Likeness.ODD  # Man in audience
    if _is_several_or_relative(words) or _is_beside_office(_ASIDES.sub("", bare).split()):
        return Likeness.ODD
    if words[0].casefold() in _ENGLISH_NOTES or len(small) > 1 or (small and len(plain) == len(words) > 1):
        return Likeness.LOOSE if len(words) <= MAX_NAME_WORDS else None
    return Likeness.ODD if len(words) <= MAX_WORDS - 2 or len(plain) < len(words) else Likeness.LOOSE


def _is_several_or_relative(words: list[str]) -> bool:
    """Whether several are meant, or somebody by whose relative it is: `All participants`, `Ann's wife`."""
    several = words[0].casefold() in EVERYBODY and words[-1].casefold() in _PEOPLE
    return several or (len(words) > 1 and words[-2].endswith(("'s", "’s")) and words[-1] in _RELATIVES)


def _is_beside_office(words: list[str]) -> bool:
    """Whether somebody is named in full behind an office, or in capitals before one.

    `Ministryně dopravy Anna Malá`, `El diputado Luis Paz`, `VAS LAJOS belügyminisztériumi államtitkár`.
    """
    titled = words[1:] if words and words[0].casefold() in TITLES else words
    if len(titled) > 2 and names_office(titled[0]) and is_name(" ".join(titled[-2:])):
        return True
    capitals = len(words) > 2 and all(map(is_in_capitals, words[:2])) and words[-1][0].islower()
    lengths = sorted(map(len, words[:2]))
    spelt_out = lengths[0] > SHORT_CAPITALS and lengths[-1] > _LONGEST_ABBREVIATION  # no US GDP growth
    return capitals and spelt_out and words[0].casefold() not in NOTES | TITLES | PRONOUNS


def is_generic(name: str) -> bool:
    """Whether this is what programs call a speaker: SPEAKER_01, Speaker 1, Спикер №2, S2."""
    found = _GENERIC.fullmatch(name.replace(":in", "in").replace("*in", "in").replace("_in", "in"))
    return found is not None and any(not char.islower() for char in name)


def is_name(name: str) -> bool:
    """Whether this is written as a name is: up to five words, each with a capital (or without case)."""
    aside = ASIDE.fullmatch(name) if name.endswith((")", "]")) else None
    words = _strip_marks(aside[1] if aside else name).split()
    if not 0 < len(words) <= MAX_NAME_WORDS or not words[0][0].isalpha():
        return False
    return all(
        _WORD.fullmatch(word) is not None and (not word[0].islower() or (at > 0 and _is_particle(word)))
        for at, word in enumerate(words)
    )


def begins_with_particle(name: str) -> bool:
    """Whether this is a last name with a small word before it: `van der Berg`, `de la Cruz, Ana`."""
    particle, _, rest = name.partition(" ")
    if not _is_particle(particle):
        return False
    written = (name[0].upper() + name[1:], rest)  # `Da Silva` begins with a German word
    return any(each and likeness_of(each) in (Likeness.NAME, Likeness.LISTED) for each in written)


def _is_particle(word: str) -> bool:
    """Whether a small word stands within names: `van`, `arap`, or before one as `d'` in `d'Arcy`."""
    return word in PARTICLES or _JOINED_PARTICLE.match(word) is not None


def is_note(name: str) -> bool:
    """Whether this begins sentences and notes, not turns: Note, Chapter 1, Erstens; but not THE WITNESS."""
    whole = name.casefold().replace("’", "'").replace("i\u0307", "i")
    words = whole.split()
    if not words or is_person(words[-1]) or (len(name) == 1 and name.isupper()):
        return False
    if _TRANSITION.fullmatch(name) or (_ADDRESS.fullmatch(name) and not name.isupper()):
        return True
    if (_DECIMAL.fullmatch(words[-1]) and words[0] not in _ROOMS) or _SAYS.search(whole):
        return True  # Decision 61.2
    bare = _ASIDES.sub("", name).split()
    office = words[0] in ("the", "a") and len(bare) > 1 and bare[-1][-1:].isupper()
    if words[0] == "the" and len(bare) > 1 and is_name(name) and words[1] not in _NOTE_WORDS:
        return words[-1] in _NOTE_ENDS  # The Chairman
    begins = (words[0] in _ENGLISH_NOTES and not office and len(name) > 1) or whole in NOTES
    begins = begins or (len(words) == 2 and words[1].isdigit() and words[0] in _NUMBERED_NOTES)
    return begins or words[-1] in _NOTE_ENDS


def is_sound(text: str) -> bool:
    """Whether a text names what is heard and nobody says: Laughter, (Cross-talk.)"""
    return any(word.strip("()[].,") in _SOUNDS for word in text.casefold().split())


def is_person(word: str) -> bool:
    """Whether a word says that somebody speaks, but not who: woman, caller, Zwischenruf."""
    return word.casefold().strip("()[]") in _PERSONS


def is_somebody_unseen(name: str) -> bool:
    """Whether captions name somebody so who is heard and not seen: MAN, Woman 2, OLD MAN."""
    words = [word for word in name.casefold().split() if not word.strip("#").isdigit()]
    return bool(words) and (words[0] in _UNSEEN or words[-1] in _UNSEEN)


def _strip_marks(name: str) -> str:
    """The name without marks that combine with letters, joiners and a space behind a number's sign."""
    if name.isascii():
        return _NUMBER_SIGN.sub(r"#", name) if _DIGIT.search(name) else name
    composed = unicodedata.normalize("NFC", name)
    letters = "".join(char for char in composed if unicodedata.category(char) not in ("Mn", "Mc", "Me", "Cf"))
    return _NUMBER_SIGN.sub(r"#", letters)


def is_caseless(name: str) -> bool:
    """Whether a name is written in a script without capitals."""
    return name[0].isalpha() and name[0].lower() == name[0].upper()
