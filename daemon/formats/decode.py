"""From bytes to text: which encoding a file is in, and which files are no text at all."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

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
_SAVE_PDF = "Save it as plain text (UTF-8), by text recognition if it is scanned, and drop that."
_COPY_AGAIN = "Copy it again, or save it as plain text (UTF-8), and drop that."
_UNLOCK = "Save it without the password, or as plain text (UTF-8), and drop that."
_OTHER = "Drop the transcript itself, as text."
_PICTURES = "Turn them into SRT by text recognition, or transcribe the video; drop that."
_LOCKED_OFFICE = re.compile(rb"\xd0\xcf\x11\xe0(?s:.*)" + "EncryptedPackage".encode("utf-16-le"))
_DOCX = re.compile(rb"(?:PK\x03\x04(?s:.{0,4096}))?PK\x03\x04(?s:.{26})word/")  # a file of that folder
_MAGIC = (
    (re.compile(rb"RIFF....WAVE", re.S), "an audio file (WAV)", _TRANSCRIBE),
    (re.compile(rb"FORM....AIF", re.S), "an audio file (AIFF)", _TRANSCRIBE),
    (re.compile(rb"ID3[\x00-\x0f]|\xff[\xfb\xf3\xf2]"), "an audio file (MP3)", _TRANSCRIBE),
    (re.compile(rb"OggS"), "an audio file (Ogg)", _TRANSCRIBE),
    (re.compile(rb"fLaC"), "an audio file (FLAC)", _TRANSCRIBE),
    (re.compile(rb"\x30\x26\xb2\x75"), "an audio or video file (WMA)", _TRANSCRIBE),
    (re.compile(rb"....ftyp(?:hei|hev|mif1|msf1|avi[fs])", re.S), "a picture (HEIC or AVIF)", _OTHER),
    (re.compile(rb"....ftyp", re.S), "an audio or video file (MP4)", _TRANSCRIBE),
    (re.compile(rb"\x1a\x45\xdf\xa3"), "a video file (Matroska or WebM)", _TRANSCRIBE),
    (re.compile(rb"RIFF....AVI ", re.S), "a video file (AVI)", _TRANSCRIBE),
    (re.compile(rb"\x00\x00\x01\xba"), "subtitles as pictures (VobSub), or a video file (MPEG)", _PICTURES),
    (re.compile(rb"PG.{8}[\x14-\x17\x80]", re.S), "subtitles as pictures (PGS)", _PICTURES),
    (re.compile(rb"SQLite format 3\0"), "a database (SQLite)", _OTHER),
    (re.compile(rb"\xffWPC"), "a WordPerfect document", _SAVE),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP", re.S), "a picture", _OTHER),
    (re.compile(rb"\x7fELF"), "a program", _OTHER),
    (re.compile(rb"%PDF-"), "a PDF", _SAVE_PDF),
    (_DOCX, "a Word document (.docx) that is damaged", _COPY_AGAIN),
    (_LOCKED_OFFICE, "an Office document with a password", _UNLOCK),
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
        "ăâîşţ", "ăâîșț", "çğıöşü" + "İ", "ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž",
        "ăâđêôơưàáãèéìíòóõùúý" + "\u0300\u0301\u0303\u0309\u0323",  # Vietnamese: marks apart in cp1258
    )
)  # fmt: skip
_LATIN_PAGES = (
    *("cp1252", "cp1250", "cp1254", "cp1257", "cp1258"),
    *("iso8859_2", "iso8859_15", "mac_roman", "cp850", "cp852", "mac_latin2", "iso8859_4", "iso8859_16"),
)
"""The pages of Latin script; of two that fit as well the first is taken."""
_MARKS = frozenset("’‘“”„–—…«»°¿¡€£§©®·\xa0")
_NOT_AFTER_A_LETTER = frozenset("„¿¡")
_NOT_INSIDE_A_WORD = _NOT_AFTER_A_LETTER | frozenset("‘“”«»°€£§©®")
_LEAST_FIT = 0.9
"""The share of bytes beyond ASCII that must be letters of one language or marks in their place."""
_CYRILLIC_PAGES = ("cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp866", "cp1125", "mac_cyrillic")
_CYRILLIC = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўђѓјљњћќџѕ")
_FREQUENT = frozenset("оеаинтсрвлкі")
_FREQUENT_SHARE = 0.5
"""Seven of ten Cyrillic letters are one of these; read under another page the letters are mixed up."""
_FREQUENT_ARABIC, _FREQUENT_ARABIC_SHARE = frozenset("اليمونرتب"), 0.5
_GREEK_ALPHA = re.compile(rb"\xb6[\xc1-\xfe]")
"""A capital alpha with its accent in ISO 8859-7; in cp1253, much the same page, a paragraph mark."""
_SMALL_THEN_CAPITAL = re.compile("[а-яёα-ω][А-ЯЁΑ-Ω]")
_MOST_MIXED, _LEAST_SMALL_SHARE = 0.1, 0.4
_FINAL_SIGMA = re.compile(r"ς([α-ωά-ώ])?")
_FREQUENT_GREEK, _SMALL_SHARE = frozenset("αοειτσνηυρ"), 0.7
_OTHER_PAGES = [
    *("cp1251", "koi8_r", "cp866", "cp1253", "cp1255", "cp1256", "cp874", "cp1250", "cp1252"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
_SEVEN_BIT_PAGES = ("iso2022_kr", "iso2022_jp", "iso2022_jp_ext")
_SHIFT = b"\x1b$"  # how they change to the letters of their script
_HZ = re.compile(rb"~\{(?:[\x21-\x7d][\x21-\x7e])+~\}")
"""Chinese letters in seven bits, as mail and news had them."""
_HIRAGANA = re.compile("[\u3041-\u3096]")
_HIRAGANA_SHARE = 0.3
"""The share of the characters beyond ASCII from which text is Japanese: half of Japanese text is hiragana."""
_HEBREW = bytes(range(0xE0, 0xFB))  # in cp1255 and ISO 8859-8
_FINALS = re.compile(rb"[\xea\xed\xef\xf3\xf5]([\xe0-\xfa])?")
_HEBREW_SHARE, _INNER_FINALS, _LEAST_FINALS = 0.9, 0.05, 2
"""Hebrew has five letters that only end words. In the Cyrillic and Greek pages the same bytes are letters
that stand anywhere, and Thai uses others."""
_BEYOND = re.compile(r"[^\x00-\x7f]")
_ASCII = bytes(range(128))
_HIGH = re.compile(rb"[\x80-\xff]")
_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NO_CHARACTERS, _MOST_ODD = frozenset(("Cc", "Cn", "Co", "Cs")), 0.02
"""What Unicode calls controls, and code points that stand for nothing; and the share of them in a text."""
_WRITTEN = frozenset("\n 。，、")
"""What hardly any text is without, and few other bytes are."""
_OTHER_ENDS = ("\u2028", "\x85", "\v")
"""What parts lines where nothing else does: in Unicode, on mainframes, within a paragraph of Word's."""
_ASCII_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v"))
_FEW = 1 << 15
"""Bytes that tell one page of Latin or Cyrillic script from another."""
_TELLING = 1 << 18
"""Bytes from which an encoding is told; the detector is slow, and more tell no more."""
_MAX_CONTROLS = 0.02
"""The share of control characters above which bytes of no known encoding are no text."""


