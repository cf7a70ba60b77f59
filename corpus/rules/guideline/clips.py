"""Clips in guidelines: links to utterances, which pages show as players."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEME = "clip:"
NAME = "▶"
_LINK = re.compile(r"\[[^\]\n]*\]\(clip:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)")


@dataclass(frozen=True, slots=True)
class Clip:
    """A part of a media file.

    Attributes:
        address: of the file.
        start_ms, end_ms: of the part.
    """

    address: str
    start_ms: int
    end_ms: int

    @property
    def source(self) -> str:
        """The address with the part as a media fragment (W3C Media Fragments URI 1.0), which browsers play alone."""
        return f"{self.address}#t={self.start_ms / 1000:.3f},{self.end_ms / 1000:.3f}"


Clips = Mapping[str, Clip]


def link_to(utterance: object) -> str:
    """Return the Markdown of a clip: a link to an utterance, by public id."""
    return f"[{NAME}]({SCHEME}{utterance})"


def utterances_in(text: str) -> list[str]:
    """Return the public ids of the utterances whose clips a text contains, each once, in their order."""
    return list(dict.fromkeys(_LINK.findall(text)))


def without_addresses(line: str) -> str:
    """Return a line for lists of changes: clips as a mark; of a line with a clip alone, its address."""
    alone = _LINK.fullmatch(line.strip())
    return f"{SCHEME}{alone[1]}" if alone else _LINK.sub(NAME, line)


def clip_of(address: Any, clips: Clips) -> Clip | None:
    """Return the clip of a link's address; None for other links and for clips that cannot be played."""
    return clips.get(str(address).removeprefix(SCHEME)) if str(address).startswith(SCHEME) else None
