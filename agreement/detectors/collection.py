"""All detectors over one material, at a level that holds for their cases together. No database."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agreement.detectors.base import Detection, Detector
from agreement.detectors.material import Material
from agreement.detectors.registry import DETECTORS

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
        found[detector.name] = [case for case in detector.detect(material) if _counts(detector, case, now, tests)]
    return {detector.name: _unexplained(detector, found) for detector in detectors}


def _counts(detector: Detector, case: Detection, look: Look, tests: int) -> bool:
    if case.p_value is None:
        return True
    share = 1.0 if look.is_known(detector.name, case) else look.level
    return case.p_value <= share * LEVEL / tests


def _unexplained(detector: Detector, found: Mapping[str, list[Detection]]) -> list[Detection]:
    explained = {
        case.rater for kind in detector.explained_by for case in found.get(kind, ()) if case.severity != "note"
    }
    explained.discard("")
    return [case for case in found[detector.name] if case.rater not in explained or not detector.explained_by]
