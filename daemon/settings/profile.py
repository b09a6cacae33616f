"""What shapes a result's text: as a config or a profile asks for it, and as a plan freezes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from dataclasses import Field as DataField
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from daemon.settings.schema import Keys, Text
from daemon.system.digest import digest_of_value

Provider = Literal["anthropic", "offline"]
Output = Literal["md", "txt", "json", "srt", "vtt", "same"]
Cues = Literal["auto", "keep", "reflow"]
Layout = Literal["folder", "flat"]
Answers = Literal["turns", "text"]


class Profile(Keys, frozen=True):
    """The keys of config.yaml that shape a result: for all files, or for those of one subfolder."""

    style: Text = "clean"
    language: Text | None = None
    output_language: Text | None = None
    glossary: tuple[Text, ...] = ()
    chunk_words: Annotated[int, Meta(ge=10, le=5000)] = 900
    outputs: Annotated[tuple[Output, ...], Meta(min_length=1)] = ("md", "same")
    timestamps: bool = True
    links: bool = False
    cues: Cues = "auto"
    speakers: dict[Text, Text] = msgspec.field(default_factory=dict)
    review: bool = True
    layout: Layout = "folder"

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "outputs", tuple(dict.fromkeys(self.outputs)))


@dataclass(frozen=True, slots=True)
class Settings:
    """What shapes a result's text; frozen, by content, in the job's plan.

    `prompt` is the text of the style, so that an edited prompt file doesn't change a job half-way;
    `keeps_wording` and `answers` are by which rules its answers are judged, None where 0.1.0 froze them.
    """

    provider: Provider
    model: str
    style: str
    prompt: str
    output_language: str | None
    glossary: tuple[str, ...]
    chunk_words: int
    outputs: tuple[Output, ...]
    timestamps: bool
    links: bool = False
    cues: Cues = "auto"
    speakers: Mapping[str, str] = field(default_factory=dict)
    review: bool = True
    layout: Layout = "folder"
    language: str | None = None
    keeps_wording: bool | None = None
    answers: Answers | None = None

    @property
    def digest(self) -> str:
        """A hash over all of them: the same settings, the same hash.

        Those that have a default came with a later version. At their default they count for nothing,
        so that jobs in progress outlive an upgrade. What follows from the style's name and prompt never
        counts: 0.1.0 did not write it down.
        """
        told = {
            name: value
            for name, value in asdict(self).items()
            if name not in _FOLLOWING and value != _DEFAULTS.get(name, MISSING)
        }
        return digest_of_value(told)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Settings:
        """The inverse of `to_dict`."""
        return cls(**{**raw, "glossary": tuple(raw["glossary"]), "outputs": tuple(raw["outputs"])})


def _default(one: DataField[Any]) -> Any:  # noqa: ANN401 - of whatever type the field is
    return one.default if one.default_factory is MISSING else one.default_factory()


_DEFAULTS = {one.name: _default(one) for one in fields(Settings)}
_FOLLOWING = ("keeps_wording", "answers")
