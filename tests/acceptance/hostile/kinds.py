"""The kinds of hostile and odd things that may lie in an inbox: how each is made, what becomes of it.

A kind that this machine, or this user, can't make raises Impossible, saying why.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import shutil
import socket
import stat
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

MEGABYTE = 1_000_000
LIMIT_MB = 11
TEBIBYTE = 1 << 40


class Impossible(Exception):
    """This kind can't be made here."""


@dataclass
class Place:
    """The inbox, a folder outside with things that must not be read, and what is to be undone after."""

    inbox: Path
    outside: Path
    undo: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def drop(self, name: str, data: bytes, mode: int = 0o644) -> None:
        """Put a file into the inbox whole, as `mv` does; the folders above it are made."""
        target = self.inbox / name
        target.parent.mkdir(parents=True, exist_ok=True)
        made = self.outside / "being made"
        made.write_bytes(data)
        made.chmod(mode)
        made.rename(target)


# --- what may become of it -------------------------------------------------------------------------


@dataclass(frozen=True)
class Left:
    """It stays in the inbox; the log says `why`, once, or nothing (None)."""

    why: str | None = None


@dataclass(frozen=True)
class Rejected:
    """It goes to rejected/ byte for byte, with a reason that has these parts."""

    data: bytes | int
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Delivered:
    """It is cleaned; the text has these parts. An original of `data`, or of so many bytes."""

    data: bytes | int
    parts: tuple[str, ...] = ()


Outcome = Left | Rejected | Delivered


@dataclass(frozen=True)
class Kind:
    """One kind: its name, how it gets into the inbox, and what becomes of each file of it."""

    name: str
    make: Callable[[Place], object]
    outcomes: Mapping[str, Outcome]


def text(name: str) -> bytes:
    """A transcript that no other file has."""
    return f"Ann: um hello, this is the talk called {name!a} today.\nBen: thank you.\n".encode()


def refused(name: str, file: str, data: bytes, *parts: str) -> Kind:
    """A kind that is no transcript by what is in it."""
    return Kind(name, lambda place: place.drop(file, data), {file: Rejected(data, parts)})


def read(name: str, file: str, data: bytes, *parts: str) -> Kind:
    """A kind with something odd in it that is a transcript all the same."""
    return Kind(name, lambda place: place.drop(file, data), {file: Delivered(data, parts)})


def transcripts(name: str, *files: str) -> Kind:
    """Good transcripts under bad names: all are delivered."""

    def make(place: Place) -> None:
        for file in files:
            place.drop(file, text(file))

    return Kind(name, make, {file: Delivered(text(file), ("his is the talk called",)) for file in files})


# --- what is not a regular file -------------------------------------------------------------------------

NO_FILE = Left("is not a regular file")


def special(name: str, file: str, make: Callable[[Place, Path], object]) -> Kind:
    return Kind(name, lambda place: make(place, place.inbox / file), {file: NO_FILE})


def _link_loop(place: Place, path: Path) -> None:
    other = place.inbox / "looping too.txt"
    path.symlink_to(other)
    other.symlink_to(path)


def _written_pipe(place: Place, path: Path) -> None:
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    place.undo.callback(os.close, writer)
    os.write(writer, b"Ann: never read.\n")


def _socket(place: Place, path: Path) -> None:
    bound = place.undo.enter_context(socket.socket(socket.AF_UNIX))
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        bound.bind(f"/proc/self/fd/{folder}/{path.name}")  # the whole path may be too long for an address
    finally:
        os.close(folder)


def _device(kind: int, major: int, minor: int) -> Callable[[Place, Path], None]:
    def make(place: Place, path: Path) -> None:
        try:
            os.mknod(path, kind | 0o666, os.makedev(major, minor))
        except PermissionError:
            raise Impossible("only root makes device nodes") from None

    return make


