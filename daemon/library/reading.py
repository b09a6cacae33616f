"""A transcript file read as chunks, for programs that clean them themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial

from daemon.system.argument_types import require_names, require_type
from daemon.system.paths import open_file
from daemon.text.chunk import Chunk

_CHUNK_WORDS = 900


def read(
    path: str | os.PathLike[str],
    chunk_words: int = _CHUNK_WORDS,
    speakers: Mapping[str, str] | None = None,
    pseudonyms: Mapping[str, str] | None = None,
) -> list[Chunk]:
    """The chunks of a transcript file, as the daemon would cut them: about `chunk_words` words in each.

    What kind of file it is, its content says; every format that the daemon reads is read. `speakers` gives
    names to labels, such as {"SPEAKER_00": "Ann"}. No chunk ends inside a name of these `pseudonyms`, as it
    might elsewhere: give those that the LLMProcessor has, which could not hide one half and then the other.
    Raises InputError for what is no transcript, OSError for a file that can't be opened, TypeError, and
    ValueError for pseudonyms that can't be used, and for chunks of no words.
    """
    from daemon import formats
    from daemon.cleaning.names.hidden_names import find_names_inside
    from daemon.cleaning.offline.punctuation.ends import choose_score
    from daemon.formats.file_name import read_origin
    from daemon.text.chunking import cut
    from daemon.text.names.pseudonyms import pseudonyms_of
    from daemon.text.turns import rename_speakers, turns_of

    require_type("path", path, str, os.PathLike)
    require_type("chunk_words", chunk_words, int)
    if chunk_words < 1:
        raise ValueError(f"chunk_words must be 1 or more, not {chunk_words}")
    require_names("speakers", speakers)
    require_names("pseudonyms", pseudonyms)
    with open(path, "rb", opener=open_file) as file:
        data = file.read()
    name = os.path.basename(os.fspath(path))
    transcript = formats.read(data, name)
    turns = turns_of(rename_speakers(transcript.segments, speakers or {}))
    choose = partial(choose_score, language=transcript.language or read_origin(name).language)
    inside = find_names_inside(turns, {}, pseudonyms_of(pseudonyms or {}))
    return list(cut(turns, chunk_words, choose, inside))
