"""What is put together before it is used is held while it is small, and lies in a nameless file when not."""

import hashlib
import os

import pytest

from daemon.system.scratch import Draft, ScratchFile, Spool, digest_of_content, pieces_of, size_of, write_text

BLOCK = bytes(range(256)) * 400


def open_files():
    return len(os.listdir("/proc/self/fd"))


def test_a_small_draft_is_just_its_bytes(folder):
    draft = Draft(folder)
    draft.write(b"some ")
    draft.write(b"words")
    assert draft.finish() == b"some words"


@pytest.mark.parametrize("blocks", [11, 40])
def test_a_large_draft_gives_all_its_bytes_as_often_as_is_wanted(folder, blocks):
    draft = Draft(folder)
    for _ in range(blocks):
        draft.write(BLOCK)
    content = draft.finish()
    assert isinstance(content, Draft)
    assert b"".join(pieces_of(content)) == b"".join(pieces_of(content)) == BLOCK * blocks
    assert size_of(content) == len(BLOCK) * blocks
    assert digest_of_content(content) == hashlib.sha256(BLOCK * blocks).hexdigest()


def test_what_a_disk_gives_back_in_part_is_an_error_and_not_taken_for_all_of_it(folder):
    file = ScratchFile(folder)
    file.append(b"some words")
    assert file.read(5, 5) == b"words"
    with pytest.raises(OSError, match="Input/output"):
        file.read(6, 5)


def test_a_large_draft_has_no_name_and_is_gone_with_whoever_held_it(folder):
    before = open_files()
    content = write_text(("word " * 1000 for _ in range(1000)), folder)
    assert folder.names() == []
    assert open_files() == before + 1
    del content
    assert open_files() == before


def test_without_a_folder_all_is_held():
    before = open_files()
    content = write_text(("word " * 1000 for _ in range(1000)), None)
    assert (len(content), open_files()) == (5_000_000, before)


def test_halves_of_pairs_become_question_marks():
    assert write_text(["a\ud83d", "b"], None) == b"a?b"


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 288, 1000])
def test_a_spool_gives_its_values_in_order_and_by_their_places(folder, count):
    values = [(at, "half \ud83d" * (at % 3)) for at in range(count)]
    spool = Spool(folder)
    for value in values:
        spool.append(value)
    found = spool.finish()
    assert list(found) == list(found) == values
    assert len(found) == count
    assert [found[at] for at in range(count)] == values
    assert [found[at] for at in range(-count, 0)] == values
    assert list(found[3:300:7]) == values[3:300:7]
    with pytest.raises(IndexError):
        found[count]


def test_a_few_values_are_just_a_tuple(folder):
    spool = Spool(folder)
    spool.append("one")
    assert spool.finish() == ("one",)
    assert folder.names() == []
