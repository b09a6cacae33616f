"""From a source to its plan: the bytes are read, cut into chunks, and frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from daemon.settings.profile import Settings
from daemon.store.plan import Body, Header, frozen
from daemon.system.digest import digest_of_bytes
from daemon.system.files import Folder
from daemon.system.scratch.draft import Content
from daemon.text.names.pseudonyms import choose_stand_ins, pseudonyms_of
from daemon.text.transcript import Transcript
from daemon.text.turns import Turn

_TELLING_CHARACTERS = 20_000  # some twenty minutes of speech: what is said there tells the language


class _Hidden(NamedTuple):
    """By each name what is to stand for it, what is to be said of that, without the names, in sentences.

    `inside` are the places (words before them) that lie inside a name: no chunk is to end there.
    """

    names: Mapping[str, str] = MappingProxyType({})
    told: tuple[str, ...] = ()
    inside: frozenset[int] = frozenset()


_NOTHING_HIDDEN = _Hidden()


def make_plan(
    data: bytes,
    file_name: str,
    settings: Settings,
    *,
    title: str | None = None,
    unread: Mapping[str, str] | None = None,
    scratch: Folder | None = None,
) -> Content:
    """Read a source and freeze what came of it, as the content of a plan.jsonl; raises InputError.

    `title` goes before the one that the source or its name gives. `unread` says which files of the same
    stem could not be read, and why. In `scratch` lies what of a long plan is too much to be held.
    """
    from daemon import formats  # not above: `status` looks at plans and makes none
    from daemon.cleaning.offline.punctuation.ends import choose_score
    from daemon.formats.file_name import origin
    from daemon.intake.speaker_names import name_speakers
    from daemon.text.chunking import cut, words_of
    from daemon.text.turns import rename_speakers, turns_of

    sha256, source = digest_of_bytes(data), formats.open_source(data)
    del data  # from here on there is its text
    transcript, named = formats.read_source(source, file_name), origin(file_name)
    del source
    language = settings.language or transcript.language or named.language
    spoken = language or _tell_language(transcript)
    naming = name_speakers(transcript.segments, settings.speakers, settings.corrections, spoken)
    turns = turns_of(rename_speakers(transcript.segments, naming.names))
    hidden = _hide_names(settings, turns) if settings.pseudonyms else _NOTHING_HIDDEN
    score_ends = choose_score(words_of(turns), language)  # as the library's `read` cuts, too
    body = Body.of(cut(turns, settings.chunk_words, score_ends, hidden.inside), scratch)
    source_title = transcript.title or named.title
    header = Header(
        sha256=sha256,
        encoding=transcript.encoding,
        kind=transcript.kind,
        title=title or source_title,
        source_title=source_title,
        language=spoken,
        recorded=transcript.recorded or named.recorded,
        words=transcript.words,
        characters=body.characters,
        words_in_file=transcript.words_in_file,
        dropped=dict(transcript.dropped),
        duration=transcript.duration,
        chunks=body.chunks,
        settings=settings,
        file=file_name,
        unread=dict(unread or {}),
        link=named.link,
        warnings=(*transcript.warnings, *naming.warnings, *hidden.told),
        left_out=transcript.left_out,
        speaker_names=naming.found,
        pseudonyms=dict(hidden.names),
    )
    return frozen(header, body, scratch)


def _hide_names(settings: Settings, turns: Sequence[Turn]) -> _Hidden:
    """Choose what is to stand for names in this transcript, as the settings ask."""
    from daemon.cleaning.names.hidden_names import find_names_inside

    said = (text for turn in turns for text in (turn.speaker or "", turn.text))
    corrected = chain(settings.corrections, settings.corrections.values())
    names, chosen = choose_stand_ins(settings.pseudonyms, chain(corrected, said))
    told = tuple(
        f"{asked}, which was to stand for a name, stands in the transcript itself or in `corrections`: "
        f"{other} did instead."
        for asked, other in chosen.items()
    )
    pseudonyms = pseudonyms_of(names)
    return _Hidden(pseudonyms.names, told, find_names_inside(turns, settings.corrections, pseudonyms))


def _tell_language(transcript: Transcript) -> str | None:
    """The code of the language that a transcript shows by its words, None where that can't be told."""
    from daemon.text.languages import language_of

    texts: list[str] = []
    room = _TELLING_CHARACTERS
    for segment in transcript.segments:
        texts.append(segment.text[:room])
        room -= len(segment.text)
        if room <= 0:
            break
    return language_of(" ".join(texts))
