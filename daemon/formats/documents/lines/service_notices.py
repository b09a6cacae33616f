"""Lines of a text that its service put there, and nobody said: Otter's head and foot, Teams' notices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from daemon.formats.days import find_day, find_day_in_head
from daemon.formats.documents.lines.heads.recording_lines import find_recording_fields
from daemon.formats.speakers.names import is_name
from daemon.formats.word_account import Reading
from daemon.text.results.marks import is_mark
from daemon.text.sentences import ends_sentence
from daemon.text.transcript import LeftOut, count_words

_OTTER_FOOT = re.compile(r"\s*Transcribed by https?://otter\.ai/?\s*$")
_OTTER_DATE = re.compile(r"\s*\w{3}, \w{3} \d{1,2}, \d{4} \d{1,2}:\d\d\s?[AP]M • [\d:]{4,9}\s*$", re.ASCII)
_OTTER_BLOCKS = ("SUMMARY KEYWORDS", "SPEAKERS")
_TEAMS_NOTICE = re.compile(
    r"\s*(\S.{0,60}?)\s(?:(?:started|stopped)\stranscription"
    r"|hat\sdie\s(?:Transkription|Aufzeichnung)\s(?:gestartet|beendet|angehalten)"
    r"|a\s(?:démarré|arrêté|commencé)\sla\stranscription"
    r"|(?:inició|detuvo|ha\siniciado|ha\sdetenido)\sla\stranscripción"
    r"|ha\s(?:avviato|interrotto|arrestato)\sla\strascrizione"
    r"|(?:iniciou|interrompeu|parou)\sa\stranscrição"
    r"|heeft\s(?:de\s)?transcriptie\s(?:gestart|gestopt|beëindigd))\s*$",
    re.I,
)
_TEAMS_ELSEWHERE = re.compile(
    r"\s*\S.{0,60}?(?:\s(?:[^\s.?!:,]{1,24}\s){1,3}(?:trans[ck]r|transskr|trascr|транскри|расшифр)[^\s.?!:,]{1,16}"
    r"|\s?が文字起こしを(?:開始|停止|終了)しました|\s?님이\s.{1,20}(?:시작|중지)했습니다|\s?已?(?:开始|停止|開始)了?(?:转录|轉錄|听录))"
    r"\s*$",
    re.I,
)
"""The same in languages that are not known so well: somebody, one to three words, and what was begun."""
_TEAMS_DATE = re.compile(
    r"\s*(?:\w+ \d{1,2}, \d{4}|\d{1,2}\.? (?:de )?\w+ (?:de )?\d{4}(?: [гr]\.)?|\d{4}年\d{1,2}月\d{1,2}日"
    r"|\d{4}년 \d{1,2}월 \d{1,2}일),? (?:午前|午後|上午|下午|오전|오후)?\s?\d{1,2}:\d\d(?:\s?(?i:[AP]M))?\s*$"
)
_TEAMS_DURATION = re.compile(
    r"\s*(?:\d{1,2}\s?(?:h|std\.?|u)\s?)?(?:\d{1,2}\s?m(?:in)?\.?\s?)?\d{1,2}\s?s(?:ec|ek|eg)?\.?\s*$",
    re.ASCII | re.I,
)
_DATE_ALONE = re.compile(
    r"\s*(?:[^\W\d_]{2,10}\.?,? )?"
    r"(?:[^\W\d_]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{1,2}\.? (?:de )?[^\W\d_]{3,10}\.? (?:de )?\d{4}"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}年\d{1,2}月\d{1,2}日)"
    r"(?:,?\s?(?:[|•·–—-]|at|um|à)?\s?\d{1,2}:\d\d(?:\s?(?i:[ap]\.?m\.?))?)?"
    r"(?:\s?[|•·]\s?\d{1,3}:\d\d(?::\d\d)?|\s?[|•·]\s?\d{1,3}\s?m(?:in|ins|inutes)?)?\s*$"
)
"""A day, with the time and how long it took: `Mon, May 6, 2024 | 10:02 AM`, `2024-05-06 10:02|32:10`."""
_NO_TITLE = re.compile(r"[:：]|^\W*\d{1,2}[:.]\d\d|^\s*[#>*]")
_MOST_TITLE_WORDS = 15
_UNIT = r"\d{{1,3}}\s(?:{})"
_LASTS = re.compile(
    r"(?:(?P<name>\S.{0,60}?)\s{1,9})??"
    rf"(?=\d)(?:{_UNIT.format('hours?|stunden?|heures?|horas?|ore|ora|uur')},?\s)?"
    rf"(?:{_UNIT.format('minutes?|minuten?|minutos?|minut[oi]')},?\s?)?"
    rf"(?:{_UNIT.format('seconds?|sekunden?|secondes?|segundos?|second[oi]|seconden?')})?\s*$",
    re.I,
)
"""A time in words, perhaps after a name, as Teams reads its transcript out to the blind."""
_NUMBER_AND_UNIT = re.compile(r"(\d{1,3})\s([^\W\d_]{3})")
_CLOCK = re.compile(r"\s*\d{1,2}:\d\d(?::\d\d)?\s*", re.ASCII)
_LEAST_LASTING, _LONGEST_LASTING = 2, 120  # lines, and characters of one
_MADE_BY = re.compile(
    r"\W*(?:(?:this|the)\s(?:\w+\s){0,2}(?:transcript|transcription|recording)\s(?:was|is|has\sbeen)\s(?:\w+\s){0,2}"
    r"(?:computer|auto|machine|generated|exported|created|produced|transcribed|downloaded)"
    r"|(?:automatically\s)?(?:transcribed|transcript\screated|(?:transcript|report|notes)\sgenerated)"
    r"\s(?:by|with|using)\s\S"
    r"|transkribiert\s(?:mit|von)\s\S|(?:dieses|das)\s(?:\w+\s){0,2}transkript\swurde\s"
    r"|sonix\s(?:is\sthe\sworld's\smost|has\smany\sfeatures)\s|automatically\sconvert\syour\smp3\sfiles\sto\s"
    r"|(?:start|end)\sof\stranscript\.\sskip\sto\sthe\s|end\s+\d{1,2}:\d\d\s[ap]\.?m\.?\s[a-z]{2,4}\s*$"
    r"|sonix\sis\sthe\sbest\sautomated\s|sonix\sis\sthe\sbest\saudio\sautomated\s"
    r"|detecting\slanguage\susing\sup\sto\sthe\sfirst\s|detected\slanguage\s?(?::|'|\")"
    r"|(?:this\sis\sa|\w+\stranscripts\sare\screated\son\sa)\srush\s|transcript\sprovided\sby\s\S"
    r"|copyright\s(?:©|\(c\))\s?\d{4}\s|to\sorder\sa\s(?:\w+\s){1,2}of\sthis\stranscript"
    r"|standalone\sfaster-whisper|number\sof\svisible\sgpu\sdevices|(?:starting|finished)\stranscription\son:"
    r"|processing\ssegment\sat\s|transcription\sspeed:\s|subtitles\sare\swritten\sto\s|operation\sfinished\sin:"
    r"|interactive\stranscript\s-\s|you\smay\snavigate\sthrough\sthe\stranscript\s|play\svideo\sstarting\sat\s"
    r"|clovanote\.naver\.com\s*$"
    r"|[^:\n]{2,60}:\san\s(?:oral\shistory\s)?interview\sconducted\sby(?-i:\s[^\W\d_a-z]\S*){2}"
    r"|language:\s[^|\n]{1,40}\s\([a-z]{2,3}\)\)\s*$"
    r"|audio\s(?:source|file):\s\S.{0,200}\.\w{2,4}\s*$"
    r"|(?:[^|:\n]{2,30}:\s[^|\n]{1,40}\s\|\s){3,12}[^|\n]{1,60}\)\s*$"
    r"|transcript\s(?:by|from|exported\sfrom)\s\S{2,40}\.\w{2,4}\s*$"
    r"|transcrit\s(?:par|avec)\s\S|transcrito\s(?:por|con|com)\s\S|trascritto\s(?:da|con)\s\S)",
    re.I,
)
_MOST_NOTICE = 300  # characters
_FOOT_LINES = 4
_TEAMS_HEAD_LINES = 6
_TIME_BEHIND = re.compile(r"\S\s{1,9}\d{1,2}:\d\d(?::\d\d)?\s*$", re.ASCII)
_MOST_KINDS = 3  # words of a heading
_MOST_DAY_WORDS = 6
_MOST_HEAD = 8  # lines between the title, the attendees and the transcript
_ATTENDEES = frozenset(
    "attendees participants invited teilnehmer teilnehmende asistentes participantes invités partecipanti "
    "deelnemers deltagare uczestnicy участники 参加者 参与者 參與者".split()
)
_TRANSCRIPT = frozenset(
    "transcript transkript transcription transcripción trascrizione transcrição transcriptie transkrypcja "
    "расшифровка 文字起こし 转录 轉錄 文字记录 文字記錄 逐字稿 회의록".split()
)
_KINDS_OF_TRANSCRIPT = frozenset(
    "full complete verbatim raw edited audio video podcast episode interview meeting auto automatic the show "
    "vollständiges komplette vollständige complète intégrale completa completo integral".split()
)
_WORDS_OF_HEADINGS = _TRANSCRIPT | _KINDS_OF_TRANSCRIPT
_ENDED = re.compile(
    r"\s*(?:transcription|transcript|meeting|recording|transkript\w*|besprechung|reunión|réunion|riunione)\s"
    r"(?:\w+\s){0,3}?(?:ended|stopped|beendet|terminó|finalizó|terminée|terminata)(?:\s\w+){0,2}\s[\d:]{4,8}\s*$",
    re.I,
)
_TRANSCRIBING = (
    r"(?:transcri|trascri|transkr[iy]|транскри|расшифров|meeting|besprechung|réunion|reunión|reunião|riunione"
    r"|vergadering)\w{0,12}"
)
_ENDED_AT = re.compile(
    rf"\s*(?:#{{1,6}}\s)?[*_]{{0,2}}(?:(?:the|die|das|la|le|el|a|o|de|het)\s)?{_TRANSCRIBING}"
    r"\s(?:[^\s:.?!,]+\s){1,6}\d{1,2}:\d\d:\d\d(?:\s[^\W\d]{1,15})?\W*$"
    r"|\s*\d{1,2}:\d\d:\d\d\s?(?:に|で|後に|経過後に)(?:文字起こし|会議)[がは](?:終了|停止)しました",
    re.I,
)
"""Google Meet's foot in any language: `Transkription wurde nach 00:31:50 beendet`, `Meeting ended …`."""
_BY_COMPUTER = re.compile(
    r"\W*(?:cette|ce|cet|est[ae]|quest[ao]|deze|dit|d[ea]nn?[ae]|ta|diese[rs]?)\s(?:\w+\s){0,2}"
    r"(?:transcri|trascri|transkr[iy])\w{1,12}\s.{0,80}?\b"
    r"(?:ordinateur|ordenador|computador|computer|komputer|automat|dator)"
    r"|この(?:編集可能な)?(?:文字起こし|トランスクリプト).{0,40}(?:コンピュータ|パソコン|自動)"
    r"|эта\s.{0,30}(?:расшифровка|транскри\w+)\s.{0,60}(?:автоматич|компьютер)",
    re.I,
)
_OF_WHISPER_CPP = re.compile(
    r"(?:whisper_\w+|ggml_\w+|log_mel_spectrogram\w*|system_info|output_\w+)\s?:\s"
    r"|main: (?:processing|loading|seeking) "
)
"""What whisper.cpp tells of itself above and below what it writes to the screen."""
_FATHOM = re.compile(
    r"\s*(?:[A-Z][A-Z ]{2,20}: .{1,500} - WATCH: https?://\S+"
    r"|VIEW RECORDING - (?:.{1,80}: https?://\S+|\d{1,4} (?:mins?|hours?)\b.{0,40}))\s*$"
)
"""What Fathom sets between turns (`ACTION ITEM: … - WATCH: https://…`), and above them."""
_PART_ENDS = re.compile(r"\s*PART \d{1,2} OF \d{1,2} ENDS \[\d{1,2}:\d\d:\d\d\]\s*$")
"""What Rev sets between the parts of a long recording."""
_SHARE_THIS = "Share this specific contribution"
"""What the page of Britain's Hansard has below each name."""
_OFFER = re.compile(r"\s*[(\[].{0,200}\b(?:unlimited|upgrade to|free trial)\b.{0,200}[)\]]\s*$", re.I)
"""`(… Go Unlimited to transcribe files up to 10 hours long.)`"""
_PANEL = re.compile(
    r"\s*(?:search (?:in video|transcript)|in this video|chapters|sync to video time"
    r"|\d{1,2}:\d\d(?::\d\d)? / \d{1,2}:\d\d(?::\d\d)?"
    r"|im (?:video|transkript) suchen|(?:rechercher|buscar|cerca) "
    r"(?:dans|en|nel) "
    r"(?:la |el )?v[ií]d[ée]o|[^\W\d]{3,20} \((?:auto-generated|automatisch erzeugt|générés? automatiquement"
    r"|generad[oa]s? automáticamente|generat[oi] automaticamente|gerad[oa] automaticamente)\))\s*$",
    re.I,
)
"""What stands above and below the transcript beside a video of YouTube's."""
_PANEL_LANGUAGE = re.compile(
    r"\s*[^\W\d]{3,20}(?: \([^()]{2,30}\))? \((?:auto-generated|automatisch erzeugt|générés? automatiquement"
    r"|generad[oa]s? automáticamente|generat[oi] automaticamente|gerad[oa] automaticamente)\)\s*$"
)
_PROTECTED = re.compile(r"\s*This material may be protected by copyright\.\s*$")
_FROM = re.compile(r"\s*(?:Excerpt )?From\b")
_MOST_OF_SOURCE = 5
"""Lines below what is copied out of Apple Podcasts: what it is from, its address, the copyright."""
_MOST_BELOW, _WORDS_BELOW = 10, 6
"""Lines, and words of one, below the language of YouTube's transcript: `All`, `From Acme`, `Related`."""
_FIELD = re.compile(r"[\s*_•-]*([^\W\d_][^:*_\n]{1,30})(?:[*_]{0,3}[:：]|[:：][*_]{0,3})[*_]{0,3}\s+\S")
_TACTIQ = re.compile(r"#\s?tactiq\.io\s", re.I)
_TACTIQ_EMPTY = re.compile(r"(?:[\d:.]{5,12} )?No text|")
_KEY_WORDS = ("关键词", "關鍵詞")
_FEISHU_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日.{0,20}[|｜]\s?\d{1,4}\s?(?:小时|小時|分钟|分鐘|秒)")
_LEAST_FIELDS, _LONGEST_FIELD = 2, 80  # fields, and characters in which the name of one stands
_HEAD_LINES = 30
"""How many lines the head of a file has, at most."""


