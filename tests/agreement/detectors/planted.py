"""Material with at least one case for each detector, for the contract test and their own tests."""

import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

from agreement.detectors.lines import Lines
from agreement.detectors.material import Material, TestResult
from benchmarks.detector_corpora import FAULTS, clean_corpus
from tests.agreement.detectors.material import answered

HEAD, BLOCK = [2, 2, 2], [*[0] * 23, 1, -1]
SEED = 3


@cache
def clean() -> Material:
    """A corpus of four members without a fault."""
    return clean_corpus(SEED)


@cache
def faulty(fault: str) -> Material:
    """The same corpus with one fault of the benchmark."""
    return FAULTS[fault][0](clean(), SEED)


def repeated_block() -> Material:
    honest = random.Random(1).choices(["joy", "anger", "neutral"], k=128)
    return answered({"emotion": honest, "pull": [f"v{each}" for each in HEAD + BLOCK * 5]})


def duplicate_dialogue() -> Material:
    """The third dialogue repeats the first."""
    material = answered({"emotion": ["joy"] * 20 + ["anger"] * 10})
    copied = [
        later._replace(text=earlier.text, speaker=earlier.speaker)
        for earlier, later in zip(material.lines[:10], material.lines[20:], strict=True)
    ]
    return replace(material, lines=Lines([*material.lines[:20], *copied]))


def link_on_nothing() -> Material:
    """A member gives the first link a value wherever both ends are absent."""
    material = clean()
    codebook, layout = material.codebook, material.layout
    assert codebook is not None
    assert layout is not None
    link = codebook.links[0]
    codes = material.codes.copy()
    absent = material.given[0].copy()
    for task, column in zip(codebook.tasks, layout.columns, strict=False):
        if task.slug in {link.source, link.target}:
            absent &= codes[0, :, column.start] == column.encode([task.default] if task.many else task.default)[0]
    codes[0, absent, next(each.start for each in layout.columns if each.slug == link.slug)] = 0
    return replace(material, codes=codes, _kept={})


def independent_link() -> Material:
    """A source's values of a link are drawn without a look at the utterance."""
    material = clean_corpus(SEED, dialogues=200)
    codebook, layout = material.codebook, material.layout
    assert codebook is not None
    assert layout is not None
    rng = np.random.default_rng(SEED)
    codes = material.codes.copy()
    column = next(each for each in layout.columns if each.slug == codebook.links[0].slug)
    codes[0, material.given[0], column.start] = rng.integers(0, len(column.answers), int(material.given[0].sum()))
    return replace(material, codes=codes, _kept={})


def gold(right: int, purpose: str) -> Material:
    return replace(clean(), results=[TestResult("annotator-1", purpose, right, 100, 80)], _kept={})


PLANTED: dict[str, Callable[[], Material]] = {
    "repeated_block": lambda: faulty("block of 40 repeated"),
    "long_run": lambda: faulty("defaults at the end"),
    "copied_answers": lambda: faulty("30 % copied"),
    "careless_onset": lambda: faulty("careless at the end"),
    "faster_than_clip": lambda: faulty("half not played"),
    "not_played": lambda: faulty("half not played"),
    "drift": lambda: FAULTS["drift of sentiment"][0](clean_corpus(SEED, dialogues=480), SEED),
    "unlike_others": lambda: faulty("sentiment one step off"),
    "link_on_nothing": link_on_nothing,
    "independent_link": independent_link,
    "broken_expectation": clean,
    "duplicate_dialogue": duplicate_dialogue,
    "duplicates_differ": duplicate_dialogue,
    "gold_below_mark": lambda: gold(60, "gold"),
    "qualification_failed": lambda: gold(60, "test"),
}
