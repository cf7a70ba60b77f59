"""Texts of this app's errors, jobs and stages."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "agreement.no_codebook": _("The corpus has no codebook yet. Upload one before comparing answers."),
        "agreement.unknown_rater": _("No such rater in this corpus: %(raters)s."),
        "agreement.codes_missing": _(
            "Some annotations of the corpus %(corpus)s have no answer codes. Run manage.py rebuild_codes %(corpus)s, "
            "then try again."
        ),
        "kind.agreement.report": _("Agreement report"),
        "stage.reading_labels": _("reading the answers"),
        "stage.computing_figures": _("computing the figures"),
    }
)
