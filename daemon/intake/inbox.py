"""The inbox: what waits there, and whether its writers are done with it.

The listing is the truth. A file is ready when it is a regular, non-empty file of a name that is not
ignored, unchanged for the settle time by our own clock, and nobody has it open for writing.
"""

from __future__ import annotations

import fnmatch
import heapq
import logging
import os
import re
import stat
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from daemon.settings.sidecar import is_sidecar, stem_of
from daemon.store.pause import is_pause
from daemon.system.file_names import shown
from daemon.system.files import Folder
from daemon.system.hidden_names import HiddenName

log = logging.getLogger(__name__)

READABLE = 0o644  # the mode of files in the inbox, as other people's programs leave them
GIVEN_BACK = ".rejected"  # after the name of a file that this program could make no copy of; never taken

# Files that other programs are still writing, or that are not meant as content: of browsers, downloaders,
# programs that keep folders in step, editors and the systems themselves. Shares map ":" and control
# characters to private ones or to "_".
IGNORED_FILES = (
    ".*", "*~", "~$*", "~*.tmp", "#*#", "*.lock", "*.lck", "desktop.ini", "thumbs.db",
    "icon\r", "icon\uf00d", "ehthumbs.db", "*zone.identifier", "*.lnk", "*.url", "*.webloc",
    "*.part", "*.partial", "*.partial~", "*.filepart", "*.crdownload", "*.download", "*.downloading",
    "*.opdownload", "*.dlpart", "*.aria2", "*.aria2__temp", "*.ytdl", "*.part-frag*", "*.xltd", "*.td",
    "*.td.cfg", "*.fdmdownload", "*.incomplete", "*.unfinished", "*.unconfirmed", "*.uploading",
    "*.inprogress", "*.!??", "*.!???", "*.!????", "*.nc!part", "*.!nc", "*.dctmp",
    "*.driveupload", "*.drivedownload", "*.gstmp", "*.icloud", "*.odownload", "*.onedrive-temp",
    "*.ffs_tmp", "*.ffs_lock", "*.ffs_batch", "*.bts", "*.rslsc", "*.rslsd", "*.rsls?",
    "~syncthing~*", "*.uploadpart", "*.smbdelete*", "*.crswap", "*.mega", "*.megatmp*", "*.rclone-partial",
    "*.dtapart", "*.tdownload", "*.qkdownloading", "*.adadownload", "*.jcf", "*.tdl", "*.ipart",
    "*.bc!", "*.jc!", "*.ob!", "*.uc!", "*.bt!", "*.fb!", "*.cfg!", "*.getright", "*.antifrag", "*.jcd",
    "*.pbtmp", "*.bctmp", "*.thunder", "*.apdownload",
    "*.part.met", "*.rsync-partial", "*-lftp-tmp", "*.in_progress", "*.copying", "*.syncing", "*.upload",
    "*.cloud", "*.cloudf", "*.gdoc", "*.gsheet", "*.gslides", "*.asd", "*.wbk", "*.tmp.[0-9]*",
    "thumbs.db:*", "ehthumbs_vista.db", "albumart*.jpg", "wpsettings.dat", "indexervolumeguid", "ntuser.dat*",
    "pagefile.sys", "hiberfil.sys", "swapfile.sys", "aquota.user", "aquota.group",
    "*.tmp", "*.temp", "*.sw?", "*.swpx", "*.kate-swp", "*.goutputstream-*", "*.sb-????????-??????",
    f"*{GIVEN_BACK}",
    "*.yaml", "*.yml",  # settings, no transcripts
)  # fmt: skip
# Bins, snapshots and indexes of systems, NAS boxes and sync programs; downloads that are folders.
IGNORED_FOLDERS = (
    ".*", "@eadir", "@recycle", "@recently-snapshot", "@tmp", "@sharebin", "@syno*",
    "@upload*", "@appstore", "@appdata", "@appconf", "@apptemp", "@apphome", "@database", "@docker", "@s2s",
    "@snapshots", "$extend", "$winreagent", "config.msi", "msocache", "#recycle",
    "#snapshot", "~snapshot", "$recycle.bin", "recycler", "recycled", "recycle.bin",
    "system volume information", "lost+found", "found.[0-9][0-9][0-9]", "network trash folder",
    "network recycle bin", "temporary items", "thevolumesettingsfolder", "__macosx", "_gsdata_",
    "*.download", "*.sb-????????-??????",
    f"*{GIVEN_BACK}",
)  # fmt: skip