_MARK_AS_TEXT = "ï»¿"
"""A byte order mark that was taken for cp1252 and encoded once more."""
_LEAST_PADDING = 4  # NULs at the end, which are no end of UTF-16 or UTF-32
_BAD = "\ufffd"
_HALVES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_TWICE = re.compile("[\xc2-\xf4][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{1,3}")
_LEAST_PAIRS = 2
_AS_LATIN = "as-latin-1"
MIXED = "utf-8 and "
"""What the name of two encodings in one file begins with."""
_LEAST_OTHERS, _LEAST_LETTERS, _LEAST_WHOLE, _WHOLE_SHARE = 3, 16, 2, 0.2
"""From how many lines of another page, or letters on two lines, and how many lines of UTF-8, on a file is
taken for one of both; by chance hardly a line of another page is UTF-8."""
_MOST_BAD, _MOST_BAD_MARKED, _MOST_NULS = 1.0, 0.005, 0.001
"""How much may be damaged: of the characters beyond ASCII in UTF-8 that says nothing of itself, of all
characters where a mark says the encoding, of all bytes that are NUL. In text of another encoding, read as
UTF-8, nearly every letter beyond ASCII would be damage."""


class Decoded(NamedTuple):
    """The text of a file, the name of its encoding, and how many places of it were damaged."""

    text: str
    encoding: str
    damaged: int = 0


