"""A stand-in on localhost for the Messages API and OpenAI's chat API, that answers well, or badly on demand.

Which of the two it speaks is told by the path of a request; replies are written down once, in the words of
the Messages API, and sent in those of the API that was asked.

In a test: `with MessagesServer() as server:` and give `server.url` to whoever asks. As a process of its
own: `python tests/messages_server.py --port 0 --latency 0.3 --log FILE`, which prints its address.

- `server.answer` is called with each request's body and gives a text or a `Reply`; by default it
  cleans as a good model would. It runs in the server's thread and must not block.
- `server.faults` is a queue of replies that are given first, one per request; or set
  `server.fault` to a callable from a request's body to a Reply, or None for the ordinary answer.
- `server.get` may be set to what answers a GET, by its path.
- `server.hold()` freezes requests before they are answered, `server.wait_for(n)` waits until n are
  in flight, `server.release()` lets them go on.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

_HANG_SECONDS = 300.0  # the tests' own; this file stands alone
_TRANSCRIPT = re.compile(r"<transcript>(.*)</transcript>", re.S)
_TURN = re.compile(r"(<turn\b[^>]*>)(.*?)(</turn>)", re.S)
_CHAT = "/v1/chat/completions"
_FINISH_REASONS = {"end_turn": "stop", "max_tokens": "length", "refusal": "content_filter"}
_FILLER = re.compile(r"\b(um|uh)\b[,.]? ?", re.I)


@dataclass(frozen=True)
class Reply:
    """What to send. Without `body`, a message of `text`, or of `content` blocks, or the `failure`.

    A `failure` is an error's type, message and code. `model` is who says that it answered, "" for the one
    that was asked. `chat` holds what an answer of the chat API has beside or instead of the usual.
    `cut` sends only so many bytes of the body, then closes; `reset` closes before a byte is sent;
    `drip` is seconds between single bytes of the body; `latency` is seconds before it begins.
    """

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stop_reason: str | None = "end_turn"
    content: list[dict[str, Any]] | None = None
    usage: dict[str, int] | None = None
    failure: tuple[str, str, str] | None = None
    model: str = ""
    chat: dict[str, Any] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/json"
    cut: int | None = None
    reset: bool = False
    drip: float = 0.0
    latency: float = 0.0


MODELS = ("a-model", "claude-haiku-5-5", "gpt-6-luna")
"""What is listed by a server that has every model."""

RESET = Reply(reset=True)
HTML = Reply(body=b"<html><body>Welcome to the hotel</body></html>", content_type="text/html")
OTHER_JSON = Reply(body=b'{"ok": true}')
EMPTY_BODY = Reply(body=b"")
CUT = Reply("a long answer that never comes to its end", cut=60)
NOT_JSON = Reply(body=b'{"content": [')


def error(status: int, kind: str = "api_error", message: str = "no", code: str = "", **headers: str) -> Reply:
    """An error as the API words it that was asked; `retry_after="3"` becomes the header retry-after."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, failure=(kind, message, code), headers=named)


def last_user_text(body: dict[str, Any]) -> str:
    """What the last user message of a request says."""
    content = [m["content"] for m in body["messages"] if m["role"] == "user"][-1]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def system_text(body: dict[str, Any]) -> str:
    """What a request tells the model before anything is said."""
    told = [message["content"] for message in body["messages"] if message["role"] == "system"]
    return json.dumps(body.get("system", told))


def clean(body: dict[str, Any]) -> str:
    """What a good model would answer: the turns of the transcript, without um and uh; as points in notes."""
    found = _TRANSCRIPT.search(last_user_text(body))
    turns = _TURN.findall(found.group(1) if found else "")
    if "study notes" in system_text(body):
        return "\n".join(f"- {_FILLER.sub('', text).strip()}" for _, text, _ in turns)
    return "\n".join(head + _FILLER.sub("", text).strip() + tail for head, text, tail in turns)


def echo(body: dict[str, Any]) -> str:
    """What a bad model answers: the prompt."""
    return last_user_text(body)


