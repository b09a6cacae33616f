"""A finished result made again from its record: under other speakers, outputs, layout or links. No request.

What the cleaning was and took stays as it stands in summary.json; only how it is written down changes. Pure:
the bytes of the old files in, the bytes of the new ones out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from daemon.delivery.document import make_document
from daemon.delivery.outbox import REVIEW, SUMMARY
from daemon.delivery.record import RECORD, Origin, Record
from daemon.delivery.result import (
    choose_outputs,
    find_name_on_top,
    format_moment,
    list_speaker_names,
    render_files,
    wants_turns,
)
from daemon.errors import UsageError
from daemon.settings.profile import RENDERED, Profile
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.text.names.speaker_names import add_proved, choose_asked, find_surplus
from daemon.text.turns import Turn

RENDERED_AT, TIMES_RENDERED = "rendered_at", "times_rendered"


@dataclass(frozen=True)
class Rerendered:
    """What a result is to be from now on.

    `files` holds the bytes of those that are made anew; `on_top` names the one that is to stand beside the
    folder, "" for none. `changes` names what differs from before: keys of config.yaml, and "title".
    """

    files: Mapping[str, bytes]
    on_top: str
    changes: Sequence[str] = field(default_factory=list)


def render_again(
    summary: Mapping[str, Any], record: bytes, profile: Profile, title: str | None, now: datetime
) -> Rerendered:
    """A result under what a profile says of how it is written down; `title` None is the source's own.

    Raises UsageError where the record can't be read, or speakers that became one are to be parted.
    """
    try:
        old = Record(record)
        origin = _origin_under(old.origin, profile, title)
        labels = _list_labels(old.pairs())
        asked = choose_asked(labels, origin.header.settings.speakers, origin.header.settings.corrections)
        names = add_proved(asked, origin.header.speaker_names)
        pairs = _rename_speakers(old.pairs(), names)
        document = make_document(pairs, with_turns=wants_turns(origin.header))
    except ValueError as error:
        raise UsageError(
            f"Its {RECORD} can't be read: {error}.", "Have it cleaned again with redo."
        ) from None
    outputs, skipped = choose_outputs(origin.header, document)
    settings = origin.header.settings
    surplus = find_surplus(labels, settings.speakers)
    made = {
        **summary,
        "title": origin.header.title,
        "settings": settings.to_dict(),
        "settings_hash": settings.digest,
        "outputs": outputs,
        "skipped": skipped,
        "speaker_names": [
            {**told, "given": names.get(told["label"]) == told["name"]}
            for told in list_speaker_names(origin.header)
            if told["label"] not in asked
        ],
        "warnings": list(dict.fromkeys([*summary.get("warnings", ()), *surplus])),
        RENDERED_AT: format_moment(now),
        TIMES_RENDERED: int(summary.get(TIMES_RENDERED, 0)) + 1,
    }
    files = render_files(origin, document, made, {RECORD: record})
    changes = _list_changes(old.origin, origin, summary)
    return Rerendered(files, find_name_on_top(origin.name, settings), changes)


def list_made_files(summary: Mapping[str, Any]) -> list[str]:
    """The names of the files of a result that were made, not dropped or added by people."""
    return [*summary.get("files", ()), REVIEW, SUMMARY]


def _origin_under(origin: Origin, profile: Profile, title: str | None) -> Origin:
    header = origin.header
    return Origin(
        origin.name,
        origin.modified_ns,
        replace(
            header,
            settings=header.settings.rendered_under(profile),
            title=title or header.source_title or header.title,
        ),
    )


def _list_changes(old: Origin, new: Origin, summary: Mapping[str, Any]) -> list[str]:
    was, now = summary["settings"], new.header.settings.to_dict()
    changed = [key for key in RENDERED if _as_json(was.get(key)) != _as_json(now[key])]
    if summary.get("title", old.header.title) != new.header.title:
        changed.insert(0, "title")
    return changed


def _as_json(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


# --- other names for speakers -------------------------------------------------------------------------------


def _rename_speakers(
    pairs: Iterable[tuple[Chunk, ProcessedChunk]], names: Mapping[str, str]
) -> Iterator[tuple[Chunk, ProcessedChunk]]:
    """The chunks with each speaker under the name that the source's label for them has today."""
    for chunk, result in pairs:
        yield replace(chunk, turns=tuple(_rename_turn(turn, names) for turn in chunk.turns)), result


def _list_labels(pairs: Iterable[tuple[Chunk, ProcessedChunk]]) -> list[str]:
    """The source's labels for its speakers, in the order in which they first speak."""
    segments = (segment for chunk, _ in pairs for turn in chunk.turns for segment in turn.segments)
    return list(dict.fromkeys(label for one in segments if (label := one.label or one.speaker)))


def _rename_turn(turn: Turn, names: Mapping[str, str]) -> Turn:
    if turn.speaker is None:
        return turn
    labels = sorted({segment.label or turn.speaker for segment in turn.segments})
    wanted = {names.get(label, label) for label in labels}
    if len(wanted) > 1:
        raise UsageError(
            f"{' and '.join(labels)} were cleaned as one speaker, {turn.speaker}, and can't be parted.",
            "Have it cleaned again with redo.",
        )
    (name,) = wanted
    return Turn(tuple(replace(segment, speaker=name) for segment in turn.segments), name)
