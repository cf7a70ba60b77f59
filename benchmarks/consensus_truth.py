"""Labels compared with the truth: majority, other methods and decisions; `python -m benchmarks.consensus_truth FOLDER`.

FOLDER has the published files of CMMA, whose labels are the truth; without it, synthetic answers to as many utterances.
Three simulated raters answer (`agreement.simulation`), and simulated adjudicators, who are wrong in 10 % of the
questions and share the confusions of the raters, decide. Figures are macro F1 per question, a missing label counting
as a miss, as the mean over seeds with its 95 % interval (t distribution). The seeds of the tables were not used to
choose anything; `--tune` tries values of Dawid and Skene's smoothing on other seeds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, stdev

import numpy as np

from agreement.consensus.labelling import labels
from agreement.consensus.method import Decide
from agreement.consensus.patterns import PatternCollector
from agreement.consensus.registry import choose
from agreement.consensus.sources import needs_adjudication
from agreement.simulation.adjudicators import adjudicated
from agreement.simulation.confusions import confusions
from agreement.simulation.raters import RaterModel, simulated_answers
from agreement.simulation.truth import Codes, Truth, synthetic_truth, truth_of
from agreement.statistics.student import t_quantile
from corpus.importers.registry import IMPORTERS
from corpus.rules.codebook import CodeLayout, parse
from corpus.rules.codebook.codes import MISSING

SEEDS, TUNING = (101, 102, 103, 104, 105), (1, 2, 3)
TEAMS = {"usual raters": (0.88, 0.82, 0.75), "one bad rater": (0.88, 0.82, 0.45)}
UTTERANCES, DIALOGUES = 21_795, 3_000
CODEBOOK = Path(__file__).resolve().parents[1] / "corpus/shipped_codebooks/affect-dialogue-cmma.yaml"

Figures = dict[str, float]  # question slug -> macro F1, and the share of utterances with all labels


def published(folder: Path | None, seed: int) -> Truth:
    """Return the labels of CMMA in `folder`, or synthetic answers to as many utterances."""
    codebook = parse(CODEBOOK.read_text(encoding="utf-8"))
    if folder is None:
        rng = np.random.default_rng(seed)
        dialogue = np.sort(np.concatenate([np.arange(DIALOGUES), rng.integers(0, DIALOGUES, UTTERANCES - DIALOGUES)]))
        return synthetic_truth(codebook, dialogue, seed=seed)
    found = [
        (number, next(iter(utterance.answers.values())).answers)
        for number, dialogue in enumerate(IMPORTERS["cmma"].read(folder).read_dialogues())
        for utterance in dialogue.utterances
    ]
    return truth_of(codebook, [answers for _, answers in found], np.array([number for number, _ in found]))


class Raters:
    """Simulated answers, and their labels by every method.

    Args:
        truth: of the utterances.
        accuracies: of the raters.
        seed: of the random numbers.
    """

    def __init__(self, truth: Truth, accuracies: Sequence[float], seed: int) -> None:
        self.truth, self.layout = truth, CodeLayout(truth.codebook)
        self.models = [
            RaterModel(f"simulated-{number}", confusions(truth.codebook, accuracy))
            for number, accuracy in enumerate(accuracies, 1)
        ]
        self.answers = simulated_answers(truth, self.models, seed=seed)
        self.decided = adjudicated(truth, self.answers, self.models, seed=seed)
        self._slugs = tuple(model.slug for model in self.models)

    def by_method(self, method: str) -> tuple[Codes, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        """Return the codes (N, W) of the labels by a method, and whether each utterance needs adjudication (N,)."""
        decide, known = self._fitted(method), {}
        codes, needs = np.empty_like(self.truth.codes), np.empty(len(self.truth), dtype=bool)
        for row, profile in enumerate(self.answers.transpose(1, 0, 2)):
            key = profile.tobytes()
            if key not in known:
                known[key] = self._labelled(profile, decide)
            codes[row], needs[row] = known[key]
        return codes, needs

    def _fitted(self, method: str) -> Decide:
        collector = PatternCollector(self.truth.codebook, self._slugs)
        utterance, rater = np.divmod(np.arange(len(self.truth) * len(self.models)), len(self.models))
        collector.add(utterance, rater, self.answers.transpose(1, 0, 2).reshape(-1, self.layout.width))
        return choose(method).fit(collector.patterns())

    def _labelled(self, profile: Codes, decide: Decide) -> tuple[Codes, bool]:
        answers = {
            slug: self.layout.decode(row.astype("<i2").tobytes())
            for slug, row in zip(self._slugs, profile, strict=True)
        }
        found = labels(self.truth.codebook, answers, decide)
        packed = self.layout.encode({slug: each.label for slug, each in found.items()})
        return np.frombuffer(packed, "<i2").astype(np.int16), needs_adjudication(found) is not None


def figures(truth: Truth, codes: Codes) -> Figures:
    """Return the macro F1 of each question over the classes that are true somewhere, and the share of labels."""
    found = {}
    columns = CodeLayout(truth.codebook).columns
    for column in columns:
        true, label = truth.codes[:, column.start], codes[:, column.start]
        found[column.slug] = fmean(
            2 * ((true == each) & (label == each)).sum() / ((true == each).sum() + (label == each).sum())
            for each in range(len(column.answers))
            if (true == each).any()
        )
    starts = [column.start for column in columns]
    found["all questions"] = fmean(found.values())
    found["with all labels"] = float((codes[:, starts] != MISSING).all(axis=1).mean())
    return found


def contestants(raters: Raters, smoothing: Sequence[float]) -> dict[str, Figures]:
    """Return the figures of each way to label the utterances."""
    majority, needs = raters.by_method("majority")
    found = {"majority": figures(raters.truth, majority)}
    for value in smoothing:
        codes, _ = raters.by_method(f"dawid-skene:{value:g}")
        found[f"Dawid-Skene, smoothing {value:g}"] = figures(raters.truth, codes)
    settled = np.where(needs[:, None], raters.decided, majority)
    found[f"majority, decisions on the rest ({needs.mean():.0%})"] = figures(raters.truth, settled)
    found["decisions on everything"] = figures(raters.truth, raters.decided)
    return found


def summary(values: Sequence[float]) -> str:
    """Return mean and half the width of the 95 % interval."""
    half = t_quantile(0.95, len(values) - 1) * stdev(values) / len(values) ** 0.5
    return f"{fmean(values):.3f} ± {half:.3f}"


def report(name: str, runs: Sequence[dict[str, Figures]], write: Callable[[str], None] = print) -> None:
    """Print a table: ways to label by questions."""
    questions = list(next(iter(runs[0].values())))
    write(f"\n{name}\n\n| | {' | '.join(questions)} |\n|---|{'---|' * len(questions)}")
    for place, way in enumerate(runs[0]):
        per_run = [list(run.values())[place] for run in runs]
        cells = [summary([each[question] for each in per_run]) for question in questions]
        write(f"| {way} | {' | '.join(cells)} |")


def main() -> None:
    """Print one table per team of raters."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="with the published files of CMMA")
    parser.add_argument("--tune", action="store_true", help="compare values of the smoothing on other seeds")
    parser.add_argument("--smoothing", type=float, nargs="+", help="of Dawid and Skene's model")
    options = parser.parse_args()
    usual = choose("dawid-skene").value
    values = options.smoothing or ([0, 0.3, 1, 3, 10, 30, 100] if options.tune else [usual])
    for name, accuracies in TEAMS.items():
        runs = [
            contestants(Raters(published(options.folder, seed), accuracies, seed), values)
            for seed in (TUNING if options.tune else SEEDS)
        ]
        report(f"{name}, accuracies {', '.join(map(str, accuracies))}", runs)


if __name__ == "__main__":
    main()
