"""What a release may be asked to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from common.errors import Refused
from corpus.models import Rater
from export.splits.assignment import GROUPS, Group

SPLIT_KINDS = ("random", "source")
KINDS_OF_RATERS = {"members": Rater.Kind.MEMBER, "source": Rater.Kind.SOURCE}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a release; with the corpus's state and the seed they settle every byte of it.

    Attributes:
        split: "random", or "source" to keep the split in which a source published its dialogues.
        group: what the splits must not share.
        ratios: shares of train, dev and test; say nothing to a source's split.
        seed: of the random split.
        raters: slugs of raters, or "members", or "source"; empty: members, or whoever has labels if no member has.
        clips: copy the clips into the release.
    """

    split: str = "random"
    group: Group = "dialogue"
    ratios: tuple[int, int, int] = (80, 10, 10)
    seed: int = 0
    raters: tuple[str, ...] = ()
    clips: bool = False

    def as_document(self) -> dict[str, Any]:
        """Return the options for JSON."""
        return {**asdict(self), "ratios": list(self.ratios), "raters": list(self.raters)}


def checked(document: Mapping[str, Any]) -> Options:
    """Return options from what a form, a command or a stored row says.

    Raises:
        Refused: `export.bad_option`, `export.bad_ratios`.
    """
    options = Options(
        **{
            **document,
            "ratios": ratios(document.get("ratios", (80, 10, 10))),
            "raters": tuple(document.get("raters", ())),
        }
    )
    if options.split not in SPLIT_KINDS or options.group not in GROUPS:
        raise Refused("export.bad_option", option=f"{options.split}, {options.group}")
    return options


def ratios(shares: str | Sequence[int]) -> tuple[int, int, int]:
    """Return the shares of train, dev and test from "80,10,10" or three numbers.

    Raises:
        Refused: `export.bad_ratios`.
    """
    parts = shares.split(",") if isinstance(shares, str) else list(shares)
    try:
        train, dev, test = (int(part) for part in parts)
    except ValueError:
        raise Refused("export.bad_ratios", ratios=str(shares)) from None
    if min(train, dev, test) <= 0:
        raise Refused("export.bad_ratios", ratios=str(shares))
    return train, dev, test
