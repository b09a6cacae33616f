"""The log: a line per event, for people, for journald or for programs."""

import json
import logging
import re

import pytest

from daemon.system.process import logs


@pytest.fixture
def log(capsys):
    """Logs a line in a style, and gives what came out; the root logger is put back."""
    root = logging.getLogger()
    before = root.handlers[:], root.level

    def write(style, level, message, *values, **more):
        logs.set_up(style=style)
        logging.getLogger("daemon.test").log(level, message, *values, **more)
        return capsys.readouterr().err

    yield write
    root.handlers[:], level = before
    root.setLevel(level)


def test_a_line_for_people_has_the_time_and_no_colour_where_nobody_sees_it(log):
    said = log("text", logging.WARNING, "held reason=%r", "no key")
    assert re.fullmatch(r"\d\d:\d\d:\d\d WARNING held reason='no key'\n", said)


def test_journald_reads_the_level_of_every_line(log, monkeypatch):
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    assert log("text", logging.ERROR, "failed\nhere") == "<3>failed\n<3>here\n"
    assert log("text", logging.INFO, "claimed") == "<6>claimed\n"


def test_a_program_reads_an_object_a_line(log):
    said = log("json", logging.INFO, "delivered job=%s path=%r chunks=%d", "talk", '/out/it\'s "here"', 3)
    line = json.loads(said)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info", "event": "delivered", "job": "talk", "path": "/out/it's \"here\"", "chunks": "3",
    }  # fmt: skip


@pytest.mark.parametrize("value", ["a b", "=", "'", '"', "\\", "x='y'", "\n", "{}"])
def test_values_come_out_as_they_were(log, value):
    assert json.loads(log("json", logging.INFO, "skipped name=%r it is odd", value))["name"] == value


@pytest.mark.parametrize("name", ["job=other", "talk level=error", "x='y' time=0", "event=delivered", "%s"])
def test_no_name_passes_for_a_field(log, name):
    line = json.loads(log("json", logging.INFO, "dropped job=%s chunk=%d %s", name, 7, f"for {name}"))
    assert set(line) == {"time", "level", "event", "job", "chunk"}
    assert (line["level"], line["event"]) == ("info", f"dropped for {name}")
    assert (line["job"], line["chunk"]) == (name, "7")


def test_a_message_without_values_is_the_event_as_it_stands(log):
    assert json.loads(log("json", logging.INFO, "100% of job=x is done"))["event"] == "100% of job=x is done"
    assert json.loads(log("json", logging.INFO, "took %g s, %d%%", 1.5, 9))["event"] == "took 1.5 s, 9%"


def test_an_error_comes_with_where_it_came_from(log):
    try:
        raise ValueError("boom")
    except ValueError:
        line = json.loads(log("json", logging.ERROR, "broke job=%s", "talk", exc_info=True))
    assert line["event"].startswith("broke Traceback")
    assert line["event"].endswith("ValueError: boom")


@pytest.mark.process
def test_an_idle_daemon_says_nothing(make_root):
    root = make_root(log_format="json")
    daemon = root.start()
    daemon.logged("watching")
    root.drop("talk.txt")
    daemon.logged("delivered")
    said = len(daemon.log)
    root.drop("again/talk.txt")
    daemon.logged("delivered", times=2)
    daemon.stop()
    events = [json.loads(line)["event"] for line in daemon.log]
    assert events[said:] == ["claimed", "planned", "delivered", "stopped"]


@pytest.mark.process
def test_a_changed_format_of_the_log_holds_from_the_reading_of_the_config_on(make_root):
    root = make_root()
    daemon = root.start()
    daemon.logged("watching")
    root.write_config(log_format="json")
    daemon.logged("config read")
    (line,) = (line for line in daemon.log if "config read" in line)
    assert json.loads(line)["level"] == "info"
