"""JSON: parsed once, then read as what its keys say it is."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any, Protocol, cast

from daemon.errors import InputError
from daemon.formats.services.fields import SHAPES, misshapen
from daemon.formats.word_account import Reading

KIND = "json"

_BEGINS = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\{\]])')
_SERVICES = ("json3", "deepgram", "aws", "assemblyai", "podcast", "whisper")


class Service(Protocol):
    """What the module of a service offers: whether an object is its own, and how it is read."""

    KIND: str

    def fits(self, raw: dict[str, Any]) -> bool:
        """Whether its keys are there."""

    def read_object(self, raw: dict[str, Any]) -> Reading:
        """Read it; raises InputError where it is of another shape after all."""


def looks_like(text: str, extension: str) -> bool:
    """Whether it begins as JSON does, or is named so."""
    return extension in (".json", ".json3") or _BEGINS.match(text) is not None


def parse(text: str) -> Reading:
    """Read the JSON; raises InputError where it is broken or of no shape that is known."""
    try:
        raw = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise InputError("The file is JSON that can't be read; it is damaged or cut off.", SHAPES) from None
    raw = {"segments": raw} if isinstance(raw, list) else raw
    if not isinstance(raw, dict):
        raise misshapen("Whisper's")
    for name in _SERVICES:
        service = cast(Service, import_module(f"daemon.formats.services.{name}"))
        if service.fits(raw):
            reading = service.read_object(raw)
            reading.kind = service.KIND
            return reading
    raise misshapen("a transcript's")
