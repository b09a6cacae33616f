"""config.yaml: what may stand in it, and what it means for this run."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field, to_builtins
from msgspec.structs import replace

from daemon.costs.pricing import Price, find_price
from daemon.errors import ConfigError, SchemaError, say_error
from daemon.settings.corrections_file import FILE_NAME as CORRECTIONS
from daemon.settings.corrections_file import add_corrections, merge_corrections, read_corrections
from daemon.settings.profile import Api, Profile
from daemon.settings.schema import Address, Keys, Subfolder, Text, Variable, check_types, tidy_texts
from daemon.settings.yaml_text import load_yaml_file
from daemon.system.file_names import shown
from daemon.system.files import Folder
from daemon.system.paths import find_dead_link, read_beginning
from daemon.system.volumes.limits import explain_refusal
from daemon.system.volumes.mounts import is_shown_inside

FILE_NAME = "config.yaml"
MOST_BYTES = 1 << 20  # of a config.yaml
MEGABYTE = 1_000_000  # bytes, in which a config gives sizes
_KEY_ITSELF = re.compile(r"(?:sk-|gsk_|xai-|AIza)[\w-]{16,}\Z")  # no file is called so
_OWN_FOLDERS = "Give each of inbox, outbox and state a folder of its own."
DEFAULT_CONCURRENCY = 8
DEFAULT_MODEL = "claude-haiku-5-5"


_Dollars = Annotated[float, Meta(ge=0, le=1_000_000)]  # with an infinite price no sum could be kept


class ModelPrice(Keys, frozen=True):
    """What a model costs, in dollars per million tokens; the cache costs what input does unless said."""

    input: _Dollars
    output: _Dollars
    cache_write: _Dollars | None = None
    cache_read: _Dollars | None = None

    def price(self) -> Price:
        """The price as the price list holds it."""
        write = self.input if self.cache_write is None else self.cache_write
        read = self.input if self.cache_read is None else self.cache_read
        return Price(self.input, self.output, write, read)


class Config(Profile, frozen=True):
    """The settings of a root, checked; see config.yaml for what each one means.

    Durations are seconds, sizes megabytes, budgets dollars. `profiles` holds, by subfolder of inbox, all
    that holds there: its own keys over those of the rest.
    """

    inbox: Annotated[
        Text, Meta(description="drop transcripts here; subfolders are mirrored in the outbox")
    ] = "inbox"
    outbox: Annotated[Text, Meta(description="clean transcripts appear here")] = "outbox"
    state: Annotated[Text, Meta(description="work in progress; keep it on the same disk as the inbox")] = (
        "state"
    )
    provider: Annotated[
        Literal["auto", "anthropic", "openai", "offline"],
        Meta(
            description="auto: anthropic when a key or base_url is set, or a model was paid here before;\n"
            "else offline. anthropic, openai: a language model behind that API (openai:\n"
            "name the model). offline: rules, no network, no key"
        ),
    ] = "auto"
    model: Text = DEFAULT_MODEL
    base_url: Annotated[
        Address | None,
        Meta(
            description="any server that speaks the provider's API, such as http://localhost:11434;\n"
            "null: the provider's own"
        ),
    ] = None
    api_key_file: Annotated[
        Text,
        Meta(
            description="holds the key for the server; used if $CREDENTIALS_DIRECTORY and api_key_env\n"
            "give none; nobody but its owner may be able to read it (chmod 600)"
        ),
    ] = ".api-key"
    api_key_env: Annotated[
        Variable | None,
        Meta(
            description="an environment variable with the key for base_url; null: $ANTHROPIC_API_KEY\n"
            "or $OPENAI_API_KEY, each of which goes to its own API and to no other server"
        ),
    ] = None
    thinking: Annotated[
        bool | None,
        Meta(description="null: off where the model allows it, since cleaning needs none; on; off"),
    ] = None
    concurrency: Annotated[
        Annotated[int, Meta(ge=1, le=64)] | Literal["auto"],
        Meta(description="requests at once, over all jobs; auto: 8, or 1 with a base_url"),
    ] = "auto"
    settle_seconds: Annotated[
        float, Meta(ge=0, le=3600, description="how long a file must lie unchanged before it is taken")
    ] = 3
    max_file_mb: Annotated[float, Meta(gt=0, le=4096, description="larger files are rejected")] = 50
    attempts: Annotated[
        int, Meta(ge=1, le=20, description="requests for one chunk before the service counts as down")
    ] = 5
    max_wait_seconds: Annotated[
        float, Meta(ge=0, le=3600, description="the longest pause between two such requests")
    ] = 60
    timeout_seconds: Annotated[float, Meta(ge=1, le=86400, description="the longest wait for one answer")] = (
        600
    )
    stop_grace_seconds: Annotated[
        float,
        Meta(ge=0, le=3600, description="how long requests in flight may take to end when the daemon stops"),
    ] = 30
    batch_gather_seconds: Annotated[
        float,
        Meta(ge=0, le=86400, description="how long requests are gathered at most before a batch is sent"),
    ] = 60
    budget_usd_per_day: Annotated[
        Annotated[float, Meta(gt=0)] | None,
        Meta(description="the most to spend in a day, in dollars; work goes on after local midnight"),
    ] = None
    budget_usd_per_job: Annotated[
        Annotated[float, Meta(gt=0)] | None,
        Meta(description="the most to spend on one file, in dollars; then its job fails, and retry goes on"),
    ] = None
    prices: Annotated[
        dict[str, ModelPrice],
        Meta(
            description="of models not in the built-in list, dollars per million tokens:\n"
            "my-model: {input: 1, output: 5, cache_write: 1.25, cache_read: 0.1}"
        ),
    ] = field(default_factory=dict)
    profiles: Annotated[
        dict[Subfolder, Profile],
        Meta(
            description='by subfolder of inbox: other values for any key of "what the result is like", as\n'
            "lectures: {style: notes, output_language: Vietnamese}"
        ),
    ] = field(default_factory=dict)
    on_done: Annotated[
        Text | None,
        Meta(description="a command run with a delivered result's folder as its last argument"),
    ] = None
    on_problem: Annotated[
        Text | None,
        Meta(description="the same for what failed, was rejected, or holds all work; see docs/hooks.md"),
    ] = None
    log_format: Annotated[
        Literal["text", "json"], Meta(description="text: a line for people; json: an object a line")
    ] = "text"

    @property
    def api(self) -> Api:
        """Whose API is spoken, if any is: for whom the key and the address are."""
        return "openai" if self.provider == "openai" else "anthropic"

    @property
    def all_profiles(self) -> tuple[Profile, ...]:
        """The settings for all of inbox, then those for each of its folders."""
        return (self, *self.profiles.values())

    def price_of(self, model: str) -> Price | None:
        """What a model costs, None where neither this config nor the built-in list says."""
        return find_price(model, {name: price.price() for name, price in self.prices.items()})

    def lacks_price(self, model: str) -> bool:
        """Whether there is a budget, which can't hold for this model, since its price is not known."""
        has_budget = self.budget_usd_per_day is not None or self.budget_usd_per_job is not None
        return has_budget and self.price_of(model) is None

    def find_profile(self, name: str) -> Profile:
        """What shapes the result of a file of this path inside inbox: the deepest profile there is."""
        folder = os.path.dirname(name)
        while folder and folder not in self.profiles:
            folder = os.path.dirname(folder)
        return self.profiles[folder] if folder else self


