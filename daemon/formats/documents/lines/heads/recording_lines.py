"""Lines that tell of the recording, and nobody said: the title of a result, fields at the top and at the end.

Such fields are `Date: 12 March`, `Attendees: …`, `Dauer: 45 min`. The names of most are known; what stands
between two of these is one as well. Others are told by what else stands in the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from daemon.formats.days import find_day
from daemon.formats.documents.lines.heads.head import Head, is_ended
from daemon.formats.speakers.labels import Label, find_label_in
from daemon.formats.speakers.names import Likeness, has_title, is_name
from daemon.text.results.marks import is_mark
from daemon.text.sentences import ends_sentence

_KEYS = frozenset(
    key.strip()
    for line in """
    audiodatei;audio-datei;audio-quelle;audioquelle;audio source
    videodatei;tondatei;dateiname;fichier audio;archivo de audio;file audio;audiobestand;plik audio
    аудиофайл;音频文件;音声ファイル;arquivo de áudio
    date;time;day;name;agenda;location;place;venue;duration;length;attendees;participants
    present;apologies;absent;attendance;in attendance;title;subject;topic;meeting
    meeting title;meeting type;meeting id;recorded;recorded by;recorded on;recording
    interview;interview with;interviewed by
    recording date;interview date;date of interview;date of recording;date recorded
    date and time;date/time;start time;end time;transcribed by;transcribed;transcriber
    transcription;transcription date;file;filename;file name;audio;audio file;video
    source;url;link;language;published;series;project;organizer;organiser;episode
    event;datum;uhrzeit;zeit;ort;dauer;länge;teilnehmer;teilnehmende;teilnehmerinnen
    anwesend;anwesende;abwesend;entschuldigt;thema;titel;betreff;aufnahme
    aufnahmedatum;datei;transkription;transkribiert von;sprache;projekt;sitzung
    besprechung;heure;lieu;durée;présents;absents;sujet;titre;objet;fichier;langue
    réunion;fecha;hora;lugar;duración;asistentes;participantes;presentes;ausentes
    tema;título;asunto;archivo;idioma;reunión;data;ora;luogo;durata;partecipanti
    presenti;assenti;titolo;oggetto;lingua;riunione;local;duração;assunto;arquivo
    reunião;tijd;plaats;locatie;duur;deelnemers;aanwezigen;aanwezig;afwezig
    onderwerp;bestand;taal;vergadering;dato;tid;plats;sted;längd;varighed;varighet
    deltagare;deltagere;närvarande;ämne;emne;czas;miejsce;uczestnicy;obecni;temat
    tytuł;czas trwania;дата;время;место;длительность;продолжительность;участники
    присутствовали;тема;название;файл;язык;日期;时间;時間;地点;地點;参会人员;參會人員;参会人;与会人员
    出席人员;出席者;参加者;参与者;主题;主題;会议主题;会议名称;会议时间;会议地点;时长;時長;记录人;記錄人;标题;标題
    语言;語言;日時;日付;場所;議題;件名;会議名;所要時間;収録日;開催日;날짜;일시;장소;참석자;참가자;주제;제목
    시간;회의명;안건
    """.split("\n")
    for key in line.split(";")
    if key.strip()
)
_DAYS = frozenset(
    "date;recorded;recording date;interview date;datum;fecha;data;дата;日期;日付;날짜".split(";")
)
_PEOPLE = frozenset(
    "attendees;participants;present;in attendance;teilnehmer;teilnehmende;teilnehmerinnen;anwesend;anwesende"
    ";présents;asistentes;participantes;presentes;partecipanti;presenti;deelnemers;aanwezigen;aanwezig"
    ";deltagare;deltagere;närvarande;uczestnicy;obecni;участники;присутствовали;参会人员;参会人;出席者;参加者"
    ";참석자;참가자".split(";")
)
_LONGEST_BEGINNING = 60
"""Characters in which a line names who speaks, be a time before it."""
_ROLES = frozenset(
    """
    interviewer interviewee interviewers interviewees speaker speakers host hosts guest
    guests moderator narrator chair chairman chairwoman chairperson befragte befragter
    gast gäste moderation moderatorin sprecher sprecherin interviewerin protokoll
    intervieweur interviewé animateur invité entrevistador entrevistadora entrevistado
    participant respondent respondents informant informants panelist panelists panellist panellists proband
    probandin intervistato intervistata intervistatore intervistatrice geïnterviewde респондент интервьюер
    entrevistada moderadora invitado invitada presenta conduce ospite entrevistados 인터뷰어 인터뷰이 主持人
    主講人 主讲人 사회자 司会
    """.split()
)
_FIELD = re.compile(
    r"\s*(?:[-•*]\s+)?[*_]{0,3}([^\W\d_][^:：*_\n|]{0,30}?)\s?"
    r"(?:[*_]{0,3}[:：]|[:：][*_]{0,3})[*_]{0,3}(?:\s+|(?<=：)|$)(.*)"
)
_FILE = re.compile(r"\S\.(?:mp[34]|wav|m4[ab]|og[ga]|opus|flac|aac|wma|aiff?|mov|mkv|webm|avi)\W*$", re.I)
_LISTED = re.compile(r"\s*(?:[-•*–]|\d{1,2}[.)])\s+\S")
_FIGURE = re.compile(r"\d|https?://")
_NAMES = re.compile(r"(?<!\s)(?:\s*[,;&、，/]\s*|\s+(?:and|with|und|et|y|e|en|och|og|i|и)\s+)")
_FIELD_LINES, _FIELD_WORDS, _LEAST_FIELDS = 25, 10, 3
_HIGHEST_LINES, _TOP_WORDS, _LONG_FILE = 8, 9, 20
_BORN = re.compile(r"\([^()]{0,20}\d{4}[^()]{0,20}\)")
_TIMED = re.compile(r"\[\d{2,4}:\d\d:\d\d\] ", re.ASCII)
_MOST_TITLE = 20  # words
_TOP_LINES, _MOST_ABOVE, _MOST_NOTES = 30, 2, 200
"""How many lines are looked at, how many may stand above the fields (a title), and how many of notes."""
_LEAST, _MOST_WORDS, _SHORT = 2, 60, 8


def find_result_title(lines: Sequence[str]) -> int | None:
    """The place of the title of a result of ours, above paragraphs that all begin with their time."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    if len(filled) < 2 or filled[0] + 1 == filled[1] or len(lines[filled[0]].split()) > _MOST_TITLE:
        return None
    title, *below = filled
    if _TIMED.match(lines[title]) or is_mark(lines[title]):
        return None
    every = all(_TIMED.match(lines[at]) or is_mark(lines[at]) for at in below)
    apart = all(not lines[at - 1].strip() for at in below)
    return title if every and apart else None


