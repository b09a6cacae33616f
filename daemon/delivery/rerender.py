"""A finished result made again from its record: under other speakers, outputs, layout or links, or amended.

Nothing is asked or paid for. What the cleaning was and took stays as it stands in summary.json; only how it
is written down changes, and what people have amended. Pure: the bytes of the old files in, the bytes of the
new ones out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from daemon.delivery.amending.amendments import (
    AMENDMENTS,
    AmendedPairs,
    Amendments,
    encode_amendments,
)
from daemon.delivery.amending.edits_file import EditsFile
from daemon.delivery.amending.responsibility import count_responsible, list_amended
from daemon.delivery.amending.taking import KeepCorrections, Taken, take_edits
from daemon.delivery.document import Document, make_document
from daemon.delivery.extras.files import encode_extras, name_extras
from daemon.delivery.extras.presented import PresentedExtras, present_extras
from daemon.delivery.outbox.names import REVIEW, SUMMARY
from daemon.delivery.outputs import choose_outputs, find_name_on_top, name_stem, render_files, wants_turns
from daemon.delivery.presented_names import (
    present_header,
    present_label,
    present_pairs,
    present_settings,
    present_text,
    recall_settings,
)
from daemon.delivery.record import RECORD, Origin, Pair, Record, identify_text
from daemon.delivery.summary import TOOK, format_moment, list_flags, list_speaker_names
from daemon.errors import NeedsCleaningError, UsageError
from daemon.settings.profile import RENDERED, Profile, Settings
from daemon.store.plan import Header
from daemon.system.files import Folder
from daemon.system.scratch import Content
from daemon.text.names.pseudonyms import lacks_names, pseudonyms_of
from daemon.text.names.speaker_names import add_proved, choose_asked, find_surplus
from daemon.text.results.extra import Kind, MadeExtra
from daemon.text.turns import Turn

RENDERED_AT, TIMES_RENDERED = "rendered_at", "times_rendered"


@dataclass(frozen=True)
class Rerendered:
    """What a result is to be from now on.

    `files` holds the bytes of those that are made anew; `on_top` names the one that is to stand beside the
    folder, "" for none. `changes` names what differs from before: keys of config.yaml, and "title". `unmet`
    are keys that ask for what only a cleaning can do.
    """

    files: Mapping[str, Content]
    on_top: str
    changes: Sequence[str] = field(default_factory=list)
    unmet: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Remade:
    """A result as its record, a profile and what people amended make it.

    `labels` are the source's for its speakers, `asked` the names that a person asked for, `names` all that
    they get.
    """

    origin: Origin
    labels: Sequence[str]
    asked: Mapping[str, str]
    names: Mapping[str, str]
    document: Document


def render_again(
    summary: Mapping[str, Any],
    record: bytes,
    profile: Profile,
    title: str | None,
    now: datetime,
    amendments: Amendments,
    extras: Mapping[Kind, MadeExtra],
    *,
    scratch: Folder | None,
) -> Rerendered:
    """A result under what a profile says of how it is written down; `title` None is the source's own.

    `amendments` are laid over what was cleaned; `extras` are those it has. `scratch` is the folder for
    what is too large for memory. Raises UsageError where the record can't be read, or speakers that became
    one are to be separated.
    """
    old, remade = _remake_document(record, profile, title, amendments, scratch)
    header, document = remade.origin.header, remade.document
    made = _remake_summary(summary, remade, amendments, now)
    others: dict[str, Content] = {RECORD: record}
    if amendments.taken:
        others[AMENDMENTS] = encode_amendments(amendments)
    presented = present_extras(extras, document, header)
    if extras:
        _add_presented_extras(made, presented, summary.get("extras") or {})
        others[name_extras(name_stem(remade.origin.name))] = encode_extras(extras)
    text_id = identify_text(record)
    files = render_files(remade.origin, document, made, others, text_id, presented, scratch=scratch)
    changes = _list_changes(old, remade.origin, summary)
    unmet = ("pseudonyms",) if _shows_names(header, profile) else ()
    return Rerendered(files, find_name_on_top(remade.origin.name, header.settings), changes, unmet)


def _remake_summary(
    summary: Mapping[str, Any], remade: _Remade, amendments: Amendments, now: datetime
) -> dict[str, Any]:
    """The summary of a result that is made again; of its extras, and the hashes of its files, nothing yet."""
    return {
        **{key: told for key, told in summary.items() if key not in ("extras", "extra_files")},
        **_describe_remade(summary, remade),
        **_describe_amendments(remade.document, amendments, remade.origin.header),
        RENDERED_AT: format_moment(now),
        TIMES_RENDERED: int(summary.get(TIMES_RENDERED, 0)) + 1,
    }


def _shows_names(header: Header, profile: Profile) -> bool:
    """Whether a result that is to keep pseudonyms has none for a name that has one today."""
    return profile.pseudonyms_in_results and lacks_names(header.pseudonyms, profile.pseudonyms)


def _describe_remade(summary: Mapping[str, Any], remade: _Remade) -> dict[str, Any]:
    """What a summary tells of a result that was made again: its settings, its outputs, who speaks."""
    header, document = remade.origin.header, remade.document
    outputs, skipped = choose_outputs(header, document)
    seen = present_header(header)
    surplus = find_surplus(remade.labels, header.settings.speakers)
    return {
        "title": seen.title,
        "settings": present_settings(header),
        "settings_hash": header.settings.digest,
        "outputs": outputs,
        "skipped": skipped,
        "speaker_names": [
            {**told, "given": remade.names.get(one.label) == one.name}
            for one, told in zip(header.speaker_names, list_speaker_names(seen), strict=True)
            if one.label not in remade.asked
        ],
        "warnings": _list_warnings(summary, surplus, header),
        **_describe_quoted_text(seen, document),
    }


def amend_again(
    summary: Mapping[str, Any],
    record: bytes,
    settings: Settings,
    before: Amendments,
    edits: EditsFile,
    digest: str,
    keep_corrections: KeepCorrections,
    *,
    scratch: Folder | None,
) -> Taken:
    """What people have amended in a result, with some edits more; `before` is that so far.

    As `take_edits`, for the result as it was made last, under these `settings`. `scratch` is the folder
    for what is too large for memory. Raises UsageError where the edits are of another result, or the record
    can't be read.
    """
    with _reading_record():
        text_id = identify_text(record)
    if edits.text_id != text_id:
        raise UsageError(
            "These are the edits of another result.", "Name the result whose review they are of."
        )
    _, remade = _remake_document(record, settings, str(summary.get("title") or ""), before, scratch)
    header = remade.origin.header
    names = {label: present_label(remade.names.get(label, label), header) for label in remade.labels}
    pseudonyms = pseudonyms_of(header.pseudonyms)

    def keep(pairs: Sequence[tuple[str, str]]) -> Sequence[str | None]:
        found = [pseudonyms.find_stand_ins(" ".join(pair)) for pair in pairs]
        kept = iter(keep_corrections([pair for pair, names in zip(pairs, found, strict=True) if not names]))
        return [f"{names[0]} stands for a name" if names else next(kept) for names in found]

    return take_edits(edits, digest, before, remade.document, names, keep)


def read_last_settings(summary: Mapping[str, Any], record: bytes) -> Settings:
    """The settings under which a result was made last; raises UsageError where its record can't be read."""
    with _reading_record():
        return recall_settings(summary["settings"], Record(record).origin.header)