_AT_EDGES = (_MADE_BY, _ENDED, _ENDED_AT, _BY_COMPUTER, _OFFER, _PANEL)


def without_notices(lines: list[str], reading: Reading) -> list[str]:
    """The lines, each that is a notice blank and booked as one; without those of times in words."""
    out: list[str] = []
    title = _teams_title(lines)
    dated = _date_below_title(lines) if title is None else None
    begun = _begun_by_speakers(lines)
    heads = _otter_heads(lines) | _meeting_head(lines) | _fields_above_transcript(lines) | _other_heads(lines)
    if dated is not None:
        above = _title_above(lines, dated)
        title = None if above in heads else above
        heads |= {dated}
    fields = find_recording_fields(lines)
    _show_fields(lines, fields - heads, reading)
    heads |= fields
    reading.recorded = reading.recorded or _find_recorded(lines[:_HEAD_LINES], title, heads)
    worded = _worded_times(lines)
    timed = any(map(_CLOCK.fullmatch, lines)) if worded else False
    last = max((at for at, line in enumerate(lines) if line.strip()), default=-1)
    begun |= _below_panel(lines, last) | _below_copy(lines, last)
    for at, line in enumerate(lines):
        if at in worded:
            time = "" if timed else _write_time(line)
            reading.drop("timing", count_words(line) - count_words(time))
            if time:
                out.append(time)
            continue
        edge = at < _HEAD_LINES or at > last - _FOOT_LINES
        above = at in heads or is_heading_of_transcript(lines, at)
        reason = "header" if above else "notice" if at in begun else _find_reason(line, edge=edge)
        if at == title:
            reading.title = " ".join(line.split())
            reason = "title"
        elif title is not None and dated is None and at < _HEAD_LINES and _is_teams_head(line):
            reason = "header"
        reading.drop(reason or "", count_words(line) if reason else 0)
        out.append("" if reason else line)
    return out