def find_recording_fields(lines: Sequence[str]) -> frozenset[int]:
    """The places of the fields, with the lists below them; none where what stands there may be said."""
    return _find_fields_at_top(lines) or find_fields_below_notes(lines)


def find_fields_below_notes(lines: Sequence[str]) -> frozenset[int]:
    """The places of known fields that stand one below the other, below some notes about the recording."""
    run: dict[int, str] = {}
    for at, line in enumerate([*lines[:_MOST_NOTES], "."]):
        key = _read_key(line)
        known = key in _KEYS or key in _ROLES
        if line.strip() and (not known or key in run.values()):  # again: who begins to speak
            told = [key for place, key in run.items() if _is_known(lines, place, run)]
            if len(told) == len(run) >= _LEAST_FIELDS and not _KEYS.isdisjoint(told):
                return frozenset() if _is_among_turns(lines, min(run), at) else frozenset(run)
            run = {}
        if known:
            run[at] = key or ""
    return frozenset()


def _is_among_turns(lines: Sequence[str], above: int, below: int) -> bool:
    """Whether several begin to speak, by the same labels, on both sides of some lines."""
    sides = (lines[:above], lines[below : below + _MOST_NOTES])
    before, after = ({label.name for line in side if (label := find_label_in(line))} for side in sides)
    return len(before & after) >= _LEAST


