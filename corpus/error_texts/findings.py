"""Texts about findings."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "finding.gone": _("This finding no longer exists: a later run did not find it. Reload the page."),
        "finding.comment_too_long": _("A comment may have at most %(longest)s characters."),
    }
)