UNFINISHED = "its name is that of an unfinished or foreign file; rename it if it is whole and a transcript"
UNKNOWN_NAME = "is listed, but can't be opened: its disk or share can't hold that name; rename it elsewhere"
ANOTHER_ROOT = "is a root of transcriptd itself, whose files are its own; move that folder out of the inbox"
ANOTHER_OUTBOX = "is an outbox of transcriptd, whose files are its own; move that folder out of the inbox"
_LOCK_OF_ROOT = ("state", ".lock")
_STATUS_OF_OUTBOX, _STATUS_BEGINS = "STATUS.txt", b"transcriptd "
_NEVER_WAITED_FOR = re.compile(
    r"[.~#].*|.*~|desktop\.ini|(?:eh)?thumbs\.db|icon[\r\uf00d]|.*zone\.identifier|.*\.(?:lnk|url|webloc|lock|lck|sw.)"
)

EMPTY_GRACE = 600.0  # seconds that a file may stay empty before it is taken, and rejected
REFUSED_SECONDS = 30.0  # before a file that can't be taken is tried again
NO_LEASE_SETTLE = 10.0  # seconds at least, where the kernel can't tell of writers
MAX_DEPTH = 100  # folders in folders: nobody nests so deep, and a walk without end would end the program

# Of one transcript in several formats: with times and speakers for single words, for cues, for nothing.
RICHEST_FIRST = (
    ".json", ".json3", ".srv3", ".eaf", ".textgrid", ".ttml", ".dfxp", ".vtt", ".ass", ".ssa", ".srt", ".smi",
    ".sami", ".scc", ".stl", ".sub", ".tsv", ".csv", ".lrc", ".sbv", ".docx", ".md", ".txt",
)  # fmt: skip

# What a review saves; each browser numbers the second file of a name in its own way.
_EDITS_NAME = re.compile(r"[^./][^/]*\.edits(?: ?\(\d+\)|[- ]\d+)?\.json", re.I)


class _Patterns:
    """Patterns of names, of which most say only how a name ends."""

    def __init__(self, patterns: Sequence[str]) -> None:
        ends = [each for each in patterns if each[0] == "*" and not set("*?[").intersection(each[1:])]
        others = [each for each in patterns if each not in ends]
        self._ends = tuple(each[1:] for each in ends)
        self._others = re.compile("|".join(map(fnmatch.translate, others)))

    def match(self, name: str) -> bool:
        """Whether a name is as one of them says."""
        return name.endswith(self._ends) or self._others.fullmatch(name) is not None


_IGNORED_FILES = _Patterns(IGNORED_FILES)
_IGNORED_FOLDERS = _Patterns(IGNORED_FOLDERS)


class Candidate(Struct, frozen=True):
    """A file in the inbox: its path there, what tells it from a changed one, and when it came."""

    path: str
    identity: tuple[int, int, int, int]
    arrived_ns: int

    @property
    def size(self) -> int:
        """Bytes."""
        return self.identity[2]


_Seen = dict[str, tuple[Candidate, float]]
"""Files by their paths, each with the time of our clock since when it lies there as it is now."""


def is_edits_name(name: str) -> bool:
    """Whether a file is called as edits of a result are: `talk.edits.json`, "talk.edits (1).json"."""
    return _EDITS_NAME.fullmatch(name) is not None


def is_other_format(name: str, other: str) -> bool:
    """Whether two files of one folder would be taken for one transcript in two formats."""
    stem, extension = os.path.splitext(name)
    other_stem, other_extension = os.path.splitext(other)
    both = {extension.lower(), other_extension.lower()}
    return stem == other_stem and len(both) > 1 and both.issubset(RICHEST_FIRST)


