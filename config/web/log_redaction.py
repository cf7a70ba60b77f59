"""What no log may hold: the tokens in the addresses of invitations and password links.

Whoever reads the log could otherwise become the person whom the link was meant for.
"""

import logging
import re
from typing import Any

from gunicorn.glogging import Logger

# also as the referrer of what such a page loads, and inside `?next=`
TOKEN = re.compile(r"((?:/|%2F)(?:join|reset)(?:/|%2F))[\w-]+", re.IGNORECASE)


def masked(text: str) -> str:
    """Return the text with `***` in place of every such token."""
    return TOKEN.sub(r"\1***", text)


class Masked(logging.Filter):
    """Masks every line that goes through its handler."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass, masked."""
        record.msg, record.args = masked(record.getMessage()), None
        return True


class WebLogger(Logger):  # type: ignore[misc]  # untyped package
    """gunicorn's logs, masked: of requests and of what went wrong with them."""

    def setup(self, cfg: Any) -> None:
        """Set the logs up and mask each of their handlers."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.addFilter(Masked())
