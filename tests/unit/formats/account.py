"""What every reader promises of every file, whatever is in it."""

from daemon.errors import InputError
from daemon.formats import read


def checked(data, name):
    """The transcript, every promise about it kept; None where the file is refused with advice."""
    try:
        transcript = read(data, name)
    except InputError as error:
        refused = error
        transcript = None
    if transcript is None:
        # a word without a reason is a fault in the reader
        assert refused.mend and "report it" not in refused.mend  # noqa: PT018
        return None
    assert transcript.words + sum(transcript.dropped.values()) == transcript.words_in_file
    assert all(words > 0 for words in transcript.dropped.values())
    for segment in transcript.segments:
        assert segment.text == " ".join(segment.text.split()) != ""
        assert not {"\0", "\x01", "\x1f"} & set(segment.text)
        segment.text.encode()
        assert segment.speaker is None or segment.speaker.strip()
        assert segment.start is None or segment.end is None or segment.start <= segment.end
        times = segment.times or ()
        assert list(times) == sorted(times)
    return transcript
