"""What the person who typed a transcript noted and nobody said: `END OF TAPE 2`, `#laughs#`, `<pause>`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from daemon.formats.markup import is_page_tag, speaks_of_tags
from daemon.formats.speakers.names import is_generic
from daemon.formats.word_account import Reading, rewrite_lines

_MEDIA = frozenset(
    "tape side reel cassette disc disk cd track audio video file interview recording transcript session "
    "band kassette aufnahme transkript gespräch gesprächs interviews face bande piste enregistrement "
    "entretien cinta lado cara casete grabación entrevista nastro lato cassetta registrazione intervista "
    "fita gravação kant bandje opname плёнки пленки кассеты сторона стороны интервью kasety taśmy strona "
    "wywiadu".split()
)
_LINKING = frozenset(
    "end ends of the start starts begin begins beginning continues continued change ende des der "
    "die beginn anfang fin début de la du l' l’ le final inicio del fine inizio della do da início fim einde "
    "begin van het конец начало koniec początek and und et y e i number no no. nr nr. minutes".split()
)
_ENDS = frozenset(
    "end ends begin begins beginning start starts continues continued change ende beginn anfang fin "
    "début final inicio fine inizio fim início einde конец начало koniec początek".split()
)
_NUMBER = re.compile(r"#?\d{1,4}(?::\d\d){0,2}|[a-f]|i{1,3}|iv|vi{0,3}")
_NUMBERS = frozenset(
    "one two three four five six eins zwei drei un deux trois une uno dos tres due tre dois três twee drie "
    "first second third erste zweite première deuxième primera segunda".split()
)
_COUNTED = frozenset(
    "tape side reel cassette disc disk cd band kassette bande face cinta cara lado nastro".split()
)
_EXAMINED = re.compile(r"\s*BY (?:(?:MR|MS|MRS|DR)\.|ATTORNEY|THE(?! WAY\b)) [A-Z][A-Z'’. -]{1,40}:\s*")
"""Who asks from here on, as the record of a court says it: `BY MR. DALE:`."""
_EXAMINATION = re.compile(
    r"\s*(?:(?:FURTHER|CONTINUED|DIRECT|CROSS|REDIRECT|RECROSS|RE-DIRECT|RE-CROSS|VOIR DIRE)[ -]{1,3}){0,3}"
    r"EXAMINATION(?:[ ,-]{1,3}\(?(?:CONTINUED|CONTINUING|CONT'D|RESUMED)\)?)?\s*"
)
"""The heading above that line: `CROSS-EXAMINATION`."""
_EXAMINED_BY = re.compile(
    r"\s*(?=<?[A-Z])<?(?i:(?:further |continued )?(?:cross|re|direct|chief|recross)?[- ]?examin(?:ation|ed)"
    r"(?:[ -]in[ -]chief)?(?: \((?:continued|resumed)\))?[ ,-]{1,3}by (?:mr|ms|mrs|miss|dr|sir|dame))\.?"
    r" [^\W\d_a-z](?:[^\W\d_]|['’. -]){1,40}(?:\((?:continued|resumed)\))?:?\s*"
)
"""The same in one line, as in Britain, Canada and The Hague: `Cross-examination by MS ORR`."""
_END_OF_FILE = re.compile(r"\s*\[END OF (?=\S*[\d_])\S{3,80}\]\s*", re.I)
"""`[END OF berg94may_1of2_SideA.]`: the file in which a tape was kept."""
_OF_RECORDS = re.compile(
    r"\s*(?:\{time\}\s{1,9}\d{3,4}|\[\[Page [A-Z]{1,2}\d{1,6}\]\]"
    r"|[•·]\s?\(\d{1,2} h(?: \d\d)?\)\s?[•·])\s*",
    re.ASCII,
)
"""How late it is, and a page's number, in the records of the Congress and of Québec."""
_OF_NVIVO = re.compile(
    r"\s*(?:Reference \d{1,5} - \d{1,3}[.,]\d{1,3}% Coverage"
    r"|<(?:Files|Internals)\\[^<>]{1,200}> - § \d{1,5} references? coded\s{1,3}"
    r"\[\d{1,3}[.,]\d{1,3}% Coverage\])\s*"
)
"""What NVivo sets above each passage that somebody has coded."""
_TRACK = re.compile(r"\s*[^\w\s]?T(?:rack|RACK) \d{1,3}[^\w\s.]?\s*", re.ASCII)
_NOTES = (_EXAMINED, _EXAMINED_BY, _END_OF_FILE, _OF_RECORDS, _OF_NVIVO, _TRACK)
_SENTENCE = re.compile(r"\s*(?:(?:The|the|of|[A-Z]?[a-z]{2,9} the)\b|[a-z]\D{0,90}\bthe\b)")
"""How a sentence of a tape begins, or goes on from the line above: `the end of the file.`"""
_CLOCK_ALONE = re.compile(r"\s*\((?:[01]\d|2[0-3])[0-5][05]\)\s*", re.ASCII)
"""`(1405)`: every five minutes the record of Canada's parliament says how late it is."""
_MEMBERS = re.compile(
    r"\s*\W{0,2}(?:Hon\. |L.hon\. |The (?:Deputy |Acting )?(?:Speaker|Chair)\b|Le (?:vice-)?président\b)",
    re.I,
)
_MOST_WORDS = 12
_TURN_MARK = re.compile(r"#\d{2}:\d{2}:\d{2}(?:[-.,]\d{1,3})?#", re.ASCII)
_NOTE = re.compile(r"(?<![\w#])#(?!\d{2}:\d{2}:\d{2}(?:[-.,]\d{1,3})?#)([^#\n]{1,80})#(?!\w)")
_TAG = re.compile(r"(?<!\\)<([a-zà-ÿ][\w-]{0,30}(?: [\w-]{1,30}){0,3})/?>")
_OPENING_TAG = re.compile(
    r"\s*(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp][Mm])?[\])]?\s{1,3})?"
    r"<([\w .-]{1,30})>(\s{0,3})(?:[^\s<]|$)",
    re.ASCII,
)
"""Perhaps behind the time: `[10:02] <ann> hello`; or alone on the line."""
_LOOKED_AT = 30  # characters in which a time and a bracket stand
_IRC_SHARE = 0.3
"""The share of lines with `<ann> text` from which what stands in angle brackets there is who writes."""
_UNHEARD = frozenset(
    "unclear inaudible unintelligible indistinct unverständlich ininteligible inintelligible incomprensible "
    "onverstaanbaar unhörbar inaudibile incomprensibile".split()
)


