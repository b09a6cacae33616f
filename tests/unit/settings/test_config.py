"""config.yaml: every mistake in it is named by its key, with the mend, and never by a traceback."""

import json
import os

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from daemon.errors import ConfigError
from daemon.settings.config import Config, ModelPrice, Root, check_config, check_folders, load_config
from daemon.settings.profile import WAYS, Profile, Settings
from daemon.system.digest import digest_of_value


def write(path, text):
    (path / "config.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path / "config.yaml")


def refusal(raw):
    with pytest.raises(ConfigError) as raised:
        check_config(raw)
    return str(raised.value)


BAD = {
    "inbox": [None, "", "  ", 5, ["a"], "a\0b"],
    "outbox": [None, "", True],
    "state": [None, "", 1.5],
    "provider": ["gemini", None, "Offline"],
    "model": [None, "", 5],
    "base_url": ["", "example.org", "ftp://example.org", "http://", "https:// x", 8080],
    "api_key_file": ["", None, 7],
    "thinking": ["on", "", 1],
    "api_key_env": ["", "$KEY", "A KEY", 7],
    "style": ["", None, False],
    "also": [None, 5, ["Keep the jokes."], "a\0b"],
    "verbatim": ["full", "", None, True, ["strict"]],
    "language": ["", 5, False],
    "fallback_model": ["", 5, False, ["m"]],
    "output_language": ["", 5, False],
    "glossary": ["Zoë", None, [""], [1], {"a": "b"}, [None]],
    "corrections": [None, ["Eefa"], {"Eefa": ""}, {"": "Aoife"}, {"-": "Aoife"}, {"Eefa": 1}, {1: "Ann"}],
    "pseudonyms": [None, ["Ann"], {"Ann": ""}, {"": "P01"}, {"-": "P01"}, {"Ann": 1}, {1: "P01"}],
    "pseudonyms_in_results": ["yes", 1, None],
    "chunk_words": [9, 5001, "900", 900.5, True, None],
    "concurrency": [0, 65, "8", "many", True, None, 2.0],
    "outputs": [[], "md", None, ["pdf"], ["md", "pdf"], [["md"]], [{"md": 1}], [None], [1]],
    "extras": ["summary", None, ["sumary"], ["chapters", "toc"], [None], [["summary"]], {"summary": True}],
    "docx_template": ["", 5, False, ["a.docx"]],
    "timestamps": ["yes", 1, None],
    "links": ["yes", 1, None],
    "cues": ["none", None, True],
    "layout": ["deep", None, True],
    "profiles": [None, [], {"a": 5}, {"a": {"model": "m"}}, {"a": {"style": ""}}, {"/a": {}}, {"a/../b": {}},
                 {"": {}}, {5: {}}],
    "speakers": [None, "Ann", [""], [1], {"A": ""}, {"": "Ann"}, {"A": 1}, {1: "Ann"}],
    "review": ["no", 1, None],
    "survey": ["yes please", 3],
    "settle_seconds": [-1, 3601, "3", float("nan"), None, True],
    "max_file_mb": [0, -1, 4097, float("inf"), float("nan"), "50MB"],
    "attempts": [0, 21, 1.5, "5", None],
    "max_wait_seconds": [-0.1, 3601, float("nan"), "1m"],
    "timeout_seconds": [0, 86401, "600"],
    "batch": ["yes", 1, None],
    "batch_gather_seconds": [-1, 86401, "60", None],
    "stop_grace_seconds": [-1, 3601, None],
    "budget_usd_per_day": [0, -5, "5", "$5", float("nan"), True],
    "budget_usd_per_job": [0, -0.01, "1"],
    "log_format": ["xml", None, True],
    "on_done": ["", 5, "say 'hello", "say hello\\", ["say"]],
    "on_problem": ["", 5, 'say "hello'],
    "prices": [None, [], {"m": 5}, {"m": {"input": 1, "output": float("inf")}},
               {"m": {}}, {"m": {"input": 1}}, {"m": {"input": -1, "output": 1}},
               {"m": {"input": 1, "output": 1, "more": 1}}, {5: {"input": 1, "output": 1}}],
}  # fmt: skip


def test_every_key_has_its_bad_values_here():
    assert set(BAD) == set(Config.__struct_fields__)


@pytest.mark.parametrize(
    ("key", "value"), [pytest.param(k, v, id=f"{k}={v!r}") for k, values in BAD.items() for v in values]
)
def test_a_bad_value_is_refused_by_the_name_of_its_key(key, value):
    said = refusal({key: value})
    assert f"`{key}`" in said
    assert "of the form" not in said  # nobody need read a regular expression


def test_a_command_that_ends_in_a_backslash_is_not_told_to_close_a_quote_alone():
    assert "leave off the backslash" in refusal({"on_done": "say hello\\"})


def test_openai_has_no_default_model():
    text = refusal({"provider": "openai"})
    assert "`model`: with `provider: openai` there is no default" in text
    assert check_config({"provider": "openai", "model": "gpt-6-luna"}).model == "gpt-6-luna"


@pytest.mark.parametrize(
    ("key", "mend"),
    [
        ("Inbox", "Did you mean `inbox`?"),
        ("chunkwords", "Did you mean `chunk_words`?"),
        ("budget-usd-per-day", "Did you mean `budget_usd_per_day`?"),
        ("", "The keys are style, "),
        ("zz z", "The keys are style, "),
    ],
)
def test_an_unknown_key_is_named_with_the_one_that_is_meant_or_all(key, mend):
    text = refusal({key: 1})
    assert f"unknown key `{key}`" in text
    assert mend in text


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"provider": "gemini"}, ["gemini", "auto, anthropic, openai, offline", 'default is "auto"']),
        ({"attempts": "5"}, ["whole number", "got a text", "default is 5"]),
        ({"budget_usd_per_day": "5"}, ["a number or nothing, got a text"]),
        ({"outputs": "md"}, ["a list", "md, txt, json, docx, redline, srt, vtt, same"]),
        ({"prices": {"m": {"input": 1}}}, ["there is no `output`"]),
        ({"profiles": {"a": {"chunk_words": 1}}}, ["in `chunk_words`", ">= 10"]),
        ({"profiles": {"a": {"model": "m"}}}, ["unknown key `model`"]),
    ],
    ids=str,
)
def test_a_refusal_says_what_may_stand_there(raw, words):
    text = refusal(raw)
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"glossary": ["a", 12]}, "`glossary`: in entry 2, expected a text, got a whole number. Put it"),
        ({"corrections": {"a": "b", 630: "half"}}, "`corrections`: in entry 2, expected a text, got"),
        ({"speakers": {"A": "Ann", "B": True}}, "entry 2, expected a text, got true or false. Put it"),
        ({"output_language": 5}, "or nothing, got a whole number. Put it in quotes"),
        ({"thinking": "on"}, "got a text. Write true or false alone, without quotes."),
        ({"budget_usd_per_day": "1$"}, "got a text. Write a number alone, without quotes."),
        ({"profiles": {"a": {}, "b": {"styl": "notes"}}}, "in `b`, unknown key `styl`. Did you mean `style`"),
        ({"profiles": {"a": {"model": "m"}}}, "in `a`, unknown key `model`. The keys are style, "),
        ({"profiles": {"a": {"glossary": ["x", 4]}}}, "in `a`, in `glossary`, in entry 2, expected a text"),
        ({"profiles": {"a": {"layout": "Flat"}}}, "in `a`, in `layout`, unknown word 'Flat'. Did"),
        ({"prices": {"m": {"input": 1, "output": 2, "cash": 3}}}, "in `m`, unknown key `cash`. The keys are"),
        ({"extras": "summary"}, "Write it in brackets, with commas between: [summary]. Words that may stand"),
    ],
    ids=str,
)  # fmt: skip
def test_a_mistake_inside_a_list_or_a_map_is_said_with_its_place_and_what_to_write(raw, words):
    assert words in refusal(raw)


