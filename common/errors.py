"""The exception for requests that are refused, and the sentences for its codes.

A refusal holds a code and parameters. Its sentence is made when it is read, in the language of the reader. Pure code
raises it too, so this module imports no Django.
"""

from collections import defaultdict
from collections.abc import Callable
from importlib import import_module

MESSAGES: dict[str, object] = {}
LATER: list[str] = []  # modules with further sentences
UNKNOWN = "common.unknown_code"


class Refused(Exception):  # noqa: N818 -- a refusal is an answer, not an error
    """A request that is refused; `str()` returns the sentence for the reader.

    Args:
        code: dotted name of the reason, registered by `describe`.
        **params: values for the placeholders of the sentence (file names, numbers).
    """

    def __init__(self, code: str, **params: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return sentence(self.code, self.params)


TRANSLATORS: list[Callable[[Exception], Refused | None]] = []


def translate_errors(translator: Callable[[Exception], Refused | None]) -> None:
    """Register a function that returns the refusal behind an error of the database, or None."""
    TRANSLATORS.append(translator)


def refusal_behind(error: Exception) -> Refused | None:
    """Return the refusal that an exception is or stands for: of a domain function, or of a trigger of the database."""
    if isinstance(error, Refused):
        return error
    return next(filter(None, (translate(error) for translate in TRANSLATORS)), None)


def describe(messages: dict[str, object]) -> None:
    """Register the sentences of an app's codes.

    Args:
        messages: code -> lazily translated sentence, with `%(name)s` for the parameters.
    """
    MESSAGES.update(messages)


def describe_later(module: str) -> None:
    """Name a module whose import registers sentences; it is imported when a code is not known yet."""
    LATER.append(module)


def sentence(code: str, params: dict[str, str | int | float]) -> str:
    """Return the sentence for `code` in the active language; for an unknown code, a sentence that names it.

    A parameter that is missing is shown as "?": jobs store their errors, and an older release may have stored fewer.
    """
    if code not in MESSAGES:
        for module in LATER:
            import_module(module)
    if code in MESSAGES:
        return str(MESSAGES[code]) % defaultdict(lambda: "?", params)
    return str(MESSAGES.get(UNKNOWN, "%(code)s")) % {"code": code}
