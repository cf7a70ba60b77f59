"""Links to set a new password after a person forgot the old one.

Such a link gives access to the whole account. So a manager may only create one for a person whose active memberships
are all in corpora of this manager, who can see all their work anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from axes.utils import reset as forget_failures
from django.db import transaction
from django.utils import timezone

from common.auth.secret_tokens import hashed, new_token
from common.domain.password_checks import forget_password_failures
from common.errors import Refused
from common.models import User
from corpus.models import Membership, PasswordReset

LIFETIME = timedelta(hours=24)


def out_of_reach(*, manager: User, people: Iterable[User]) -> set[int]:
    """Return the primary keys of the people whose password this manager may not reset."""
    people = list(people)
    managed = set(
        Membership.objects.filter(user=manager, is_manager=True, is_active=True, user__is_active=True).values_list(
            "corpus", flat=True
        )
    )
    homes: dict[int, set[int]] = {}
    for person, corpus in Membership.objects.filter(user__in=people, is_active=True).values_list("user", "corpus"):
        homes.setdefault(person, set()).add(corpus)
    return {
        person.pk
        for person in people
        if person.pk not in homes or not homes[person.pk] <= managed or _above(person, manager)
    }


def _above(person: User, manager: User) -> bool:
    """Return whether the person has permissions that the manager lacks, or is the manager."""
    return (
        person.pk == manager.pk
        or person.is_superuser
        or person.is_staff
        or (person.may_create_corpora and not manager.may_create_corpora)
    )


@transaction.atomic
def issue_password_reset(*, person: User, created_by: User) -> str:
    """Create a link for setting a new password once; earlier links stop working.

    Returns:
        The token for the link, which is not stored. The old password works until the link is used.

    Raises:
        Refused: `reset.out_of_reach`.
    """
    if person.pk in out_of_reach(manager=created_by, people=[person]):
        raise Refused("reset.out_of_reach")
    now = timezone.now()
    person.password_resets.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    token, token_hash = new_token()
    PasswordReset.objects.create(user=person, token_hash=token_hash, created_by=created_by, expires_at=now + LIFETIME)
    return token


def find_password_reset(token: str) -> PasswordReset:
    """Return the valid password reset of a link.

    Raises:
        Refused: `reset.invalid`: unknown, used or expired; or the person has since joined a corpus that the
            link's creator does not manage.
    """
    reset = (
        PasswordReset.objects.select_related("user", "created_by")
        .filter(token_hash=hashed(token), used_at=None, expires_at__gt=timezone.now(), user__is_active=True)
        .first()
    )
    if reset is None or reset.user_id in out_of_reach(manager=reset.created_by, people=[reset.user]):
        raise Refused("reset.invalid")
    return reset


@transaction.atomic
def use_password_reset(*, token: str, password: str) -> User:
    """Set the new password; ends all sessions of the person and locks after wrong passwords.

    Args:
        token: of the link.
        password: checked by the form against the password rules.

    Raises:
        Refused: the codes of `find_password_reset`.
    """
    reset = find_password_reset(token)
    taken = PasswordReset.objects.filter(pk=reset.pk, used_at=None).update(used_at=timezone.now())
    if not taken:
        raise Refused("reset.invalid")
    reset.user.set_password(password)
    reset.user.save(update_fields=["password"])
    forget_failures(username=reset.user.username)
    forget_password_failures(user=reset.user)
    return reset.user