def _find_extension(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def is_ignored(name: str) -> bool:
    """Whether a file of this name is never taken."""
    return _IGNORED_FILES.match(name.lower())


def is_ignored_folder(name: str) -> bool:
    """Whether nothing is taken from a folder of this name."""
    return _IGNORED_FOLDERS.match(name.lower())


def _is_passed_over(name: str) -> bool:
    """Whether a file of this name is neither a transcript nor the sidecar of one."""
    return is_ignored(name) and (name.startswith(".") or not is_sidecar(name))


class Inbox:
    """What waits, and since when each file has lain unchanged. `clock` gives monotonic seconds.

    `remote`: it is on a network filesystem, whose word on writers is worth little, so files settle longer.
    `passed_over` says why the last scan did not take something for a transcript, by its path.
    """

    def __init__(self, path: str, settle_seconds: float, clock: Callable[[], float]) -> None:
        self.path = path
        self.settle_seconds = settle_seconds
        self.remote = False
        self._clock = clock
        self._seen: _Seen = {}
        self._oldest_first: deque[Candidate] = deque()
        self._extensions: defaultdict[str, list[str]] = defaultdict(list)
        self._refused: dict[str, tuple[Candidate, str]] = {}  # by their paths, with why
        self._written_to: dict[str, Candidate] = {}  # by their paths, as they were when that was found
        self.passed_over: dict[str, str] = {}
        self._sidecars: _Seen = {}
        self._edits: _Seen = {}
        self._stems: set[str] = set()

    @property
    def waiting(self) -> int:
        """How many files wait, settled or not."""
        return len(self._seen)

    @property
    def quiet(self) -> bool:
        """Whether nothing waits but files that are still empty, or that can't be taken."""
        return not self._list_takeable()

    @property
    def kept_open(self) -> list[Candidate]:
        """What waits, where that is nothing but files that somebody has open to write to; else none."""
        waiting = self._list_takeable()
        return waiting if all(self._written_to.get(each.path) == each for each in waiting) else []

    def _list_takeable(self) -> list[Candidate]:
        """The files that wait to be taken: none that is still empty, or that can't be taken."""
        return [each for each, _ in self._seen.values() if each.size and self.find_refusal(each) is None]

    def scan(self, *, quietly: bool = False) -> None:
        """Look at the whole inbox; raises OSError when it can't be listed.

        `quietly`: what is passed over is not logged.
        """
        before, self.passed_over = self.passed_over, {}
        self._note_what_is_there()
        self._index_names()
        waiting = (candidate for candidate, _ in self._seen.values())
        self._oldest_first = deque(sorted(waiting, key=lambda each: (each.arrived_ns, each.path)))
        self._refused = {path: found for path, found in self._refused.items() if path in self._seen}
        self._written_to = {path: each for path, each in self._written_to.items() if path in self._seen}
        for path, why in self.passed_over.items():
            if path not in before and why != UNFINISHED and not quietly:
                log.warning("skipped name=%r it %s", shown(path), why)

    def _note_what_is_there(self) -> None:
        """Note each file by its kind, and since when it lies there as it is now."""
        now = self._clock()
        seen: _Seen = {}
        sidecars: _Seen = {}
        edits: _Seen = {}
        for candidate in self._list_below(""):
            listed, earlier = seen, self._seen
            if is_sidecar(candidate.path):
                listed, earlier = sidecars, self._sidecars
            elif is_edits_name(os.path.basename(candidate.path)):
                listed, earlier = edits, self._edits
            known = earlier.get(candidate.path)
            unchanged = known is not None and self._is_unchanged(known[0], candidate)
            listed[candidate.path] = (candidate, known[1] if known and unchanged else now)
        # only now: a listing that fails in the middle leaves what was known
        self._seen, self._sidecars, self._edits = seen, sidecars, edits

    def _index_names(self) -> None:
        """Note which names belong together: a transcript and its sidecar, one talk in several forms."""
        self._extensions = defaultdict(list)
        self._stems = {stem_of(path) for path in self._seen} if self._sidecars else set()
        for path in sorted(self._seen):
            stem, extension = os.path.splitext(path)
            if extension.lower() in RICHEST_FIRST:
                self._extensions[stem].append(extension)

    def _is_unchanged(self, known: Candidate, candidate: Candidate) -> bool:
        """Whether a file is as it was seen before.

        Whoever overwrites a file can set its time of modification back, but not that of its last change; on a
        share, machines may disagree about the latter.
        """
        return known.identity == candidate.identity if self.remote else known == candidate

    def list_files_for_results(self) -> Iterator[tuple[Candidate, bool]]:
        """The lone sidecars, and the edits of results; and whether each has settled."""
        yield from self._list_lone_sidecars()
        now = self._clock()
        for candidate, since in self._edits.values():
            yield candidate, now - since >= self._find_settle_time(candidate)

    @property
    def has_files_for_results(self) -> bool:
        """Whether a lone sidecar, or edits of a result, lie there."""
        return next(self.list_files_for_results(), None) is not None

    def _list_lone_sidecars(self) -> Iterator[tuple[Candidate, bool]]:
        """The sidecars whose transcript did not wait here at the last scan, and whether each has settled."""
        now = self._clock()
        for candidate, since in self._sidecars.values():
            if not self._has_transcript(candidate.path):
                yield candidate, now - since >= self._find_settle_time(candidate)

    def list_settled(self) -> Iterator[Candidate]:
        """The files that have settled, oldest first, each once per scan: costs what is taken, no more."""
        now = self._clock()
        while self._oldest_first:
            candidate = self._oldest_first.popleft()
            known = self._seen.get(candidate.path)
            if known is not None and now - known[1] >= self._find_settle_time(candidate):
                yield candidate

    def next_due(self) -> float | None:
        """Seconds until the next file will have settled if nothing changes; None where all have."""
        now = self._clock()
        left = [since + self._find_settle_time(c) - now for c, since in self._seen.values()]
        return min((seconds for seconds in left if seconds > 0), default=None)

    def find_bundle(self, candidate: Candidate) -> list[Candidate] | None:
        """The files that are one transcript in several formats, the one that says most first.

        They have one stem and lie in one folder. None while one of them may still change.
        """
        stem, extension = os.path.splitext(candidate.path)
        if extension.lower() not in RICHEST_FIRST:
            return [candidate]
        now = self._clock()
        found: dict[str, Candidate] = {}
        for other_extension in self._extensions.get(stem, ()):
            seen = self._seen.get(stem + other_extension)
            if seen is None or (seen[0].size == 0 and seen[0] != candidate):
                continue
            if now - seen[1] < self._find_settle_time(seen[0]) and self.find_refusal(seen[0]) is None:
                return None
            found.setdefault(other_extension.lower(), seen[0])
        return sorted(found.values(), key=lambda one: RICHEST_FIRST.index(_find_extension(one.path)))

    def list_oldest(self, most: int) -> list[Candidate]:
        """The files that have waited longest, at most so many."""
        return heapq.nsmallest(
            most, (c for c, _ in self._seen.values()), key=lambda c: (c.arrived_ns, c.path)
        )

    def find_refusal(self, candidate: Candidate) -> str | None:
        """Why a file could not be taken when that was tried last; None where it was not, or has changed."""
        refused, why = self._refused.get(candidate.path, (None, None))
        return why if refused == candidate else None

    def _has_transcript(self, sidecar: str) -> bool:
        """Whether a file that waited at the last scan is the one that a sidecar of this path belongs to."""
        return stem_of(sidecar) in self._stems

    def forget_file(self, candidate: Candidate) -> None:
        """Forget a file that was claimed, or is gone."""
        self._seen.pop(candidate.path, None)

    def has_settled_without_lease(self, candidate: Candidate) -> bool:
        """Whether a file has lain long enough where the kernel can't tell of writers."""
        _, since = self._seen.get(candidate.path, (candidate, self._clock()))
        return self._clock() - since >= max(self.settle_seconds, NO_LEASE_SETTLE)

    def refuse_file(self, candidate: Candidate, why: str) -> None:
        """Note that a file, and what belongs to it, can't be taken now; it is tried again after a while."""
        if self.find_refusal(candidate) is None:
            log.warning("untaken name=%r (%s)", shown(candidate.path), why)
        again = self._clock() + REFUSED_SECONDS
        for one in (candidate, *self._list_others(candidate)):
            own = None if one == candidate else self.find_refusal(one)
            self._refused[one.path] = one, own or why
            self._seen[one.path] = one, again

    def begin_to_settle(self, candidate: Candidate) -> None:
        """Begin the settle time of a file again, to which somebody still writes."""
        self._seen[candidate.path] = (candidate, self._clock())
        self._written_to[candidate.path] = candidate

    def _list_others(self, candidate: Candidate) -> list[Candidate]:
        """The other files of the same transcript, as the last scan found them."""
        stem, extension = os.path.splitext(candidate.path)
        if extension.lower() not in RICHEST_FIRST:
            return []
        paths = (stem + other for other in self._extensions.get(stem, ()))
        seen = (self._seen[path][0] for path in paths if path in self._seen)
        return [other for other in seen if other.path != candidate.path]

    def _find_settle_time(self, candidate: Candidate) -> float:
        """For how many seconds a file must lie unchanged before it is taken."""
        if candidate.size == 0:
            return EMPTY_GRACE
        return max(self.settle_seconds, NO_LEASE_SETTLE) if self.remote else self.settle_seconds

    def _list_below(self, below: str) -> Iterator[Candidate]:
        """The files in a folder and in those inside it; why others are passed over is noted."""
        with os.scandir(os.path.join(self.path, below)) as entries:
            for entry in entries:
                path = os.path.join(below, entry.name)
                try:
                    found = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    self._note_if_listed(path)
                    continue
                except OSError as error:
                    self.passed_over[path] = f"can't be looked at ({error.strerror})"
                    continue
                if stat.S_ISDIR(found.st_mode):
                    if not is_ignored_folder(entry.name):
                        yield from self._walk_below(path)
                elif _is_passed_over(entry.name) or (not below and is_pause(entry.name)):
                    self._note_ignored(path, entry.name)
                elif stat.S_ISREG(found.st_mode):
                    identity = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
                    yield Candidate(path, identity, found.st_ctime_ns)
                elif stat.S_ISLNK(found.st_mode):
                    self.passed_over[path] = "is not a regular file but a link; drop what it leads to"
                else:
                    self.passed_over[path] = "is not a regular file"

    def _walk_below(self, path: str) -> Iterator[Candidate]:
        """The files in an inner folder, unless nothing is to be taken from it."""
        if path.count(os.sep) >= MAX_DEPTH:
            self.passed_over[path] = f"lies more than {MAX_DEPTH} folders deep"
            return
        if os.path.lexists(os.path.join(self.path, path, *_LOCK_OF_ROOT)):
            self.passed_over[path] = ANOTHER_ROOT
            return
        if is_outbox(os.path.join(self.path, path)):
            self.passed_over[path] = ANOTHER_OUTBOX
            return
        try:
            yield from self._list_below(path)
        except FileNotFoundError:
            self._note_if_listed(path)
        except OSError as error:
            self.passed_over[path] = f"can't be listed ({error.strerror})"

    def _note_if_listed(self, path: str) -> None:
        """Take note of what is said not to be there; most often it was taken away between two calls."""
        if is_listed(self.path, path):
            self.passed_over[path] = UNKNOWN_NAME

    def _note_ignored(self, path: str, name: str) -> None:
        """Take note of a file that people may wait for, though its name keeps it from being taken."""
        if _may_be_waited_for(name.lower()) and not is_pause(name):
            self.passed_over[path] = UNFINISHED


def is_outbox(path: str) -> bool:
    """Whether a folder is an outbox that some daemon writes to, this one or another."""
    if not os.path.isfile(os.path.join(path, _STATUS_OF_OUTBOX)):
        return False
    try:
        with Folder(path) as folder, folder.reading(_STATUS_OF_OUTBOX) as file:
            return file.read(len(_STATUS_BEGINS)) == _STATUS_BEGINS
    except OSError:
        return False


def _may_be_waited_for(name: str) -> bool:
    """Whether somebody may take an ignored file of this name (in small letters) for a transcript of his."""
    if HiddenName.parse(name) is not None:
        return False
    first = name.lstrip(". ")[:1]  # a title may begin with "..."
    is_hidden_transcript = name.startswith(".") and first.isalnum() and _find_extension(name) in RICHEST_FIRST
    return is_hidden_transcript or _NEVER_WAITED_FOR.fullmatch(name) is None


def is_listed(top: str, path: str) -> bool:
    """Whether a path below `top` is listed there, although it can't be found: its disk can't hold the name.

    So it is with a share or a disk that takes names as Windows does, and holds one from elsewhere.
    """
    folder = top
    for part in path.split(os.sep):
        try:
            if part not in os.listdir(folder):
                return False
        except FileNotFoundError:
            return folder != top  # it was listed in the folder above
        except OSError:
            return False
        folder = os.path.join(folder, part)
    return True


def is_unchanged(folder: Folder, name: str, candidate: Candidate) -> bool:
    """Whether the file is still the one that was seen to settle."""
    found = folder.stat(name)
    if found is None or not stat.S_ISREG(found.st_mode):
        return False
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns) == candidate.identity
