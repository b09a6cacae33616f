"""Web pages saved whole (.mhtml): a message in parts, of which one is the page."""

from __future__ import annotations

import re
from email import message_from_string, policy
from email.message import EmailMessage, Message

from daemon.errors import InputError
from daemon.formats.documents import html_text
from daemon.formats.documents import text as documents_text
from daemon.formats.markup import part_sentences, without_controls
from daemon.formats.word_account import Reading

KIND = "mhtml"

_HEAD = re.compile(r"(?:[A-Za-z][A-Za-z-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){2,40}")
_ENCODED = frozenset(("quoted-printable", "base64", "x-uuencode", "uuencode", "uue", "x-uue"))
_LONGEST_FIELD, _MOST_COMMENTS = 1000, 20
"""Characters of a field of a head that are read, and comments in one: of comments within comments the library
makes an error, of parameters by the thousand hours of work; what tells a part's kind and bounds has fewer."""
_IS_PARTS = re.compile(r"^Content-Type:\s*multipart/(?:related|mixed|alternative)", re.I | re.M)


class _ShortFields(policy.EmailPolicy):
    """Reads of each field no more than what may matter."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """A field's name and its value, as far as it is read."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_FIELD] if value.count("(") <= _MOST_COMMENTS else ""


def looks_like(text: str, extension: str) -> bool:
    """Whether it begins with the head of a message that has parts."""
    head = _HEAD.match(text.lstrip()[:10_000])
    return head is not None and _IS_PARTS.search(head[0]) is not None


def parse(text: str) -> Reading:
    """Read the page in it, else the plain text of a message.

    Raises InputError where it has neither, or a page without names and times.
    """
    message = message_from_string(text.lstrip(), policy=_ShortFields())
    if page := _find_page(message):
        return html_text.parse(page)
    plain = "\n\n".join(
        _decode_content(part) for part in message.walk() if part.get_content_type() == "text/plain"
    )
    if plain.strip():
        return documents_text.parse(part_sentences(without_controls(plain.replace("\r\n", "\n"))))
    raise InputError("This is an e-mail or a saved web page (MHTML) without a text in it.", html_text.ADVICE)


def find_page(text: str) -> str:
    """The page in a saved one; "" where the text is none."""
    return (
        _find_page(message_from_string(text.lstrip(), policy=_ShortFields())) if looks_like(text, "") else ""
    )


def _find_page(message: Message) -> str:
    pages = (
        _decode_content(part)
        for part in message.walk()
        if isinstance(part, EmailMessage) and part.get_content_type() == "text/html"
    )
    return next(pages, "")


def _decode_content(part: Message) -> str:
    """The page's text; what can't be decoded is replaced.

    One whose bytes were sent as they are was decoded with the whole file.
    """
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() not in _ENCODED:
        plain = part.get_payload()
        return plain if isinstance(plain, str) else ""
    data = part.get_payload(decode=True)
    charset = part.get_content_charset("utf-8")
    if not isinstance(data, bytes):
        return ""
    try:
        return data.decode(charset, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")
