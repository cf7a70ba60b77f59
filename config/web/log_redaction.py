"""Redaction of secret tokens from all logs: of invitation, password and sharing links, and of API tokens.

A reader of the log could otherwise use a link that was meant for someone else. An address can be spelled in many ways
that the server understands, so tokens are recognised by their form (43 characters of base64) and not by the address
around them.
"""

import logging
import re
from typing import Any
from urllib.parse import unquote

from gunicorn.glogging import Logger

_SLASH = r"(?:/|%(?:25)*2F)"
# whatever follows the address of a link, even if it is no token
LINK = re.compile(rf"({_SLASH}(?:join|reset|shared){_SLASH}+)[\w%-]+", re.IGNORECASE | re.ASCII)
# characters that a token may be written with, without the ids that most addresses hold
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w%-])"
RUN = re.compile(rf"(?<![\w%-])(?!{_UUID})[\w%-]{{40,}}", re.ASCII)
# neither a checksum nor the name of a function; a random token without upper-case letters is as rare as a right guess
TOKEN = re.compile(r"(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{40,}", re.ASCII)

MOST_ENCODINGS = 8  # of one text within another; what is encoded more often is redacted unread


def redact(text: str) -> str:
    """Return the text with `***` in place of each token, in whatever spelling of an address it occurs."""
    return RUN.sub(_without_token, LINK.sub(r"\1***", text))


def _without_token(run: re.Match[str]) -> str:
    plain = run[0]
    for _ in range(MOST_ENCODINGS):
        spelled, plain = plain, unquote(plain, errors="replace")
        if spelled == plain:
            return "***" if TOKEN.search(plain) else run[0]
    return "***"


class RedactingFormatter(logging.Formatter):
    """Redacts every line of its handler, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return redact(super().format(record))


class WebLogger(Logger):  # type: ignore[misc]  # untyped package
    """gunicorn's access and error logs, redacted."""

    def setup(self, cfg: Any) -> None:
        """Set up the logs and redact each of their handlers."""
        super().setup(cfg)
        for log, form in ((self.error_log, self.error_fmt), (self.access_log, self.access_fmt)):
            for handler in log.handlers:
                handler.setFormatter(RedactingFormatter(form, self.datefmt))
