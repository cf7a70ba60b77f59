"""Who belongs to a corpus, as what, and how that changes."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from common.errors import Refused
from common.models import User
from corpus.models import Corpus, Membership, Rater

Role = Membership.Role


def members_of(corpus: Corpus) -> QuerySet[Membership]:
    """Return all memberships of a corpus with their people; the active ones first, then by name."""
    return corpus.memberships.select_related("user", "rater").order_by("-is_active", "user__username")


@transaction.atomic
def add_member(*, corpus: Corpus, user: User, role: str) -> Membership:
    """Make a person a member; an annotator gets their rater in the same breath.

    Raises:
        Refused: `member.already`, `member.deactivated`: a manager decides about those who were here before.
    """
    _lock(corpus)
    former = Membership.objects.filter(corpus=corpus, user=user).first()
    if former:
        raise Refused("member.already" if former.is_active else "member.deactivated")
    membership = Membership.objects.create(corpus=corpus, user=user, role=role)
    _ensure_rater(membership)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: str) -> Membership:
    """Give a member another role; labels stay with the rater they belong to.

    Raises:
        Refused: `member.last_manager`.
    """
    membership = _locked(membership)
    if role != Role.MANAGER:
        _keep_a_manager(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    _ensure_rater(membership)
    return membership


@transaction.atomic
def deactivate(*, membership: Membership) -> Membership:
    """Shut a member out of the corpus from their next request on; what they did stays.

    Raises:
        Refused: `member.last_manager`.
    """
    membership = _locked(membership)
    _keep_a_manager(membership)
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    return membership


@transaction.atomic
def reactivate(*, membership: Membership) -> Membership:
    """Let a member in again, with the role they had."""
    membership = _locked(membership)
    membership.is_active = True
    membership.save(update_fields=["is_active"])
    return membership


def _lock(corpus: Corpus) -> None:
    """Make changes of one corpus's members wait for each other: numbers and the last manager depend on all of them."""
    Corpus.objects.select_for_update().get(pk=corpus.pk)


def _locked(membership: Membership) -> Membership:
    _lock(membership.corpus)
    return Membership.objects.select_related("corpus", "user").get(pk=membership.pk)


def _keep_a_manager(membership: Membership) -> None:
    others = Membership.objects.filter(
        corpus=membership.corpus, role=Role.MANAGER, is_active=True, user__is_active=True
    ).exclude(pk=membership.pk)
    if membership.role == Role.MANAGER and membership.is_active and not others.exists():
        raise Refused("member.last_manager")


def _ensure_rater(membership: Membership) -> None:
    """Give an annotator a rater under a pseudonym, numbered within the corpus in the order they came."""
    if membership.role != Role.ANNOTATOR or Rater.objects.filter(membership=membership).exists():
        return
    taken = set(Rater.objects.filter(corpus=membership.corpus).values_list("slug", flat=True))
    number = next(n for n in range(1, len(taken) + 2) if f"annotator-{n}" not in taken)
    Rater.objects.create(
        corpus=membership.corpus, kind=Rater.Kind.MEMBER, slug=f"annotator-{number}", membership=membership
    )
