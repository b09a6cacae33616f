"""Installs, shows and removes the systemd unit of a root; says each step before and after."""

from __future__ import annotations

import ipaddress
import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from daemon.cleaning.style import STYLES
from daemon.cli.options import Say
from daemon.cli.service.unit import API_ADDRESSES, LOCAL_ADDRESSES, Installation, Unit, system_unit, user_unit
from daemon.errors import UsageError
from daemon.settings.api_key import CREDENTIAL
from daemon.settings.config import Root, check_folders
from daemon.status.live_record import find_running_pid
from daemon.system.file_names import shown
from daemon.system.process.own_files import PACKAGE

_SYSTEM_UNITS = "/etc/systemd/system"
_UNWRITABLE = ("Cc", "Cs")  # line breaks and the like, and bytes that are no text
_NOT_IN_PROGRAMS = frozenset("'\"\\")  # systemd runs none with one of these in its path, quoted or not
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Service:
    """The unit called `name`, of the system's manager or the user's own; `say` takes a line for people.

    Raises UsageError where that can't be the name of a unit.
    """

    def __init__(self, name: str, say: Say, *, system: bool) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", name):
            raise UsageError(f"{name!r} is not a name for a unit.", "Use letters, digits, dots and dashes.")
        self.name = name
        self._say = say
        self._system = system

    @property
    def path(self) -> str:
        """Where the unit's file lies."""
        home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
        folder = _SYSTEM_UNITS if self._system else os.path.join(home, "systemd", "user")
        return os.path.join(folder, f"{self.name}.service")

    def read_installed(self) -> str | None:
        """The text of the unit that is there, if any."""
        return _text_of(self.path)

    @staticmethod
    def user_of(text: str) -> str | None:
        """The user that a unit runs as, by its text."""
        found = re.search(r"^User=(.+)$", text, re.M)
        return found[1] if found else None

    def make_unit(self, root: Root, run_as: str | None, *, anywhere: bool) -> Unit:
        """The unit as it would be installed; raises UsageError or ConfigError where none can be here.

        `run_as` is the user that a system unit runs as, None for the owner of the root. `anywhere`: don't
        limit the addresses that may be spoken to.
        """
        check_folders(root)
        user = run_as or _find_owner(root.path)
        installation = _describe_installation(root, user if self._system else None, anywhere=anywhere)
        unit = system_unit(installation) if self._system else user_unit(installation)
        if self._system and user == "root":
            unit.relaxed.append(
                f"It runs as root, who owns {root.path}: better give that to a user of its own."
            )
        return unit

    def install(self, root: Root, run_as: str | None, *, anywhere: bool, force: bool) -> bool:
        """Write the unit, and have it started now and at every boot; whether it was started.

        `force`: replace a unit that differs. The others are as for `make_unit`. Raises UsageError where a
        unit that differs is there, a daemon works in this root already, or the rights are missing.
        """
        unit = self.make_unit(root, run_as, anywhere=anywhere)
        self._need_rights()
        self._need_no_other(root)
        there = self.read_installed()
        if there is not None and there != unit.text and not force:
            raise UsageError(
                f"{self.path} is there already, and differs.",
                "Look at both (`service show`); then use --force to replace it, or --name for another.",
            )
        self._say(f"Writing {self.path}")
        for sentence in unit.relaxed:
            self._say(f"  Note: {sentence}")
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        Path(self.path).write_text(unit.text, encoding="utf-8")
        done = [self._run_systemctl("daemon-reload"), self._run_systemctl("enable", "--now", self.name)]
        if there is not None and there != unit.text:
            done.append(self._run_systemctl("restart", self.name))
        lasts = self._system or _has_linger()
        runs = "It runs now and after every boot." if lasts else "It runs now, and while you are logged in."
        self._say(runs if all(done) else "Written, but not started.")
        if not all(done):
            self._say(f"  {self._how_to_start()}")
            return False
        self._say(f"  How it goes:   {self._word_command('status', self.name)}")
        self._say(f"  What it says:  journalctl {'' if self._system else '--user '}-u {self.name}")
        if not lasts:
            self._say("  To have it run at every boot, and while you are logged out:  loginctl enable-linger")
        return True

    def uninstall(self, root: Root) -> bool:
        """Stop it and remove the unit, nothing else; whether it was stopped.

        Raises UsageError where none is there, or for rights.
        """
        self._need_rights()
        if self.read_installed() is None:
            raise UsageError(f"There is no {self.path}.", "Nothing was changed; is it --system or --user?")
        stopped = self._run_systemctl("disable", "--now", self.name)
        os.unlink(self.path)
        self._say(f"Removed {self.path}")
        self._run_systemctl("daemon-reload")
        self._say(f"What stays: {root.path} with its config, key, inbox, outbox and state; and the program.")
        pid = None if stopped else find_running_pid(root.state)
        if pid is not None:
            how = f"with: kill {pid}" if pid else "where it was started"  # 0: its number is not known
            self._say(f"It could not be stopped, and works on. End it {how}")
        return pid is None

    def _how_to_start(self) -> str:
        """What to do where systemd could not be spoken to, or refused."""
        again = self._word_command("enable", "--now", self.name)
        if shutil.which("systemctl") is None:
            return (
                f"Once systemd runs here: {again}. Until then `transcriptd run` in a terminal does the same."
            )
        if not self._system and not _has_user_bus():
            return (
                f"There is no session of systemd's for you (no user bus). Run: sudo loginctl enable-linger "
                f"{_find_owner('/proc/self')}; then log in anew (by ssh, not su or sudo) and run: {again}. "
                "Or install it for the machine: sudo transcriptd service install --system"
            )
        return f"Look at what it said above; then run: {again}"

    def _need_rights(self) -> None:
        if self._system and os.geteuid() != 0:
            raise UsageError("Only root may install for the system.", "Use sudo, or --user.")

    def _need_no_other(self, root: Root) -> None:
        """Raise UsageError where a daemon was started by hand: the unit's would fail, again and again."""
        pid = find_running_pid(root.state)
        if pid is not None and f"/{self.name}.service" not in (_text_of(f"/proc/{pid}/cgroup") or ""):
            raise UsageError(
                f"Another transcriptd works in {root.state} (pid {pid}).",
                "Stop it (Ctrl-C where it was started); then install.",
            )

    def _word_command(self, *words: str) -> str:
        return " ".join(["systemctl", *([] if self._system else ["--user"]), *words])

    def _run_systemctl(self, *words: str) -> bool:
        """Ask the manager; False where that is left to the person."""
        command = self._word_command(*words)
        if shutil.which("systemctl") is None:
            self._say(f"There is no systemctl here. Run: {command}")
            return False
        self._say(f"Running {command}")
        done = subprocess.run(command.split(), capture_output=True, text=True, check=False)
        if done.returncode:
            self._say(f"  It failed: {' '.join(done.stderr.split())}")
        return done.returncode == 0


