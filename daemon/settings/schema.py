"""What a person wrote as YAML, checked against a type; what is wrong with it, in a person's words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

import msgspec
from msgspec import Meta

from daemon.errors import SchemaError
from daemon.text.json_values import build_value
from daemon.text.unseen import HALF_CHARACTER

_TEXT, _PHRASE, _ANY = r"^[^\x00]+$", r"^[^\x00]*\w[^\x00]*$", r"^[^\x00]*$"
Text = Annotated[str, Meta(min_length=1, pattern=_TEXT)]
AnyText = Annotated[str, Meta(pattern=_ANY)]
"""A text, which may be empty."""
Phrase = Annotated[str, Meta(pattern=_PHRASE)]
"""A text with a letter or a digit in it."""
_ADDRESS, _VARIABLE = r"^https?://[^\s/]+", r"^[A-Za-z_][A-Za-z0-9_]*$"
Address = Annotated[str, Meta(pattern=_ADDRESS)]
Variable = Annotated[str, Meta(pattern=_VARIABLE)]
"""The name of an environment variable."""
_SUBFOLDER = r"^[^./\x00][^/\x00]*(/[^./\x00][^/\x00]*)*$"
Subfolder = Annotated[str, Meta(pattern=_SUBFOLDER)]

DID_YOU_MEAN = "Did you mean"
"""So begins the mend of an unknown key that is much like a known one."""

_MOST_PARTS = 1_000_000  # of texts, lists and keys: as many as fit into the longest config.yaml


_Type = TypeVar("_Type", bound=msgspec.Struct)
_PLACE = re.compile(r" - at (?:`key` in )?`\$(?P<path>.*)`\Z", re.DOTALL)
_KEY = re.compile(r"\.(?P<key>\w+)")
# A programmer's names for things, and a person's.
_TYPES = {
    "array": "a list", "object": "keys with values", "null": "nothing", "str": "a text",
    "int": "a whole number", "float": "a number", "bool": "true or false", "date": "a date",
    "datetime": "a time",
}  # fmt: skip
_PHRASES = {
    "Object contains unknown field": "unknown key", "Object missing required field": "there is no",
    "Invalid enum value": "unknown word", " of length >= 1": " that is not empty",
}  # fmt: skip
_TYPE = re.compile(rf"`((?:{'|'.join(_TYPES)})(?: \| \w+)*)`")
_UNKNOWN_WORD = re.compile(r"unknown word '([^']*)'")
_AT_A_KEY = " - at `key` in `$"
_BARE_TEXT = re.compile(r"expected a text.*, got (a whole number|a number|true or false|a date|a time)\Z")
_OTHER_THAN_TEXT = re.compile(r"expected (true or false|a number|a whole number).*, got a text\Z")
_PATTERN = re.compile(r" matching regex '(.*)'\Z", re.DOTALL)
_FORMS = {
    _TEXT: " without NUL",
    _ANY: " without NUL",
    _PHRASE: " with a letter or a digit in it",
    _ADDRESS: " that begins with http:// or https://, such as http://localhost:11434",
    _VARIABLE: " that can be the name of a variable, such as LITELLM_KEY",
    _SUBFOLDER: " that names a folder below `inbox`, such as course/lectures",
}


class Keys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of what may be written: known keys with values of their types, and nothing else."""


def check_types(raw: object, of: type[_Type]) -> _Type:
    """What was written, as the type wants it; raises SchemaError with the outermost key at fault."""
    if isinstance(raw, dict):
        for key in raw:
            if isinstance(key, str) and key not in of.__struct_fields__:
                raise SchemaError(key, f"unknown key `{key}`", _suggest_key(key, of.__struct_fields__))
    try:
        return build_value(raw, of)
    except msgspec.ValidationError as error:
        raise _explain_error(str(error), of, raw) from None


def _suggest_key(key: str, known: Sequence[str]) -> str:
    """The known key that is likely meant; all of them where none is much like it."""
    alike = _find_alike(key.lower().replace("-", "_"), known)
    return f"{DID_YOU_MEAN} `{alike[0]}`?" if alike else f"The keys are {', '.join(known)}."


def _find_alike(word: str, known: Sequence[str]) -> list[str]:
    """The known word that is most like another; none where none is much like it."""
    import difflib  # only where something is wrong

    return difflib.get_close_matches(word, known, 1)


def tidy_texts(raw: Any, tidy: Callable[[str], str] = str.strip) -> Any:  # noqa: ANN401 - whatever YAML can say
    """What was written, its texts without what means nothing: by default, the space around them.

    Raises SchemaError where a part of it holds itself, as YAML's aliases allow, or others so often that it
    would have no end; for what can't be written; and where two keys become one.
    """
    try:
        return _tidy_parts(raw, tidy, itertools.count())
    except RecursionError:
        raise SchemaError("", "a part of it holds itself", "Write it out without `*`.") from None


