"""Which of the names that are asked for, corrected or proved each speaker's label gets. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from daemon.text.names.speaker_name import SpeakerName
from daemon.text.names.spelling import respelling_of

Asked = Mapping[str, str] | Sequence[str]
"""What a person asks for: a name for each label, or names in the order in which the speakers first appear."""


def choose_asked(labels: Sequence[str], asked: Asked, corrections: Mapping[str, str]) -> dict[str, str]:
    """The names of some labels, in the order of their first appearance, that a person asked for.

    The others are written as they were corrected, unless two speakers became one by that.
    """
    if isinstance(asked, Mapping):
        named = {label: asked[label] for label in labels if label in asked}
    else:
        named = dict(zip(labels, asked, strict=False))
    respelling = respelling_of(corrections)
    spelt = {label: respelling.respell(label) for label in labels if label not in named}
    return named | {label: name for label, name in spelt.items() if name != label and name not in labels}


def add_proved(named: Mapping[str, str], found: Iterable[SpeakerName]) -> dict[str, str]:
    """The names with those that are proved, of labels that have none; no name is given to a second label."""
    names = dict(named)
    taken = {name.casefold() for name in named.values()}
    for one in found:
        if one.proved and one.label not in names and one.name.casefold() not in taken:
            names[one.label] = one.name
    return names


def find_surplus(labels: Sequence[str], asked: Asked) -> tuple[str, ...]:
    """What is said, in sentences, where more names are listed than people speak."""
    rest = "" if isinstance(asked, Mapping) else ", ".join(asked[len(labels) :])
    if not rest:
        return ()
    return (f"`speakers` names {len(asked)} people, and {len(labels)} speak: nobody is called {rest}.",)
