"""Counts and lists of the adjudication pages."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from agreement.domain.adjudication.eligibility import blind_holds
from agreement.models import AdjudicationCase, CaseRank, Decision, DecisionRevision, LateDecision, Outcome
from common.models import User
from corpus.models import Corpus


@dataclass(frozen=True)
class Progress:
    """Counts of settled and open utterances among those with complete annotations.

    Attributes:
        decided: with a decision.
        accepted: accepted in bulk as consensus.
        waiting: in the queue.
        idle: neither; their answers agree.
    """

    decided: int
    accepted: int
    waiting: int
    idle: int

    @property
    def all(self) -> int:
        """Number of these utterances."""
        return self.decided + self.accepted + self.waiting + self.idle

    @property
    def settled(self) -> int:
        """Number of utterances that need nobody any more."""
        return self.decided + self.accepted


def progress(corpus: Corpus) -> Progress:
    """Return how many utterances are settled, by which means."""
    counts = dict(AdjudicationCase.objects.filter(corpus=corpus).values_list("state").annotate(Count("pk")).order_by())
    return Progress(*(counts.get(state, 0) for state in ("decided", "accepted", "waiting", "idle")))


def waiting_by_order(corpus: Corpus) -> dict[str, int]:
    """Return order of the queue -> number of cases that wait in it."""
    return dict(CaseRank.objects.filter(corpus=corpus).values_list("order").annotate(Count("pk")).order_by())


LISTS: dict[str, Q] = {
    "discussion": Q(outcome=Outcome.DISCUSSION) | Q(is_disputed=True),
    "review": Q(needs_review=True),
    "undecidable": Q(outcome=Outcome.UNDECIDABLE),
}


def decisions(*, corpus: Corpus, which: str, person: User) -> QuerySet[Decision]:
    """Return decisions of a corpus, the ones changed last first; none on cases that the person has yet to decide blind.

    Args:
        corpus: the corpus.
        which: `mine`, `all`, or one of `LISTS`.
        person: who reads the list, and whose decisions are `mine`.
    """
    blind = blind_holds().filter(case__utterance=OuterRef("utterance"), membership__user=person)
    rows = Decision.objects.filter(~Exists(blind), utterance__dialogue__corpus=corpus).exclude(last_number=0)
    if which == "mine":
        own = DecisionRevision.objects.filter(decision=OuterRef("pk"), author=person)
        rows = rows.filter(Exists(own))
    elif which != "all":
        rows = rows.filter(LISTS[which])
    return rows.select_related("utterance__dialogue__series", "codebook").order_by("-updated_at", "-pk")


def count_lists(*, corpus: Corpus, person: User) -> dict[str, int]:
    """Return name of the list -> number of its decisions."""
    return {which: decisions(corpus=corpus, which=which, person=person).count() for which in ("mine", *LISTS)}


def late_count(corpus: Corpus) -> int:
    """Return the number of late decisions to review."""
    return LateDecision.objects.filter(hold__case__corpus=corpus, state=LateDecision.State.WAITING).count()


def older_than(rows: QuerySet[Decision], last: Decision | None) -> QuerySet[Decision]:
    """Return the decisions after the last one of the page before."""
    if last is None:
        return rows
    return rows.filter(Q(updated_at__lt=last.updated_at) | Q(updated_at=last.updated_at, pk__lt=last.pk))


def current_revisions(rows: list[Decision]) -> dict[int, DecisionRevision]:
    """Return primary key of a decision -> the revision in effect, or its newest one."""
    found = DecisionRevision.objects.filter(decision__in=rows).select_related("author")
    wanted = found.filter(Q(number=F("decision__number")) | Q(decision__number=0, number=F("decision__last_number")))
    return {each.decision_id: each for each in wanted}


def history(*, corpus: Corpus, public_id: UUID) -> tuple[Decision, list[DecisionRevision]]:
    """Return a decision and its revisions, the newest first.

    Raises:
        Decision.DoesNotExist: the corpus has no such decision.
    """
    decision = Decision.objects.select_related("utterance__dialogue__series", "codebook").get(
        public_id=public_id, utterance__dialogue__corpus=corpus
    )
    revisions = decision.revisions.select_related("author", "codebook", "guideline").order_by("-number")
    return decision, list(revisions)


def people_of(revisions: list[DecisionRevision]) -> QuerySet[User]:
    """Return the users who decided together with the authors of these revisions."""
    return User.objects.filter(public_id__in={key for each in revisions for key in each.group})


def means(corpus: Corpus) -> dict[str, int]:
    """Return how many utterances were settled by which means.

    Returns:
        `taken` (the whole profile of an annotator), `mixed` (any other decided profile), `undecidable`, `discussion`,
        and `unanimous` and `majority`, which were accepted in bulk and have no decision.
    """
    rows = Decision.objects.filter(utterance__dialogue__corpus=corpus).exclude(number=0)
    own = DecisionRevision.objects.filter(
        decision=OuterRef("pk"), number=OuterRef("number"), taken_from__isnull=False, outcome=Outcome.PROFILE
    )
    decided = rows.filter(outcome=Outcome.PROFILE)
    taken = decided.filter(Exists(own)).count()
    accepted = AdjudicationCase.objects.filter(corpus=corpus, state=AdjudicationCase.State.ACCEPTED)
    by_agreement = dict(accepted.values_list("agreement").annotate(Count("pk")).order_by())
    return {
        "taken": taken,
        "mixed": decided.count() - taken,
        "undecidable": rows.filter(outcome=Outcome.UNDECIDABLE).count(),
        "discussion": rows.filter(outcome=Outcome.DISCUSSION).count(),
        "unanimous": by_agreement.get("unanimous", 0),
        "majority": by_agreement.get("majority", 0),
    }
