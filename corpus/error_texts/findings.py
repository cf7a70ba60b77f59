"""Texts about findings."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "finding.extent.rows": _("rows %(first)s to %(last)s, %(share)s %% of %(file)s"),
        "finding.extent.row": _("row %(first)s of %(file)s"),
        "finding.extent.share": _("%(count)s cases, %(share)s %%"),
        "finding.gone": _("This finding no longer exists: a later run did not find it. Reload the page."),
        "finding.reason_missing": _("State a reason: it is kept with the finding and goes into the paper."),
        "finding.comment_too_long": _("A comment may have at most %(longest)s characters."),
    }
)
