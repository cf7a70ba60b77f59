"""Secrets that somebody carries: the token goes to them, only its hash into the database."""

import hashlib
import secrets


def new_token() -> tuple[str, str]:
    """Return a fresh token of 256 random bits, fit for an address, and its hash."""
    token = secrets.token_urlsafe(32)
    return token, hashed(token)


def hashed(token: str) -> str:
    """Return what is stored of a token; it is random, so it needs neither salt nor stretching."""
    return hashlib.sha256(token.encode()).hexdigest()
