"""The detectors that `agreement.detect` runs."""

from agreement.detectors.base import Detector
from agreement.detectors.duplicate_dialogue import DuplicateDialogue
from agreement.detectors.repeated_block import RepeatedBlock
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


register(RepeatedBlock())
register(DuplicateDialogue())