def without_transcriber_notes(lines: list[str], reading: Reading) -> list[str]:
    """The lines without such notes, each booked; what could not be heard stays, in square brackets."""
    lines = _without_hash_notes(lines, reading)
    lines = _without_open_tags(lines, reading)
    lines = _without_clocks(lines, reading)
    noted = [
        at
        for at, line in enumerate(lines)
        if _is_about_tapes(line) or any(form.fullmatch(line) for form in _NOTES)
    ]
    noted += _find_examinations(lines, noted)
    return rewrite_lines(lines, dict.fromkeys(noted, ""), reading, "note")


def _find_examinations(lines: list[str], noted: list[int]) -> Iterator[int]:
    """The places of headings of a court's record, each above one of these that says who asks."""
    for asks in noted:
        above = next((at for at in range(asks - 1, -1, -1) if lines[at].strip()), None)
        if above is not None and _EXAMINATION.fullmatch(lines[above]) and _EXAMINED.fullmatch(lines[asks]):
            yield above


def _without_clocks(lines: list[str], reading: Reading) -> list[str]:
    """The lines, blank where one only says how late it is, among members who speak; booked."""
    clocks = [
        at for at, line in enumerate(lines) if line.lstrip()[:1] == "(" and _CLOCK_ALONE.fullmatch(line)
    ]
    if not clocks or not any(map(_MEMBERS.match, lines)):
        return lines
    return rewrite_lines(lines, dict.fromkeys(clocks, ""), reading, "timing")


def _is_about_tapes(line: str) -> bool:
    """Whether nothing but the end or the number of a tape is told: `TAPE 1, SIDE A`, `[End of Interview]`."""
    if not 3 < len(line) < 100 or _SENTENCE.match(line):
        return False
    parts = line.casefold().replace("/", " ").replace(";", " ").split()
    words = [word for part in parts if (word := part.strip("[](){}*_.,;:–—-"))]
    if len(words) > _MOST_WORDS or not all(map(_is_of_tapes, words)) or _MEDIA.isdisjoint(words):
        return False
    numbered = any(map(_is_number, words)) and not _COUNTED.isdisjoint(words)
    return numbered or not _ENDS.isdisjoint(words)


def _is_of_tapes(word: str) -> bool:
    """Whether a word stands where a tape is told."""
    return word in _MEDIA or word in _LINKING or _is_number(word)


def _is_number(word: str) -> bool:
    return word in _NUMBERS or _NUMBER.fullmatch(word) is not None


def _without_hash_notes(lines: list[str], reading: Reading) -> list[str]:
    """The lines without `#laughs#`, as f4 and MAXQDA write notes, where they hold times of that kind too."""
    if not any("#" in line and _TURN_MARK.search(line) for line in lines):
        return lines
    kept = {at: _NOTE.sub(" ", line) for at, line in enumerate(lines) if line.count("#") > 1}
    return rewrite_lines(lines, kept, reading, "note")


def _without_open_tags(lines: list[str], reading: Reading) -> list[str]:
    """The lines without tags of one's own making, which need not be closed: `<laughs>`."""
    found = Counter(tag for line in lines if "<" in line for tag in _TAG.findall(line))
    if not found or _are_names(lines):
        return lines
    spoken = speaks_of_tags("\n".join(lines))
    return [_without_tags_in(line, reading, spoken=spoken) if "<" in line else line for line in lines]


def _are_names(lines: list[str]) -> bool:
    """Whether lines open with who writes, as in a chat: `<ann> hello`."""
    found = (_OPENING_TAG.match(line) for line in lines if "<" in line[:_LOOKED_AT])
    opening = sum(tag is not None and (bool(tag[2]) or is_generic(tag[1])) for tag in found)
    filled = sum(line.strip() != "" for line in lines)
    return opening > 1 and opening >= _IRC_SHARE * filled


def _without_tags_in(line: str, reading: Reading, *, spoken: bool) -> str:
    """The line without tags; `spoken`: those of pages are spoken of, and stay."""

    def write_tag(tag: re.Match[str]) -> str:
        if spoken and is_page_tag(tag[0]):
            return tag[0]
        return f"[{tag[1]}]" if tag[1] in _UNHEARD else " " * (tag[1] == "br")

    kept = _TAG.sub(write_tag, line)
    reading.book_markup(line, kept)
    return kept
