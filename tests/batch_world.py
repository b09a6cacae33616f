"""A root whose requests go in message batches, worked through in this process; minutes pass at once."""

import json
import os
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from daemon.batches import care, protocol, send_when_due
from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from tests.conftest import Root, until
from tests.messages_server import MessagesServer

SOON = 0.02  # seconds in the place of a minute
SAID = "um sentence {n} of the talk {k} has a few plain words and is no longer than that."
_MODIFIED = 1_700_000_000  # stands in the results
HURRIED = f"""
from daemon.batches import protocol
from daemon.cli.main import main

protocol.POLL_SECONDS = protocol.LONGEST_POLL_SECONDS = {SOON}
main()
"""  # the program, as a driver: it looks at its batches at once, not after a minute


def talk(k, chunks):
    """A talk of so many chunks, where a chunk has 17 words: one turn each."""
    speakers = ("Ann", "Ben")
    return "\n\n".join(f"{speakers[n % 2]}: {SAID.format(n=n, k=k)}" for n in range(chunks))


@contextmanager
def hurrying(search_seconds=0.3):
    """Within, the waits between two looks at a batch are short."""
    with ExitStack() as stack:
        for name, value in (("POLL_SECONDS", SOON), ("LONGEST_POLL_SECONDS", SOON)):
            stack.enter_context(patch.object(protocol, name, value))
        stack.enter_context(patch.object(protocol, "SEARCH_SECONDS", search_seconds))
        for name in ("AFTER_TROUBLE", "OUTAGE_PROBE", "MENDED_PROBE"):
            stack.enter_context(patch.object(send_when_due, name, SOON))
        stack.enter_context(patch.object(care, "AFTER_TROUBLE", SOON))
        yield


class BatchWorld:
    """A root, its server, and one daemon after the other over both."""

    def __init__(self, path, **settings):
        self.server = MessagesServer()
        self.batches = self.server.batches
        self._path, self._settings = path, settings

    def __enter__(self):
        self.server.__enter__()
        given = {
            "base_url": self.server.url, "chunk_words": 17, "concurrency": 4, "batch": True,
            "stop_grace_seconds": 5, "attempts": 2, **self._settings,
        }  # fmt: skip
        self.root = Root(self._path, **given)
        return self

    def __exit__(self, *exception):
        self.server.__exit__(*exception)

    def drop_talks(self, *chunks):
        """Put talks of so many chunks each into the inbox."""
        for k, count in enumerate(chunks):
            self.drop(f"talk-{k:02d}.txt", talk(k, count))

    def drop(self, name, text):
        """Put a file into the inbox, whole, as old as in any other world."""
        hidden = self.root.path / "on its way"
        hidden.write_text(text)
        os.utime(hidden, (_MODIFIED, _MODIFIED))
        (self.root.inbox / name).parent.mkdir(exist_ok=True)
        hidden.rename(self.root.inbox / name)

    @contextmanager
    def daemon(self):
        """A daemon, each look of which the test takes by `look_until`; it has left when this is left."""
        supervisor = Supervisor(load_config(str(self.root.path / "config.yaml")), lambda *_, **__: None)
        supervisor.jobs.batching.start()
        try:
            yield supervisor
        finally:
            supervisor.stop()
            supervisor._leave()

    def look_until(self, supervisor, condition):
        """Let the loop look until something is so; what it then is."""

        def look():
            supervisor.look()
            return condition()

        return until(look, every=0.005)

    def work(self, condition=None):
        """Let a daemon work until all is done, or something is so; the reason why it is held, or None."""
        with self.daemon() as supervisor:

            def is_over():
                supervisor.admission.probe_now()  # as if a person had mended it
                jobs = supervisor.jobs
                is_done = supervisor.inbox.quiet and jobs.at_rest and jobs.batching.is_idle
                return is_done and not self.left

            self.look_until(supervisor, condition or is_over)
            held = supervisor.jobs.holds.held
            return held.reason if held is not None else None

    @property
    def singly(self):
        """The bodies of the requests that went singly."""
        return self.server.bodies

    @property
    def left(self):
        """The batches of which something lies in the state folder still."""
        folder = self.root.state / ".batches"
        names = os.listdir(folder) if folder.exists() else []
        return [name for name in names if not name.startswith("tried-")]

    def ledger(self):
        """The ledger's lines, as lists."""
        lines = (self.root.state / "ledger.csv").read_text().splitlines()
        return [line.split(",") for line in lines[1:]]

    def open_reservations(self):
        """The reservations that were never paid."""
        paid = {line[2] for line in self.ledger() if line[1].startswith("paid")}
        return [line[2] for line in self.ledger() if line[1].startswith("reserved") and line[2] not in paid]

    def questions_paid_twice(self):
        """What was asked for and billed more than once, in whatever way."""
        billed = [json.dumps(one["messages"]) for one in [*self.batches.billed, *self.singly]]
        return sorted({one for one in billed if billed.count(one) > 1})
