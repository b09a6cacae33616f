"""Who cleans in this run, with which key: the provider, the processors, and what is frozen in plans."""

from __future__ import annotations

import json
import threading
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from msgspec.structs import replace

from daemon.batches.surroundings import Group
from daemon.cleaning.extras.questions import measure_system
from daemon.cleaning.llm.model import Model, check_thinking
from daemon.cleaning.llm.openai_client import require_library
from daemon.cleaning.offline import MODEL as OFFLINE_MODEL
from daemon.cleaning.processor import LLMProcessor
from daemon.cleaning.prompt import Brief, system_text
from daemon.cleaning.style import Style, find_style
from daemon.costs.budget import Budget
from daemon.costs.estimate import price_extra_of_hour, price_hour_of_speech
from daemon.costs.ledger import Ledger
from daemon.costs.other_ledgers import OtherLedgers
from daemon.costs.pricing import BATCH_SHARE, Price
from daemon.errors import ConfigError, InputError, ServiceError
from daemon.settings.address import (
    HOSTED_APIS,
    find_proxy,
    find_version,
    is_hosted_api,
    is_on_this_machine,
    read_host,
    refuse_other_api,
    show_address,
    show_server,
)
from daemon.settings.api_key import ENVIRONMENT, find_key, find_unsent_key
from daemon.settings.config import Root
from daemon.settings.profile import MODEL_ONLY, Profile, Provider, Settings, Verbatim
from daemon.settings.sidecar import NO_SIDECAR, Sidecar, parse_sidecar
from daemon.store.ticket import Ticket
from daemon.system.digest import digest_of_value
from daemon.system.process.logs import hide_in_lines
from daemon.text.languages import code_of
from daemon.text.names.pseudonyms import pseudonyms_of
from daemon.text.names.spelling import respelling_of

_OWN_API = {"anthropic": "Anthropic's API", "openai": "OpenAI's API"}
_HOSTED_PART_WORDS = 10_000  # an hour of speech; no model of theirs has room for less than five times that
_UNKNOWN_PRICE = "its price is not known, so no budget can hold"


def _check_templates(root: Root) -> None:
    """Raise ConfigError where a Word template that is named can't be used."""
    named = (profile.docx_template for profile in root.config.all_profiles)
    for path in sorted(set(filter(None, named))):
        from daemon.delivery.word.template import check_template  # here: most starts need none

        check_template(path)


def _refuse_other_wording(profile: Profile) -> None:
    """Raise ConfigError where a profile asks at once to keep what was said and for other words."""
    if profile.verbatim == "clean":
        return
    for key, default in (("style", "clean"), ("output_language", None)):
        if getattr(profile, key) != default:
            raise ConfigError(
                f"`verbatim: {profile.verbatim}` keeps what was said, and `{key}` asks for other words.",
                f"Set `{key}: {json.dumps(default)}`, or `verbatim: clean`.",
            )


def _check_corrections(profile: Profile) -> None:
    """Raise ConfigError where the corrections of a profile go round in circles."""
    if not profile.corrections:
        return
    try:
        respelling_of(profile.corrections)
    except ValueError as error:
        raise ConfigError(f"`corrections`: {error}.", "Leave out one of them.") from None


def _use_pseudonyms(profile: Profile) -> None:
    """Hide names in the log from here on; raise ConfigError where a pseudonym can't stand for its name."""
    if not profile.pseudonyms:
        return
    try:
        hide_in_lines(pseudonyms_of(profile.pseudonyms).hide_label)
    except ValueError as error:
        raise ConfigError(
            f"`pseudonyms`: {error}.",
            "A pseudonym is one word of letters and digits, such as P01, with no name in it.",
        ) from None


