"""Free text in Markdown (notes) as paragraphs of Word: headings, lists, bold, italics; the rest as words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from daemon.delivery.word.markup import is_right_to_left, write_paragraph, write_run
from daemon.delivery.word.template import Template
from daemon.text.results.marks import PARAGRAPH

_DEEPEST_LIST = 3  # Word has styles for no more
_DEEPEST_HEADING = 9
_LISTS = {"bullet_list_open": "List Bullet", "ordered_list_open": "List Number"}
_WEIGHTS = {"strong": "<w:b/><w:bCs/>", "em": "<w:i/><w:iCs/>"}


@lru_cache(maxsize=1)
def _make_parser() -> MarkdownIt:
    return MarkdownIt("commonmark")


def write_markdown(text: str, template: Template) -> Iterator[str]:
    """The paragraphs of a Markdown text; no word is left out, and a link or picture is its address."""
    lists: list[str] = []
    style = PARAGRAPH
    for token in _make_parser().parse(text):
        if token.type in _LISTS:
            lists.append(_LISTS[token.type])
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "heading_open":
            style = f"Heading {min(int(token.tag[1:]) + 1, _DEEPEST_HEADING)}"
        elif token.type == "paragraph_open":
            style = _name_list_style(lists)
        elif token.type == "inline":
            yield _write_lines(token.children or (), token.content, style, template)
        elif token.content.strip():  # code, and HTML, which is only text here
            yield _write_plain(token.content.rstrip("\n"), template)


def _name_list_style(lists: list[str]) -> str:
    if not lists:
        return PARAGRAPH
    depth = min(len(lists), _DEEPEST_LIST)
    return lists[-1] if depth == 1 else f"{lists[-1]} {depth}"


def _write_plain(text: str, template: Template) -> str:
    return write_paragraph(template.style(PARAGRAPH), write_run(text), right_to_left=is_right_to_left(text))


def _write_lines(tokens: Iterable[Token], content: str, style: str, template: Template) -> str:
    runs = "".join(_write_inline(tokens))
    return write_paragraph(template.style(style), runs, right_to_left=is_right_to_left(content))


def _write_inline(tokens: Iterable[Token]) -> Iterator[str]:
    weights: list[str] = []
    address = ""
    for token in tokens:
        kind, _, edge = token.type.rpartition("_")
        if kind in _WEIGHTS and edge == "open":
            weights.append(_WEIGHTS[kind])
        elif kind in _WEIGHTS:
            weights.remove(_WEIGHTS[kind])
        elif token.type == "link_open":
            address = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            yield write_run(f" ({address})" if address else "")
        else:
            yield write_run(_say_token(token), extra="".join(sorted(set(weights))))


def _say_token(token: Token) -> str:
    if token.type == "softbreak":
        return " "
    if token.type == "hardbreak":
        return "\n"
    if token.type == "image":
        return f"{token.content} ({token.attrs.get('src', '')})"
    return token.content
