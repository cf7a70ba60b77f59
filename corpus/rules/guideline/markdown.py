"""Markdown of guidelines as safe HTML: no raw HTML, no images, no scripts in links.

A heading may end in `{#anchor}`; the anchor becomes its id, the target of a question's help.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

_ANCHOR = re.compile(r"\s*\{#([a-z][a-z0-9_-]*)\}\s*$")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def render(text: str) -> str:
    """Return a guideline's text as safe HTML."""
    tokens, _ = _parse(text)
    rendered: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return rendered


def headings(text: str) -> list[tuple[str, str]]:
    """Return (anchor, title) of each heading that has an anchor."""
    return _parse(text)[1]


def _parse(text: str) -> tuple[list[Token], list[tuple[str, str]]]:
    tokens = _MARKDOWN.parse(text)
    found: dict[str, str] = {}
    for opening, inline in pairwise(tokens):
        match = _ANCHOR.search(inline.content) if opening.type == "heading_open" else None
        if match and match[1] not in found and inline.children and inline.children[-1].type == "text":
            last = inline.children[-1]
            last.content = _ANCHOR.sub("", last.content)
            opening.attrSet("id", match[1])
            found[match[1]] = "".join(child.content for child in inline.children)
    return tokens, list(found.items())


def _outside_link(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: dict[str, Any]
) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    return self.renderToken(tokens, index, options, env)


_MARKDOWN.add_render_rule("link_open", _outside_link)