def _show_fields(lines: list[str], fields: frozenset[int], reading: Reading) -> None:
    """Have the review show the fields of a head at their place."""
    if fields:
        above = sum(len(line.split()) for line in lines[: min(fields)])
        told = " ".join(" ".join(lines[at] for at in sorted(fields)).replace("**", "").split())
        reading.left_out.append(LeftOut(above, told, "header"))


def _find_recorded(lines: list[str], title: int | None, heads: frozenset[int]) -> str | None:
    """The day that the head of a file tells: in a service's own lines, or in a field of its own."""
    services = [line for at, line in enumerate(lines) if at in heads]
    if title is not None:
        services += [line for line in lines if _TEAMS_DATE.match(line)]
    return find_day_in_head(lines) or find_day("\n".join(services))


def _worded_times(lines: list[str]) -> frozenset[int]:
    """The places of lines with nothing but a time in words, be the name that stands above before it."""
    short = {at: text for at, line in enumerate(lines) if 0 < len(text := line.strip()) <= _LONGEST_LASTING}
    found = {at: lasting for at, text in short.items() if (lasting := _find_lasting(text))}
    if len(found) < _LEAST_LASTING:
        return frozenset()
    out: set[int] = set()
    above = ""
    for at, text in short.items():
        if at in found and found[at]["name"] in (None, above):
            out.add(at)
        elif is_name(text):
            above = text
    return frozenset(out) if len(out) >= _LEAST_LASTING else frozenset()


