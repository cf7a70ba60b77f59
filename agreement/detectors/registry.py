"""The detectors that `agreement.detect` runs."""

from agreement.detectors.base import Detector
from agreement.detectors.kinds.change_over_time import CarelessOnset, Drift
from agreement.detectors.kinds.copied_answers import CopiedAnswers
from agreement.detectors.kinds.duplicate_dialogue import DuplicateDialogue, DuplicatesDiffer
from agreement.detectors.kinds.expectations import BrokenExpectation
from agreement.detectors.kinds.links import IndependentLink, LinkOnNothing
from agreement.detectors.kinds.long_run import LongRun
from agreement.detectors.kinds.repeated_block import RepeatedBlock
from agreement.detectors.kinds.results import GoldBelowMark, QualificationFailed
from agreement.detectors.kinds.speed import FasterThanClip, NotPlayed
from agreement.detectors.kinds.unlike_others import UnlikeOthers
from common.errors import describe
from common.registry import Registry

DETECTORS: Registry[Detector] = Registry("detector")


def register(detector: Detector) -> None:
    """Add a detector and its texts.

    Raises:
        ValueError: another detector has this name.
    """
    DETECTORS.register(detector)
    name = detector.name
    describe({f"finding.{name}": detector.summary, f"finding.{name}.case": detector.case})


for _detector in (
    RepeatedBlock(),
    LongRun(),
    CopiedAnswers(),
    CarelessOnset(),
    FasterThanClip(),
    NotPlayed(),
    Drift(),
    UnlikeOthers(),
    LinkOnNothing(),
    IndependentLink(),
    BrokenExpectation(),
    DuplicateDialogue(),
    DuplicatesDiffer(),
    GoldBelowMark(),
    QualificationFailed(),
):
    register(_detector)
