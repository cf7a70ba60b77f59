"""The true answers to the utterances of a corpus: taken from answers, or drawn by frequencies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.rules.codebook import Codebook, CodeLayout, Link, Task, applies
from corpus.rules.codebook.codes import BITS, NOT_APPLICABLE_CODE, Column

Codes = npt.NDArray[np.int16]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Frequencies = Mapping[str, Sequence[float]]  # question slug -> share of each possible answer, in the codebook's order


@dataclass(frozen=True, slots=True)
class Truth:
    """The true answers to N utterances.

    Attributes:
        codebook: their questions.
        dialogue: (N,) a number per dialogue; its utterances follow one another.
        codes: (N, W) in the layout of the codebook; links that are not asked are *not applicable*.
    """

    codebook: Codebook
    dialogue: Ints
    codes: Codes

    def __len__(self) -> int:
        return len(self.codes)


def truth_of(codebook: Codebook, answers: Iterable[Mapping[str, Any]], dialogue: Ints) -> Truth:
    """Return given answers as the truth, such as the published labels of an imported corpus.

    Args:
        codebook: their questions.
        answers: complete and settled, utterance by utterance.
        dialogue: (N,) a number per dialogue.
    """
    layout = CodeLayout(codebook)
    packed = b"".join(layout.encode(each) for each in answers)
    return Truth(codebook, dialogue, np.frombuffer(packed, "<i2").reshape(-1, layout.width).astype(np.int16))


def synthetic_truth(
    codebook: Codebook, dialogue: Ints, *, seed: int, frequencies: Frequencies | None = None, repeats: float = 0.3
) -> Truth:
    """Draw the true answers to N utterances.

    Args:
        codebook: the questions.
        dialogue: (N,) a number per dialogue; its utterances follow one another.
        seed: of the random numbers.
        frequencies: shares of the answers; for a task with several choices the share of utterances that have each
            choice. A question without an entry gets `usual_frequencies`.
        repeats: probability that an utterance has the answer of the one before it in its dialogue, for each task.
    """
    rng = np.random.default_rng([seed, 0])
    layout, shares = CodeLayout(codebook), frequencies or {}
    codes = np.zeros((len(dialogue), layout.width), dtype=np.int16)
    first = np.diff(dialogue, prepend=-1) != 0
    for question, column in zip(codebook.questions, layout.columns, strict=True):
        own = np.asarray(shares.get(question.slug, usual_frequencies(question)), dtype=np.float64)
        if isinstance(question, Link):
            asked = asked_links(codebook, codes)[question.slug]
            drawn = rng.choice(len(own), len(codes), p=own / own.sum())
            codes[:, column.start] = np.where(asked, drawn, NOT_APPLICABLE_CODE)
            continue
        fresh = _drawn_choices(question, column, own, len(codes), rng)
        is_fresh = first | (rng.random(len(codes)) >= repeats)
        origin = np.maximum.accumulate(np.where(is_fresh, np.arange(len(codes)), 0))
        codes[:, column.start : column.start + column.width] = fresh[origin]
    return Truth(codebook, dialogue, codes)


def usual_frequencies(question: Task | Link) -> list[float]:
    """Return shares like those of an affect corpus: the default choice has 60 %, each further choice half of the one
    before; a task with several choices gives 40 % to the first. Values of a link are all as frequent.
    """
    if isinstance(question, Link):
        return [1 / len(question.values)] * len(question.values)
    if question.many:
        return [0.4 * 0.6**place for place in range(len(question.choices))]
    slugs = question.slugs()
    halves = 0.5 ** np.arange(1, len(slugs))
    others = iter(0.4 * halves / halves.sum())
    return [0.6 if slug == question.default else float(next(others)) for slug in slugs]


def asked_links(codebook: Codebook, codes: Codes) -> dict[str, Bools]:
    """Return link slug -> (N,) whether the link is asked, given the answers to the tasks.

    Args:
        codebook: the questions.
        codes: (N, W); the cells of the links are not read.
    """
    layout = CodeLayout(codebook)
    width = sum(column.width for column in layout.columns[: len(codebook.tasks)])
    tasks = np.ascontiguousarray(codes[:, :width])
    profiles, place = np.unique(tasks, axis=0, return_inverse=True)
    padded = np.full((len(profiles), layout.width), -1, dtype="<i2")
    padded[:, :width] = profiles
    answers = [layout.decode(row.tobytes()) for row in padded]
    return {
        link.slug: np.array([applies(link, each) for each in answers], dtype=bool)[place.reshape(-1)]
        for link in codebook.links
    }


def bits_of(column: Column, cells: Codes) -> Bools:
    """Return (N, V) whether each choice is in the sets of bits (N, width) of a task with several choices."""
    places = np.arange(len(column.answers))
    found: Bools = (cells[:, places // BITS] >> (places % BITS) & 1).astype(bool)
    return found


def cells_of(column: Column, chosen: Bools) -> Codes:
    """Return the cells (N, width) of sets of choices (N, V)."""
    cells = np.zeros((len(chosen), column.width), dtype=np.int16)
    for place in range(chosen.shape[1]):
        cells[:, place // BITS] |= (chosen[:, place].astype(np.int16) << place % BITS).astype(np.int16)
    return cells


def _drawn_choices(task: Task, column: Column, shares: Floats, count: int, rng: np.random.Generator) -> Codes:
    if not task.many:
        return rng.choice(len(shares), count, p=shares / shares.sum()).astype(np.int16)[:, None]
    chosen = rng.random((count, len(shares))) < shares
    chosen[~chosen.any(axis=1), task.slugs().index(task.default)] = True
    return cells_of(column, chosen)