def _find_fields_at_top(lines: Sequence[str]) -> frozenset[int]:
    top = [at for at, line in enumerate(lines[:_TOP_LINES]) if line.strip()]
    keys = {at: key for at in top if (key := _read_key(lines[at]))}
    known = [at for at in top if _is_known(lines, at, keys)]
    first = next(iter(known), 0)
    if not known or sum(at < first for at in top) > _MOST_ABOVE:
        return frozenset()
    run: list[int] = []
    for at in top[top.index(first) :]:
        listed = bool(run) and _LISTED.match(lines[at]) is not None and _is_list_below(lines, run, at)
        if at not in known and not listed and not _is_beside_known(lines, at, known, keys):
            break
        run.append(at)
    told = [at for at in run if at in known and keys[at] in _KEYS]
    enough = len(told) >= _LEAST or (len(told) > 0 and len(run) > _LEAST)
    followed = any(line.strip() for line in lines[run[-1] + 1 :])
    is_told = enough or _tells_day(lines, told, keys) or _tells_file(lines, told)
    is_told = is_told or _tells_people(lines, told, keys, run[-1] + 1)
    return frozenset(run) if followed and is_told else frozenset()


def _is_beside_known(lines: Sequence[str], at: int, known: Sequence[int], keys: dict[int, str]) -> bool:
    """Whether a field of another name stands in one block with known ones: between two, or with a figure."""
    found = _FIELD.fullmatch(lines[at])
    if found is None or at not in keys or not _may_be_field(lines[at]) or not _stands_once(lines, found[1]):
        return False
    following = next((place for place in known if place > at), at)
    between = following > at and all(place in keys for place in range(at, following))
    figure = _FIGURE.search(found[2]) is not None and len(found[2].split()) <= _SHORT
    is_link = found[2].strip(" <*_").startswith(("http://", "https://"))
    return between or is_link or (figure and lines[at - 1].strip() != "")


def _tells_day(lines: Sequence[str], told: Sequence[int], keys: dict[int, str]) -> bool:
    """Whether a field alone tells of a day."""
    return any(keys[at] in _DAYS and find_day(lines[at]) is not None for at in told)


def _tells_file(lines: Sequence[str], told: Sequence[int]) -> bool:
    """Whether a field tells in which file the recording is."""
    return any(_FILE.search(lines[at]) is not None for at in told)


def _tells_people(lines: Sequence[str], told: Sequence[int], keys: dict[int, str], below: int) -> bool:
    """Whether a field alone tells the names of those who take part, with which lines below begin."""
    for at in told:
        found = _FIELD.fullmatch(lines[at]) if keys[at] in _PEOPLE else None
        names = [name for name in _NAMES.split(found[2].strip(" *_.")) if name] if found else []
        if len(names) < _LEAST or not all(map(is_name, names)):
            continue
        heads = [line[:_LONGEST_BEGINNING].casefold() for line in lines[below:] if line.strip()]
        if all(any(name.casefold() in head for head in heads) for name in names[:_LEAST]):
            return True
    return False


def _read_key(line: str) -> str | None:
    found = _FIELD.fullmatch(line)
    return found[1].strip().casefold() if found else None


def _is_known(lines: Sequence[str], at: int, keys: dict[int, str]) -> bool:
    """Whether a line is a field of a known name, which is no label of somebody who speaks below."""
    key = keys.get(at)
    found = _FIELD.fullmatch(lines[at]) if key else None
    if found is None or key is None or not _may_be_field(lines[at]):
        return False
    if key in _ROLES:
        return all(map(is_name, filter(None, _NAMES.split(found[2].strip(" *_")))))
    return key in _KEYS and _stands_once(lines, found[1])


def _stands_once(lines: Sequence[str], name: str) -> bool:
    """Whether only one line begins with this name and a colon."""
    name = name.strip()
    labels = (f"{name}:", f"{name}：", f"{name}*", f"{name} :")
    begun = (line for line in lines if line.lstrip(" -•*_").startswith(labels))
    return next(begun, None) is not None and next(begun, None) is None


def _may_be_field(line: str) -> bool:
    """Whether what stands behind a colon is no sentence that somebody says."""
    found = _FIELD.fullmatch(line)
    words = found[2].split() if found else []
    ended = bool(words) and (words[-1][-1] in "?!。" or (ends_sentence(words[-1]) and len(words) > _SHORT))
    return found is not None and len(words) <= _MOST_WORDS and not ended