def _find_lasting(text: str) -> re.Match[str] | None:
    """A time in words, perhaps behind a name."""
    found = _LASTS.fullmatch(text) if text[-1:].isalpha() else None
    return found if found and any(map(str.isdigit, text)) else None


def _write_time(line: str) -> str:
    """A time in words in figures; "" where a name stands before it, which has its time above then."""
    found = _LASTS.fullmatch(line.strip())
    if found is None or found["name"] is not None:
        return ""
    parts = dict.fromkeys("hms", 0)
    for number, unit in _NUMBER_AND_UNIT.findall(line.casefold()):
        parts[_name_unit(unit)] = int(number)
    return f"{parts['h']}:{parts['m']:02}:{parts['s']:02}"


def _name_unit(unit: str) -> str:
    """Hours, minutes or seconds by their first letter, as one of our languages writes them."""
    if unit.startswith(("sec", "sek", "seg")):
        return "s"
    return "m" if unit[0] == "m" else "h"


def _find_reason(line: str, *, edge: bool) -> str | None:
    """Why a line is no speech; None where it is. `edge`: it is among the first or the last of the file."""
    if not line:
        return None
    if is_mark(line):
        return "mark"
    if edge and len(line) < _MOST_NOTICE and any(form.match(line) for form in _AT_EDGES):
        return "notice"
    if len(line) < _MOST_NOTICE * 2 and _FATHOM.match(line):
        return "notice"
    if _OF_WHISPER_CPP.match(line) or _PART_ENDS.match(line) or line.strip() == _SHARE_THIS:
        return "notice"
    teams = _TEAMS_NOTICE.match(line)
    return "notice" if _OTTER_FOOT.match(line) or (teams and _is_person(teams[1])) else None


