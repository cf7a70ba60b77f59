"""Job handlers of this app; importing the package registers them."""

from agreement.detectors import detection
from agreement.jobs import adjudication, label_index, moves, reports

__all__ = ["adjudication", "detection", "label_index", "moves", "reports"]
