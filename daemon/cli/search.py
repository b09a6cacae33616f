"""The command `search`: what was said, found in everything that lies in the outbox."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory

from daemon.cli.options import Say
from daemon.delivery.catalogue.passages import Excerpt
from daemon.delivery.catalogue.search import Answer, Hit, search_outbox
from daemon.delivery.catalogue.words import Term, parse_query
from daemon.delivery.outbox.names import REJECTED
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.errors import UsageError
from daemon.settings.config import Root
from daemon.status.live_record import find_running_pid
from daemon.store.state_folder import require_own_places
from daemon.system.file_names import shown
from daemon.text.unseen import JOINERS

_JOINER = re.compile(f"([{JOINERS}])")

_MEND = "See that its disk has room, and that you are the daemon's user; then ask again."


def say_hits(root: Root, words: Sequence[str], most: int, say: Say, *, as_json: bool) -> None:
    """Say which results hold the words; raises UsageError where that can't be told."""
    terms = parse_query(words)
    if not terms:
        raise UsageError("There is no word to look for.", 'For example: transcriptd search budget "the roof"')
    try:
        answer = _ask_index(root, terms, most)
    except (sqlite3.Error, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"The search index in {root.state} can't be used ({why}).", _MEND) from None
    if as_json:
        hits = [hit.to_dict() for hit in answer.hits]
        told = {"total": answer.total, "unindexed": answer.unindexed, "results": hits}
        say(json.dumps(told, indent=1))
        return
    for line in _list_lines(root, answer):
        say(line)


def _ask_index(root: Root, terms: Sequence[Term], most: int) -> Answer:
    """The answer of the index in the state folder; where there is no such folder, of one made for this."""
    outbox = Outbox(root.outbox)
    if not os.path.isdir(root.state):  # not made here: a state/ by itself is one whose inbox has gone
        with TemporaryDirectory() as folder:
            return search_outbox(folder, outbox, terms, most, catch_up=True)
    require_own_places(root.state, needed=False)
    return search_outbox(root.state, outbox, terms, most, catch_up=find_running_pid(root.state) is None)


def _list_lines(root: Root, answer: Answer) -> Iterator[str]:
    for hit in answer.hits:
        yield from _list_hit(root, hit)
    if answer.total > len(answer.hits):
        yield f"The newest {len(answer.hits):,} of {answer.total:,}; see more with --limit."
    elif not answer.hits:
        yield "Nothing found."
    if answer.unindexed:
        yield f"{answer.unindexed:,} results are not indexed yet; the daemon is working on it."


def _list_hit(root: Root, hit: Hit) -> Iterator[str]:
    entry = hit.entry
    rejected = ", rejected" if entry.kind == REJECTED else ""
    yield f"{shown(entry.title)}  ({entry.local_time[:10]}{rejected})"
    for excerpt in hit.excerpts:
        yield f"  {_show_excerpt(excerpt)}"
    yield f"  {shown(os.path.join(root.outbox, entry.text or entry.path))}"
    yield ""


def _show_excerpt(excerpt: Excerpt) -> str:
    time = f"[{excerpt.time}] " if excerpt.time else ""
    text = f"{time}{excerpt.before}{excerpt.hit}{excerpt.after}"
    return "".join(part if part in JOINERS else shown(part) for part in _JOINER.split(text))