def _describe_installation(root: Root, user: str | None, *, anywhere: bool) -> Installation:
    if root.file is None:
        raise UsageError("There is no config.yaml here.", "Run `transcriptd init` first.")
    code = (sys.prefix, sys.base_prefix, os.path.dirname(PACKAGE))
    key_file = root.at(root.config.api_key_file)
    installation = Installation(
        config=root.file,
        inbox=root.inbox,
        outbox=root.outbox,
        state=root.state,
        python=sys.executable,
        code=tuple(dict.fromkeys(os.path.realpath(folder) for folder in code)),
        files=tuple(dict.fromkeys(filter(os.path.isfile, _list_own_files(root)))),
        grace=root.config.stop_grace_seconds,
        user=user,
        key_file=key_file if os.path.isfile(key_file) else None,
        credential=CREDENTIAL[root.config.api],
        addresses=None if anywhere else _list_addresses(root),
        commands=bool(root.config.on_done or root.config.on_problem),
    )
    for path in (*installation.needed, key_file):
        if any(unicodedata.category(letter) in _UNWRITABLE for letter in path):
            raise UsageError(f"No unit can name {shown(path)}, for a character in it.", "Rename that.")
    if not _NOT_IN_PROGRAMS.isdisjoint(installation.python):
        raise UsageError(
            f"systemd runs no program with a quote or a backslash in its path, as {installation.python} has.",
            "Rename the folder, and run `make run` once more.",
        )
    return installation


def _list_own_files(root: Root) -> Iterator[str]:
    """What a config names of a person's own: prompts, templates, and what may be files in commands."""
    for profile in root.config.all_profiles:
        if profile.style not in STYLES:
            yield root.at(profile.style)
        if profile.docx_template:
            yield profile.docx_template
    for command in (root.config.on_done, root.config.on_problem):
        yield from filter(os.path.isabs, shlex.split(command or ""))


def _list_addresses(root: Root) -> tuple[str, ...] | None:
    """The addresses that the daemon must be able to reach; None where that can't be known."""
    config = root.config
    if config.provider == "offline":
        return ()
    if config.base_url is not None:
        return ("localhost",) if urlsplit(config.base_url).hostname in _LOOPBACK else None
    if config.provider == "openai":
        return None  # OpenAI's addresses change
    return (*LOCAL_ADDRESSES, *API_ADDRESSES, *_list_name_servers())


def _list_name_servers() -> Iterator[str]:
    """The name servers of this machine that are not local anyway."""
    for line in (_text_of("/etc/resolv.conf") or "").splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == "nameserver":
            try:
                address = ipaddress.ip_address(words[1].partition("%")[0])
            except ValueError:
                continue
            if not address.is_private:
                yield str(address)


def _text_of(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _find_owner(path: str) -> str:
    uid = os.stat(path).st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _has_user_bus() -> bool:
    """Whether the user's own systemd can be spoken to."""
    folder = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or os.path.exists(os.path.join(folder, "bus"))


def _has_linger() -> bool:
    return os.path.exists(f"/var/lib/systemd/linger/{_find_owner('/proc/self')}")
