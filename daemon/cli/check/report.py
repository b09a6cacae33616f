"""What would go wrong, before it does: folders, disk, watches, key, model, unit; each with its mend."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from msgspec.structs import replace

from daemon.cleaning.llm.client import find_retirement
from daemon.cleaning.style import STYLES, find_style, list_unknown_placeholders
from daemon.cli.check.common_corrections import find_common_corrections, is_common
from daemon.cli.check.finding import Finding
from daemon.cli.check.trial import try_model
from daemon.cli.options import Say
from daemon.cli.service.systemd import Service
from daemon.costs.ledger import Ledger
from daemon.costs.ledger_file import LEDGER
from daemon.errors import (
    EXIT_CONFIG,
    EXIT_HELD,
    EXIT_OK,
    EXIT_SOME_FAILED,
    ConfigError,
    ServiceError,
)
from daemon.loop.provider import Access
from daemon.settings.config import Root, check_folders
from daemon.store.state_folder import MEND_MISPLACED, find_misplaced
from daemon.system.process.own_files import PACKAGE
from daemon.system.volumes.limits import find_limits
from daemon.system.volumes.pinned_folder import PinnedFolder
from daemon.text.languages import code_of

_LITTLE_BYTES = 500_000_000  # free space under which a person should look
_FEW_FILES = 1_000  # that can still be made on a disk, under which a person should look
_DELETE_FILES = "Delete files there: a disk that takes no more of them holds all work, whatever room it has."
_FEW_WATCHES = 1_000  # left to all other programs of this user
_LONGEST_LINE = 256  # bytes of a script's first line that Linux looks at
_OF_PYTHON_DAEMON = ("daemon.py", "pidfile.py", "runner.py")


def list_findings(root: Root, *, offline: bool, trial: bool) -> Iterator[Finding]:
    """What a look at everything finds; `offline`: no request is sent; `trial`: a passage is cleaned."""
    yield Finding(f"{root.file or 'the built-in settings'} can be read and has no mistake")
    yield from _check_folders(root)
    if os.path.exists(root.state) and not _can_be_looked_into(root.state):
        return  # as what comes below does
    if (misplaced := find_misplaced(root.state)) is not None:
        yield Finding(misplaced, MEND_MISPLACED, EXIT_CONFIG)
    yield from _check_space(root)
    yield from _check_watches(root)
    yield from _check_hooks(root)
    yield from _check_install()
    yield from _check_corrections(root)
    yield from _check_pseudonyms(root)
    yield from _check_languages(root)
    if misplaced is not None:
        return
    try:
        impatient = Root(replace(root.config, attempts=1), root.path, root.file)
        access = Access(impatient, Ledger(os.path.join(root.state, LEDGER)))
    except ConfigError as error:
        yield Finding(error.message, error.mend, error.exit_code)
        return
    yield Finding(access.describe_provider())
    yield from _check_prompts(root)
    yield from _check_model(access, offline=offline)
    yield from _check_units(root)
    if trial:
        yield from try_model(access)


def _check_folders(root: Root) -> Iterator[Finding]:
    """Whether the folders are there or will be made, can be written, and need no copying between them."""
    try:
        check_folders(root)
    except ConfigError as error:
        yield Finding(error.message, error.mend, error.exit_code)
        return
    is_new = not os.path.isdir(root.state)
    for name, path in root.folders.items():
        if os.path.isdir(path):
            yield from _check_folder(name, path)
        elif is_new:
            yield Finding(f"{name} {path} will be made at the first start")
        else:
            yield Finding(f"{name} {path} is not there", "Mount it, or make it again.", EXIT_CONFIG)
    if not is_new and os.path.isdir(root.inbox) and _find_device(root.inbox) != _find_device(root.state):
        yield Finding(
            "inbox and state are on different filesystems",
            "It works, by copying; put them on one to have files moved in an instant.",
        )


def _check_folder(name: str, path: str) -> Iterator[Finding]:
    """Whether a folder that is there can be written, and what its filesystem can't do."""
    if (fault := PinnedFolder(name, path).find_fault()) is not None:
        is_refused = not os.access(path, os.R_OK | os.W_OK | os.X_OK)
        yield Finding(fault.as_phrase, fault.mend, EXIT_CONFIG if is_refused else EXIT_HELD)
    else:
        yield Finding(f"{name} {path} can be written")
        for limit in find_limits(path, private=name == "state"):
            what, _, consequence = limit.partition(": ")
            yield Finding(f"{name} {path}: {what}", f"{consequence[:1].upper()}{consequence[1:]}.")


