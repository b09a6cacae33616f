"""From what went wrong with a request to what is to be done about it.

    the service is busy, slow, cut off or talks nonsense   RETRY, then hold everybody: an outage
    the key, the credit, the model, the permission         HOLD at once: a person must mend it
    this passage was refused                               CHUNK: it alone keeps its original words

Pure: errors are judged by their status, headers, codes and class names, so nothing here needs the
client library. What a server wrote is looked at but never kept: it may quote the transcript.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from daemon.errors import ServiceError, TranscriptdError

OUTAGE_PROBE = 60.0
"""Seconds until an outage is asked about again; it passes by itself."""
MENDED_PROBE = 300.0
"""Seconds until it is asked whether a person has mended key, credit or model."""
PATIENCE = 60.0
"""Seconds that a request waits at the server's wish; a longer wait is a hold, which people see."""
LONGEST_WAIT = 86_400.0
"""Seconds; a server that asks for more than a day is asked again after a day."""


class ChunkRefused(TranscriptdError):
    """The service will not take this one passage; `too_large` where a smaller one might pass."""

    def __init__(self, message: str, mend: str = "", *, too_large: bool = False) -> None:
        super().__init__(message, mend)
        self.too_large = too_large


class Action(enum.Enum):
    """What is to be done about a fault."""

    RETRY = "retry"
    HOLD = "hold"
    CHUNK = "chunk"


class Kind(enum.Enum):
    """What went wrong."""

    NO_KEY = "no key"
    NO_CLIENT = "no client"
    KEY = "key"
    CREDIT = "credit"
    PERMISSION = "permission"
    MODEL = "model"
    STRANGE = "strange"
    LIMITED = "limited"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    BROKEN = "broken"
    OVERLOADED = "overloaded"
    REFUSED = "refused"
    ALL_REFUSED = "all refused"
    TOO_LARGE = "too large"


@dataclass(frozen=True, slots=True)
class Fault:
    """One request that brought no answer.

    `seen` says in a few words what was seen, safe to log. `retry_after` is how many seconds the
    server asked us to wait, `should_retry` what it said about trying again. `free`: certainly
    not billed.
    """

    kind: Kind
    seen: str
    retry_after: float | None = None
    should_retry: bool | None = None
    free: bool = False


@dataclass(frozen=True, slots=True)
class _Policy:
    action: Action
    message: str
    mend: str
    probe_after: float = OUTAGE_PROBE


_ITSELF = "Nothing needs to be done: it is asked again by itself."
_POLICIES: Mapping[Kind, _Policy] = {
    Kind.NO_KEY: _Policy(
        Action.HOLD,
        "There is no usable API key.",
        "Put it, alone on its line, into the file that `api_key_file` names (chmod 600).",
        MENDED_PROBE,
    ),
    Kind.NO_CLIENT: _Policy(
        Action.HOLD,
        "A connection to {where} can't be prepared ({seen}).",
        "Check the proxy and certificate settings in the environment (HTTPS_PROXY, SSL_CERT_FILE and such).",
        MENDED_PROBE,
    ),
    Kind.KEY: _Policy(
        Action.HOLD, "{where} refuses the API key ({seen}).", "Put a valid key in its place.", MENDED_PROBE
    ),
    Kind.CREDIT: _Policy(
        Action.HOLD,
        "The account at {where} has no credit left or is at its spending limit ({seen}).",
        "Add credit or raise the limit in the account's billing settings.",
        MENDED_PROBE,
    ),
    Kind.PERMISSION: _Policy(
        Action.HOLD,
        "{where} does not allow this key to use {model} ({seen}).",
        "Check the key's workspace and permissions, or the account's standing.",
        MENDED_PROBE,
    ),
    Kind.MODEL: _Policy(
        Action.HOLD,
        "{where} does not offer the model {model} in this way ({seen}).",
        "Correct `model` or `base_url` in config.yaml.",
        MENDED_PROBE,
    ),
    Kind.STRANGE: _Policy(
        Action.HOLD,
        "{where} does not answer like the Messages API ({seen}).",
        "Check `base_url` in config.yaml, and what lies between here and there.",
        MENDED_PROBE,
    ),
    Kind.LIMITED: _Policy(Action.RETRY, "{where} limits the rate of requests ({seen}).", _ITSELF),
    Kind.BUSY: _Policy(Action.RETRY, "{where} can't serve requests at present ({seen}).", _ITSELF),
    Kind.OVERLOADED: _Policy(Action.RETRY, "{where} can't serve requests at present ({seen}).", _ITSELF),
    Kind.UNREACHABLE: _Policy(
        Action.RETRY, "{where} can't be reached ({seen}).", "Check the network; it is asked again by itself."
    ),
    Kind.TIMEOUT: _Policy(
        Action.RETRY,
        "{where} does not answer in time ({seen}).",
        "It is asked again by itself; a slow model may need a larger `timeout_seconds`.",
    ),
    Kind.BROKEN: _Policy(
        Action.RETRY,
        "{where} sends answers that can't be read ({seen}).",
        "It is asked again by itself; if it stays so, check `base_url` and any proxy.",
    ),
    Kind.REFUSED: _Policy(Action.CHUNK, "the service refused it ({seen})", ""),
    Kind.ALL_REFUSED: _Policy(
        Action.HOLD,
        "{where} refuses every request, even a harmless one ({seen}).",
        "Check `model`, `base_url` and `chunk_words` in config.yaml; the service's own log may say more.",
        MENDED_PROBE,
    ),
    Kind.TOO_LARGE: _Policy(Action.CHUNK, "the service finds it too large ({seen})", ""),
}

