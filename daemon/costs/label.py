"""Whom a request is for: a job, and the chunk of it, or the whole job."""

from __future__ import annotations

from dataclasses import dataclass

SURVEY, SUMMARY, CHAPTERS = -1, -3, -2
"""What stands in the place of a chunk's index where a request is for the whole of a job."""


@dataclass(frozen=True, slots=True)
class Label:
    """Whom a request is for; the chunks SURVEY, SUMMARY and CHAPTERS are none, but are of the whole job."""

    job: str
    chunk: int
