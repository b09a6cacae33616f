"""The sidecar: a talk.yaml beside talk.vtt, with what holds for that one file.

It was dropped, so it is hostile until read: it can choose among our own styles, but name no file.
"""

from __future__ import annotations

import codecs
import contextlib
import itertools
import os
import re
import unicodedata
from typing import Literal

import yaml
from msgspec import field
from msgspec.structs import replace

from daemon.errors import InputError, SchemaError
from daemon.settings.corrections_file import merge_corrections
from daemon.settings.profile import Profile
from daemon.settings.schema import DID_YOU_MEAN, Keys, Phrase, Text, check_types, tidy_texts
from daemon.settings.yaml_text import compose_yaml, describe_yaml_error, has_aliases, load_yaml
from daemon.system.file_names import shown
from daemon.system.process.logs import hide_in_lines
from daemon.text.names.pseudonyms import Pseudonyms, pseudonyms_of
from daemon.text.unseen import take_out_unseen

EXTENSIONS = (".yaml", ".yml")
MOST_BYTES = 65_536
"""More than any glossary; the file of a larger one is rejected."""

_SPELT = (*EXTENSIONS, *(extension.upper() for extension in EXTENSIONS), ".Yaml", ".Yml")
_NO_LETTER = "\ufffd"  # what stands for bytes that are no UTF-8
_HAS_LETTER = re.compile(r"\w")
_LINE_BREAKS = re.compile(r"(?<!\s)\s*\n\s*")

_KEYS = (
    "title, speakers, glossary, corrections, pseudonyms, style (clean or notes), language, output_language "
    "and batch"
)
_AGAIN = "and drop it again, with the transcript if that was rejected with it"


class Sidecar(Keys, frozen=True):
    """What a sidecar may say. Names and terms come on top of those of the config."""

    title: Text | None = None
    speakers: dict[Text, Text] | tuple[Text, ...] = field(default_factory=dict)
    glossary: tuple[Text, ...] = ()
    corrections: dict[Phrase, Text] = field(default_factory=dict)
    pseudonyms: dict[Phrase, Text] = field(default_factory=dict)
    style: Literal["clean", "notes"] | None = None
    language: Text | None = None
    output_language: Text | None = None
    batch: bool | None = None

    def lay_over(self, profile: Profile) -> Profile:
        """The profile with what this one file asks for."""
        return replace(
            profile,
            style=self.style or profile.style,
            language=self.language or profile.language,
            output_language=self.output_language or profile.output_language,
            glossary=tuple(dict.fromkeys([*profile.glossary, *self.glossary])),
            corrections=merge_corrections(profile.corrections, self.corrections),
            pseudonyms=merge_corrections(profile.pseudonyms, self.pseudonyms),
            speakers=self._choose_speakers(profile),
            batch=profile.batch if self.batch is None else self.batch,
        )

    def _choose_speakers(self, profile: Profile) -> dict[str, str] | tuple[str, ...]:
        """Names by label over those of the profile; a list, on either side, goes by itself."""
        own, others = self.speakers, profile.speakers
        if isinstance(own, dict) and isinstance(others, dict):
            return {**others, **own}
        return own or others


NO_SIDECAR = Sidecar()


def list_names_beside(name: str) -> list[str]:
    """What the sidecar of a file of this name may be called, the likeliest first.

    A share may spell the two names differently: letters with their accents in one or in two, `.YAML`. A file
    that is named itself, as by `clean`, is no sidecar of its own.
    """
    stem = os.path.splitext(name)[0]
    stems = [stem, unicodedata.normalize("NFC", stem), unicodedata.normalize("NFD", stem)]
    found = dict.fromkeys(one + extension for one, extension in itertools.product(stems, _SPELT))
    return [one for one in found if one != name]


def is_sidecar(name: str) -> bool:
    """Whether a file of this name, or path, is one by its extension."""
    return name.lower().endswith(EXTENSIONS)


