"""Errors of Python and of libraries, in words for people."""

import ast
import binascii
import json
import re
import socket
import ssl
import zipfile
import zlib
from pathlib import Path

import httpx2
import msgspec
import pytest

import daemon
from daemon.errors import say_error

SECRET = "secret words"
ERRORS = [
    json.JSONDecodeError(SECRET, SECRET, 0),
    UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, SECRET),
    UnicodeEncodeError("ascii", SECRET, 0, 1, SECRET),
    RecursionError(SECRET),
    KeyError(SECRET),
    IndexError(SECRET),
    TypeError(SECRET),
    EOFError(SECRET),
    MemoryError(SECRET),
    zlib.error(SECRET),
    zipfile.BadZipFile(SECRET),
    binascii.Error(SECRET),
    msgspec.ValidationError(SECRET),
    httpx2.ConnectError(SECRET),
    httpx2.ReadTimeout(SECRET),
    httpx2.RemoteProtocolError(SECRET),
    httpx2.DecodingError(SECRET),
    httpx2.InvalidURL(SECRET),
    TimeoutError(SECRET),
    OSError(SECRET),
    ssl.SSLError(1, "[SSL: NO_REASON] " + SECRET),
    type("SomethingError", (Exception,), {})(SECRET),
]
CLASS_NAME = re.compile(r"[A-Z][a-z]+[A-Z]|Error\b|Errno|secret")


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_is_said_without_its_class_and_without_what_it_quotes(error):
    said = say_error(error)
    assert said
    assert not CLASS_NAME.search(said)


def test_a_failed_call_is_said_in_the_systems_words():
    assert say_error(PermissionError(13, "Permission denied", "/a/path")) == "Permission denied"
    assert say_error(socket.gaierror(-2, "Name or service not known")) == "Name or service not known"


def test_no_message_names_the_class_of_an_error():
    named = []
    for path in sorted(Path(daemon.__file__).parent.rglob("*.py")):
        source = path.read_text()
        nodes = ast.walk(ast.parse(source)) if "__name__" in source else ()
        for node in nodes:
            if isinstance(node, ast.FormattedValue) and "type(error).__name__" in ast.unparse(node):
                named.append(f"{path.name}:{node.lineno}")
    assert named == []
