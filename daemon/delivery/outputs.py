"""The files of a result that hold its text: which are made, and each in its format."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from daemon.cleaning.offline import GUESSED
from daemon.delivery.document import Document
from daemon.delivery.extras.files import name_extras, render_extras, write_chapters_list
from daemon.delivery.extras.presented import PresentedExtras
from daemon.delivery.outbox.names import ORIGINAL, REVIEW, SUMMARY
from daemon.delivery.presented_names import present_header, present_label
from daemon.delivery.record import Origin
from daemon.delivery.render import stream_json, stream_markdown, stream_plain_text
from daemon.delivery.subtitles.cues import Cue, TimedWords, has_single_words, keep_cues, reflow_cues
from daemon.delivery.subtitles.files import stream_srt, stream_vtt
from daemon.delivery.summary import encode_json
from daemon.errors import ConfigError
from daemon.settings.profile import Settings
from daemon.store.plan import Header
from daemon.system.file_names import shorten
from daemon.system.files import Folder
from daemon.system.scratch import Content, digest_of_content, write_text

if TYPE_CHECKING:
    from daemon.delivery.word.template import Template

_SUBTITLES = ("srt", "vtt")
_WORD = ("docx", "redline")
_EXTENSIONS = {"redline": "redline.docx"}

log = logging.getLogger(__name__)


def render_files(
    origin: Origin,
    document: Document,
    summary: dict[str, Any],
    others: Mapping[str, Content],
    text_id: str,
    extras: PresentedExtras,
    *,
    scratch: Folder | None,
) -> dict[str, Content]:
    """The files of a result, but for the originals, by their names; `others` are those that are made already.

    The summary is given the hashes of all that hold the text, and written last. `text_id` is what
    `identify_text` says of its record. `scratch` is the folder for what is too large for memory.
    """
    header = present_header(origin.header)
    front = _write_front_matter(replace(origin, header=header), summary)
    stem = name_stem(origin.name)
    writer = _OutputWriter(header, document, front, summary, extras)
    files = dict(others)
    for output in summary["outputs"]:
        files[f"{stem}.{_EXTENSIONS.get(output, output)}"] = writer.write_output(output, scratch)
    if extras.told:
        made = render_extras(stem, extras, front, header.link if header.settings.links else None)
        files |= made
        summary["extra_files"] = sorted({*made, name_extras(stem)})
    summary["text_id"] = text_id
    summary["files"] = {name: digest_of_content(content) for name, content in sorted(files.items())}
    if header.settings.review:
        files[REVIEW] = _render_review(document, header, summary, scratch)
    files[SUMMARY] = encode_json(summary)
    return files


def _render_review(
    document: Document, header: Header, summary: Mapping[str, Any], scratch: Folder | None
) -> Content:
    from daemon.delivery.review.page import stream_review  # here: a start needs no template engine

    told = {**summary, "source": present_label(summary["source"], header)}
    return write_text(stream_review(document, header.title, told, header.left_out, scratch), scratch)


class _OutputWriter:
    """Writes the outputs of one result, each when it is asked for; it may add a warning to the summary."""

    def __init__(
        self,
        header: Header,
        document: Document,
        front: dict[str, Any],
        summary: dict[str, Any],
        extras: PresentedExtras,
    ) -> None:
        self._header = header
        self._settings = header.settings
        self._document = document
        self._front = front
        self._summary = summary
        self._extras = extras
        self._texts: dict[str, Callable[[], Iterable[str]]] = {
            "md": self._stream_markdown,
            "txt": self._stream_plain_text,
            "json": lambda: stream_json(document.blocks, front),
            "srt": lambda: stream_srt(self._make_cues()),
            "vtt": lambda: stream_vtt(self._make_cues(), header.language),
        }

    def write_output(self, output: str, scratch: Folder | None) -> Content:
        """One of the outputs, by the name of its format; `scratch` is as in `render_files`."""
        if output in _WORD:
            return self._render_word(output)
        return write_text(self._texts[output](), scratch)

    def _stream_markdown(self) -> Iterable[str]:
        settings = self._settings
        link = self._header.link if settings.links else None
        above = write_chapters_list(self._extras, link) if self._extras.chapters else ""
        blocks = self._document.blocks
        return stream_markdown(blocks, self._front, timestamps=settings.timestamps, link=link, above=above)

    def _stream_plain_text(self) -> Iterable[str]:
        timestamps = self._settings.timestamps
        return stream_plain_text(self._document.blocks, self._header.title, timestamps=timestamps)

    @cached_property
    def _words(self) -> TimedWords:
        return TimedWords(self._document.turns)

    def _make_cues(self) -> Iterator[Cue]:
        """The captions: new ones where it is asked for, or the source's roll or are single words."""
        choice = self._settings.cues
        unreadable = "rolling repeat" in self._header.dropped or has_single_words(self._words)
        if choice == "reflow" or (choice == "auto" and unreadable):
            return reflow_cues(self._words)
        return keep_cues(self._words)

    def _render_word(self, output: str) -> bytes:
        """A Word document, "docx" or "redline"."""
        from daemon.delivery.word.template import Properties  # here: a start needs none of it
        from daemon.delivery.word.tracked_changes import render_redline
        from daemon.delivery.word.transcript import render_docx

        timestamps, template = self._settings.timestamps, self._open_template(output)
        properties = Properties(self._header.title, self._summary["model"], self._front["date"])
        if output == "redline":
            return render_redline(self._document, properties, template, timestamps=timestamps)
        return render_docx(self._document.blocks, properties, template, timestamps=timestamps)

    def _open_template(self, output: str) -> Template:
        """The template that was asked for; the built-in one, with a warning, where it can't be used."""
        from daemon.delivery.word.template import Template

        try:
            return Template(self._settings.docx_template)
        except ConfigError as error:
            warning = f"{error.message} The Word document has the built-in styles."
            if warning not in self._summary["warnings"]:
                log.warning("template output=%s %s", output, warning)
                self._summary["warnings"] = [*self._summary["warnings"], warning]
            return Template(None)


