"""Requests to compute the queue, and the corpora whose queue is out of date."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from agreement.models import AdjudicationCase, AdjudicationQueue, LabelScore
from annotator.models import Assignment, Flag
from common.jobs.queue import enqueue
from common.models import Job, User
from corpus.domain.structure.archiving import writable_corpora
from corpus.models import Corpus, Dialogue, Finding, Membership, Purpose

KIND = "agreement.queue"
PAUSE = timedelta(seconds=60)  # between two computations of what has changed


def request_whole_queue(*, corpus: Corpus, requested_by: User | None = None, here: bool = False) -> Job:
    """Queue the job that computes all cases of a corpus anew.

    Args:
        corpus: the corpus.
        requested_by: sees the progress.
        here: the caller executes the job itself.
    """
    scope = str(corpus.public_id)
    args = {"corpus": scope, "whole": True}
    return enqueue(kind=KIND, args=args, scope=scope, key=f"{KIND} whole {scope}", created_by=requested_by, here=here)


def corpora_to_queue(*, now: datetime) -> list[Corpus]:
    """Return the corpora whose queue is missing or out of date; those without adjudicators need none."""
    adjudicators = Membership.objects.filter(corpus=OuterRef("pk"), is_adjudicator=True, is_active=True)
    candidates = writable_corpora().filter(Exists(adjudicators), codebook__isnull=False)
    missing = candidates.filter(adjudication_queue__isnull=True)
    outdated = candidates.filter(adjudication_queue__isnull=False, adjudication_queue__read_until__lt=now - PAUSE)
    queues = AdjudicationQueue.objects.filter(corpus__in=outdated).select_related("corpus")
    return [
        *missing.order_by("pk"),
        *(queue.corpus for queue in queues.order_by("pk") if is_outdated(queue)),
    ]


def is_outdated(queue: AdjudicationQueue) -> bool:
    """Return whether something has changed since the queue was computed."""
    return needs_all(queue) or changed_dialogues(queue).exists() or findings_changed(queue)


def needs_all(queue: AdjudicationQueue) -> bool:
    """Return whether all cases must be computed: another codebook is in use."""
    return queue.codebook_id != queue.corpus.codebook_id


def changed_dialogues(queue: AdjudicationQueue) -> QuerySet[Dialogue]:
    """Return the dialogues whose cases are out of date.

    An annotation of a case has changed, annotators finished the dialogue or opened it again, or an utterance was
    flagged or got a score of label errors since.
    """
    cases = AdjudicationCase.objects.filter(corpus=queue.corpus_id)
    finished = Assignment.objects.filter(
        purpose=Purpose.MAIN, state=Assignment.State.DONE, ended_at__gte=queue.read_until
    )
    reopened = Assignment.objects.filter(
        Exists(cases.filter(utterance__dialogue=OuterRef("dialogue"), state=AdjudicationCase.State.WAITING)),
        state=Assignment.State.OPEN,
        purpose=Purpose.MAIN,
        dialogue__corpus=queue.corpus_id,
    )
    flagged = Flag.objects.filter(
        Q(created_at__gte=queue.read_until) | Q(settled_at__gte=queue.read_until), corpus=queue.corpus_id
    )
    scored = LabelScore.objects.filter(created_at__gte=queue.read_until, utterance__dialogue__corpus=queue.corpus_id)
    return Dialogue.objects.filter(
        Q(pk__in=cases.filter(is_stale=True).values("utterance__dialogue"))
        | Q(pk__in=finished.values("dialogue"))
        | Q(pk__in=reopened.values("dialogue"))
        | Q(pk__in=flagged.values("utterance__dialogue"))
        | Q(pk__in=scored.values("utterance__dialogue")),
        corpus=queue.corpus_id,
    )


def findings_changed(queue: AdjudicationQueue) -> bool:
    """Return whether a finding is new or was acknowledged since the queue was computed."""
    findings = Finding.objects.filter(corpus=queue.corpus_id)
    since = queue.read_until
    return findings.filter(Q(found_at__gte=since) | Q(acknowledged_at__gte=since)).exists()
