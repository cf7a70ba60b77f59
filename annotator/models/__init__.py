"""The people's work; each module has one subject."""

from annotator.models.assignments import Assignment, SetAside
from annotator.models.slots import Slot

__all__ = ["Assignment", "SetAside", "Slot"]
