"""Models of the annotators' work; each module has one subject."""

from annotator.models.assignments import Assignment, LateOperation
from annotator.models.batches import Batch, Bookmark
from annotator.models.calibration import (
    AnswerSet,
    Attempt,
    Calibration,
    CalibrationDialogue,
    Qualification,
    Result,
    ResultItem,
)
from annotator.models.closed_dialogues import ClosedDialogue
from annotator.models.guidelines import Acknowledgement
from annotator.models.hours import FastLabelling, PayRate, SpeedCheck
from annotator.models.messages import Flag, Inquiry, Return
from annotator.models.moves import MovedAssignment
from annotator.models.slots import Slot
from annotator.models.work_plans import WorkPlan
from annotator.models.work_sums import DialogueWork, WorkMark, WorkSums

__all__ = [
    "Acknowledgement",
    "AnswerSet",
    "Assignment",
    "Attempt",
    "Batch",
    "Bookmark",
    "Calibration",
    "CalibrationDialogue",
    "ClosedDialogue",
    "DialogueWork",
    "FastLabelling",
    "Flag",
    "Inquiry",
    "LateOperation",
    "MovedAssignment",
    "PayRate",
    "Qualification",
    "Result",
    "ResultItem",
    "Return",
    "Slot",
    "SpeedCheck",
    "WorkMark",
    "WorkPlan",
    "WorkSums",
]
