"""How the offline rules compare with professional editors: measured, never asserted.

python bench/offline.py DIR [OUT]

DIR holds transcripts made twice by people, as `gate.py` reads them. Printed are, for each and for all: of
the words taken out, the share that the editor took out too (precision); of the editor's, the share found
(recall); the word error rate to the editor's text, before and after; content words lost that the editor
kept, and words added, per 1,000. Then, by rule, how often the editor agreed, and what the gate makes of the
result. With OUT, the cleaned texts are written there.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from gate import Case, Pair, faults, read
from gate import chunks as cases_of
from rapidfuzz.distance import Levenshtein

from daemon.cleaning.offline import clean_chunk
from daemon.cleaning.offline.cleaner import CASING, GUESSED, PUNCTUATION
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk

CONTENT_LETTERS = 4
_RESPELLING = GUESSED | {PUNCTUATION, CASING}  # the reasons of edits that take no word out
_WORD = re.compile(r"[^\W_]+(?:['.,][^\W_]+)*")


@dataclass
class Score:
    """Counts of words; `err` and `err_before` are the edits to the editor's text, `agreed` is by rule."""

    hit: int = 0
    wrong: int = 0
    missed: int = 0
    lost: int = 0
    added: int = 0
    err: int = 0
    err_before: int = 0
    said: int = 0
    edited: int = 0
    agreed: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def line(self, name: str) -> str:
        """A line of the table."""
        precision = self.hit / max(1, self.hit + self.wrong)
        recall = self.hit / max(1, self.hit + self.missed)
        before, after = self.err_before / self.edited, self.err / self.edited
        per_1000 = f"{1000 * self.lost / self.said:7.2f} {1000 * self.added / self.said:7.2f}"
        return f"{name:12} {self.said:8} {precision:9.3f} {recall:7.3f} {before:9.4f} {after:7.4f} {per_1000}"


def words(text: str) -> list[str]:
    """The words to compare by."""
    return _WORD.findall(text.lower().replace("’", "'"))


def fates(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """What became of each word: "equal", "replace" or "delete"."""
    out = ["equal"] * len(before)
    for code in Levenshtein.opcodes(before, after):
        out[code.src_start : code.src_end] = [code.tag] * (code.src_end - code.src_start)
    return out


def compare(pair: Pair, cleaned: str, score: Score) -> None:
    """Add one transcript to a score."""
    said, edited, out = words(" ".join(pair.verbatim)), words(" ".join(pair.edited)), words(cleaned)
    for word, editor, rules in zip(said, fates(said, edited), fates(said, out), strict=True):
        score.hit += editor == "delete" and rules != "equal"
        score.missed += editor == "delete" and rules == "equal"
        wrong = editor == "equal" and rules == "delete"
        score.wrong += wrong
        score.lost += wrong and (len(word) >= CONTENT_LETTERS or word[0].isdigit())
    known = set(said) | set(edited)
    score.added += sum(word not in known for word in out)
    score.err += Levenshtein.distance(edited, out)
    score.err_before += Levenshtein.distance(edited, said)
    score.said += len(said)
    score.edited += len(edited)


def by_rule(pair: Pair, done: Iterable[ProcessedChunk], score: Score) -> None:
    """Count, by rule, on how many of the words taken out the editor agreed; of a repeat either may go."""
    keys = [" ".join(words(word)) or word for word in pair.verbatim]
    fate = fates(keys, [" ".join(words(word)) or word for word in pair.edited])
    first = 0
    for result in done:
        for at, length, reason in result.edits:
            place = first + at
            near = fate[place : place + (2 if reason == "repeat" else 1) * length]
            if reason not in _RESPELLING:
                score.agreed[reason, "delete" in near] += length
        first += len(result.original_text.split())


def _chunk(case: Case) -> Chunk:
    turns = tuple(case.passages)
    return Chunk(0, "\n\n".join(turn.text for turn in turns), turns=turns)


def main(folder: Path, out: Path | None) -> None:
    """Print the table."""
    names = [path.name.partition(".")[0] for path in sorted(folder.glob("*.verbatim.nlp"))]
    whole, gate, seconds, size = Score(), Counter[str](), 0.0, 0
    heads = ("words", "precision", "recall", "WER was", "is", "lost", "added")
    print(f"{'':12} " + " ".join(f"{head:>9}" for head in heads))
    for name, pair in zip(names, read(folder), strict=True):
        cases = list(cases_of(pair))
        sources = [_chunk(case) for case in cases]
        began = time.process_time()
        done = [clean_chunk(chunk) for chunk in sources]
        seconds += time.process_time() - began
        size += sum(len(chunk.text) for chunk in sources)
        text = "\n\n".join(result.cleaned_text for result in done)
        own = Score()
        for score in (own, whole):
            compare(pair, text, score)
        by_rule(pair, done, whole)
        for case, result in zip(cases, done, strict=True):
            gate.update(faults(Case(case.passages, result.turns)))
        print(own.line(name))
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"{name}.txt").write_text(text, "utf-8")
    print(whole.line("all"))
    print(f"\n{size / 1e6:.2f} MB in {seconds:.2f} s of processor time")
    for reason in sorted({reason for reason, _ in whole.agreed}):
        yes, no = whole.agreed[reason, True], whole.agreed[reason, False]
        print(f"{reason:18} {yes + no:6} words, the editor took out {yes / (yes + no):.3f}")
    print("the gate: " + (", ".join(f"{reason} ({times})" for reason, times in gate.items()) or "passes"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