_BY_STATUS: Mapping[int, Kind] = {
    400: Kind.REFUSED,
    401: Kind.KEY,
    402: Kind.CREDIT,
    403: Kind.PERMISSION,
    404: Kind.MODEL,
    408: Kind.BUSY,
    409: Kind.BUSY,
    413: Kind.TOO_LARGE,
    422: Kind.REFUSED,
    429: Kind.LIMITED,
    499: Kind.BUSY,
    503: Kind.OVERLOADED,
    529: Kind.OVERLOADED,
}
_HELD_CODES = frozenset({"organization_on_hold", "cmek_key_disabled", "cmek_key_network_blocked"})
# A spending limit of one's own and an empty account come as a plain 400: only the words tell.
# Only their beginning is looked at, since a server may quote the transcript further on.
_CREDIT_WORDS = re.compile(r".{0,60}\b(credit balance|usage limits?|spend(ing)? limit)\b", re.I | re.S)
_OUR_WORDS = re.compile(r"(model|thinking)\b", re.I)
_CODE = re.compile(r"[a-z0-9_]{1,64}")

_BY_CLASS: Mapping[str, Kind] = {
    "APITimeoutError": Kind.TIMEOUT,
    "TimeoutException": Kind.TIMEOUT,
    "TimeoutError": Kind.TIMEOUT,
    "RemoteProtocolError": Kind.BROKEN,
    "DecodingError": Kind.BROKEN,
    "JSONDecodeError": Kind.BROKEN,
    "UnicodeDecodeError": Kind.BROKEN,
    "RecursionError": Kind.BROKEN,
    "APIConnectionError": Kind.UNREACHABLE,
    "TransportError": Kind.UNREACHABLE,
    "OSError": Kind.UNREACHABLE,
}
# What fails before a byte of the request has left, so that nothing can have been billed.
_NEVER_SENT = frozenset(
    {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}
)


def action(fault: Fault) -> Action:
    """What is to be done; the server's x-should-retry has its way, except over an empty account."""
    wanted = _POLICIES[fault.kind].action
    if fault.should_retry is True and fault.kind is not Kind.CREDIT:
        return Action.RETRY
    if fault.should_retry is False and wanted is Action.RETRY:
        return Action.HOLD
    return wanted


