"""From a source to its plan: the bytes are read, cut into chunks, and frozen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from daemon.settings.profile import Settings
from daemon.store.plan import Body, Header, freeze_plan
from daemon.system.digest import digest_of_bytes
from daemon.system.files import Folder
from daemon.system.scratch import Content
from daemon.text.names.pseudonyms import choose_stand_ins, pseudonyms_of
from daemon.text.transcript import Transcript
from daemon.text.turns import Turn, rename_speakers, turns_of

if TYPE_CHECKING:
    from daemon.formats.file_name import Origin
    from daemon.intake.speaker_names import Naming

_TELLING_CHARACTERS = 20_000  # some twenty minutes of speech: what is said there tells the language


class _Hidden(NamedTuple):
    """What is to stand for each name, by that.

    `told` are sentences about it, without the names. `inside` are the places (words before them) that lie
    inside a name: no chunk is to end there.
    """

    names: Mapping[str, str] = MappingProxyType({})
    told: tuple[str, ...] = ()
    inside: frozenset[int] = frozenset()


_NOTHING_HIDDEN = _Hidden()


class _Source(NamedTuple):
    """A source that was read, with what the name of its file says of it.

    `title` is the one that a person asks for, None where nobody does. `unread` says which files of the same
    stem could not be read, and why; `told` are sentences about those that were not to be read.
    """

    sha256: str
    file_name: str
    transcript: Transcript
    named: Origin
    title: str | None
    unread: Mapping[str, str]
    told: tuple[str, ...]


class _Speech(NamedTuple):
    """What was said, in turns.

    `language` is what people or the source say that it is in, `spoken` also what the words themselves tell;
    both are codes, None where that is not known.
    """

    turns: Sequence[Turn]
    language: str | None
    spoken: str | None
    naming: Naming
    hidden: _Hidden


def make_plan(
    data: bytes,
    file_name: str,
    settings: Settings,
    *,
    title: str | None = None,
    unread: Mapping[str, str] | None = None,
    others: Mapping[str, Callable[[], bytes]] | None = None,
    scratch: Folder | None = None,
) -> Content:
    """Read a source and freeze what came of it, as the content of a plan.jsonl; raises InputError.

    `title` goes before the one that the source or its name gives. `unread` says which files of the same
    stem could not be read, and why; `others` gives the bytes of those that are not read. `scratch` is
    the folder for a plan that is too large for memory.
    """
    from daemon import formats  # not above: `status` looks at plans and makes none
    from daemon.formats.file_name import read_origin

    sha256, opened = digest_of_bytes(data), formats.open_source(data)
    del data  # from here on there is its text
    transcript = formats.read_source(opened, file_name)
    del opened
    told = _describe_strangers(transcript, others) if others else ()
    source = _Source(sha256, file_name, transcript, read_origin(file_name), title, unread or {}, told)
    speech = _arrange_speech(source, settings)
    body = _cut_body(speech, settings, scratch)
    return freeze_plan(_make_header(source, speech, body, settings), body, scratch)


def _describe_strangers(transcript: Transcript, others: Mapping[str, Callable[[], bytes]]) -> tuple[str, ...]:
    from daemon.intake.other_formats import describe_strangers

    return tuple(describe_strangers(transcript, others))


def _arrange_speech(source: _Source, settings: Settings) -> _Speech:
    """Put what was said into turns, with the speakers' names as they are known."""
    from daemon.intake.speaker_names import name_speakers

    transcript = source.transcript
    language = settings.language or transcript.language or source.named.language
    spoken = language or _tell_language(transcript)
    naming = name_speakers(transcript.segments, settings.speakers, settings.corrections, spoken)
    turns = turns_of(rename_speakers(transcript.segments, naming.names))
    hidden = _hide_names(settings, turns) if settings.pseudonyms else _NOTHING_HIDDEN
    return _Speech(turns, language, spoken, naming, hidden)


def _cut_body(speech: _Speech, settings: Settings, scratch: Folder | None) -> Body:
    """Cut turns into chunks, at the ends of sentences; the lines of the plan that hold them."""
    from daemon.cleaning.offline.punctuation.ends import choose_score
    from daemon.text.chunking import cut

    choose = partial(choose_score, language=speech.language)  # as the library's `read` cuts, too
    return Body.of(cut(speech.turns, settings.chunk_words, choose, speech.hidden.inside), scratch)


def _make_header(source: _Source, speech: _Speech, body: Body, settings: Settings) -> Header:
    """What is known of the source, and under which settings its plan is made."""
    transcript, named = source.transcript, source.named
    source_title = transcript.title or named.title
    return Header(
        sha256=source.sha256,
        encoding=transcript.encoding,
        kind=transcript.kind,
        title=source.title or source_title,
        source_title=source_title,
        language=speech.spoken,
        recorded=transcript.recorded or named.recorded,
        words=transcript.words,
        characters=body.characters,
        words_in_file=transcript.words_in_file,
        dropped=dict(transcript.dropped),
        duration=transcript.duration,
        chunks=body.chunks,
        settings=settings,
        file=source.file_name,
        unread=dict(source.unread),
        link=named.link,
        warnings=(*transcript.warnings, *source.told, *speech.naming.warnings, *speech.hidden.told),
        left_out=transcript.left_out,
        speaker_names=speech.naming.found,
        pseudonyms=dict(speech.hidden.names),
    )


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
