"""What runs over the same files must have in common: every byte of a result that does not tell of the run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_OF_THE_RUN = frozenset({
    "job_id", "received_at", "finished_at", "requests", "requests_in_batches", "input_tokens",
    "output_tokens", "cost", "cost_bounded",
    "server",  # each test has one of its own
})  # fmt: skip
_RUN_IN_REVIEW = re.compile(rb'<div id="cost">.*|, at http://127\.0\.0\.1:[0-9]+')


def read_results(outbox: Path) -> dict[str, object]:
    """All files of the results in an outbox by their paths, without what tells of the run.

    What a running daemon writes STATUS.txt and index.html by, which tell when it was and what it cost, comes
    and goes.
    """
    found: dict[str, object] = {}
    for path in sorted(outbox.rglob("*")):
        name = str(path.relative_to(outbox))
        if name.startswith(("STATUS.txt", "index.html", ".tmp-")) or not path.is_file():
            continue
        data = path.read_bytes()
        if path.name == "summary.json":
            found[name] = drop_run(json.loads(data))
        else:
            found[name] = _RUN_IN_REVIEW.sub(b"", data) if path.name == "review.html" else data
    return found


def drop_run(summary: Mapping[str, Any]) -> dict[str, Any]:
    """A summary.json without what tells of the run."""
    return {key: value for key, value in summary.items() if key not in _OF_THE_RUN}
