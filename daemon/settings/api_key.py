"""The API key: where it is looked for, and who may read its file."""

from __future__ import annotations

import codecs
import os
import re
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path

from daemon.errors import ConfigError
from daemon.settings.address import is_hosted_api
from daemon.settings.config import Root

ENVIRONMENT = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY"}
"""Each provider's own variable, whose key goes to no other server unless the config names it."""
CREDENTIAL = {"anthropic": "anthropic_api_key", "openai": "openai_api_key"}
"""The names under which systemd hands the key over."""
_SENDABLE = re.compile(r"[!-~]+")  # what fits into a header
_LONGEST = 4096  # characters; the longest tokens that are in use have some 2,000
_QUOTES = "\"'`"
_NAMED = re.compile(r"[A-Za-z_]\w*=")
_SCHEME = re.compile(r"bearer[\s:]", re.I)
NO_KEY = "local"
"""Sent to a server of one's own where there is no key: most want none, and a client library wants one."""
_OPENAI_KEY = re.compile(r"sk-(?:(?:proj|svcacct|admin)-.+|[A-Za-z0-9]{32,})")


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """An API key and where it was found; never shown."""

    value: str
    origin: str


def find_key(root: Root) -> Key | None:
    """The key: from systemd's credentials, else the environment, else `api_key_file`.

    Of the environment that is what `api_key_env` names; where it names nothing, the provider's own variable,
    for its own API alone: who set it did not have any other server in mind. Raises ConfigError for a key file
    that others can read, or that can't be read at all.
    """
    config, api = root.config, root.config.api
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    if directory and (value := _read_key_file(os.path.join(directory, CREDENTIAL[api]))):
        return Key(value, "systemd's credentials")
    variable = config.api_key_env or (ENVIRONMENT[api] if is_hosted_api(config.base_url, api) else "")
    if value := os.environ.get(variable, "").strip():
        return Key(value, f"${variable}")
    path = root.at(config.api_key_file)
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _make_read_error(path, error) from None
    if not stat.S_ISREG(mode):
        raise ConfigError(f"`api_key_file` ({path}) is not a file.", "Name a file that holds the key alone.")
    if mode & 0o077:
        raise ConfigError(f"The key in {path} can be read by others.", f"Run: chmod 600 {shlex.quote(path)}")
    value = _read_key_file(path)
    _refuse_others_key(root, value, path)
    return Key(value, path) if value else None


def _refuse_others_key(root: Root, value: str, path: str) -> None:
    """Raise ConfigError for a key that is plainly of another service than the one it would be sent to."""
    config = root.config
    if config.provider == "offline" or not is_hosted_api(config.base_url, config.api):
        return
    if config.api == "anthropic" and _OPENAI_KEY.fullmatch(value):
        raise ConfigError(
            f"The key in {path} is not one of Anthropic's (those begin with sk-ant-); it looks like "
            "OpenAI's.",
            "Set `provider: openai` and a `model` in config.yaml, or put Anthropic's key there.",
        )
    if config.api == "openai" and value.startswith("sk-ant-"):
        raise ConfigError(
            f"The key in {path} is Anthropic's, and `provider` is openai.",
            "Set `provider: anthropic` in config.yaml, or put OpenAI's key there.",
        )


def find_unsent_key(root: Root) -> str | None:
    """The variable whose key is not sent to the server of this config, since nothing says that it may be."""
    config = root.config
    if config.api_key_env is not None or is_hosted_api(config.base_url, config.api):
        return None
    variable = ENVIRONMENT[config.api]
    return variable if os.environ.get(variable, "").strip() else None


def _read_key_file(path: str) -> str:
    try:
        raw = Path(path).read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise _make_read_error(path, error) from None
    try:
        return _decode_text(raw).strip()
    except UnicodeDecodeError:
        raise ConfigError(f"The key file {path} is not text.", "Put the key alone into it.") from None


def _make_read_error(path: str, error: OSError) -> ConfigError:
    return ConfigError(
        f"The key file {path} can't be read ({error.strerror}).",
        "Mend its permissions, or name another one at `api_key_file`.",
    )


def _decode_text(raw: bytes) -> str:
    """The text of a file, also as editors and PowerShell write it under Windows."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16")
    return raw.decode("utf-8-sig")


def find_unsendable(key: str) -> str | None:
    """Why a key can't be sent, None where it can."""
    if not key:
        return "none was found"
    if len(key) > _LONGEST:
        return "what was found is too long to be one"
    if len(key.splitlines()) > 1:
        return "what was found has several lines"
    if _SCHEME.match(key):
        return "what was found begins with Bearer; leave that off"
    if any(char.isspace() for char in key):
        return "there is a space in what was found"
    if not _SENDABLE.fullmatch(key):
        return "what was found holds a character that no key has, perhaps one that nobody sees"
    return None


def find_likely_mistake(key: str) -> str | None:
    """What is most likely wrong with a key that was refused, None where its looks say nothing."""
    if key[:1] in _QUOTES and key[-1:] in _QUOTES:
        return "the key was sent with the quotes around it; leave them off"
    if _NAMED.match(key):
        return "the key was sent with a name and `=` before it; leave that off"
    if key[:1] in "{[<":
        return "what was sent as the key begins as another kind of file does"
    return None
