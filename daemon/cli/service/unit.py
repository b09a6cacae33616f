"""The systemd unit for one root: as locked in as this root allows. Pure: facts in, text out.

Names of settings and what they do: systemd.exec(5), systemd.service(5). What a root forces us to
leave open is listed beside the text, for people.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from daemon.errors import EXIT_CONFIG
from daemon.settings.api_key import CREDENTIAL

# What Anthropic publishes as the addresses of its API, which do not change without notice.
API_ADDRESSES = ("160.79.104.0/23", "2607:6bc0::/48")
LOCAL_ADDRESSES = ("localhost", "link-local", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""Where name servers are, beside those that this machine is known to use."""

_HOMES = ("/home", "/root", "/run/user")
_TEMPORARY = ("/tmp", "/var/tmp")
_LIBRARIES = ("/usr", "/lib", "/lib64", "/bin")
_PARTING = frozenset(" ':")
"""What ends a path that is not in quotes, or begins a quote: a colon parts the two of BindPaths=."""
_START_SECONDS = 120
_WATCHDOG_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Installation:
    """What a unit is made for.

    `python` runs the daemon; `code` are the folders it and its packages lie in, `files` those of a person's
    own that the config names. `user` None: whoever the manager runs as. `addresses` are all that may be
    spoken to: None for any, () for none. `commands`: whether the config names commands to be run.
    """

    config: str
    inbox: str
    outbox: str
    state: str
    python: str
    code: tuple[str, ...]
    files: tuple[str, ...] = ()
    grace: float = 30.0
    user: str | None = None
    key_file: str | None = None
    credential: str = CREDENTIAL["anthropic"]
    addresses: tuple[str, ...] | None = None
    commands: bool = False

    @property
    def folders(self) -> tuple[str, ...]:
        """All that is written to."""
        return self.inbox, self.outbox, self.state

    @property
    def root(self) -> str:
        """The folder of config.yaml."""
        return os.path.dirname(self.config)

    @property
    def needed(self) -> tuple[str, ...]:
        """All that is read or written, the folders before what may lie in them."""
        return (self.root, *self.folders, *self.code, *self.files)


@dataclass(slots=True)
class Unit:
    """The text of a unit, and what had to be left open, in sentences."""

    text: str = ""
    relaxed: list[str] = field(default_factory=list)


def system_unit(installation: Installation) -> Unit:
    """The unit for the system's manager: all is closed to it but what the work needs."""
    unit = Unit()
    credential = []
    if installation.key_file:
        path = _escape_specifiers(installation.key_file)
        credential = [f"LoadCredential={installation.credential}:{path}"]
    service = [
        *_list_service_lines(installation),
        f"User={installation.user}",
        *credential,
        "",
        "# Files: it writes below its own folders, and runs only Python and the system's programs.",
        "ProtectSystem=strict",
        *_list_writable_paths(installation, unit),
        *_hide_homes(installation, unit),
        *_limit_programs(installation, unit),
        *_hide_temporary_files(installation, unit),
        *_FILES,
        "",
        "# Network.",
        *_limit_network(installation, unit),
        "",
        "# The kernel and other processes.",
        *_KERNEL,
        *_ANYWHERE,
    ]
    unit.text = _write_unit(installation, service, "multi-user.target")
    return unit


def user_unit(installation: Installation) -> Unit:
    """The unit for a user's own manager, which has no right to close what only the system can."""
    unit = Unit()
    unit.relaxed.append(
        "A user's manager can't take rights away or hide folders: the service can read what you can. "
        "Install it with --system for more."
    )
    unit.text = _write_unit(
        installation, [*_list_service_lines(installation), "", *_ANYWHERE], "default.target"
    )
    return unit


def _write_unit(installation: Installation, service: Iterable[str], target: str) -> str:
    inbox = _escape_specifiers(installation.inbox)
    mounts = " ".join(_quote_path(path) for path in dict.fromkeys((installation.root, *installation.folders)))
    return "\n".join(
        [
            "[Unit]",
            f"Description=transcriptd cleans transcripts dropped into {inbox}",
            "Wants=network-online.target",
            "After=network-online.target",
            f"RequiresMountsFor={mounts}",
            "",
            "[Service]",
            *service,
            "",
            "[Install]",
            f"WantedBy={target}",
            "",
        ]
    )


def _list_service_lines(installation: Installation) -> list[str]:
    words = [installation.python, "-m", "daemon", "--config", installation.config, "run"]
    return [
        "Type=notify",
        f"ExecStart={' '.join(_quote_argument(word) for word in words)}",
        "ExecReload=/bin/kill -HUP $MAINPID",
        f"WorkingDirectory={_escape_specifiers(installation.root)}",
        "Restart=on-failure",
        "RestartSec=5",
        f"RestartPreventExitStatus={EXIT_CONFIG}",
        f"WatchdogSec={_WATCHDOG_SECONDS}",
        f"TimeoutStartSec={_START_SECONDS}",
        f"TimeoutStopSec={round(2 * installation.grace) + 10}",
        "KillMode=mixed",
        "Environment=PYTHONDONTWRITEBYTECODE=1",
        "UMask=0077",
    ]


