"""Tags of the entry points of adjudication."""

from django import template

from agreement.models import CaseRank
from corpus.models import Membership

register = template.Library()


@register.simple_tag
def cases_wait(membership: Membership) -> bool:
    """Return whether the queue has a case, for an adjudicator of a corpus that can be written."""
    if not membership.is_adjudicator or membership.corpus.archived_at:
        return False
    return CaseRank.objects.filter(corpus=membership.corpus_id).exists()