def _begun_by_speakers(lines: list[str]) -> frozenset[int]:
    """The places of lines at the edges on which one who speaks, with a time beside it, began or ended it."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    edges = [*filled[:_TEAMS_HEAD_LINES], *filled[-_FOOT_LINES:]]
    found = [at for at in edges if _TEAMS_ELSEWHERE.match(lines[at][:_MOST_NOTICE])]
    if not found:
        return frozenset()
    named = {line.rstrip().rpartition(" ")[0].strip() for line in lines if _TIME_BEHIND.search(line)}
    return frozenset(at for at in found if lines[at].strip().startswith(tuple(filter(None, named))))


def _below_panel(lines: list[str], last: int) -> frozenset[int]:
    """The places of what YouTube's page has below a transcript: the language, and a few headings of films."""
    filled = [at for at in range(max(0, last - _MOST_BELOW * 2), last + 1) if lines[at].strip()]
    panel = next((n for n, at in enumerate(filled) if _PANEL_LANGUAGE.match(lines[at])), None)
    if panel is None:
        return frozenset()
    below = filled[panel + 1 :]
    short = all(len(lines[at].split()) <= _WORDS_BELOW and not _CLOCK.search(lines[at]) for at in below)
    return frozenset(filled[panel:]) if short and len(below) <= _MOST_BELOW else frozenset()


