"""The options of a release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from agreement.consensus import registry as consensus
from common.errors import Refused
from corpus.models import Rater
from export.formats import registry as formats
from export.splits.assignment import GROUPS, Group

SPLIT_KINDS = ("random", "source", "like")
AUTO = "auto"  # episodes from ten of them on, else dialogues
MOST_FOLDS = 100
KINDS_OF_RATERS = {"members": Rater.Kind.MEMBER, "source": Rater.Kind.SOURCE}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a release; together with the state of the corpus they determine every byte of it.

    Attributes:
        split: "random", "source" for the split in which a source published its dialogues, or "like" for that of an
            earlier release.
        like: the earlier release: its name, or its folder.
        group: the unit that splits must not share; "auto" for episodes if there are at least ten, else dialogues.
        ratios: shares of train, dev and test; ignored for a source's split.
        seed: of the random split; another one than that of earlier releases is a fresh draw.
        stratify: questions whose labels are distributed evenly; all, if empty.
        folds: number of folds of equal size instead of train, dev and test; 0 for those.
        leave_out: one fold per series.
        figures: write figures and tables for a data paper.
        raters: slugs of raters, or "members", or "source"; empty: members, or everyone with annotations if no member
            has any.
        clips: copy the clips into the release.
        consensus: the consensus method, a name with its number if it takes one, see `agreement.consensus.registry`.
        incomplete: also label utterances that not all their k annotators have labelled.
        formats: names of the formats besides the native one.
        keep_labels: utterances imported from a release of Concord keep its labels, instead of labels by the method.
        allow_empty: release also if a question has answers, but no label, because none of them can be compared.
    """

    split: str = "random"
    group: Group | Literal["auto"] = "auto"
    ratios: tuple[int, int, int] = (80, 10, 10)
    seed: int = 0
    raters: tuple[str, ...] = ()
    clips: bool = False
    consensus: str = consensus.DEFAULT
    incomplete: bool = False
    formats: tuple[str, ...] = formats.DEFAULT
    allow_empty: bool = False
    keep_labels: bool = False
    like: str = ""
    stratify: tuple[str, ...] = ()
    folds: int = 0
    leave_out: bool = False
    figures: bool = False

    def as_document(self) -> dict[str, Any]:
        """Return the options for JSON; those that earlier versions did not have only if they are not the default."""
        document = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        defaults = {
            "consensus": consensus.DEFAULT,
            "incomplete": False,
            "formats": list(formats.DEFAULT),
            "allow_empty": False,
            "keep_labels": False,
            "like": "",
            "stratify": [],
            "folds": 0,
            "leave_out": False,
            "figures": False,
        }
        return {name: value for name, value in document.items() if defaults.get(name) != value}


def checked(document: Mapping[str, Any]) -> Options:
    """Return options from a document that a form, a command or a stored row holds.

    Raises:
        Refused: `export.bad_option`, `export.bad_ratios`, `export.source_folds`.
    """
    lists = {name: tuple(document[name]) for name in ("raters", "formats", "stratify") if name in document}
    method = consensus_method(document.get("consensus", consensus.DEFAULT))
    options = Options(
        **{
            **document,
            **lists,
            "ratios": ratios(document.get("ratios", (80, 10, 10))),
            "consensus": method,
        }
    )
    if options.split not in SPLIT_KINDS or options.group not in (*GROUPS, AUTO):
        raise Refused("export.bad_option", option=f"{options.split}, {options.group}")
    if options.folds and not 2 <= options.folds <= MOST_FOLDS:
        raise Refused("export.bad_option", option=f"{options.folds} folds")
    if options.split == "source" and (options.folds or options.leave_out):
        raise Refused("export.source_folds")
    if (options.split == "like") != bool(options.like):
        raise Refused("export.bad_option", option=f"like {options.like}")
    if unknown := [name for name in options.formats if name not in formats.FORMATS or name == formats.NATIVE.name]:
        raise Refused("export.bad_option", option=", ".join(unknown))
    return options


def consensus_method(text: str) -> str:
    """Return the name and number of a consensus method, from a text like `threshold` or `threshold:2/3`.

    Raises:
        Refused: `export.bad_method`.
    """
    try:
        return str(consensus.choose(text))
    except ValueError:
        raise Refused("export.bad_method", method=text, known=", ".join(consensus.METHODS)) from None


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
