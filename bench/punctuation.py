"""How well marks and capitals are guessed, held against people's own: measured, never asserted.

python bench/punctuation.py TEXT [TEXT …]
python bench/punctuation.py --captions CAPTIONS TEXT

TEXT has them: a .csv with columns speaker and sentence, a .nlp table (a word a line, fields parted by "|":
token, speaker, punctuation and others), or plain text, a turn a paragraph. Its marks and capitals are taken
away and it is cleaned, once with its turns and once as one turn that nobody is known to have said; or
CAPTIONS, of the same recording, are cleaned. What comes out is aligned with TEXT by the fewest edits; only
words on both sides count, and of marks only those between two of them (what stands before a "you know" that
was taken out stands for that), and no place with a dash or dots. Printed are precision, recall and F of
sentence ends, commas, question marks, and capitals (but where a sentence begins on either side), with the
rules alone and with the network; how many chunks end where a sentence does, without and with it; words that
were changed, and words a second.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from rapidfuzz.distance import Levenshtein

from daemon.cleaning.offline import clean_chunk, cleaner
from daemon.cleaning.offline.punctuation.ends import choose_score
from daemon.formats import read
from daemon.text.chunk import Chunk
from daemon.text.chunking import cut
from daemon.text.transcript import Segment
from daemon.text.turns import Turn, turns_of
from tools.train_punctuation.labels import COMMA, LOWER, QUESTION, STOP, UNKNOWN, Labelled, key_of, label_turn

CHUNK_WORDS = 900
KINDS = ("sentence end", "full stop", "question", "comma", "capital")
_CORE = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")


@dataclass
class Count:
    """What was found, found wrongly, and missed."""

    hit: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, there: bool, found: bool) -> None:
        """Count one place."""
        self.hit += there and found
        self.wrong += found and not there
        self.missed += there and not found

    def __str__(self) -> str:
        precision = self.hit / max(1, self.hit + self.wrong)
        recall = self.hit / max(1, self.hit + self.missed)
        both = 2 * precision * recall / max(1e-9, precision + recall)
        return f"{precision:.3f}/{recall:.3f}/{both:.3f} ({self.hit + self.missed})"


@dataclass
class Score:
    """Counts by kind, over the words that could be aligned."""

    counts: dict[str, Count] = field(default_factory=lambda: {kind: Count() for kind in KINDS})
    words: int = 0

    def compare(self, text: Sequence[Labelled], out: Sequence[Labelled]) -> None:
        """Add what was made of a text."""
        codes = Levenshtein.opcodes([word.key for word in text], [word.key for word in out])
        for code in codes:
            if code.tag == "equal":
                spans = text[code.src_start : code.src_end], out[code.dest_start : code.dest_end]
                *pairs, last = zip(*spans, strict=True)
                for there, found in pairs:
                    self._add(there, found, followed=True)
                self._add(*last, followed=code.src_end == len(text) or code.dest_end == len(out))

    def _add(self, there: Labelled, found: Labelled, *, followed: bool) -> None:
        self.words += 1
        if followed and there.mark != UNKNOWN:
            for kind, marks in zip(KINDS, ((STOP, QUESTION), (STOP,), (QUESTION,), (COMMA,)), strict=False):
                self.counts[kind].add(there.mark in marks, found.mark in marks)
        if UNKNOWN not in (there.case, found.case):
            self.counts["capital"].add(there.case != LOWER, found.case != LOWER)

    def __str__(self) -> str:
        return "  ".join(f"{kind} {count}" for kind, count in self.counts.items())


def read_turns(path: Path) -> list[tuple[str, str]]:
    """The turns of a text with marks: speaker and words."""
    if path.suffix == ".csv":
        rows = list(csv.DictReader(path.open(encoding="utf-8")))
        pairs: Iterable[tuple[str, str]] = ((row["speaker"], row["sentence"]) for row in rows)
    elif path.suffix == ".nlp":
        lines = csv.DictReader(path.open(encoding="utf-8"), delimiter="|", quoting=csv.QUOTE_NONE)
        tokens = (row for row in lines if not row["token"].startswith("<"))
        pairs = ((row["speaker"], row["token"] + (row["punctuation"] or "")) for row in tokens)
    else:
        paragraphs = path.read_text(encoding="utf-8").split("\n\n")
        return [(str(number), text) for number, text in enumerate(paragraphs) if text.strip()]
    groups = groupby(pairs, key=lambda pair: pair[0])
    return [(speaker, " ".join(text for _, text in said)) for speaker, said in groups]


def strip_marks(text: str) -> str:
    """The words as captions write them."""
    return " ".join(word.key for word in label_turn(text))


def clean(chunks: Iterable[Chunk]) -> tuple[list[str], float]:
    """The cleaned turns, and the seconds it took."""
    began = time.process_time()
    done = [clean_chunk(chunk, "en") for chunk in chunks]
    seconds = time.process_time() - began
    return [turn for result in done for turn in result.turns], seconds


def label_result(turns: Iterable[str]) -> list[Labelled]:
    """The words of what came out."""
    return [word for turn in turns for word in label_turn(turn)]


def count_true_ends(text: Sequence[Labelled], chunks: Sequence[Chunk]) -> tuple[int, int]:
    """How many chunks end where a sentence does, and of how many that can be told; the last one apart."""
    words = [key_of(word.lower()) for chunk in chunks for word in chunk.text.split()]
    places: dict[int, int] = {}
    for code in Levenshtein.opcodes([word.key for word in text], words):
        if code.tag == "equal":
            spans = range(code.dest_start, code.dest_end), range(code.src_start, code.src_end)
            places.update(zip(*spans, strict=True))
    lasts = [at - 1 for at in accumulate(len(chunk.text.split()) for chunk in chunks)][:-1]
    known = [text[places[last]] for last in lasts if last in places]
    return sum(word.mark in (STOP, QUESTION) for word in known), len(known)


def report(name: str, text: Sequence[Labelled], turns: Sequence[Turn], out: Path | None) -> None:
    """Print the scores of the rules alone, and of the rules and the network."""
    chunks = list(cut(turns, CHUNK_WORDS, partial(choose_score, language="en")))
    for who, made in (("rules", list(cut(turns, CHUNK_WORDS))), ("network", chunks)):
        print("{}, {}: {} of {} chunks end with a sentence".format(name, who, *count_true_ends(text, made)))
    languages = cleaner.LANGUAGES
    for who, codes in (("rules", frozenset[str]()), ("network", languages)):
        cleaner.LANGUAGES = codes
        cleaned, seconds = clean(chunks)
        score = Score()
        score.compare(text, label_result(cleaned))
        print(f"{name}, {who}, {score.words} words: {score}; {len(text) / seconds:.0f} words/s", flush=True)
        if out is not None:
            (out / f"{name.replace(' ', '-')}.{who}.txt").write_text("\n\n".join(cleaned), encoding="utf-8")
    cleaner.LANGUAGES = languages


def score_text(path: Path, out: Path | None) -> None:
    """Print what is made of a text whose marks and capitals were taken away."""
    turns = read_turns(path)
    text = [word for _, said in turns for word in label_turn(said)]
    bare = [(who, strip_marks(said)) for who, said in turns]
    known = [Turn((Segment(said, speaker=who),), who) for who, said in bare if said]
    report(f"{path.stem} turns known", text, known, out)
    whole = Turn((Segment(" ".join(turn.text for turn in known)),))
    report(f"{path.stem} one turn", text, [whole], out)


def score_captions(captions: Path, path: Path, out: Path | None) -> None:
    """Print what is made of captions, against a text of the same recording."""
    transcript = read(captions.read_bytes(), captions.name)
    turns = turns_of(transcript.segments)
    text = [word for _, said in read_turns(path) for word in label_turn(said)]
    report(captions.stem, text, turns, out)


def noise(words: int) -> Iterator[str]:
    """Words of letters of every script, marks, numbers, and what looks like an address."""
    every = map(chr, range(0x21, 0x30000))
    letters = [letter for letter in every if letter.isprintable() and not letter.isspace()]
    latin = [chr(code) for code in range(0x61, 0x24F) if chr(code).isalpha()]
    seed = random.Random(1)
    common = "the of and to in we have this for you they are what people going think because who".split()
    special = "ß ı ŉ ǰ ﬁ ﬀ ς ſ İ K Å dž ᾳ և straße ıssız file.txt a/b 10:30 3.5 1,000 x.org it's i'm".split()
    makers: list[Callable[[], str]] = [
        lambda: seed.choice(common),
        lambda: seed.choice(special),
        lambda: "".join(seed.choices(letters, k=seed.randint(1, 6))),
        lambda: "".join(seed.choices(letters[:94], k=seed.randint(1, 6))),
        lambda: "".join(seed.choices(latin, k=4)),
    ]
    for _ in range(words):
        yield seed.choices(makers, weights=(10, 2, 2, 1, 2))[0]() or "a"


def check_words(texts: Iterable[str]) -> tuple[int, int]:
    """How many words were guessed about, and how many of them were changed (there should be none)."""
    from daemon.cleaning.offline.language import load_grammar
    from daemon.cleaning.offline.punctuation.guesses import BareTurn, guess_marks
    from daemon.cleaning.offline.punctuation.names import Names
    from daemon.cleaning.offline.words import read_words

    grammar = load_grammar("en")
    assert grammar is not None
    words = list(texts)
    bare = read_words(words, [0.0] * len(words))
    done = guess_marks([BareTurn(bare, grammar, opens=True)], (), Names())[0].words
    wrong = abs(len(done) - len(words))
    for was, now in zip(words, done, strict=False):
        left, mark = now.text[: len(was)], now.text[len(was) :]
        same = len(left) == len(was) and left.lower() == was.lower()
        wrong += not same or mark not in ("", ",", ".", "?")
    return len(words), wrong


def measure_speed(words: Sequence[str]) -> float:
    """Words that are scored a second on one thread, marks and capitals written, loading not counted."""
    check_words(words[:2_000])
    began = time.process_time()
    check_words(words)
    return len(words) / (time.process_time() - began)


def main(arguments: argparse.Namespace) -> None:
    """Print everything."""
    said: list[str] = []
    for path in arguments.texts:
        if arguments.captions:
            score_captions(arguments.captions, path, arguments.out)
        else:
            score_text(path, arguments.out)
        said += (key_of(word.key) for _, turn in read_turns(path) for word in label_turn(turn))
    print(f"network alone: {measure_speed(said):.0f} words/s of processor time")
    if arguments.noise:
        print("words of all scripts: {}, changed: {}".format(*check_words(noise(arguments.noise))))


if __name__ == "__main__":
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--captions", type=Path)
    parser.add_argument("--out", type=Path, help="a folder for the cleaned texts")
    parser.add_argument("--noise", type=int, default=0, help="words of all scripts to check")
    main(parser.parse_args())
