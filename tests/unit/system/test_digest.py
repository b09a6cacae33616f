"""Hashes by which bytes, files and values are known again."""

import os

from daemon.system.digest import digest_of_bytes, digest_of_file, digest_of_value

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_bytes_have_their_sha256():
    assert digest_of_bytes(b"") == EMPTY


def test_a_file_has_that_of_its_bytes_wherever_it_was_read_to(tmp_path):
    (tmp_path / "talk.txt").write_bytes(b"so it goes")
    fd = os.open(tmp_path / "talk.txt", os.O_RDONLY)
    try:
        os.read(fd, 4)
        assert digest_of_file(fd) == digest_of_bytes(b"so it goes")
    finally:
        os.close(fd)


def test_equal_values_have_the_same_hash_whatever_the_order_of_their_keys():
    assert digest_of_value({"a": 1, "b": [2]}) == digest_of_value({"b": [2], "a": 1})
    assert digest_of_value({"a": 1}) != digest_of_value({"a": 2})
