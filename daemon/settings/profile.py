"""What shapes a result's text: as a config or a profile asks for it, and as a plan freezes it.

A key that shapes the text is a field of Profile, with its type, its default and its comment in config.yaml.
All else follows from the field: that it may stand in config.yaml and in a profile, that a plan freezes it,
and that jobs which were planned before it came to be go on as they began.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from daemon.settings.schema import AnyText, Keys, Phrase, Text
from daemon.system.digest import digest_of_value
from daemon.text.names.spelling import respelling_of
from daemon.text.results.extra import Kind

Provider = Literal["anthropic", "openai", "offline"]
Api = Literal["anthropic", "openai"]
Output = Literal["md", "txt", "json", "docx", "redline", "srt", "vtt", "same"]
Cues = Literal["auto", "keep", "reflow"]
Layout = Literal["folder", "flat"]
Answers = Literal["turns", "text"]
Verbatim = Literal["strict", "light", "clean"]

MODEL_ONLY = ("style", "also", "output_language", "fallback_model", "extras")
"""The keys that the offline rules can't follow: with them these stand at their default."""

RENDERED = (
    "speakers", "outputs", "timestamps", "links", "cues", "review", "layout", "docx_template",
    "pseudonyms_in_results",
)  # fmt: skip
"""The keys that shape how a cleaned text is written down, and not how it is cleaned."""


WAYS = ("batch",)
"""The keys that shape no text, but say how requests are sent: no plan freezes them, and they may change."""


class Profile(Keys, frozen=True):
    """The keys of config.yaml that shape a result: for all files, or for those of one subfolder.

    The descriptions are the comments of config.yaml, line by line.
    """

    style: Annotated[
        Text, Meta(description="clean: faithful wording; notes: study notes; or a path to a prompt")
    ] = "clean"
    verbatim: Annotated[
        Verbatim,
        Meta(
            description="with style clean. strict: every word stays, only punctuation, capitals and\n"
            "paragraphs are added; light: um, stutters and false starts go; clean:\n"
            'so do "you know" and the like'
        ),
    ] = "clean"
    also: Annotated[
        AnyText,
        Meta(
            description="sentences to add to the style's prompt; answers are checked as without them",
        ),
    ] = ""
    language: Annotated[
        Text | None,
        Meta(description="null: found from the text; or the transcript's, such as de, for offline rules"),
    ] = None
    fallback_model: Annotated[
        Text | None,
        Meta(description="null: none; or a model of the same service, to be asked where `model` fails"),
    ] = None
    output_language: Annotated[
        Text | None, Meta(description="null: the transcript's own; or a language's name, such as German")
    ] = None
    glossary: Annotated[tuple[Text, ...], Meta(description="names and terms as they should be spelt")] = ()
    corrections: Annotated[
        dict[Phrase, Text],
        Meta(
            description="what was heard: what to write, such as Eefa: Aoife; whole words, in capitals or\n"
            "not, in every output; those in a corrections.yaml beside this file count as well"
        ),
    ] = msgspec.field(default_factory=dict)
    survey: Annotated[
        bool,
        Meta(
            description="ask the model once, before a job of several chunks, about names that are spelt\n"
            "in several ways; takes a tenth of the job's tokens at most"
        ),
    ] = True
    pseudonyms: Annotated[
        dict[Phrase, Text],
        Meta(
            description="a name: what replaces it in all that leaves this machine, such as Ann Lee: P01;\n"
            "whole words, in capitals or not; any other form of a name needs its own line"
        ),
    ] = msgspec.field(default_factory=dict)
    pseudonyms_in_results: Annotated[bool, Meta(description="true: results keep the pseudonyms")] = False
    extras: Annotated[
        tuple[Kind, ...],
        Meta(
            description="summary, chapters: written by the model from the cleaned text, in files of their\n"
            "own; a line that says what its paragraphs don't is left out"
        ),
    ] = ()
    chunk_words: Annotated[
        int, Meta(ge=10, le=5000, description="words cleaned in one request; smaller for small models")
    ] = 900
    outputs: Annotated[
        tuple[Output, ...],
        Meta(
            min_length=1,
            description="any of md, txt, json, docx, srt, vtt; redline: Word with tracked changes;\n"
            "same: subtitles too, if what was dropped is subtitles",
        ),
    ] = ("md", "same")
    docx_template: Annotated[
        Text | None,
        Meta(description="a Word document; docx and redline get its styles, page size, header and footer"),
    ] = None
    timestamps: Annotated[
        bool, Meta(description="[HH:MM:SS] before each paragraph, where the source has times")
    ] = True
    links: Annotated[
        bool, Meta(description="make those times links into the video, for files that yt-dlp named")
    ] = False
    cues: Annotated[
        Cues,
        Meta(
            description="for subtitles. keep: the source's cues; reflow: new ones of two lines; auto:\n"
            "reflow captions that roll, keep all others"
        ),
    ] = "auto"
    speakers: Annotated[
        dict[Text, Text] | tuple[Text, ...],
        Meta(
            description="names for speakers, such as SPEAKER_00: Ann; or a list of names, in the order in\n"
            "which they first speak"
        ),
    ] = msgspec.field(default_factory=dict)
    review: Annotated[
        bool, Meta(description="review.html beside the result: what was changed, word by word")
    ] = True
    layout: Annotated[
        Layout,
        Meta(description="folder: all of a result in talk/; flat: talk.md beside talk/, the rest in it"),
    ] = "folder"

    batch: Annotated[
        bool,
        Meta(
            description="send requests in message batches: half the price, back within a day\n"
            "(most within the hour). May change at any time"
        ),
    ] = False

    def __post_init__(self) -> None:
        for key in ("outputs", "extras"):
            msgspec.structs.force_setattr(self, key, tuple(dict.fromkeys(getattr(self, key))))