class Access:
    """Today's provider and settings, and a processor for any job's settings; thread-safe.

    A root whose ledger shows that it has paid for requests never falls back to the offline rules by
    itself: without its key it is held.
    """

    def __init__(self, root: Root, ledger: Ledger) -> None:
        self.root = root
        self.key = find_key(root)
        self._processors: dict[tuple[str, str], LLMProcessor] = {}
        self._lock = threading.Lock()
        self._styles: dict[tuple[str, Verbatim], Style] = {}
        self._wants_batch: dict[str, bool] = {}  # by job id
        self.address = show_address(root.config.base_url or HOSTED_APIS[root.config.api])
        self.key_mark = digest_of_value(self.key.value if self.key else "")
        self._ledger = ledger
        self.provider = self._choose_provider(ledger.has_paid())
        if self.provider != "offline":
            self._check_model()
        self.settings = self.settings_of("")
        for folder in root.config.profiles:
            try:
                self.settings_of(f"{folder}/")
            except ConfigError as error:
                raise ConfigError(f"`profiles`: in `{folder}`: {error.message}", error.mend) from None
        _check_templates(root)

    def _choose_provider(self, paid_before: bool) -> Provider:
        config = self.root.config
        if config.provider != "auto":
            return config.provider
        return "anthropic" if self.key or config.base_url or paid_before else "offline"

    @cached_property
    def budget(self) -> Budget:
        """What may be spent, and the ledger that it is written down in, for all that asks a model."""
        root, others = self.root, None
        limits = root.config.budget_usd_per_day, root.config.budget_usd_per_job
        if root.main_state is not None or root.config.budget_usd_per_day is not None:
            others = OtherLedgers(root.main_state or root.state, self._ledger.path)
            others.add_own()
        return Budget(self._ledger, *limits, others=others)

    def _check_model(self) -> None:
        """Raise ConfigError where the model can't be asked as the config says."""
        config = self.root.config
        if config.base_url is not None:
            read_host(config.base_url)  # else each job would fail by it
            refuse_other_api(config.base_url, self.provider)
        if self.provider == "openai":
            require_library()
        self._refuse_unpriced(config.model)
        self._refuse_readable_key()
        check_thinking(self.provider, config.model, config.base_url, config.thinking)

    def _refuse_readable_key(self) -> None:
        """Raise ConfigError where the key would pass a proxy that can read it."""
        address = self.root.config.base_url or ""
        if self.key is None or urlsplit(address).scheme != "http":
            return
        if (proxy := find_proxy(address)) is not None:
            raise ConfigError(
                f"On its way to {show_address(address)} the key could be read by the proxy "
                f"{show_server(proxy)}, which the environment names.",
                "Give `base_url` with https://, or name its host in NO_PROXY.",
            )

    def _refuse_unpriced(self, model: str) -> None:
        if self.root.config.lacks_price(model):
            raise ConfigError(
                f"There is a budget, but no price is known for the model {model}.",
                "Put its price under `prices` in config.yaml, or remove the budget.",
            )

    def settings_of(self, name: str, sidecar: Sidecar = NO_SIDECAR) -> Settings:
        """What shapes the result of a file of this path inside inbox, today.

        Raises ConfigError where this provider can't do what is asked for.
        """
        profile = sidecar.lay_over(self.root.config.find_profile(name))
        _refuse_other_wording(profile)
        self._refuse_batch(profile)
        self._check_fallback(profile)
        _check_corrections(profile)
        _use_pseudonyms(profile)
        language = profile.language and (code_of(profile.language) or profile.language)
        if self.provider == "offline":
            self._refuse_model_only(profile)
            profile = replace(profile, language=language, survey=True)
            return Settings.freeze(profile, "offline", OFFLINE_MODEL, prompt="")
        style = self._find_style(profile.style, profile.verbatim)
        frozen = Settings.freeze(
            replace(profile, language=language), self.provider, self.root.config.model, style.prompt
        )
        return replace(frozen, keeps_wording=style.keeps_wording, answers=style.answers)

    def _check_fallback(self, profile: Profile) -> None:
        """Raise ConfigError where a profile's second model can't be asked."""
        model = profile.fallback_model
        if model is None or self.provider == "offline":
            return
        if profile.batch:
            raise ConfigError(
                "A message batch is for one model, so that `fallback_model` can't be asked.",
                "Set `fallback_model: null` or `batch: false`.",
            )
        self._refuse_unpriced(model)
        config = self.root.config
        check_thinking(self.provider, model, config.base_url, config.thinking)

    def _refuse_batch(self, profile: Profile) -> None:
        """Raise ConfigError where a profile asks for batches of somebody who takes none."""
        if not profile.batch or self.provider == "anthropic":
            return
        if self.provider == "openai":
            raise ConfigError(
                "Message batches are of Anthropic's API: `provider: openai` has none.",
                "Set `batch: false`, or `provider: anthropic`.",
            )
        raise ConfigError(
            "The offline rules send nothing, so nothing can go in a message batch.",
            f"Set `batch: false`, or {self._tell_how_to_use_a_model()}.",
        )

    def _refuse_model_only(self, profile: Profile) -> None:
        """Raise ConfigError where a profile asks the offline rules for what only a model can do."""
        default = Profile()
        asked = [key for key in MODEL_ONLY if getattr(profile, key) != getattr(default, key)]
        if not asked:
            return
        keys = " and ".join(f"`{key}: {json.dumps(getattr(default, key))}`" for key in asked)
        raise ConfigError(
            "The offline rules can't translate, write notes, follow a prompt or sum up what was said.",
            f"Set {keys}, or {self._tell_how_to_use_a_model()}.",
        )

    def _tell_how_to_use_a_model(self) -> str:
        """What lets a model clean in the place of the offline rules."""
        config = self.root.config
        how = f"put an API key into {config.api_key_file} (chmod 600) or set base_url in config.yaml"
        if config.provider == "offline":  # a key alone changes nothing
            return f"set `provider: auto` and {how}"
        return how

    def settings_for(self, ticket: Ticket) -> Settings:
        """The settings of a job's file; raises InputError where its sidecar can't be used."""
        sidecar = parse_sidecar(ticket.sidecar)
        try:
            return self.settings_of(ticket.name, sidecar)
        except ConfigError as error:
            if sidecar == NO_SIDECAR:
                raise
            raise InputError(f"Its .yaml asks for what can't be done. {error.message}", error.mend) from None

    @property
    def gather_seconds(self) -> float:
        """How long requests are gathered for a batch at most."""
        return self.root.config.batch_gather_seconds

    def wants_batch(self, ticket: Ticket) -> bool:
        """Whether the chunks of such a job are to be sent in batches, today; False for one to be rejected."""
        wants_batch = self._wants_batch.get(ticket.job_id)
        if wants_batch is None:
            profile = self.root.config.find_profile(ticket.name)
            try:
                wants_batch = parse_sidecar(ticket.sidecar).lay_over(profile).batch
            except InputError:  # its planning says so
                wants_batch = False
            self._wants_batch[ticket.job_id] = wants_batch
        return wants_batch

    def forget_job(self, job_id: str) -> None:
        """Forget what was worked out for a job that is over."""
        self._wants_batch.pop(job_id, None)

    def group_of(self, settings: Settings) -> Group | None:
        """The group whose requests a job's go with; None where they can't go in a batch.

        A batch is for one model: a job that was begun with a second one goes on singly, so that that is
        asked as well.
        """
        if settings.provider != "anthropic" or self.provider != "anthropic":
            return None
        if settings.fallback_model not in (None, settings.model):
            return None
        what = [
            self.address,
            settings.model,
            self.root.config.thinking,
            settings.chunk_words,
            settings.prompt,
        ]
        return Group(settings.model, digest_of_value(what))

    def batch_model(self, name: str) -> Model:
        """The model of this name, to be asked in batches; raises ServiceError where it can't be."""
        settings = replace(self.settings, provider="anthropic", model=name)
        model = self._find_processor_with_key(settings).asked_model
        assert model is not None
        return model

    def choose_part_words(self, settings: Settings) -> int:
        """The most words in each part in which a model is asked about a whole transcript.

        A model elsewhere may have room for no more than a chunk.
        """
        config = self.root.config
        is_hosted = is_hosted_api(config.base_url, config.api)
        return max(_HOSTED_PART_WORDS, settings.chunk_words) if is_hosted else settings.chunk_words

    def _find_style(self, name: str, verbatim: Verbatim) -> Style:
        """A style as it is when it is first asked for."""
        asked = (name, verbatim)
        if asked not in self._styles:
            self._styles[asked] = find_style(name, Path(self.root.path), verbatim)
        return self._styles[asked]

    def describe_provider(self) -> str:
        """What was chosen and where text goes, in one line."""
        config = self.root.config
        if self.provider == "offline":
            how = self._tell_how_to_use_a_model()
            stays = f"nothing leaves this machine{self._describe_empty_variable()}"
            return f"cleaning by the offline rules, {stays}; to use a model, {how}"
        where = show_address(config.base_url) if config.base_url else _OWN_API[config.api]
        key = f"with the key from {self.key.origin}" if self.key else "without a key"
        proxy = find_proxy(config.base_url or HOSTED_APIS[config.api])
        way = f" through the proxy {show_server(proxy)} that the environment names" if proxy else ""
        unsent = find_unsent_key(self.root)
        kept_back = f"; ${unsent} is not sent there (`api_key_env: {unsent}` would)" if unsent else ""
        key += self._describe_empty_variable()
        sent = f"transcripts are sent to {where}{way}, {key}; {self._describe_cost()}{kept_back}"
        return f"cleaning with {config.model}; {sent}{self._describe_left_off()}"

    def _describe_empty_variable(self) -> str:
        """A remark that the variable named for the key holds none; "" where it does, or none is named."""
        config = self.root.config
        if self.key or config.api_key_env is None or config.provider == "offline":
            return ""
        return f"; ${config.api_key_env}, which `api_key_env` names, holds no key"

    def find_server_elsewhere(self) -> str | None:
        """The server that text leaves this machine for, as people call it; None where it stays here."""
        config = self.root.config
        if self.provider == "offline" or (config.base_url and is_on_this_machine(config.base_url)):
            return None
        return show_address(config.base_url) if config.base_url else _OWN_API[config.api]

    def _describe_cost(self) -> str:
        """What an hour of speech costs, as far as that is known."""
        config = self.root.config
        price = config.price_of(config.model)
        if price is None:
            return _UNKNOWN_PRICE
        around = system_text(Brief.under(self.settings, ""))
        cleaning, extras = price_hour_of_speech(config.chunk_words, around, price), self._price_extras(price)
        cost = f"an hour of speech costs about ${cleaning + extras:.3f}"
        if not cleaning + extras:
            return cost
        if config.batch:
            cost += f", ${BATCH_SHARE * cleaning + extras:.3f} in message batches"
        if not is_hosted_api(config.base_url, config.api) and config.model not in config.prices:
            cost += f" by the list price of {config.model}, which this server may not have"
        return cost

    def _describe_left_off(self) -> str:
        """What of the base_url is not used, "" where all of it is."""
        left_off = find_version(self.root.config.base_url or "")
        if self.provider != "anthropic" or not left_off:
            return ""
        return (
            f"; the {left_off} at the end of `base_url` is left off (if that server speaks OpenAI's API, "
            "set `provider: openai`)"
        )

    def _price_extras(self, price: Price) -> float:
        """About how many dollars the extras of an hour of speech cost."""
        part_words = self.choose_part_words(self.settings)
        return sum(
            price_extra_of_hour(part_words, measure_system(kind), price) for kind in self.settings.extras
        )

    def find_processor(self, settings: Settings) -> LLMProcessor:
        """The processor of jobs with this provider and model; all of them share one client.

        Raises ServiceError when a key is needed and there is none, or where the job was begun with a provider
        whose address and key are not today's.
        """
        if settings.provider != "offline" and self.provider == "offline" and self._lacks_key:
            raise self._explain_earlier_provider(settings)  # what is asked for today needs no key
        return self._find_processor_with_key(settings)

    @property
    def _lacks_key(self) -> bool:
        config = self.root.config
        return self.key is None and is_hosted_api(config.base_url, config.api)

    def _explain_earlier_provider(self, settings: Settings) -> ServiceError:
        return ServiceError(
            f"This job was begun with `provider: {settings.provider}`, and today's is {self.provider}.",
            f"Set `provider: {settings.provider}` with its `base_url` and key again and retry it; or "
            "retry it as things are: what is left is then cleaned under today's settings.",
            probe_after=300,
            of_model=True,
        )

    def _find_processor_with_key(self, settings: Settings) -> LLMProcessor:
        """As `find_processor`, but a missing key is waited for, whatever is asked for today."""
        config = self.root.config
        if settings.provider not in ("offline", config.api):
            raise self._explain_earlier_provider(settings)
        if settings.provider != "offline" and self._lacks_key:
            variable = config.api_key_env or ENVIRONMENT[config.api]
            by_rules = "; or set `provider: offline`, to clean by rules" if config.provider == "auto" else ""
            raise ServiceError(
                "There is no API key.",
                f"Put one into {self.root.at(config.api_key_file)} (chmod 600) or set ${variable}{by_rules}.",
                probe_after=300,
            )
        slot = (settings.provider, settings.model)
        with self._lock:
            if slot not in self._processors:
                self._processors[slot] = self._make_processor(settings)
            return self._processors[slot]

    def find_fallback(self, settings: Settings) -> LLMProcessor | None:
        """The processor that is asked for what the model of these settings can't clean, None without one."""
        if settings.provider == "offline" or settings.fallback_model in (None, settings.model):
            return None
        return self.find_processor(replace(settings, model=settings.fallback_model))

    def _make_processor(self, settings: Settings) -> LLMProcessor:
        if settings.provider == "offline":
            return LLMProcessor("offline")
        config = self.root.config
        return LLMProcessor(
            settings.provider,
            self.key.value if self.key else None,
            settings.model,
            # named here, since the environment names one only for the library
            base_url=config.base_url or HOSTED_APIS[config.api],
            attempts=config.attempts,
            max_wait_seconds=config.max_wait_seconds,
            timeout_seconds=config.timeout_seconds,
            prices={name: price.price() for name, price in config.prices.items()},
            thinking=config.thinking,
            chunk_words=max(profile.chunk_words for profile in config.all_profiles),
            meter=self.budget,
        )
