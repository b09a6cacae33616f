"""config.yaml: the text comes from the fields, so that no key, default or comment is written twice."""

from pathlib import Path

import yaml

from daemon.settings.config import Config, check_config
from daemon.settings.config_text import write_config_text

SHIPPED = Path(__file__).parents[3] / "config.yaml"


def test_it_holds_every_key_with_its_default():
    assert check_config(yaml.safe_load(write_config_text())) == Config()
    assert set(yaml.safe_load(write_config_text())) == set(Config.__struct_fields__)


def test_every_key_but_the_model_which_tells_itself_has_a_comment():
    bare = [line for line in write_config_text().splitlines() if line and "#" not in line]
    assert bare == [f"model: {Config().model}"]


def test_no_line_is_longer_than_people_read():
    assert max(map(len, write_config_text().splitlines())) <= 110


def test_the_shipped_one_is_what_init_writes():
    """Where they differ, remove config.yaml and run `transcriptd init`."""
    assert SHIPPED.read_text(encoding="utf-8") == write_config_text()