def stem_of(path: str) -> str:
    """A path without its extension, spelt as that of a file and that of its sidecar are compared."""
    return unicodedata.normalize("NFC", os.path.splitext(path)[0])


def decode_sidecar(data: bytes) -> str:
    """The text of a sidecar: in UTF-8, or in UTF-16 with its mark, as Windows writes it.

    What is neither is refused by `parse_sidecar`, as is one of more than MOST_BYTES.
    """
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if marked and len(data) <= MOST_BYTES else "utf-8"
    return data.decode(encoding, "replace")


def parse_sidecar(text: str) -> Sidecar:
    """Read a sidecar, "" where there is none; raises InputError naming what is wrong with it."""
    if not text:
        return NO_SIDECAR
    if len(text.encode()) > MOST_BYTES:
        raise InputError(
            f"The .yaml beside the transcript has more than the {MOST_BYTES:,} bytes that are read.",
            f"Keep in it what holds for this one file, {_AGAIN}; what holds for all goes into config.yaml.",
        )
    if _NO_LETTER in text:
        raise InputError("The .yaml beside the transcript is not in UTF-8.", f"Save it as UTF-8, {_AGAIN}.")
    try:
        if has_aliases(text):
            raise InputError("The .yaml beside the transcript refers to parts of itself.", _mend())
        raw = load_yaml(text)  # without aliases it can't grow: a few hundred bytes could fill the memory
    except yaml.YAMLError as error:
        why = shown(describe_yaml_error(error))
        raise InputError(f"The .yaml beside the transcript is not valid YAML: {why}.", _mend()) from None
    try:
        return check_types({} if raw is None else tidy_texts(raw, _tidy_text), Sidecar)
    except SchemaError as error:
        raise InputError(f"The .yaml beside the transcript: {_explain_mistake(error)}", _mend()) from None


def _tidy_text(text: str) -> str:
    """A text on one line, without what a terminal would obey or nobody would see."""
    return _LINE_BREAKS.sub(" ", take_out_unseen(text)).strip()


def _explain_mistake(error: SchemaError) -> str:
    """What is wrong, with the key that is likely meant by one that is not known."""
    if error.key in Sidecar.__struct_fields__:
        return f"{error.key}: {error.message}. {error.mend}".rstrip()
    suggestion = f" {error.mend}" if error.mend.startswith(DID_YOU_MEAN) else ""
    return f"{error.message if error.key else f'as a whole: {error.message}'}.{suggestion}"


def hide_names_in_log(text: str) -> None:
    """Hide in the log the names for which a sidecar has pseudonyms, before its file is first mentioned."""
    try:
        names = parse_sidecar(text).pseudonyms
    except (InputError, ValueError):  # what is wrong with it is said when it is used
        names = _make_out_names(text)
    if names:
        hide_in_lines(_find_usable(names).hide_label)


def _make_out_names(text: str) -> dict[str, str]:
    """The names that a sidecar with mistakes wants hidden, as far as it is YAML; each with a stand-in."""
    names: list[str] = []
    with contextlib.suppress(yaml.YAMLError):
        top = compose_yaml(text)
        for key, value in top.value if isinstance(top, yaml.MappingNode) else ():
            if key.value == "pseudonyms" and isinstance(value, yaml.MappingNode):
                names += [_tidy_text(name.value) for name, _ in value.value if isinstance(name.value, str)]
    named = filter(_HAS_LETTER.search, names)
    return {name: f"hidden{number}" for number, name in enumerate(dict.fromkeys(named), 1)}


def _find_usable(names: dict[str, str]) -> Pseudonyms:
    """The pseudonyms; others where these can't be used, for that is told with the names."""
    try:
        return pseudonyms_of(names)
    except ValueError:
        return pseudonyms_of({name: f"hidden{number}" for number, name in enumerate(names, 1)})


def _mend() -> str:
    return f"It may hold {_KEYS}. Mend it, {_AGAIN}."
