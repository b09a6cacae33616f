"""Whether the models that are asked are to be had, and their batches."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from daemon.cleaning.llm.client import find_retirement
from daemon.cli.check.finding import Finding
from daemon.errors import EXIT_HELD, ServiceError
from daemon.loop.provider import Access


def look_at_models(access: Access, *, offline: bool) -> Iterator[Finding]:
    """Whether the models that are asked answer, as far as that is found out without cleaning anything."""
    settings = access.settings
    if settings.provider == "offline":
        return
    date = find_retirement(settings.model) if settings.provider == "anthropic" else None
    if date is not None:
        yield Finding(f"{settings.model} retires on {date}", "Choose another `model` in config.yaml.")
    if offline:
        yield Finding("key and model were not asked for (--offline)")
        return
    try:
        note = access.find_processor(settings).check()
    except ServiceError as error:
        mend = error.mend or "Look again later."
        if error.of_model and access.root.config.base_url:
            mend += " A server that doesn't list its models may have it all the same: `check --try` tells."
        yield Finding(error.message, mend, EXIT_HELD)
    else:
        if note:
            yield Finding(note, "`check --try` tells whether it answers.")
        else:
            yield Finding(f"{settings.model} is offered there")
        yield from _check_second_models(access)
        yield from _check_batches(access)


def _check_second_models(access: Access) -> Iterator[Finding]:
    """Whether the models are to be had that are asked for what the first can't clean."""
    wanted = dict.fromkeys(profile.fallback_model for profile in access.root.config.all_profiles)
    for model in filter(None, wanted):
        try:
            access.find_processor(replace(access.settings, model=model)).check()
        except ServiceError as error:
            mend = f"{error.mend} Until then what `model` can't clean keeps its original words."
            yield Finding(f"`fallback_model`: {error.message}", mend)
        else:
            yield Finding(f"{model} is offered there, as `fallback_model`")


def _check_batches(access: Access) -> Iterator[Finding]:
    """Whether the service takes message batches, where some are wanted."""
    is_wanted = any(profile.batch for profile in access.root.config.all_profiles)
    if not is_wanted or access.provider != "anthropic":
        return
    client = access.batch_model(access.settings.model).batches
    fault = client.find_batch_fault() if client is not None else None
    if fault is None:
        yield Finding(f"{access.address} takes message batches")
    else:
        mend = "Set `batch: false` in config.yaml, or look again later."
        yield Finding(f"{access.address} takes no message batches ({fault.seen})", mend, EXIT_HELD)