def _list_writable_paths(installation: Installation, unit: Unit) -> list[str]:
    """One parent of all folders: apart they would be mounts of their own, which no rename crosses."""
    parent = os.path.commonpath(installation.folders)
    if parent.count("/") > 1 or (parent != "/" and parent not in (*_HOMES, "/srv", "/mnt", "/var", "/opt")):
        return [f"ReadWritePaths={_quote_path(parent)}"]
    unit.relaxed.append(
        "inbox, outbox and state lie far apart, so each is a mount of its own to the service: what is "
        "dropped is copied into state, not renamed. Put them into one folder to avoid it."
    )
    return [f"ReadWritePaths={_quote_path(path)}" for path in installation.folders]


def _hide_homes(installation: Installation, unit: Unit) -> list[str]:
    """Homes are hidden, but for what lies in one and is needed."""
    needed = [path for path in installation.needed if _in_home(path)]
    if not needed:
        return ["ProtectHome=yes"]
    own = os.path.commonpath(installation.folders)
    writable = [own] if _in_home(own) else [path for path in installation.folders if _in_home(path)]
    others: list[str] = []
    for path in needed:
        if not _is_in_any(path, [*writable, *others]):
            others.append(path)
    unit.relaxed.append(f"Of the homes it sees {', '.join([*writable, *others])}, and nothing else.")
    return [
        "ProtectHome=tmpfs",
        *(f"BindPaths={_quote_path(path)}" for path in writable),
        *(f"BindReadOnlyPaths={_quote_path(path)}" for path in others),
    ]


def _hide_temporary_files(installation: Installation, unit: Unit) -> list[str]:
    """Others' temporary files are hidden, unless something that is needed lies among them."""
    among = next((path for path in installation.needed if _is_in_any(path, _TEMPORARY)), None)
    if among is None:
        return ["PrivateTmp=yes"]
    unit.relaxed.append(
        f"It sees all of {' and '.join(_TEMPORARY)}, since {among} lies there: better put it "
        "where the system deletes nothing."
    )
    return []


def _limit_programs(installation: Installation, unit: Unit) -> list[str]:
    if installation.commands:
        unit.relaxed.append("Any program can be run, since config.yaml names commands to be run.")
        return []
    paths = [*_LIBRARIES, *installation.code]
    kept = [path for path in dict.fromkeys(paths) if not any(_is_below(path, other) for other in paths)]
    return ["NoExecPaths=/", "ExecPaths=" + " ".join(_quote_path(f"-{path}") for path in kept)]


def _limit_network(installation: Installation, unit: Unit) -> list[str]:
    families = "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6"
    if installation.addresses is None:
        unit.relaxed.append("Any address can be spoken to.")
        return [families]
    if not installation.addresses:
        return ["RestrictAddressFamilies=AF_UNIX", "PrivateNetwork=yes", "IPAddressDeny=any"]
    return [families, "IPAddressDeny=any", f"IPAddressAllow={' '.join(installation.addresses)}"]


_FILES = (
    "PrivateDevices=yes", "PrivateMounts=yes", "DevicePolicy=closed", "RemoveIPC=yes",
    "ProtectControlGroups=yes", "ProtectKernelTunables=yes",
)  # fmt: skip
_KERNEL = (
    "CapabilityBoundingSet=", "AmbientCapabilities=", "PrivateUsers=yes", "PrivateIPC=yes",
    "ProtectClock=yes", "ProtectHostname=yes", "ProtectKernelLogs=yes", "ProtectKernelModules=yes",
    "ProtectProc=invisible", "ProcSubset=pid", "KeyringMode=private",
)  # fmt: skip
_ANYWHERE = (
    "NoNewPrivileges=yes", "RestrictNamespaces=yes", "RestrictRealtime=yes", "RestrictSUIDSGID=yes",
    "LockPersonality=yes", "MemoryDenyWriteExecute=yes", "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged @resources",
    "SystemCallErrorNumber=EPERM",
    "LimitCORE=0", "MemoryMax=2G", "TasksMax=256",
)  # fmt: skip


def _in_home(path: str) -> bool:
    return _is_in_any(path, _HOMES)


def _is_in_any(path: str, folders: Iterable[str]) -> bool:
    """Whether it is one of the folders, or lies below one."""
    return any(path == folder or _is_below(path, folder) for folder in folders)


def _is_below(path: str, other: str) -> bool:
    return path.startswith(other.rstrip("/") + "/")


def _escape_specifiers(text: str) -> str:
    """The text with nothing in it that systemd would expand."""
    return text.replace("%", "%%")


def _quote_path(path: str) -> str:
    escaped = _escape_specifiers(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if escaped != path or not _PARTING.isdisjoint(path) else path


def _quote_argument(word: str) -> str:
    return _quote_path(word).replace("$", "$$")
