"""What is shown of the extras of a result: under today's names, and of the text as it stands today. Pure.

An extra is made once, and its result may be made again later: speakers get other names, people amend the
text. So each line is held against the paragraphs it was made from whenever it is written, and left out where
those do not bear it out any more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from daemon.cleaning.extras.answers import Statement
from daemon.cleaning.extras.grounds import MOST_CITED, Grounds, Verified, verify_chapters, verify_summary
from daemon.delivery.document import Document
from daemon.delivery.extras.paragraphs import Placed, hide_paragraph, list_placed
from daemon.store.plan import Header
from daemon.text.languages import code_of
from daemon.text.names.pseudonyms import pseudonyms_of
from daemon.text.results.extra import SUMMARY, Extra, Kind, Line, MadeExtra, Paragraph

GONE = "its paragraph is no longer there"

UNTIMED = "the source has no times"


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """A sentence of a summary, and the paragraphs it was made from: their numbers, from 1, and seconds."""

    text: str
    numbers: tuple[int, ...]
    starts: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its title, the number of its first paragraph, from 1, and when that begins (seconds)."""

    title: str
    number: int
    start: float | None


@dataclass(frozen=True)
class PresentedExtras:
    """The extras of a result as they are shown.

    `models` says who made each, `told` what summary.json tells of each, `skipped` which files could not be
    made, and why.
    """

    summary: tuple[SummaryLine, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    models: Mapping[Kind, str] = field(default_factory=dict)
    told: Mapping[Kind, Mapping[str, Any]] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)


NO_EXTRAS = PresentedExtras()


def present_extras(made: Mapping[Kind, MadeExtra], document: Document, header: Header) -> PresentedExtras:
    """The extras of a document, which has the names that are to be shown."""
    if not made:
        return NO_EXTRAS
    presenter = _Presenter(list(list_placed(document)), header)
    summary: tuple[SummaryLine, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    told = {}
    for kind, one in made.items():
        verified = presenter.verify(kind, one.extra)
        if kind == SUMMARY:
            summary = tuple(map(presenter.show_line, verified.kept))
        else:
            chapters = tuple(map(presenter.show_chapter, verified.kept))
        told[kind] = _describe_extra(one, verified)
    untimed = bool(chapters) and all(one.start is None for one in chapters)
    skipped = {"chapters.json": UNTIMED, "chapters.txt": UNTIMED} if untimed else {}
    models = {kind: one.model or header.settings.model for kind, one in made.items()}
    return PresentedExtras(summary, chapters, models, told, skipped)


def _describe_extra(made: MadeExtra, verified: Verified) -> dict[str, Any]:
    extra = made.extra
    failed = extra.failed
    if extra.lines and not verified.kept:
        failed = "nothing of it is borne out by the text as it stands"
    return {
        "lines": len(verified.kept),
        "left_out": dict(sorted((Counter(extra.left_out) + Counter(verified.left_out)).items())),
        "parts": extra.parts,
        "lost_parts": extra.lost_parts,
        "failed": failed,
        "model": made.model,
        "requests": made.requests,
        "input_tokens": made.input_tokens,
        "output_tokens": made.output_tokens,
        "cost": made.cost,
        "cost_bounded": made.bounded,
    }


class _Presenter:
    """Holds lines against the paragraphs as they stand, with names hidden, and shows them with names."""

    def __init__(self, placed: Sequence[Placed], header: Header) -> None:
        self._placed = placed
        self._pseudonyms = pseudonyms_of(header.pseudonyms)
        self._keeps_pseudonyms = header.settings.pseudonyms_in_results
        self._paragraphs = [hide_paragraph(one, self._pseudonyms) for one in placed]
        language = code_of(header.settings.output_language or header.language or "") or ""
        self._grounds = Grounds(self._paragraphs, language)
        self._numbers = {one.anchor[:3]: number for number, one in enumerate(placed, 1)}

    def verify(self, kind: Kind, extra: Extra) -> Verified:
        """The lines of an extra that still hold."""
        statements = []
        gone = 0
        for line in extra.lines:
            numbers = [self._find_number(line, at) for at in range(len(line.anchors))]
            if None in numbers:
                gone += 1
                continue
            found = [number for number in numbers if number is not None]
            statements.append(Statement(self._rename_speakers(line, found), tuple(found)))
        most = len(statements)
        if kind == SUMMARY:
            verified = verify_summary(statements, self._grounds, most, 2 * MOST_CITED)
        else:
            verified = verify_chapters(statements, self._grounds, most)
        left_out = Counter(verified.left_out) + Counter({GONE: gone})
        return Verified(verified.kept, dict(left_out))

    def _find_number(self, line: Line, at: int) -> int | None:
        """The number of a paragraph that a line names; the last one of a passage that has fewer now."""
        chunk, passage, place, _ = line.anchors[at]
        for number in range(place, -1, -1):
            if (found := self._numbers.get((chunk, passage, number))) is not None:
                return found
        return None

    def _rename_speakers(self, line: Line, numbers: Sequence[int]) -> str:
        """A line with the names that the speakers of its paragraphs have today.

        Where a name stands in the paragraphs too, the line may be about who has it: then it stays, and is
        held against them as it is.
        """
        text = line.text
        cited = [self._paragraphs[number - 1] for number in numbers]
        for before, now in dict.fromkeys(_list_renamed(line, cited)):
            pattern = re.compile(rf"(?<!\w){re.escape(before)}(?!\w)")
            if not any(pattern.search(one.text) for one in cited):
                text = pattern.sub(now.replace("\\", r"\\"), text)
        return text

    def show_line(self, statement: Statement) -> SummaryLine:
        """A sentence of a summary as it is shown."""
        starts = tuple(self._placed[number - 1].block.start for number in statement.numbers)
        return SummaryLine(self._show_text(statement), statement.numbers, starts)

    def show_chapter(self, statement: Statement) -> Chapter:
        """A chapter as it is shown."""
        number = statement.numbers[0]
        return Chapter(self._show_text(statement), number, self._placed[number - 1].block.start)

    def _show_text(self, statement: Statement) -> str:
        text = statement.text
        if self._pseudonyms and not self._keeps_pseudonyms:
            said = " ".join(self._placed[number - 1].block.text for number in statement.numbers)
            text = self._pseudonyms.show(text, said)
        return text[:1].upper() + text[1:]


def _list_renamed(line: Line, cited: Iterable[Paragraph]) -> Iterator[tuple[str, str]]:
    for anchor, paragraph in zip(line.anchors, cited, strict=True):
        before, now = anchor.speaker, paragraph.speaker
        if before and now and before != now:
            yield before, now
