"""YAML as people write it, read in time that grows with its length alone.

The parser looks at every open bracket again for each word, so that some kilobytes of brackets would keep it
busy for minutes.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

MOST_BRACKETS = 50
"""So many lists and maps may stand inside each other; what people write has two or three."""

_BRACKET = re.compile(r"[\[{]|[\]}]")


def load_yaml(text: str) -> Any:  # noqa: ANN401 - whatever YAML can say
    """What a text says; raises yaml.YAMLError, and ValueError or RecursionError for what no parser minds."""
    check_brackets(text)
    return yaml.safe_load(text)


def check_brackets(text: str) -> None:
    """Raise yaml.YAMLError where more brackets are open at once than anybody writes, in quotes or not."""
    depth = 0
    for found in _BRACKET.finditer(text):
        depth = depth + 1 if found.group() in "[{" else max(0, depth - 1)
        if depth > MOST_BRACKETS:
            raise yaml.YAMLError("too many lists stand inside each other")