def _tidy_parts(raw: Any, tidy: Callable[[str], str], counted: Iterator[int]) -> Any:  # noqa: ANN401
    if next(counted) > _MOST_PARTS:
        raise SchemaError("", f"it has more than {_MOST_PARTS:,} parts", "Write it out without `*`.")
    if isinstance(raw, str):
        text = tidy(raw)
        if HALF_CHARACTER.search(text):
            raise SchemaError(
                "", "a text in it holds half of a character", 'Write "\\ud83d" and its like out.'
            )
        return text
    if isinstance(raw, list):
        return [_tidy_parts(one, tidy, counted) for one in raw]
    if not isinstance(raw, dict):
        return raw
    tidied: dict[Any, Any] = {}
    for key, value in raw.items():
        known = _tidy_parts(key, tidy, counted)
        if known in tidied:
            raise SchemaError("", f"the key `{known}` appears twice", "Take out one of them.")
        tidied[known] = _tidy_parts(value, tidy, counted)
    return tidied


def _explain_error(message: str, of: type[msgspec.Struct], raw: object) -> SchemaError:
    place = _PLACE.search(message)
    what = _describe_problem(message[: place.start()] if place else message)
    path = _KEY.match(place["path"]) if place else None
    if path is None:
        return SchemaError("", what)
    annotation = get_type_hints(of, include_extras=True)[path["key"]]
    value = raw.get(path["key"]) if isinstance(raw, dict) else None
    is_inside = place is not None and (place["path"] != path.group() or _AT_A_KEY in message)
    if is_inside and isinstance(value, (dict, list)):
        return _explain_part(path["key"], value, annotation, of, what)
    choices = _list_choices(annotation)
    mend = _explain_form(what, choices)
    if isinstance(value, str) and what.startswith("expected a list"):
        example = f": [{value}]" if value in choices else ""  # any other may be a name, which no log may show
        mend = f"Write it in brackets, with commas between{example}. {mend}".rstrip()
    return SchemaError(path["key"], what, mend)


def _describe_problem(what: str) -> str:
    """What msgspec says is wrong, in a person's words."""
    for its, ours in _PHRASES.items():
        what = what.replace(its, ours)
    what = _TYPE.sub(lambda found: " or ".join(_TYPES.get(one, one) for one in found[1].split(" | ")), what)
    return _PATTERN.sub(_describe_form, what[:1].lower() + what[1:])


def _explain_form(what: str, choices: Sequence[str]) -> str:
    """What to write instead: a word that may stand there, a text in quotes, else none; "" in doubt."""
    if not choices:
        if (wanted := _OTHER_THAN_TEXT.search(what)) is not None:
            return f"Write {wanted[1]} alone, without quotes."
        return "Put it in quotes, so that it is a text." if _BARE_TEXT.search(what) else ""
    word = _UNKNOWN_WORD.search(what)
    alike = _find_alike(word[1].lower(), choices) if word else []
    meant = f"{DID_YOU_MEAN} `{alike[0]}`? " if alike else ""
    return f"{meant}Words that may stand there: {', '.join(choices)}."


def _explain_part(
    key: str, value: dict[Any, Any] | list[Any], annotation: object, of: type[msgspec.Struct], what: str
) -> SchemaError:
    """What is wrong inside a list, or a map, and in which part of it.

    A part is named where it has keys of its own, such as a profile; else it is counted, for what stands there
    may be a name that is to stay out of the log.
    """
    parts = list(value.items()) if isinstance(value, dict) else [(None, one) for one in value]
    singly = [{key: {name: part} if isinstance(value, dict) else [part]} for name, part in parts]
    number = next((number for number, one in enumerate(singly) if not _fits(one, of)), 0)
    name, part = parts[number]
    struct = _find_struct(annotation)
    if struct is not None and isinstance(part, dict):
        try:
            check_types(part, struct)
        except SchemaError as inner:
            within = f"in `{inner.key}`, " if inner.key in struct.__struct_fields__ else ""
            return SchemaError(key, f"in `{name}`, {within}{inner.message}", inner.mend)
    choices = _list_choices(annotation)
    where = "" if choices else f"in entry {number + 1}, "
    return SchemaError(key, where + what, _explain_form(what, choices))


def _fits(raw: object, of: type[msgspec.Struct]) -> bool:
    try:
        build_value(raw, of)
    except msgspec.ValidationError:
        return False
    return True


def _find_struct(annotation: Any) -> type[msgspec.Struct] | None:  # noqa: ANN401 - as the field is written
    """The type of the parts of a list or a map, where that has keys of its own; else None."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    return next((found for one in get_args(annotation) if (found := _find_struct(one))), None)


def _describe_form(found: re.Match[str]) -> str:
    pattern = found[1].replace("\\\\", "\\")  # as msgspec shows it
    return _FORMS.get(pattern, f" of the form {pattern}")


def _list_choices(annotation: Any) -> list[str]:  # noqa: ANN401 - of whatever type the field is
    """The texts that a type with choices allows; none for a type without."""
    inner = get_args(annotation)
    own = [one for one in inner if isinstance(one, str)]
    return own + [
        choice for one in inner if not isinstance(one, (str, Meta)) for choice in _list_choices(one)
    ]
