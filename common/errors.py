"""What a domain function raises when it will not do what was asked: a code and its parameters.

The sentence is made where somebody reads it, so that each person reads it in their own language.
"""

from django.utils.translation import gettext as _

MESSAGES: dict[str, object] = {}


class Refused(Exception):  # noqa: N818 -- a refusal is an answer, not a fault
    """A request that cannot be done, told as `code` and `params`; `str()` is the sentence for a reader.

    Args:
        code: dotted name of the reason, registered by `describe`.
        **params: what the sentence names (file names, numbers).
    """

    def __init__(self, code: str, **params: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return sentence(self.code, self.params)


def describe(messages: dict[str, object]) -> None:
    """Register the sentences of an app's codes.

    Args:
        messages: code -> lazily translated sentence with `%(name)s` places for the parameters.
    """
    MESSAGES.update(messages)


def sentence(code: str, params: dict[str, str | int | float]) -> str:
    """Return the sentence for `code` in the active language; an unknown code is shown as it is."""
    if code not in MESSAGES:
        return _("Something failed (%(code)s).") % {"code": code}
    return str(MESSAGES[code]) % params
