"""What a service manager hears: ready, alive as long as all moves, what goes on, leaving."""

import os
import signal
import socket
import threading
from contextlib import contextmanager

from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from daemon.status.publisher import Report
from daemon.system.process.sd_notify import Notifier
from daemon.workers.heartbeat import Heartbeat
from tests import HANG_SECONDS
from tests.conftest import until


def test_it_is_ready_once_the_watch_is_on_and_says_what_goes_on_and_that_it_leaves(root, manager):
    daemon = root.start("run", env=manager.environment)
    before = manager.heard("READY=1")
    assert before == ["READY=1"]
    daemon.logged("watching")
    manager.heard("STATUS=idle, $0.00 today")
    manager.heard("WATCHDOG=1")
    root.drop("talk.txt")
    daemon.logged("delivered")
    daemon.process.send_signal(signal.SIGTERM)
    leaving = manager.heard("STOPPING=1")[-1]
    assert leaving == "STOPPING=1\nEXTEND_TIMEOUT_USEC=60000000"
    assert daemon.wait() == 0


def test_status_counts_jobs_and_chunks_and_says_why_it_is_held(model_root, server, manager):
    server.hold()
    daemon = model_root.start("run", env=manager.environment)
    model_root.drop("talk.txt", " ".join(f"One two three four five {n}." for n in range(30)))
    said = manager.heard("STATUS=1 job, 0 of ")[-1]
    assert said.endswith(" chunks, $0.00 today")
    model_root.command("pause", "--reason", "lunch")
    manager.heard("STATUS=paused: lunch")
    server.release()
    assert daemon.stop() == 0


@contextmanager
def running(root, manager):
    """The real loop in a thread, with a heartbeat whose clock the test sets."""
    supervisor = Supervisor(
        load_config(str(root.path / "config.yaml")), Report(0, Notifier(manager.environment))
    )
    now = [0.0]
    supervisor.admission.heartbeat = Heartbeat(lambda: now[0])
    loop = threading.Thread(target=supervisor.run)
    loop.start()
    try:
        yield supervisor, now
    finally:
        supervisor.stop()
        loop.join(HANG_SECONDS)
        assert not loop.is_alive()


def test_the_watchdog_is_not_fed_while_a_worker_hangs(model_root, server, manager):
    server.hold()
    model_root.drop("talk.txt")
    with running(model_root, manager) as (_, now):
        server.wait_for(1)
        manager.heard("WATCHDOG=1")
        now[0] = 600.0  # as long as an answer may take
        manager.heard("WATCHDOG=1")
        now[0] = 1000.0
        until(lambda: manager.silence(1.5))
        server.release()
        manager.heard("WATCHDOG=1")


def test_the_watchdog_is_not_fed_while_the_loop_hangs(root, manager):
    daemon = root.start("run", env=manager.environment)
    manager.heard("WATCHDOG=1")
    daemon.process.send_signal(signal.SIGSTOP)
    until(lambda: manager.silence(1.5))
    daemon.process.send_signal(signal.SIGCONT)
    manager.heard("WATCHDOG=1")
    daemon.stop()


def test_it_is_fed_while_requests_in_flight_get_their_grace(model_root, server, manager):
    server.hold()
    model_root.drop("talk.txt")
    daemon = model_root.start("run", env=manager.environment)
    server.wait_for(1)
    daemon.process.send_signal(signal.SIGTERM)
    manager.heard("STOPPING=1")
    manager.heard("WATCHDOG=1")
    manager.heard("WATCHDOG=1")
    server.release()
    assert daemon.wait() == 0


def test_another_process_of_the_service_does_not_feed_the_watchdog(manager):
    Notifier({**manager.environment, "WATCHDOG_PID": "1"}).alive()
    Notifier({**manager.environment, "WATCHDOG_USEC": "soon"}).alive()
    assert manager.silence(0.05)


def test_without_a_manager_nothing_is_said_and_nothing_fails(tmp_path):
    Notifier({}).ready()
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()


def test_an_abstract_socket_is_spoken_to_as_well():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as abstract:
        abstract.bind(f"\0transcriptd-{os.getpid()}")
        Notifier({"NOTIFY_SOCKET": f"@transcriptd-{os.getpid()}"}).ready()
        assert abstract.recv(100) == b"READY=1"


def test_a_manager_that_does_not_read_stops_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("daemon.system.process.sd_notify._PATIENCE_SECONDS", 0.001)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(str(tmp_path / "deaf"))
        notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "deaf")})
        told = threading.Thread(target=lambda: [notifier.status(str(n)) for n in range(1000)], daemon=True)
        told.start()  # more than the socket holds
        told.join(HANG_SECONDS)
        assert not told.is_alive()