@pytest.mark.parametrize("raw", [{"pseudonyms": {"Ann Lee": 5}}, {"glossary": "Ann Lee"}], ids=str)
def test_a_refusal_repeats_no_name_that_may_be_one_to_be_hidden(raw):
    assert "Ann" not in refusal(raw)


def test_a_key_in_the_place_of_its_file_is_refused_and_not_shown():
    text = refusal({"api_key_file": "sk-ant-api03-" + "x" * 20})
    assert "`api_key_file`: this is a key, not the name of a file." in text
    assert "xxx" not in text


def test_space_around_a_text_means_nothing():
    spaced = {"model": " m ", "speakers": {" A ": " Ann"}, "profiles": {" a ": {" style ": " notes "}}}
    plain = {"model": "m", "speakers": {"A": "Ann"}, "profiles": {"a": {"style": "notes"}}}
    assert check_config(spaced) == check_config(plain)


@pytest.mark.parametrize("text", ["glossary: &a [*a]", "speakers: &a {x: *a}", "&a {profiles: *a}"])
def test_what_holds_itself_is_refused(tmp_path, text):
    with pytest.raises(ConfigError, match="holds itself"):
        load_config(write(tmp_path, text))


def test_a_profile_holds_its_own_keys_over_those_of_the_rest():
    config = check_config(
        {"style": "notes", "chunk_words": 500, "profiles": {"a": {"chunk_words": 50}, "a/b": {}}}
    )
    assert [(config.find_profile(name).style, config.find_profile(name).chunk_words) for name in
            ("x.txt", "a/x.txt", "a/c/x.txt", "a/b/x.txt")] == [
        ("notes", 500), ("notes", 50), ("notes", 50), ("notes", 500)
    ]  # fmt: skip