@dataclass
class Request:
    """One recorded request, in flight from `begin` to `end`, when its answer begins to be sent.

    Both are seconds since the epoch; `end` is 0 until then.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    begin: float
    end: float = 0.0


class MessagesServer:
    """Serves on a thread of its own, any number of kept-alive connections."""

    def __init__(self, port: int = 0, latency: float = 0.0, log: str | None = None) -> None:
        self.latency = latency
        self.answer: Callable[[dict[str, Any]], str | Reply] = clean
        self.fault: Callable[[dict[str, Any]], Reply | None] = lambda body: None
        self.faults: deque[Reply] = deque()
        self.get: Callable[[str], Reply] | None = None
        self.models: set[str] | None = None  # None: it has every model
        self.requests: list[Request] = []
        self.in_flight = self.most_in_flight = 0
        self._changed = threading.Condition()
        self._log = log
        self._open = asyncio.Event()
        self._open.set()
        self._socket = socket.create_server(("127.0.0.1", port), backlog=256)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> MessagesServer:
        self._thread.start()
        self._server = self._on_loop(asyncio.start_server(self._connection, sock=self._socket))
        return self

    def __exit__(self, *_: object) -> None:
        self._on_loop(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The bodies of all requests for a message, in the order they came."""
        return [request.body for request in self.requests if request.method == "POST"]

    def hold(self) -> None:
        """From now on requests are taken but not answered."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def release(self) -> None:
        """Answer what was held."""
        self._loop.call_soon_threadsafe(self._open.set)

    def wait_for(self, n: int) -> None:
        """Wait until exactly n requests are in flight; TimeoutError where that hangs."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.in_flight == n, _HANG_SECONDS):
                raise TimeoutError(f"{self.in_flight} requests are in flight, not {n}")

    def _on_loop(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_HANG_SECONDS)

    async def _close(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while await self._exchange(await _read(reader), writer):
                pass
        with suppress(ConnectionError, RuntimeError):
            writer.close()

    async def _exchange(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection goes on."""
        with self._counted(request):
            reply = self._choose(request)
            await asyncio.sleep(self.latency + reply.latency)
            await self._open.wait()
        if reply.reset:
            # Lingering for no time makes close() send a reset rather than an orderly end.
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
            return False
        head, body = _bytes(reply, request)
        writer.write(head + (b"" if reply.drip else body[: reply.cut]))
        for at in range(len(body) if reply.drip else 0):
            writer.write(body[at : at + 1])
            await writer.drain()
            await asyncio.sleep(reply.drip)
        await writer.drain()
        return reply.cut is None

    @contextmanager
    def _counted(self, request: Request) -> Iterator[None]:
        self._count(1)
        self.requests.append(request)
        try:
            yield
        finally:
            request.end = time.time()
            if self._log:
                with open(self._log, "a", encoding="utf-8") as file:
                    file.write(json.dumps(vars(request)) + "\n")
            self._count(-1)

    def _count(self, step: int) -> None:
        with self._changed:
            self.in_flight += step
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            self._changed.notify_all()

    def _choose(self, request: Request) -> Reply:
        if request.method == "GET" and self.get is not None:
            return self.get(request.path)
        if request.method == "GET" and request.path.startswith("/v1/models/"):
            if (fault := self.fault(request.body)) is not None:
                return fault
            model = request.path.rpartition("/")[2]
            if self.models is not None and model not in self.models:
                return error(404, "not_found_error", f"model: {model}")
            return Reply(body=json.dumps({"type": "model", "id": model, "display_name": model}).encode())
        if (request.method, request.path) == ("GET", "/v1/models"):
            return self.fault(request.body) or self._list_models()
        if request.method != "POST" or request.path not in ("/v1/messages", _CHAT):
            return error(404, "not_found_error", "no such path")
        if self.faults:
            return self.faults.popleft()
        answer = self.fault(request.body) or self.answer(request.body)
        return Reply(answer) if isinstance(answer, str) else answer

    def _list_models(self) -> Reply:
        listed = [{"id": model, "object": "model"} for model in sorted(self.models or MODELS)]
        return Reply(body=json.dumps({"object": "list", "data": listed}).encode())


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, json.loads(body or b"{}"), time.time())


def _bytes(reply: Reply, request: Request) -> tuple[bytes, bytes]:
    body = reply.body if reply.body is not None else json.dumps(_content(reply, request)).encode()
    headers = {"content-type": reply.content_type, "content-length": str(len(body)), **reply.headers}
    if reply.cut is not None:
        headers["connection"] = "close"
    lines = [f"HTTP/1.1 {reply.status} -", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), body


def _content(reply: Reply, request: Request) -> dict[str, Any]:
    """What a reply is in the API that was asked."""
    if request.path == _CHAT:
        return _chat_error(reply) if reply.failure else _completion(reply, request.body)
    return _error(reply) if reply.failure else _message(reply, request.body)


def _error(reply: Reply) -> dict[str, Any]:
    kind, message, code = reply.failure or ("", "", "")
    details = {"details": {"error_code": code}} if code else {}
    return {"type": "error", "error": {"type": kind, "message": message, **details}}


def _chat_error(reply: Reply) -> dict[str, Any]:
    kind, message, code = reply.failure or ("", "", "")
    return {"error": {"message": message, "type": kind, "param": None, "code": code or None}}


def _completion(reply: Reply, asked: dict[str, Any]) -> dict[str, Any]:
    reason, usage = reply.stop_reason, _message(reply, asked)["usage"]
    cached = usage.get("cache_read_input_tokens", 0)
    prompt, said = usage.get("input_tokens", 0) + cached, usage.get("output_tokens", 0)
    return {
        "id": "chatcmpl-local",
        "object": "chat.completion",
        "model": reply.model or asked["model"],
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": _joined(reply)},
                "finish_reason": _FINISH_REASONS.get(reason or "", reason),
            }
        ],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": said,
            "total_tokens": prompt + said,
            "prompt_tokens_details": {"cached_tokens": cached},
        },
        **reply.chat,
    }


def _joined(reply: Reply) -> str:
    if reply.content is None:
        return reply.text
    return "".join(block["text"] for block in reply.content if block["type"] == "text")


def _message(reply: Reply, asked: dict[str, Any]) -> dict[str, Any]:
    content = reply.content if reply.content is not None else [{"type": "text", "text": reply.text}]
    prompt = len(json.dumps(asked.get("system", ""))) + len(json.dumps(asked["messages"]))
    usage = {"input_tokens": prompt // 4, "output_tokens": len(reply.text) // 4 + 1}
    return {
        "id": "msg_local",
        "type": "message",
        "role": "assistant",
        "model": reply.model or asked["model"],
        "content": content,
        "stop_reason": reply.stop_reason,
        "stop_sequence": None,
        "usage": usage if reply.usage is None else reply.usage,
    }


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--log", help="a file for one line of JSON per request")
    options = parser.parse_args()
    with MessagesServer(options.port, options.latency, options.log) as server:
        print(server.url, flush=True)  # noqa: T201 - whoever started it reads this
        threading.Event().wait()


if __name__ == "__main__":
    main()
