"""A file of very many very small parts is refused, before they take all memory."""

import pytest

from daemon.errors import InputError
from daemon.formats import read, word_account


@pytest.fixture(autouse=True)
def few_are_read(monkeypatch):
    monkeypatch.setattr(word_account, "MOST_LINES", 20)
    monkeypatch.setattr(word_account, "MOST_ROWS", 10)


def write_turns(count):
    return "".join(f"Ann: Yes, {number}.\n" for number in range(count))


def write_markdown(count):
    return "# Talk\n" + "".join(f"**Ann:** Yes, {number}.\n" for number in range(count))


def write_page(count):
    return "<html><body>" + "".join(f"<p>[0:{number:02}] Ann: Yes.</p>" for number in range(count))


def write_table(count):
    return "start,end,text\n" + "".join(f"{number},{number + 1},Yes.\n" for number in range(count))


def write_captions(count):
    return "".join(
        f"{number}\n00:00:{number:02},000 --> 00:00:{number:02},900\nYes.\n\n" for number in range(count)
    )


@pytest.mark.parametrize(
    ("name", "write", "what"),
    [
        ("talk.txt", write_turns, "lines"),
        ("talk.md", write_markdown, "lines"),
        ("talk.html", write_page, "lines"),
        ("talk.csv", write_table, "rows"),
        ("talk.srt", write_captions, "captions"),
    ],
)
def test_too_many_parts_are_refused_with_their_number(name, write, what):
    assert read(write(4).encode(), name).segments
    with pytest.raises(InputError, match=rf"The file has \d+ {what}, more than the \d+ that are read"):
        read(write(30).encode(), name)


def test_a_table_with_a_very_long_cell_is_refused_for_that():
    content = f"start,speaker,text\n0:01,Ann,{'word ' * 30_000}\n"
    with pytest.raises(InputError, match="a cell of it has more than 131,072 characters"):
        read(content.encode(), "a.csv")
