"""Files of one stem that are not one transcript, though they are taken for one in several formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set

from daemon import formats
from daemon.cleaning.checks.faithfulness import tokens
from daemon.errors import InputError, JobError
from daemon.text.transcript import Transcript

_LEAST_LETTERS = 4  # of a word that is not in every talk
_LEAST_WORDS = 12  # different ones, below which nothing is told
_LEAST_SHARED = 0.7
"""Of the words of the smaller of two files. Eight talks as they were said and as an editor cleaned them share
at least .92; of 31,000 pairs of different talks 99 in 100 share less than .6, none more than .75."""


def describe_strangers(transcript: Transcript, others: Mapping[str, Callable[[], bytes]]) -> Iterator[str]:
    """A sentence for each of some files, by name, that says something else than what was read.

    Each is given as what reads its bytes. Of one that is no transcript, or gone, nobody expects words.
    """
    own = _list_words(transcript)
    for name, read_bytes in others.items():
        try:
            words = _list_words(formats.read(read_bytes(), name))
        except (InputError, JobError):
            continue
        least = min(len(words), len(own))
        if least >= _LEAST_WORDS and len(words & own) < _LEAST_SHARED * least:
            yield (
                f"{name} has the same stem, but says something else: it was taken for another format of this "
                "transcript and not cleaned. Drop it again under another name."
            )


def _list_words(transcript: Transcript) -> Set[str]:
    """The different words of a transcript that are not in every talk."""
    keys = {key for segment in transcript.segments for key in tokens(segment.text)}
    return {key for key in keys if len(key) >= _LEAST_LETTERS}
