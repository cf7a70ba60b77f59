"""Clean corpora for `benchmarks.detectors`, and the same corpora with one planted fault.

The generator shares nothing with the nulls of the detectors: raters have confusion matrices of their own, are better
at one question than at another, understand some dialogues badly as a whole, find some utterances hard together, work
at different speeds and in different orders, and dialogues have moods of their own, a fifth of them neutral throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from agreement.detectors.lines import Ints, Lines, Row
from agreement.detectors.material import Material, MaterialRater
from agreement.simulation import faults
from agreement.simulation.confusions import confusions
from agreement.simulation.raters import Dependence, RaterModel, simulated_answers
from agreement.simulation.truth import Codes, Truth, asked_links, usual_frequencies
from corpus.rules.codebook import Codebook, CodeLayout, parse
from corpus.rules.codebook.codes import MISSING, NOT_APPLICABLE_CODE

CODEBOOK = Path(__file__).resolve().parents[1] / "corpus/shipped_codebooks/affect-dialogue.yaml"
SECOND = 1_000_000  # µs
RATERS, PLACES = 4, 3


def clean_corpus(seed: int, *, dialogues: int = 120, codebook: Codebook | None = None) -> Material:
    """Return a corpus without a fault: four members, three of whom label each dialogue."""
    rng = np.random.default_rng([seed, 101])
    rules = codebook or parse(CODEBOOK.read_text(encoding="utf-8"))
    length = rng.integers(2, 16, dialogues)
    dialogue = np.repeat(np.arange(dialogues), length)
    truth = _truth(rules, dialogue, rng)
    models = []
    for place in range(RATERS):
        usual = rng.uniform(0.7, 0.92)
        accuracies = {each.slug: float(np.clip(usual + rng.normal(0, 0.04), 0.55, 0.97)) for each in rules.questions}
        models.append(RaterModel(f"annotator-{place + 1}", confusions(rules, accuracies), absent=0.0))
    spread = Dependence(float(rng.uniform(0.3, 1.0)), float(rng.uniform(0.5, 1.2)))
    codes = simulated_answers(truth, models, seed=seed, dependence=spread)
    absent = np.argsort(rng.random((dialogues, RATERS)), axis=1)[:, PLACES:]
    for place in range(RATERS):
        codes[place, (absent == place).any(axis=1)[dialogue]] = MISSING
    lines = [
        Row(f"dialogue-{each}", f"D_{each}", f"utterance-{place}", "", None, f"speaker {place % 2}", f"{seed} {place}")
        for place, each in enumerate(dialogue.tolist())
    ]
    clip = np.exp(rng.normal(np.log(2500), 0.6, len(dialogue))).astype(np.int64)
    moment, active, played = (np.zeros((RATERS, len(dialogue)), dtype=np.int64) for _ in range(3))
    for place in range(RATERS):
        slow, skips = rng.uniform(1.0, 2.5), rng.uniform(0.0, 0.08)
        thinking = np.exp(rng.normal(np.log(2500 * slow), 0.5, len(dialogue)))
        is_played = rng.random(len(dialogue)) >= skips
        played[place] = np.where(is_played, clip * rng.choice([1.0, 1.0, 1.0, 2.0, 0.9], len(dialogue)), 0)
        active[place] = thinking + np.where(is_played, clip, 0)
        moment[place] = _moments(dialogue, rng)
    for each in (moment, active, played):
        each[codes[:, :, 0] == MISSING] = 0
    return Material(
        codebook=rules,
        lines=Lines(lines),
        raters=[MaterialRater(model.slug, "member") for model in models],
        codes=codes,
        clip_ms=clip,
        moment=moment,
        active_ms=active,
        played_ms=played,
    )


def until(material: Material, moment: int) -> Material:
    """Return a corpus as it was at a moment (µs): later answers are missing."""
    codes = material.codes.copy()
    codes[material.moment > moment] = MISSING
    return replace(material, codes=codes, _kept={})


def _truth(codebook: Codebook, dialogue: Ints, rng: np.random.Generator) -> Truth:
    """Draw true answers whose dialogues have moods, and links that follow from their ends."""
    layout = CodeLayout(codebook)
    count = int(dialogue.max()) + 1
    codes = np.zeros((len(dialogue), layout.width), dtype=np.int16)
    is_first = np.diff(dialogue, prepend=-1) != 0
    is_flat = rng.random(count) < 0.2
    for task, column in zip(codebook.tasks, layout.columns, strict=False):
        shares = np.array(usual_frequencies(task))
        moods = rng.dirichlet(shares / shares.sum() * 6 + 0.05, count)
        default = column.encode([task.default] if task.many else task.default)[0]
        drawn = (moods.cumsum(axis=1)[dialogue, :-1] < rng.random(len(dialogue))[:, None]).sum(axis=1)
        drawn = np.where(is_flat[dialogue], default, 1 << drawn if task.many else drawn)
        stays = (rng.random(len(dialogue)) < rng.uniform(0.1, 0.6, count)[dialogue]) & ~is_first
        origin = np.maximum.accumulate(np.where(stays, 0, np.arange(len(dialogue))))
        codes[:, column.start] = drawn[origin]
    asked = asked_links(codebook, codes)
    starts = {column.slug: column.start for column in layout.columns}
    for link in codebook.links:
        usual = (codes[:, starts[link.source]] * 2 + codes[:, starts[link.target]] * 3) % len(link.values)
        other = rng.integers(0, len(link.values), len(codes))
        value = np.where(rng.random(len(codes)) < 0.6, usual, other)
        codes[:, starts[link.slug]] = np.where(asked[link.slug], value, NOT_APPLICABLE_CODE)
    return Truth(codebook, dialogue, codes)


def _moments(dialogue: Ints, rng: np.random.Generator) -> Ints:
    """Return (N,) µs: dialogues in an order of their own, utterances ten seconds apart."""
    rank = np.argsort(np.argsort(rng.random(int(dialogue.max()) + 1)))
    place = np.arange(len(dialogue)) - np.flatnonzero(np.diff(dialogue, prepend=-1) != 0)[dialogue]
    moments: Ints = (1 + rank[dialogue] * 300 + place * 10) * SECOND
    return moments


def _of_first(material: Material, rater: int, codes: Codes) -> Material:
    changed = material.codes.copy()
    changed[rater] = codes
    return replace(material, codes=changed, _kept={})


def _last(material: Material, rater: int, share: float) -> Ints:
    order = material.order(rater)
    return order[int((1 - share) * len(order)) :]


def block(material: Material, seed: int) -> Material:  # noqa: ARG001 -- every fault takes one
    """A question of one member repeats a block of 40 over the last 60 % of the work."""
    assert material.layout is not None
    column = material.layout.columns[1]
    cells = slice(column.start, column.start + column.width)
    return _of_first(material, 0, faults.repeated_block(material.codes[0], _last(material, 0, 0.6), cells, 40))


def run(material: Material, seed: int) -> Material:  # noqa: ARG001 -- every fault takes one
    """One member answers the last 15 % of the work with the defaults."""
    assert material.codebook is not None
    return _of_first(material, 0, faults.one_answer(material.codebook, material.codes[0], _last(material, 0, 0.15)))


def careless(material: Material, seed: int) -> Material:
    """One member answers 70 % of the last 40 % of the work at random, in half of the time."""
    assert material.codebook is not None
    rows = _last(material, 0, 0.4)
    active = material.active_ms.copy()
    active[0, rows] //= 2
    spoilt = faults.careless(material.codebook, material.codes[0], rows, share=0.7, seed=seed)
    return replace(_of_first(material, 0, spoilt), active_ms=active, _kept={})


def copying(material: Material, seed: int) -> Material:
    """One member copies 30 % of the dialogues from another."""
    rng = np.random.default_rng([seed, 102])
    both = material.given[0] & material.given[1]
    chosen = rng.random(material.dialogues) < 0.3
    rows = np.flatnonzero(both & chosen[material.dialogue])
    return _of_first(material, 0, faults.copied(material.codes[0], material.codes[1], rows))


def fast(material: Material, seed: int) -> Material:
    """One member answers half of the utterances in a third of the clip's time, without playing."""
    rng = np.random.default_rng([seed, 103])
    rows = np.flatnonzero(material.given[0] & (rng.random(len(material)) < 0.5))
    active, played = material.active_ms.copy(), material.played_ms.copy()
    active[0, rows], played[0, rows] = material.clip_ms[rows] // 3, 0
    return replace(material, active_ms=active, played_ms=played, _kept={})


