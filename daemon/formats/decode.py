"""From bytes to text: which encoding a file is in, and which files are no text at all."""

from __future__ import annotations

import codecs
import re
from collections import Counter

from daemon.errors import InputError

_BOMS = (  # utf-32 first: its mark begins with that of utf-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TRANSCRIBE = "Transcribe it first, and drop the transcript."
_UNPACK = "Unpack it, and drop the transcript that is in it."
_SAVE = "Save it as plain text (UTF-8), and drop that."
_OTHER = "Drop the transcript itself, as text."
_MAGIC = (
    (re.compile(rb"RIFF....WAVE", re.S), "an audio file (WAV)", _TRANSCRIBE),
    (re.compile(rb"FORM....AIF", re.S), "an audio file (AIFF)", _TRANSCRIBE),
    (re.compile(rb"ID3[\x00-\x0f]|\xff[\xfb\xf3\xf2]"), "an audio file (MP3)", _TRANSCRIBE),
    (re.compile(rb"OggS"), "an audio file (Ogg)", _TRANSCRIBE),
    (re.compile(rb"fLaC"), "an audio file (FLAC)", _TRANSCRIBE),
    (re.compile(rb"\x30\x26\xb2\x75"), "an audio or video file (WMA)", _TRANSCRIBE),
    (re.compile(rb"....ftyp", re.S), "an audio or video file (MP4)", _TRANSCRIBE),
    (re.compile(rb"\x1a\x45\xdf\xa3"), "a video file (Matroska or WebM)", _TRANSCRIBE),
    (re.compile(rb"RIFF....AVI ", re.S), "a video file (AVI)", _TRANSCRIBE),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP", re.S), "a picture", _OTHER),
    (re.compile(rb"\x7fELF"), "a program", _OTHER),
    (re.compile(rb"%PDF-"), "a PDF", _SAVE),
    (re.compile(rb"PK\x03\x04(?s:.{0,4096})word/"), "a Word document (.docx)", _SAVE),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Office document", _SAVE),
    (re.compile(rb"PK[\x03\x05]"), "a ZIP archive", _UNPACK),
    (re.compile(rb"\x1f\x8b|BZh\d|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd"), "an archive", _UNPACK),
)
_UTF8 = "Save it as UTF-8 text, and drop it again."

# The letters beyond ASCII of languages in Latin script. General detectors take French or Spanish in
# cp1252 for cp1250 and turn "déjà" into "déjŕ"; an alphabet tells the two apart by one letter.
_ALPHABETS = tuple(
    frozenset(letters + letters.upper())
    for letters in (
        "àâæçèéêëîïôœùûü", "áéíñóúü", "àáâãçéêíóôõúü", "àèéìíîòóù", "äöüß", "åäöé", "åæøéèòô", "áæéíðóöúýþ",
        "àçèéíïòóúü", "éëïöüáóè", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "čćđšž",
        "ăâîşţ", "çğıöşü" + "İ", "ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž",
    )
)  # fmt: skip
_LATIN_PAGES = ("cp1252", "cp1250", "cp1254", "cp1257", "mac_roman")
_OTHER_PAGES = [
    *("cp1251", "koi8_r", "cp866", "cp1253", "cp1255", "cp1256", "tis_620", "cp1250", "cp1252"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
_HIRAGANA = re.compile("[\u3041-\u3096]")
_HIRAGANA_SHARE = 0.3
"""The share of the characters beyond ASCII from which text is Japanese: half of Japanese text is hiragana."""
_HEBREW = bytes(range(0xE0, 0xFB))  # in cp1255 and ISO 8859-8
_FINALS = re.compile(rb"[\xea\xed\xef\xf3\xf5]([\xe0-\xfa])?")
_HEBREW_SHARE, _INNER_FINALS, _LEAST_FINALS = 0.9, 0.05, 2
"""Hebrew has five letters that only end words. In the Cyrillic and Greek pages the same bytes are letters
that stand anywhere, and Thai uses others."""
_ASCII = bytes(range(128))
_HIGH = re.compile(rb"[\x80-\xff]")
_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ASCII_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v"))
_TELLING = 1 << 18
"""Bytes from which an encoding is told; the detector is slow, and more tell no more."""
_MAX_CONTROLS = 0.02
"""The share of control characters above which bytes of no known encoding are no text."""


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding, with "guessed" in it where it was.

    In this order: a byte order mark, UTF-16 without one where it is plain to see, strict UTF-8, a
    guess. Line ends and form feeds become newlines, and no byte order mark is left in the text.
    Raises InputError for sound, pictures, archives and other bytes that are no text.
    """
    _refuse_binary(data)
    text, encoding = _by_mark(data) or _by_nuls(data) or _utf8(data) or _guess(data)
    text = text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    return text, encoding


def _refuse_binary(data: bytes) -> None:
    for magic, what, mend in _MAGIC:
        if magic.match(data):
            raise InputError(f"This is {what}, no transcript.", mend)


def _by_mark(data: bytes) -> tuple[str, str] | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding.removesuffix("-sig")
            except UnicodeDecodeError:
                name = encoding.removesuffix("-sig").upper()
                raise InputError(f"The file says it is {name}, but it is damaged.", _UTF8) from None
    return None


def _by_nuls(data: bytes) -> tuple[str, str] | None:
    if b"\0" not in data:
        return None
    head = data[:4096]
    share = [head[at::2].count(0) / max(1, len(head) // 2) for at in (0, 1)]
    encoding = "utf-16-le" if share[1] > share[0] else "utf-16-be"
    # of scripts whose letters have no NULs only line ends and figures do, all on the same side; such bytes
    # are no UTF-8 but by chance, while UTF-8 with a stray NUL is UTF-8 still
    if (max(share) > 0.3 and min(share) < 0.02) or (min(share) == 0 and _utf8(data) is None):
        try:
            return data.decode(encoding), f"{encoding} (guessed)"
        except UnicodeDecodeError:
            pass
    raise InputError("The file holds NUL bytes, so it is binary data or damaged, no text.", _UTF8)


def _utf8(data: bytes) -> tuple[str, str] | None:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return None


def _guess(data: bytes) -> tuple[str, str]:
    if len(data) - len(data.translate(None, _ASCII_CONTROLS)) > _MAX_CONTROLS * len(data):
        raise InputError("The file is binary data, no text.", _UTF8)
    encoding = _latin_page(data) or _hebrew_page(data) or _japanese_page(data) or _detected(data)
    try:
        return data.decode(encoding or ""), f"{encoding} (guessed)"
    except (LookupError, UnicodeDecodeError):
        raise InputError("The file is text in no encoding that can be told.", _UTF8) from None


def _latin_page(data: bytes) -> str | None:
    """The page under which nearly all letters beyond ASCII belong to one language, if any is."""
    high = Counter(data.translate(None, _ASCII))
    letters = len(data) - len(data.translate(None, _LETTERS))
    if letters < high.total():
        return None  # not a Latin script
    best = max(_LATIN_PAGES, key=lambda page: _fit(high, page))
    return best if _fit(high, best) >= 0.9 else None


def _fit(high: Counter[int], page: str) -> float:
    """The share of bytes beyond ASCII that are letters of one language or common marks."""
    known: Counter[str] = Counter()
    for byte, count in high.items():
        known[bytes([byte]).decode(page, "replace")] += count
    marks = sum(count for char, count in known.items() if char in "’‘“”„–—…«»°¿¡€£§©®·\xa0")
    letters = max(sum(known[char] for char in alphabet) for alphabet in _ALPHABETS)
    return (letters + marks) / known.total()


def _hebrew_page(data: bytes) -> str | None:
    """cp1255 where nearly all is Hebrew letters and the final ones end words; the detector says Thai."""
    sample = _telling(data)
    high = len(sample.translate(None, _ASCII))
    letters = len(sample) - len(sample.translate(None, _HEBREW))
    finals = [found[1] for found in _FINALS.finditer(sample)]
    inner = len(finals) - finals.count(None)
    told = letters >= _HEBREW_SHARE * high and len(finals) >= _LEAST_FINALS
    return "cp1255" if told and inner <= _INNER_FINALS * len(finals) else None


def _japanese_page(data: bytes) -> str | None:
    """The page under which the bytes are Japanese; the detector takes a few lines of it for Korean."""
    sample = _telling(data)
    for page in ("euc_jp", "cp932"):
        try:
            text = sample.decode(page)
        except UnicodeDecodeError:
            continue
        beyond = sum(not char.isascii() for char in text)
        if len(_HIRAGANA.findall(text)) >= _HIRAGANA_SHARE * beyond:
            return page
    return None


def _detected(data: bytes) -> str | None:
    import charset_normalizer  # 10 MB that most files never need

    best = charset_normalizer.from_bytes(_telling(data), cp_isolation=_OTHER_PAGES).best()
    return best.encoding if best else None


def _telling(data: bytes) -> bytes:
    """Whole lines from the first that is beyond ASCII on, as many as tell the encoding."""
    found = _HIGH.search(data)
    if len(data) <= _TELLING or found is None:
        return data
    begin = data.rfind(b"\n", 0, found.start()) + 1
    sample = data[begin : begin + _TELLING]
    return sample[: sample.rfind(b"\n") + 1] or sample
