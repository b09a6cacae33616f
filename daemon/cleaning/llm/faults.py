"""What is done about a request that brought no answer: one table, `POLICIES`, from fault to policy.

How a fault is told from what came back stands in `fault_signs`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from daemon.errors import ServiceError, TranscriptdError

OUTAGE_PROBE = 60.0
"""Seconds until an outage is asked about again; it passes by itself."""
MENDED_PROBE = 300.0
"""Seconds until it is asked whether a person has mended key, credit or model."""
PATIENCE = 60.0
"""Seconds that a request waits at the server's wish; a longer wait is a hold, which people see."""
FEW_STRIKES, MANY_STRIKES = 2, 6
"""So often a fault may come back on one chunk, others being answered between, until the chunk is blamed:
where it may well be what was sent, and where it can hardly be."""
FEW_TRIES = 3


class ChunkRefused(TranscriptdError):
    """The service will not take this one passage; `too_large` where a smaller one might pass."""

    def __init__(self, message: str, mend: str = "", *, too_large: bool = False) -> None:
        super().__init__(message, mend)
        self.too_large = too_large


class Kind(enum.Enum):
    """What went wrong."""

    LIMITED = "limited"
    OVERLOADED = "overloaded"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    LATE_BEHIND = "late behind"
    CUT_OFF = "cut off"
    TIMEOUT = "timeout"
    BROKEN = "broken"
    UNEXPLAINED = "unexplained"
    NO_END = "no end"
    CREDIT = "credit"
    NO_KEY = "no key"
    NO_CLIENT = "no client"
    CERTIFICATE = "certificate"
    NO_TLS = "no TLS"
    KEY = "key"
    PERMISSION = "permission"
    MODEL = "model"
    REDIRECTED = "redirected"
    STRANGE = "strange"
    ALL_REFUSED = "all refused"
    REFUSED = "refused"
    TOO_LARGE = "too large"
    ALL_TOO_LARGE = "all too large"
    CONTEXT = "context"
    CONTEXT_TOO_SMALL = "context too small"
    PROMPT_CUT = "prompt cut"
    FILTERED = "filtered"


class Retry(enum.Enum):
    """Whether the same request is sent again, up to `attempts` times, before anything else is done."""

    YES = enum.auto()
    """Unless the server forbids it."""
    NO = enum.auto()
    """Unless the server asks for it."""
    NEVER = enum.auto()
    """Whatever the server says."""


class Then(enum.Enum):
    """What is done when the request is not, or no longer, sent again."""

    HOLD = enum.auto()
    """Everybody waits; one probe at a time asks whether it is over."""
    SPLIT = enum.auto()
    """This passage is asked for in halves; what is too large even then keeps its original words."""
    KEEP_ORIGINAL = enum.auto()
    """This passage's original words stand, marked."""


class Whose(enum.Enum):
    """Whose fault it is."""

    SERVICE = enum.auto()
    """It passes by itself."""
    PERSON = enum.auto()
    """Somebody must mend key, credit, configuration or network settings."""
    MODEL = enum.auto()
    """The same, but another model may be had: jobs that need this one fail, where today's is another."""
    PASSAGE = enum.auto()
    """Others are served."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done about one kind of fault.

    `probe_after` is how many seconds a hold lasts until the first probe. `strikes` says how often it may
    come back on one chunk, others being answered between, until that chunk is given up and keeps its
    original words; None: never, since no chunk can be at fault. `narrows`: fewer requests at once from now
    on. `to_be_proved`: before the passage is blamed, a harmless text is asked for, all else being equal.
    `may_be_billed`: nobody knows, so the reservation stands. `most_tries`: the same request is sent
    no oftener, however many `attempts` there are. `may_be_filtered`: what stands before the service (a
    firewall, a company's proxy) may answer so to some texts alone. `may_be_billed_elsewhere`: the same as
    `may_be_billed`, but for a provider's own API, which bills no error.
    """

    retry: Retry
    then: Then
    whose: Whose
    probe_after: float = 0.0
    strikes: int | None = None
    narrows: bool = False
    to_be_proved: bool = False
    may_be_billed: bool = False
    most_tries: int | None = None
    may_be_filtered: bool = False
    may_be_billed_elsewhere: bool = False


_AGAIN, _ONCE, _NEVER = Retry.YES, Retry.NO, Retry.NEVER
_SERVICE, _PERSON, _PASSAGE = Whose.SERVICE, Whose.PERSON, Whose.PASSAGE

