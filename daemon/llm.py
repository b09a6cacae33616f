"""One model at one endpoint: between "ask it this" and an answer or a judged fault.

The only module that knows the client library, which is imported with the first request: that takes
seconds and 75 MB, and most commands never ask anything. Its own retries are off; each request here
is admitted, reserved in the ledger, sent once, and paid.
"""

from __future__ import annotations

import logging
import random
import re
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from tenacity import RetryCallState, Retrying, retry_if_result, wait_random_exponential

from daemon import faults
from daemon.errors import ConfigError, Stopped
from daemon.faults import Action, ChunkRefused, Fault, Kind
from daemon.ledger import Label
from daemon.pricing import DEAREST, Price, Usage, cost, price_of, upper_bound

if TYPE_CHECKING:
    import httpx2
    from anthropic import Anthropic

log = logging.getLogger(__name__)

API = "https://api.anthropic.com"
LEAST_TOKENS, MOST_TOKENS = 1024, 64_000
"""No answer gets less room, and no current model can write more."""

_CONNECT_SECONDS = 10.0
_SENDABLE_KEY = re.compile(r"[!-~]+")  # what fits into a header
_HALVES = re.compile("[\ud800-\udfff]")
_HARMLESS = "<transcript>\nHello.\n</transcript>"
_MAX_BODY_BYTES = 64 << 20
_LOGGERS = ("anthropic", "httpx2", "httpcore2")  # their DEBUG lines hold the transcript
# Cleaning needs no thinking, which is billed and takes of max_tokens. By the longest prefix: what
# turns it off, and how many tokens of room it needs where nothing does. Others are asked plainly.
_THINKING: Mapping[str, tuple[str | None, int]] = {
    "claude-haiku-4-5": ("disabled", 0),
    "claude-haiku-5-5": ("disabled", 0),
    "claude-sonnet-5-5": ("between_tools", 0),
    "claude-opus-5-5": (None, 8192),
}


class Admission(Protocol):
    """What pauses, holds and stops requests."""

    @property
    def stopping(self) -> threading.Event:
        """Set when the program is leaving; ends every wait."""

    @property
    def probing(self) -> bool:
        """Whether this thread only asks if the service is back: once, without retries."""

    def admit(self) -> None:
        """Return when a request may begin; raise NotNow or Stopped when it may not."""

    def expect(self, seconds: float) -> None:
        """The calling thread asks, or waits, for so many seconds at most."""

    def troubled(self) -> None:
        """A request found the service down."""

    def limited(self, in_flight: int) -> None:
        """The service asked for fewer requests than so many at once."""

    def answered(self) -> bool:
        """An answer came."""


class Meter(Protocol):
    """Who writes down what requests cost, in dollars."""

    def reserve(self, label: Label, model: str, dollars: float) -> str:
        """Before each request: the most it can cost. May raise to forbid it; gives the reservation's id."""

    def paid(self, reservation: str, label: Label, model: str, usage: Usage, dollars: float) -> None:
        """After a request whose cost is known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said: only if `stop_reason` is end_turn or stop_sequence is the text whole.

    `requests` counts all that were made for it, `usage` and `cost` (dollars) add up those of them
    that were answered; one whose answer never came stands in the ledger at the most it can cost.
    """

    text: str
    stop_reason: str
    usage: Usage
    cost: float
    requests: int


@dataclass
class _Asking:
    """One question on its way, over all its requests."""

    label: Label
    request: dict[str, Any]
    bound: float
    usage: Usage = field(default_factory=Usage)
    cost: float = 0.0
    requests: int = 0
    answers: int = 0  # that others had when it began


def max_tokens_for(text: str) -> int:
    """How many tokens of room a faithful answer to `text` gets.

    One for each byte of UTF-8, which no byte-level tokenizer exceeds. English needs a quarter of
    that: the rest is for tags, for other scripts, and for a translation.
    """
    return min(max(LEAST_TOKENS, len(text.encode(errors="replace"))), MOST_TOKENS)