@pytest.mark.parametrize("key", [5, True, None, 1.5, ("a", "b")])
def test_a_key_that_is_no_text_is_refused(key):
    assert refusal({key: 1})


yaml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


keys = st.sampled_from(sorted(Config.__struct_fields__))


@given(st.dictionaries(keys, yaml_values, min_size=1, max_size=3))
def test_whatever_stands_in_it_is_either_a_config_or_a_config_error(raw):
    refused = None
    try:
        check_config(raw)
    except ConfigError as error:
        refused = error
    assert refused is None or (any(f"`{key}`" in refused.message for key in raw) and refused.mend)


# --- the file -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "inbox: [", "a: b: c", "\tinbox: x", "inbox: *nothing", "!!python/object:os.system {}", "a: !x y",
        "? [a, b]\n: c", "x: 2026-13-45", "x: " + "9" * 5000, b"\xff\xfe\xff", b"inbox: \x00", "[" * 5000,
        "- inbox", "inbox", "5", "[]", "--- a\n--- b",
    ],
)  # fmt: skip
def test_what_is_no_list_of_keys_and_values_is_refused_in_one_line(tmp_path, text):
    with pytest.raises(ConfigError, match=r"config\.yaml") as raised:
        load_config(write(tmp_path, text))
    assert "\n" not in str(raised.value)
    assert raised.value.mend


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model: m\nprofiles:\n\ta: {}", "line 3, column 1: there is a tab, where only spaces may stand"),
        ("model: a: b", "line 1, column 9: there is a colon too many"),
        ("also: 'it", "line 1, column 10: a quote is not closed"),
        ("glossary: [Ann", "line 1, column 15: expected ',' or ']'"),
        ("model: a\nmodel: b", "line 2, column 1: the key `model` appears twice."),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_line_and_nothing_of_the_text_around(tmp_path, text, words):
    with pytest.raises(ConfigError) as raised:
        load_config(write(tmp_path, text))
    assert words in str(raised.value)
    assert "Ann" not in str(raised.value)
    assert "unicode string" not in str(raised.value)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "{}", "\ufeffprovider: auto\n"])
def test_an_empty_file_means_the_defaults(tmp_path, text):
    root = load_config(write(tmp_path, text))
    assert root.config == Config()
    assert (root.path, root.file) == (str(tmp_path), str(tmp_path / "config.yaml"))


def test_what_is_no_file_is_refused_and_how_to_go_on_is_said(tmp_path):
    with pytest.raises(ConfigError, match="transcriptd init"):
        load_config(str(tmp_path / "config.yaml"))
    with pytest.raises(ConfigError, match="is a folder"):
        load_config(str(tmp_path))
    os.mkfifo(tmp_path / "config.yaml")
    with pytest.raises(ConfigError, match="is not a file"):
        load_config(str(tmp_path / "config.yaml"))