# fmt: off
POLICIES: Mapping[Kind, Policy] = {
    # All have asked for too much together: fewer at once is what helps.
    Kind.LIMITED:     Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, MANY_STRIKES, narrows=True),
    # It says itself that it is overloaded, so it is hardly about what was sent.
    Kind.OVERLOADED:  Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, MANY_STRIKES),
    # Nothing of the request arrived, so it can't be about what was sent, and nothing was billed.
    Kind.UNREACHABLE: Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, MANY_STRIKES),
    # It arrived, and one passage may be what makes the service fail, each time again.
    Kind.BUSY:        Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, FEW_STRIKES),
    # As BUSY; but what stands behind a gateway may go on with the work, and bill it, when that has given up.
    Kind.LATE_BEHIND: Policy(
        _AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, FEW_STRIKES, may_be_billed_elsewhere=True
    ),
    # As BUSY; and the service may have done the work, and bill it, although its answer never came whole.
    Kind.CUT_OFF:     Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, FEW_STRIKES, may_be_billed=True),
    Kind.TIMEOUT:     Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, FEW_STRIKES, may_be_billed=True),
    Kind.BROKEN:      Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, FEW_STRIKES, may_be_billed=True),
    # An error in an answer, of no known kind: what is known is only whether any text meets with it.
    Kind.UNEXPLAINED: Policy(
        _AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, FEW_STRIKES, to_be_proved=True, may_be_billed=True
    ),
    # Such a server does so each time, and each answer is paid for; but a connection may have lost it once.
    Kind.NO_END: Policy(
        _AGAIN, Then.HOLD, _PERSON, MENDED_PROBE, FEW_STRIKES, may_be_billed=True, most_tries=FEW_TRIES
    ),
    # It stays so until a person has paid: a spending limit comes as a 429 too, and with "try again".
    Kind.CREDIT:      Policy(_NEVER, Then.HOLD, _PERSON, MENDED_PROBE),
    # Only a person can mend these, so nothing is asked again, unless the server itself asks for that.
    Kind.NO_KEY:      Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    Kind.NO_CLIENT:   Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    # No byte of the request has left.
    Kind.CERTIFICATE: Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    Kind.NO_TLS:      Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    Kind.KEY:         Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    Kind.PERMISSION:  Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE, may_be_filtered=True),
    # A retired model comes back for nobody: jobs planned for it must not hold those that need another.
    Kind.MODEL:       Policy(_ONCE,  Then.HOLD, Whose.MODEL, MENDED_PROBE, may_be_filtered=True),
    # Followed, it would take the text, and perhaps the key, to a server that nobody has named.
    Kind.REDIRECTED:  Policy(_NEVER, Then.HOLD, _PERSON, MENDED_PROBE, may_be_filtered=True),
    # A status that no such service sends: most likely the wrong address, or a proxy's own answer.
    Kind.STRANGE:     Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE, may_be_filtered=True),
    # One of these four came back on a passage, and a harmless text was answered: others are served.
    Kind.FILTERED:    Policy(_ONCE,  Then.HOLD, _SERVICE, OUTAGE_PROBE, FEW_STRIKES),
    # The harmless text was refused too: blamed on passages, whole transcripts would stay uncleaned.
    Kind.ALL_REFUSED: Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    # The same text is refused the same way again; whether it is the text is asked before it is blamed.
    Kind.REFUSED:     Policy(_ONCE,  Then.KEEP_ORIGINAL, _PASSAGE, to_be_proved=True),
    # Half of it may fit; unless what answers finds all too large, as a proxy with a low limit does.
    Kind.TOO_LARGE:   Policy(_ONCE,  Then.SPLIT, _PASSAGE, to_be_proved=True),
    # Every passage would keep its original words.
    Kind.ALL_TOO_LARGE: Policy(_ONCE, Then.HOLD, _PERSON, MENDED_PROBE),
    # The same, said of the model's context, which may be too small even for the smallest passage.
    Kind.CONTEXT:     Policy(_ONCE,  Then.SPLIT, _PASSAGE, to_be_proved=True),
    # Every passage would keep its original words.
    Kind.CONTEXT_TOO_SMALL: Policy(_ONCE, Then.HOLD, _PERSON, MENDED_PROBE),
    # Instructions or text were thrown away in silence: what comes back can't be what was asked for.
    Kind.PROMPT_CUT:  Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Fault:
    """One request that brought no answer.

    `seen` says in a few words what was seen, safe to log. `retry_after` is how many seconds the
    server asked us to wait, `should_retry` what it said about trying again. `said` is the server's own
    sentence, where it can quote nobody's words (see `read_sentence`). `needs` is how many tokens of context
    the model needs, where that is known.
    """

    kind: Kind
    seen: str
    retry_after: float | None = None
    should_retry: bool | None = None
    said: str = ""
    needs: int = 0

    @property
    def policy(self) -> Policy:
        """What is done about it, but for the server's own wishes."""
        return POLICIES[self.kind]