FileSeen = tuple[int, int, int]
FilesSeen = tuple[FileSeen | None, FileSeen | None]


class Root(Struct, frozen=True):
    """A checked config with its folders made absolute, and the file it came from (None: defaults).

    `main_state` is the state folder of the daemon whose config this is, where another one is used. `seen`
    identifies the files as they were when they were read, None where nobody looked.
    """

    config: Config
    path: str
    file: str | None
    main_state: str | None = None
    seen: FilesSeen | None = None

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
    def folders(self) -> dict[str, str]:
        """These three, each by its key in the config."""
        return {"inbox": self.inbox, "outbox": self.outbox, "state": self.state}

    @property
    def pause_folders(self) -> tuple[str, ...]:
        """Where a PAUSE pauses everything; in the state folder it was meant for there, or for a job."""
        return self.path, self.inbox, self.state

    @property
    def concurrency(self) -> int:
        """Requests at once: a local server gets one at a time unless told otherwise."""
        if self.config.concurrency == "auto":
            return 1 if self.config.base_url else DEFAULT_CONCURRENCY
        return self.config.concurrency


def load_config(file: str) -> Root:
    """Read a config.yaml; raises ConfigError naming the key at fault and the mend."""
    path = os.path.abspath(file)
    seen = identify_files(path)  # before it is read: a change in between is noticed as one
    text, mode = _read_text(path)
    root = replace(_add_corrections(load_text(text, path)), seen=seen)
    if mode & stat.S_IWOTH and (root.config.on_done or root.config.on_problem):
        raise ConfigError(
            f"Everybody can write to {path}, which names commands to run.",
            f"Run: chmod o-w {shlex.quote(path)}",
        )
    return root


