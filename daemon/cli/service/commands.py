"""The commands `service show`, `install` and `uninstall`: systemd is to run the daemon."""

from __future__ import annotations

import os
import pwd
import sys

import click

from daemon.cli.options import NAME_TYPE, load_root, takes_config
from daemon.errors import EXIT_OK, EXIT_SOME_FAILED
from daemon.system.file_names import shown


@click.group()
@takes_config
def service() -> None:
    """Have systemd run the daemon. At every boot, restarted when it fails, locked in."""


_SCOPE = click.option(
    "--system/--user", default=lambda: os.geteuid() == 0, help="For the machine, or for you alone."
)
_NAME = click.option("--name", default="transcriptd", show_default=True, help="The name of the unit.")


class _UserType(click.ParamType[str]):
    """A user of this machine by name, or any by number, for whom systemd needs no name."""

    name = "user"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        user = NAME_TYPE.convert(value, param, ctx)
        if user.isdecimal():
            return user
        try:
            pwd.getpwnam(user)
        except (KeyError, ValueError):
            self.fail(f"there is no user {shown(user)}; name one that is there.", param, ctx)
        return user


_RUN_AS = click.option(
    "--run-as", type=_UserType(), metavar="USER", help="For a system unit. Default: the owner of the root."
)
_ANYWHERE = click.option("--any-address", is_flag=True, help="Don't limit the addresses it may speak to.")


@service.command()
@takes_config
@_SCOPE
@_NAME
@_RUN_AS
@_ANYWHERE
@click.pass_context
def show(context: click.Context, system: bool, name: str, run_as: str | None, any_address: bool) -> None:
    """Print the unit that `install` would write."""
    from daemon.cli.service.systemd import Service

    unit = Service(name, click.echo, system=system).make_unit(
        load_root(context), run_as, anywhere=any_address
    )
    click.echo(unit.text, nl=False)
    for sentence in unit.relaxed:
        click.echo(f"Note: {sentence}", err=True)


@service.command()
@takes_config
@_SCOPE
@_NAME
@_RUN_AS
@_ANYWHERE
@click.option("--force", is_flag=True, help="Replace a unit that differs.")
@click.pass_context
def install(
    context: click.Context, system: bool, name: str, run_as: str | None, any_address: bool, force: bool
) -> None:
    """Write the unit and start it, now and at every boot."""
    from daemon.cli.service.systemd import Service

    started = Service(name, click.echo, system=system).install(
        load_root(context), run_as, anywhere=any_address, force=force
    )
    sys.exit(EXIT_OK if started else EXIT_SOME_FAILED)


@service.command()
@takes_config
@_SCOPE
@_NAME
@click.pass_context
def uninstall(context: click.Context, system: bool, name: str) -> None:
    """Stop it and remove the unit; files and folders stay."""
    from daemon.cli.service.systemd import Service

    stopped = Service(name, click.echo, system=system).uninstall(load_root(context))
    sys.exit(EXIT_OK if stopped else EXIT_SOME_FAILED)
