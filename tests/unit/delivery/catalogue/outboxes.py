"""An outbox with results as the program leaves them, made by hand."""

import json
import os

from daemon.delivery.catalogue.refresh import Refresh
from daemon.delivery.catalogue.search import search_outbox
from daemon.delivery.catalogue.words import parse_query
from daemon.delivery.outbox.outbox_folder import Outbox

MARKDOWN = """---
title: {title}
words: 9
---

# {title}

[00:01:15] **Ann:** {text}

[00:02:30] And that is all.
"""


class MadeOutbox:
    """A folder of results and a state folder beside it."""

    def __init__(self, path):
        self.path, self.state = path / "outbox", path / "state"
        self.path.mkdir()
        self.state.mkdir(mode=0o700)
        self.outbox = Outbox(str(self.path))
        self._count = 0

    def add(self, path, text="The harbour is open.", *, title=None, **summary):
        """A result at a path; each is finished a minute after the one before."""
        self._count += 1
        folder, name = self.path / path, os.path.basename(path)
        folder.mkdir(parents=True)
        title = title or name
        (folder / f"{name}.md").write_text(MARKDOWN.format(title=json.dumps(title), text=text))
        (folder / "review.html").write_text("<p>the review</p>")
        (folder / "original.txt").write_text(text)
        told = {
            "job_id": f"20260102T030405-{self._count:08x}",
            "source": f"{path}.txt",
            "title": title,
            "finished_at": f"2026-01-02T03:{self._count // 60:02d}:{self._count % 60:02d}+00:00",
            "duration_seconds": 150.0,
            "words_out": 9,
            "flags": [],
            "notes": {},
            "cost": 0.25,
            "language": "en",
            **summary,
        }
        (folder / "summary.json").write_text(json.dumps(told))

    def reject(self, path, why="It is a picture."):
        folder = self.path / "rejected" / path
        folder.mkdir(parents=True)
        (folder / "original.txt").write_text("x")
        (folder / "REASON.txt").write_text(why)
        told = {
            "job_id": "r",
            "source": f"{path}.txt",
            "rejected": why,
            "finished_at": "2026-01-02T04:00:00+00:00",
        }
        (folder / "summary.json").write_text(json.dumps(told))

    def refresh(self, failed=()):
        """Bring catalogue and index to what there is."""
        refresh = Refresh(str(self.state), self.outbox)
        try:
            refresh.walk()
            refresh.write_pages(tuple(failed))
            refresh.index_words(60)
        finally:
            refresh.close()

    @property
    def index(self):
        return (self.path / "index.html").read_text()

    def find(self, *words, most=10, catch_up=True):
        return search_outbox(str(self.state), self.outbox, parse_query(words), most, catch_up=catch_up)

    def paths(self, *words):
        """The results that hold the words."""
        return [hit.entry.path for hit in self.find(*words).hits]
