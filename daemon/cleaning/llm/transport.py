"""The HTTP transport below every client library: a deadline for an exchange, a bound on its answer.

A server is hostile until its answer is read: one that sends a byte now and then, of a header, a
"102 Processing" or a body, keeps a client waiting for ever whose own timeouts bound each read only; and a
few packed megabytes can stand for gigabytes. Imported with the first request, as is all that needs `httpx2`.
"""

from __future__ import annotations

import math
import os
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import ParamSpec, TypeVar

import httpcore2
import httpx2

from daemon.cleaning.llm.endpoint import STREAM_HEADER

MOST_BYTES = 16 << 20
"""No answer is longer, unpacked: a model writes 64,000 tokens at most, in under 4 MB of JSON."""
LOOK_UP_SECONDS = 30.0
"""The longest that a request takes which asks a model nothing, such as that for the list of models."""

IDLE_SECONDS = 5.0
"""A connection that was not used for so long is closed, with the next request at the latest."""

STREAM_SECONDS = 3600.0
"""The longest that reading such an answer takes."""

_P = ParamSpec("_P")
_R = TypeVar("_R")

_PACKING = "gzip"
_PACKINGS = (_PACKING, "x-gzip")  # its older name
_UNPACKED_AT_ONCE = 1 << 20  # bytes
_GZIP_WINDOW = zlib.MAX_WBITS | 16
_ONE_CONNECTION = httpx2.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=IDLE_SECONDS)
_OF_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")  # what httpx2 reads
_OF_THE_WIRE = (b"content-encoding", b"content-length", b"transfer-encoding")


