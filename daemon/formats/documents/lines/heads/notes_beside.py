"""Notes above and below a transcript, in which names stand before colons and nobody speaks.

## Summary                          ## Action items
Water: it is paid for.              - **Nora**: writes it down.
## Transcript
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from daemon.formats.documents.lines.heads.head import Head
from daemon.formats.documents.lines.heads.recording_lines import find_fields_below_notes
from daemon.formats.documents.lines.service_notices import is_heading_of_transcript
from daemon.formats.speakers.labels import find_label_in

_MOST_ABOVE = 200  # lines of notes above a transcript
_LEAST_TURNS = 2
_MARKS = "#*_: \t"
_TASKS = frozenset(
    "action actions tasks todo todos to-do to-dos follow-up follow-ups decisions aufgaben beschlüsse "
    "maßnahmen tâches décisions tareas acciones decisiones azioni compiti decisioni ações tarefas decisões "
    "acties actiepunten besluiten задачи решения zadania decyzje uppgifter beslut".split()
)
_NEXT_STEPS = frozenset(
    "next steps;nächste schritte;prochaines étapes;próximos pasos;prossimi passi;próximos passos"
    ";volgende stappen;следующие шаги".split(";")
)
_MOST_WORDS = 4  # of such a heading


def find_topics(lines: Sequence[str]) -> frozenset[str]:
    """The labels above the heading Transcript that nobody has who speaks below it: of what was spoken."""
    heading = _find_heading(lines)
    above = _names_of(lines[:heading])
    if not above:
        return frozenset()
    below = _names_of(lines[heading + 1 :])
    return frozenset(above).difference(below) if len(below) >= _LEAST_TURNS else frozenset()


def find_tasks_above(lines: Sequence[str]) -> frozenset[str]:
    """The lines below a heading like `Action items`, above the heading Transcript."""
    out: set[str] = set()
    inside = False
    for line in lines[: _find_heading(lines)]:
        if line[:1] == "#":
            inside = _names_tasks(line)
        elif inside:
            out.add(line.strip())
    return frozenset(out)


def _find_heading(lines: Sequence[str]) -> int:
    """The place of the heading Transcript below some notes, or of what tells of the recording; 0 without."""
    top = range(min(_MOST_ABOVE, len(lines)))
    heading = next((at for at in top if is_heading_of_transcript(lines, at)), 0)
    return heading or min(find_fields_below_notes(lines), default=0)


def _names_of(lines: Iterable[str]) -> list[str]:
    labels = (find_label_in(line) for line in lines if ":" in line)
    return [label.name for label in labels if label is not None]


def find_tasks(heads: Sequence[Head], topics: frozenset[str]) -> frozenset[int]:
    """The places of lines below a heading like `Action items`, behind turns: who has to do what.

    What is spoken of, by these labels, is no turn; and who has a time speaks.
    """
    out: set[int] = set()
    turns, inside = 0, False
    for at, head in enumerate(heads):
        if head.line[:1] == "#":
            inside = turns >= _LEAST_TURNS and _names_tasks(head.line)
        elif inside and head.start is None:
            out.add(at)
        else:
            inside = False
            turns += head.label is not None and head.label.name not in topics
    return frozenset(out)


def _names_tasks(heading: str) -> bool:
    """Whether a heading says that below it stands what is to be done."""
    text = heading.strip(_MARKS).casefold()
    words = text.split()
    return len(words) <= _MOST_WORDS and (text in _NEXT_STEPS or not _TASKS.isdisjoint(words))