class Model:
    """One model at one endpoint; thread-safe, all threads share one client and its connections.

    `attempts` is the most requests for one question. Between them it waits a random time of up to
    `base_wait` seconds, doubling each time, up to `max_wait_seconds`, and at least what the server
    asked for; where that is more than a minute, everybody is held. A silence of `timeout_seconds` ends a
    request, and so does an answer that still comes in after that. `prices` go before the list's; a model
    behind a `base_url` without one costs nothing. Raises ConfigError for a `base_url` that is none.
    """

    def __init__(
        self,
        *,
        model: str,
        api_key: str | None,
        base_url: str | None,
        attempts: int,
        max_wait_seconds: float,
        timeout_seconds: float,
        admission: Admission,
        meter: Meter | None,
        prices: Mapping[str, Price] | None = None,
        base_wait: float = 1.0,
    ) -> None:
        self.model = model
        self.base_url = _without_version(base_url) if base_url else API
        self._where = _host(self.base_url)
        self._key = (api_key or "").strip() or ("local" if base_url else "")
        self._timeout = timeout_seconds
        self._admission = admission
        self._meter = meter
        self._price = price_of(model, prices)
        if self._price is None and not base_url:
            log.warning("no price is known for %s: the dearest known one is assumed", model)
            self._price = DEAREST
        self._thinking, self._room = _thinking(model)
        self._base_wait = base_wait
        self._backoff = wait_random_exponential(multiplier=base_wait, max=max_wait_seconds)
        self._attempts = attempts
        self._lock = threading.Lock()
        self._shared: Anthropic | None = None
        self._in_flight = 0
        self._answers = 0
        self._not_before = 0.0  # by time.monotonic: a rate limit is everybody's

    def ask(self, system: str, user: str, *, max_tokens: int, label: Label) -> Answer:
        """Ask until there is an answer; its stop reason and text are the caller's to judge.

        Raises ServiceError when nobody can be served, ChunkRefused when this question can't, NotNow
        or Stopped when a request may not begin; and what the meter raises.
        """
        asking = self._prepare(system, user, max_tokens, label)
        reply = self._retrying()(self._attempt, asking)
        if isinstance(reply, Fault):
            raise self._error(self._judged(reply, asking))
        return Answer(_text(reply), reply.stop_reason, asking.usage, asking.cost, asking.requests)

    def prepare(self) -> None:
        """Load the client library, which takes seconds, and warn of a model about to be retired."""
        self._client()

    def check(self) -> None:
        """Ask once, free of charge, whether key and model are good; raises ServiceError."""
        client, fault = self._client(), None
        try:
            client.models.retrieve(self.model)
        except Exception as error:  # noqa: BLE001 - the client raises more than its own errors
            fault = faults.of_exception(error, time.time())
        if fault:
            raise self._error(fault)

    def _prepare(self, system: str, user: str, max_tokens: int, label: Label) -> _Asking:
        if _HALVES.search(system) or _HALVES.search(user):
            raise ChunkRefused("it holds halves of characters, which can't be sent")
        request: dict[str, Any] = {
            "model": self.model,
            "max_tokens": max_tokens + self._room,
            "system": [{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}],
            "messages": [{"role": "user", "content": user}],
        }
        if self._thinking is not None:
            request["thinking"] = {"type": self._thinking}
        size, price = len(system.encode()) + len(user.encode()), self._price
        bound = upper_bound(price, size, request["max_tokens"]) if price else 0.0
        return _Asking(label, request, bound, answers=self._answers)

    def _judged(self, fault: Fault, asking: _Asking) -> Fault:
        """Whether what was refused is this text, or any: then it is not the text's fault.

        Unless another was answered meanwhile, that is asked with a harmless text, all else being equal.
        """
        if fault.kind is not Kind.REFUSED or self._answers > asking.answers:
            return fault
        message = {"role": "user", "content": _HARMLESS}
        reply = self._attempt(replace(asking, request={**asking.request, "messages": [message]}))
        if not isinstance(reply, Fault):
            return fault
        return Fault(Kind.ALL_REFUSED, fault.seen) if reply.kind is Kind.REFUSED else reply

    def _retrying(self) -> Retrying:
        return Retrying(
            stop=self._tried_enough,
            retry=retry_if_result(_may_pass),
            wait=self._wait,
            sleep=self._sleep,
            before_sleep=self._log_retry,
            retry_error_callback=_outcome,
        )

    def _tried_enough(self, state: RetryCallState) -> bool:
        enough = self._admission.probing or state.attempt_number >= self._attempts
        return enough or faults.asks_for_patience(_outcome(state))

    def _attempt(self, asking: _Asking) -> Any:  # noqa: ANN401 - a Message or a Fault
        client = self._client()
        limited = self._not_before - time.monotonic()
        if limited > 0:
            self._sleep(limited + random.uniform(0, self._base_wait))
        if self._admission.stopping.is_set():
            raise Stopped
        self._admission.admit()
        meter, label = self._meter, asking.label
        reservation = meter.reserve(label, self.model, asking.bound) if meter else ""
        asking.requests += 1
        reply, usage = self._send(client, asking.request)
        self._tell(reply)
        if usage is not None:
            dollars = cost(self._price, usage) if self._price else 0.0
            asking.usage, asking.cost = asking.usage + usage, asking.cost + dollars
            if meter:
                meter.paid(reservation, label, self.model, usage, dollars)
        return reply

    def _send(self, client: Anthropic, request: dict[str, Any]) -> tuple[Any, Usage | None]:
        """A message, or a fault; and the tokens to pay, None where nobody knows."""
        with self._lock:
            self._in_flight += 1
        self._admission.expect(self._timeout)
        try:
            reply = client.messages.create(**request)
        except Exception as error:  # noqa: BLE001 - the client raises more than its own errors
            fault = faults.of_exception(error, time.time())
            return fault, Usage() if fault.free else None
        finally:
            with self._lock:
                self._in_flight -= 1
        broken = faults.of_answer(reply)
        return (broken, _usage(reply)) if broken else (reply, _usage(reply) or Usage())

    def _tell(self, reply: object) -> None:
        """What one request has learnt of the service is for all others too."""
        if not isinstance(reply, Fault):
            with self._lock:
                self._answers += 1
            self._admission.answered()
        elif reply.kind is Kind.LIMITED:
            if reply.retry_after and not faults.asks_for_patience(reply):
                self._not_before = max(self._not_before, time.monotonic() + reply.retry_after)
            self._admission.limited(self._in_flight + 1)
        elif faults.action(reply) is Action.RETRY:
            self._admission.troubled()

    def _wait(self, state: RetryCallState) -> float:
        return (_outcome(state).retry_after or 0.0) + self._backoff(state)

    def _sleep(self, seconds: float) -> None:
        self._admission.expect(seconds)
        if self._admission.stopping.wait(seconds):
            raise Stopped

    def _log_retry(self, state: RetryCallState) -> None:
        wait = state.next_action.sleep if state.next_action else 0.0
        seen, tried = _outcome(state).seen, state.attempt_number
        log.info("retry after=%r attempt %d of %d, waiting %.1f s", seen, tried, self._attempts, wait)

    def _error(self, fault: Fault) -> Exception:
        return faults.error_of(fault, model=self.model, where=self._where)

    def _client(self) -> Anthropic:
        if not _SENDABLE_KEY.fullmatch(self._key):
            raise self._error(Fault(Kind.NO_KEY, "no key"))
        with self._lock:
            if self._shared is None:
                try:
                    self._shared = self._make_client()
                except Exception as error:  # noqa: BLE001 - it raises what the environment leads it to
                    raise self._error(Fault(Kind.NO_CLIENT, type(error).__name__)) from None
            return self._shared

    def _make_client(self) -> Anthropic:
        import anthropic

        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.WARNING)
        _warn_of_retirement(self.model)
        # The classes that hold an answer are built when first used: better once here than in every
        # thread at the same moment.
        anthropic.types.Message.construct(content=[{"type": "text", "text": ""}], usage={})
        timeout = anthropic.Timeout(self._timeout, connect=min(_CONNECT_SECONDS, self._timeout))
        hooks: dict[str, list[Callable[..., None]]] = {
            "request": [self._start_clock],
            "response": [self._read_in_time],
        }
        return anthropic.Anthropic(
            api_key=self._key,
            base_url=self.base_url,
            # Said again here, it goes before what the environment may say about headers.
            default_headers={"Authorization": f"Bearer {self._key}"},
            timeout=timeout,
            max_retries=0,
            open_telemetry=False,
            http_client=anthropic.DefaultHttpxClient(timeout=timeout, event_hooks=hooks),
        )

    def _start_clock(self, request: httpx2.Request) -> None:
        request.extensions["deadline"] = time.monotonic() + self._timeout

    def _read_in_time(self, response: httpx2.Response) -> None:
        """Read a body to its end or the deadline: the client's own timeout bounds each read only."""
        import httpx2

        stream, body = response.stream, bytearray()
        assert isinstance(stream, httpx2.SyncByteStream)  # as every synchronous client's
        for part in stream:
            body += part
            if time.monotonic() > response.request.extensions["deadline"]:
                raise httpx2.ReadTimeout("the answer took too long", request=response.request)
            if len(body) > _MAX_BODY_BYTES:
                raise httpx2.DecodingError("the answer has no end", request=response.request)
        stream.close()
        response.stream = httpx2.ByteStream(bytes(body))


