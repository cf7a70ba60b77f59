"""Job handlers of this app; importing the package registers them."""

from corpus.jobs import episodes, imports

__all__ = ["episodes", "imports"]
