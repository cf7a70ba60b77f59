"""Variants of a model: rows of the tables beside the model itself."""

from __future__ import annotations

from dataclasses import dataclass

from baseline.options import Options


@dataclass(frozen=True)
class Variant:
    """A model with changed options.

    Attributes:
        name: of its row.
        model: name of the model.
        options: of its runs.
    """

    name: str
    model: str
    options: Options