def _may_pass(reply: object) -> bool:
    return isinstance(reply, Fault) and faults.action(reply) is Action.RETRY


def _outcome(state: RetryCallState) -> Any:  # noqa: ANN401 - what an attempt returned
    return state.outcome.result() if state.outcome else None


def _text(message: Any) -> str:  # noqa: ANN401 - whatever blocks a server sends
    """The text blocks alone: others may stand before them."""
    blocks = [block for block in message.content if getattr(block, "type", None) == "text"]
    return "".join(block.text for block in blocks if isinstance(getattr(block, "text", None), str))


def _usage(message: object) -> Usage | None:
    """The tokens an answer says it took, None where it says nothing."""
    said = getattr(message, "usage", None)
    if said is None:
        return None
    counts = {name: getattr(said, name, None) for name in Usage.__slots__}
    return Usage(**{name: count for name, count in counts.items() if isinstance(count, int) and count > 0})


def _thinking(model: str) -> tuple[str | None, int]:
    known = [prefix for prefix in _THINKING if model.startswith(prefix)]
    return _THINKING[max(known, key=len)] if known else (None, 0)


def _without_version(base_url: str) -> str:
    return base_url.strip().rstrip("/").removesuffix("/v1").rstrip("/")


def _host(base_url: str) -> str:
    """The name to call the service by: never more of the address, which may hold a password."""
    try:
        parts = urlsplit(base_url)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        host = None
    if not host:
        raise ConfigError("`base_url` is no address.", "Write it like http://localhost:11434.")
    return host


def retirement(model: str) -> str | None:
    """The day on which a model will be gone, None where none is known."""
    from anthropic.resources.messages import DEPRECATED_MODELS

    return DEPRECATED_MODELS.get(model)


def _warn_of_retirement(model: str) -> None:
    """Say once what the client would warn of at each request, where no log would show it."""
    if (date := retirement(model)) is not None:
        warnings.filterwarnings("ignore", message="The model '", category=DeprecationWarning)
        log.warning("the model %s retires on %s: choose another `model` in config.yaml", model, date)
