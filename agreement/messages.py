"""The sentences of this app's refusals, and the names of its work."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "agreement.no_codebook": _("The corpus has no codebook yet, so nothing was asked that could be compared."),
        "agreement.unknown_rater": _("No such rater in this corpus: %(raters)s."),
        "agreement.codes_missing": _(
            "Some annotations of the corpus %(corpus)s have no answer codes. Run manage.py rebuild_codes %(corpus)s, "
            "then try again."
        ),
        "kind.agreement.report": _("Agreement report"),
        "stage.reading_labels": _("reading the labels"),
        "stage.computing_figures": _("computing the figures"),
    }
)
