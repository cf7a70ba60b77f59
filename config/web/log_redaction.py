"""Redaction of the secret tokens in invitation and password links from all logs.

A reader of the log could otherwise use a link that was meant for someone else.
"""

import logging
import re
from typing import Any

from gunicorn.glogging import Logger

# also in the referrer of requests from such a page, and inside `?next=`
TOKEN = re.compile(r"((?:/|%2F)(?:join|reset)(?:/|%2F))[\w-]+", re.IGNORECASE)


def redact(text: str) -> str:
    """Return the text with `***` in place of each token."""
    return TOKEN.sub(r"\1***", text)


class RedactingFilter(logging.Filter):
    """Redacts every record of its handler."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record and keep it."""
        record.msg, record.args = redact(record.getMessage()), None
        return True


class WebLogger(Logger):  # type: ignore[misc]  # untyped package
    """gunicorn's access and error logs, redacted."""

    def setup(self, cfg: Any) -> None:
        """Set up the logs and redact each of their handlers."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.addFilter(RedactingFilter())
