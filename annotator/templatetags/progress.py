"""Figures of work on the pages of a corpus."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from annotator.domain.allocation.waiting import NextWork, next_work
from annotator.domain.figures import corpus_work, own_work
from corpus.models import Corpus, Membership

register = template.Library()


@register.filter
def hours(milliseconds: int) -> str:
    """Return a duration as hours and minutes."""
    minutes = milliseconds // 60_000
    return _("%(hours)d h %(minutes)02d min") % {"hours": minutes // 60, "minutes": minutes % 60}


@register.simple_tag
def next_work_of(membership: Membership) -> str:
    """Return what a claim of an annotator would do now, one of `NextWork`."""
    rater = getattr(membership, "rater", None)
    return next_work(rater=rater, now=timezone.now()) if rater else NextWork.NOTHING


@register.simple_tag
def own_work_of(membership: Membership) -> dict[str, int]:
    """Return the numbers of `dialogues` and `utterances` that an annotator has done."""
    rater = getattr(membership, "rater", None)
    if rater is None:
        return {"dialogues": 0, "utterances": 0}
    return {
        "dialogues": own_work.dialogues_done(rater=rater.pk),
        "utterances": own_work.utterances_labelled(rater=rater),
    }


@register.simple_tag
def labelled_of(corpus: Corpus) -> corpus_work.LabelledUtterances:
    """Return how many utterances of the main work have answers."""
    return corpus_work.labelled_utterances(corpus=corpus)
