"""Checks of the password of a person who is signed in already, with the limits of the sign-in page.

Sign-in counts wrong passwords per name and address of the client. Within a session they are counted per person, at all
addresses together: only a session of this person can raise the count, so nobody can lock out someone else.
"""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from common.errors import Refused
from common.models import PasswordFailures, User


def confirm_password(*, user: User, password: str, now: datetime) -> None:
    """Require the password of a signed-in person, for a change that outlives the session.

    Raises:
        Refused: `password.wrong`; `password.locked`, too many wrong passwords in succession.
    """
    # counted before it is checked, in a transaction of its own: simultaneous requests get no more guesses than others,
    # and no refusal takes back the count
    failures = _count_attempt(user, now)
    if user.check_password(password):
        forget_password_failures(user=user)
    elif failures.count >= settings.AXES_FAILURE_LIMIT:
        raise _locked(failures, now)
    else:
        raise Refused("password.wrong")


def forget_password_failures(*, user: User) -> None:
    """End a lock after wrong passwords within sessions."""
    PasswordFailures.objects.filter(user=user).delete()


@transaction.atomic(durable=True)
def _count_attempt(user: User, now: datetime) -> PasswordFailures:
    """Count one more wrong password, which the caller takes back if it is the right one.

    Raises:
        Refused: `password.locked`.
    """
    PasswordFailures.objects.bulk_create([PasswordFailures(user=user, last_at=now)], ignore_conflicts=True)
    failures = PasswordFailures.objects.select_for_update().get(user=user)
    if failures.last_at <= now - _pause():
        failures.count = 0
    if failures.count >= settings.AXES_FAILURE_LIMIT:
        raise _locked(failures, now)
    failures.count += 1
    failures.last_at = now
    failures.save()
    return failures


def _pause() -> timedelta:
    return timedelta(hours=settings.AXES_COOLOFF_TIME)


def _locked(failures: PasswordFailures, now: datetime) -> Refused:
    left = failures.last_at + _pause() - now
    return Refused("password.locked", minutes=max(1, math.ceil(left / timedelta(minutes=1))))
