"""What a survey of a transcript came to: names that are spelt in several ways, and who may be who."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from daemon.text.names.speaker_name import SpeakerName


class Survey(msgspec.Struct, frozen=True):
    """What holds for every chunk of a job.

    `spellings` has, by a name as it stands in the transcript, the spelling that is used throughout.
    `speakers` are suggestions, for a person. `failed` says why there was no answer that could be used, ""
    where there was.
    """

    spellings: Mapping[str, str] = msgspec.field(default_factory=dict)
    speakers: tuple[SpeakerName, ...] = ()
    failed: str = ""
