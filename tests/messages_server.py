"""A stand-in on localhost for the Messages API and OpenAI's chat API, that answers well, or badly on demand.

Which of the two it speaks is told by the path of a request; replies are written down once, in the words of
the Messages API, and sent in those of the API that was asked.

In a test: `with MessagesServer() as server:` and give `server.url` to whoever asks. As a process of its
own: `python tests/messages_server.py --port 0 --latency 0.3 --log FILE`, which prints its address.

- `server.answer` is called with each request's body and gives a text or a `Reply`; by default it
  cleans as a good model would. It runs in the server's thread and must not block.
- `server.faults` is a queue of replies that are given first, one per request; or set
  `server.fault` to a callable from a request's body to a Reply, or None for the ordinary answer.
- `server.batches` are the message batches, which misbehave on demand: see `Batches`.
- `server.get` may be set to what answers a GET, by its path.
- `server.hold()` freezes requests before they are answered, `server.hold_at(k)` does so as soon as k have
  come; `server.wait_for(n)` waits until n are in flight, `server.release()` lets them go on.
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
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

_HANG_SECONDS = 300.0  # the tests' own; this file stands alone
_TRANSCRIPT = re.compile(r"<transcript>(.*)</transcript>", re.S)
_TURN = re.compile(r"(<turn\b[^>]*>)(.*?)(</turn>)", re.S)
_CHAT = "/v1/chat/completions"
BATCHES = "/v1/messages/batches"
_FINISH_REASONS = {"end_turn": "stop", "max_tokens": "length", "refusal": "content_filter"}
_FILLER = re.compile(r"\b(um|uh)\b[,.]? ?", re.I)


@dataclass(frozen=True)
class Reply:
    """What to send. Without `body`, a message of `text`, or of `content` blocks, or the `failure`.

    A `failure` is an error's type, message and code. `model` is who says that it answered, "" for the one
    that was asked. `chat` holds what an answer of the chat API has beside or instead of the usual.
    `cut` sends only so many bytes of the body, then closes; `unsized` says nothing of how many there are;
    `reset` closes before a byte is sent;
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
    unsized: bool = False
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

    Both are seconds of a clock that nobody sets; `end` is 0 until then.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    begin: float
    end: float = 0.0


LOST = "lost"
"""For Batches.faults: what was asked for is done, but the connection breaks before the answer."""
_KINDS = ("succeeded", "errored", "canceled", "expired")


@dataclass
class Batch:
    """A message batch that somebody has created; `polls` counts how often it was looked up."""

    id: str
    requests: list[dict[str, Any]]
    created_at: float
    ours: bool = True
    ended: bool = False
    canceling: bool = False
    polls: int = 0
    lines: list[dict[str, Any]] | None = None

    @property
    def status(self) -> str:
        """Where it stands, in the words of the API."""
        if self.ended:
            return "ended"
        return "canceling" if self.canceling else "in_progress"

    def count(self, kind: str) -> int:
        """How many of its requests came to such an end."""
        return sum(line["result"]["type"] == kind for line in self.lines or ())


