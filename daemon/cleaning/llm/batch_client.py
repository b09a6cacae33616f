"""The Message Batches of Anthropic's API: many requests in one call, answered within a day at half the price.

Each call is sent once. What goes wrong comes back as a fault, judged as that of any request. Bodies and
results are streamed; results are fetched below the configured address, wherever a server says that they are.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, TypeAlias, TypeVar

from daemon.cleaning.llm import fault_signs
from daemon.cleaning.llm.client import MessagesClient
from daemon.cleaning.llm.endpoint import (
    STREAM_HEADER,
    Message,
    Prompt,
    Reply,
    tidy_message,
)
from daemon.cleaning.llm.faults import Fault, Kind
from daemon.cleaning.llm.sdk_client import LOW_TEMPERATURE
from daemon.costs.pricing import Usage

LONGEST_LINE = 16 << 20
"""No line of results has more bytes: a model writes 64,000 tokens at most, in under 4 MB of JSON."""

_PATH = "/v1/messages/batches"
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_PAGE = 100
_MOST_PAGES = 1000
_COUNTS = ("processing", "succeeded", "errored", "canceled", "expired")
_STATES = ("in_progress", "canceling", "ended")
_Given = TypeVar("_Given")


@dataclass(frozen=True, slots=True)
class BatchView:
    """What a server says of a batch; times are seconds since the epoch, `requests` counts all of it."""

    id: str
    has_ended: bool
    created_at: float
    expires_at: float
    requests: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Batches of a workspace, newest first, and by how many seconds the server's clock is ahead of ours.

    `is_last`: there are no older ones.
    """

    batches: tuple[BatchView, ...]
    ahead: float
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request of a batch that was not carried out, and is not billed: expired or canceled."""

    why: str


BatchReply: TypeAlias = Reply | Unanswered
"""What came of one request of a batch."""


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One line of results; `reply` is None where it is of a kind that is not known."""

    custom_id: str
    reply: BatchReply | None
    usage: Usage | None = None


class BatchClient(MessagesClient):
    """One model behind the Messages API, asked singly or in batches."""

    def encode_request(self, custom_id: str, prompt: Prompt) -> bytes:
        """One request of a batch, as JSON on one line."""
        params: dict[str, Any] = dict(self._make_request(prompt, self._left_out))
        if self._takes_temperature(self._left_out):
            params["temperature"] = LOW_TEMPERATURE
        return json.dumps({"custom_id": custom_id, "params": params}, separators=(",", ":")).encode()

    def create_batch(self, body: Iterable[bytes], length: int) -> BatchView | Fault:
        """Send a batch, once; its body is read as it goes, and has so many bytes."""
        headers = {"Content-Type": "application/json", "Content-Length": str(length)}
        return self._call(
            lambda client: _read_view(
                client.post(_PATH, content=body, cast_to=object, options={"headers": headers})
            )
        )

    def look_up_batch(self, batch_id: str) -> BatchView | Fault:
        """How far a batch is."""
        return self._call(lambda client: _read_view(client.get(f"{_PATH}/{batch_id}", cast_to=object)))

    def list_batches(self, since: float) -> Listing | Fault:
        """The batches that were created since then (seconds since the epoch, by our clock)."""
        found: list[BatchView] = []
        ahead, after = 0.0, ""
        for _ in range(_MOST_PAGES):
            page = self._list_page(after)
            if isinstance(page, Fault):
                return page
            found += [view for view in page.batches if view.created_at >= since + page.ahead]
            ahead = page.ahead
            if page.is_last or not page.batches or page.batches[-1].id == after:
                break
            if page.batches[-1].created_at < since + ahead:
                break
            after = page.batches[-1].id
        return Listing(tuple(found), ahead)

    def find_no_batches(self) -> Fault | None:
        """Why this server takes no batches, None where it does: it answers with a page of them."""
        page = self._list_page("", 1)
        return page if isinstance(page, Fault) else None

    def cancel_batch(self, batch_id: str) -> Fault | None:
        """Ask that no more of a batch be begun."""
        done = self._call(lambda client: client.post(f"{_PATH}/{batch_id}/cancel", cast_to=object))
        return done if isinstance(done, Fault) else None

    def delete_batch(self, batch_id: str) -> Fault | None:
        """Have a batch that has ended deleted, with its requests and its results."""
        done = self._call(lambda client: client.delete(f"{_PATH}/{batch_id}", cast_to=object))
        return done if isinstance(done, Fault) else None

    def read_results(self, batch_id: str, take: Callable[[bytes], bool]) -> Fault | None:
        """Give the lines of a batch's results, as they come, to `take`, until it says False."""

        def read(client: Any) -> None:  # noqa: ANN401 - the library's client
            options = {"headers": {STREAM_HEADER: "stream", "Accept": "application/binary"}}
            response = client.get(f"{_PATH}/{batch_id}/results", cast_to=object, options=options)
            try:
                for line in _split_lines(response.iter_bytes()):
                    if not take(line):
                        return
            finally:
                response.close()

        done = self._call(read)
        return done if isinstance(done, Fault) else None

    def read_line(self, line: bytes) -> ResultLine | None:
        """What a line of results says, None for what is no line of results."""
        try:
            told = json.loads(line, object_hook=lambda keys: SimpleNamespace(**keys))
        except (ValueError, RecursionError, TypeError):
            return None
        custom_id, result = getattr(told, "custom_id", None), getattr(told, "result", None)
        if not isinstance(custom_id, str) or result is None:
            return None
        kind = getattr(result, "type", None)
        if kind == "succeeded":
            return self._read_message(custom_id, getattr(result, "message", None))
        if kind == "errored":
            return ResultLine(custom_id, _judge_error(result), Usage())
        if kind in ("expired", "canceled"):
            return ResultLine(custom_id, Unanswered(str(kind)), Usage())
        return ResultLine(custom_id, None)

    def _read_message(self, custom_id: str, message: object) -> ResultLine:
        reply = self._read_reply(message)
        if isinstance(reply, Message):
            reply = tidy_message(reply)
        return ResultLine(custom_id, reply, self._count_tokens(message))

    def _list_page(self, after: str, limit: int = _PAGE) -> Listing | Fault:
        def ask(client: Any) -> Listing | Fault:  # noqa: ANN401 - the library's client
            query = {"limit": limit, **({"after_id": after} if after else {})}
            options = {"headers": {STREAM_HEADER: "true"}, "params": query}
            response = client.get(_PATH, cast_to=object, options=options)
            return _read_page(response.parse(), response.headers.get("date"))

        return self._call(ask)

    def _call(self, ask: Callable[[Any], _Given]) -> _Given | Fault:
        client = self._find_client()
        if isinstance(client, Fault):
            return client
        try:
            return ask(client)
        except OSError as error:
            if getattr(error, "filename", None) is not None:
                raise  # our own disk's, met by what takes the lines
            return self._judge_exception(error)
        except Exception as error:  # noqa: BLE001 - the client raises more than its own errors
            return self._judge_exception(error)