def decode_text(data: bytes) -> Decoded:
    """The text of a file and its encoding, with "guessed" in its name where it was.

    In this order: a byte order mark, the shifts of ISO 2022, UTF-16 without a mark where it is plain to
    see, strict UTF-8, UTF-8 with a few damaged places, a guess. Each damaged place is one U+FFFD in the
    text. Line ends and form feeds become newlines, and no byte order mark is left in the text.
    Raises InputError for sound, pictures, archives and other bytes that are no text.
    """
    _refuse_binary(data)
    if data.startswith(b"{\\rtf"):
        data = data.rstrip(b"\0")  # some programs write the end of their text's memory along
    nuls = data.count(0)
    whole = data.rstrip(b"\0")
    if (
        nuls >= _LEAST_PADDING and len(data) - len(whole) == nuls and whole
    ):  # a disk that was cut off leaves them
        padded = decode_text(whole)
        return padded._replace(damaged=padded.damaged + 1)
    if 0 < nuls <= _MOST_NULS * len(data):
        bare = decode_text(data.translate(None, b"\0"))
        return bare._replace(damaged=bare.damaged + nuls)
    found = (
        _by_mark(data) or _by_shifts(data) or _by_nuls(data) or _decode_utf8(data) or _guess_encoding(data)
    )
    found = _decode_again(found)
    text = found.text.removeprefix(_MARK_AS_TEXT).replace("\ufeff", "")
    if 0 < text.count("\n") == text.count("\r\r\n"):  # a program wrote the end of a line for the half of one
        text = text.replace("\r\r\n", "\n")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    if text.count("\n", 0, -1) == 0 and any(text.count(end) > 1 for end in _OTHER_ENDS):
        text = text.translate(dict.fromkeys(map(ord, (*_OTHER_ENDS, "\u2029")), "\n"))
    return found._replace(text=text)


def _refuse_binary(data: bytes) -> None:
    for magic, what, mend in _MAGIC:
        if magic.match(data):
            raise InputError(f"This is {what}, not a transcript.", mend)


def _by_mark(data: bytes) -> Decoded | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            name = encoding.removesuffix("-sig")
            text = data.decode(encoding, "replace")
            if name == "utf-8" and _BAD in text and (mixed := _decode_lines(data)) is not None:
                return mixed
            damaged = text.count(_BAD) - data.count(_BAD.encode(encoding)[len(mark) :])
            if damaged > max(_MOST_BAD_MARKED * len(text), _MOST_BAD * _beyond_ascii(text) / 2):
                raise InputError(f"The file says it is {name.upper()}, but it is damaged.", _UTF8)
            return Decoded(text, name, max(0, damaged))
    return None


def _by_shifts(data: bytes) -> Decoded | None:
    """Japanese, Korean or Chinese in seven bits, as old mail programs write it."""
    pages = ["hz"] if data.isascii() and _HZ.search(data) else []
    pages += _SEVEN_BIT_PAGES if _SHIFT in data else ()
    for encoding in pages:
        try:
            return Decoded(data.decode(encoding), f"{encoding} (guessed)")
        except UnicodeDecodeError:
            continue
    return None


