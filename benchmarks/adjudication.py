"""CMMA with simulated annotators, adjudicated through the API by simulated adjudicators; compared with the truth.

`python -m benchmarks.adjudication CORPUS --seeds 101 102 103 104 105 --dialogues 300`

CORPUS is an imported corpus of the database that the environment names; its published labels are the truth. For each
seed, three members label some dialogues, drawn at random. Adjudicators who err in 10 % and share the raters' confusions
claim and decide every case of the queue through the API, blind and double ones as well. Then labels are compared with
the truth by macro F1: those of the majority, those of Dawid and Skene's model, and decisions, once on everything in the
queue and once on what the majority leaves open. Figures of a seed have an interval by resampling its dialogues; the
table at the end has the mean over the seeds with its 95 % interval (t distribution). Everything happens in a
transaction that is rolled back.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import django
import numpy as np

if __name__ == "__main__":
    django.setup()

from django.db import transaction
from django.test import Client

from agreement.domain.adjudication.protocol import adjudicator_agreement
from agreement.domain.adjudication.queue import requests
from agreement.domain.audit import ANY, audit
from agreement.models import Decision
from agreement.simulation.adjudicators import adjudicated
from agreement.simulation.raters import simulated_answers, usual_raters
from agreement.simulation.truth import Codes, Floats, Ints, Truth
from benchmarks.consensus_truth import by_method, summary
from benchmarks.simulated_members import published_truth, write_members
from common.jobs.queue import enqueue, execute
from common.models import User
from corpus.domain.people.members import add_member
from corpus.models import Corpus, Utterance
from corpus.rules.codebook import Codebook, CodeLayout, problems, settle
from corpus.rules.codebook.codes import MISSING

RESAMPLES = 500
MODEL = "dawid-skene"  # with its usual smoothing
Json = dict[str, Any]
Figures = dict[str, tuple[float, float, float]]  # question -> macro F1 and its interval


class SimulatedAdjudicator:
    """An adjudicator at the API.

    Args:
        corpus: slug.
        user: the person.
        decided: public id of an utterance -> the answers that this person would decide.
        rules: the codebook, if they keep the answers that all annotators share, as the page proposes.
    """

    def __init__(self, corpus: str, user: User, decided: dict[str, Json], rules: Codebook | None = None) -> None:
        self._corpus, self._user, self._decided, self._rules = corpus, user, decided, rules
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(user)

    def post(self, path: str, body: Json) -> Any:
        """Send a request."""
        return self.client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")

    def next(self) -> bool:
        """Claim and decide one case; return whether there was one."""
        response = self.post(f"corpora/{self._corpus}/adjudication/claim/", {})
        if response.status_code == 204:
            return False
        case = response.json()
        answers = self._answers(case)
        same = [column["letter"] for column in case["columns"] if column["answers"] == answers]
        operation = {
            "id": str(uuid4()),
            "kind": "decide",
            "answers": answers,
            "taken_from": same[0] if same else None,
            "comment": "" if same else "simulated",
        }
        body = {"token": case["token"], "author": str(self._user.public_id), "operations": [operation]}
        acks = self.post(f"adjudication/{case['id']}/operations/", body).json()["acks"]
        if acks[0]["status"] != "applied":
            raise RuntimeError(acks)
        return True

    def _answers(self, case: Json) -> Json:
        """Return the decision; where all annotators agree, theirs, unless the codebook does not admit it then."""
        own = self._decided[case["utterance"]]
        if self._rules is None or not case["columns"]:
            return own
        shared = {
            slug: answer for slug, answer in case["columns"][0]["answers"].items() if slug not in case["differing"]
        }
        mixed = settle(self._rules, {**own, **shared})
        return own if problems(self._rules, mixed) else mixed


def chosen_dialogues(truth: Truth, utterances: Ints, count: int, seed: int) -> tuple[Truth, Ints]:
    """Return the truth of some dialogues, drawn at random, and their utterances."""
    known = np.unique(truth.dialogue)
    rng = np.random.default_rng([seed, 4])
    drawn = rng.choice(known, min(count, len(known)), replace=False)
    complete = (truth.codes != MISSING).all(axis=1)
    broken = np.unique(truth.dialogue[~complete])
    rows = np.isin(truth.dialogue, np.setdiff1d(drawn, broken))
    return Truth(truth.codebook, truth.dialogue[rows], truth.codes[rows]), utterances[rows]


def macro_f1(truth: Truth, labels: Codes) -> dict[str, tuple[float, float, float]]:
    """Return question -> macro F1 with its 95 % interval, by resampling dialogues; a missing label is wrong.

    *Not applicable* is a class of a link. Classes that the truth does not have are left out.

    Args:
        truth: of N utterances.
        labels: (N, W) codes.
    """
    _, dialogue = np.unique(truth.dialogue, return_inverse=True)
    count = int(dialogue.max()) + 1
    rng = np.random.default_rng(0)
    weights = np.vstack([np.ones(count), rng.multinomial(count, np.full(count, 1 / count), RESAMPLES)])
    found, all_scores = {}, []
    for column in CodeLayout(truth.codebook).columns:
        true, given = truth.codes[:, column.start], labels[:, column.start]
        scores = np.mean([_f1(true == code, given == code, dialogue, weights) for code in np.unique(true)], axis=0)
        all_scores.append(scores)
        found[column.slug] = _interval(scores)
    found["mean"] = _interval(np.mean(all_scores, axis=0))
    return found


def _f1(true: Any, given: Any, dialogue: Ints, weights: Floats) -> Floats:
    count = weights.shape[1]
    both, some = (np.bincount(dialogue, weights=each, minlength=count) for each in (true & given, 1.0 * true + given))
    return np.asarray(2 * (weights @ both) / np.maximum(weights @ some, 1e-9))


def _interval(scores: Floats) -> tuple[float, float, float]:
    low, high = np.quantile(scores[1:], [0.025, 0.975])
    return float(scores[0]), float(low), float(high)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo everything that the block does to the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def adjudicate(
    corpus: Corpus, truth: Truth, utterances: Ints, *, seed: int, people: int, keep_shared: bool
) -> dict[str, Any]:
    """Label and adjudicate the utterances; return the figures of this seed."""
    models = usual_raters(truth.codebook)
    answers = simulated_answers(truth, models, seed=seed)
    slugs = [f"simulated-{seed}-{number}" for number in range(len(models))]
    write_members(corpus=corpus, utterances=utterances, answers=answers, slugs=slugs)
    job = enqueue(kind=requests.KIND, args={"corpus": str(corpus.public_id), "whole": True}, here=True)
    execute(str(job.public_id))
    layout = CodeLayout(truth.codebook)
    ids = dict(Utterance.objects.filter(pk__in=utterances.tolist()).values_list("pk", "public_id"))
    adjudicators = []
    for number in range(people):
        user = User.objects.create_user(username=f"adjudicator-{seed}-{number}")
        add_member(corpus=corpus, user=user, roles=["adjudicator"])
        own = adjudicated(truth, answers, models, seed=1000 * seed + number)
        decided = {
            str(ids[key]): layout.decode(row.astype("<i2").tobytes())
            for key, row in zip(utterances.tolist(), own, strict=True)
        }
        rules = truth.codebook if keep_shared else None
        adjudicators.append(SimulatedAdjudicator(corpus.slug, user, decided, rules))
    began, done = time.process_time(), 0
    while active := [each for each in adjudicators if each.next()]:
        done += len(active)
    seconds = time.process_time() - began
    majority, open_ = by_method(truth.codebook, answers, "majority")
    modelled, _ = by_method(truth.codebook, answers, MODEL)
    final, rest = majority.copy(), majority.copy()
    place = {key: row for row, key in enumerate(utterances.tolist())}
    for key, codes in Decision.objects.filter(utterance__in=ids, outcome="profile").values_list("utterance", "codes"):
        row, cells = place[key], np.frombuffer(bytes(codes or b""), "<i2")
        final[row] = cells
        rest[row] = cells if open_[row] else rest[row]
    decided_rows = (final != majority).any(axis=1)
    agreed, audited = adjudicator_agreement(corpus=corpus), audit(corpus=corpus)
    return {
        "utterances": len(truth),
        "decisions": Decision.objects.filter(utterance__in=ids).count(),
        "operations": done,
        "ms_per_decision": 1000 * seconds / max(done, 1),
        "changed": int(decided_rows.sum()),
        "open": float(open_.mean()),
        "labels": {
            "majority": macro_f1(truth, majority),
            "Dawid-Skene": macro_f1(truth, modelled),
            "decisions on what it leaves open": macro_f1(truth, rest),
            "decisions on everything": macro_f1(truth, final),
        },
        "agreement": agreed,
        "audit": audited.by_question[ANY] if audited else None,
        "true_error": _true_error(truth, majority, answers),
    }


def _true_error(truth: Truth, majority: Codes, answers: Codes) -> float:
    """Return the share of utterances with a complete majority that is wrong somewhere."""
    settled = (majority != MISSING).all(axis=1) & (answers[:, :, 0] != MISSING).all(axis=0)
    return float((majority[settled] != truth.codes[settled]).any(axis=1).mean())


def main() -> None:
    """Run the seeds and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--seeds", type=int, nargs="+", default=[201, 202, 203, 204, 205])
    parser.add_argument("--dialogues", type=int, default=10**9)
    parser.add_argument("--adjudicators", type=int, default=4)
    parser.add_argument(
        "--keep-shared", action="store_true", help="the adjudicators keep what all annotators share, if they see it"
    )
    options = parser.parse_args()
    corpus = Corpus.objects.select_related("codebook").get(slug=options.corpus)
    whole, utterances = published_truth(corpus)
    runs = []
    for seed in options.seeds:
        with rolled_back():
            truth, own = chosen_dialogues(whole, utterances, options.dialogues, seed)
            found = adjudicate(
                corpus, truth, own, seed=seed, people=options.adjudicators, keep_shared=options.keep_shared
            )
        report(seed, found)
        runs.append(found)
    if len(runs) > 1:
        report_all(runs)


