"""Simulated answers in a corpus: the truth read from it, and answers written as the finished main work of members.

`python -m benchmarks.simulated_members CORPUS --seed 1` adds three members to an imported corpus of the database that
the environment names, with the published labels as the truth. In a Django process (after `django.setup()`):

    truth, utterances = published_truth(corpus)          # the labels of its source rater are the truth
    models = usual_raters(truth.codebook)
    answers = simulated_answers(truth, models, seed=1)
    raters = write_members(corpus=corpus, utterances=utterances, answers=answers, slugs=[each.slug for each in models])

The domain functions of the labelling page write one answer at a time, which takes minutes for CMMA. `write_members`
checks the answers by the same rules (`fitted`) and writes the same rows in bulk: slots of the automatic batch,
finished assignments, annotations with their first revisions. CMMA with three raters takes about 20 s.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import django
import numpy as np

if __name__ == "__main__":
    django.setup()

from django.db import transaction
from django.utils import timezone

from agreement.simulation.faults import copied, one_answer
from agreement.simulation.raters import simulated_answers, usual_raters
from agreement.simulation.truth import Codes, Ints, Truth
from annotator.domain.allocation.automatic_batch import add_slots, automatic_batch
from annotator.models import Assignment, Batch, Slot
from common.models import User
from corpus.domain.annotations.revisions import fitted
from corpus.domain.people.members import add_member
from corpus.models import Annotation, CodebookVersion, Corpus, Dialogue, Membership, Rater, Revision, Utterance
from corpus.rules.codebook import CodeLayout
from corpus.rules.codebook.codes import MISSING

CHUNK = 2000  # rows written at once


def published_truth(corpus: Corpus, rater: Rater | None = None) -> tuple[Truth, Ints]:
    """Return the answers of a source rater as the truth, and the primary keys of their utterances.

    Args:
        corpus: whose codebook in use is that of the answers.
        rater: default: the first source rater.
    """
    owner = rater or corpus.raters.filter(kind=Rater.Kind.SOURCE).order_by("slug")[0]
    layout = _codebook(corpus).layout()
    rows = Annotation.objects.filter(rater=owner, purpose="main", codes__isnull=False).order_by(
        "utterance__dialogue__order", "utterance__dialogue_id", "utterance__order"
    )
    found = list(rows.values_list("utterance_id", "utterance__dialogue_id", "codes"))
    codes = np.frombuffer(b"".join(each or b"" for _, _, each in found), "<i2").reshape(-1, layout.width)
    dialogue = np.array([each for _, each, _ in found], dtype=np.int64)
    utterances = np.array([each for each, _, _ in found], dtype=np.int64)
    return Truth(_codebook(corpus).rules(), dialogue, codes.astype(np.int16)), utterances


@transaction.atomic
def write_members(*, corpus: Corpus, utterances: Ints, answers: Codes, slugs: Sequence[str]) -> list[Rater]:
    """Write simulated answers as the finished main work of new members; return their raters in the order of `slugs`.

    A dialogue is handed in by a member if all its utterances have an answer of theirs; they have no work in the others.

    Args:
        corpus: its codebook in use is that of the answers; its dialogues have no slots yet.
        utterances: (N,) primary keys, dialogue by dialogue.
        answers: (R, N, W) codes, as `simulated_answers` returns them.
        slugs: R user names, which must be new.

    Raises:
        UnfitAnswersError: answers do not fit the codebook.
    """
    dialogue_of = dict(Utterance.objects.filter(dialogue__corpus=corpus).values_list("pk", "dialogue_id"))
    dialogues = list(dict.fromkeys(dialogue_of[key] for key in utterances.tolist()))
    batch = automatic_batch(corpus=corpus, k=_codebook(corpus).rules().policy.k)
    slots = _slots(batch, dialogues, len(slugs))
    raters = []
    for number, (slug, codes) in enumerate(zip(slugs, answers, strict=True), start=1):
        user = User.objects.create_user(username=slug)
        rater = add_member(corpus=corpus, user=user, roles=[Membership.Role.ANNOTATOR]).rater
        is_given = codes[:, 0] != MISSING
        unfinished = {dialogue_of[key] for key in utterances[~is_given].tolist()}
        finished = [each for each in dialogues if each not in unfinished]
        done = _assignments(corpus, rater, [slots[each, number] for each in finished])
        owned = [(key, row) for key, row in zip(utterances.tolist(), codes, strict=True) if dialogue_of[key] in done]
        _annotations(corpus, rater, user, owned, {key: done[dialogue_of[key]] for key, _ in owned})
        raters.append(rater)
    return raters


def _codebook(corpus: Corpus) -> CodebookVersion:
    if corpus.codebook is None:
        raise ValueError(f"{corpus.slug} has no codebook")
    return corpus.codebook


def _slots(batch: Batch, dialogues: list[int], count: int) -> dict[tuple[int, int], Slot]:
    """Create the slots of dialogues; return (dialogue, number) -> slot."""
    add_slots(batch=batch, dialogues=dialogues, numbers=range(1, max(count, batch.k) + 1))
    Dialogue.objects.filter(pk__in=dialogues).update(is_dealt=True)
    return {(slot.dialogue_id, slot.number): slot for slot in Slot.objects.filter(batch=batch)}


def _assignments(corpus: Corpus, rater: Rater, slots: list[Slot]) -> dict[int, Assignment]:
    """Create a finished assignment per slot; return dialogue -> assignment."""
    now, codebook = timezone.now(), _codebook(corpus)
    made = Assignment.objects.bulk_create(
        [
            Assignment(
                slot=slot,
                dialogue_id=slot.dialogue_id,
                rater=rater,
                codebook=codebook,
                token=1,
                state=Assignment.State.DONE,
                lease_until=now + timedelta(hours=1),
                ended_at=now,
            )
            for slot in slots
        ],
        batch_size=CHUNK,
    )
    for start in range(0, len(slots), CHUNK):
        keys = [slot.pk for slot in slots[start : start + CHUNK]]
        Slot.objects.filter(pk__in=keys).update(state=Slot.State.DONE, token=1)
    return {each.dialogue_id: each for each in made}


def _annotations(
    corpus: Corpus, rater: Rater, user: User, owned: list[tuple[int, Codes]], done: dict[int, Assignment]
) -> None:
    """Create the annotations of a rater, each with its first revision.

    Args:
        owned: (utterance, codes) pairs.
        done: utterance -> assignment under which it was labelled.
    """
    codebook, now = _codebook(corpus), timezone.now()
    check = _Checked(codebook)
    waiting = iter(owned)
    while chunk := list(islice(waiting, CHUNK)):
        answers = [check(row) for _, row in chunk]
        made = Annotation.objects.bulk_create(
            Annotation(
                rater=rater,
                utterance_id=key,
                codebook=codebook,
                answers=given,
                codes=row.astype("<i2").tobytes(),
                number=1,
                updated_at=now,
            )
            for (key, row), given in zip(chunk, answers, strict=True)
        )
        Revision.objects.bulk_create(_revisions(made, user, codebook, done, now))


def _revisions(
    made: list[Annotation], user: User, codebook: CodebookVersion, done: dict[int, Assignment], now: datetime
) -> Iterator[Revision]:
    for annotation in made:
        yield Revision(
            annotation=annotation,
            number=1,
            cause=Revision.Cause.COMMIT,
            answers=annotation.answers,
            author=user,
            codebook=codebook,
            assignment=done[annotation.utterance_id].public_id,
            active_ms=5000,
            played_ms=3000,
            created_at=now,
        )


class _Checked:
    """Decodes codes and checks the answers; equal ones once."""

    def __init__(self, codebook: CodebookVersion) -> None:
        self._rules, self._layout = codebook.rules(), CodeLayout(codebook.rules())
        self._known: dict[bytes, dict[str, Any]] = {}

    def __call__(self, row: Codes) -> dict[str, Any]:
        codes = row.astype("<i2").tobytes()
        if codes not in self._known:
            self._known[codes] = fitted(self._rules, self._layout.decode(codes))
        return self._known[codes]


def main() -> None:
    """Add the members to a corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", help="short name")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--accuracies", default="0.88,0.82,0.75", help="of the members, with commas")
    parser.add_argument("--faults", action="store_true", help="the last member copies dialogues, the first one tires")
    options = parser.parse_args()
    corpus = Corpus.objects.select_related("codebook").get(slug=options.corpus)
    truth, utterances = published_truth(corpus)
    models = usual_raters(truth.codebook, [float(each) for each in options.accuracies.split(",")])
    answers = simulated_answers(truth, models, seed=options.seed)
    if options.faults:
        plant(truth, answers, seed=options.seed)
    write_members(corpus=corpus, utterances=utterances, answers=answers, slugs=[each.slug for each in models])


def plant(truth: Truth, answers: Codes, *, seed: int) -> None:
    """Plant two faults in place: the last member copies 10 % of the dialogues from the one before, and the first one
    answers the last 15 % of the utterances with the defaults.
    """
    rng = np.random.default_rng([seed, 21])
    _, dialogue = np.unique(truth.dialogue, return_inverse=True)
    chosen = rng.random(int(dialogue.max()) + 1) < 0.1
    answers[-1] = copied(answers[-1], answers[-2], np.flatnonzero(chosen[dialogue]))
    rows = np.arange(int(0.85 * len(truth)), len(truth))
    answers[0] = one_answer(truth.codebook, answers[0], rows)


if __name__ == "__main__":
    main()
