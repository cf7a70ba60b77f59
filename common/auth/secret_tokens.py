"""Secret tokens, of which the database stores only hashes."""

import hashlib
import secrets


def new_token() -> tuple[str, str]:
    """Return a new URL-safe token of 256 random bits, and its hash."""
    token = secrets.token_urlsafe(32)
    return token, hashed(token)


def hashed(token: str) -> str:
    """Return the hash of a token; tokens are random, so it needs no salt and no key stretching."""
    return hashlib.sha256(token.encode()).hexdigest()
