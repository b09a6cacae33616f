"""How the gate judges professional editors, and a cleaner that drops words: measured, never asserted.

python bench/gate.py DIR
python bench/gate.py --refused DIR

With --refused it prints what is refused of the editors' short turns whose seams are sure, to be read one by
one: why, the original, and what the editor made of it.

DIR holds transcripts made twice by people, ID.verbatim.nlp and ID.clean.nlp: a word a line, fields parted by
"|", with a header (token, speaker, punctuation, prepunctuation and others). The two are aligned by the
fewest edits, so at the seams between short turns a word may land on the wrong side.
"""

from __future__ import annotations

import csv
import re
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from rapidfuzz.distance import Levenshtein

from daemon.cleaning.checks.faithfulness import tokens
from daemon.cleaning.prompt import Brief, neutralise
from daemon.cleaning.style import find_style
from daemon.cleaning.verify import check
from daemon.text.chunk import Chunk
from daemon.text.chunking import cut
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

WINDOW_WORDS, CHUNK_WORDS = 300, 900
FEWEST_WORDS, MOST_WORDS = 8, 60  # of a short turn; of fewer most are "yeah" and "okay"
EMPTY = "it came back empty"
BRIEF = Brief("A recording", None, (), find_style("clean", Path()))


@dataclass(frozen=True)
class Pair:
    """A recording, verbatim and as an editor left it; `places` are where the editor's words come from.

    `edited_speakers` says who speaks each of the editor's words.
    """

    verbatim: Sequence[str]
    speakers: Sequence[str]
    edited: Sequence[str]
    places: Sequence[int]
    edited_speakers: Sequence[str]

    def is_seam(self, place: int) -> bool:
        """Whether somebody else begins to speak at a verbatim word in the editor's text as well."""
        at = bisect_left(self.places, place)
        if place in (0, len(self.verbatim)) or at in (0, len(self.edited)):
            return True
        return self.edited_speakers[at - 1] != self.edited_speakers[at]

    def of_edited(self, first: int, last: int) -> str:
        """What the editor made of some of the verbatim words."""
        return " ".join(self.edited[bisect_left(self.places, first) : bisect_left(self.places, last)])


@dataclass(frozen=True)
class Case:
    """Passages of one chunk, and what came of each."""

    passages: Sequence[Turn]
    answers: Sequence[str]


def read(folder: Path) -> Iterator[Pair]:
    """The recordings of a folder."""
    for path in sorted(folder.glob("*.verbatim.nlp")):
        verbatim = _rows(path)
        clean = _rows(path.with_name(path.name.replace(".verbatim.", ".clean.")))
        words, edited = [word for word, _ in verbatim], [word for word, _ in clean]
        places = _places(words, edited)
        yield Pair(words, [who for _, who in verbatim], edited, places, [who for _, who in clean])


def _rows(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="|", quoting=csv.QUOTE_NONE))
    return [
        ((row.get("prepunctuation") or "") + row["token"] + (row["punctuation"] or ""), row["speaker"])
        for row in rows
        if row["token"].strip() and not row["token"].startswith("<")
    ]


def _places(verbatim: Sequence[str], edited: Sequence[str]) -> list[int]:
    keys = [" ".join(tokens(word)) or word for word in verbatim]
    places: list[int] = []
    for code in Levenshtein.opcodes(keys, [" ".join(tokens(word)) or word for word in edited]):
        if code.tag == "insert":
            places += [max(0, code.src_start - 1)] * (code.dest_end - code.dest_start)
        elif code.tag != "delete":
            places += range(code.src_start, code.src_end)
    return places


def windows(pair: Pair) -> Iterator[Case]:
    """Passages of 300 words; a rest of less than half of that goes with the last."""
    count = max(1, round(len(pair.verbatim) / WINDOW_WORDS))
    bounds = [*range(0, count * WINDOW_WORDS, WINDOW_WORDS), len(pair.verbatim)]
    for first, last in pairwise(bounds):
        turn = Turn((Segment(" ".join(pair.verbatim[first:last])),))
        yield Case([turn], [pair.of_edited(first, last)])


