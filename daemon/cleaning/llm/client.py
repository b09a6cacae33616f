"""One model at one address: a request goes out once, and a message or a fault comes back.

The only module that knows the client library, which is imported with the first request: that takes
seconds and 75 MB, and most commands never ask anything. Its own retries are off.
"""

from __future__ import annotations

import logging
import re
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from daemon.cleaning.llm import faults
from daemon.cleaning.llm.faults import Fault, Kind
from daemon.costs.pricing import Usage
from daemon.errors import ConfigError

if TYPE_CHECKING:
    import httpx2
    from anthropic import Anthropic
    from anthropic.types import Message, ThinkingConfigParam
    from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

log = logging.getLogger(__name__)

Reply: TypeAlias = "Message | Fault"
"""What came of one request. (A text, since the client library is not imported yet.)"""

API = "https://api.anthropic.com"
"""The address of the hosted API: what is sent there needs a key and costs money."""

_CONNECT_SECONDS = 10.0
_SENDABLE_KEY = re.compile(r"[!-~]+")  # what fits into a header
_MAX_BODY_BYTES = 64 << 20
_LOGGERS = ("anthropic", "httpx2", "httpcore2")  # their DEBUG lines hold the transcript
# Cleaning needs no thinking, which is billed and takes of max_tokens. By the longest prefix: what
# turns it off, and how many tokens of room it needs where nothing does. Others are asked plainly.
_THINKING: Mapping[str, tuple[ThinkingConfigParam | None, int]] = {
    "claude-haiku-4-5": ({"type": "disabled"}, 0),
    "claude-haiku-5-5": ({"type": "disabled"}, 0),
    "claude-sonnet-5-5": ({"type": "between_tools"}, 0),
    "claude-opus-5-5": (None, 8192),
}


class Endpoint:
    """Thread-safe: all threads share one client and its connections.

    A silence of `timeout_seconds` ends a request, and so does an answer that still comes in after that.
    Raises ConfigError for a `base_url` that is none.
    """

    def __init__(
        self, *, model: str, api_key: str | None, base_url: str | None, timeout_seconds: float
    ) -> None:
        self.model = model
        self.base_url = _strip_version(base_url) if base_url else API
        self._where = _read_host(self.base_url)
        self.is_hosted = self.base_url == API
        self._key = (api_key or "").strip() or ("" if self.is_hosted else "local")
        self._timeout = timeout_seconds
        self._thinking, self._room = _find_thinking(model)
        self._lock = threading.Lock()
        self._shared: Anthropic | None = None

    def prepare(self) -> None:
        """Load the client library, and warn of a model about to be retired; raises ServiceError."""
        self._get_client()

    def check(self) -> None:
        """Ask once, free of charge, whether key and model are good; raises ServiceError."""
        client, fault = self._get_client(), None
        try:
            client.models.retrieve(self.model)
        except Exception as error:  # noqa: BLE001 - the client raises more than its own errors
            fault = faults.judge_exception(error, time.time())
        if fault:
            raise self.make_error(fault)

    def build_request(self, system: str, user: str, max_tokens: int) -> MessageCreateParamsNonStreaming:
        """A question as it is sent; where the model can't but think, with room for that."""
        request: MessageCreateParamsNonStreaming = {
            "model": self.model,
            "max_tokens": max_tokens + self._room,
            "system": [{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}],
            "messages": [{"role": "user", "content": user}],
        }
        if self._thinking is not None:
            request["thinking"] = self._thinking
        return request

    def send(self, request: MessageCreateParamsNonStreaming) -> tuple[Reply, Usage | None]:
        """Send a request once: a message or a fault, and the tokens to pay, None where nobody knows.

        Raises ServiceError before anything is sent, where there is no key or no client.
        """
        client = self._get_client()
        try:
            reply = client.messages.create(**request)
        except Exception as error:  # noqa: BLE001 - the client raises more than its own errors
            fault = faults.judge_exception(error, time.time())
            return fault, None if fault.policy.may_be_billed else Usage()
        broken = faults.judge_answer(reply)
        return (broken, _read_usage(reply)) if broken else (reply, _read_usage(reply) or Usage())

    def make_error(self, fault: Fault) -> Exception:
        """What a fault is to those who asked: whom it concerns, and its mend."""
        return faults.make_error(fault, model=self.model, where=self._where)

    def _get_client(self) -> Anthropic:
        if not _SENDABLE_KEY.fullmatch(self._key):
            raise self.make_error(Fault(Kind.NO_KEY, "no key"))
        with self._lock:
            if self._shared is None:
                try:
                    self._shared = self._make_client()
                except Exception as error:  # noqa: BLE001 - it raises what the environment leads it to
                    raise self.make_error(Fault(Kind.NO_CLIENT, type(error).__name__)) from None
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


def join_text(message: Message) -> str:
    """The text of a message's text blocks alone: blocks of other kinds may stand before and between them."""
    blocks: list[object] = list(message.content)  # whatever a server sends: the client checks no types
    texts = [getattr(block, "text", None) for block in blocks if getattr(block, "type", None) == "text"]
    return "".join(text for text in texts if isinstance(text, str))


def _read_usage(message: object) -> Usage | None:
    """The tokens an answer says it took, None where it says nothing."""
    said = getattr(message, "usage", None)
    if said is None:
        return None
    counts = {name: getattr(said, name, None) for name in Usage.__slots__}
    return Usage(**{name: count for name, count in counts.items() if isinstance(count, int) and count > 0})


def _find_thinking(model: str) -> tuple[ThinkingConfigParam | None, int]:
    known = [prefix for prefix in _THINKING if model.startswith(prefix)]
    return _THINKING[max(known, key=len)] if known else (None, 0)


def _strip_version(base_url: str) -> str:
    return base_url.strip().rstrip("/").removesuffix("/v1").rstrip("/")


def _read_host(base_url: str) -> str:
    """The name to call the service by: never more of the address, which may hold a password."""
    try:
        parts = urlsplit(base_url)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        host = None
    if not host:
        raise ConfigError("`base_url` is no address.", "Write it like http://localhost:11434.")
    return host


def find_retirement(model: str) -> str | None:
    """The day on which a model will be gone, None where none is known."""
    from anthropic.resources.messages import DEPRECATED_MODELS

    return DEPRECATED_MODELS.get(model)


def _warn_of_retirement(model: str) -> None:
    """Say once what the client would warn of at each request, where no log would show it."""
    if (date := find_retirement(model)) is not None:
        warnings.filterwarnings("ignore", message="The model '", category=DeprecationWarning)
        log.warning("the model %s retires on %s: choose another `model` in config.yaml", model, date)
