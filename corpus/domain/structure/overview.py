"""A member's overview: their corpora, the counts of each, and the next step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from common.models import User
from corpus.domain.structure.dialogue_counts import DialogueCount, dialogue_counts
from corpus.models import Corpus, Dialogue, Episode, Membership


@dataclass(frozen=True)
class Figures:
    """Counts of one corpus."""

    episodes: int
    drafts: int
    ready: int
    utterances: int
    annotators: int


@dataclass(frozen=True)
class Step:
    """The next step of a member: a code with its text in templates/corpus/step.html, and a count."""

    code: str
    count: int = 0


def memberships_of(user: User) -> QuerySet[Membership]:
    """Return a user's active memberships with their corpora, newest first."""
    return user.memberships.filter(is_active=True).select_related("corpus").order_by("-joined_at", "-pk")


def figures(corpus: Corpus) -> Figures:
    """Count the contents of a corpus; `annotator.domain.figures` counts the work on them."""
    counts = dialogue_counts([corpus.pk])[corpus.pk]
    return Figures(
        episodes=Episode.objects.filter(series__corpus=corpus).exclude(state=Episode.State.FAILED).count(),
        drafts=counts.get(Dialogue.State.DRAFT, DialogueCount()).dialogues,
        ready=counts.get(Dialogue.State.READY, DialogueCount()).dialogues,
        utterances=sum(each.utterances for state, each in counts.items() if state != Dialogue.State.RETIRED),
        annotators=corpus.memberships.filter(is_annotator=True, is_active=True).count(),
    )


def next_steps(memberships: Iterable[Membership]) -> dict[int, Step]:
    """Return the next step of each membership by its primary key, in two queries for any number of them."""
    memberships = list(memberships)
    corpora = [membership.corpus_id for membership in memberships]
    dialogues = dialogue_counts(corpora)
    staffed = set(
        Membership.objects.filter(corpus__in=corpora, is_annotator=True, is_active=True).values_list(
            "corpus", flat=True
        )
    )
    steps = {}
    for membership in memberships:
        if membership.corpus.archived_at:
            steps[membership.pk] = Step("archived")
            continue
        drafts, ready = (
            dialogues[membership.corpus_id].get(state, DialogueCount()).dialogues
            for state in (Dialogue.State.DRAFT, Dialogue.State.READY)
        )
        if membership.is_manager:
            steps[membership.pk] = _for_manager(membership, drafts, ready, staffed=membership.corpus_id in staffed)
        elif membership.is_annotator:
            steps[membership.pk] = _for_annotator(membership, ready)
        else:
            steps[membership.pk] = Step("look")
    return steps


def labelling_step(membership: Membership) -> Step | None:
    """Return the next step as an annotator of a manager who also labels, in one query; None for all others."""
    if not (membership.is_manager and membership.is_annotator) or membership.corpus.archived_at:
        return None
    ready = Dialogue.objects.filter(corpus=membership.corpus_id, state=Dialogue.State.READY)[:1].count()
    return _for_annotator(membership, ready)


def _for_annotator(membership: Membership, ready: int) -> Step:
    return Step("label") if ready and membership.corpus.codebook_id else Step("wait")


def _for_manager(membership: Membership, drafts: int, ready: int, *, staffed: bool) -> Step:
    if membership.corpus.codebook_id is None:
        return Step("codebook")
    if not drafts and not ready:
        return Step("episode")
    if drafts:
        return Step("drafts", drafts)
    return Step("progress") if staffed else Step("invite")