@dataclass(frozen=True, slots=True)
class _Words:
    """What people are told, and what they can do about it."""

    message: str
    mend: str = ""


_ITSELF = "Nothing needs to be done: it is asked again by itself."
_WORDS: Mapping[Kind, _Words] = {
    Kind.LIMITED: _Words("{where} limits the rate of requests ({seen}).", _ITSELF),
    Kind.OVERLOADED: _Words("{where} can't serve requests at present ({seen}).", _ITSELF),
    Kind.UNREACHABLE: _Words(
        "{where} can't be reached ({seen}).", "Check the network; it is asked again by itself."
    ),
    Kind.BUSY: _Words(
        "{where} can't serve requests at present ({seen}).",
        "It is asked again by itself; if it stays so, that service's own log or status page says why.",
    ),
    Kind.LATE_BEHIND: _Words(
        "{where} had no answer in time from what stands behind it ({seen}).",
        "It is asked again by itself; a slow model may need a longer time limit there (nginx: "
        "proxy_read_timeout), or a smaller `chunk_words`.",
    ),
    Kind.CUT_OFF: _Words(
        "{where} breaks off the connection ({seen}).", "Check the network; it is asked again by itself."
    ),
    Kind.TIMEOUT: _Words(
        "{where} does not answer in time ({seen}).",
        "It is asked again by itself; a slow model may need a larger `timeout_seconds`.",
    ),
    Kind.BROKEN: _Words(
        "{where} sends answers that can't be read ({seen}).",
        "It is asked again by itself; if it stays so, check `base_url` and any proxy.",
    ),
    Kind.UNEXPLAINED: _Words("{where} says that something went wrong, not what ({seen}).", _ITSELF),
    Kind.NO_END: _Words(
        "{where} does not say why its answers end, so nobody knows whether they are whole ({seen}).",
        "Update that server or what stands before it, or set another `model` or `base_url` in config.yaml.",
    ),
    Kind.CREDIT: _Words(
        "The account at {where} has no credit left or is at its spending limit ({seen}).",
        "Add credit or raise the limit in the account's billing settings.",
    ),
    Kind.NO_KEY: _Words(
        "There is no usable API key ({seen}).",
        "Put it, alone on its line, into the file that `api_key_file` names (chmod 600); "
        "a program that uses the library passes it as `api_key`.",
    ),
    Kind.NO_CLIENT: _Words(
        "A connection to {where} can't be prepared ({seen}).",
        "Check the proxy and certificate settings in the environment (HTTPS_PROXY, SSL_CERT_FILE and such): "
        "mend the file that is named, or set the variable right and restart.",
    ),
    Kind.CERTIFICATE: _Words(
        "The certificate of {where} is not to be trusted, so nothing was sent there ({seen}).",
        "Check `base_url`, this machine's clock, and whether somebody stands between; a certificate "
        "authority of your own goes into a file that SSL_CERT_FILE names.",
    ),
    Kind.NO_TLS: _Words(
        "No encrypted connection to {where} could be made, so nothing was sent there ({seen}).",
        "If that server speaks plain HTTP, write http:// in `base_url`; otherwise see what answers there.",
    ),
    Kind.KEY: _Words("{where} refuses the API key ({seen}).", "Put a valid key in its place."),
    Kind.PERMISSION: _Words(
        "{where} does not allow this key to use {model} ({seen}).",
        "Check the key's workspace and permissions, or the account's standing.",
    ),
    Kind.MODEL: _Words(
        "{where} does not offer the model {model} in this way ({seen}).",
        "Correct `model` or `base_url` in config.yaml, or `provider`, if that server speaks the other API.",
    ),
    Kind.REDIRECTED: _Words(
        "{where} sends requests on to another address ({seen}); neither text nor key went there.",
        "If that address is the right one, put it into `base_url`; otherwise see what answers at this one.",
    ),
    Kind.STRANGE: _Words(
        "{where} does not answer as a server of this API does ({seen}).",
        "Check `provider` and `base_url` in config.yaml, and what lies between here and there.",
    ),
    Kind.FILTERED: _Words(
        "{where}, or a firewall or proxy before it, does not let this one text through ({seen}).",
        "Ask whoever runs what stands between.",
    ),
    Kind.ALL_REFUSED: _Words(
        "{where} refuses every request, even a harmless one ({seen}).",
        "Check `provider`, `model`, `base_url` and `chunk_words` in config.yaml; "
        "the service's own log may say more.",
    ),
    Kind.REFUSED: _Words("the service refused it ({seen})"),
    Kind.TOO_LARGE: _Words("the service finds it too large ({seen})"),
    Kind.ALL_TOO_LARGE: _Words(
        "{where} finds even the shortest passage too large ({seen}).",
        "Raise its limit on the size of a request, or that of a proxy before it (nginx: "
        "client_max_body_size), or correct `base_url`.",
    ),
    Kind.CONTEXT: _Words(
        "it does not fit into the model's context ({seen}): take a larger one, or a smaller `chunk_words`"
    ),
    Kind.CONTEXT_TOO_SMALL: _Words(
        "The context of {model} at {where} is too small even for the shortest passage ({seen}): start it "
        "with {needs:,} tokens, 1,000 and 3 for each of `chunk_words` (llama.cpp: -c {needs}; Ollama: "
        "OLLAMA_CONTEXT_LENGTH={needs}).",
        "It is asked again by itself.",
    ),
    Kind.PROMPT_CUT: _Words(
        "{where} reads only a part of what it is sent ({seen}).",
        "Start it with a context of {needs:,} tokens (Ollama: OLLAMA_CONTEXT_LENGTH={needs}), and see that "
        "nothing on the way drops the `system` text.",
    ),
}

