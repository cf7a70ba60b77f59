"""The members of a corpus, their roles and raters."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from common.errors import Refused
from common.models import User
from corpus.models import Corpus, Membership, Rater

Role = Membership.Role


def members_of(corpus: Corpus) -> QuerySet[Membership]:
    """Return all memberships of a corpus with their users; active ones first, then by user name."""
    return corpus.memberships.select_related("user", "rater").order_by("-is_active", "user__username")


@transaction.atomic
def add_member(*, corpus: Corpus, user: User, role: str) -> Membership:
    """Make a user a member; an annotator also gets a rater.

    Raises:
        Refused: `member.already`, `member.deactivated` (only a manager can restore access).
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
    """Change the role of a member; answers stay with their rater.

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
    """End a member's access from the next request on; their work stays.

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
    """Restore a member's access with their former role."""
    membership = _locked(membership)
    membership.is_active = True
    membership.save(update_fields=["is_active"])
    return membership


def _lock(corpus: Corpus) -> None:
    """Serialize changes of a corpus's members: pseudonyms and the last manager depend on all of them."""
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
    """Create a rater for an annotator, with a pseudonym numbered within the corpus in order of joining."""
    if membership.role != Role.ANNOTATOR or Rater.objects.filter(membership=membership).exists():
        return
    taken = set(Rater.objects.filter(corpus=membership.corpus).values_list("slug", flat=True))
    number = next(n for n in range(1, len(taken) + 2) if f"annotator-{n}" not in taken)
    Rater.objects.create(
        corpus=membership.corpus, kind=Rater.Kind.MEMBER, slug=f"annotator-{number}", membership=membership
    )
