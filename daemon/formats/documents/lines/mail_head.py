"""The head of an e-mail above a transcript that was sent in one: `From: …`, `Betreff: …`, `件名：…`."""

from __future__ import annotations

import re
from collections import Counter

from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

_SUBJECT = frozenset(
    """
    subject betreff objet asunto oggetto onderwerp assunto ämne emne aihe temat předmět tárgy konu θέμα тема
    הנושא נושא الموضوع 件名 主题 主旨 제목
    """.split()
)
SUBJECT = re.compile(rf"^\s*+(?:>\s?)?\*{{0,2}}(?:{'|'.join(sorted(_SUBJECT))})", re.I)
"""How a line of such a head begins."""
_FROM = """
    from von de da van od från fra lähettäjä kimden feladó από от מאת من 差出人 发件人 寄件者 보낸사람
"""
_TO = """
    to an à para a aan per do komu till til vastaanottaja kime címzett προς кому אל إلى 宛先 收件人 받는사람
"""
_SENT = """
    date sent datum gesendet envoyé fecha enviado inviato data verzonden wysłano skickat sendt gönderilme
    ημερομηνία дата отправлено נשלח التاريخ 日時 送信日時 发送时间 日期 보낸날짜
"""
_OTHERS = tuple(frozenset(words.split()) for words in (_FROM, _TO, _SENT))
_FIELD = re.compile(
    r"\s*(?:>\s?)?\*{0,2}([^\W\d_][\w-]{0,40}|[^\W\d_]\w{0,20} \w{1,20})\*{0,2}\s?(?:：|:\*{0,2}(?:\s|$))"
)
_FORWARDED = re.compile(r"\s*(?:>\s?)?(?:-{4,}+|-{2,}+[^-\n]{1,60}-{2,}+)\s*$")
_WHO = frozenset(_FROM.split())
_OF_MESSAGES = frozenset(
    """
    date sent datum gesendet envoyé fecha enviado inviato data verzonden wysłano skickat sendt дата отправлено
    type typ tipo received empfangen reçu recibido ricevuto ontvangen conversation to an cc status attachments
    """.split()
)
"""What stands below the sender of a message where it has no subject, as Signal and phones export them."""
_LEAST = 2  # kinds of fields beside the subject
_MOST_LINES = 80


def name_senders(lines: list[str], reading: Reading) -> list[str]:
    """The lines, `From: Ann` above `Sent: …` and a message written as a label, where several are sent so."""
    found = {at: end for at in range(len(lines)) if (end := _end_of_sender(lines, at)) > at + 1}
    names = {at: lines[at].partition(":")[2].strip() for at in found}
    if len(found) < _LEAST or max(Counter(names.values()).values()) < _LEAST:
        return lines
    out = list(lines)
    for at, end in found.items():
        out[at] = f"[{names[at]}]:"
        reading.drop("speaker", count_words(lines[at]) - count_words(out[at]))
        reading.drop("header", sum(map(count_words, lines[at + 1 : end])))
        out[at + 1 : end] = [""] * (end - at - 1)
    return out


def _end_of_sender(lines: list[str], at: int) -> int:
    """The place past the sender of a message and what else is told of it, if `From: …` stands at this one."""
    field = _FIELD.match(lines[at][:100])
    name = lines[at].partition(":")[2].strip()
    if (
        not field
        or field[1].casefold() not in _WHO
        or not name
        or "]" in name
        or (at and lines[at - 1].strip())
    ):
        return at
    end = at + 1
    while end < len(lines) and (below := _FIELD.match(lines[end][:100])):
        if below[1].casefold() not in _OF_MESSAGES:
            break
        end += 1
    return end


def without_mail_heads(lines: list[str], reading: Reading) -> list[str]:
    """The lines without heads of e-mails; their words are booked."""
    out: list[str] = []
    at = 0
    while at < len(lines):
        opens = not out or not out[-1].strip() or _FORWARDED.match(out[-1]) is not None
        end = _end_of_head(lines, at) if opens else at
        if end == at:
            out.append(lines[at])
            at += 1
            continue
        if out and _FORWARDED.match(out[-1]):
            reading.drop("header", count_words(out.pop()))
        reading.drop("header", sum(map(count_words, lines[at:end])))
        at = end
    return out


def _end_of_head(lines: list[str], at: int) -> int:
    """The place past a head that begins at one; the place itself where none does."""
    keys: set[str] = set()
    end = at
    for line in lines[at : at + _MOST_LINES]:
        field = _FIELD.match(line[:100])
        if field:
            keys.add(field[1].casefold())
        elif not keys or not line[:1].isspace() or not line.strip():
            break  # what is not indented doesn't go on with a field
        end += 1
    if keys.isdisjoint(_SUBJECT):
        return at
    return at if sum(not kind.isdisjoint(keys) for kind in _OTHERS) < _LEAST else end