def _can_be_looked_into(path: str) -> bool:
    return os.path.isdir(path) and os.access(path, os.R_OK | os.X_OK)


def _check_hooks(root: Root) -> Iterator[Finding]:
    """Whether the commands of a person's own could be run: they are found, and may be executed."""
    for key in ("on_done", "on_problem"):
        command = getattr(root.config, key)
        if not command:
            continue
        program = shlex.split(command)[0]
        program = os.path.join(root.path, program) if os.sep in program else program
        found = shutil.which(program)
        if found is None:
            what = "can't be executed" if os.path.exists(program) else "is not found"
            mend = f"Give its whole path, and make it executable: chmod +x {shlex.quote(program)}"
            yield Finding(f"`{key}`: {program} {what}", mend, EXIT_SOME_FAILED)
        elif (interpreter := _find_interpreter(found)) and not os.access(interpreter, os.X_OK):
            mend = f"Mend the first line of {found}."
            yield Finding(f"`{key}`: {found} wants {interpreter}, which is not there", mend, EXIT_SOME_FAILED)
        else:
            yield Finding(f"`{key}`: {found} can be run")


def _find_interpreter(script: str) -> str | None:
    """The interpreter that the first line of a script names; None for what is not a script."""
    try:
        with open(script, "rb") as file:
            first = file.readline(_LONGEST_LINE)
    except OSError:
        return None
    words = first[2:].split() if first.startswith(b"#!") else []
    return os.fsdecode(words[0]) if words else None


def _check_install() -> Iterator[Finding]:
    """Whether python-daemon, whose folder has the same name, was installed over this program."""
    others = [name for name in packages_distributions().get("daemon", []) if name.lower() != "transcriptd"]
    strange = [name for name in _OF_PYTHON_DAEMON if os.path.exists(os.path.join(PACKAGE, name))]
    if others or strange:
        what = ", ".join(dict.fromkeys(others)) or f"another package's {', '.join(strange)}"
        yield Finding(
            f"{what} is installed into the same folder `daemon` as transcriptd",
            "Give transcriptd a virtual environment of its own; uninstall both here first.",
            EXIT_SOME_FAILED,
        )


def _check_corrections(root: Root) -> Iterator[Finding]:
    """Which corrections hit common words, with how often they would have changed what was delivered."""
    try:
        found = list(find_common_corrections(root))
    except ValueError:
        return  # they go round in circles, which is said where the settings are looked at
    for one in found:
        places = "1 place" if one.hits == 1 else f"{one.hits:,} places"
        results = "1 result" if one.results == 1 else f"{one.results:,} results"
        yield Finding(
            f"`corrections`: {one.heard} is a common word: {one.heard} → {one.written} would change {places} "
            f"in the {one.words:,} words of the outbox's {results}",
            "Take it out, or make a longer phrase of it, if that is not what you want.",
        )


def _check_pseudonyms(root: Root) -> Iterator[Finding]:
    """Which names that are to be hidden are common words as well."""
    for name in dict.fromkeys(name for one in root.config.all_profiles for name in one.pseudonyms):
        if is_common(name):
            yield Finding(
                f"`pseudonyms`: {name} is a common word, too, and is hidden wherever that stands",
                "Give it with the rest of the name, such as Will Lee, if that is not what you want.",
            )


def _check_languages(root: Root) -> Iterator[Finding]:
    """Which languages a config names that are not known: most often, the name is misspelt."""
    for name in dict.fromkeys(one.language for one in root.config.all_profiles):
        if name is not None and code_of(name) is None:
            yield Finding(
                f"`language`: {name} is no language that is known here, and has no rules",
                "Write its code or its English name, such as de or German; or null, to have it found out.",
            )


def _check_prompts(root: Root) -> Iterator[Finding]:
    """What a prompt of a person's own leaves to be filled in that never is."""
    own = (profile.style for profile in root.config.all_profiles if profile.style not in STYLES)
    for name in dict.fromkeys(own):
        try:
            unknown = list_unknown_placeholders(find_style(name, Path(root.path)).prompt)
        except ConfigError:
            continue  # it is said where the settings are looked at
        if unknown:
            yield Finding(
                f"`style`: the prompt {name} has {', '.join(unknown)}, which is sent as it is",
                "What is filled in: {{fileName}}, {{chunkText}} and {{outputLanguage}}.",
            )


def _find_device(path: str) -> int:
    return os.stat(path).st_dev


