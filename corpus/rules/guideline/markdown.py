"""Markdown of guidelines as safe HTML: no raw HTML, no images, no scripts in links.

A heading may end in `{#anchor}`; the anchor becomes its id, the target of a question's help. A link to `clip:` and the
public id of an utterance is a clip: pages show a player in its place (`corpus.rules.guideline.clips`).
"""

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from corpus.rules.guideline.clips import SCHEME, Clips, clip_of

_ANCHOR = re.compile(r"\s*\{#([a-z][a-z0-9_-]*)\}\s*$")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def render(text: str, clips: Clips | None = None) -> str:
    """Return a guideline's text as safe HTML.

    Args:
        text: Markdown.
        clips: public id of an utterance -> its clip; a clip that is not among them is shown by its name alone.
    """
    tokens, _ = _parse(text)
    for token in tokens:
        if token.children:
            token.children = _with_players(token.children, clips or {})
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


def _with_players(parts: Sequence[Token], clips: Clips) -> list[Token]:
    """Return the parts of a line with a player instead of each clip."""
    shown: list[Token] = []
    is_clip = is_player = False
    for part in parts:
        if part.type == "link_open" and str(part.attrGet("href")).startswith(SCHEME):
            is_clip, clip = True, clip_of(part.attrGet("href"), clips)
            is_player = clip is not None
            if clip:
                player = f'<video class="guideline-clip" controls preload="none" src="{escape(clip.source)}"></video>'
                shown.append(Token("html_inline", "", 0, content=player))
        elif part.type == "link_close" and is_clip:
            is_clip = is_player = False
        elif not is_player:
            shown.append(part)
    return shown


def _outside_link(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: dict[str, Any]
) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    return self.renderToken(tokens, index, options, env)


_MARKDOWN.add_render_rule("link_open", _outside_link)
