"""Servers that mean harm: whatever they send, a request ends in time and in little memory."""

import gzip
import json
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from daemon.cleaning.llm import transport
from daemon.cleaning.llm.client import MessagesClient
from daemon.cleaning.llm.endpoint import Message, Prompt
from daemon.cleaning.llm.faults import Kind
from daemon.cleaning.llm.openai_client import ChatClient
from daemon.costs.pricing import Usage
from daemon.errors import ServiceError
from tests import HANG_SECONDS

PROMPT = Prompt("system", "user", 100)
DRIP_SECONDS, TIMEOUT_SECONDS = 0.05, 2.0
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"

pytestmark = pytest.mark.process


@contextmanager
def evil_server(answer, context=None):
    """Serves each connection by `answer(socket)`, once its request has come; gives the address."""
    listening = socket.create_server(("127.0.0.1", 0))
    open_sockets = [listening]

    def serve(connection):
        with suppress(OSError):
            if context is not None:
                connection = context.wrap_socket(connection, server_side=True)
                open_sockets.append(connection)
            while connection.recv(65536):
                answer(connection)

    def accept():
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                open_sockets.append(connection)
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        scheme = "http" if context is None else "https"
        yield f"{scheme}://localhost:{listening.getsockname()[1]}"
    finally:
        for one in open_sockets:
            one.close()


def drip(head, byte):
    def answer(connection):
        connection.sendall(head)
        while True:
            connection.sendall(byte)
            time.sleep(DRIP_SECONDS)

    return answer


DRIPS = {
    "a header": drip(HEAD + b"x-slow: ", b"a"),
    "headers": drip(HEAD, b"x-slow: a\r\n"),
    "interim answers": drip(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "early hints": drip(b"", b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
    "a body": drip(HEAD + b"content-length: 100000\r\n\r\n", b" "),
    "parts of a body": drip(HEAD + b"transfer-encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "a packed body": drip(
        HEAD + b"content-encoding: gzip\r\ncontent-length: 9999\r\n\r\n" + gzip.compress(b"")[:10],
        b"\0\0\0\xff\xff",  # of which each stands for nothing
    ),
    "nothing": lambda connection: time.sleep(HANG_SECONDS),
}


def make_client(kind, url, seconds=HANG_SECONDS):
    return kind(model="a-model", api_key="k", base_url=url, timeout_seconds=seconds)


@pytest.fixture(params=[MessagesClient, ChatClient])
def kind(request):
    """The client of each provider, its library loaded."""
    make_client(request.param, "http://localhost:1").prepare()
    return request.param


@pytest.mark.parametrize("what", DRIPS)
def test_a_request_ends_in_its_time_whatever_still_comes_in(kind, what):
    with evil_server(DRIPS[what]) as url:
        client, begin = make_client(kind, url, TIMEOUT_SECONDS), time.monotonic()
        reply, usage = client.send(PROMPT)
        took = time.monotonic() - begin
    assert reply.kind is Kind.TIMEOUT
    assert usage is None  # nobody knows whether it is billed
    assert TIMEOUT_SECONDS <= took < HANG_SECONDS


@pytest.mark.parametrize("what", ["a header", "interim answers", "a body"])
def test_the_question_whether_key_and_model_are_good_ends_sooner_than_one_for_an_answer(
    kind, what, monkeypatch
):
    monkeypatch.setattr(transport, "LOOK_UP_SECONDS", TIMEOUT_SECONDS)
    with evil_server(DRIPS[what]) as url:
        client, begin = make_client(kind, url, seconds=600), time.monotonic()
        with pytest.raises(ServiceError, match="does not answer in time"):
            client.check()
        assert time.monotonic() - begin < HANG_SECONDS


def test_a_server_that_never_ends_the_tls_handshake_is_left_in_time(kind):
    listening = socket.create_server(("127.0.0.1", 0))  # it takes connections, and says nothing
    with listening:
        client = make_client(kind, f"https://localhost:{listening.getsockname()[1]}", TIMEOUT_SECONDS)
        begin = time.monotonic()
        reply, usage = client.send(PROMPT)
    assert (reply.kind, usage) == (Kind.UNREACHABLE, Usage())  # nothing has been sent
    assert time.monotonic() - begin < HANG_SECONDS


def test_a_connection_whose_time_is_over_before_it_is_begun_is_not_tried(kind):
    with evil_server(send_body(b"{}")) as url:
        assert make_client(kind, url, 1e-6).send(PROMPT)[0].kind is Kind.UNREACHABLE
        bounded = transport.BoundedTransport(seconds=0, proxy=None)
        with pytest.raises(httpx2.ConnectTimeout):
            bounded.handle_request(httpx2.Request("POST", f"{url}/v1/messages"))
        bounded.close()


def send_body(body, *headers):
    head = b"".join(b"%s\r\n" % header for header in headers)

    def answer(connection):
        connection.sendall(HEAD + head + b"content-length: %d\r\n\r\n" % len(body) + body)

    return answer


def test_a_few_packed_bytes_that_stand_for_gigabytes_take_no_memory(kind):
    bomb = gzip.compress(b" " * (256 << 20), compresslevel=9)
    with evil_server(send_body(bomb, b"content-encoding: gzip")) as url:
        client = make_client(kind, url)
        tracemalloc.start()
        reply, _ = client.send(PROMPT)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert reply.kind is Kind.BROKEN
    assert peak < 4 * transport.MOST_BYTES


@pytest.mark.parametrize("packing", [b"br", b"zstd", b"gzip, gzip", b"deflate"])
def test_what_is_packed_otherwise_than_asked_for_is_not_unpacked(kind, packing):
    with evil_server(send_body(b"x" * 100, b"content-encoding: " + packing)) as url:
        assert make_client(kind, url).send(PROMPT)[0].kind is Kind.BROKEN


def test_an_answer_without_end_is_left_off(kind):
    with evil_server(drip(HEAD + b"content-length: 999999999999\r\n\r\n", b" " * (4 << 20))) as url:
        assert make_client(kind, url).send(PROMPT)[0].kind is Kind.BROKEN


def answer_body(kind, **usage):
    if kind is ChatClient:
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "well"}}
        named = {"prompt_tokens": usage.get("input_tokens"), "completion_tokens": usage.get("output_tokens")}
        return {"id": "c", "object": "chat.completion", "model": "m", "choices": [choice], "usage": named}
    content = [{"type": "text", "text": "well"}]
    said = {"input_tokens": None, "output_tokens": None, **usage}
    return {"type": "message", "model": "m", "content": content, "stop_reason": "end_turn", "usage": said}


