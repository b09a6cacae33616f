"""What the commands take on their line, and the root that --config leads to."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import TypeVar

import click

from daemon.errors import ConfigError
from daemon.settings.config import FILE_NAME, Config, Root, load_config

NAMES_MAY_BEGIN_WITH_A_HYPHEN = {"ignore_unknown_options": True}
_Command = TypeVar("_Command", bound=Callable[..., object])
Say = Callable[[str], None]
"""What takes a line for people."""


class _NameType(click.ParamType[str]):
    """A name or a path, which an empty text is not: most often that is a variable without value."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value == "":
            self.fail("nothing is named.", param, ctx)
        return str(value)


class _SecondsType(click.ParamType[float]):
    """A number of seconds, perhaps without end."""

    name = "seconds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            seconds = float(str(value))
        except ValueError:
            seconds = math.nan
        if math.isnan(seconds) or seconds < 0:
            self.fail(f"{value!r} is not a number of seconds; give 0 or more.", param, ctx)
        return seconds


NAME_TYPE = _NameType()
_SECONDS_TYPE = _SecondsType()


def _take_config(context: click.Context, _: click.Parameter, path: str | None) -> None:
    """Keep the path that --config names, before the command or after it."""
    if path is None:
        return
    if context.obj not in (None, path):
        raise click.UsageError("--config is given twice, with two files.", context)
    context.obj = path


def takes_config(command: _Command) -> _Command:
    """Have a command take --config."""
    option = click.option(
        "--config",
        type=NAME_TYPE,
        metavar="FILE",
        expose_value=False,
        is_eager=True,
        callback=_take_config,
        help="The config.yaml to use; its folder is the root. Default: ./config.yaml.",
    )
    return option(command)


def takes_wait(meaning: str) -> Callable[[_Command], _Command]:
    """Have a command take --wait, which means so."""
    return click.option(
        "--wait", type=_SECONDS_TYPE, default=120.0, show_default=True, metavar="SECONDS", help=meaning
    )


def print_error(line: str) -> None:
    """Print a line on stderr."""
    click.echo(line, err=True)


def load_root(context: click.Context) -> Root:
    """The root of the config that --config names; raises ConfigError."""
    return load_config(context.obj or FILE_NAME)


def load_root_or_defaults(context: click.Context) -> Root:
    """As `load_root`; where no config is named and none lies here, this folder under the defaults."""
    if context.obj is None and not os.path.exists(FILE_NAME):
        return Root(Config(), os.getcwd(), None)
    return load_root(context)


def load_root_in_force(context: click.Context) -> Root:
    """Load the config; where config.yaml has a mistake, say so and take the last good one."""
    from daemon.settings.last_config import find_last_config

    try:
        return load_root(context)
    except ConfigError as error:
        root = find_last_config(context.obj or FILE_NAME)
        if root is None:
            raise
        print_error(f"transcriptd: {error} Until then the last good config holds.")
        return root
