"""Labels compared with the truth: majority, other methods and decisions; `python -m benchmarks.consensus_truth FOLDER`.

FOLDER has the published files of CMMA, whose labels are the truth; without it, synthetic answers to as many utterances.
Three simulated raters answer (`agreement.simulation`), and simulated adjudicators, who are wrong in 10 % of the
questions and share the confusions of the raters, decide. Figures are macro F1 per question, a missing label counting
as a miss, as the mean over seeds with its 95 % interval (t distribution). The seeds of the tables were not used to
choose anything; `--tune` tries values of Dawid and Skene's smoothing on other seeds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, stdev

import numpy as np

from agreement.consensus.labelling import labels
from agreement.consensus.method import Answers, Decide
from agreement.consensus.patterns import PatternCollector
from agreement.consensus.registry import choose
from agreement.consensus.sources import needs_adjudication
from agreement.simulation.adjudicators import adjudicated
from agreement.simulation.confusions import confusions
from agreement.simulation.raters import RaterModel, simulated_answers
from agreement.simulation.truth import Bools, Codes, Truth, synthetic_truth, truth_of
from agreement.statistics.intervals.student import t_quantile
from corpus.importers.registry import IMPORTERS
from corpus.rules.codebook import Codebook, CodeLayout, parse
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
        self.truth = truth
        self.models = [
            RaterModel(f"simulated-{number}", confusions(truth.codebook, accuracy))
            for number, accuracy in enumerate(accuracies, 1)
        ]
        self.answers = simulated_answers(truth, self.models, seed=seed)
        self.decided = adjudicated(truth, self.answers, self.models, seed=seed)

    def by_method(self, method: str) -> tuple[Codes, Bools]:
        """Return the codes (N, W) of the labels by a method, and whether each utterance needs adjudication (N,)."""
        return by_method(self.truth.codebook, self.answers, method)


def by_method(codebook: Codebook, answers: Codes, method: str) -> tuple[Codes, Bools]:
    """Return the codes (N, W) of the labels by a method, and whether each utterance needs adjudication (N,).

    Args:
        codebook: of the answers.
        answers: (R, N, W) codes.
        method: as on the command line of the export.
    """
    layout, slugs = CodeLayout(codebook), tuple(f"rater-{number}" for number in range(len(answers)))
    profiles = answers.transpose(1, 0, 2)
    collector = PatternCollector(codebook, slugs)
    utterance, rater = np.divmod(np.arange(profiles.shape[0] * len(slugs)), len(slugs))
    collector.add(utterance, rater, profiles.reshape(-1, layout.width))
    decide = choose(method).fit(collector.patterns())
    known: dict[bytes, tuple[Codes, bool]] = {}
    codes, needs = np.empty_like(profiles[:, 0]), np.empty(len(profiles), dtype=bool)
    for row, profile in enumerate(profiles):
        key = profile.tobytes()
        if key not in known:
            given = {slug: layout.decode(own.astype("<i2").tobytes()) for slug, own in zip(slugs, profile, strict=True)}
            known[key] = _labelled(codebook, layout, given, decide)
        codes[row], needs[row] = known[key]
    return codes, needs


def _labelled(
    codebook: Codebook, layout: CodeLayout, answers: Mapping[str, Answers], decide: Decide
) -> tuple[Codes, bool]:
    found = labels(codebook, answers, decide)
    packed = layout.encode({slug: each.label for slug, each in found.items()})
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
