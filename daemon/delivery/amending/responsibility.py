"""Who is responsible for which words of a result: the model, the rules, a person, or nobody. Pure."""

from __future__ import annotations

from collections import Counter

from daemon.delivery.document import Document
from daemon.text.transcript import count_words


def count_responsible(document: Document) -> dict[str, int]:
    """How many words of a result each has put there: the model, the rules, a person; or nobody: original."""
    counts: Counter[str] = Counter()
    for passage in document.passages:
        cleaner = "machine" if passage.checked else "rules"
        for block in passage.blocks:
            words = count_words(block.text)
            by_person = min(words, block.by_person)
            counts["person"] += by_person
            counts["original" if block.flag is not None else cleaner] += words - by_person
    return {who: counts[who] for who in ("machine", "rules", "person", "original")}


def list_amended(document: Document) -> list[dict[str, object]]:
    """The paragraphs with words of a person: where they are, and how many these are."""
    return [
        {"chunk": passage.chunk, "passage": passage.number, "start": block.start, "words": block.by_person}
        for passage in document.passages
        for block in passage.blocks
        if block.by_person
    ]