SPECIAL = (
    special(
        "a link to a file outside",
        "linked.txt",
        lambda place, path: path.symlink_to(place.outside / "secret.txt"),
    ),
    special(
        "a link to a folder outside", "linked folder", lambda place, path: path.symlink_to(place.outside)
    ),
    special("a link to nothing", "dangling.txt", lambda place, path: path.symlink_to(place.outside / "none")),
    special("links in a circle", "looping.txt", _link_loop),
    special("a link to endless zeros", "zeros.txt", lambda place, path: path.symlink_to("/dev/zero")),
    special("a link to its own folder", "itself", lambda place, path: path.symlink_to(".")),
    special("a pipe that nobody writes to", "silent pipe.txt", lambda place, path: os.mkfifo(path)),
    special("a pipe with something in it", "pipe.txt", _written_pipe),
    special("a socket", "socket.txt", _socket),
    special("endless zeros themselves", "zero device.txt", _device(stat.S_IFCHR, 1, 5)),
    special("a disk", "disk.txt", _device(stat.S_IFBLK, 7, 250)),
)


# --- files that are odd as files ---------------------------------------------------------------------


def _hard_link(place: Place) -> None:
    kept = place.outside / "kept.txt"
    kept.write_bytes(text("hard link"))
    kept.chmod(0o644)
    os.link(kept, place.inbox / "hard link.txt")


def _sparse(size: int, name: str) -> Callable[[Place], None]:
    def make(place: Place) -> None:
        made = place.outside / "being made"
        made.touch()
        try:
            os.truncate(made, size)
        except OSError as error:
            made.unlink()
            raise Impossible(f"no file of {size} bytes can be made here ({error.strerror})") from None
        made.rename(place.inbox / name)

    return make


def _immutable(place: Place) -> None:
    place.drop("immutable.txt", text("immutable"))
    path = place.inbox / "immutable.txt"
    if shutil.which("chattr") is None:
        raise Impossible("chattr is not installed")
    done = subprocess.run(["chattr", "+i", str(path)], capture_output=True, text=True)
    if done.returncode != 0:
        path.unlink()
        raise Impossible(f"chattr +i: {done.stderr.strip()}")
    place.undo.callback(subprocess.run, ["chattr", "-i", str(path)], check=True)


def _mount(place: Place, what: Path, where: Path, *, read_only: bool = False) -> None:
    """Show a folder at another place too, which is then no part of the inbox's filesystem."""
    where.mkdir(parents=True)
    ways = [["mount", "--bind", str(what), str(where)]]
    if read_only:
        ways.append(["mount", "-o", "remount,bind,ro", str(where)])
    for way in ways:
        done = subprocess.run(way, capture_output=True, text=True)
        if done.returncode != 0:
            raise Impossible(f"{' '.join(way[:2])}: {done.stderr.strip()}")
        if way is ways[0]:
            place.undo.callback(subprocess.run, ["umount", str(where)], check=True)


def _read_only_folder(place: Place) -> None:
    (place.outside / "read-only").mkdir()
    (place.outside / "read-only" / "fixed.txt").write_bytes(text("fixed"))
    _mount(place, place.outside / "read-only", place.inbox / "read-only", read_only=True)


def _mounted_folder(place: Place) -> None:
    (place.outside / "mounted").mkdir()
    (place.outside / "mounted" / "from there.txt").write_bytes(text("from there"))
    _mount(place, place.outside / "mounted", place.inbox / "mounted")


def _mounted_circle(place: Place) -> None:
    place.drop("circle/in a circle.txt", text("in a circle"))
    _mount(place, place.inbox / "circle", place.inbox / "circle" / "circle")


def _deep(levels: int, name: str) -> Callable[[Place], None]:
    def make(place: Place) -> None:
        """All of it at once: a watch looks at each folder anew with every folder that it sees made."""
        whole = place.outside / f"{levels} deep"
        last = whole / _deep_path(levels - 1, name)
        last.parent.mkdir(parents=True)
        last.write_bytes(text(name))
        whole.rename(place.inbox / whole.name)

    return make


def _deep_path(levels: int, name: str) -> str:
    return "/".join(["d"] * levels + [name] * bool(name))


def _bottomless(place: Place) -> None:
    """Folders in folders, more of them than Python may call functions in functions."""
    inner = place.inbox / "bottomless"
    inner.mkdir()
    folder = os.open(inner, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=folder)
        below = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    place.undo.callback(subprocess.run, ["rm", "-rf", str(inner)], check=True)


def _fleeting(place: Place) -> None:
    for number in range(100):
        place.drop(f"fleeting {number}.txt", b"")
        (place.inbox / f"fleeting {number}.txt").unlink()


