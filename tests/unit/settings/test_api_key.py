"""The key in its file is found, or what is wrong with the file is told, and what to do."""

import os

import pytest

from daemon.errors import ConfigError
from daemon.settings.api_key import find_key
from daemon.settings.config import Config, Root


@pytest.fixture(autouse=True)
def no_other_keys(monkeypatch):
    for name in ("CREDENTIALS_DIRECTORY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def write_key(tmp_path):
    def write(data):
        (tmp_path / ".api-key").write_bytes(data)
        (tmp_path / ".api-key").chmod(0o600)

    return write


def find_key_in(path, **config):
    return find_key(Root(Config(**config), str(path), None))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_key_file_that_was_written_under_windows_is_read(tmp_path, write_key, encoding):
    bom = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    write_key(bom + "sk-secret\r\n".encode(encoding))
    assert find_key_in(tmp_path).value == "sk-secret"


def test_a_key_file_that_is_no_text_is_named(tmp_path, write_key):
    write_key(b"\x89PNG\xff")
    with pytest.raises(ConfigError, match="is not text"):
        find_key_in(tmp_path)


@pytest.mark.parametrize("name", [".api-key/key", "k" * 300, "round"])
def test_a_key_file_that_can_not_be_looked_at_is_named_with_the_setting_that_names_it(
    tmp_path, write_key, name
):
    write_key(b"sk-secret")
    os.symlink("round", tmp_path / "round")
    with pytest.raises(ConfigError, match="can't be read") as refused:
        find_key_in(tmp_path, api_key_file=name)
    assert f"{tmp_path}/{name}" in refused.value.message
    assert "`api_key_file`" in refused.value.mend