def _below_copy(lines: list[str], last: int) -> frozenset[int]:
    """The places of what Apple Podcasts sets below words that are copied out of it."""
    if last < 0 or _PROTECTED.match(lines[last]) is None:
        return frozenset()
    source = range(last, max(0, last - _MOST_OF_SOURCE), -1)
    begins = next((at for at in source if _FROM.match(lines[at])), last)
    return frozenset(range(begins, last + 1))


def _is_person(name: str) -> bool:
    """Whether this is written as a name, perhaps with the last name first: `Berg, Ann (Acme)`."""
    return all(map(is_name, name.split(", ", 1)))


def _teams_title(lines: list[str]) -> int | None:
    """The place of the title: the line above a date, with the duration below it."""
    filled = [at for at, line in enumerate(lines[:_HEAD_LINES]) if line.strip()][:3]
    if len(filled) == 3 and _TEAMS_DATE.match(lines[filled[1]]) and _TEAMS_DURATION.match(lines[filled[2]]):
        return filled[0]
    return None


def _date_below_title(lines: list[str]) -> int | None:
    """The place of a line with nothing but a day, and perhaps a time, that is the first or second of all."""
    filled = [at for at, line in enumerate(lines[:_HEAD_LINES]) if line.strip()]
    found = (at for at in filled[:2] if _DATE_ALONE.match(lines[at]) and find_day(lines[at]) is not None)
    dated = next(found, None)
    below = next((lines[at].strip() for at in filled if dated is not None and at > dated), "")
    return None if below[:1].islower() else dated  # a sentence that a margin broke


def _title_above(lines: list[str], dated: int) -> int | None:
    """The place of the title that stands above a day: a few words that end no sentence and name nobody."""
    title = next((at for at, line in enumerate(lines[:dated]) if line.strip()), None)
    if title is None or len(lines[title].split()) > _MOST_TITLE_WORDS or _NO_TITLE.search(lines[title]):
        return None
    return None if ends_sentence(lines[title].split()[-1]) else title


def _is_teams_head(line: str) -> bool:
    return _TEAMS_DATE.match(line) is not None or _TEAMS_DURATION.match(line) is not None


def _meeting_head(lines: list[str]) -> frozenset[int]:
    """The places of what Google Meet sets above a transcript: title, attendees, and the word Transcript."""
    words = [line.strip("#*_: \t\xa0").casefold() for line in lines[:_HEAD_LINES]]
    attendees = next((at for at, word in enumerate(words) if word in _ATTENDEES), None)
    if attendees is None:
        return _notes_head(lines)
    transcript = next((at for at, word in enumerate(words) if at > attendees and word in _TRANSCRIPT), None)
    if transcript is None or attendees > _MOST_HEAD or transcript - attendees > _MOST_HEAD:
        return frozenset()
    return frozenset(range(transcript + 1))


