"""Moves of answers from one codebook version to another: the mapping, its proposal, and what becomes of each answer.

`propose` compares two versions and proposes a mapping, `read_mapping` reads one from YAML, `Mover` moves answers by it.
"""

from corpus.rules.moves.comparison import Change, compare
from corpus.rules.moves.mapping import (
    Mapping,
    MappingFault,
    QuestionMapping,
    as_document,
    completed,
    from_document,
    inverse,
)
from corpus.rules.moves.mapping_yaml import as_yaml, read_mapping
from corpus.rules.moves.moving import Moved, Mover
from corpus.rules.moves.proposal import Proposal, propose

__all__ = [
    "Change",
    "Mapping",
    "MappingFault",
    "Moved",
    "Mover",
    "Proposal",
    "QuestionMapping",
    "as_document",
    "as_yaml",
    "compare",
    "completed",
    "from_document",
    "inverse",
    "propose",
    "read_mapping",
]
