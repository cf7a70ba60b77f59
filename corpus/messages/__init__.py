"""Texts of error codes, job kinds and stages; importing the package registers them."""

from corpus.messages import codebooks, corpora, episodes, findings, imports

__all__ = ["codebooks", "corpora", "episodes", "findings", "imports"]
