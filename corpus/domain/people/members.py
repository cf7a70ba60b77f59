"""The members of a corpus, their roles and raters."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet

from common.errors import Refused
from common.models import User
from corpus.models import Corpus, Membership, Rater

Role = Membership.Role


def members_of(corpus: Corpus) -> QuerySet[Membership]:
    """Return all memberships of a corpus with their users; active ones first, then by user name."""
    return corpus.memberships.select_related("user", "rater").order_by("-is_active", "user__username")


def people_with_several_roles(*, corpus: Corpus) -> list[str]:
    """Return the names of the members with several roles, by user name."""
    several = Q(is_manager=True, is_adjudicator=True)
    several |= Q(is_manager=True, is_annotator=True) | Q(is_adjudicator=True, is_annotator=True)
    return [str(member.user) for member in members_of(corpus).filter(several)]


@transaction.atomic
def add_member(*, corpus: Corpus, user: User, roles: Collection[str]) -> Membership:
    """Make a user a member; an annotator also gets a rater.

    Raises:
        Refused: `corpus.archived`; `member.already`, `member.deactivated` (only a manager can restore access);
            `member.no_role`, `member.one_role`.
    """
    corpus = _lock(corpus)
    if corpus.archived_at:
        raise Refused("corpus.archived")
    _check_roles(corpus, roles)
    former = Membership.objects.filter(corpus=corpus, user=user).first()
    if former:
        raise Refused("member.already" if former.is_active else "member.deactivated")
    membership = Membership.objects.create(corpus=corpus, user=user, **Membership.columns_of(roles))
    _ensure_rater(membership)
    return membership


@transaction.atomic
def change_roles(*, membership: Membership, roles: Collection[str]) -> Membership:
    """Change the roles of a member; answers stay with their rater.

    Args:
        membership: of the person.
        roles: all roles from now on. Several need `Corpus.allows_several_roles`.

    Raises:
        Refused: `member.last_manager`, `member.no_role`, `member.one_role`.
    """
    membership = _locked(membership)
    _check_roles(membership.corpus, roles)
    if Role.MANAGER not in roles:
        _keep_a_manager(membership)
    columns = Membership.columns_of(roles)
    for column, has_role in columns.items():
        setattr(membership, column, has_role)
    membership.save(update_fields=[*columns])
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
    """Restore a member's access with their former roles."""
    membership = _locked(membership)
    membership.is_active = True
    membership.save(update_fields=["is_active"])
    return membership


def _lock(corpus: Corpus) -> Corpus:
    """Serialize changes of a corpus's members: pseudonyms and the last manager depend on all of them."""
    return Corpus.objects.select_for_update().get(pk=corpus.pk)


def _locked(membership: Membership) -> Membership:
    _lock(membership.corpus)
    return Membership.objects.select_related("corpus", "user").get(pk=membership.pk)


def _check_roles(corpus: Corpus, roles: Collection[str]) -> None:
    if not roles:
        raise Refused("member.no_role")
    if len(set(roles)) > 1 and not corpus.allows_several_roles:
        raise Refused("member.one_role")


def _keep_a_manager(membership: Membership) -> None:
    others = Membership.objects.filter(
        corpus=membership.corpus, is_manager=True, is_active=True, user__is_active=True
    ).exclude(pk=membership.pk)
    if membership.is_manager and membership.is_active and not others.exists():
        raise Refused("member.last_manager")


def _ensure_rater(membership: Membership) -> None:
    """Create a rater for an annotator, with a pseudonym numbered within the corpus in order of joining."""
    if not membership.is_annotator or Rater.objects.filter(membership=membership).exists():
        return
    taken = set(Rater.objects.filter(corpus=membership.corpus).values_list("slug", flat=True))
    number = next(n for n in range(1, len(taken) + 2) if f"annotator-{n}" not in taken)
    Rater.objects.create(
        corpus=membership.corpus, kind=Rater.Kind.MEMBER, slug=f"annotator-{number}", membership=membership
    )
