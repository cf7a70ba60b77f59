"""Corpora whose annotations are to be adjudicated."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from agreement.domain.adjudication.queue import requests
from agreement.models import AdjudicationCase, AdjudicationSettings
from common.jobs.queue import enqueue, execute
from common.models import Job
from corpus.models import Corpus, Membership, Utterance
from tests.agreement.material import judged, utterances
from tests.factories import MembershipFactory

NOW = timezone.now()


def shares(corpus: Corpus, *, blind: int = 0, double: int = 0, audit: int = 0, **more: Any) -> AdjudicationSettings:
    """Store settings; nothing is drawn at random by default."""
    made, _ = AdjudicationSettings.objects.update_or_create(
        corpus=corpus,
        defaults={"blind_percent": blind, "double_percent": double, "audit_percent": audit, "seed": "0" * 32, **more},
    )
    return made


def queued(moods: dict[str, str], *, per_dialogue: int = 1, **percent: int) -> Corpus:
    """Return a corpus as `judged` makes it, with its queue."""
    corpus = judged(moods, utterances_per_dialogue=per_dialogue)
    shares(corpus, **percent)
    build(corpus)
    return corpus


def build(corpus: Corpus, *, whole: bool = True) -> int:
    """Compute the queue, all of it or what has changed; return the number of cases computed."""
    args = {"corpus": str(corpus.public_id), "whole": whole}
    job = enqueue(kind=requests.KIND, args=args, here=True)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error_code
    assert job.result
    return int(job.result["cases"])


def cases(corpus: Corpus) -> list[AdjudicationCase]:
    """Return the cases in the order of their utterances; all utterances must have one."""
    found = {case.utterance_id: case for case in AdjudicationCase.objects.filter(corpus=corpus)}
    return [found[each.pk] for each in utterances(corpus)]


def adjudicator(corpus: Corpus, *roles: str) -> Membership:
    """Return a new adjudicator; further roles may be given."""
    made: Membership = MembershipFactory(corpus=corpus, roles=["adjudicator", *roles])
    return made


def case_of(utterance: Utterance) -> AdjudicationCase:
    return AdjudicationCase.objects.get(utterance=utterance)