def test_a_packed_answer_is_read(kind):
    body = gzip.compress(json.dumps(answer_body(kind, input_tokens=3, output_tokens=1)).encode())
    with evil_server(send_body(body, b"content-encoding: gzip")) as url:
        reply, usage = make_client(kind, url).send(PROMPT)
    assert isinstance(reply, Message)
    assert (reply.text, usage) == ("well", Usage(3, 1))


LETTERS = "x-region: Zürich".encode()


@pytest.mark.parametrize("header", [LETTERS, b"x-region: Z\xfcrich"])
def test_an_answer_whose_headers_hold_other_letters_is_read(kind, header):
    body = json.dumps(answer_body(kind, input_tokens=3, output_tokens=1)).encode()
    with evil_server(send_body(body, header)) as url:
        reply, usage = make_client(kind, url).send(PROMPT)
    assert isinstance(reply, Message)
    assert (reply.text, usage) == ("well", Usage(3, 1))


@pytest.mark.parametrize("wait", ["drei Stunden später".encode(), b"sp\xe4ter", "٣".encode()])
def test_a_wait_that_is_asked_for_in_other_letters_hides_no_fault(kind, wait):
    refusal = b"HTTP/1.1 429 No\r\ncontent-length: 2\r\nretry-after: " + wait + b"\r\n\r\n{}"
    with evil_server(lambda connection: connection.sendall(refusal)) as url:
        reply, _ = make_client(kind, url).send(PROMPT)
    assert (reply.kind, reply.seen) == (Kind.LIMITED, "HTTP 429")


@pytest.mark.parametrize("count", [0, None])
def test_an_answer_that_is_said_to_have_taken_no_token_counts_as_one_that_says_nothing(kind, count):
    body = json.dumps(answer_body(kind, input_tokens=count, output_tokens=count)).encode()
    with evil_server(send_body(body)) as url:
        assert make_client(kind, url).send(PROMPT)[1] is None


