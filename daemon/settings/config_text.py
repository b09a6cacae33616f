"""The text of config.yaml: every key with its default and a comment, as the fields of Config have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args, get_type_hints

import yaml
from msgspec import Meta, to_builtins

from daemon.settings.config import Config
from daemon.settings.profile import WAYS, Profile

_HEAD = """\
# transcriptd: every setting, with its default. The folder that holds this file is the root;
# relative paths start here. Unknown keys and bad values stop the start, and the message says what to mend.
"""
_SECTIONS = {
    "folders": ("inbox", "outbox", "state"),
    "who cleans": ("provider", "model", "base_url", "api_key_file", "api_key_env", "thinking"),
    "what the result is like": tuple(key for key in Profile.__struct_fields__ if key not in WAYS),
    "pace and patience": (
        "batch", "batch_gather_seconds",
        "concurrency", "settle_seconds", "max_file_mb", "attempts", "max_wait_seconds", "timeout_seconds",
        "stop_grace_seconds",
    ),
    "money": ("budget_usd_per_day", "budget_usd_per_job", "prices"),
    "other settings for some folders": ("profiles",),
    "commands of your own, and the log": ("on_done", "on_problem", "log_format"),
}  # fmt: skip
_COMMENT_COLUMN = 28
_RULE_COLUMNS = 98


def write_config_text() -> str:
    """The config.yaml that `init` writes."""
    return "\n".join([_HEAD, *(_write_section(title, keys) for title, keys in _SECTIONS.items())])


def _write_section(title: str, keys: Sequence[str]) -> str:
    lines = [f"# --- {title} ".ljust(_RULE_COLUMNS, "-")]
    for key in keys:
        lines += _write_key(key)
    return "\n".join(lines) + "\n"


def _write_key(key: str) -> list[str]:
    default = yaml.safe_dump([to_builtins(getattr(_DEFAULTS, key))], default_flow_style=True)[1:-2]
    first, *more = _find_comment(key).split("\n")
    if not first:
        return [f"{key}: {default}"]
    setting = f"{key}: {default}".ljust(_COMMENT_COLUMN - 1)
    return [f"{setting} # {first}", *(f"{' ' * _COMMENT_COLUMN}# {line}" for line in more)]


def _find_comment(key: str) -> str:
    metas = [each for each in get_args(_TYPES[key]) if isinstance(each, Meta)]
    return "\n".join(meta.description for meta in metas if meta.description)


_DEFAULTS = Config()
_TYPES = get_type_hints(Config, include_extras=True)
