"""What named files would take, line by line for a person: the command `estimate`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from daemon.costs.estimate import Estimate, estimate_cleaning
from daemon.costs.ledger import LEDGER, Ledger
from daemon.costs.pricing import BATCH_SHARE
from daemon.errors import UsageError
from daemon.intake.planning import make_plan
from daemon.loop.provider import Access
from daemon.settings.config import Root
from daemon.settings.profile import Settings
from daemon.store import plan
from daemon.system.file_names import shown
from daemon.system.files import Folder


def quote(root: Root, files: Sequence[str]) -> Iterator[str]:
    """A line per file, and one for all: words, chunks, tokens and dollars, before any are spent."""
    access = Access(root, Ledger(os.path.join(root.state, LEDGER)))
    settings = access.settings
    price = None if settings.provider == "offline" else root.config.price_of(settings.model)
    prompt = "" if settings.provider == "offline" else settings.prompt
    whole: Estimate | None = None
    for file in files:
        found = plan.index(make_plan(_bytes_of(file), os.path.basename(file), settings))
        assert found is not None
        header = found.header
        one = estimate_cleaning(header.words, header.characters, header.chunks, prompt, price)
        whole = one if whole is None else whole + one
        yield f"{shown(file)}: {_worded(one, settings)}"
    if whole is not None and len(files) > 1:
        yield f"all: {_worded(whole, settings)}"


def _worded(one: Estimate, settings: Settings) -> str:
    text = f"{one.words:,} words, {one.chunks:,} chunk{'' if one.chunks == 1 else 's'}"
    if settings.provider == "offline":
        return f"{text}, no tokens and no dollars by the offline rules"
    dollars = "price unknown" if one.dollars is None else _price(one.dollars, settings)
    return f"{text}, about {one.input_tokens:,} + {one.output_tokens:,} tokens, {dollars}"


def _price(dollars: float, settings: Settings) -> str:
    """What it costs; where there are message batches, by these too."""
    text = f"about ${dollars:.4f}"
    if settings.provider != "anthropic":
        return text
    return f"{text}, or ${BATCH_SHARE * dollars:.4f} in message batches (`batch: true`)"


def _bytes_of(file: str) -> bytes:
    try:
        with Folder(os.path.dirname(os.path.abspath(file))) as folder:
            return folder.read(os.path.basename(file))
    except OSError as error:
        raise UsageError(f"{shown(file)} can't be read ({error.strerror}).", "Name a transcript.") from None
