"""Damaged files of every kind: they are read, every word accounted for, or refused; nothing else happens."""

import io
import random
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.formats.account import checked

CORPUS = Path(__file__).parent / "corpus"
MARK = ".expected.json"
SEEDS = sorted(path.name.removesuffix(MARK) for path in CORPUS.glob("*" + MARK))
BITS = [
    *(b"\n", b"\n\n", b"\r", b" ", b"\t", b"<", b">", b"</v>", b"<v A>", b"<u>", b"</u>", b"<c>", b"&"),
    *(b"&nbsp;", b">>", b":", b"Ann: ", b"[Ann] ", b"{\\", b"00:00:01.000", b"<00:00:01.000>", b"NOTE", b"#"),
    *(b"-->", b"00:01 --> 00:02\n", b"0:00:01.000,0:00:02.000\n", b"1\t2\t", b"1", b"9" * 30, b"-1", b"---"),
    *(b"null", b"[]", b"{}", b'"', b",", b"\\ud800", b"\0", b"\x01", b"\x85", b"\xff", b"\xef\xbb\xbf"),
    *(b"<s t='1'>", b"<p t='1'>", b"</p>", b"<br/>", b"&#1;", b"&x;", b"<!DOCTYPE x>", b"WEBVTT", b"**"),
    *(b"1e999", b"NaN", *(text.encode() for text in ("\u2028", "\u200f", "。", "：", "你好", "สวัสดี"))),
]  # fmt: skip
SLOWEST = 2.0  # seconds of processor time; the files are of a few kilobytes
PROVED = 100_000


def mutated(rng):
    """A file of the corpus, damaged in some places, under a name that may be another's."""
    name = rng.choice(SEEDS)
    data = (CORPUS / name).read_bytes()
    data = (
        rezipped(rng, data) if name.endswith((".docx", ".odt")) and rng.random() < 0.7 else damaged(rng, data)
    )
    return data, rng.choice([name, name, rng.choice(SEEDS), "file"])


def damaged(rng, data):
    for _ in range(rng.randint(1, 6)):
        a = rng.randint(0, len(data))
        b = min(len(data), a + rng.choice([0, 0, 1, 3, 20, 200]))
        put = rng.choice([b"", rng.choice(BITS), data[a:b] * 2, rng.randbytes(2), rng.choice(BITS) * 20])
        data = data[:a] + put + data[b:]
    return data[: rng.randint(0, len(data))] if rng.random() < 0.1 else data


def rezipped(rng, data):
    """A document whose parts, not their packing, are damaged."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            hit = rng.choice(old.namelist())
            for name in old.namelist():
                part = old.read(name)
                new.writestr(name, damaged(rng, part) if name == hit else part)
    except zipfile.BadZipFile:
        return damaged(rng, data)
    return out.getvalue()


@pytest.mark.long
@settings(max_examples=1000)
@given(st.integers(0, 2**64))
def test_damaged_files_are_read_whole_or_refused(seed):
    checked(*mutated(random.Random(seed)))


def test_a_time_in_brackets_after_many_tabs_is_read():
    checked(b"[" + b"\t" * 20 + b"0:00:01] Ann speaks.\n[00:00:03] Ben: Shall we begin?\n", "talk.txt")


@pytest.mark.prove
def test_a_hundred_thousand_damaged_files_are_read_whole_or_refused(total):
    rng = random.Random(20)
    slowest, took_in = 0.0, 0
    for number in range(PROVED):
        data, name = mutated(rng)
        began = time.process_time()
        try:
            took_in += checked(data, name) is not None
        except Exception as error:
            raise AssertionError(f"input {number}, {name}, {data!r}") from error
        slowest = max(slowest, time.process_time() - began)
        assert slowest < SLOWEST, f"input {number}, {name}, {data!r}"
    total(
        f"reader fuzz: {PROVED} mutated inputs, {took_in} read, {PROVED - took_in} refused, 0 crashes, "
        f"0 hangs, slowest {slowest:.2f} s"
    )
