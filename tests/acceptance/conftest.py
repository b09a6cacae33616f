"""What the tests from outside share: somebody in the place of systemd."""

import socket

import pytest

from tests import HANG_SECONDS


class Manager:
    """A socket as systemd has it, and what was said to it."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(HANG_SECONDS)
        self.environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "200000"}

    def next(self):
        return self.socket.recv(4096).decode()

    def heard(self, begin):
        """Wait for a message that begins so; all that came until then."""
        heard = [self.next()]
        while not heard[-1].startswith(begin):
            heard.append(self.next())
        return heard

    def silence(self, seconds):
        """Whether nothing but STATUS comes for so long, once what was on its way is read."""
        self.socket.settimeout(seconds)
        try:
            while True:
                if self.next().startswith("WATCHDOG"):
                    return False
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(HANG_SECONDS)


@pytest.fixture
def manager(tmp_path):
    manager = Manager(tmp_path / "notify")
    yield manager
    manager.socket.close()