def _check_space(root: Root) -> Iterator[Finding]:
    """How much room is left on the disks, and for how many files."""
    for name in ("state", "outbox"):
        path = getattr(root, name)
        while not os.path.isdir(path):
            path = os.path.dirname(path)
        free = shutil.disk_usage(path).free
        mend = "Make room: a full disk holds all work." if free < _LITTLE_BYTES else ""
        yield Finding(f"{name} has {free / 1e9:,.1f} GB free", mend)
        disk = os.statvfs(path)
        if disk.f_files and disk.f_favail < _FEW_FILES:  # some filesystems don't count them
            yield Finding(f"{name} has room for {disk.f_favail:,} more files (inodes)", _DELETE_FILES)


def _check_watches(root: Root) -> Iterator[Finding]:
    """How many watches the folders of the inbox need, one each, of those that a user may have."""
    try:
        with open("/proc/sys/fs/inotify/max_user_watches", encoding="ascii") as file:
            most = int(file.read())
    except (OSError, ValueError):
        return
    folders = sum(1 for _ in os.walk(root.inbox))
    mend = ""
    if folders + _FEW_WATCHES >= most:
        mend = "Raise fs.inotify.max_user_watches (sysctl); until then the inbox is looked through."
    yield Finding(f"{folders:,} of {most:,} inotify watches are needed", mend)


def _check_model(access: Access, *, offline: bool) -> Iterator[Finding]:
    """Whether the models that are asked answer, as far as that is found out without cleaning anything."""
    settings = access.settings
    if settings.provider == "offline":
        return
    date = find_retirement(settings.model) if settings.provider == "anthropic" else None
    if date is not None:
        yield Finding(f"{settings.model} retires on {date}", "Choose another `model` in config.yaml.")
    if offline:
        yield Finding("key and model were not asked for (--offline)")
        return
    try:
        note = access.find_processor(settings).check()
    except ServiceError as error:
        mend = error.mend or "Look again later."
        if error.of_model and access.root.config.base_url:
            mend += " A server that doesn't list its models may have it all the same: `check --try` tells."
        yield Finding(error.message, mend, EXIT_HELD)
    else:
        if note:
            yield Finding(note, "`check --try` tells whether it answers.")
        else:
            yield Finding(f"{settings.model} is offered there")
        yield from _check_second_models(access)
        yield from _check_batches(access)


def _check_second_models(access: Access) -> Iterator[Finding]:
    """Whether the models are to be had that are asked for what the first can't clean."""
    wanted = dict.fromkeys(profile.fallback_model for profile in access.root.config.all_profiles)
    for model in filter(None, wanted):
        try:
            access.find_processor(replace(access.settings, model=model)).check()
        except ServiceError as error:
            mend = f"{error.mend} Until then what `model` can't clean keeps its original words."
            yield Finding(f"`fallback_model`: {error.message}", mend)
        else:
            yield Finding(f"{model} is offered there, as `fallback_model`")


def _check_batches(access: Access) -> Iterator[Finding]:
    """Whether the service takes message batches, where some are wanted."""
    is_wanted = any(profile.batch for profile in access.root.config.all_profiles)
    if not is_wanted or access.provider != "anthropic":
        return
    client = access.batch_model(access.settings.model).batches
    fault = client.find_batch_fault() if client is not None else None
    if fault is None:
        yield Finding(f"{access.address} takes message batches")
    else:
        mend = "Set `batch: false` in config.yaml, or look again later."
        yield Finding(f"{access.address} takes no message batches ({fault.seen})", mend, EXIT_HELD)


def _check_units(root: Root) -> Iterator[Finding]:
    """Whether a unit that is installed is for this root, and as it would be installed now."""
    for system in (True, False):
        service = Service("transcriptd", lambda line: None, system=system)
        text = service.read_installed()
        if text is None:
            continue
        if root.file is None or root.file not in text:
            yield Finding(f"{service.path} is for another root")
        elif text != service.make_unit(root, service.user_of(text), anywhere="IPAddress" not in text).text:
            mend = "Look with `transcriptd service show`, then run `transcriptd service install --force`."
            yield Finding(f"{service.path} is not as it would be installed now", mend)
        else:
            yield Finding(f"{service.path} is installed")


def report_findings(root: Root, say: Say, *, offline: bool, trial: bool) -> int:
    """Say each finding as it comes; the worst exit code."""
    worst = EXIT_OK
    for finding in list_findings(root, offline=offline, trial=trial):
        say(str(finding))
        worst = max(worst, finding.exit_code)
    return worst
