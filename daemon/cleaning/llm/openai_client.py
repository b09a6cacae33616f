"""The client of OpenAI's chat API, at OpenAI's own address or at any server that speaks it.

The only module that knows the `openai` library, an extra of the package, imported with the first request.
"""

from __future__ import annotations

import importlib.util
import shlex
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from daemon.cleaning.llm import fault_signs, openai_answers
from daemon.cleaning.llm.endpoint import Prompt, Reply
from daemon.cleaning.llm.faults import Fault, Kind
from daemon.cleaning.llm.sdk_client import LOW_TEMPERATURE, SdkClient, require_answer
from daemon.costs.pricing import Usage
from daemon.errors import ConfigError
from daemon.settings.address import OPENAI_API, add_version, is_hosted_api

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
    from openai.types.shared.reasoning_effort import ReasoningEffort

# Cleaning needs no thinking, which is billed and uses up the room. Of OpenAI's own models, by the longest
# prefix: the least effort that each is documented to allow, None to ask plainly.
_EFFORTS: Mapping[str, ReasoningEffort] = {
    "gpt-5": "minimal",
    "gpt-5-chat": None,
    "gpt-5-pro": None,
    "gpt-5.1": "none",
    "gpt-5.2": "none",
    "gpt-5.4": "none",
    "gpt-5.5": "none",
    "gpt-5.6": "none",
    "gpt-6": "low",
    "gpt-6-luna": "none",
    "o1": "low",
    "o3": "low",
    "o4": "low",
}
_WANTED_EFFORT: ReasoningEffort = "medium"
_ROOM = 8192
"""Tokens of room, beside the answer's, for those that think all the same."""
# Elsewhere, by how their names begin: those that think by default and count it in max_tokens. Nothing turns
# that off that all services know.
_THINKERS = (
    "deepseek", "gemini-2.5", "gemini-3", "glm-", "gpt-oss", "grok", "kimi", "magistral", "minimax", "qwen3",
)  # fmt: skip
# Those of them that nothing keeps from thinking, as their services' documentation says.
_ALWAYS_THINK = ("deepseek-reasoner", "gemini-2.5-pro", "gemini-3", "gpt-oss", "magistral", "minimax")
_OPTIONS = ("temperature", "reasoning_effort")