def identify_files(file: str) -> FilesSeen:
    """What tells a config.yaml and the corrections beside it from changed ones."""
    return identify_file(file), identify_file(os.path.join(os.path.dirname(file), CORRECTIONS))


def identify_file(path: str) -> FileSeen | None:
    """What tells a file from a changed one, its mode included; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_ctime_ns


def _add_corrections(root: Root) -> Root:
    """The root with the corrections of the file beside its config added; the config's own come first."""
    beside = read_corrections(root.path)
    if not beside:
        return root

    def merge(profile: Profile) -> dict[str, Any]:
        return {"corrections": merge_corrections(beside, profile.corrections)}

    return replace(root, config=_change_profiles(root.config, merge))


def _change_profiles(config: Config, change: Callable[[Profile], dict[str, Any]]) -> Config:
    """The config with other values for some keys, in itself and in each of its profiles."""
    profiles = {folder: replace(one, **change(one)) for folder, one in config.profiles.items()}
    return replace(config, **change(config), profiles=profiles)


def keep_corrections(root: Root, pairs: Sequence[tuple[str, str]]) -> list[str | None]:
    """Add corrections to the file beside the config; of each, None or why that can't be done."""
    if root.file is None:
        return ["there is no config.yaml, beside which it would stand"] * len(pairs)
    return add_corrections(root.path, pairs, root.config.corrections)


def load_text(text: str, path: str) -> Root:
    """The root that a config.yaml with this text describes; raises ConfigError. `path` is absolute."""
    raw = load_yaml_file(text, path)
    if not isinstance(raw, dict):
        raise ConfigError(f"{path} is not a list of keys and values.", "Write it as `key: value` lines.")
    folder = os.path.realpath(os.path.dirname(path))
    return Root(_find_templates(check_config(raw, path), folder), folder, path)


def _find_templates(config: Config, folder: str) -> Config:
    """The config with absolute paths of templates: a result is written where the root is not known."""

    def find(profile: Profile) -> dict[str, Any]:
        path = profile.docx_template
        return {"docx_template": path and os.path.abspath(os.path.join(folder, os.path.expanduser(path)))}

    return _change_profiles(config, find)


