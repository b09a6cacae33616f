"""Which names a result shows: those that were said, or the pseudonyms that stood for them outside. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from daemon.cleaning.names.hidden_names import hide_pair, show_result
from daemon.delivery.record import Pair
from daemon.settings.profile import RENDERED, Settings
from daemon.store.plan import Header
from daemon.text.names.pseudonyms import pseudonyms_of
from daemon.text.names.spelling import respelling_of


def present_pairs(pairs: Iterable[Pair], header: Header) -> Iterator[Pair]:
    """Chunks with their saved results as a reader is to see them."""
    if not header.pseudonyms:
        yield from pairs
        return
    pseudonyms, settings = pseudonyms_of(header.pseudonyms), header.settings
    for chunk, result in pairs:
        if settings.pseudonyms_in_results:
            yield hide_pair(chunk, settings.corrections, pseudonyms, result)
        else:
            yield chunk, show_result(chunk, settings.corrections, pseudonyms, result)


def present_header(header: Header) -> Header:
    """What a reader is to see of a plan's header; where names are hidden, so are those that were misheard."""
    if not header.settings.pseudonyms_in_results:
        return header
    respelling, pseudonyms = respelling_of(header.settings.corrections), pseudonyms_of(header.pseudonyms)

    def hide(text: str) -> str:
        return pseudonyms.hide_label(respelling.respell(text))

    return replace(
        header,
        title=hide(header.title),
        source_title=hide(header.source_title),
        file=hide(header.file),
        unread={hide(name): why for name, why in header.unread.items()},
        warnings=tuple(map(hide, header.warnings)),
        left_out=tuple(replace(one, text=hide(one.text)) for one in header.left_out),
        speaker_names=tuple(
            replace(one, name=hide(one.name), quote=hide(one.quote), said_by=hide(one.said_by))
            for one in header.speaker_names
        ),
    )


def present_label(label: str, header: Header) -> str:
    """A path or another label as a reader is to see it."""
    hidden = header.settings.pseudonyms_in_results
    return pseudonyms_of(header.pseudonyms).hide_label(label) if hidden else label


def present_text(text: str, header: Header, said: str = "") -> str:
    """Words that a person wrote into a result, where that may have shown other names than now.

    `said` is the original of them, which tells the names that share a pseudonym from each other.
    """
    pseudonyms = pseudonyms_of(header.pseudonyms)
    if header.settings.pseudonyms_in_results:
        return pseudonyms.hide(text)
    return pseudonyms.show(text, respelling_of(header.settings.corrections).respell(said))


def present_settings(header: Header) -> dict[str, Any]:
    """The settings as summary.json shows them: without the names that pseudonyms stand for.

    Where names are hidden, it also leaves out how such a name is misheard.
    """
    settings = {**header.settings.to_dict(), "pseudonyms": {}}
    if not header.settings.pseudonyms_in_results:
        return settings
    hide = pseudonyms_of(header.pseudonyms).hide_label
    corrections = header.settings.corrections
    settings["corrections"] = {
        heard: written for heard, written in corrections.items() if hide(written) == written
    }
    hidden = _change_everywhere(settings, hide)
    return {key: hidden[key] for key in settings}


def recall_settings(told: Mapping[str, Any], header: Header) -> Settings:
    """The settings that a summary tells, with names where that has pseudonyms in what is only written down.

    What is told as that of the plan's `header` would be is taken from there.
    """
    settings = Settings.from_dict(told)
    if not settings.pseudonyms_in_results:
        return settings
    pseudonyms, own = pseudonyms_of(header.pseudonyms), header.settings.to_dict()
    recalled = {}
    for key in told.keys() & set(RENDERED):
        is_own = _change_everywhere(own[key], pseudonyms.hide_label) == told[key]
        recalled[key] = own[key] if is_own else _change_everywhere(told[key], pseudonyms.show)
    return Settings.from_dict({**settings.to_dict(), **recalled})


def _change_everywhere(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - whatever JSON can say
    if isinstance(value, str):
        return change(value)
    if isinstance(value, (list, tuple)):
        return [_change_everywhere(one, change) for one in value]
    if isinstance(value, dict):
        return {
            _change_everywhere(key, change): _change_everywhere(one, change) for key, one in value.items()
        }
    return value
