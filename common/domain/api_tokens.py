"""Tokens by which scripts use the API as a user."""

import secrets
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from common.auth.secret_tokens import hashed, new_token
from common.database.prepared import Instance, PreparedSelect, PreparedUpdate
from common.domain.password_checks import confirm_password
from common.errors import Refused
from common.models import ApiToken, User

PREFIX = "concord_"  # so that leaked tokens can be recognised
MOST = 10
MINUTE = timedelta(minutes=1)
FOUND = PreparedSelect(
    Instance(ApiToken, user=Instance(User)),
    """
    SELECT {columns} FROM common_apitoken apitoken JOIN common_user "user" ON "user".id = apitoken.user_id
    WHERE apitoken.token_hash = %(token_hash)s
    """,
)
USED = PreparedUpdate(ApiToken, "UPDATE common_apitoken SET last_used_at = %(last_used_at)s WHERE id = %(pk)s")


def make_token(*, user: User, name: str, password: str, now: datetime) -> tuple[ApiToken, str]:
    """Create a token. It requires the password again, as the computer may be shared.

    Returns:
        the row, and the token, which can't be retrieved later.

    Raises:
        Refused: `token.too_many`, the user has `MOST` valid tokens; the codes of `confirm_password`.
    """
    confirm_password(user=user, password=password, now=now)
    return _add_token(user, name, now)


@transaction.atomic
def _add_token(user: User, name: str, now: datetime) -> tuple[ApiToken, str]:
    confirmed = user.password
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.password != confirmed:  # changed meanwhile
        raise Refused("password.wrong")
    user.api_tokens.exclude(password_mark=_mark(user)).delete()  # a new password revoked those
    if user.api_tokens.count() >= MOST:
        raise Refused("token.too_many", most=MOST)
    token = PREFIX + new_token()[0]
    row = ApiToken.objects.create(
        user=user, name=name.strip(), token_hash=hashed(token), password_mark=_mark(user), created_at=now
    )
    return row, token


def revoke_token(*, user: User, public_id: uuid.UUID) -> bool:
    """Revoke a token of the user; return False if they have none with this id."""
    return bool(ApiToken.objects.filter(user=user, public_id=public_id).delete()[0])


def live_tokens(*, user: User) -> QuerySet[ApiToken]:
    """Return the valid tokens of a user, newest first."""
    return user.api_tokens.filter(password_mark=_mark(user)).order_by("-created_at", "-pk")


def user_of_token(*, token: str, now: datetime) -> User | None:
    """Return the user of a token and record its use; None if the token is invalid."""
    found = FOUND.first(token_hash=hashed(token))
    if found is None or not found.user.is_active:
        return None
    if not secrets.compare_digest(found.password_mark, _mark(found.user)):
        return None
    # once a minute, so that a labelling script does not cause a second write per answer
    if found.last_used_at is None or found.last_used_at < now - MINUTE:
        USED.make(pk=found.pk, last_used_at=now)
    return found.user


def _mark(user: User) -> str:
    """Return a hash that changes with the password, the one that Django stores in each session."""
    return user.get_session_auth_hash()
