"""The client of Anthropic's Messages API, at Anthropic's own address or at any server that speaks it.

The only module that knows the `anthropic` library, which is imported with the first request.
"""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING

from daemon.cleaning.llm import fault_signs
from daemon.cleaning.llm.endpoint import Message, Prompt, Reply, read_count, read_field
from daemon.cleaning.llm.faults import Fault
from daemon.cleaning.llm.sdk_client import LOW_TEMPERATURE, SdkClient, require_answer
from daemon.costs.pricing import Usage
from daemon.errors import ConfigError
from daemon.settings.address import API, MESSAGES_PATH, is_hosted_api, strip_version

if TYPE_CHECKING:
    from anthropic import Anthropic
    from anthropic.types import ThinkingConfigParam
    from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
    from httpx2 import Response

log = logging.getLogger(__name__)

_ROOM = 8192  # tokens for thinking
_BUDGET = 4096  # tokens of it that an older model is given
_THINKS_BY_ITSELF = re.compile(r"claude-\w+-5-5")
# Cleaning needs no thinking, which is billed and uses up max_tokens. By the longest prefix: what
# turns it off, and how many tokens of room it needs where nothing does.
_THINKING: Mapping[str, tuple[ThinkingConfigParam | None, int]] = {
    "claude-haiku-4-5": ({"type": "disabled"}, 0),
    "claude-haiku-5-5": ({"type": "disabled"}, 0),
    "claude-sonnet-5-5": ({"type": "between_tools"}, 0),
    "claude-opus-5-5": (None, _ROOM),
}


class MessagesClient(SdkClient["Anthropic"]):
    """One model behind the Messages API; `base_url` None is Anthropic's own address. See SdkClient."""

    logger = "anthropic"

    def __init__(
        self,
        *,
        model: str,
        api_key: str | None,
        base_url: str | None,
        timeout_seconds: float,
        thinking: bool | None = None,
    ) -> None:
        super().__init__(
            model=model,
            api_key=api_key,
            base_url=strip_version(base_url) if base_url else API,
            is_hosted=is_hosted_api(base_url),
            timeout_seconds=timeout_seconds,
        )
        self._thinking, self.thinking_tokens = choose_thinking(model, thinking, is_hosted=self.is_hosted)
        may_be_refused = ("temperature", *(["thinking"] if thinking is None else []))
        self._options = () if self.is_hosted else may_be_refused

    def _make_client(self) -> Anthropic:
        import anthropic

        _warn_of_retirement(self.model)
        return anthropic.Anthropic(
            api_key=self._key,
            base_url=self.base_url,
            # Said again here, it goes before what the environment may say about headers.
            default_headers={"Authorization": f"Bearer {self._key}"},
            max_retries=0,
            open_telemetry=False,
            http_client=self._make_http_client(anthropic.DefaultHttpxClient),
        )

    def _look_up_model(self, client: Anthropic) -> Fault | None:
        require_answer(client.models.retrieve(self.model))
        return None

    def _list_models(self, client: Anthropic) -> list[str]:
        page = require_answer(client.models.list())
        names = [getattr(one, "id", None) for one in page.data or ()]
        return [name for name in names if isinstance(name, str)]

    def _ask(self, client: Anthropic, prompt: Prompt) -> object:
        """Send a request; its answer is plain JSON, or text where it is none.

        The library's own method would look at each part of the request and of the answer once more, to give
        types to them that nothing here relies on: for a quarter of its time.
        """
        from httpx2 import Response

        def ask(left_out: frozenset[str]) -> object:
            body = self.make_body(prompt, left_out)
            return _read_body(client.post(MESSAGES_PATH, body=body, cast_to=Response))

        return self._ask_with_options(ask, self._options)

    def make_body(self, prompt: Prompt, left_out: frozenset[str]) -> dict[str, object]:
        """All that is sent for a prompt, without the options that the server has refused."""
        body: dict[str, object] = {**self._make_request(prompt, left_out)}
        if not self.is_hosted and "temperature" not in left_out:
            body["temperature"] = LOW_TEMPERATURE
        return body

    def _make_request(self, prompt: Prompt, left_out: frozenset[str]) -> MessageCreateParamsNonStreaming:
        """What the library's types know of a request: all but the temperature."""
        request: MessageCreateParamsNonStreaming = {
            "model": self.model,
            "max_tokens": prompt.max_tokens,
            "system": [{"type": "text", "text": prompt.system, "cache_control": {"type": "ephemeral"}}],
            "messages": [{"role": "user", "content": prompt.user}],
        }
        if self._thinking is not None and "thinking" not in left_out:
            request["thinking"] = self._thinking
        return request

    def _read_reply(self, answer: object) -> Reply:
        if (broken := fault_signs.judge_answer(answer)) is not None:
            return broken
        stop_reason, model = (read_field(answer, name) for name in ("stop_reason", "model"))
        return Message(_join_text(answer), str(stop_reason), model if isinstance(model, str) else "")

    def _read_usage(self, answer: object) -> Usage | None:
        said = read_field(answer, "usage")
        if said is None:
            return None
        return Usage(**{name: read_count(said, name) for name in Usage.__struct_fields__})


def _read_body(response: Response) -> object:
    """An answer's JSON, whatever its content type says; its text where it is neither JSON nor called so."""
    try:
        return json.loads(response.content)
    except ValueError:
        if response.headers.get("content-type", "").partition(";")[0].endswith("json"):
            raise
        return response.text


def _join_text(answer: object) -> str:
    """The text of an answer's text blocks alone: blocks of other kinds may stand before and between them."""
    content = read_field(answer, "content")
    blocks = content if isinstance(content, list) else []
    texts = [read_field(block, "text") for block in blocks if read_field(block, "type") == "text"]
    return "".join(text for text in texts if isinstance(text, str))


def choose_thinking(
    model: str, wanted: bool | None, *, is_hosted: bool
) -> tuple[ThinkingConfigParam | None, int]:
    """What is said about thinking, None for nothing, and how many tokens of room it needs.

    `wanted` None is off where that is understood; another server than the hosted API is told so whatever
    its model, since a model that does not think is not harmed by it. Raises ConfigError for False where the
    model always thinks.
    """
    known = [prefix for prefix in _THINKING if model.startswith(prefix)]
    if wanted:
        thinks = _THINKS_BY_ITSELF.match(model) is not None
        return (None if thinks else {"type": "enabled", "budget_tokens": _BUDGET}), _ROOM
    if known:
        off, room = _THINKING[max(known, key=len)]
        if wanted is False and off is None:
            raise ConfigError(f"The model {model} always thinks.", "Set `thinking: null`, or another model.")
        return off, room
    return (None, 0) if is_hosted and wanted is None else ({"type": "disabled"}, 0)


def find_retirement(model: str) -> str | None:
    """The day on which a model will be gone, None where none is known."""
    from anthropic.resources.messages import DEPRECATED_MODELS

    return DEPRECATED_MODELS.get(model)


def _warn_of_retirement(model: str) -> None:
    """Say once what the client would warn of at each request, where no log would show it."""
    if (date := find_retirement(model)) is not None:
        warnings.filterwarnings("ignore", message="The model '", category=DeprecationWarning)
        log.warning("the model %s retires on %s: choose another `model` in config.yaml", model, date)
