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
        "labels.filter.unknown": _(
            "There is no filter called %(name)s. Remove it from the address, or choose a filter in the form."
        ),
        "labels.filter.long": _("The value of %(name)s is too long. Use at most %(most)s characters."),
        "labels.filter.many": _("The filter %(name)s occurs too often. Use it at most %(most)s times."),
        "labels.filter.word": _("“%(value)s” is no value of the filter %(name)s. Use one of these: %(words)s."),
        "labels.filter.pair": _(
            "“%(value)s” does not fit the filter %(name)s. Write a question, a colon and one of these words: %(words)s."
        ),
        "labels.filter.number": _("“%(value)s” does not fit the filter %(name)s. Write a number from 0 to %(most)s."),
        "labels.filter.day": _("“%(value)s” is no day. Write the filter %(name)s like this: 2026-03-31."),
        "labels.filter.days": _("The first day, %(first)s, is after the last day, %(last)s. Exchange the two."),
        "labels.filter.condition": _(
            "The condition “%(condition)s” cannot be read (near “%(detail)s”). Write it like this: emotion == joy and "
            "not (sentiment == negative)."
        ),
        "labels.filter.unknown_question": _(
            "The codebook has no question “%(question)s”. Use one of these: %(questions)s."
        ),
        "labels.filter.unknown_answer": _("“%(answer)s” is no answer to %(question)s. Use one of these: %(answers)s."),
        "labels.filter.unknown_rater": _("There is no rater “%(rater)s”. Use one of these: %(raters)s."),
        "labels.filter.unknown_series": _("There is no series with this name: %(names)s. Write the whole name."),
        "labels.filter.unknown_episode": _("There is no episode with this title: %(names)s. Write the whole title."),
        "labels.filter.unknown_speaker": _("There is no speaker with this name: %(names)s. Write the whole name."),
        "labels.filter.unknown_dialogue": _("There is no dialogue with this name: %(names)s. Write the whole name."),
        "labels.filter.unknown_batch": _("There is no batch %(batch)s. Choose one in the form."),
        "labels.filter.unknown_finding": _("There is no finding %(finding)s any more. Choose a kind in the form."),
        "labels.filter.names_raters": _(
            "Adjudicators do not learn who gave an answer, so filters on single raters cannot be used. Remove them."
        ),
        "labels.place_gone": _("The utterance at which this page began is gone. Start again from the first page."),
        "kind.agreement.label_index": _("Answers for the search"),
    }
)