def _owned_by_another(place: Place) -> None:
    place.drop("another's.txt", text("another's"))
    try:
        os.chown(place.inbox / "another's.txt", 12345, 12345)
    except PermissionError:
        (place.inbox / "another's.txt").unlink()
        raise Impossible("only root gives files away") from None


ODD_FILES = (
    Kind("a file with another link", _hard_link, {"hard link.txt": Delivered(text("hard link"))}),
    Kind(
        "a sparse file of a tebibyte",
        _sparse(TEBIBYTE, "tebibyte.txt"),
        {"tebibyte.txt": Rejected(TEBIBYTE, ("1,099,511,627,776 bytes", f"{LIMIT_MB} MB", "max_file_mb"))},
    ),
    Kind(
        "a file one byte too large",
        _sparse(LIMIT_MB * MEGABYTE + 1, "too large.txt"),
        {"too large.txt": Rejected(LIMIT_MB * MEGABYTE + 1, ("11,000,001 bytes", "11 MB", "max_file_mb"))},
    ),
    Kind("an empty file", lambda place: place.drop("empty.txt", b""), {"empty.txt": Left()}),
    Kind(
        "a file that can't be moved",
        _immutable,
        {"immutable.txt": Left("untaken")},
    ),
    Kind("a folder that is read only", _read_only_folder, {"read-only/fixed.txt": Left("untaken")}),
    Kind(
        "a folder on another mount",
        _mounted_folder,
        {"mounted/from there.txt": Delivered(text("from there"))},
    ),
    Kind(
        "a folder mounted into itself",
        _mounted_circle,
        {"circle/in a circle.txt": Delivered(text("in a circle"))},
    ),
    Kind("files gone as soon as they came", _fleeting, {}),
    Kind("a file of another owner", _owned_by_another, {"another's.txt": Delivered(text("another's"))}),
)

DEEP_FOLDERS = (
    Kind(
        "a folder sixty deep",
        _deep(60, "sixty.txt"),
        {"60 deep/" + _deep_path(59, "sixty.txt"): Delivered(text("sixty.txt"))},
    ),
    Kind(
        "a folder six hundred deep",
        _deep(600, "six hundred.txt"),
        {"600 deep/" + _deep_path(100, ""): Left("more than 100 folders deep")},
    ),
)
BOTTOMLESS = Kind(
    "a folder without a bottom",
    _bottomless,
    {"bottomless/" + _deep_path(100, ""): Left("more than 100 folders deep")},
)


# --- names --------------------------------------------------------------------------------------------

LONG = "long" * 100
CUT_ALIKE = [f"{'alike' * 49}{end}.txt" for end in ("one", "two")]


def _growing_settings(place: Place) -> None:
    """Twelve lines that say nine times as much as the line before each."""
    lines = [
        "a0: &a0 {k: v}",
        *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)),
    ]
    place.drop("growing.yaml", "\n".join(lines).encode())
    place.drop("growing.txt", text("growing"))


NAMES = (
    transcripts("a name with a newline", "new\nline.txt"),
    transcripts("a name that would colour a terminal", "\x1b[31mred\x1b]0;title\x07.txt"),
    transcripts("a name with other control characters", "tab\tbell\x07return\rdelete\x7fnext\x85.txt"),
    transcripts("a name that reads backwards", "gpj\u202etxt.exe\u2066.txt"),
    transcripts("a name that is not UTF-8", os.fsdecode(b"caf\xe9 \xff\xfe.txt")),
    transcripts("a name of 255 bytes", LONG[:251] + ".txt"),
    transcripts("a name of 255 bytes in a folder of 255", "f" * 255 + "/" + LONG[:251] + ".txt"),
    transcripts("long names alike but for their ends", *CUT_ALIKE),
    transcripts("a name that is nearly all extension", "a." + "x" * 253),
    transcripts("names of devices", "con.txt", "nul.txt", "aux"),
    transcripts("names that look like options and patterns", "-rf.txt", "--help", "%s%n{0}.txt", "*?[a].txt"),
    transcripts(
        "the names of what lies in a result", "summary.txt", "review.txt", "original.txt", "REASON.txt"
    ),
    transcripts("reserved names", "rejected.txt", "rejected/x.txt", "STATUS.txt", "status/STATUS.txt"),
    transcripts("the names of what lies in state", "ledger.csv.txt", "job.json.txt", "FAILED", "lock.txt"),
    transcripts(
        "names that collide",
        *(
            "talk.txt",
            "talk.vtt.txt",
            "talk.md",
            "TALK.txt",
            "talk-2.txt",
            "course--talk.txt",
            "course/talk.txt",
        ),
    ),
    transcripts("a folder called as a file beside it", "part.txt", "part/part.txt", "part/part/part.txt"),
    transcripts("a pause below a folder", "below/PAUSE.txt", "below/PAUSE"),
    Kind(
        "settings that grow without end",
        _growing_settings,
        {"growing.txt": Rejected(text("growing"), ("yaml", "refers to parts of itself"))},
    ),
    Kind("a hidden file", lambda place: place.drop(".hidden.txt", text("hidden")), {".hidden.txt": Left()}),
    Kind(
        "settings without a transcript",
        lambda place: place.drop("lone.yaml", b"style: notes\n"),
        {"lone.yaml": Left()},
    ),
    refused("a transcript's name on a summary", "alone/summary.json", b'{"job_id": "x"}', "JSON", "shape"),
)