def _by_nuls(data: bytes) -> Decoded | None:
    if b"\0" not in data:
        return None
    head = data[:4096]
    share = [head[at::2].count(0) / max(1, len(head) // 2) for at in (0, 1)]
    encoding = "utf-16-le" if share[1] > share[0] else "utf-16-be"
    for name in sorted(("utf-16-le", "utf-16-be"), key=encoding.__ne__):
        plain = name == encoding and max(share) > 0.3 and min(share) < 0.02
        if plain or _is_written_in(head, name):
            try:
                return Decoded(data.decode(name), f"{name} (guessed)")
            except UnicodeDecodeError:
                pass
    raise InputError("The file holds NUL bytes, so it is binary data or damaged, not text.", _UTF8)


def _is_written_in(head: bytes, encoding: str) -> bool:
    """Whether bytes with NULs are letters in it: of some scripts only few letters and line ends have any.

    Numbers, and letters whose bytes were exchanged, are for the most part no characters.
    """
    text = head.decode(encoding, "replace")
    written = "".join(text.split())
    odd = sum(unicodedata.category(char) in _NO_CHARACTERS for char in written) + written.count(_BAD)
    return not _WRITTEN.isdisjoint(text) and odd <= _MOST_ODD * len(text)


def _decode_utf8(data: bytes) -> Decoded | None:
    """UTF-8; also with a few damaged places: a credit in another encoding, a letter cut in two."""
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        if (mixed := _decode_lines(data)) is not None:
            return mixed
        text = _with_halves(data).decode("utf-8", "replace")
    damaged = text.count(_BAD) - data.count(_BAD.encode())
    whole = _beyond_ascii(text) - damaged
    return Decoded(text, "utf-8", damaged) if damaged <= _MOST_BAD * whole else None


def _decode_lines(data: bytes) -> Decoded | None:
    """Lines of UTF-8 and lines of another page, as they stand where two files were joined; None elsewhere.

    A line of the other page counts as damaged: its encoding was guessed from few letters.
    """
    beyond = [line for line in data.split(b"\n") if not line.isascii()]
    others = [line for line in beyond if not _is_utf8(line)]
    whole = len(beyond) - len(others)
    letters = sum(len(line.translate(None, _ASCII)) for line in others)
    few = len(others) < _LEAST_OTHERS and (len(others) == 1 or letters < _LEAST_LETTERS)
    if few or whole < max(_LEAST_WHOLE, _WHOLE_SHARE * len(beyond)):
        return None
    sample = _find_sample(b"\n".join(others), _FEW)
    page = _latin_page(sample) or _cyrillic_page(sample)
    if page is None:
        return None
    lines = (line.decode("utf-8" if _is_utf8(line) else page, "replace") for line in data.split(b"\n"))
    return Decoded("\n".join(lines), f"{MIXED}{page} (guessed)", len(others))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode_again(found: Decoded) -> Decoded:
    """What was UTF-8, taken for cp1252 and encoded once more (`Ã¶` for `ö`), as it was; any other as it is.

    All letters beyond ASCII are pairs and triples then that are UTF-8 by themselves.
    """
    whole = found.encoding == "utf-8" and not found.damaged and not found.text.isascii()
    pairs = set(_TWICE.findall(found.text)) if whole else set()
    if len(pairs) < _LEAST_PAIRS:
        return found
    try:
        text = found.text.removeprefix("\ufeff").encode("cp1252", _AS_LATIN).decode("utf-8")
    except UnicodeError:
        return found
    return Decoded(text, "utf-8, encoded twice (guessed)")


def _as_latin(error: UnicodeError) -> tuple[bytes, int]:
    """The bytes for which cp1252 has no character, which are handed on as controls."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].encode("latin-1"), error.end


codecs.register_error(_AS_LATIN, _as_latin)


def _with_halves(data: bytes) -> bytes:
    """The bytes, each character that was written as two halves (CESU-8, as databases do) in one piece."""

    def join(pair: re.Match[bytes]) -> bytes:
        halves = pair[0].decode("utf-8", "surrogatepass")
        return halves.encode("utf-16", "surrogatepass").decode("utf-16").encode()

    return _HALVES.sub(join, data)


def _beyond_ascii(text: str) -> int:
    """How many characters are not ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


def _guess_encoding(data: bytes) -> Decoded:
    if len(data) - len(data.translate(None, _ASCII_CONTROLS)) > _MAX_CONTROLS * len(data):
        raise InputError("The file is binary data, not text.", _UTF8)
    sample = _find_sample(data, _FEW)
    encoding = (
        _latin_page(sample)
        or _hebrew_page(data)
        or _japanese_page(data)
        or _greek_page(sample)
        or _cyrillic_page(sample)
        or _arabic_page(sample)
        or _detect_encoding(data)
    )
    try:
        text = data.decode(encoding or "")
    except (LookupError, UnicodeDecodeError):
        raise InputError("The file is text in an encoding that can't be told.", _UTF8) from None
    if encoding == "cp1258":  # its letters and their marks are bytes of their own
        text = unicodedata.normalize("NFC", text)
    return Decoded(text, f"{encoding} (guessed)")


def _latin_page(sample: bytes) -> str | None:
    """The page under which nearly all letters beyond ASCII belong to one language, if any is."""
    letters = len(sample) - len(sample.translate(None, _LETTERS))
    if letters < len(sample.translate(None, _ASCII)):
        return None  # not a Latin script
    fits = {page: _measure_fit(sample.decode(page, "replace")) for page in _LATIN_PAGES}
    best = max(_LATIN_PAGES, key=fits.__getitem__)
    if best == "cp1252" and fits["cp1254"] == fits[best] and _has_no_accents(sample.decode(best, "replace")):
        best = "cp1254"
    return best if fits[best] >= _LEAST_FIT else None


def _has_no_accents(text: str) -> bool:
    """Whether what looks Icelandic has none of its accents: Turkish has other letters in place of ý, þ, ð."""
    letters = {char.lower() for char in _BEYOND.findall(text)}
    return len(letters & set("ýþð")) > 1 and letters.isdisjoint("áæéíóú")


def _measure_fit(text: str) -> float:
    """The share of characters beyond ASCII that are letters of one language, or marks, in their place."""
    known = Counter(_in_their_place(text))
    marks = sum(count for char, count in known.items() if char in _MARKS)
    letters = max(sum(known[char] for char in alphabet) for alphabet in _ALPHABETS)
    return (letters + marks) / max(1, _beyond_ascii(text))


def _in_their_place(text: str) -> Iterator[str]:
    """The characters beyond ASCII, but no capital inside a word, and no quotation mark."""
    for found in _BEYOND.finditer(text):
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        if _is_in_place(before, found[0], after):
            yield found[0]


def _is_in_place(before: str, char: str, after: str) -> bool:
    if char.isupper():
        return not before.islower()
    barred = _NOT_INSIDE_A_WORD if after.isalpha() else _NOT_AFTER_A_LETTER
    return not before.isalpha() or char not in barred


def _cyrillic_page(sample: bytes) -> str | None:
    """The page under which nearly all is Cyrillic, its letters as frequent as they are in its languages."""
    likeness = {page: _cyrillic_likeness(sample.decode(page, "replace")) for page in _CYRILLIC_PAGES}
    best = max(_CYRILLIC_PAGES, key=likeness.__getitem__)
    return best if likeness[best] > 0 else None


def _cyrillic_likeness(text: str) -> float:
    """How much a text is like Cyrillic, 2 at most; 0 where it is not."""
    beyond = [char.lower() for char in _in_their_place(text)]
    letters = sum(char in _CYRILLIC for char in beyond)
    marks = sum(char in _MARKS for char in beyond)
    frequent = sum(char in _FREQUENT for char in beyond) / max(1, letters)
    total = _beyond_ascii(text)
    if _mixes_cases(text):
        return 0.0  # Greek, of which each small letter is a capital here
    if frequent < _FREQUENT_SHARE or letters + marks < _LEAST_FIT * total:
        return 0.0
    return frequent + letters / total


def _mixes_cases(text: str) -> bool:
    """Whether small letters stand before capitals in many words, as under the page of another script."""
    return len(_SMALL_THEN_CAPITAL.findall(text)) > _MOST_MIXED * len(text.split())


def _greek_page(sample: bytes) -> str | None:
    """The page under which nearly all is Greek, mostly small letters; a final sigma ends words there."""
    page = "iso8859_7" if _GREEK_ALPHA.search(sample) else "cp1253"
    text = sample.decode(page, "replace")
    beyond = [char for char in _BEYOND.findall(text) if char not in _MARKS]
    plain = [unicodedata.normalize("NFD", char)[0] for char in beyond]
    small = sum("α" <= char <= "ω" for char in plain)
    frequent = sum(char in _FREQUENT_GREEK for char in plain)
    sigmas = [found[1] for found in _FINAL_SIGMA.finditer(text)]
    ends = sigmas.count(None) >= max(1, (1 - _INNER_FINALS) * len(sigmas))
    mostly_small = small >= _SMALL_SHARE * len(beyond)
    names_in_capitals = small >= _LEAST_SMALL_SHARE * len(beyond) and not _mixes_cases(text)
    told = (mostly_small or names_in_capitals) and frequent >= _FREQUENT_SHARE * len(beyond)
    return page if told and ends else None


def _arabic_page(sample: bytes) -> str | None:
    """ISO 8859-6 where nothing stands against it and its frequent letters are; the detector says Thai."""
    try:
        beyond = _BEYOND.findall(sample.decode("iso8859_6"))
    except UnicodeDecodeError:
        return None
    frequent = sum(char in _FREQUENT_ARABIC for char in beyond)
    return "iso8859_6" if frequent >= _FREQUENT_ARABIC_SHARE * len(beyond) else None


def _hebrew_page(data: bytes) -> str | None:
    """cp1255 where nearly all is Hebrew letters and the final ones end words; the detector says Thai."""
    sample = _find_sample(data)
    high = len(sample.translate(None, _ASCII))
    letters = len(sample) - len(sample.translate(None, _HEBREW))
    finals = [found[1] for found in _FINALS.finditer(sample)]
    inner = len(finals) - finals.count(None)
    told = letters >= _HEBREW_SHARE * high and len(finals) >= _LEAST_FINALS
    return "cp1255" if told and inner <= _INNER_FINALS * len(finals) else None


def _japanese_page(data: bytes) -> str | None:
    """The page under which the bytes are Japanese; the detector takes a few lines of it for Korean."""
    sample = _find_sample(data)
    for page in ("euc_jp", "cp932"):
        try:
            text = sample.decode(page)
        except UnicodeDecodeError:
            continue
        beyond = sum(not char.isascii() for char in text)
        if len(_HIRAGANA.findall(text)) >= _HIRAGANA_SHARE * beyond:
            return page
    return None


def _detect_encoding(data: bytes) -> str | None:
    import charset_normalizer  # 10 MB that most files never need

    best = charset_normalizer.from_bytes(_find_sample(data), cp_isolation=_OTHER_PAGES).best()
    if best and best.encoding == "cp1253" and _GREEK_ALPHA.search(data):
        return "iso8859_7"
    return best.encoding if best else None


def _find_sample(data: bytes, most: int = _TELLING) -> bytes:
    """Whole lines from the first that is beyond ASCII on, as many as tell the encoding."""
    found = _HIGH.search(data)
    if len(data) <= most or found is None:
        return data
    begin = data.rfind(b"\n", 0, found.start()) + 1
    sample = data[begin : begin + most]
    return sample[: sample.rfind(b"\n") + 1] or sample
