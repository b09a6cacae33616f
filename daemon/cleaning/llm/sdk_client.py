"""What the clients of all providers have in common: the key, the connection, its deadline, what is raised.

A client library is imported with the first request: that takes seconds and 75 MB, and most commands never
ask anything. Its own retries are off.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from daemon.cleaning.llm import fault_signs, faults
from daemon.cleaning.llm.endpoint import Message, Prompt, Reply, UnsoundUsageError, tidy_message
from daemon.cleaning.llm.environment_settings import explain_unprepared
from daemon.cleaning.llm.faults import ChunkRefused, Fault, Kind, Whose
from daemon.costs.pricing import Usage
from daemon.errors import ServiceError
from daemon.settings.address import find_proxy, is_on_this_machine, read_host, show_server
from daemon.settings.api_key import NO_KEY, find_likely_mistake, find_unsendable

if TYPE_CHECKING:
    import httpx2

Sdk = TypeVar("Sdk")
_Answer = TypeVar("_Answer")

LOW_TEMPERATURE = 0.2
"""Sent where the server may take it. Of 850 passages of a talk cleaned by a real model of 135 million
parameters the gate passed 43 in 100 at .3, and 29 in 100 at .8, which such servers have by default."""

log = logging.getLogger(__name__)

_CONNECT_SECONDS = 10.0
_MOST_LISTED = 8
_LOGGERS = ("httpx2", "httpcore2")


class SdkClient(ABC, Generic[Sdk]):
    """An Endpoint that is spoken to through a client library; all threads share its connections.

    A request ends `timeout_seconds` after it began, whatever still comes in (see BoundedTransport). Raises
    ConfigError for a `base_url` that is no address.
    """

    logger: ClassVar[str]
    """The library's own: its DEBUG lines hold the transcript."""

    def __init__(
        self, *, model: str, api_key: str | None, base_url: str, is_hosted: bool, timeout_seconds: float
    ) -> None:
        self.model = model
        self.base_url = base_url
        self.is_hosted = is_hosted
        self.thinking_tokens = 0
        self._left_out: frozenset[str] = frozenset()  # options that the server has refused
        self._where = read_host(base_url)
        self._key = (api_key or "").strip() or ("" if is_hosted else NO_KEY)
        self._timeout = timeout_seconds
        self._lock = threading.Lock()
        self._shared: Sdk | None = None
        self._process = 0

    def prepare(self) -> None:
        """Load the client library; raises ServiceError."""
        self._get_client()

    def check(self) -> str:
        """Ask, free of charge, whether key and model are good; raises ServiceError.

        Returns what people should know all the same, "" where there is nothing.
        """
        client = self._get_client()
        try:
            fault = self._look_up_model(client)
        except Exception as error:  # noqa: BLE001 - the client raises more than its own errors
            fault = replace(self._judge_exception(error), said=self._read_sentence(error))
        if fault is None:
            return ""
        if fault.kind is Kind.MODEL and not self.is_hosted:
            return self._look_through_list(client, fault)
        raise self.make_error(faults.blame_service(fault) if fault.policy.whose is Whose.PASSAGE else fault)

    def _look_through_list(self, client: Sdk, fault: Fault) -> str:
        """Look for the model in the server's list: many servers can't be asked for a single one."""
        try:
            listed = self._list_models(client)
        except Exception:  # noqa: BLE001 - the first fault says what there is to say
            listed = []
        if self.model in listed:
            return ""
        names = ", ".join(name for name in listed[:_MOST_LISTED] if name.isprintable())
        if len(listed) == 1:
            return f"{self._where} lists {names} alone, and not {self.model}; such a server may take any name"
        raise self.make_error(replace(fault, said=f"these models are here: {names}" if names else ""))

    def _read_sentence(self, error: Exception, sent: str = "") -> str:
        return fault_signs.read_sentence(error, sent, self._key)

    def send(self, prompt: Prompt) -> tuple[Reply, Usage | None]:
        """Send a request once: a message or a fault, and the tokens to pay, None where nobody knows.

        Raises ServiceError before anything is sent, where there is no key or no client.
        """
        client = self._get_client()
        try:
            answer = self._ask(client, prompt)
        except Exception as error:  # noqa: BLE001 - the client raises more than its own errors
            fault = self._judge_exception(error)
            if prompt.stands_for is not None:
                sent = f"{prompt.system} {prompt.user} {prompt.stands_for}"
                fault = replace(fault, said=self._read_sentence(error, sent))
            return fault, self._count_failed(error, fault)
        reply = self._read_reply(answer)
        if isinstance(reply, Message):
            reply = tidy_message(reply)
        return reply, self._count_tokens(answer)

    def _count_tokens(self, answer: object) -> Usage | None:
        """The tokens an answer says it took, None where nobody knows: no question has no tokens."""
        try:
            usage = self._read_usage(answer)
        except UnsoundUsageError:
            return None
        return usage if usage is not None and usage.total_input else None

    def _count_failed(self, error: Exception, fault: Fault) -> Usage | None:
        """The tokens to pay for a request that failed, None where nobody knows."""
        if isinstance(error, fault_signs.ErrorAnswer):  # it may have begun to answer
            return self._count_tokens(error.answer)
        policy = fault.policy
        is_unknown = policy.may_be_billed or (policy.may_be_billed_elsewhere and not self.is_hosted)
        return None if is_unknown else Usage()

    def make_error(self, fault: Fault) -> ServiceError | ChunkRefused:
        """What a fault is to those who asked: whom it concerns, and its mend."""
        if fault.kind is Kind.KEY and (mistake := find_likely_mistake(self._key)) is not None:
            fault = replace(fault, seen=f"{fault.seen}; {mistake}")
        where = self._where
        if fault.kind is Kind.UNREACHABLE and (proxy := find_proxy(self.base_url)) is not None:
            where += f", through the proxy {show_server(proxy)} that the environment names,"
        return faults.make_error(
            fault,
            model=self.model,
            where=where,
            is_local=is_on_this_machine(self.base_url),
            has_key=self._key != NO_KEY,
        )

    @abstractmethod
    def _make_client(self) -> Sdk:
        """The library's client, on `_make_http_client`; whatever it raises is the environment's fault."""

    @abstractmethod
    def _look_up_model(self, client: Sdk) -> Fault | None:
        """Ask whether the model is there; may raise what the library raises."""

    def _list_models(self, client: Sdk) -> list[str]:
        """The names of the models that the server lists; may raise what the library raises."""
        return []

    @abstractmethod
    def _ask(self, client: Sdk, prompt: Prompt) -> object:
        """Send one request; may raise what the library raises."""

    def _ask_with_options(self, ask: Callable[[frozenset[str]], object], options: tuple[str, ...]) -> object:
        """Send a request, and again without each of its options that the server says it does not take.

        `ask` is given the names of those to leave out, now and in all requests that follow.
        """
        while True:
            left_out = self._left_out
            try:
                return require_answer(ask(left_out))
            except Exception as error:
                sent = [option for option in options if option not in left_out]
                refused = fault_signs.find_refused_option(error, sent)
                if refused is None:
                    raise
            self._leave_out(refused)

    def _leave_out(self, option: str) -> None:
        with self._lock:
            is_new = option not in self._left_out
            self._left_out |= {option}
        if is_new:
            log.warning("%s takes no `%s` for %s: none is sent any more", self._where, option, self.model)

    @abstractmethod
    def _read_reply(self, answer: object) -> Reply:
        """The message in an answer, whatever a server sends: the library checks no types."""

    @abstractmethod
    def _read_usage(self, answer: object) -> Usage | None:
        """The tokens an answer says it took, None where it says nothing; raises UnsoundUsageError."""

    def _judge_exception(self, error: Exception) -> Fault:
        fault = self._judge_raised(error)
        if isinstance(error, fault_signs.ErrorAnswer):
            return fault_signs.judge_error_answer(error, fault)
        return fault

    def _judge_raised(self, error: Exception) -> Fault:
        """The fault in what was raised; an ErrorAnswer is judged as an error of its status."""
        return fault_signs.judge_exception(error, time.time())

    def _get_client(self) -> Sdk:
        """The library's client; raises ServiceError where there is none."""
        found = self._find_client()
        if isinstance(found, Fault):
            raise self.make_error(found)
        return found

    def _find_client(self) -> Sdk | Fault:
        """The library's client, or why there is none: no key that can be sent, or no way to connect."""
        if (why := find_unsendable(self._key)) is not None:
            return Fault(Kind.NO_KEY, why)
        with self._lock:
            # On connections that a forked process shares with others it could read their answers.
            if self._shared is None or self._process != os.getpid():
                try:
                    self._shared, self._process = self._make_client(), os.getpid()
                except Exception as error:  # noqa: BLE001 - it raises what the environment leads it to
                    return Fault(Kind.NO_CLIENT, explain_unprepared(error, self.base_url))
                self._quiet_loggers()
            return self._shared

    def _quiet_loggers(self) -> None:
        """Let the libraries log no request, which would tell what was said.

        Once they are loaded: they set their levels by $ANTHROPIC_LOG and $OPENAI_LOG as they load.
        """
        for name in (self.logger, *_LOGGERS):
            logging.getLogger(name).setLevel(logging.WARNING)

    def _make_http_client(self, factory: Callable[..., httpx2.Client]) -> httpx2.Client:
        """The library's own kind of HTTP client, on a transport bound to the deadline.

        It follows no redirection, which would take text or key to another server. Of the environment it
        takes the certificates, and the proxy that `find_proxy` tells people of.
        """
        import httpx2

        from daemon.cleaning.llm.transport import BoundedTransport

        return factory(
            transport=BoundedTransport(seconds=self._timeout, proxy=find_proxy(self.base_url)),
            timeout=httpx2.Timeout(self._timeout, connect=min(_CONNECT_SECONDS, self._timeout)),
            follow_redirects=False,
            trust_env=False,
        )


def require_answer(answer: _Answer) -> _Answer:
    """Give back what a server answered; raises ErrorAnswer where it says that something went wrong."""
    if (error := fault_signs.find_error_answer(answer)) is not None:
        raise error
    return answer
