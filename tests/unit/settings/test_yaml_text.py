"""YAML that people write, and YAML that means harm: read in a moment, or refused in one."""

import pytest
import yaml

from daemon.errors import ConfigError, InputError
from daemon.settings import sidecar
from daemon.settings.config import load_config, load_text
from daemon.settings.yaml_text import MOST_BRACKETS, load_yaml

BRACKETS = {
    "open lists": "[" * 60_000,
    "open maps": "{a: " * 15_000,
    "closed lists": "[" * 30_000 + "]" * 30_000,
    "lists that are no lists": "glossary: ['" + "[" * 60_000 + "']",
}


@pytest.mark.parametrize("text", BRACKETS.values(), ids=[*BRACKETS])
def test_brackets_without_end_are_refused_before_the_parser_sees_them(text, monkeypatch):
    monkeypatch.delattr(yaml, "load")
    with pytest.raises(yaml.YAMLError, match="are nested in each other"):
        load_yaml(text)
    with pytest.raises(InputError, match="not valid YAML"):
        sidecar.parse_sidecar(text)


@pytest.mark.long
def test_lists_without_brackets_in_each_other_are_refused_too():
    with pytest.raises(yaml.YAMLError):
        load_yaml("- " * 30_000 + "a")
    with pytest.raises(InputError, match="not valid YAML"):
        sidecar.parse_sidecar("- " * 30_000 + "a")


@pytest.mark.parametrize("text", ["speakers: !!set {Ann, Ben}", "speakers: !!set {? Ann, ? Ben}"])
def test_a_set_is_refused_by_whose_order_speakers_would_be_named(text):
    with pytest.raises(InputError, match="there is a set, not a list"):
        sidecar.parse_sidecar(text)


STUMBLES = {
    "a number of no figures": "!!int ''",
    "a truth that is none": "!!bool maybe",
    "a day that is none": "!!timestamp abc",
    "a map that is a list": "!!map [a]",
    "a character of no such number": r'"\UFFFFFFFF"',
    "a month that is none": "2026-13-01",
}


@pytest.mark.parametrize("value", STUMBLES.values(), ids=STUMBLES)
def test_what_the_parser_stumbles_over_is_a_mistake_like_any_other(value):
    for text in (f"title: {value}", f"glossary: [{value}]", f"{value}: 1"):
        with pytest.raises(yaml.YAMLError):
            load_yaml(text)
        with pytest.raises(InputError, match="not valid YAML"):
            sidecar.parse_sidecar(text)
    with pytest.raises(ConfigError, match="not valid YAML"):
        load_text(f"model: {value}", "/config.yaml")


@pytest.mark.parametrize(
    "text", [r'model: "\ud800"', r'inbox: "\ud83d"', r'"\ud800": 1', r'glossary: ["\ud800"]']
)
def test_half_of_a_character_which_no_file_can_hold_is_refused(text):
    with pytest.raises(ConfigError, match="half of a character"):
        load_text(text, "/config.yaml")


def test_what_people_write_is_read():
    deep = "[" * MOST_BRACKETS + "]" * MOST_BRACKETS
    assert load_yaml("a: {b: [c, {d: e}]}") == {"a": {"b": ["c", {"d": "e"}]}}
    load_yaml(deep)
    with pytest.raises(yaml.YAMLError):
        load_yaml(f"[{deep}]")


def test_a_key_that_stands_twice_is_refused_since_one_of_them_would_be_lost_in_silence():
    with pytest.raises(yaml.YAMLError, match="the key `a` appears twice"):
        load_yaml("a: 1\nb: 2\na: 3")
    assert load_yaml("x: &x {a: 1}\ny: {<<: *x, a: 2}") == {"x": {"a": 1}, "y": {"a": 2}}


@pytest.mark.long
def test_parts_that_hold_each_other_without_end_are_refused_in_a_moment():
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    with pytest.raises(ConfigError, match="more than 1,000,000 parts"):
        load_text("\n".join(lines), "/config.yaml")


def test_a_sidecar_that_is_too_long_is_refused_and_not_cut():
    terms = "".join(f"- Term{number:04}\n" for number in range(8000))
    with pytest.raises(InputError, match="more than the 65,536 bytes"):
        sidecar.parse_sidecar(f"glossary:\n{terms}"[: sidecar.MOST_BYTES + 1])
    assert sidecar.parse_sidecar("title: " + "x" * (sidecar.MOST_BYTES - 7)).title


def test_a_config_with_a_mark_of_its_encoding_is_read(tmp_path):
    (tmp_path / "config.yaml").write_text("concurrency: 3\n", encoding="utf-8-sig")
    assert load_config(str(tmp_path / "config.yaml")).config.concurrency == 3


@pytest.mark.parametrize("text", ["1:30", "1:30:15", "010", "-1:30", "12:30.5"])
def test_what_only_yaml_takes_for_a_number_is_a_text(text):
    assert load_yaml(text) == text


@pytest.mark.parametrize("text", ["0", "-5", "1_000", "0x1F", "1.5", ".5", "1.0e+3", "-.inf", "0b11"])
def test_what_people_take_for_a_number_is_one(text):
    assert load_yaml(text) == yaml.safe_load(text)


def test_a_budget_written_like_a_time_of_day_is_refused_not_taken_for_another(tmp_path):
    with pytest.raises(ConfigError, match=r"budget_usd_per_day.*a number"):
        load_text("budget_usd_per_day: 1:50\n", str(tmp_path / "config.yaml"))