_WITHOUT_A_KEY: Mapping[Kind, _Words] = {
    Kind.KEY: _Words(
        "{where} wants an API key, and there is none ({seen}).",
        "Put one, alone on its line, into the file that `api_key_file` names (chmod 600).",
    ),
    Kind.PERMISSION: _Words(
        "{where} does not allow the use of {model} without a key ({seen}).",
        "Put one, alone on its line, into the file that `api_key_file` names (chmod 600); if it needs none, "
        "see whom that server, or what stands before it, lets in.",
    ),
}
_IS_THE_SERVER_RUNNING = "Is the server running? Start it; it is asked again by itself."


def should_be_retried(fault: Fault) -> bool:
    """Whether the same request is sent again; what the server says of it has its way, where it may."""
    retry = fault.policy.retry
    if retry is Retry.NEVER or fault.should_retry is None:
        return retry is Retry.YES
    return fault.should_retry


def make_error(
    fault: Fault, *, model: str, where: str, is_local: bool = False, has_key: bool = True
) -> ServiceError | ChunkRefused:
    """The error to raise when there is nothing left to try; `where` names the service.

    `is_local` says that the service is to run on this machine, `has_key` that a key was given for it.
    """
    policy, words = fault.policy, _WORDS[fault.kind]
    if not has_key:
        words = _WITHOUT_A_KEY.get(fault.kind, words)
    mend = words.mend.format(needs=fault.needs)
    if is_local and fault.kind is Kind.UNREACHABLE:
        mend = _IS_THE_SERVER_RUNNING
    message = words.message.format(where=where, model=model, seen=fault.seen, needs=fault.needs)
    if fault.said:
        stop = "" if fault.said.endswith((".", "!", "?")) else "."
        message += f' It says: "{fault.said}"{stop}'
    if policy.then is not Then.HOLD:
        return ChunkRefused(message, too_large=policy.then is Then.SPLIT)
    return ServiceError(
        message,
        mend,
        probe_after=max(policy.probe_after, fault.retry_after or 0.0),
        strikes=None if asks_for_patience(fault) else policy.strikes,
        of_model=policy.whose is Whose.MODEL,
        may_be_filtered=policy.may_be_filtered,
    )


_OF_ALL = {Kind.CONTEXT: Kind.CONTEXT_TOO_SMALL, Kind.TOO_LARGE: Kind.ALL_TOO_LARGE}
"""The kind of fault where even the shortest passage meets with it, by its kind where one passage does."""


def is_about_size(fault: Fault) -> bool:
    """Whether a smaller passage might be answered."""
    return fault.kind in _OF_ALL


def blame_service(fault: Fault) -> Fault:
    """The fault that a harmless text has met with, so that no passage can be to blame for it."""
    return Fault(_OF_ALL.get(fault.kind, Kind.ALL_REFUSED), fault.seen, said=fault.said)


def count_context(chunk_words: int) -> int:
    """How many tokens of context a model needs for passages of so many words, and the instructions.

    The shipped instructions have 800 tokens; a word has about 1.4, and is said twice.
    """
    return 1000 + 3 * chunk_words


def asks_for_patience(fault: Fault) -> bool:
    """Whether the server asked for a longer wait than a request waits for."""
    return (fault.retry_after or 0.0) > PATIENCE