class Settings(Profile, frozen=True, kw_only=True, dict=True):
    """What shapes a result's text; frozen, by content, in the job's plan.

    `prompt` is the text of the style, so that an edited prompt file doesn't change a job half-way;
    `keeps_wording` and `answers` are by which rules its answers are judged, None where 0.1.0 froze them.
    """

    provider: Provider
    model: str
    prompt: str
    keeps_wording: bool | None = None
    answers: Answers | None = None

    @classmethod
    def freeze(cls, profile: Profile, provider: Provider, model: str, prompt: str) -> Settings:
        """The settings of a job that is planned under this profile."""
        keys = {key: getattr(profile, key) for key in Profile.__struct_fields__ if key not in WAYS}
        return cls(**keys, provider=provider, model=model, prompt=prompt)

    def correct_text(self, text: str) -> str:
        """A text with its words as the corrections have them."""
        if not self.corrections:
            return text
        return respelling_of(self.corrections).respell(text)

    def rendered_under(self, profile: Profile) -> Settings:
        """These settings, but for what a profile says of how the text is written down."""
        return msgspec.structs.replace(self, **{key: getattr(profile, key) for key in RENDERED})

    @cached_property
    def digest(self) -> str:
        """A hash over all of them: the same settings, the same hash.

        Those that came after the first version count for nothing at their default, so that jobs in
        progress outlive an upgrade. What follows from the style's name and prompt never counts: 0.1.0 did
        not write it down.
        """
        return digest_of_value({key: value for key, value in self.to_dict().items() if self._counts(key)})

    def _counts(self, key: str) -> bool:
        if key in _FROM_THE_FIRST:
            return True
        return key not in _FOLLOWING and getattr(self, key) != getattr(_AT_DEFAULT, key)

    def to_dict(self) -> dict[str, Any]:
        """The settings as a dict for JSON."""
        return msgspec.structs.asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Settings:
        """The inverse of `to_dict`; TypeError where keys are missing or unknown, or these are no keys at all.

        The values aren't held against today's limits: a job goes on as it was planned.
        """
        if not isinstance(raw, Mapping):  # as JSON may have it
            raise TypeError("settings are keys with values")
        keys: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()
        }
        return cls(**keys)


_FROM_THE_FIRST = (
    "provider", "model", "style", "prompt", "output_language", "glossary", "chunk_words", "outputs",
    "timestamps",
)  # fmt: skip
_FOLLOWING = ("keeps_wording", "answers")
_AT_DEFAULT = Settings(provider="offline", model="", prompt="")