# --- contents -----------------------------------------------------------------------------------------


def _zip(name: str, data: str | bytes = "Ann: hello.\n") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _whisper(*segments: str) -> bytes:
    return b'{"segments": [' + ", ".join(segments).encode() + b"]}"


def _cues(number: int) -> bytes:
    times = (f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}" for at in range(number))
    return ("WEBVTT\n\n" + "".join(f"{time}.000 --> {time}.500\n\n" for time in times)).encode()


BINARY = b"\x00\x01\x02\xff" * 64
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHING_XML = f'<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY l0 "ha">{LAUGHS}]><tt>&l9;</tt>'.encode()
LAUGHING_YOUTUBE = LAUGHING_XML.replace(
    b"<tt>&l9;</tt>", b"<timedtext><body><p t='1'>&l9;</p></body></timedtext>"
)
LAUGHING_YAML = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'ha'}]\n" for n in range(12))

BINARY_CONTENTS = (
    refused("a picture", "picture.txt", b"\x89PNG\r\n\x1a\n" + BINARY, "picture", "SRT, VTT"),
    refused("a ZIP archive", "archive.txt", _zip("talk.txt"), "ZIP", "Unpack", "SRT, VTT"),
    refused("a Word document", "document.txt", _zip("word/document.xml"), "Word", "plain text"),
    refused(
        "a Word document that unpacks to a hundred megabytes",
        "bomb.docx",
        _zip("word/document.xml", bytes(100 * MEGABYTE)),
        "unpacks to far more",
    ),
    refused("a PDF", "paper.txt", b"%PDF-1.7\n" + BINARY, "PDF", "plain text", "SRT, VTT"),
    refused(
        "a gzip archive",
        "packed.txt",
        gzip.compress(b"Ann: hello.", mtime=0),
        "archive",
        "Unpack",
        "SRT, VTT",
    ),
    refused("sound", "sound.txt", b"ID3\x04\x00\x00" + BINARY, "MP3", "Transcribe it first", "SRT, VTT"),
    refused("a program", "program.txt", b"\x7fELF\x02\x01\x01" + BINARY, "a program", "SRT, VTT"),
    refused(
        "NUL bytes",
        "nulls.txt",
        b"Ann: hello\x00\x00\x00 there, this is text.\n",
        "NUL bytes",
        "UTF-8",
        "SRT, VTT",
    ),
    refused(
        "nothing but control characters", "controls.txt", bytes(range(1, 9)) * 50, "no words", "SRT, VTT"
    ),
    refused("nothing but newlines", "newlines.txt", b"\n" * 10 * MEGABYTE, "empty", "SRT, VTT"),
    refused(
        "noise",
        "noise.txt",
        bytes(1 + number * 7919 % 255 for number in range(100_000)),
        "binary data",
        "SRT, VTT",
    ),
)

