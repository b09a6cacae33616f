"""A terminal for tests: runs a command in a pty and knows what a person would see on the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from tests import HANG_SECONDS

_PIECE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|(\r)|(\n)|([^\x1b\r\n]+)")


class Terminal:
    """The command, begun; `screen()` is all that stands there now, without colours."""

    def __init__(self, words, env, columns=80):
        self._fd, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        env = {**{name: value for name, value in env.items() if name != "COLUMNS"}, "TERM": "xterm-256color"}
        self._process = subprocess.Popen(
            words,
            stdin=end,
            stdout=end,
            stderr=end,
            env=env,
            start_new_session=True,
            preexec_fn=_own_terminal,
        )
        os.close(end)
        self._poll = select.poll()
        self._poll.register(self._fd, select.POLLIN)
        self._said = b""

    def screen(self):
        return screen(self._said.decode(errors="replace"))

    def until(self, condition):
        """Read until a condition of the screen is true; the screen then."""
        end = time.monotonic() + HANG_SECONDS
        while not condition(now := self.screen()):
            assert time.monotonic() < end, f"the screen never was so: {now}"
            assert self._read(end - time.monotonic()), f"it ended before the screen was so: {now}"
        return now

    def press_ctrl_c(self):
        os.write(self._fd, b"\x03")

    def end(self):
        """Read to the end; the exit code."""
        end = time.monotonic() + HANG_SECONDS
        while self._read(end - time.monotonic()):
            assert time.monotonic() < end, f"it doesn't end: {self.screen()}"
        return self._process.wait(HANG_SECONDS)

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._fd)

    def _read(self, seconds):
        """Take in what comes within so many seconds; False at the end."""
        if not self._poll.poll(max(0, 1000 * seconds)):
            return True
        try:
            piece = os.read(self._fd, 65536)
        except OSError:  # Linux says EIO where the other side is closed
            return False
        self._said += piece
        return bool(piece)


def _own_terminal():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background job would have it ignored
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # so would nohup
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def screen(said):
    """What stands there after so much was written; knows the moves and erasures that our program makes."""
    lines, row, column = [""], 0, 0
    for number, letter, home, down, text in _PIECE.findall(said):
        if letter == "A":
            row = max(0, row - int(number or 1))
        elif letter == "K":
            lines[row] = ""
        elif letter == "J":
            lines, row = [""], 0
        elif letter == "H":
            row = column = 0
        elif home:
            column = 0
        elif down:
            row += 1
            lines += [""] * (row == len(lines))
        elif text:
            lines[row] = lines[row][:column].ljust(column) + text + lines[row][column + len(text) :]
            column += len(text)
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"