def _remake_document(
    record: bytes, profile: Profile, title: str | None, amendments: Amendments, scratch: Folder | None
) -> tuple[Origin, _Remade]:
    """The origin of a result as it was recorded, and the result made anew."""
    with _reading_record():
        old = Record(record)
        origin = _origin_under(old.origin, profile, title)
        settings = origin.header.settings
        labels = _list_labels(old.read_pairs())
        asked = choose_asked(labels, settings.speakers, settings.corrections)
        asked = {**asked, **{label: name for label, name in amendments.speakers.items() if label in labels}}
        names = add_proved(asked, origin.header.speaker_names)
        amended = AmendedPairs(amendments, lambda text, said: present_text(text, origin.header, said))
        pairs = present_pairs(_rename_speakers(old.read_pairs(), names), origin.header)
        pairs = amended.pass_on(pairs)
        with_turns = wants_turns(origin.header)
        document = make_document(pairs, with_turns=with_turns, cleaned=amended.cleaned, scratch=scratch)
    return old.origin, _Remade(origin, labels, asked, names, document)


@contextlib.contextmanager
def _reading_record() -> Iterator[None]:
    """Raise what is wrong with a record as a UsageError."""
    try:
        yield
    except ValueError as error:
        raise NeedsCleaningError(
            f"Its {RECORD} can't be read: {error}.", "Have it cleaned again with redo."
        ) from None