# --- what it means --------------------------------------------------------------------------------------


def test_relative_paths_start_at_the_root_and_a_tilde_is_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    root = load_config(write(tmp_path, "inbox: in/deep/../box\noutbox: ~/out\nstate: /var/elsewhere\n"))
    assert root.inbox == str(tmp_path / "in/box")
    assert root.outbox == str(tmp_path / "home/out")
    assert root.state == os.path.realpath("/var/elsewhere")
    assert root.at(root.config.api_key_file) == str(tmp_path / ".api-key")


def test_links_to_the_root_and_to_its_folders_are_followed(tmp_path):
    (tmp_path / "root").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to("root")
    (tmp_path / "root" / "inbox").symlink_to("../elsewhere")
    write(tmp_path / "root", "")
    root = load_config(str(tmp_path / "link" / "config.yaml"))
    assert root.path == str(tmp_path / "root")
    assert root.inbox == str(tmp_path / "elsewhere")


def test_one_request_at_a_time_goes_to_a_server_of_ones_own_unless_told_otherwise():
    def concurrency(**raw):
        return Root(check_config(raw), "/", None).concurrency

    assert concurrency() == 8
    assert concurrency(base_url="http://127.0.0.1:8080") == 1
    assert concurrency(base_url="http://127.0.0.1:8080", concurrency=3) == 3


def test_outputs_are_taken_once_each_in_their_order():
    assert check_config({"outputs": ["txt", "md", "txt"]}).outputs == ("txt", "md")


def test_extras_are_taken_once_each_in_their_order():
    assert check_config({"extras": ["chapters", "summary", "chapters"]}).extras == ("chapters", "summary")


def test_a_word_that_is_much_like_one_that_may_stand_there_is_told_so():
    with pytest.raises(ConfigError, match="Did you mean `summary`") as caught:
        check_config({"extras": ["sumary"]})
    assert "summary, chapters" in str(caught.value)


def test_a_price_of_ones_own_goes_before_the_built_in_one_and_the_cache_costs_what_input_does():
    config = check_config(
        {"prices": {"claude-haiku-5-5": {"input": 7, "output": 8}, "own": {"input": 0, "output": 0}}}
    )
    price = config.price_of("claude-haiku-5-5")
    assert (price.input, price.output, price.cache_write, price.cache_read) == (7, 8, 7, 7)
    assert config.price_of("own").output == 0
    assert config.price_of("unheard-of") is None
    assert ModelPrice(input=1, output=2, cache_write=3, cache_read=4).price().cache_write == 3


@pytest.mark.parametrize("limits", [{}, {"budget_usd_per_day": 1}, {"budget_usd_per_job": 1}])
def test_a_price_is_lacking_only_where_a_budget_is_to_hold(limits):
    config = check_config(limits)
    assert config.lacks_price("unheard-of") == bool(limits)
    assert not config.lacks_price("claude-haiku-5-5")


SETTINGS = Settings(
    provider="anthropic", model="m", prompt="p", output_language="German", glossary=("Zoë",),
    outputs=("md", "txt"),
)  # fmt: skip
CHANGED = {
    "style": "notes", "verbatim": "strict", "also": "Keep it.", "output_language": None, "glossary": (),
    "chunk_words": 901, "fallback_model": "b",
    "outputs": ("txt", "md"), "timestamps": False, "links": True, "cues": "keep", "review": False,
    "docx_template": "own.docx", "layout": "flat", "language": "de", "speakers": {"SPEAKER_00": "Ann"},
    "corrections": {"Eefa": "Aoife"}, "survey": False,
    "pseudonyms": {"Ann": "P01"}, "pseudonyms_in_results": True, "extras": ("summary",),
    "provider": "offline", "model": "n", "prompt": "another",
}  # fmt: skip


def test_settings_survive_json():
    assert Settings.from_dict(json.loads(json.dumps(SETTINGS.to_dict()))) == SETTINGS


def test_every_key_that_shapes_the_text_changes_their_hash():
    assert set(Profile.__struct_fields__) - set(WAYS) <= set(CHANGED)
    for key, value in CHANGED.items():
        assert replace(SETTINGS, **{key: value}).digest != SETTINGS.digest