def error_of(fault: Fault, *, model: str, where: str) -> ServiceError | ChunkRefused:
    """The error to raise when there is nothing left to try; `where` names the service."""
    policy = _POLICIES[fault.kind]
    message = policy.message.format(where=where, model=model, seen=fault.seen)
    if policy.action is Action.CHUNK:
        return ChunkRefused(message, too_large=fault.kind is Kind.TOO_LARGE)
    return ServiceError(
        message,
        policy.mend,
        probe_after=max(policy.probe_after, fault.retry_after or 0.0),
        passing=policy.action is Action.RETRY and not asks_for_patience(fault),
        everybodys=_is_everybodys(fault),
        of_model=fault.kind is Kind.MODEL,
    )


def asks_for_patience(fault: Fault) -> bool:
    """Whether the server asked for a longer wait than a request waits for."""
    return (fault.retry_after or 0.0) > PATIENCE


def _is_everybodys(fault: Fault) -> bool:
    """Whether it can hardly be about what was sent: too much was asked by all, or nothing arrived."""
    unsent = fault.free and fault.kind in (Kind.UNREACHABLE, Kind.TIMEOUT)
    return unsent or fault.kind in (Kind.LIMITED, Kind.OVERLOADED)


def of_exception(error: BaseException, now: float) -> Fault:
    """What the client library raised; `now` is the time in seconds since the epoch."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return of_status(
            status,
            getattr(getattr(error, "response", None), "headers", {}),
            error_type=getattr(error, "type", None),
            error_code=getattr(error, "error_code", None),
            message=getattr(error, "api_message", None),
            now=now,
        )
    # A connection error carries what really happened as its cause: its class says more.
    cause = error.__cause__ or error
    kinds = [_BY_CLASS[name] for one in (cause, error) for name in _classes(one) if name in _BY_CLASS]
    return Fault(
        kinds[0] if kinds else Kind.BROKEN,
        type(cause).__name__,
        free=not _NEVER_SENT.isdisjoint(_classes(cause)),
    )


def of_status(
    status: int,
    headers: Mapping[str, str],
    *,
    error_type: object = None,
    error_code: object = None,
    message: object = None,
    now: float,
) -> Fault:
    """An answer with an error status; headers are looked up in small letters."""
    codes = [code for code in (error_type, error_code) if isinstance(code, str) and _CODE.fullmatch(code)]
    return Fault(
        _kind(status, codes, message if isinstance(message, str) else ""),
        " ".join([f"HTTP {status}", *codes]),
        retry_after=retry_after(headers, now),
        should_retry={"true": True, "false": False}.get(headers.get("x-should-retry", "")),
        free=True,
    )


def of_answer(answer: object) -> Fault | None:
    """What is wrong with a body that came with a 200, None when it is an answer."""
    if isinstance(answer, str):
        return Fault(Kind.BROKEN, "a page instead of an answer")
    content, stop_reason = getattr(answer, "content", None), getattr(answer, "stop_reason", None)
    if not isinstance(content, list) or not isinstance(stop_reason, str):
        return Fault(Kind.BROKEN, "JSON of another shape")
    return None


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """How many seconds the server asks us to wait: by retry-after-ms, or retry-after as seconds or date."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return _within_reason(milliseconds / 1000)
    asked = headers.get("retry-after")
    seconds = _number(asked)
    if seconds is not None or asked is None:
        return None if seconds is None else _within_reason(seconds)
    try:
        return _within_reason(parsedate_to_datetime(asked).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _kind(status: int, codes: list[str], message: str) -> Kind:
    if "billing_error" in codes or any("spend_limit" in code for code in codes):
        return Kind.CREDIT
    if not _HELD_CODES.isdisjoint(codes):
        return Kind.PERMISSION
    if status == 400 and _CREDIT_WORDS.match(message):
        return Kind.CREDIT
    if status == 400 and _OUR_WORDS.match(message):
        return Kind.MODEL
    return _BY_STATUS.get(status, Kind.BUSY if status >= 500 else Kind.STRANGE)


def _classes(error: BaseException) -> list[str]:
    return [one.__name__ for one in type(error).__mro__]


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _within_reason(seconds: float) -> float:
    return min(max(0.0, seconds), LONGEST_WAIT)
