"""Models of agreement and adjudication; each module has one subject."""

from agreement.models.acceptances import AcceptedConsensus, ConsensusAcceptance
from agreement.models.adjudication import (
    AdjudicationCase,
    AdjudicationQueue,
    AdjudicationSettings,
    CaseHold,
    CaseRank,
    LabelScore,
    LateDecision,
)
from agreement.models.decisions import Decision, DecisionRevision, Outcome
from agreement.models.detection import DetectionLook, DetectionSettings, ExclusionRules
from agreement.models.feedback import ShownFeedback
from agreement.models.live_figures import LiveFigures
from agreement.models.reports import Report
from agreement.models.rulings import Ruling, RulingUtterance

__all__ = [
    "AcceptedConsensus",
    "AdjudicationCase",
    "AdjudicationQueue",
    "AdjudicationSettings",
    "CaseHold",
    "CaseRank",
    "ConsensusAcceptance",
    "Decision",
    "DecisionRevision",
    "DetectionLook",
    "DetectionSettings",
    "ExclusionRules",
    "LabelScore",
    "LateDecision",
    "LiveFigures",
    "Outcome",
    "Report",
    "Ruling",
    "RulingUtterance",
    "ShownFeedback",
]
