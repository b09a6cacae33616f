"""The time zone of this process: one that can be reckoned with, whatever $TZ says."""

from __future__ import annotations

import os
import time
from datetime import datetime


def ensure_time_zone() -> str | None:
    """Go by UTC where $TZ is a day or more off it, which can't be reckoned with; what it said, else None."""
    try:
        datetime.now().astimezone()
    except (ValueError, OverflowError):
        said = os.environ.get("TZ", "")
        os.environ["TZ"] = "UTC"
        time.tzset()
        return said
    return None
