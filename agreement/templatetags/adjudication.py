"""Tags of the entry points of adjudication."""

from django import template

from agreement.domain.adjudication.overview import late_count
from agreement.models import AdjudicationSettings, CaseRank
from corpus.models import Corpus, Membership

register = template.Library()


@register.simple_tag
def cases_wait(membership: Membership) -> bool:
    """Return whether the queue has a case, for an adjudicator of a corpus that can be written."""
    if not membership.is_adjudicator or membership.corpus.archived_at:
        return False
    return CaseRank.objects.filter(corpus=membership.corpus_id).exists()


@register.simple_tag
def allows_feedback(corpus: Corpus) -> bool:
    """Return whether annotators of a corpus may see where decisions differ from their answers."""
    return AdjudicationSettings.objects.filter(corpus=corpus, feedback_allowed=True).exists()


@register.simple_tag
def late_decisions_of(corpus: Corpus) -> int:
    """Return the number of late decisions that a manager has to review."""
    return late_count(corpus)