class BoundedTransport(httpx2.BaseTransport):
    """Gives answers that have come whole, within `seconds` from the beginning of the connection.

    Of the environment it takes the certificates only; `proxy` is the address of the one to use. Raises
    httpx2.ReadTimeout where the time is over, and httpx2.DecodingError for an answer of more than MOST_BYTES
    or one that is packed in a way that was not asked for.

    A request in flight has a line of its own, as no other thread then waits for it: a pool that all threads
    share looks, under its lock, at each idle connection twice for each request.
    """

    def __init__(self, *, seconds: float, proxy: str | None) -> None:
        self._seconds = seconds
        self._clock = _Clock()
        self._make_line = partial(_Line, _find_certificates(), proxy, self._clock)
        self._idle = [self._make_line()]  # the one that was used last is taken first

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and read its answer to the end, unless it is to be streamed."""
        line = self._take_line()
        try:
            if request.headers.get(STREAM_HEADER) == "stream":
                return self._stream(request, line)
            return self._exchange(request, line)
        except BaseException:
            line.close()
            raise

    def close(self) -> None:
        """Close the connections that are idle."""
        while self._idle:
            self._idle.pop().close()

    def _take_line(self) -> _Line:
        self._close_forgotten()
        try:
            return self._idle.pop()
        except IndexError:
            return self._make_line()

    def _close_forgotten(self) -> None:
        """Close the lines that were not used for long; the first of those that are idle waits longest."""
        with suppress(IndexError):  # another thread has taken the last
            while self._idle[0].idle_since < time.monotonic() - IDLE_SECONDS:
                self._idle.pop(0).close()

    def _put_back(self, line: _Line) -> None:
        line.idle_since = time.monotonic()
        self._idle.append(line)

    def _exchange(self, request: httpx2.Request, line: _Line) -> httpx2.Response:
        """Send a request and read its answer to the end; its line is idle then."""
        request.headers["accept-encoding"] = _PACKING
        asks_model = request.method == "POST"
        seconds = self._seconds if asks_model else min(self._seconds, LOOK_UP_SECONDS)
        with self._clock.running(seconds):
            response = line.handle_request(request)
            body = _read_whole_body(response)
        self._put_back(line)
        headers = _list_kept_headers(response)
        return httpx2.Response(
            response.status_code, headers=headers, content=body, extensions=response.extensions
        )

    def _stream(self, request: httpx2.Request, line: _Line) -> httpx2.Response:
        """Send a request whose answer is read by whoever asked, as it comes.

        It is to come unpacked, but what stands before a server may pack it all the same. Its line, which is
        closed with it, does nothing else.
        """
        request.headers["accept-encoding"] = "identity"
        with self._clock.running(self._seconds):
            response = line.handle_request(request)
            if response.is_success:
                return httpx2.Response(
                    response.status_code,
                    headers=_list_kept_headers(response),
                    stream=_TimedBody(response, line, self._clock),
                    extensions=response.extensions,
                )
            body = _read_whole_body(response)
        line.close()
        return httpx2.Response(response.status_code, headers=_list_kept_headers(response), content=body)


class _Line(httpx2.HTTPTransport):
    """A connection for one request at a time, kept open for the next, each step of which keeps to a clock."""

    def __init__(self, certificates: ssl.SSLContext, proxy: str | None, clock: _Clock) -> None:
        super().__init__(verify=certificates, trust_env=False, limits=_ONE_CONNECTION, proxy=proxy)
        # The pool takes a backend when it is made, which HTTPTransport does not pass on.
        self._pool._network_backend = _BoundedBackend(self._pool._network_backend, clock)
        self.idle_since = time.monotonic()


def _find_certificates() -> ssl.SSLContext:
    """The certificates that the environment names; raises what reading them raises."""
    return _load_certificates(*map(os.environ.get, _OF_CERTIFICATES))


@cache
def _load_certificates(*_settings: str | None) -> ssl.SSLContext:
    """Those for these settings: there are hundreds, so every transport of a process shares them."""
    return httpx2.create_ssl_context(trust_env=True)


class _TimedBody(httpx2.SyncByteStream):
    """The body of an answer, read by one thread within STREAM_SECONDS."""

    def __init__(self, response: httpx2.Response, line: _Line, clock: _Clock) -> None:
        self._response = response
        self._line = line
        self._clock = clock
        self._unpacker = _make_unpacker(response)

    def __iter__(self) -> Iterator[bytes]:
        unpacker = self._unpacker
        with self._clock.running(STREAM_SECONDS):
            for part in self._response.iter_raw():
                if unpacker is None:
                    yield part
                    continue
                while part:  # a few bytes may stand for gigabytes
                    yield _unpack(unpacker, part, _UNPACKED_AT_ONCE)
                    part = unpacker.unconsumed_tail
            if unpacker is not None and not unpacker.eof:
                raise httpx2.DecodingError("the answer is cut off")

    def close(self) -> None:
        self._response.close()
        self._line.close()


class _Clock(threading.local):
    """The moment, by time.monotonic, at which the exchange of the calling thread is to be over."""

    end = math.inf

    @contextmanager
    def running(self, seconds: float) -> Iterator[None]:
        self.end = time.monotonic() + seconds
        try:
            yield
        finally:
            self.end = math.inf

    def limit(self, timeout: float | None) -> float | None:
        """How many seconds the next step may take, `timeout` at most (None: no limit); 0 for none."""
        left = max(0.0, self.end - time.monotonic())
        shortest = left if timeout is None else min(timeout, left)
        return None if math.isinf(shortest) else shortest


class _BoundedStream(httpcore2.NetworkStream):
    """A connection each of whose steps ends when the exchange of the calling thread is to be over."""

    def __init__(self, stream: httpcore2.NetworkStream, clock: _Clock) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        seconds = self._clock.limit(timeout)
        if seconds == 0:
            raise httpcore2.ReadTimeout("the answer took too long")
        return self._stream.read(max_bytes, seconds)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        seconds = self._clock.limit(timeout)
        if seconds == 0:
            raise httpcore2.WriteTimeout("the request took too long")
        self._stream.write(buffer, seconds)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: object, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        seconds = self._clock.limit(timeout)
        if seconds == 0:
            raise httpcore2.ConnectTimeout("the connection took too long")
        socket = self._stream.get_extra_info("socket")
        if isinstance(socket, ssl.SSLSocket):
            _keep_to_clock(socket, self._clock)
        stream = self._stream.start_tls(ssl_context, server_hostname, seconds)  # type: ignore[arg-type]
        return _BoundedStream(stream, self._clock)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _keep_to_clock(socket: ssl.SSLSocket, clock: _Clock) -> None:
    """Have each step of a connection that is to carry another under TLS end in time (as with an https proxy).

    One reading through both layers takes many such steps, each of which would have its time anew.
    """

    def bound(step: Callable[_P, _R]) -> Callable[_P, _R]:
        def take_step(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            seconds = clock.limit(None)
            if seconds == 0:
                raise TimeoutError("the exchange took too long")
            if seconds is not None:
                socket.settimeout(seconds)
            return step(*args, **kwargs)

        return take_step

    for name in ("recv", "sendall"):
        setattr(socket, name, bound(getattr(socket, name)))


class _BoundedBackend(httpcore2.NetworkBackend):
    """Opens connections that keep to the clock."""

    def __init__(self, backend: httpcore2.NetworkBackend, clock: _Clock) -> None:
        self._backend = backend
        self._clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        seconds = self._clock.limit(timeout)
        if seconds == 0:  # else it would not wait at all, and call that a failure
            raise httpcore2.ConnectTimeout("the connection took too long")
        stream = self._backend.connect_tcp(host, port, seconds, local_address, socket_options)
        return _BoundedStream(stream, self._clock)

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


def _read_whole_body(response: httpx2.Response) -> bytes:
    """The body of an answer, unpacked; its connection is free for the next."""
    try:
        return _read_body(response)
    finally:
        response.close()


def _read_body(response: httpx2.Response) -> bytes:
    unpacker = _make_unpacker(response)
    body = bytearray()
    for part in response.iter_raw():
        body += part if unpacker is None else _unpack(unpacker, part, MOST_BYTES + 1 - len(body))
        if len(body) > MOST_BYTES:
            raise httpx2.DecodingError("the answer has no end")
    return bytes(body)


def _make_unpacker(response: httpx2.Response) -> zlib._Decompress | None:
    """What unpacks an answer, None where it is not packed; raises httpx2.DecodingError where it can't be."""
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing in ("", "identity"):
        return None
    if packing not in _PACKINGS:
        response.close()
        raise httpx2.DecodingError("the answer is compressed in a way that was not asked for")
    return zlib.decompressobj(_GZIP_WINDOW)


def _unpack(unpacker: zlib._Decompress, part: bytes, most: int) -> bytes:
    try:
        return unpacker.decompress(part, most)
    except zlib.error:
        raise httpx2.DecodingError("the answer can't be unpacked") from None


def _list_kept_headers(response: httpx2.Response) -> list[tuple[bytes, bytes]]:
    """The headers that still hold for an answer that is unpacked and whole, with whatever bytes they have."""
    return [(name, value) for name, value in response.headers.raw if name.lower() not in _OF_THE_WIRE]