def _is_list_below(lines: Sequence[str], run: Sequence[int], at: int) -> bool:
    """Whether a line goes on with the list below a field that has nothing behind its colon."""
    head = next((place for place in reversed(run) if not _LISTED.match(lines[place])), None)
    found = _FIELD.fullmatch(lines[head]) if head is not None else None
    return found is not None and not found[2].strip(" *_") and at - run[-1] == 1


def find_fields(read: list[Head]) -> frozenset[int]:
    """The lines at the beginning that tell of the recording (Date: …, Place: …), by their places.

    Each has a name of its own that no later line has, and a short value; several stand together, or one of
    very few words stands at the top of a long file. Those who take part may be presented there,
    by the labels that they have below.
    """
    names = Counter(head.label.name for head in read if head.label and head.label.style != "heading")
    run: list[int] = []
    presented: list[int] = []
    for at, head in enumerate(read[:_FIELD_LINES]):
        if not any(char.isalnum() for char in head.line):
            continue
        value = head.label.remove_from(head.words) if head.label else []
        once = head.label is not None and names[head.label.name] == 1 and head.start is None
        once = once and head.label is not None and _may_be_told(head.label, value)
        if _presents_somebody(head, value):
            presented.append(at)
        elif once and 0 < len(value) <= _FIELD_WORDS and not (ends_sentence(value[-1]) or _goes_on(read, at)):
            run.append(at)
        elif run or presented:
            break
    born = any(_BORN.search(read[at].line) for at in presented)
    known = presented if born or run else []
    run += known
    few = len(read) > _LONG_FILE or _stands_apart(read, names, run)
    top = known + [at for at in run if at < _HIGHEST_LINES and few and len(read[at].words) <= _TOP_WORDS]
    return frozenset(run if len(run) >= _LEAST_FIELDS else top)


def _may_be_told(label: Label, value: list[str]) -> bool:
    """Whether it may be a field's: `[Date]: 5 May`, `[notes]: https://…`, but not `[ann]: hello`."""
    leads = len(value) == 1 and value[0].startswith(("http://", "https://"))
    key = label.name.casefold()
    return label.style != "[" or leads or key in _KEYS or key in _ROLES


def _goes_on(read: list[Head], at: int) -> bool:
    """Whether a line is of somebody with a title, or goes on below with a small letter: a turn, no field."""
    head, below = read[at], read[at + 1] if at + 1 < len(read) else Head()
    titled = head.label is not None and has_title(head.label.name)
    wrapped = below.label is None and below.start is None and below.text[:1].islower()
    return titled or (wrapped and below.line != "")


def find_closing_fields(read: list[Head]) -> frozenset[int]:
    """The last lines, where they tell of the recording (Duration: 57 minutes), by their places.

    Each has a name that no other line has, and a short value with a figure that ends no sentence.
    """
    names = Counter(head.label.name for head in read if head.label)
    fields: list[int] = []
    for at in range(len(read) - 1, max(-1, len(read) - 1 - _FIELD_LINES), -1):
        head = read[at]
        if not head.line:
            continue
        value = head.label.remove_from(head.words) if head.label else []
        once = head.label is not None and names[head.label.name] == 1 and head.start is None
        figure = any(char.isdigit() for word in value for char in word)
        if not (once and figure and len(value) <= _FIELD_WORDS and not ends_sentence(value[-1])):
            break
        fields.append(at)
    return frozenset(fields)


def _stands_apart(read: list[Head], names: Counter[str], run: list[int]) -> bool:
    """Whether a blank line parts some lines at the top from turns of people who speak again and again."""
    blank = next((at for at, head in enumerate(read) if not head.line), len(read))
    below = [head for head in read[blank:] if head.label is not None]
    again = sum(names[head.label.name] > 1 for head in below if head.label)
    ended = sum(is_ended(head.text) for head in below)
    turns = again * 2 > len(below) and ended * 2 > len(below)
    return bool(run) and run[-1] < blank and len(below) > 1 and turns


def _presents_somebody(head: Head, value: list[str]) -> bool:
    """Whether a line only tells who takes part: `Interviewer: Ann Berg`, `구술자: 이순자(1932년생)`."""
    name = " ".join(value)
    role = head.label is not None and head.label.likeness is Likeness.SURE and head.start is None
    return role and 0 < len(value) < _FIELD_WORDS and is_name(name) and (len(value) > 1 or not name.isascii())