TEXT_CONTENTS = (
    read(
        "UTF-16 without a mark",
        "utf16.txt",
        "Ann: hello there, this is UTF-16.\n".encode("utf-16-le"),
        "this is UTF-16",
    ),
    read(
        "old line ends",
        "old.txt",
        b"Ann: hello there, old Macintosh.\rBen: hello.\r",
        "old Macintosh",
        "**Ben:**",
    ),
    read(
        "Windows' line ends",
        "windows.txt",
        b"Ann: hello there, Windows.\r\nBen: hello.\r\n",
        "there, Windows",
        "**Ben:**",
    ),
    read(
        "text that would colour a terminal",
        "colours.txt",
        "Ann: hello \x1b[31mcoloured\x1b[0m \x1b]0;owned\x07 and \u202edrawkcab\u202c text.\n".encode(),
        "coloured",
    ),
    refused("a line of ten megabytes", "line.txt", b"x" * 10 * MEGABYTE, "a word of"),
    refused("a word of a megabyte", "word.txt", b"Ann: hello " + b"w" * MEGABYTE + b" there.\n", "a word of"),
    read(
        "a name, ten megabytes of spaces, a word",
        "gap.txt",
        b"Ann 1 hello" + b" " * 10 * MEGABYTE + b"there",
        "hello there",
    ),
    refused("a hundred thousand empty cues", "cues.vtt", _cues(100_000), "no words"),
    read(
        "a time beyond all clocks",
        "late.srt",
        b"1\n99999999:99:99,000 --> 99999999:99:99,999\nHello there.\n",
        "Hello there",
    ),
    refused(
        "JSON nested a hundred thousand deep",
        "deep.json",
        b'{"segments": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "JSON",
        "Whisper",
    ),
    refused(
        "JSON with numbers of a hundred thousand digits",
        "digits.json",
        _whisper(f'{{"start": {"9" * 100_000}, "text": "hi"}}'),
        "JSON",
        "Whisper",
    ),
    read(
        "JSON with numbers beyond all bounds",
        "infinite.json",
        _whisper(
            '{"start": 1e999, "end": -1e999, "text": "Hello"}',
            '{"start": NaN, "end": 1e308, "text": "there."}',
        ),
        "Hello",
        "here.",
    ),
    read(
        "JSON with halves of characters",
        "halves.json",
        _whisper('{"start": 0, "end": 1, "text": "Hello \\ud800 there"}'),
        "Hello",
        "there",
    ),
    refused("XML that laughs a billion times", "xml.xml", LAUGHING_XML, "XML", "SRT, VTT"),
    refused("XML captions that laugh a billion times", "ttml.ttml", LAUGHING_XML + b"\n", "XML", "SRT, VTT"),
    refused("YouTube's XML that laughs a billion times", "srv3.srv3", LAUGHING_YOUTUBE, "XML"),
    read(
        "YAML that laughs a billion times",
        "yaml.md",
        f"---\n{LAUGHING_YAML}---\n\nHello there.\n".encode(),
        "Hello there",
    ),
)

KINDS = (*SPECIAL, *ODD_FILES, *DEEP_FOLDERS, *NAMES, *BINARY_CONTENTS, *TEXT_CONTENTS)


# --- what an ordinary user may not touch ---------------------------------------------------------------


def _forbidden(name: str, mode: int) -> Callable[[Place], None]:
    def make(place: Place) -> None:
        place.drop(name, text(name), mode)

    return make


def _forbidden_folder(name: str, mode: int) -> Callable[[Place], None]:
    def make(place: Place) -> None:
        hidden = place.inbox / f".{name}"
        place.drop(f"{hidden.name}/talk.txt", text(name))
        hidden.chmod(mode)
        hidden.rename(place.inbox / name)
        place.undo.callback((place.inbox / name).chmod, 0o700)

    return make


FORBIDDEN = (
    Kind(
        "a file that nobody may read", _forbidden("mode 0.txt", 0), {"mode 0.txt": Left("Permission denied")}
    ),
    Kind(
        "a folder that nobody may list", _forbidden_folder("closed", 0), {"closed": Left("can't be listed")}
    ),
    Kind(
        "a folder that nobody may enter",
        _forbidden_folder("barred", 0o444),
        {"barred/talk.txt": Left("can't be looked at")},
    ),
    Kind(
        "a folder that nobody may change",
        _forbidden_folder("fixed", 0o555),
        {"fixed/talk.txt": Left("untaken")},
    ),
)
