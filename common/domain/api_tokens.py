"""Tokens by which scripts ask in the name of a person."""

import secrets
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from common.auth.secret_tokens import hashed, new_token
from common.errors import Refused
from common.models import ApiToken, User

PREFIX = "concord_"  # so that a token is known for one wherever it is found
MOST = 10
MINUTE = timedelta(minutes=1)


@transaction.atomic
def make_token(*, user: User, name: str, password: str, now: datetime) -> tuple[ApiToken, str]:
    """Make a token; the password is asked for again, since the computer may be a shared one.

    Returns:
        the row, and the token, which can't be had again.

    Raises:
        Refused: `token.wrong_password`; `token.too_many`, there are `MOST` that work.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.check_password(password):
        raise Refused("token.wrong_password")
    user.api_tokens.exclude(password_mark=_mark(user)).delete()  # those ended with an earlier password
    if user.api_tokens.count() >= MOST:
        raise Refused("token.too_many", most=MOST)
    token = PREFIX + new_token()[0]
    row = ApiToken.objects.create(
        user=user, name=name.strip(), token_hash=hashed(token), password_mark=_mark(user), created_at=now
    )
    return row, token


def revoke_token(*, user: User, public_id: uuid.UUID) -> bool:
    """End one of a person's own tokens; False where there is none of this id."""
    return bool(ApiToken.objects.filter(user=user, public_id=public_id).delete()[0])


def live_tokens(*, user: User) -> QuerySet[ApiToken]:
    """Return a person's tokens that work, the newest first."""
    return user.api_tokens.filter(password_mark=_mark(user)).order_by("-created_at", "-pk")


def person_of(*, token: str, now: datetime) -> User | None:
    """Return whose token this is, and note that it was used; None where it works for nobody (any more)."""
    found = ApiToken.objects.select_related("user").filter(token_hash=hashed(token)).first()
    if found is None or not found.user.is_active:
        return None
    if not secrets.compare_digest(found.password_mark, _mark(found.user)):
        return None
    # once a minute: a script that labels must not write twice for each label
    if found.last_used_at is None or found.last_used_at < now - MINUTE:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found.user


def _mark(user: User) -> str:
    """Return what changes with the password, as Django keeps it in each session."""
    return user.get_session_auth_hash()
