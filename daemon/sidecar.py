"""The sidecar: a talk.yaml beside talk.vtt, with what holds for that one file.

It was dropped, so it is hostile until read: it can choose among our own styles, but name no file.
"""

from __future__ import annotations

from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from daemon.errors import InputError
from daemon.settings import Profile, Text

EXTENSIONS = (".yaml", ".yml")
MOST_BYTES = 65_536
"""More than any glossary; a larger one is not read."""

_KEYS = "title, speakers, glossary, style (clean or notes) and output_language"


class Sidecar(BaseModel):
    """What a sidecar may say. Names and terms come on top of those of the config."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: Text | None = None
    speakers: dict[Text, Text] = {}
    glossary: list[Text] = []
    style: Literal["clean", "notes"] | None = None
    output_language: Text | None = None

    def over(self, profile: Profile) -> Profile:
        """The profile with what this one file asks for."""
        changes = {
            "style": self.style or profile.style,
            "output_language": self.output_language or profile.output_language,
            "glossary": list(dict.fromkeys([*profile.glossary, *self.glossary])),
            "speakers": {**profile.speakers, **self.speakers},
        }
        return profile.model_copy(update=changes)


NO_SIDECAR = Sidecar()


def parse(text: str) -> Sidecar:
    """Read a sidecar, "" where there is none; raises InputError naming what is wrong with it."""
    if not text:
        return NO_SIDECAR
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise InputError("The .yaml beside the transcript refers to parts of itself.", _mend())
        raw = yaml.safe_load(text)  # without aliases it can't grow: a few hundred bytes could fill the memory
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InputError("The .yaml beside the transcript is not valid YAML.", _mend()) from None
    try:
        return Sidecar.model_validate({} if raw is None else raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = str(first["loc"][0]) if first["loc"] else "as a whole"
        raise InputError(f"The .yaml beside the transcript: {where}: {first['msg']}.", _mend()) from None


def _mend() -> str:
    return f"It may hold {_KEYS}. Mend it and drop both again."