def _add_presented_extras(
    summary: dict[str, Any], presented: PresentedExtras, before: Mapping[str, Mapping[str, Any]]
) -> None:
    """Tell in a summary what of the extras holds now; what they took stays as it was told before."""
    summary["extras"] = {
        kind: {**told, **{key: value for key, value in before.get(kind, {}).items() if key in TOOK}}
        for kind, told in presented.told.items()
    }
    summary["skipped"] = {**summary["skipped"], **presented.skipped}


def _describe_amendments(document: Document, amendments: Amendments, header: Header) -> dict[str, Any]:
    """What summary.json says of a result that people have amended; nothing of another."""
    if not amendments.taken:
        return {}
    return {
        "words_out": document.tally.words,
        "flags": list_flags(document),
        "notes": dict(sorted(document.tally.notes.items())),
        "responsible": count_responsible(document),
        "amended": list_amended(document),
        "unfit_edits": [present_text(why, header) for why in amendments.unfit],
    }


def _list_warnings(summary: Mapping[str, Any], surplus: Sequence[str], header: Header) -> list[str]:
    warnings = list(dict.fromkeys([*summary.get("warnings", ()), *surplus]))
    hidden = header.settings.pseudonyms_in_results
    return list(map(pseudonyms_of(header.pseudonyms).hide_label, warnings)) if hidden else warnings


def _describe_quoted_text(seen: Header, document: Document) -> dict[str, Any]:
    """What a summary quotes of the text, in which pseudonyms may now be shown or hidden; else nothing."""
    if not seen.pseudonyms:
        return {}
    return {
        "read": seen.file,
        "unread": dict(seen.unread),
        "flags": list_flags(document),
        "edits": dict(sorted(document.tally.edits.items())),
    }


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
    was = Settings.from_dict(summary["settings"])
    now = Settings.from_dict(present_settings(new.header))
    changed = [key for key in RENDERED if getattr(was, key) != getattr(now, key)]
    if summary.get("title", old.header.title) != present_header(new.header).title:
        changed.insert(0, "title")
    return changed


# --- other names for speakers -------------------------------------------------------------------------------


def _rename_speakers(pairs: Iterable[Pair], names: Mapping[str, str]) -> Iterator[Pair]:
    """The chunks with each speaker under the name that the source's label for them has today."""
    for chunk, result in pairs:
        yield replace(chunk, turns=tuple(_rename_turn(turn, names) for turn in chunk.turns)), result


def _list_labels(pairs: Iterable[Pair]) -> list[str]:
    """The source's labels for its speakers, in the order in which they first speak."""
    segments = (segment for chunk, _ in pairs for turn in chunk.turns for segment in turn.segments)
    return list(dict.fromkeys(label for one in segments if (label := one.label or one.speaker)))


def _rename_turn(turn: Turn, names: Mapping[str, str]) -> Turn:
    if turn.speaker is None:
        return turn
    labels = sorted({segment.label or turn.speaker for segment in turn.segments})
    wanted = {names.get(label, label) for label in labels}
    if len(wanted) > 1:
        raise NeedsCleaningError(
            f"{' and '.join(labels)} were cleaned as one speaker, {turn.speaker}, and can't be separated.",
            "Have it cleaned again with redo.",
        )
    (name,) = wanted
    return Turn(tuple(replace(segment, speaker=name) for segment in turn.segments), name)