def _notes_head(lines: list[str]) -> frozenset[int]:
    """The places of what Google sets above one: the day, and the title with the word Transcript behind it.

    Gemini sets the word alone above them, and its notes above that.
    """
    titled = next((at for at, line in enumerate(lines) if " - " in line and _is_titled_transcript(line)), 0)
    above = [at for at in range(max(0, titled - _MOST_HEAD), titled) if lines[at].strip()][-2:]
    if not above or not _is_day(lines[above[-1]]):
        return frozenset()
    word = lines[above[0]].strip().casefold().lstrip("📖#* ")
    return frozenset([titled, *(above if word in _TRANSCRIPT else above[-1:])])


def _is_titled_transcript(line: str) -> bool:
    """Whether a line is a title that ends in the word: `Garden committee - Transcript`."""
    title, dash, word = line.rpartition(" - ")
    return bool(title and dash) and word.strip("*_ \t\xa0").casefold() in _TRANSCRIPT


def _is_day(line: str) -> bool:
    """Whether a line tells a day and not much else."""
    return len(line.split()) <= _MOST_DAY_WORDS and find_day(line) is not None


def is_heading_of_transcript(lines: Sequence[str], at: int) -> bool:
    """Whether a line apart from others is `Transcript`, `## Full transcript` or the like."""
    line = lines[at]
    words = line.strip("#*_: \t\xa0📖📝").split(None, _MOST_KINDS)
    if not 0 < len(words) <= _MOST_KINDS:
        return False
    words = [word.casefold() for word in words]
    if _TRANSCRIPT.isdisjoint(words) or not _WORDS_OF_HEADINGS.issuperset(words):
        return False
    apart = (
        at == 0 or not lines[at - 1].strip() or line.lstrip().startswith("#") or _PANEL.match(lines[at - 1])
    )
    return bool(apart) and any(map(str.strip, lines[at + 1 : at + 4]))


def _fields_above_transcript(lines: list[str]) -> frozenset[int]:
    """The places of fields (`**Date**: …`) that stand alone above the heading Transcript: Fireflies'.

    None of them is the label of somebody who speaks below, and none ends as a sentence does: that is a note.
    """
    top = range(min(_HEAD_LINES, len(lines)))
    heading = next((at for at in top if is_heading_of_transcript(lines, at)), 0)
    above = [at for at in range(heading) if lines[at].strip() and not lines[at].startswith("#")]
    if len(above) < _LEAST_FIELDS:
        return frozenset()
    fields = {at: match[1].strip() for at in above if (match := _FIELD.match(lines[at][:_LONGEST_FIELD]))}
    keys = set(fields.values())
    said = {match[1].strip() for line in lines[heading:] if (match := _FIELD.match(line[:_LONGEST_FIELD]))}
    if len(fields) < _LEAST_FIELDS or len(fields) < len(above) or len(keys) < len(fields) or keys & said:
        return frozenset()
    if any(ends_sentence(lines[at].split()[-1]) for at in fields):
        return frozenset()
    return frozenset(fields)


def _other_heads(lines: list[str]) -> frozenset[int]:
    """The places of what Tactiq and Feishu set above a transcript."""
    top = [line.strip() for line in lines[:_HEAD_LINES]]
    first = next((at for at, line in enumerate(top) if line), 0)
    if top[first : first + 1] and _TACTIQ.match(top[first]):
        end = next((at for at in range(first, len(top)) if not top[at].startswith("#")), len(top))
        end += sum(1 for _ in takewhile(_TACTIQ_EMPTY.fullmatch, top[end:]))
        return frozenset(range(first, end))
    words = next((at for at, line in enumerate(top) if line.strip(":： ") in _KEY_WORDS), None)
    heading = next((at for at in range(len(top)) if is_heading_of_transcript(lines, at)), 0)
    dated = frozenset(at for at, line in enumerate(top) if _FEISHU_DATE.match(line))
    return dated | frozenset(range(words, heading)) if words is not None and words < heading else dated


def _otter_heads(lines: list[str]) -> frozenset[int]:
    """The places of Otter's date, keywords and list of speakers, which a blank line ends."""
    out: set[int] = set()
    inside = False
    for at, line in enumerate(lines[:_HEAD_LINES]):
        begins = line.strip() in _OTTER_BLOCKS
        inside = begins or (inside and bool(line.strip()))
        out |= {at} if inside or _OTTER_DATE.match(line) else set()
    return frozenset(out)