class ChatClient(SdkClient["OpenAI"]):
    """One model behind OpenAI's chat API; `base_url` None is OpenAI's own address. See SdkClient.

    Raises ConfigError where the `openai` library is not installed.
    """

    logger = "openai"

    def __init__(
        self,
        *,
        model: str,
        api_key: str | None,
        base_url: str | None,
        timeout_seconds: float,
        thinking: bool | None = None,
    ) -> None:
        require_library()
        super().__init__(
            model=model,
            api_key=api_key,
            base_url=add_version(base_url) if base_url else OPENAI_API,
            is_hosted=is_hosted_api(base_url, "openai"),
            timeout_seconds=timeout_seconds,
        )
        self._effort = choose_effort(model, thinking, is_hosted=self.is_hosted)
        if thinking or _thinks(model, self._effort, is_hosted=self.is_hosted):
            self.thinking_tokens = _ROOM

    def _make_client(self) -> OpenAI:
        import openai

        # The classes that hold an answer are built when first used: better once here than in every
        # thread at the same moment.
        openai.types.chat.ChatCompletion.construct(choices=[{"message": {"content": ""}}], usage={})
        client = openai.OpenAI(
            api_key=self._key,
            base_url=self.base_url,
            max_retries=0,
            http_client=self._make_http_client(openai.DefaultHttpxClient),
        )
        # What the environment says of organization, project and headers is for OpenAI's own address, if at
        # all: nothing but the key that was given goes out with a request.
        client.organization = client.project = client.admin_api_key = None
        client._custom_headers = {}
        client._platform = "Unknown"  # asked for a name of the system, it would start a process
        return client

    def _look_up_model(self, client: OpenAI) -> Fault | None:
        """Look for the model in the list: not all services look up a name with a slash in it by itself."""
        listed = self._list_models(client)
        return None if self.model in listed else Fault(Kind.MODEL, f"not among its {len(listed)} models")

    def _list_models(self, client: OpenAI) -> list[str]:
        models = getattr(require_answer(client.models.list()), "data", None)
        if not isinstance(models, list):
            raise ValueError("no list of models")
        names = [getattr(model, "id", None) for model in models]
        known = [name for name in names if isinstance(name, str)]
        return known + [name.removeprefix("models/") for name in known if name.startswith("models/")]

    def _ask(self, client: OpenAI, prompt: Prompt) -> object:
        request: CompletionCreateParamsNonStreaming = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
        }
        if self.is_hosted:
            request["max_completion_tokens"] = prompt.max_tokens
        else:
            request["max_tokens"] = prompt.max_tokens  # most others know only OpenAI's older name for it

        def ask(left_out: frozenset[str]) -> object:
            asked: CompletionCreateParamsNonStreaming = {**request}
            if self._effort is not None and "reasoning_effort" not in left_out:
                asked["reasoning_effort"] = self._effort
            if "temperature" not in left_out:
                asked["temperature"] = LOW_TEMPERATURE
            return client.chat.completions.create(**asked)

        return self._ask_with_options(ask, _OPTIONS if not self.is_hosted else _OPTIONS[:1])

    def _read_reply(self, answer: object) -> Reply:
        return openai_answers.read_reply(answer)

    def _read_usage(self, answer: object) -> Usage | None:
        return openai_answers.read_usage(answer)

    def _judge_raised(self, error: Exception) -> Fault:
        status = getattr(error, "status_code", None)
        if not isinstance(status, int):
            return fault_signs.judge_exception(error, time.time())
        headers = getattr(getattr(error, "response", None), "headers", {})
        return openai_answers.judge_error(status, headers, getattr(error, "body", None), time.time())


def require_library() -> None:
    """Raise ConfigError where the `openai` library is not installed; it is not loaded for that."""
    if importlib.util.find_spec("openai") is None:
        raise ConfigError(
            "`provider: openai` needs the openai package, which is not installed.",
            f"Run: {shlex.quote(sys.executable)} -m pip install 'transcriptd[openai]'",
        )


def choose_effort(model: str, wanted: bool | None, *, is_hosted: bool) -> ReasoningEffort:
    """The effort to ask for, None to ask plainly; `wanted` says whether the model is to think.

    Not wanted, it is "none", which Gemini, Groq, Ollama and others take as well; a server that does not know
    the word is asked without it. Raises ConfigError for a model that always thinks, or can't think.
    """
    effort = _find_effort(model) if is_hosted else None
    name = model.rpartition("/")[2].lower()
    if wanted is False:
        if effort not in (None, "none") or name.startswith(_ALWAYS_THINK) or "gpt-5-pro" in name:
            raise ConfigError(f"The model {model} always thinks.", "Set `thinking: null`, or another model.")
        return effort if is_hosted else "none"
    if wanted and is_hosted and effort is None and not name.startswith(("gpt-5-pro", "gpt-5.")):
        raise ConfigError(f"The model {model} can't think.", "Set `thinking: null`, or another model.")
    return _WANTED_EFFORT if wanted else effort


def _find_effort(model: str) -> ReasoningEffort:
    known = [prefix for prefix in _EFFORTS if model.startswith(prefix)]
    return _EFFORTS[max(known, key=len)] if known and "-chat-" not in model else None


def _thinks(model: str, effort: ReasoningEffort, *, is_hosted: bool) -> bool:
    """Whether a model is known to think although nobody asked it to."""
    if is_hosted:
        return effort not in (None, "none") or model.startswith("gpt-5-pro")
    return model.rpartition("/")[2].lower().startswith(_THINKERS)
