"""What all of our HTML pages share: one file each, that needs nothing else and can do nothing but show text.

Whatever anybody may have written goes through `show_unseen` and then through escaping, for every expression
of a template. A page's own policy lets only its own stylesheet and script run, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from daemon.text.timecode import format_timecode
from daemon.text.unseen import show_unseen

if TYPE_CHECKING:
    import jinja2

_SHARED_STYLE = "html_page.css"


@cache
def load_template(package: str, name: str) -> jinja2.Template:
    """A template that lies in a package."""
    import jinja2  # not above: a daemon without a result to show need not load it

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(package, "."),
        autoescape=True,
        finalize=_finalize_value,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(time=format_timecode, number="{:,}".format)
    return environment.get_template(name)


@cache
def read_file(package: str, name: str) -> str:
    """A text that lies in a package."""
    return Path(import_module(package).__path__[0], name).read_text("utf-8")


def read_style(package: str, name: str) -> str:
    """A page's stylesheet: what all pages share, then its own."""
    return read_file("daemon.delivery", _SHARED_STYLE) + read_file(package, name)


def hash_for_policy(text: str) -> str:
    """The hash by which a Content-Security-Policy names a script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _finalize_value(value: object) -> object:
    """What is put into the page: nothing in it is obeyed or unseen, unless it is the page's own."""
    return show_unseen(value) if isinstance(value, str) and not isinstance(value, Markup) else value
