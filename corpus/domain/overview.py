"""What a person finds when they come in: their corpora, what is in them, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from common.models import User
from corpus.models import Annotation, Corpus, Dialogue, Episode, Membership, Utterance


@dataclass(frozen=True)
class Figures:
    """Counts of one corpus."""

    episodes: int
    drafts: int
    ready: int
    utterances: int
    labelled: int


def memberships_of(user: User) -> QuerySet[Membership]:
    """Return a person's active memberships, newest first, with their corpora."""
    return user.memberships.filter(is_active=True).select_related("corpus").order_by("-joined_at", "-pk")


def figures(corpus: Corpus) -> Figures:
    """Count what is in a corpus; an utterance is labelled once a member's labels stand on it."""
    dialogues = Dialogue.objects.filter(corpus=corpus).aggregate(
        drafts=Count("pk", filter=Q(state=Dialogue.State.DRAFT)),
        ready=Count("pk", filter=Q(state=Dialogue.State.READY)),
    )
    labels = Annotation.objects.filter(utterance=OuterRef("pk"), rater__membership__isnull=False, answers__isnull=False)
    utterances = Utterance.objects.filter(dialogue__corpus=corpus).aggregate(
        all=Count("pk"), labelled=Count("pk", filter=Exists(labels))
    )
    return Figures(
        episodes=Episode.objects.filter(series__corpus=corpus).count(),
        drafts=dialogues["drafts"],
        ready=dialogues["ready"],
        utterances=utterances["all"],
        labelled=utterances["labelled"],
    )


def labelled_by(membership: Membership) -> int:
    """Count the utterances on which this member's own labels stand."""
    return Annotation.objects.filter(rater__membership=membership, answers__isnull=False).count()