def turns(pair: Pair) -> Iterator[Case]:
    """What one speaker says until another speaks."""
    at = 0
    for turn in _turns(pair):
        words = len(turn.text.split())
        yield Case([turn], [pair.of_edited(at, at + words)])
        at += words


def sure_turns(pair: Pair) -> Iterator[Case]:
    """Those turns that begin and end with a change of speaker in the editor's text too."""
    at = 0
    for case in turns(pair):
        words = len(case.passages[0].text.split())
        if pair.is_seam(at) and pair.is_seam(at + words):
            yield case
        at += words


def chunks(pair: Pair) -> Iterator[Case]:
    """Chunks of about 900 words, with the turns as passages."""
    at = 0
    for chunk in cut(_turns(pair), CHUNK_WORDS):
        answers = []
        for turn in chunk.turns:
            words = len(turn.text.split())
            answers.append(pair.of_edited(at, at + words))
            at += words
        yield Case(chunk.turns, answers)


def _turns(pair: Pair) -> list[Turn]:
    both = zip(pair.verbatim, pair.speakers, strict=True)
    said = [(name, [word for word, _ in run]) for name, run in groupby(both, key=lambda row: row[1])]
    return [Turn((Segment(" ".join(words), speaker=name),), name) for name, words in said]


def dropping(case: Case) -> Case:
    """The verbatim words without 40 in every 120."""
    kept, at = [], 0
    for turn in case.passages:
        words = turn.text.split()
        kept.append(" ".join(word for n, word in enumerate(words, start=at) if n % 120 < 80))
        at += len(words)
    return Case(case.passages, kept)


def faults(case: Case) -> list[str]:
    """What the gate finds, a reason for each passage at fault."""
    whole = Chunk(0, "\n\n".join(turn.text for turn in case.passages), turns=tuple(case.passages))
    numbered = enumerate(case.answers, start=1)
    answer = "\n".join(f'<turn id="{number}">{neutralise(text)}</turn>' for number, text in numbered)
    verdict = check(whole, BRIEF, answer, "end_turn")
    return list(verdict.bad.values()) or ([verdict.reason] if verdict.reason else [])


def report(name: str, cases: Iterable[Case]) -> None:
    """A line on how many fail, and one for each reason."""
    found = [faults(case) for case in cases]
    empty = sum(bool(reasons) and set(reasons) == {EMPTY} for reasons in found)
    other = sum(bool(set(reasons) - {EMPTY}) for reasons in found)
    print(f"{name:34} {len(found):6} {other:6} {empty:6}")
    counts = Counter(re.sub(r"\d+", "n", reason) for reasons in found for reason in reasons)
    for reason, times in counts.most_common():
        print(f"    {times:6}  {reason}")


def list_refused(pairs: Iterable[Pair]) -> None:
    """Print the short turns of sure seams that are refused."""
    count = refused = 0
    for case in (case for pair in pairs for case in sure_turns(pair)):
        if not FEWEST_WORDS <= len(case.passages[0].text.split()) <= MOST_WORDS:
            continue
        count += 1
        for reason in faults(case):
            refused += 1
            print(f"{refused}: {reason}\n  - {case.passages[0].text}\n  + {case.answers[0]}")
    print(f"{refused} of {count} are refused")


def main() -> None:
    """Print the table, or the turns that are refused."""
    *options, folder = sys.argv[1:]
    pairs = list(read(Path(folder)))
    if options == ["--refused"]:
        list_refused(pairs)
        return
    print(f"{'':34} {'cases':>6} {'fail':>6} {'empty':>6}   (empty: only passages that came back so)")
    for name, cases in (
        ("windows of 300 words", windows),
        ("speaker turns", turns),
        ("turns of sure seams", sure_turns),
        ("chunks", chunks),
    ):
        report(f"editors: {name}", (case for pair in pairs for case in cases(pair)))
    for name, cases in (("windows of 300 words", windows), ("chunks", chunks)):
        report(f"dropping: {name}", (dropping(case) for pair in pairs for case in cases(pair)))


if __name__ == "__main__":
    main()