def _read_view(told: object) -> BatchView | Fault:
    """A batch as a server tells of it; a fault where it tells of none."""
    view = _parse_view(told)
    return Fault(Kind.BROKEN, "JSON of another shape") if view is None else view


def _parse_view(told: object) -> BatchView | None:
    if not isinstance(told, dict):
        return None
    batch_id, status, counts = (told.get(key) for key in ("id", "processing_status", "request_counts"))
    created, expires = _read_moment(told.get("created_at")), _read_moment(told.get("expires_at"))
    if not isinstance(batch_id, str) or not _ID.fullmatch(batch_id) or status not in _STATES:
        return None
    if not isinstance(counts, dict) or created is None:
        return None
    numbers = [counts.get(name, 0) for name in _COUNTS]
    if any(type(number) is not int or number < 0 for number in numbers):
        return None
    return BatchView(batch_id, status == "ended", created, expires or created + 86_400, sum(numbers))


def _read_page(told: object, date: str | None) -> Listing | Fault:
    data = told.get("data") if isinstance(told, dict) else None
    if not isinstance(data, list):
        return Fault(Kind.STRANGE, "no list of batches")
    views = tuple(view for view in map(_parse_view, data) if view is not None)
    is_last = not isinstance(told, dict) or told.get("has_more") is not True
    return Listing(views, _reckon_ahead(date), is_last)


def _reckon_ahead(date: str | None) -> float:
    """How many seconds a server's clock is ahead of ours; 0 where it says nothing."""
    from email.utils import parsedate_to_datetime  # not above: a start need not load it

    try:
        return parsedate_to_datetime(date or "").timestamp() - time.time()
    except (ValueError, OverflowError):
        return 0.0


def _read_moment(text: object) -> float | None:
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.timestamp() if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _split_lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a body that comes in parts, empty ones left out; the last may lack its end."""
    rest = bytearray()
    for part in parts:
        rest += part
        if b"\n" in part:
            *lines, tail = bytes(rest).split(b"\n")
            rest = bytearray(tail)
            yield from (line for line in lines if line.strip())
        if len(rest) > LONGEST_LINE:
            raise ValueError("a line of results has no end")
    if rest.strip():
        yield bytes(rest)


def _judge_error(result: object) -> Fault:
    """The fault in a result that is an error; its type stands in an object of its own within the error."""
    error = getattr(result, "error", None)
    inner = getattr(error, "error", None) or error
    kind, message = getattr(inner, "type", None), getattr(inner, "message", None)
    status = fault_signs.STATUS_OF.get(kind, 500) if isinstance(kind, str) else 500
    return fault_signs.judge_status(
        status,
        {},
        error_type=kind,
        error_code=getattr(getattr(inner, "details", None), "error_code", None),
        message=message,
        now=time.time(),
    )
