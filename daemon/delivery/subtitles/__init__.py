"""Subtitles: the cues of a finished transcript, timed word by word, and the files that hold them."""
