"""What named files would take, line by line for a person: the command `estimate`."""

from __future__ import annotations

import os
from collections.abc import Sequence

from daemon.cleaning.extras.questions import measure_system
from daemon.cleaning.prompt import Brief, system_text
from daemon.cli.named_files import NamedFile, list_transcripts
from daemon.cli.options import Say
from daemon.costs.estimate import Estimate, estimate_cleaning, estimate_extra, estimate_survey
from daemon.costs.ledger import Ledger
from daemon.costs.ledger_file import LEDGER
from daemon.costs.pricing import BATCH_SHARE
from daemon.errors import EXIT_OK, EXIT_SOME_FAILED, InputError
from daemon.formats import WHAT_IS_READ
from daemon.intake.claim import make_copy_ticket
from daemon.intake.planning import make_plan
from daemon.intake.survey import find_question
from daemon.loop.provider import Access
from daemon.settings.config import Root
from daemon.settings.profile import Settings
from daemon.store.plan import index_plan, read_chunks
from daemon.system.file_names import shown
from daemon.system.files import Folder


def say_estimates(root: Root, paths: Sequence[str], say: Say, complain: Say) -> int:
    """Say a line for each file, in folders too, and one for all, before any is spent; the exit code.

    What can't be read is named with the reason, the others are estimated all the same, and what to do comes
    last.
    """
    access = Access(root, Ledger(os.path.join(root.state, LEDGER)))
    whole: Estimate | None = None
    files = list_transcripts(paths, complain)
    mends: list[str] = []
    for file in files:
        try:
            settings, one = _estimate_file(access, file)
        except (OSError, InputError) as error:
            why, mend = _explain_error(error)
            mends.append(mend)
            complain(f"{shown(file.path)}: left out. {why}")
            continue
        whole = one if whole is None else whole + one
        say(f"{shown(file.path)}: {_describe_estimate(one, settings)}")
    if whole is not None and len(files) > 1:
        say(f"all: {_describe_estimate(whole, access.settings)}")
    if mends:
        complain(f"{len(mends):,} of {len(files):,} files could not be read.")
    for mend in _merge_mends(mends):
        complain(mend)
    return EXIT_SOME_FAILED if mends else EXIT_OK


def _merge_mends(mends: Sequence[str]) -> list[str]:
    """Each of them once, for many files have the same; the long list of what is read only with the last."""
    listing = {mend.removesuffix(WHAT_IS_READ).rstrip(): mend for mend in mends if mend}
    last = next((mend for mend in reversed(listing.values()) if mend.endswith(WHAT_IS_READ)), None)
    return [mend if mend == last else short for short, mend in listing.items()]


def _estimate_file(access: Access, file: NamedFile) -> tuple[Settings, Estimate]:
    """What one file will take, and under which settings; raises InputError and OSError."""
    path = os.path.realpath(file.path)
    name = os.path.basename(path)
    with Folder(os.path.dirname(path)) as folder:
        data = folder.read(name)
        settings = _find_settings(access, folder, name, _name_in_inbox(access.root, path) or file.name)
    return settings, _estimate_under(access, settings, data, name)


def _find_settings(access: Access, folder: Folder, name: str, inside: str) -> Settings:
    """The settings under which a file in a folder would be cleaned; `inside` is its path in an inbox."""
    with open(folder.open(name), "rb") as file:
        ticket = make_copy_ticket(folder, name, file.fileno(), inside)
    if ticket is None:
        raise InputError("Its .yaml is being written.", "Try again in a moment.")
    return access.settings_for(ticket)


def _name_in_inbox(root: Root, path: str) -> str | None:
    """What the inbox calls a file, by its real path, that lies in it; None where it does not."""
    inside = os.path.commonpath([path, root.inbox]) == root.inbox
    return os.path.relpath(path, root.inbox) if inside else None


def _estimate_under(access: Access, settings: Settings, data: bytes, name: str) -> Estimate:
    """What a source of these bytes will take; raises InputError where it is not a transcript."""
    content = make_plan(data, name, settings)
    found = index_plan(content)
    assert found is not None
    header = found.header
    is_offline = settings.provider == "offline"
    price = None if is_offline else access.root.config.price_of(settings.model)
    prompt = "" if is_offline else system_text(Brief.under(settings, header.title))
    whole = estimate_cleaning(header.words, header.characters, header.chunks, prompt, price)
    for kind in settings.extras:
        part_words, around = access.choose_part_words(settings), measure_system(kind)
        whole += estimate_extra(header.words, header.characters, part_words, around, price)
    question = find_question(header, read_chunks(content)) if header.may_be_surveyed else None
    if question is None:
        return whole
    return whole + estimate_survey(question.characters, question.max_tokens, price)


def _explain_error(error: OSError | InputError) -> tuple[str, str]:
    """Why a file is left out, and what to do about it."""
    if isinstance(error, InputError):
        return error.message, error.mend
    return f"It can't be read ({error.strerror}).", "Look at its name and its permissions."


def _describe_estimate(one: Estimate, settings: Settings) -> str:
    text = f"{one.words:,} words, {one.chunks:,} chunk{'' if one.chunks == 1 else 's'}"
    if settings.provider == "offline":
        return f"{text}, no tokens and no dollars by the offline rules"
    dollars = "price unknown" if one.dollars is None else _describe_price(one.dollars, settings, one)
    return f"{text}, about {one.input_tokens:,} + {one.output_tokens:,} tokens, {dollars}"


def _describe_price(dollars: float, settings: Settings, one: Estimate) -> str:
    """What it costs; where there are message batches, by these too."""
    text = f"about ${dollars:.4f}"
    if settings.provider != "anthropic":
        return text
    singly = one.dollars_asked_singly
    batched = BATCH_SHARE * (dollars - singly) + singly
    return f"{text}, or ${batched:.4f} in message batches (`batch: true`)"
