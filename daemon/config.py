"""config.yaml: what may stand in it, and what it means for this run."""

from __future__ import annotations

import json
import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from daemon.errors import ConfigError
from daemon.pricing import Price, price_of
from daemon.settings import Profile, Text


def _a_command(text: str) -> str:
    shlex.split(text)  # raises ValueError: a quote is not closed
    return text


Command = Annotated[Text, AfterValidator(_a_command)]
Subfolder = Annotated[str, StringConstraints(pattern=r"^[^./\x00][^/\x00]*(/[^./\x00][^/\x00]*)*$")]

FILE_NAME = "config.yaml"
DEFAULT_CONCURRENCY = 8
DEFAULT_MODEL = "claude-haiku-5-5"


class ModelPrice(BaseModel):
    """What a model costs, in dollars per million tokens; the cache costs what input does unless said."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]
    cache_write: Annotated[float, Field(ge=0)] | None = None
    cache_read: Annotated[float, Field(ge=0)] | None = None

    def price(self) -> Price:
        """As the price list holds it."""
        write = self.input if self.cache_write is None else self.cache_write
        read = self.input if self.cache_read is None else self.cache_read
        return Price(self.input, self.output, write, read)


class Config(Profile):
    """The settings of a root, checked; see config.yaml for what each one means.

    Durations are seconds, sizes megabytes, budgets dollars. `profiles` holds, by subfolder of inbox, what
    is to be otherwise there.
    """

    inbox: Text = "inbox"
    outbox: Text = "outbox"
    state: Text = "state"
    provider: Literal["auto", "anthropic", "offline"] = "auto"
    model: Text = DEFAULT_MODEL
    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+")] | None = None
    api_key_file: Text = ".api-key"
    concurrency: Annotated[int, Field(ge=1, le=64)] | Literal["auto"] = "auto"
    settle_seconds: Annotated[float, Field(ge=0, le=3600)] = 3
    max_file_mb: Annotated[float, Field(gt=0, le=4096)] = 50
    attempts: Annotated[int, Field(ge=1, le=20)] = 5
    max_wait_seconds: Annotated[float, Field(ge=0, le=3600)] = 60
    timeout_seconds: Annotated[float, Field(ge=1, le=86400)] = 600
    stop_grace_seconds: Annotated[float, Field(ge=0, le=3600)] = 30
    budget_usd_per_day: Annotated[float, Field(gt=0)] | None = None
    budget_usd_per_job: Annotated[float, Field(gt=0)] | None = None
    prices: dict[str, ModelPrice] = Field(default_factory=dict)
    profiles: dict[Subfolder, Profile] = Field(default_factory=dict)
    log_format: Literal["text", "json"] = "text"
    on_done: Command | None = None
    on_problem: Command | None = None

    def price_of(self, model: str) -> Price | None:
        """What a model costs, None where neither this config nor the built-in list says."""
        return price_of(model, {name: price.price() for name, price in self.prices.items()})

    def shaping(self, name: str) -> Profile:
        """What shapes the result of a file of this path inside inbox: the deepest profile, over the rest."""
        folder = os.path.dirname(name)
        while folder and folder not in self.profiles:
            folder = os.path.dirname(folder)
        own = self.profiles[folder] if folder else Profile()
        return self.model_copy(update={key: getattr(own, key) for key in own.model_fields_set})


@dataclass(frozen=True, slots=True)
class Root:
    """A checked config with its folders made absolute, and the file it came from (None: defaults)."""

    config: Config
    path: str
    file: str | None

    def at(self, relative: str) -> str:
        """A path of the config, absolute."""
        return os.path.abspath(os.path.join(self.path, os.path.expanduser(relative)))

    @property
    def inbox(self) -> str:
        """Where transcripts are dropped; this one and the next two with their links followed."""
        return os.path.realpath(self.at(self.config.inbox))

    @property
    def outbox(self) -> str:
        """Where results appear."""
        return os.path.realpath(self.at(self.config.outbox))

    @property
    def state(self) -> str:
        """Where the work in progress lies."""
        return os.path.realpath(self.at(self.config.state))

    @property
    def concurrency(self) -> int:
        """Requests at once: a local server gets one at a time unless told otherwise."""
        if self.config.concurrency == "auto":
            return 1 if self.config.base_url else DEFAULT_CONCURRENCY
        return self.config.concurrency


def default_text() -> str:
    """The config.yaml that `init` writes: every key with its default and a comment."""
    from importlib import resources  # its import takes longer than reading a config

    return resources.files("daemon").joinpath("config.default.yaml").read_text(encoding="utf-8")


def load(file: str) -> Root:
    """Read a config.yaml; raises ConfigError naming the key at fault and the mend."""
    path = os.path.abspath(file)
    try:
        raw = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"There is no {path}.", "Run `transcriptd init` there, or name one with --config."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read: {error}.", "Mend the file or its permissions.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # 2026-13-01 is a ValueError
        raise ConfigError(f"{path} is not valid YAML: {_one_line(error)}.", "Mend that line.") from None
    if raw is None:
        raw = {}
    if not isinstance(raw, dict):
        raise ConfigError(f"{path} is no list of keys and values.", "Write it as `key: value` lines.")
    return Root(parse(raw, path), os.path.realpath(os.path.dirname(path)), path)


def parse(raw: dict[Any, Any], path: str = FILE_NAME) -> Config:
    """Check what a config file holds; `path` is for the messages only."""
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(*_explain(error, raw, path)) from None


def _explain(error: ValidationError, raw: dict[Any, Any], path: str) -> tuple[str, str]:
    first = error.errors(include_url=False)[0]
    key = str(first["loc"][0]) if first["loc"] else "?"
    if first["type"] == "extra_forbidden":
        known = ", ".join(Config.model_fields)
        return f"{path}: unknown key `{key}`.", f"Remove it or correct its spelling; the keys are {known}."
    if first["type"] == "missing" or key not in Config.model_fields:
        return f"{path}: `{key}`: {first['msg']}.", "Correct it."
    default = json.dumps(Config.model_fields[key].get_default(call_default_factory=True))
    return f"{path}: `{key}`: {first['msg']}.", f"The default is {default}."


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def check_folders(root: Root) -> None:
    """Refuse folders that would swallow each other; raises ConfigError."""
    named = {name: os.path.realpath(getattr(root, name)) for name in ("inbox", "outbox", "state")}
    for a, b in (("inbox", "outbox"), ("inbox", "state"), ("outbox", "state")):
        for inner, outer in ((a, b), (b, a)):
            if os.path.commonpath([named[inner], named[outer]]) == named[outer]:
                raise ConfigError(
                    f"`{inner}` ({named[inner]}) lies inside `{outer}` ({named[outer]}).",
                    "Give each of inbox, outbox and state a folder of its own.",
                )
    if os.path.commonpath([named["inbox"], os.path.realpath(root.path)]) == named["inbox"]:
        raise ConfigError(
            "`inbox` holds the root folder itself, so config.yaml would be taken for a transcript.",
            "Give inbox a folder of its own.",
        )
    if not os.access(named["inbox"], os.W_OK | os.X_OK | os.R_OK) and os.path.isdir(named["inbox"]):
        raise ConfigError(
            f"{named['inbox']} can't be written, so dropped files can't be taken out of it.",
            "Give the daemon's user write permission there.",
        )
