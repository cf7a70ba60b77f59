"""A small codebook with every kind of question, and fitted methods."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from agreement.consensus.labelling import labels
from agreement.consensus.method import Answers, Consensus
from agreement.consensus.patterns import PatternCollector
from agreement.consensus.registry import choose
from agreement.simulation.truth import Codes
from corpus.rules.codebook import Codebook, CodeLayout, parse

CODEBOOK = """
name: small
tasks:
  mood: {scale: ordinal, choices: [bad, even, good], default: even, perspective: speaker}
  irony: {scale: binary, choices: ["no", "yes"], default: "no", perspective: viewer}
  tags: {scale: nominal, choices: [plain, loud, sad], default: plain, perspective: viewer, many: true}
links:
  irony_mood: {from: irony, to: mood, values: [-1, 0, 1], asked_when: "irony == yes"}
"""
LINK = "irony_mood"


def small() -> Codebook:
    return parse(CODEBOOK)


def raters(*answers: dict[str, Any]) -> dict[str, Answers]:
    return {f"annotator-{number}": given for number, given in enumerate(answers, 1)}


def labelled(
    codebook: Codebook, answers: Mapping[str, Answers], method: str = "majority", corpus: Codes | None = None
) -> dict[str, Consensus]:
    """Return the labels of one utterance by a method; `corpus` holds the answers (R, N, W) that it is fitted to."""
    patterns = {}
    if choose(method).method.reads_corpus:
        collector = PatternCollector(codebook, tuple(sorted(answers)))
        if corpus is not None:
            collect(collector, corpus)
        patterns = collector.patterns()
    return labels(codebook, answers, choose(method).fit(patterns))


def collect(collector: PatternCollector, corpus: Codes) -> None:
    count, width = corpus.shape[1:]
    utterance, rater = np.divmod(np.arange(count * len(corpus)), len(corpus))
    collector.add(utterance, rater, corpus.transpose(1, 0, 2).reshape(-1, width))


def profile(**answers: Any) -> dict[str, Any]:
    return {"mood": "even", "irony": "no", "tags": ["plain"], LINK: "not_applicable"} | answers


def decoded(codebook: Codebook, codes: Codes) -> list[dict[str, Any]]:
    layout = CodeLayout(codebook)
    return [layout.decode(row.astype("<i2").tobytes()) for row in codes]
