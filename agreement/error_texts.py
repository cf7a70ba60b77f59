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
        "adjudication.no_queue": _("The queue is not ready yet. It is computed in the background; try again later."),
        "adjudication.shares": _("The share of double cases can be at most the share of blind ones."),
        "adjudication.reasons": _(
            "At most %(most)s reasons, each with a short name of its own and a text of at most %(longest)s characters."
        ),
        "kind.agreement.report": _("Agreement report"),
        "kind.agreement.queue": _("Adjudication queue"),
        "stage.agreement.comparing": _("comparing the annotations"),
        "stage.agreement.placing_audits": _("placing the utterances to audit"),
        "stage.reading_labels": _("reading the answers"),
        "stage.computing_figures": _("computing the figures"),
    }
)
