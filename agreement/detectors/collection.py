"""All detectors over one material, at a level that holds for their cases together. No database."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from agreement.detectors.base import Detection, Detector
from agreement.detectors.material import Material
from agreement.detectors.registry import DETECTORS
from corpus.rules.codebook.codes import MISSING

LEVEL = 0.01  # probability of a false alarm of all tests together, over the whole life of a corpus
UNIT = 500  # answered utterances that spend half of it


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a growing corpus.

    Attributes:
        level: share of `LEVEL` that this look may spend on new cases.
        is_known: whether an earlier look found a case of a detector; it stays while it would be found at `LEVEL`.
    """

    level: float = 1.0
    is_known: Callable[[str, Detection], bool] = lambda _name, _case: False


def spent(answered: int) -> float:
    """Return the share of `LEVEL` that is spent when so many utterances have been answered, in annotations.

    It grows with the logarithm of the answers. So a look may spend what the new answers since the look before add,
    however often one looks, and all looks together never spend more than 1 (Lan and DeMets 1983; the looks are joined
    by Bonferroni's inequality, so no assumption about their dependence is needed).
    """
    doublings = math.log2(1 + answered / UNIT)
    return doublings / (1 + doublings)


def detect_all(
    material: Material, look: Look | None = None, *, progress: Callable[[int, int], None] | None = None
) -> Mapping[str, list[Detection]]:
    """Return the cases of every registered detector by its name.

    Args:
        material: the corpus.
        look: the level of this look, and the known cases; default: the one and only look.
        progress: called before each detector with the number done and their total.
    """
    now, detectors = look or Look(), list(DETECTORS)
    tests = sum(detector.is_test for detector in detectors)
    found: dict[str, list[Detection]] = {}
    for done, detector in enumerate(detectors):
        if progress:
            progress(done, len(detectors))
        sound = without_cases(material, [case for kind in detector.explained_by for case in found.get(kind, ())])
        found[detector.name] = [case for case in detector.detect(sound) if _counts(detector, case, now, tests)]
    return found


def without_cases(material: Material, cases: Sequence[Detection]) -> Material:
    """Return the material without the answers that some cases concern; the same material if there are none."""
    if not cases or material.layout is None:
        return material
    codes = material.codes.copy()
    number = {rater.slug: place for place, rater in enumerate(material.raters)}
    columns = {column.slug: column.start for column in material.layout.columns}
    for case in cases:
        rows = material.rows_of(case.rows)
        for start in [columns[case.task]] if case.task else columns.values():
            codes[number[case.rater], rows, start] = MISSING
    return replace(material, codes=codes, _kept={})


def _counts(detector: Detector, case: Detection, look: Look, tests: int) -> bool:
    if case.p_value is None:
        return True
    share = 1.0 if look.is_known(detector.name, case) else look.level
    return case.p_value <= share * LEVEL / tests