def _read_text(path: str) -> tuple[str, int]:
    """The text of a file, and its mode; raises ConfigError."""
    try:
        data, mode = read_beginning(path, MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"There is no {path}.", "Run `transcriptd init` there, or name one with --config."
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not in UTF-8.", "Save it as UTF-8.") from None
    except OSError as error:
        if os.path.isdir(path):
            raise ConfigError(f"{path} is a folder.", "Name the config.yaml in it with --config.") from None
        raise ConfigError(
            f"{path} can't be read ({say_error(error)}).", "Mend the file or its permissions."
        ) from None
    if len(data) > MOST_BYTES:
        raise ConfigError(f"{path} has more than {MOST_BYTES:,} bytes.", "Shorten it.")
    return text, mode


def check_config(raw: dict[Any, Any], path: str = FILE_NAME) -> Config:
    """Check what a config file holds; `path` is for the messages only."""
    try:
        raw = tidy_texts(raw)
        config = check_types(raw, Config)
    except SchemaError as error:
        raise ConfigError(*_explain_mistake(error, path)) from None
    for key in ("on_done", "on_problem"):
        try:
            shlex.split(getattr(config, key) or "")
        except ValueError as error:
            mend = "Close the quote, or leave off the backslash at its end."
            raise ConfigError(f"{path}: `{key}`: {error}.", mend) from None
    if config.provider == "openai" and "model" not in raw:
        raise ConfigError(
            f"{path}: `model`: with `provider: openai` there is no default.",
            "Name a model that the service has, such as gpt-6-luna at OpenAI's own.",
        )
    if _KEY_ITSELF.match(config.api_key_file):
        raise ConfigError(
            f"{path}: `api_key_file`: this is a key, not the name of a file.",
            "Put the key into a file of its own, such as .api-key (chmod 600), and that file's name here.",
        )
    everywhere = {key: raw[key] for key in Profile.__struct_fields__ if key in raw}
    own = raw.get("profiles", {})
    profiles = {folder: check_types({**everywhere, **keys}, Profile) for folder, keys in own.items()}
    for folder, profile in profiles.items():
        corrections = merge_corrections(config.corrections, profile.corrections)
        pseudonyms = merge_corrections(config.pseudonyms, profile.pseudonyms)
        profiles[folder] = replace(profile, corrections=corrections, pseudonyms=pseudonyms)
    return replace(config, profiles=profiles)


def _explain_mistake(error: SchemaError, path: str) -> tuple[str, str]:
    if not error.key:
        return f"{path}: {error.message}.", error.mend or "Correct it."
    if error.key not in Config.__struct_fields__:
        return f"{path}: {error.message}.", f"Remove it or correct its spelling. {error.mend}".strip()
    default = to_builtins(getattr(Config(), error.key))
    says_enough = error.mend and not default  # an empty list or map is no help
    return (
        f"{path}: `{error.key}`: {error.message}.",
        error.mend if says_enough else f"{error.mend} The default is {json.dumps(default)}.".strip(),
    )


def check_folders(root: Root) -> None:
    """Refuse what is there and no folder, and folders that would swallow each other; raises ConfigError.

    A link to a folder that isn't there is refused, too: made anew there, the folder would hide below its disk
    once that is mounted, with all that was put into it.
    """
    named = root.folders
    for name in named:
        dead = find_dead_link(root.at(getattr(root.config, name)))
        if dead is not None:
            raise ConfigError(
                f"`{name}`: {shown(dead)} is a link to a folder that isn't there, or can't be reached.",
                "Mount its disk, or make that folder.",
            )
    for name, path in named.items():
        if os.path.exists(path) and not os.path.isdir(path):
            raise ConfigError(f"`{name}` ({path}) is not a folder.", "Move away what lies there.")
    for inner, outer in permutations(named, 2):
        this, other = f"`{inner}` ({named[inner]})", f"`{outer}` ({named[outer]})"
        if os.path.commonpath([named[inner], named[outer]]) == named[outer]:
            raise ConfigError(f"{this} lies inside {other}.", _OWN_FOLDERS)
        if is_shown_inside(named[inner], named[outer]):
            what = f"is the same folder as {other}, or lies in it: it is mounted in two places"
            raise ConfigError(f"{this} {what}.", _OWN_FOLDERS)
    if os.path.commonpath([named["inbox"], os.path.realpath(root.path)]) == named["inbox"]:
        raise ConfigError(
            "`inbox` holds the root folder itself, so config.yaml would be taken for a transcript.",
            "Give inbox a folder of its own.",
        )
    if not os.access(named["inbox"], os.W_OK | os.X_OK | os.R_OK) and os.path.isdir(named["inbox"]):
        what, mend = _explain_refusal(named["inbox"])
        raise ConfigError(f"{named['inbox']} {what}, so dropped files can't be taken out of it.", f"{mend}.")


def _explain_refusal(path: str) -> tuple[str, str]:
    """Why a folder can't be written or listed, as the end of a sentence, and the mend."""
    try:
        with Folder(path) as folder:
            return explain_refusal(folder)
    except OSError:
        return "can't be listed", "Give the daemon's user the rights"
