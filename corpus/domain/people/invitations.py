"""Invitations: links that make a person a member; each works once."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.auth.secret_tokens import hashed, new_token
from common.errors import Refused
from common.models import User
from corpus.domain.people.members import add_member
from corpus.models import Corpus, Invitation, Membership

LIFETIME = timedelta(days=14)


def invite(*, corpus: Corpus, role: str, created_by: User, note: str = "") -> tuple[Invitation, str]:
    """Create an invitation.

    Args:
        corpus: to join.
        role: of the new member.
        created_by: a manager.
        note: for managers, such as the person's name.

    Returns:
        The invitation and the token for its link, which is not stored.
    """
    token, token_hash = new_token()
    invitation = Invitation.objects.create(
        corpus=corpus,
        role=role,
        note=note,
        token_hash=token_hash,
        created_by=created_by,
        expires_at=timezone.now() + LIFETIME,
    )
    return invitation, token


def open_invitations(corpus: Corpus) -> QuerySet[Invitation]:
    """Return the valid invitations of a corpus, newest first."""
    return (
        corpus.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
        .select_related("created_by")
        .order_by("-created_at", "-pk")
    )


def find_invitation(token: str) -> Invitation:
    """Return the valid invitation of a link.

    Raises:
        Refused: `invitation.unknown`, `invitation.used`, `invitation.revoked`, `invitation.expired`;
            `corpus.archived`.
    """
    invitation = Invitation.objects.select_related("corpus", "created_by").filter(token_hash=hashed(token)).first()
    if invitation is None:
        raise Refused("invitation.unknown")
    if invitation.accepted_at:
        raise Refused("invitation.used")
    if invitation.revoked_at:
        raise Refused("invitation.revoked")
    if invitation.expires_at <= timezone.now():
        raise Refused("invitation.expired")
    if invitation.corpus.archived_at:
        raise Refused("corpus.archived")
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, user: User) -> Membership:
    """Make a user a member through an invitation; of concurrent attempts only one succeeds.

    Raises:
        Refused: the codes of `find_invitation` and `add_member`.
    """
    invitation = find_invitation(token)
    taken = (
        open_invitations(invitation.corpus)
        .filter(pk=invitation.pk)
        .update(accepted_at=timezone.now(), accepted_by=user)
    )
    if not taken:
        raise Refused("invitation.used")
    return add_member(corpus=invitation.corpus, user=user, roles=[invitation.role])


@transaction.atomic
def join_with_new_account(*, token: str, username: str, name: str, password: str, language: str) -> Membership:
    """Create an account and accept the invitation with it, in one transaction.

    Args:
        token: of the invitation's link.
        username: checked to be free by the form, and by the database.
        name: for managers to see.
        password: checked by the form against the password rules.
        language: of the page.

    Raises:
        Refused: the codes of `accept_invitation`; `invitation.username_taken`.
    """
    find_invitation(token)  # before a slow hash is computed for an invalid link
    try:
        with transaction.atomic():
            user = User.objects.create_user(username=username, password=password, first_name=name, language=language)
    except IntegrityError as error:  # taken since the form was checked
        raise Refused("invitation.username_taken") from error
    return accept_invitation(token=token, user=user)


def revoke_invitation(*, invitation: Invitation) -> None:
    """Revoke an invitation; an accepted one stays accepted."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(revoked_at=timezone.now())
