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
from typing import Any, TypeAlias, TypeVar

from daemon.cleaning.llm import fault_signs
from daemon.cleaning.llm.client import MessagesClient
from daemon.cleaning.llm.endpoint import (
    STREAM_HEADER,
    Message,
    Prompt,
    Reply,
    read_field,
    tidy_message,
)
from daemon.cleaning.llm.faults import Fault, Kind
from daemon.costs.pricing import Usage
from daemon.settings.address import MESSAGES_PATH

LONGEST_LINE = 16 << 20
"""No line of results has more bytes: a model writes 64,000 tokens at most, in under 4 MB of JSON."""

_PATH = f"{MESSAGES_PATH}/batches"
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_PAGE = 100
_FIRST_YEAR = 2024  # there were no message batches before
_MOST_PAGES = 1000
_COUNTS = ("processing", "succeeded", "errored", "canceled", "expired")
_STATES = ("in_progress", "canceling", "ended")
_Given = TypeVar("_Given")


@dataclass(frozen=True, slots=True)
class BatchView:
    """What a server says of a batch; times are seconds since the epoch, `requests` counts all of it.

    What it does not say, or not as it should, is None; it is a batch all the same.
    """

    id: str
    has_ended: bool
    created_at: float | None
    expires_at: float | None
    requests: int | None


@dataclass(frozen=True, slots=True)
class Listing:
    """Batches of a workspace, newest first, and by how many seconds the server's clock is ahead of ours.

    `is_last`: there are no older ones. `is_sound`: each could be told by its id.
    """

    batches: tuple[BatchView, ...]
    ahead: float
    is_last: bool = True
    is_sound: bool = True


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
        params = self.make_body(prompt, self._left_out)
        return json.dumps({"custom_id": custom_id, "params": params}, separators=(",", ":")).encode()

    def create_batch(self, body: Iterable[bytes], length: int) -> BatchView | Fault:
        """Send a batch, once; its body is read as it goes, and has so many bytes.

        Whatever else the answer says, one with an id has been made, and is paid for.
        """
        headers = {"Content-Type": "application/json", "Content-Length": str(length)}
        return self._call(
            lambda client: _require_view(
                _parse_view(client.post(_PATH, content=body, cast_to=object, options={"headers": headers}))
            )
        )

    def look_up_batch(self, batch_id: str) -> BatchView | Fault:
        """How far a batch is."""
        return self._call(lambda client: _read_state(client.get(f"{_PATH}/{batch_id}", cast_to=object)))

    def read_clock(self) -> float:
        """What time it is at the service (seconds since the epoch); by our clock where it doesn't say."""
        page = self._list_page("", 1)
        return time.time() + (page.ahead if isinstance(page, Listing) else 0.0)

    def list_batches(self, since: float) -> Listing | Fault:
        """The batches that were created since then (seconds since the epoch, by the service's clock)."""
        found: list[BatchView] = []
        ahead, after = 0.0, ""
        for _ in range(_MOST_PAGES):
            page = self._list_page(after)
            if isinstance(page, Fault):
                return page
            if not page.is_sound:  # that one of them is ours can't be ruled out
                return Fault(Kind.BROKEN, "batches of another shape")
            ahead = page.ahead
            found += [view for view in page.batches if _is_since(view, since)]
            if page.is_last or not page.batches or page.batches[-1].id == after:
                break
            if not _is_since(page.batches[-1], since):
                break
            after = page.batches[-1].id
        return Listing(tuple(found), ahead)

    def find_batch_fault(self) -> Fault | None:
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
            told = json.loads(line)
        except (ValueError, RecursionError):
            return None
        custom_id, result = read_field(told, "custom_id"), read_field(told, "result")
        if not isinstance(custom_id, str) or result is None:
            return None
        kind = read_field(result, "type")
        if kind == "succeeded":
            return self._read_message(custom_id, read_field(result, "message"))
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


def _require_view(view: BatchView | None) -> BatchView | Fault:
    """The batch that a server tells of, or a fault where it tells of none."""
    return Fault(Kind.BROKEN, "JSON of another shape") if view is None else view


def _read_state(told: object) -> BatchView | Fault:
    """How far a batch is; a fault where a server does not say that."""
    is_told = isinstance(told, dict) and told.get("processing_status") in _STATES
    return _require_view(_parse_view(told) if is_told else None)


def _parse_view(told: object) -> BatchView | None:
    if not isinstance(told, dict):
        return None
    batch_id, status = told.get("id"), told.get("processing_status")
    if not isinstance(batch_id, str) or not _ID.fullmatch(batch_id):
        return None
    created, expires = _read_moment(told.get("created_at")), _read_moment(told.get("expires_at"))
    return BatchView(batch_id, status == "ended", created, expires, _sum_counts(told.get("request_counts")))


def _sum_counts(counts: object) -> int | None:
    """How many requests a batch has, None where a server says nothing of that."""
    if not isinstance(counts, dict) or not counts:
        return None
    numbers = [counts.get(name, 0) for name in _COUNTS]
    if any(type(number) is not int or number < 0 for number in numbers):
        return None
    return int(sum(numbers))


def _is_since(view: BatchView, moment: float) -> bool:
    """Whether a batch may have been created since then."""
    return view.created_at is None or view.created_at >= moment


def _read_page(told: object, date: str | None) -> Listing | Fault:
    data = told.get("data") if isinstance(told, dict) else None
    if not isinstance(data, list):
        return Fault(Kind.STRANGE, "no list of batches")
    views = tuple(view for view in map(_parse_view, data) if view is not None)
    is_last = not isinstance(told, dict) or told.get("has_more") is not True
    return Listing(views, _reckon_ahead(date), is_last, is_sound=len(views) == len(data))


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
        # Without a time zone it may be any hour; and programs write the year 1 or 1970 for no time at all.
        return moment.timestamp() if moment.tzinfo is not None and moment.year >= _FIRST_YEAR else None
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
    error = read_field(result, "error")
    inner = read_field(error, "error") or error
    kind, message = read_field(inner, "type"), read_field(inner, "message")
    status = fault_signs.STATUS_OF.get(kind, 500) if isinstance(kind, str) else 500
    codes = (kind, read_field(read_field(inner, "details"), "error_code"))
    said = message if isinstance(message, str) else ""
    return fault_signs.judge_status(status, {}, codes, said, time.time())
