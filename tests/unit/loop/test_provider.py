"""Who cleans, and where: what today's config says."""

import pytest

from daemon.cleaning.llm.client import API
from daemon.costs.ledger import Ledger
from daemon.loop import provider
from daemon.settings.config import load


@pytest.mark.parametrize("base_url", [None, "http://localhost:11434"])
def test_text_goes_where_the_config_says_whatever_address_the_environment_names(
    make_root, monkeypatch, base_url
):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    made = []
    monkeypatch.setattr(provider, "LLMProcessor", lambda *_, **more: made.append(more["base_url"]))
    root = make_root(base_url=base_url)
    access = provider.Access(load(str(root.path / "config.yaml")), Ledger(str(root.state / "ledger.csv")))
    access.processor(access.settings)
    assert made == [base_url or API]