@pytest.mark.parametrize("count", [10**30, 10**400, -5, "many", float("nan"), float("inf"), [3], True, 1.5])
def test_counts_that_can_not_be_are_taken_for_nothing_said(kind, count):
    body = json.dumps(answer_body(kind, input_tokens=3, output_tokens=count)).encode()
    with evil_server(send_body(body)) as url:
        reply, usage = make_client(kind, url).send(PROMPT)
    assert isinstance(reply, Message)
    assert usage is None  # so the reservation, the most that it can cost, stands


@contextmanager
def counting_server(body, connections, before_answer):
    """Answers each request with a body, once `before_answer()` is over; adds where each came from."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            connections.add(self.client_address)
            before_answer()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_address[1]}"
        finally:
            server.shutdown()


def test_requests_one_after_the_other_share_a_connection_and_those_at_once_have_one_each(kind):
    connections, replies, together = set(), [], threading.Barrier(2)
    body = json.dumps(answer_body(kind, input_tokens=3, output_tokens=1)).encode()

    def await_the_other():
        if len(replies) == 2:
            together.wait(HANG_SECONDS)

    with counting_server(body, connections, await_the_other) as url:
        client = make_client(kind, url)
        replies += [client.send(PROMPT)]
        replies += [client.send(PROMPT)]
        assert len(connections) == 1
        other = threading.Thread(target=lambda: replies.append(client.send(PROMPT)))
        other.start()
        replies.append(client.send(PROMPT))
        other.join()
        assert len(connections) == 2
        idle = client._shared._client._transport._idle
        forgotten = idle[0]
        forgotten.idle_since -= transport.IDLE_SECONDS
        replies.append(client.send(PROMPT))
        assert forgotten not in idle
        assert forgotten._pool.connections == []
        client._shared.close()
    assert all(isinstance(reply, Message) for reply, _ in replies)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for another name, which nobody has signed."""
    path = str(tmp_path_factory.mktemp("tls") / "pem")
    words = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=elsewhere.example"
    subprocess.run([*words.split(), "-keyout", path, "-out", path], check=True, capture_output=True)
    return path


def serve_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_has_signed_is_named(kind, certificate):
    with evil_server(send_body(b""), serve_tls(certificate)) as url:
        client = make_client(kind, url)
        reply, usage = client.send(PROMPT)
    assert (reply.kind, usage) == (Kind.CERTIFICATE, Usage())
    assert "self-signed certificate" in str(client.make_error(reply))
    assert "SSL_CERT_FILE" in str(client.make_error(reply))


def test_a_certificate_for_another_name_is_named(kind, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    with evil_server(send_body(b""), serve_tls(certificate)) as url:
        client = make_client(kind, url)
        reply, _ = client.send(PROMPT)
    assert reply.kind is Kind.CERTIFICATE
    assert "localhost" in str(client.make_error(reply))


def test_a_server_that_speaks_no_tls_is_named(kind):
    with evil_server(send_body(b"")) as url:
        client = make_client(kind, url.replace("http:", "https:"))
        reply, _ = client.send(PROMPT)
    assert reply.kind is Kind.NO_TLS
    assert "http://" in str(client.make_error(reply))


def test_an_endless_handshake_behind_an_https_proxy_ends_in_time(tmp_path, monkeypatch):
    certificate = str(tmp_path / "proxy.pem")
    words = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-out", certificate, "-keyout", certificate]
    subprocess.run([*words.split(), *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    asked = []

    def answer(connection):
        asked.append(1)
        if len(asked) == 1:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")  # the tunnel is there
            return
        connection.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KB begins, and never ends
        drip_on(connection)

    with evil_server(answer, context) as proxy:
        bounded = transport.BoundedTransport(seconds=TIMEOUT_SECONDS, proxy=proxy)
        began = time.monotonic()
        with pytest.raises(httpx2.TimeoutException):
            bounded.handle_request(httpx2.Request("POST", "https://localhost:1/v1/messages"))
        assert len(asked) == 2
        assert time.monotonic() - began < HANG_SECONDS
        bounded.close()


def drip_on(connection):
    """Send a byte now and then, for as long as somebody reads."""
    for _ in range(int(2 * HANG_SECONDS / DRIP_SECONDS)):
        connection.sendall(b"\x02")
        time.sleep(DRIP_SECONDS)
