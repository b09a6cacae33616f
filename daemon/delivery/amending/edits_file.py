"""NAME.edits.json: what a person has mended in the review of a result, as the page saves it.

It may come from anybody. It is read as data of a known form and size, what would be obeyed or unseen in its
texts is taken out, and whether its edits fit the result is told edit by edit.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from daemon.errors import UsageError, say_error
from daemon.system.digest import digest_of_bytes
from daemon.system.file_names import may_be_path
from daemon.text.json_values import build_value
from daemon.text.unseen import take_out_unseen

FORMAT = 1
MOST_BYTES = 8_000_000
_MOST_EDITS = 20_000
MOST_CORRECTIONS = 1000
"""More than anybody makes in one review; each is held against all others."""
_MEND = "Save the edits again from review.html."

_Place = Annotated[int, Meta(ge=0, le=10_000_000)]
_Words = Annotated[str, Meta(max_length=200_000)]
_Name = Annotated[str, Meta(min_length=1, max_length=200)]
_Label = Annotated[str, Meta(min_length=1, max_length=2000)]


class Rewrite(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="text"):
    """A paragraph with other words: of which chunk, which of its passages (None: all), which paragraph there.

    `was` is its text as the person saw it.
    """

    chunk: _Place
    passage: _Place | None
    paragraph: _Place
    was: _Words
    now: _Words


class Accept(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="accept"):
    """A passage that was not cleaned, and that a person has looked through."""

    chunk: _Place
    passage: _Place | None


class Rename(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="speaker"):
    """A speaker, as shown, with another name; that of another speaker makes the two one."""

    was: _Label
    name: _Name


class Always(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="always"):
    """A correction that is to hold from now on, for all files."""

    heard: _Name
    written: _Name


Edit = Rewrite | Accept | Rename | Always


class EditsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file holds: the edits, and the result that they are of.

    `text_id` is that of the result's summary.json, `source` the path of its source inside inbox. `amended` is
    the hash of what had been amended in it when its review was made: by that, an edit that was taken back and
    is made again is another file than the first one dropped twice.
    """

    format: int
    text_id: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    source: Annotated[str, Meta(min_length=1, max_length=4096)]
    edits: Annotated[tuple[Edit, ...], Meta(max_length=_MOST_EDITS)]
    amended: Annotated[str, Meta(pattern="^(?:[0-9a-f]{64})?$")] = ""


def read_edits(data: bytes) -> tuple[EditsFile, str]:
    """The edits that a file's bytes hold, and the hash of the file; raises UsageError."""
    if len(data) > MOST_BYTES:
        raise UsageError(f"The edits have more than {MOST_BYTES:,} bytes.", _MEND)
    try:
        found = build_value(json.loads(data, object_pairs_hook=_make_object), EditsFile)
    except msgspec.ValidationError as error:
        why = " ".join(str(error).split())[:300]
        raise UsageError(f"These are not the edits of a result: {why}.", _MEND) from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"These are not the edits of a result: {say_error(error)}.", _MEND) from None
    if not may_be_path(found.source):
        raise UsageError(
            "These are not the edits of a result: no file can be called as their source is.", _MEND
        )
    if found.format != FORMAT:
        raise UsageError("The edits come from another version of the program.", _MEND)
    if sum(isinstance(edit, Always) for edit in found.edits) > MOST_CORRECTIONS:
        raise UsageError(
            f"More than {MOST_CORRECTIONS:,} of the edits are to hold for all files.",
            "Save fewer of them at once, or write them into corrections.yaml.",
        )
    return found, digest_of_bytes(data)


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; raises UsageError where a key comes twice: what one of them holds would be lost."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise UsageError("These are not the edits of a result: a key appears twice in one object.", _MEND)
    return made


def clean_words(text: str) -> str:
    """The words of a person as they may stand in a result: paragraphs parted by a blank line, no more."""
    blocks = re.split(r"\n\s*\n", take_out_unseen(text))
    return "\n\n".join(filter(None, (" ".join(block.split()) for block in blocks)))


def clean_lines(text: str) -> str:
    """Clean free text, whose lines and what they begin with mean something."""
    return "\n".join(line.rstrip() for line in take_out_unseen(text).split("\n")).strip("\n")


def clean_name(text: str) -> str:
    """Clean a name, which is one line."""
    return " ".join(take_out_unseen(text).split())
