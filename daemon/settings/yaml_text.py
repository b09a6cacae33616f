"""YAML as people write it, read in time that grows with its length alone.

The parser looks at every open bracket again for each word, so that some kilobytes of brackets would keep it
busy for minutes.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import yaml

from daemon.errors import ConfigError

MOST_BRACKETS = 50
"""So many lists and maps may stand inside each other; what people write has two or three."""

# What the parser says of the commonest mistakes, and what a person is told besides.
_PLAINLY = {
    r"found character '\t'": "there is a tab, where only spaces may stand",
    "mapping values are not allowed": "there is a colon too many, or the indentation is wrong; a text with "
    "a colon in it goes in quotes",
    "found unexpected end of stream": "a quote is not closed",
}
_BRACKET = re.compile(r"[\[{]|[\]}]")


# In YAML 1.1, 1:30 is 90 and 010 is 8: nobody who writes a price, a budget or a title means that.
_INT = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)\Z")
_FLOAT = re.compile(
    r"[-+]?(?:(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?|\.(?:inf|Inf|INF))\Z"
    r"|\.(?:nan|NaN|NAN)\Z"
)
_NUMBERS = {"tag:yaml.org,2002:int": _INT, "tag:yaml.org,2002:float": _FLOAT}


class _OnceLoader(yaml.SafeLoader):
    """Reads what `yaml.safe_load` reads, and refuses a map in which a key stands twice.

    What only YAML takes for a number is a text.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 - as the library's own
        first: [(tag, _NUMBERS.get(tag, pattern)) for tag, pattern in known]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key `{key.value}` appears twice", key.start_mark
                    )
                seen.add((key.tag, key.value))
        return super().construct_mapping(node, deep)

    def refuse_set(self, node: yaml.Node) -> None:
        """Refuse a set: its order, by which speakers may be named, would be lost."""
        raise yaml.constructor.ConstructorError(None, None, "there is a set, not a list", node.start_mark)


_OnceLoader.add_constructor("tag:yaml.org,2002:set", _OnceLoader.refuse_set)


def load_yaml(text: str) -> Any:  # noqa: ANN401 - whatever YAML can say
    """What a text says; raises yaml.YAMLError.

    A key that stands twice is refused, of which the parser would take the last in silence.
    """
    with _parsing(text):
        return yaml.load(text, _OnceLoader)


def load_yaml_file(text: str, path: str) -> Any:  # noqa: ANN401 - whatever YAML can say
    """What the text of a file says, {} where it says nothing; raises ConfigError, which names its path."""
    try:
        raw = load_yaml(text)
    except yaml.YAMLError as error:
        why = describe_yaml_error(error)
        raise ConfigError(f"{path} is not valid YAML: {why}.", "Mend that line.") from None
    return {} if raw is None else raw


def has_aliases(text: str) -> bool:
    """Whether a text refers to parts of itself; raises what `load_yaml` does."""
    with _parsing(text):
        return any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader))


def compose_yaml(text: str) -> yaml.Node | None:
    """A text in its parts as they are written; what is referred to is not written out again.

    Raises what `load_yaml` does.
    """
    with _parsing(text):
        return yaml.compose(text, yaml.SafeLoader)


def describe_yaml_error(error: yaml.YAMLError) -> str:
    """Where a text is no YAML, and why, on one line without the text itself, which may be a name to hide."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem is None:
        return " ".join(str(error).replace('in "<unicode string>", ', "at ").split())
    plainly = next((ours for its, ours in _PLAINLY.items() if its in error.problem), "")
    why = f"{plainly} ({error.problem})" if plainly else error.problem
    mark = error.problem_mark or error.context_mark
    return f"line {mark.line + 1}, column {mark.column + 1}: {why}" if mark else why


@contextlib.contextmanager
def _parsing(text: str) -> Iterator[None]:
    """Raise yaml.YAMLError for what would keep the parser busy, and for whatever it stumbles over itself."""
    _check_brackets(text)
    try:
        yield
    except (LookupError, AttributeError, TypeError, ArithmeticError):  # such as `!!int ""`
        raise yaml.constructor.ConstructorError(
            None, None, "a value is not of the kind that its `!!` names, or a character has no such number"
        ) from None
    except (ValueError, RecursionError) as error:  # 2026-13-01, and what is indented a thousand times
        raise yaml.YAMLError(str(error)) from None


def _check_brackets(text: str) -> None:
    """Raise yaml.YAMLError where more brackets are open at once than anybody writes, in quotes or not."""
    depth = 0
    for found in _BRACKET.finditer(text):
        depth = depth + 1 if found.group() in "[{" else max(0, depth - 1)
        if depth > MOST_BRACKETS:
            raise yaml.YAMLError("too many lists are nested in each other")