def test_a_key_that_only_says_by_which_way_it_goes_is_never_frozen():
    for key in WAYS:
        asked = replace(Profile(), **{key: True})
        assert Settings.freeze(asked, "anthropic", "m", "p") == Settings.freeze(
            Profile(), "anthropic", "m", "p"
        )


def test_a_key_that_came_later_counts_for_nothing_at_its_default():
    """The hash is the one that the first version gave to the settings it knew."""
    told = {
        "provider": "anthropic", "model": "m", "style": "clean", "prompt": "p", "output_language": "German",
        "glossary": ["Zoë"], "chunk_words": 900, "outputs": ["md", "txt"], "timestamps": True,
    }  # fmt: skip
    assert SETTINGS.digest == digest_of_value(told) == replace(SETTINGS, keeps_wording=True).digest
    assert Settings.from_dict(told) == SETTINGS


def test_settings_that_a_job_was_planned_with_are_not_held_against_todays_limits():
    assert Settings.from_dict({**SETTINGS.to_dict(), "chunk_words": 10**6}).chunk_words == 10**6


# --- folders in one another -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["inbox", "outbox", "state"])
def test_what_is_no_folder_is_refused_in_the_place_of_one(tmp_path, name):
    (tmp_path / name).write_text("notes")
    with pytest.raises(ConfigError, match=rf"`{name}` .* is not a folder"):
        check_folders(load_config(write(tmp_path, "")))


@pytest.mark.parametrize("name", ["inbox", "outbox", "state"])
@pytest.mark.parametrize("folder", ["disk", "disk/talks"], ids=["a link", "below a link"])
def test_a_folder_whose_disk_is_away_is_refused_and_not_made_in_its_place(tmp_path, name, folder):
    root = load_config(write(tmp_path, f"{name}: {folder}\n"))
    (tmp_path / "disk").symlink_to(tmp_path / "mounted")
    with pytest.raises(ConfigError, match=rf"`{name}`: .*/disk is a link to a folder that isn't there"):
        check_folders(root)
    (tmp_path / "mounted").mkdir()
    check_folders(root)


@pytest.mark.parametrize(
    "folders",
    [
        {"outbox": "inbox"}, {"state": "outbox"}, {"inbox": "outbox/in"}, {"outbox": "inbox/out"},
        {"state": "inbox/state"}, {"inbox": "state/in"}, {"state": "outbox/.state"}, {"outbox": "state/out"},
        {"outbox": "inbox/../inbox/./x"}, {"inbox": "."}, {"state": "."}, {"outbox": "."}, {"inbox": ".."},
        {"outbox": "link-to-inbox"}, {"outbox": "link-to-inbox/deep"}, {"state": "link-to-outbox/deep"},
        {"inbox": "..", "outbox": "/nowhere/out", "state": "/nowhere/state"},
        {"inbox": "/", "outbox": "/nowhere/out", "state": "/nowhere/state"},
    ],
    ids=str,
)  # fmt: skip
def test_folders_that_would_swallow_each_other_are_refused(tmp_path, folders):
    for name in ("inbox", "outbox"):
        (tmp_path / name).mkdir()
        (tmp_path / f"link-to-{name}").symlink_to(name)
    with pytest.raises(ConfigError) as raised:
        check_folders(load_config(write(tmp_path, yaml.safe_dump(folders))))
    assert any(f"`{key}`" in str(raised.value) for key in folders)


@pytest.mark.parametrize(
    "folders",
    [
        {},
        {"outbox": "inbox2"},
        {"inbox": "a/in", "outbox": "a/out", "state": "a/st"},
        {"state": "../elsewhere"},
    ],
    ids=str,
)
def test_folders_side_by_side_are_fine_whether_they_are_there_or_not(tmp_path, folders):
    check_folders(load_config(write(tmp_path, yaml.safe_dump(folders))))
    assert os.listdir(tmp_path) == ["config.yaml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_inbox_that_can_not_be_written_is_refused(tmp_path):
    (tmp_path / "inbox").mkdir(mode=0o555)
    with pytest.raises(ConfigError, match="can't be written or listed"):
        check_folders(load_config(write(tmp_path, "")))
