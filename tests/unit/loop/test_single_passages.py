"""A passage on which the service, or what stands before it, always fails, while it answers all others."""

import pytest

from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from tests.conftest import until
from tests.messages_server import HTML, RESET, Reply, error, last_user_text

BAD = "um the file called passwd is what the lecture was about on that day."
TALK = "\n\n".join(
    ["Ann: um hello and welcome to the first part of this talk about the machines.", f"Ben: {BAD}"]
)
MODEL = {"model": "a-model", "chunk_words": 12, "concurrency": 1, "attempts": 2, "survey": False}
PAGE = {"body": b"<html>This request was blocked.</html>", "content_type": "text/html"}
FAILING = {"500": error(500), "reset": RESET, "a page": HTML, "503": error(503)}
FILTERING = {
    "403": Reply(status=403, **PAGE),
    "404": Reply(status=404, **PAGE),
    "406": Reply(status=406, **PAGE),
    "302": Reply(status=302, headers={"location": "http://blocked.example/why"}, body=b""),
}


@pytest.fixture
def looked(make_root, server, short_waits):
    """A root at a server, which is worked in this process until something is so; probes are due at once."""
    root = make_root(base_url=server.url, **MODEL)
    running = []

    def look_until(condition):
        if not running:
            running.append(Supervisor(load_config(str(root.path / "config.yaml")), lambda *_, **__: None))
        supervisor = running[0]

        def look():
            supervisor.look()
            supervisor.admission.probe_now()
            return condition()

        until(look)
        return supervisor

    yield root, look_until
    for supervisor in running:
        supervisor.stop()
        supervisor._leave()


def fail_on_bad(server, fault):
    server.fault = lambda body: fault if "passwd" in last_user_text(body) else None


@pytest.mark.parametrize("fault", [*FAILING.values(), *FILTERING.values()], ids=[*FAILING, *FILTERING])
def test_the_last_passage_on_which_a_service_fails_keeps_its_words_and_holds_nobody(looked, server, fault):
    root, look_until = looked
    fail_on_bad(server, fault)
    root.drop("talk.txt", TALK)
    supervisor = look_until(lambda: root.results() == ["talk"])
    [flag] = root.summary("talk")["flags"]
    assert flag["words"] == len(BAD.split())
    assert BAD in (root.outbox / "talk" / "talk.md").read_text()
    root.drop("later.txt", "Ann: um a good day to all of you who are listening to us today.")
    look_until(lambda: root.results() == ["later", "talk"])
    assert supervisor.admission.held is None


@pytest.mark.parametrize("fault", [error(403, "permission_error"), error(500)], ids=["403", "500"])
def test_what_the_service_says_to_every_text_is_no_passages_fault(looked, server, fault):
    root, look_until = looked
    server.fault = lambda body: fault
    root.drop("talk.txt", TALK)
    supervisor = look_until(lambda: len(server.bodies) > 20)
    assert supervisor.admission.held is not None
    server.fault = lambda body: None
    look_until(lambda: root.results() == ["talk"])
    assert root.summary("talk")["flags"] == []


def test_a_403_is_believed_without_another_question_while_other_passages_can_be_asked_for(looked, server):
    root, look_until = looked
    server.fault = lambda body: error(403, "permission_error")
    root.drop("talk.txt", TALK)
    look_until(lambda: len(server.bodies) >= 2)
    first, second = (last_user_text(body) for body in server.bodies[:2])
    assert ("the machines" in first, "passwd" in second) == (True, True)
