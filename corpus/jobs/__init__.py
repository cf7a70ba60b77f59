"""Job handlers of this app; importing the package registers them."""

from corpus.jobs import deletion, episodes, imports

__all__ = ["deletion", "episodes", "imports"]