def _write_front_matter(origin: Origin, summary: dict[str, Any]) -> dict[str, Any]:
    header = origin.header
    duration = summary["duration_seconds"]
    return {
        "title": header.title,
        "source": header.file or os.path.basename(origin.name),
        **({"link": header.link} if header.link else {}),
        "date": header.recorded or _format_modified(origin.modified_ns),
        "duration": None if duration is None else round(duration, 3),
        "words": summary["words_out"],
        "provider": summary["provider"],
        "model": summary["model"],
        "flags": len(summary["flags"]),
        **({} if GUESSED.isdisjoint(summary["edits"]) else {"guessed": "punctuation and capitals"}),
        **({"responsible": summary["responsible"]} if "responsible" in summary else {}),
    }


def _format_modified(modified_ns: int) -> str | None:
    """When the source was changed, UTC; None for a year that no calendar has (some disks hold such)."""
    try:
        return datetime.fromtimestamp(modified_ns / 1e9, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None


def _list_wanted(header: Header) -> list[str]:
    """The formats that were asked for, each once.

    `same` stands for subtitles where the source is of that kind, and for nothing where it isn't.
    """
    own = [header.kind] if header.kind in _SUBTITLES else []
    wanted: list[str] = []
    for output in header.settings.outputs:
        wanted += own if output == "same" else [output]
    return list(dict.fromkeys(wanted)) or ["md"]


def wants_turns(header: Header) -> bool:
    """Whether captions are asked for and the source has the times that they need."""
    return header.duration is not None and not set(_SUBTITLES).isdisjoint(_list_wanted(header))


def choose_outputs(header: Header, document: Document) -> tuple[list[str], dict[str, str]]:
    """The formats of the result, and those that were asked for and can't be made, with the reason.

    Where none of them can, it is Markdown: no result is without its text.
    """
    wanted = _list_wanted(header)
    skipped = {}
    for name in wanted:
        if why := _find_hindrance(name, header, document):
            skipped[name] = why
    return [name for name in wanted if name not in skipped] or ["md"], skipped


def _find_hindrance(output: str, header: Header, document: Document) -> str | None:
    """Why a format can't be made of a document, None where it can."""
    if output in _SUBTITLES and header.duration is None:
        return "the source has no times"
    if output in _SUBTITLES and document.free:
        return "its style gives no turns that could be timed"
    if output == "redline" and document.free:
        return "its style gives another text, of which no single change could be told"
    return None


def name_stem(name: str) -> str:
    """What the outputs are called: as the source is, unless that is the name of another file here."""
    stem = shorten(os.path.splitext(os.path.basename(name))[0])
    others = (os.path.splitext(other)[0] for other in (ORIGINAL, SUMMARY, REVIEW))
    return f"{stem}-cleaned" if stem.lower() in others else stem


def find_name_on_top(name: str, settings: Settings) -> str:
    """The file that is to stand beside the result's folder, "" where all is to lie in it.

    `name` is the path of its source inside inbox.
    """
    on_top = settings.layout == "flat" and "md" in settings.outputs
    return f"{name_stem(name)}.md" if on_top else ""
