"""Edits of a review taken into what people have amended in a result; those that don't fit are told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from daemon.delivery.amending.amendments import AmendedText, Amendments
from daemon.delivery.amending.edits_file import (
    Accept,
    Always,
    Edit,
    EditsFile,
    Rename,
    Rewrite,
    clean_lines,
    clean_name,
    clean_words,
)
from daemon.delivery.document import Block, Document, Passage, PassageKey

KeepCorrections: TypeAlias = Callable[[Sequence[tuple[str, str]]], Sequence[str | None]]
"""Adds corrections (what is heard, what is to be written) for all files; of each, None or why it can't be."""
_MOST_TOLD = 60  # characters of a text that is named in a sentence


@dataclass
class _State:
    """A result as it is while edits are taken, one after the other.

    `before` is what people had amended in it. `paragraphs` are those of each passage that an edit names.
    `names` are the speakers' as the person saw them, whatever edits of the same page make of them: two
    speakers can change names.
    """

    paragraphs: dict[PassageKey, list[str]]
    flagged: frozenset[PassageKey]
    names: Mapping[str, str]
    before: Amendments
    changed: set[PassageKey] = field(default_factory=set)
    accepted: list[PassageKey] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)


class Taken(NamedTuple):
    """What people have amended once edits were taken.

    `unfit_places` says as `amendments.unfit` does which could not be, and why; without words, for a log.
    """

    amendments: Amendments
    unfit_places: tuple[str, ...]


def take_edits(
    file: EditsFile,
    digest: str,
    before: Amendments,
    document: Document,
    names: Mapping[str, str],
    keep_corrections: KeepCorrections,
) -> Taken:
    """What holds for a result once the edits of a file are taken; those that don't fit are told in `unfit`.

    An edit whose wish is met already does fit: whoever goes on in an open page, after edits from it were
    taken, saves those once more with the new ones. `document` is the result as it is, `names` the speakers'
    names as shown, by the source's labels. `keep_corrections` adds those that are to hold for all files.
    `digest` is the hash of the file.
    """
    names = before.seen.get(file.amended, names)
    state = _make_state(file.edits, document, names, before)
    refused = _keep_all(file.edits, keep_corrections)
    unfit: list[tuple[Edit, str]] = []
    for edit in file.edits:
        why = next(refused) if isinstance(edit, Always) else _take_edit(edit, state)
        if why is not None:
            unfit.append((edit, why))
    texts = {PassageKey(one.chunk, one.passage): one for one in before.texts}
    for place in state.changed:
        text = "\n\n".join(filter(None, state.paragraphs[place]))
        texts[place] = AmendedText(place.chunk, place.number, text)
    amendments = Amendments(
        taken=(*before.taken, digest),
        texts=tuple(texts[key] for key in sorted(texts, key=lambda key: (key[0], key[1] or 0))),
        accepted=tuple(dict.fromkeys((*before.accepted, *state.accepted))),
        speakers={**before.speakers, **state.renamed},
        seen={**before.seen, file.amended: names} if state.renamed else before.seen,
        unfit=tuple(f"{_describe_edit(edit)}: {why}" for edit, why in unfit),
    )
    return Taken(amendments, tuple(f"{_describe_place(edit)}: {why}" for edit, why in unfit))


def _make_state(
    edits: Sequence[Edit], document: Document, names: Mapping[str, str], before: Amendments
) -> _State:
    wanted = {PassageKey(edit.chunk, edit.passage) for edit in edits if isinstance(edit, Rewrite)}
    paragraphs: dict[PassageKey, list[str]] = {}
    flagged = set()
    for passage in document.passages:
        place = PassageKey(passage.chunk, passage.number)
        if place in wanted:
            paragraphs[place] = [block.text for block in _list_shown(passage)]
        if any(block.flag is not None for block in passage.blocks):
            flagged.add(place)
    return _State(paragraphs, frozenset(flagged), names, before)


def _list_shown(passage: Passage) -> tuple[Block, ...]:
    """The paragraphs of a passage as the review shows them: free text as one."""
    return passage.blocks if passage.whole is None else (passage.whole,)


def _take_edit(edit: Rewrite | Accept | Rename, state: _State) -> str | None:
    """Take one edit of the result; why it can't be, None where it was."""
    if isinstance(edit, Rewrite):
        return _take_text(edit, state)
    if isinstance(edit, Rename):
        return _take_name(edit, state)
    place = PassageKey(edit.chunk, edit.passage)
    if place in state.before.accepted:
        return None
    if place not in state.flagged:
        return "there is no such passage among those that were not cleaned"
    state.accepted.append(place)
    return None


def _keep_all(edits: Iterable[Edit], keep_corrections: KeepCorrections) -> Iterator[str | None]:
    """Keep those edits that are to hold for all files, at once: of each, None or why it can't be kept."""
    pairs = [(clean_name(edit.heard), clean_name(edit.written)) for edit in edits if isinstance(edit, Always)]
    usable = [pair for pair in pairs if all(pair)]
    kept = iter(keep_corrections(usable) if usable else ())
    return iter([next(kept) if all(pair) else "there is nothing to be written" for pair in pairs])


def _take_text(edit: Rewrite, state: _State) -> str | None:
    """Give a paragraph other words; why that can't be, None where it was done."""
    place = PassageKey(edit.chunk, edit.passage)
    paragraphs = state.paragraphs.get(place)
    if paragraphs is None or edit.paragraph >= len(paragraphs):
        return "there is no such paragraph"
    now = (clean_lines if edit.passage is None else clean_words)(edit.now)
    if _remove_space(paragraphs[edit.paragraph]) != _remove_space(edit.was):
        there = "\n\n".join(paragraphs[edit.paragraph :])
        return None if f"{there}\n\n".startswith(f"{now}\n\n") else "the words there have changed since"
    paragraphs[edit.paragraph] = now
    state.changed.add(place)
    return None


def _take_name(edit: Rename, state: _State) -> str | None:
    """Give a speaker another name; why that can't be, None where it was done."""
    name = clean_name(edit.name)
    labels = [label for label, shown in state.names.items() if shown == edit.was]
    if not labels:
        return "nobody has that name"
    if not name:
        return "there is no name"
    if any(label in state.renamed for label in labels):
        return "another of these edits names them"
    state.renamed.update(dict.fromkeys(labels, name))
    return None


def _remove_space(text: str) -> str:
    return "".join(text.split())


def _describe_edit(edit: Edit) -> str:
    if isinstance(edit, Rewrite):
        return f"{_shorten_text(edit.was)!r} to be {_shorten_text(edit.now)!r}"
    if isinstance(edit, Rename):
        return f"the speaker {_shorten_text(edit.was)!r} to be {_shorten_text(edit.name)!r}"
    if isinstance(edit, Always):
        return f"always {_shorten_text(edit.written)!r} for {_shorten_text(edit.heard)!r}"
    return f"passage {edit.passage} of chunk {edit.chunk} to stand as it is"


def _describe_place(edit: Edit) -> str:
    """Which edit it is, without its words."""
    if isinstance(edit, Rewrite):
        passage = "" if edit.passage is None else f" of passage {edit.passage}"
        return f"paragraph {edit.paragraph}{passage} of chunk {edit.chunk} to be otherwise"
    if isinstance(edit, Always):
        return "a word always to be written otherwise"
    return _describe_edit(edit)


def _shorten_text(text: str) -> str:
    text = clean_name(text)
    return text if len(text) <= _MOST_TOLD else f"{text[:_MOST_TOLD]}…"