class Batches:
    """The message batches of one workspace. Every one ends at its first look-up, unless told otherwise.

    - `end_after` is at the how-manyeth look-up a batch ends; None: never, until `end_all`.
    - `faults[verb]` is a queue of Replies that are given first, for `create`, `retrieve`, `list`, `results`,
      `cancel` and `delete`; a None lets one pass; LOST carries a call out and answers nothing.
    - `outcome` may give another end to a request (by its custom_id and params): "expired", "canceled", or
      an error's (type, message).
    - `shape` may change the lines of results before they are sent; `send` how their bytes are sent.
    - `results_host` is where the results are said to be.
    - `billed` are the params of each request that succeeded, `deleted` and `canceled` ids of batches.
    """

    def __init__(self, answer: Callable[[dict[str, Any]], Reply | dict[str, Any]]) -> None:
        self._answer = answer
        self.all: dict[str, Batch] = {}
        self.end_after: int | None = 1
        self.faults: dict[str, deque[Reply | str | None]] = {
            verb: deque() for verb in ("create", "retrieve", "list", "results", "cancel", "delete")
        }
        self.outcome: Callable[[str, dict[str, Any]], str | tuple[str, str] | None] = lambda name, params: (
            None
        )
        self.shape: Callable[[Batch, list[bytes]], list[bytes]] = lambda batch, lines: lines
        self.send: Callable[[bytes], Reply] = lambda body: Reply(
            body=body, content_type="application/x-jsonl"
        )
        self.results_host = "http://127.0.0.1:9"
        self.billed: list[dict[str, Any]] = []
        self.deleted: list[str] = []
        self.canceled: list[str] = []
        self.calls: list[str] = []

    @property
    def ours(self) -> list[Batch]:
        """Those that came by a request, in the order they came; also such as are deleted."""
        return [batch for batch in self.all.values() if batch.ours]

    def add_foreign(self, count: int, age: float = 0.0, *, ended: bool = False) -> Batch:
        """Another program's batch of so many requests, so many seconds old."""
        requests = [{"custom_id": f"theirs-{number}", "params": {}} for number in range(count)]
        batch = self._add(requests, time.time() - age)
        batch.ours = False
        batch.lines = [{"custom_id": one["custom_id"], "result": {"type": "expired"}} for one in requests]
        batch.ended = ended
        return batch

    def end_all(self) -> None:
        """Let all batches end, now and from now on at the first look-up."""
        self.end_after = 1
        for batch in list(self.all.values()):
            self._end(batch)

    def serve(self, method: str, path: str, body: dict[str, Any]) -> Reply:
        """Answer a request below BATCHES."""
        path, _, query = path.partition("?")
        _, _, rest = path.partition(BATCHES)
        batch_id, _, last = rest.strip("/").partition("/")
        verb = self._name(method, batch_id, last)
        self.calls.append(verb)
        fault = self.faults[verb].popleft() if self.faults.get(verb) else None
        if isinstance(fault, Reply):
            return fault
        if verb == "create":
            reply = _json(self._show(self._add(body["requests"], time.time())))
        elif verb == "list":
            reply = _json(self._list(dict(pair.split("=") for pair in query.split("&") if pair)))
        elif (batch := self.all.get(batch_id)) is None or batch_id in self.deleted:
            reply = error(404, "not_found_error", "no such batch")
        else:
            reply = getattr(self, f"_{verb}")(batch)
        return RESET if fault == LOST else reply

    def _name(self, method: str, batch_id: str, last: str) -> str:
        if not batch_id:
            return "create" if method == "POST" else "list"
        return last or {"GET": "retrieve", "DELETE": "delete"}[method]

    def _add(self, requests: list[dict[str, Any]], created_at: float) -> Batch:
        batch = Batch(f"msgbatch_{len(self.all):04d}", requests, created_at)
        self.all[batch.id] = batch
        return batch

    def _retrieve(self, batch: Batch) -> Reply:
        self._look_at(batch)
        return _json(self._show(batch))

    def _look_at(self, batch: Batch) -> None:
        batch.polls += 1
        if self.end_after is not None and batch.polls >= self.end_after:
            self._end(batch)

    def _results(self, batch: Batch) -> Reply:
        if not batch.ended:
            return error(404, "not_found_error", "no results yet")
        lines = [json.dumps(line).encode() for line in batch.lines or ()]
        return self.send(b"".join(line + b"\n" for line in self.shape(batch, lines)))

    def _cancel(self, batch: Batch) -> Reply:
        self.canceled.append(batch.id)
        batch.canceling = True
        self._end(batch)
        return _json(self._show(batch))

    def _delete(self, batch: Batch) -> Reply:
        if not batch.ended:
            return error(400, "invalid_request_error", "it has not ended")
        self.deleted.append(batch.id)
        return _json({"id": batch.id, "type": "message_batch_deleted"})

    def _end(self, batch: Batch) -> None:
        batch.ended = True
        if batch.lines is None:
            batch.lines = [self._carry_out(batch, one) for one in batch.requests]

    def _carry_out(self, batch: Batch, one: dict[str, Any]) -> dict[str, Any]:
        end = "canceled" if batch.canceling else self.outcome(one["custom_id"], one["params"])
        if end is None:
            answer = self._answer(one["params"])
            if isinstance(answer, dict):
                self.billed.append(one["params"])
                usage = {**answer["usage"], "service_tier": "batch"}
                result: dict[str, Any] = {"type": "succeeded", "message": {**answer, "usage": usage}}
            else:
                result = {"type": "errored", "error": _error(answer)}
        elif isinstance(end, str):
            result = {"type": end}
        else:
            failure = {"type": end[0], "message": end[1]}
            result = {"type": "errored", "error": {"type": "error", "error": failure}}
        return {"custom_id": one["custom_id"], "result": result}

    def _show(self, batch: Batch) -> dict[str, Any]:
        counts = {kind: batch.count(kind) if batch.ended else 0 for kind in _KINDS}
        counts["processing"] = 0 if batch.ended else len(batch.requests)
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended"
            if batch.ended
            else "canceling"
            if batch.canceling
            else "in_progress",
            "request_counts": counts,
            "created_at": _moment(batch.created_at),
            "expires_at": _moment(batch.created_at + 86_400),
            "ended_at": _moment(time.time()) if batch.ended else None,
            "archived_at": None,
            "cancel_initiated_at": None,
            "results_url": f"{self.results_host}{BATCHES}/{batch.id}/results" if batch.ended else None,
        }

    def _list(self, query: dict[str, str]) -> dict[str, Any]:
        there = sorted(self.all.values(), key=lambda batch: -batch.created_at)
        there = [batch for batch in there if batch.id not in self.deleted]
        for batch in there:
            self._look_at(batch)
        if "after_id" in query:
            ids = [batch.id for batch in there]
            there = there[ids.index(query["after_id"]) + 1 :] if query["after_id"] in ids else []
        page = there[: int(query.get("limit", 20))]
        return {
            "data": [self._show(batch) for batch in page],
            "has_more": len(page) < len(there),
            "first_id": page[0].id if page else None,
            "last_id": page[-1].id if page else None,
        }


