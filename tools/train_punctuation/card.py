"""What is written down about the weights: from what they come, and how good they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from tools.train_punctuation.corpus import Corpus
from tools.train_punctuation.scores import MARGINS, Scored, Share
from tools.train_punctuation.shape import BATCH, DISTANCES, SEED, WIDTH, WORDS, Round
from tools.train_punctuation.sources import SOURCES

_HEAD = """# English: marks and capitals for captions that have none

Guesses of a small network, which only says what mark follows a word and whether it has a capital. Written by
`python -m tools.train_punctuation`; the same clones give the same bytes on the same machine.
"""


def write_card(corpus: Corpus, weights: bytes, scores: Mapping[str, Scored], rounds: Sequence[Round]) -> str:
    """The card of a file of weights, in Markdown."""
    parts = [_HEAD, _tell_file(weights, rounds), _tell_sources(corpus)]
    parts += [_tell_scores(name, scored) for name, scored in scores.items()]
    return "\n".join(parts)


def _tell_file(weights: bytes, rounds: Sequence[Round]) -> str:
    words = sum(one.steps for one in rounds) * BATCH * WORDS / 1e6
    steps = " and ".join(str(one.steps) for one in rounds)
    lines = (
        f"- sha256: {hashlib.sha256(weights).hexdigest()}",
        f"- size: {len(weights)} bytes",
        f"- network: {len(DISTANCES)} gated convolutions, {WIDTH} wide, {sum(DISTANCES)} words each way",
        "- weights in 8 bits, activations in 9",
        f"- training: {steps} steps of {BATCH} windows of {WORDS} words ({words:.0f} million), seed {SEED}",
        f"- by torch {version('torch')}",
        "",
    )
    return "\n".join(lines)


def _tell_sources(corpus: Corpus) -> str:
    head = "| text | commit | licence | words | times in a round | held back |"
    lines = ["## Trained on", "", head, "|---|---|---|---|---|---|"]
    for source in SOURCES:
        name, commit = f"[{source.name}]({source.address})", source.commit[:12]
        words, held_back = corpus.words[source.name], sum(map(len, corpus.held_back[source.name]))
        lines.append(f"| {name} | {commit} | {source.licence} | {words} | {source.times} | {held_back} |")
    return "\n".join([*lines, ""])


def tell_share(kind: str, share: Share) -> str:
    """A line of the table of scores."""
    return f"| {kind} | {share.precision:.3f} | {share.recall:.3f} | {share.f:.3f} | {share.there} |"


def _tell_scores(name: str, scored: Scored) -> str:
    lines = [f"## Scores: {name}", "", "Told where turns begin, at the thresholds of the daemon:", ""]
    lines += ["| | precision | recall | F | in the text |", "|---|---|---|---|---|"]
    lines += [tell_share(kind, share) for kind, share in scored.shares().items()]
    kinds = list(scored.shares_at(0))
    lines += ["", "Precision / recall at other thresholds:", ""]
    lines += [f"| | {' | '.join(kinds)} |", "|---" * (len(kinds) + 1) + "|"]
    for margin in MARGINS:
        shares = scored.shares_at(margin).values()
        cells = (f"{share.precision:.3f} / {share.recall:.3f}" for share in shares)
        lines.append(f"| {margin} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])
