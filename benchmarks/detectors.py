"""False alarms and power of the detectors: `python -m benchmarks.detectors [--corpora 1000] [--seed 1]`.

Each clean corpus (`benchmarks.detector_corpora`) grows and is looked at after each tenth of the work, at the levels of
a live corpus; it has a false alarm if any test raises a case at any look. Its faults are planted in the first of every
ten corpora, which are then looked at once. Intervals are those of Clopper and Pearson. Ctrl-C
prints the tables of the corpora done so far.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter

import django
import numpy as np

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

from agreement.detectors.base import Detection
from agreement.detectors.collection import Look, detect_all, spent
from agreement.detectors.material import Material
from agreement.detectors.registry import DETECTORS
from benchmarks.detector_corpora import FAULTS, clean_corpus, until

LOOKS = 10


def alarms(material: Material) -> Counter[str]:
    """Return detector -> number of false alarms in a growing corpus, each case counted once."""
    last = int(material.moment.max())
    known: set[tuple[str, str, str, str | None]] = set()
    raised: Counter[str] = Counter()
    before = 0

    def key(name: str, case: Detection) -> tuple[str, str, str, str | None]:
        return name, case.task, case.rater, case.identity

    for number in range(1, LOOKS + 1):
        now = until(material, last * number // LOOKS)
        answered = int(now.given.sum())
        look = Look(spent(answered) - spent(before), lambda name, case: key(name, case) in known)
        before = answered
        for name, cases in detect_all(now, look).items():
            for case in cases:
                if DETECTORS[name].is_test and key(name, case) not in known:
                    known.add(key(name, case))
                    raised[name] += 1
                if name == "independent_link":
                    raised[name] += 1
    return raised


def _names(case: Detection, slug: str) -> bool:
    return slug in {case.rater, case.evidence.get("other")}


def interval(count: int, trials: int) -> tuple[float, float]:
    """Return the 95 % interval of Clopper and Pearson by bisection."""

    def tail(p: float, low: int, high: int) -> float:
        terms = np.arange(low, high + 1)
        logs = np.cumsum(np.log(np.concatenate([[1.0], (trials - np.arange(trials)) / np.arange(1, trials + 1)])))
        return float(np.exp(logs[terms] + terms * np.log(p) + (trials - terms) * np.log1p(-p)).sum())

    def root(rises: bool) -> float:
        low, high = 1e-12, 1 - 1e-12
        for _ in range(60):
            middle = (low + high) / 2
            value = tail(middle, count, trials) if rises else tail(middle, 0, count)
            low, high = (middle, high) if (value < 0.025) == rises else (low, middle)
        return (low + high) / 2

    return (root(rises=True) if count else 0.0), (root(rises=False) if count < trials else 1.0)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="of the first corpus")
    parser.add_argument("--dialogues", type=int, default=120)
    given = parser.parse_args()
    by_kind: Counter[str] = Counter()
    wrong = 0
    found: dict[str, list[bool]] = {name: [] for name in FAULTS}
    blamed: Counter[str] = Counter()
    began, done = time.process_time(), 0
    try:
        for seed in range(given.seed, given.seed + given.corpora):
            material = clean_corpus(seed, dialogues=given.dialogues)
            raised = alarms(material)
            planted = (seed - given.seed) % 10 == 0
            faulty = {name: plant(material, seed) for name, (plant, _) in FAULTS.items()} if planted else {}
            cases_of = {name: detect_all(each) for name, each in faulty.items()}
            wrong, done = wrong + bool(raised), done + 1
            by_kind.update(raised.keys())
            if raised:
                print(f"corpus {seed}: {dict(raised)}", flush=True)
            if done % 50 == 0:
                print(f"{done} corpora, {wrong} with a false alarm", flush=True)
            owner = material.raters[0].slug
            for name, cases in cases_of.items():
                tests = [case for kind, each in cases.items() if DETECTORS[kind].is_test for case in each]
                found[name].append(any(_names(case, owner) for kind in FAULTS[name][1] for case in cases[kind]))
                blamed[name] += any(not _names(case, owner) for case in tests)
    except KeyboardInterrupt:
        print(f"stopped after {done} corpora")
    low, high = interval(wrong, done)
    print(f"\n{done} clean corpora, {LOOKS} looks each, {time.process_time() - began:.0f} s CPU")
    print(f"with a false alarm: {wrong} ({100 * wrong / done:.2f} %, {100 * low:.2f} to {100 * high:.2f} %)")
    for detector in DETECTORS:
        if detector.is_test or by_kind[detector.name]:
            low, high = interval(by_kind[detector.name], done)
            print(f"  {detector.name:20} {by_kind[detector.name]:4}   {100 * low:.2f} to {100 * high:.2f} %")
    print("\nfaults found")
    for name, hits in found.items():
        low, high = interval(sum(hits), len(hits))
        print(
            f"  {name:24} {sum(hits)} of {len(hits)}   {100 * low:.0f} to {100 * high:.0f} %"
            f"   another member blamed: {blamed[name]}"
        )


if __name__ == "__main__":
    main()
