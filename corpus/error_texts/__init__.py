"""Texts of error codes, job kinds and stages; importing the package registers them."""

from corpus.error_texts import codebooks, corpora, episodes, findings, imports, life_cycle, selection, subtitles, tables

__all__ = ["codebooks", "corpora", "episodes", "findings", "imports", "life_cycle", "selection", "subtitles", "tables"]
