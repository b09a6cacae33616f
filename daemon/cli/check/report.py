"""What would go wrong, before it does: folders, disk, watches, key, model, unit; each with its mend."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from daemon.cleaning.style import STYLES, find_style, list_unknown_placeholders
from daemon.cli.check.common_corrections import find_common_corrections, is_common
from daemon.cli.check.finding import Finding
from daemon.cli.check.machine import look_at_folders, look_at_machine, look_at_units
from daemon.cli.check.models import look_at_models
from daemon.cli.check.trial import try_model
from daemon.cli.options import Say
from daemon.costs.ledger import Ledger
from daemon.costs.ledger_file import LEDGER
from daemon.errors import EXIT_CONFIG, EXIT_OK, ConfigError
from daemon.loop.provider import Access
from daemon.settings.config import Root
from daemon.store.state_folder import MEND_MISPLACED, find_misplaced
from daemon.text.languages import code_of


def list_findings(root: Root, *, offline: bool, trial: bool) -> Iterator[Finding]:
    """What a look at everything finds; `offline`: no request is sent; `trial`: a passage is cleaned."""
    yield Finding(f"{root.file or 'the built-in settings'} can be read and has no mistake")
    yield from look_at_folders(root)
    if os.path.exists(root.state) and not _can_be_looked_into(root.state):
        return  # as what comes below does
    if (misplaced := find_misplaced(root.state)) is not None:
        yield Finding(misplaced, MEND_MISPLACED, EXIT_CONFIG)
    yield from look_at_machine(root)
    yield from _check_corrections(root)
    yield from _check_pseudonyms(root)
    yield from _check_languages(root)
    if misplaced is not None:
        return
    try:
        impatient = Root(replace(root.config, attempts=1), root.path, root.file)
        access = Access(impatient, Ledger(os.path.join(root.state, LEDGER)))
    except ConfigError as error:
        yield Finding(error.message, error.mend, error.exit_code)
        return
    yield Finding(access.describe_provider())
    yield from _check_prompts(root)
    yield from look_at_models(access, offline=offline)
    yield from look_at_units(root)
    if trial:
        yield from try_model(access)


def _can_be_looked_into(path: str) -> bool:
    return os.path.isdir(path) and os.access(path, os.R_OK | os.X_OK)


def _check_corrections(root: Root) -> Iterator[Finding]:
    """Which corrections hit common words, with how often they would have changed what was delivered."""
    try:
        found = list(find_common_corrections(root))
    except ValueError:
        return  # they go round in circles, which is said where the settings are looked at
    for one in found:
        places = "1 place" if one.hits == 1 else f"{one.hits:,} places"
        results = "1 result" if one.results == 1 else f"{one.results:,} results"
        yield Finding(
            f"`corrections`: {one.heard} is a common word: {one.heard} → {one.written} would change {places} "
            f"in the {one.words:,} words of the outbox's {results}",
            "Take it out, or make a longer phrase of it, if that is not what you want.",
        )


def _check_pseudonyms(root: Root) -> Iterator[Finding]:
    """Which names that are to be hidden are common words as well."""
    for name in dict.fromkeys(name for one in root.config.all_profiles for name in one.pseudonyms):
        if is_common(name):
            yield Finding(
                f"`pseudonyms`: {name} is a common word, too, and is hidden wherever that stands",
                "Give it with the rest of the name, such as Will Lee, if that is not what you want.",
            )


def _check_languages(root: Root) -> Iterator[Finding]:
    """Which languages a config names that are not known: most often, the name is misspelt."""
    for name in dict.fromkeys(one.language for one in root.config.all_profiles):
        if name is not None and code_of(name) is None:
            yield Finding(
                f"`language`: {name} is no language that is known here, and has no rules",
                "Write its code or its English name, such as de or German; or null, to have it found out.",
            )


def _check_prompts(root: Root) -> Iterator[Finding]:
    """What a prompt of a person's own leaves to be filled in that never is."""
    own = (profile.style for profile in root.config.all_profiles if profile.style not in STYLES)
    for name in dict.fromkeys(own):
        try:
            unknown = list_unknown_placeholders(find_style(name, Path(root.path)).prompt)
        except ConfigError:
            continue  # it is said where the settings are looked at
        if unknown:
            yield Finding(
                f"`style`: the prompt {name} has {', '.join(unknown)}, which is sent as it is",
                "What is filled in: {{fileName}}, {{chunkText}} and {{outputLanguage}}.",
            )


def report_findings(root: Root, say: Say, *, offline: bool, trial: bool) -> int:
    """Say each finding as it comes; the worst exit code."""
    worst = EXIT_OK
    for finding in list_findings(root, offline=offline, trial=trial):
        say(str(finding))
        worst = max(worst, finding.exit_code)
    return worst
