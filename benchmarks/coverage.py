"""Coverage of the 95 % intervals in simulated corpora; `python -m benchmarks.coverage [--runs 1000]`.

Each setting is a generator of corpora: dialogues of 3 to 11 utterances, a prevalence that differs between dialogues
(Beta, `dependence` is its sum of parameters; 0 for none), annotators who repeat an answer with a skill that differs
between dialogues. The truth is the figure of one corpus of 200,000 dialogues. Columns: mean number of dialogues with
the rarer answers; share of the corpora whose interval is shown without grey; how often these intervals hold the truth;
how often those shown in grey do; and, for comparison, the symmetric interval value +- t(G-1) * error with the rule of
50 dialogues, which the program had before. A column with fewer than 200 intervals has a dash.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agreement.statistics.answers.ratings import Ratings, ratings
from agreement.statistics.intervals.by_dialogues import figures_of, quantile
from agreement.statistics.intervals.figures import FEW, PERFECT, Figure
from agreement.statistics.measures.registry import MEASURES

TRUTH_DIALOGUES = 200_000
LEAST = 200


@dataclass(frozen=True)
class Setting:
    """A generator of corpora.

    Attributes:
        measure: name of a registry entry; of its figures the last one is taken.
        dialogues: their number.
        shares: of the categories; the last one is the rare one.
        dependence: of the categories within a dialogue; 0 for none, else the smaller the stronger.
        skill: mean probability that an annotator gives the true answer; otherwise one drawn from the shares.
        raters: their number.
        level: of measurement.
    """

    measure: str
    dialogues: int
    shares: tuple[float, ...]
    dependence: float
    skill: float
    raters: int = 3
    level: str = "nominal"

    def draw(self, rng: np.random.Generator, dialogues: int) -> Ratings:
        """Return the ratings of a corpus."""
        sizes = rng.integers(3, 12, dialogues)
        dialogue = np.repeat(np.arange(dialogues), sizes)
        shares = np.asarray(self.shares)
        own = rng.dirichlet(shares * self.dependence, dialogues) if self.dependence else np.tile(shares, (dialogues, 1))
        truth = _drawn(rng, own[dialogue])
        skill = rng.beta(6 * self.skill, 6 * (1 - self.skill), dialogues)[dialogue]
        other = _drawn(rng, np.tile(shares, (len(dialogue) * self.raters, 1))).reshape(-1, self.raters)
        codes = np.where(rng.random((len(dialogue), self.raters)) < skill[:, None], truth[:, None], other)
        return ratings(codes, len(shares), dialogue, level=self.level)  # type: ignore[arg-type]

    def figure(self, rng: np.random.Generator, dialogues: int) -> Figure:
        """Return the figure of a corpus."""
        return figures_of([MEASURES[self.measure].estimates(self.draw(rng, dialogues))[-1]])[0]


RARE = [
    Setting("alpha_of_label", dialogues, (1 - share, share), dependence, skill, raters)
    for dialogues, share in ((60, 0.01), (60, 0.05), (200, 0.01), (200, 0.03), (1000, 0.005), (1000, 0.02))
    for dependence in (0, 1)
    for skill, raters in ((0.5, 3), (0.85, 2))
]
SKEWED, EVEN = (0.5, 0.2, 0.15, 0.1, 0.05), (0.25, 0.25, 0.25, 0.25)
OTHERS = [
    Setting(measure, dialogues, shares, 2, skill, 3, level)
    for measure, level, shares in (
        ("alpha", "nominal", SKEWED),
        ("alpha", "ordinal", SKEWED),
        ("alpha_quadratic", "ordinal", EVEN),
        ("fleiss", "nominal", SKEWED),
        ("ac1", "nominal", (0.9, 0.1)),
        ("percent", "nominal", (0.97, 0.03)),
        ("specific_agreement", "nominal", (0.95, 0.05)),
        ("conger", "nominal", SKEWED),
        ("cohen", "nominal", SKEWED),
    )
    for dialogues in (25, 50, 200)
    for skill in (0.6, 0.9)
]


def _drawn(rng: np.random.Generator, shares: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Draw a category for each row of shares (N, V)."""
    found = (rng.random(len(shares))[:, None] > shares.cumsum(axis=1)).sum(axis=1)
    return np.asarray(found.clip(0, shares.shape[1] - 1), dtype=np.int64)


def simple(figure: Figure) -> tuple[float, float] | None:
    """Return value +- t(G-1) * error, or None under 50 dialogues."""
    if figure.value is None or not figure.error or figure.n_dialogues < 50:
        return None
    reach = quantile(figure.n_dialogues - 1) * figure.error
    return figure.value - reach, figure.value + reach


def share_of(held: list[bool]) -> str:
    """Return the share of intervals that hold the truth, or a dash for too few of them."""
    return f"{np.mean(held):.3f}" if len(held) >= LEAST else "-"


def row_of(setting: Setting, runs: int, seed: int) -> tuple[str, float | None]:
    """Simulate a setting; return its row, and the coverage of what is shown without grey."""
    rng = np.random.default_rng(seed)
    truth = setting.figure(rng, TRUTH_DIALOGUES).value
    assert truth is not None
    shown: list[bool] = []
    grey: list[bool] = []
    before: list[bool] = []
    carriers = []
    for _ in range(runs):
        figure = setting.figure(rng, setting.dialogues)
        carriers.append(figure.n_carriers)
        if figure.low is not None and figure.high is not None:
            few = figure.note == FEW or (figure.note == PERFECT and figure.n_carriers < 2)
            (grey if few else shown).append(figure.low <= truth <= figure.high)
        if interval := simple(figure):
            before.append(interval[0] <= truth <= interval[1])
    head = f"{setting.measure:18} {setting.level:8} {setting.dialogues:5} {setting.shares[-1]:6} {setting.dependence:3}"
    cells = f"{setting.skill:5} {setting.raters:2} {truth:6.3f} {np.mean(carriers):7.1f} {len(shown) / runs:6.2f}"
    text = f"{head} {cells} {share_of(shown):>6} {share_of(grey):>6} {share_of(before):>6}"
    return text, float(np.mean(shown)) if len(shown) >= LEAST else None


def main() -> None:
    """Print a row per setting, and the worst coverage."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000, help="corpora per setting")
    runs = parser.parse_args().runs
    print("measure            level     dial.  rare dep. skill  R  truth carriers  shown  cover   grey before")
    worst = []
    for seed, setting in enumerate([*RARE, *OTHERS]):
        text, coverage = row_of(setting, runs, seed)
        print(text, flush=True)
        worst += [] if coverage is None else [coverage]
    print(f"worst coverage of intervals shown without grey: {min(worst):.3f} in {len(worst)} settings")


if __name__ == "__main__":
    main()
