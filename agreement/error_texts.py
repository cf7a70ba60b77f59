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
        "kind.agreement.queue": _("Adjudication queue"),
        "stage.agreement.comparing": _("comparing the annotations"),
        "stage.agreement.placing_audits": _("placing the utterances to audit"),
        "move.another_runs": _("Answers of this corpus are being moved already. Wait until that is done."),
        "move.moved_on": _(
            "These answers have been moved to version %(version)s since. Undo that move first, then this one."
        ),
        "move.not_done": _("Only a finished move can be undone."),
        "move.other_corpus": _("The codebook belongs to another corpus."),
        "move.same_version": _("Answers are moved between two different versions."),
        "move.started": _("This move has started already."),
        "kind.agreement.report": _("Agreement report"),
        "kind.agreement.preview_move": _("Preview of a move of answers"),
        "kind.agreement.move_answers": _("Move of answers to another codebook version"),
        "stage.counting_answers": _("counting the answers"),
        "stage.moving_answers": _("moving the answers"),
        "stage.reading_labels": _("reading the answers"),
        "stage.computing_figures": _("computing the figures"),
    }
)