def report(seed: int, found: dict[str, Any]) -> None:
    """Print the figures of a seed."""
    print(
        f"seed {seed}: {found['utterances']} utterances, {found['decisions']} decided by {found['operations']} "
        f"decisions ({found['ms_per_decision']:.0f} ms CPU each), {found['changed']} labels changed; "
        f"the majority leaves {found['open']:.0%} open"
    )
    for name, figures in found["labels"].items():
        print(f"  {name:33}", "  ".join(f"{slug} {_text(each)}" for slug, each in figures.items()))
    rate, agreed = found["audit"], found["agreement"]
    if rate and rate.value is not None:
        print(
            f"  audit: {rate.value:.3f} [{rate.low:.3f}, {rate.high:.3f}] of {rate.units}; "
            f"the majority is wrong in {found['true_error']:.3f}"
        )
    alphas: Sequence[Json] = agreed.figures if agreed else []
    shown = {each["slug"]: each["alpha"]["value"] for each in alphas}
    print(f"  adjudicators' alpha on {agreed.utterances if agreed else 0} double cases:", shown, flush=True)


def report_all(runs: Sequence[dict[str, Any]]) -> None:
    """Print the mean of the seeds with its interval, and that of the differences from the majority."""
    ways: list[str] = list(runs[0]["labels"])
    print(f"\n| | {' | '.join(ways)} |\n|---|{'---|' * len(ways)}")
    for slug in runs[0]["labels"][ways[0]]:
        scores = {way: [run["labels"][way][slug][0] for run in runs] for way in ways}
        print(f"| {slug} | {' | '.join(summary(scores[way]) for way in ways)} |")
    print("\nmean of all questions minus that of the majority, within a seed:")
    for way in ways[1:]:
        gains = [run["labels"][way]["mean"][0] - run["labels"][ways[0]]["mean"][0] for run in runs]
        print(f"  {way}: {summary(gains)}")
    print(f"the majority leaves {summary([run['open'] for run in runs])} open")


def _text(figure: tuple[float, float, float]) -> str:
    value, low, high = figure
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    main()
