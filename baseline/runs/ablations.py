"""Ablations: a network with one part left out or replaced, each a row of the tables beside the whole one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from baseline.options import Options
from baseline.runs.variants import Variant

SINGLE, HARD = "single", "hard-sharing"


def ablations(model: str, options: Options, modalities: Mapping[str, str], *, has_links: bool) -> list[Variant]:
    """Return the variants of a network by modality, fusion, context, links and sharing.

    Args:
        model: name of the whole network.
        options: of the whole network.
        modalities: features -> their modality.
        has_links: whether the release has links.
    """
    names = list(dict.fromkeys(modalities[each] for each in options.features))
    found: list[Variant] = []

    def add(what: str, changed: Options, instead: str = model) -> None:
        found.append(Variant(f"{model}, {what}", instead, changed))

    if len(names) > 1:
        for name in names:
            add(f"without {name}", replace(options, features=_of(options.features, modalities, name, kept=False)))
        for name in names if len(names) > 2 else []:
            add(f"{name} alone", replace(options, features=_of(options.features, modalities, name, kept=True)))
        add("plain fusion", replace(options, fusion="concatenation"))
    if options.context != "none":
        add("without context", replace(options, context="none"))
    if options.context == "dialogue":
        add("past context", replace(options, context="past"))
    if has_links and options.links == "output":
        add("links as supervision", replace(options, links="supervision"))
        add("without links", replace(options, links="none"))
    add("a network per task", options, SINGLE)
    if model != HARD:
        add("hard sharing", options, HARD)
    return found


def _of(features: Sequence[str], modalities: Mapping[str, str], name: str, *, kept: bool) -> tuple[str, ...]:
    return tuple(each for each in features if (modalities[each] == name) == kept)