def _json(value: object) -> Reply:
    return Reply(body=json.dumps(value).encode())


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


class MessagesServer:
    """Serves on a thread of its own, any number of kept-alive connections."""

    def __init__(self, port: int = 0, latency: float = 0.0, log: str | None = None) -> None:
        self.latency = latency
        self.answer: Callable[[dict[str, Any]], str | Reply] = clean
        self.fault: Callable[[dict[str, Any]], Reply | None] = lambda body: None
        self.faults: deque[Reply] = deque()
        self.get: Callable[[str], Reply] | None = None
        self.models: set[str] | None = None  # None: it has every model
        self.batches = Batches(self._answer_one)
        self.requests: list[Request] = []
        self.in_flight = self.most_in_flight = 0
        self._changed = threading.Condition()
        self._log = log
        self._hold_at: int | None = None
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
        """The bodies of all requests for a message, in the order they came; none of those in batches."""
        asked = [request for request in self.requests if request.method == "POST"]
        return [request.body for request in asked if BATCHES not in request.path]

    def hold(self) -> None:
        """From now on requests are taken but not answered."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def hold_at(self, come: int) -> None:
        """Hold once so many requests have come: of these, those in flight then are not answered either."""
        self._hold_at = come

    def release(self) -> None:
        """Answer what was held."""
        self._loop.call_soon_threadsafe(self._open.set)

    def wait_for(self, n: int, come: int = 0) -> None:
        """Wait until exactly n requests are in flight, of so many at least; TimeoutError where that hangs."""

        def are_there() -> bool:
            return self.in_flight == n and len(self.requests) >= come

        with self._changed:
            if not self._changed.wait_for(are_there, _HANG_SECONDS):
                raise TimeoutError(
                    f"{self.in_flight} requests of {len(self.requests)} are in flight, not {n}"
                )

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
        return reply.cut is None and not reply.unsized

    @contextmanager
    def _counted(self, request: Request) -> Iterator[None]:
        self.requests.append(request)
        if len(self.requests) == self._hold_at:
            self._open.clear()
        self._count(1)
        try:
            yield
        finally:
            request.end = time.monotonic()
            if self._log:
                with open(self._log, "a", encoding="utf-8") as file:
                    file.write(json.dumps(vars(request)) + "\n")
            self._count(-1)

    def _count(self, step: int) -> None:
        with self._changed:
            self.in_flight += step
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            self._changed.notify_all()

    def _answer_one(self, params: dict[str, Any]) -> Reply | dict[str, Any]:
        """What a request of a batch is answered: a message, or the error that it would get alone."""
        answer = self.fault(params) or self.answer(params)
        reply = Reply(answer) if isinstance(answer, str) else answer
        return reply if reply.failure else _message(reply, params)

    def _choose(self, request: Request) -> Reply:
        if request.path.partition("?")[0].startswith(BATCHES):
            return self.batches.serve(request.method, request.path, request.body)
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
    return Request(method, path, headers, json.loads(body or b"{}"), time.monotonic())


def _bytes(reply: Reply, request: Request) -> tuple[bytes, bytes]:
    body = reply.body if reply.body is not None else json.dumps(_content(reply, request)).encode()
    sized = {} if reply.unsized else {"content-length": str(len(body))}
    headers = {"content-type": reply.content_type, "date": formatdate(usegmt=True), **sized, **reply.headers}
    if reply.cut is not None or reply.unsized:
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
