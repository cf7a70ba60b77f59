"""Job handlers of this app; importing the package registers them."""

from agreement.jobs import adjudication, detection, label_index, live_figures, moves, reports

__all__ = ["adjudication", "detection", "label_index", "live_figures", "moves", "reports"]