def drift(material: Material, seed: int) -> Material:
    """One member comes to call negative sentiment neutral, up to 80 % at the end."""
    column = _column(material, "sentiment")
    spoilt = faults.drifting(material.codes[0], material.order(0), column, from_code=0, to_code=1, seed=seed, most=0.8)
    return _of_first(material, 0, spoilt)


def unlike(material: Material, seed: int) -> Material:
    """One member answers 60 % of sentiment one step off."""
    column = _column(material, "sentiment")
    return _of_first(
        material, 0, faults.unlike(material.codes[0], material.order(0), column, answers=3, seed=seed, share=0.6)
    )


def _column(material: Material, slug: str) -> int:
    assert material.layout is not None
    return next(each.start for each in material.layout.columns if each.slug == slug)


# name -> the fault and the detectors that count as having found it
FAULTS: dict[str, tuple[Callable[[Material, int], Material], tuple[str, ...]]] = {
    "block of 40 repeated": (block, ("repeated_block",)),
    "defaults at the end": (run, ("long_run",)),
    "careless at the end": (careless, ("careless_onset",)),
    "30 % copied": (copying, ("copied_answers",)),
    "half not played": (fast, ("not_played", "faster_than_clip")),
    "drift of sentiment": (drift, ("drift", "careless_onset")),
    "sentiment one step off": (unlike, ("unlike_others",)),
}
