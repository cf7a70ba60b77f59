"""The annotators' work on the page of an episode."""

from __future__ import annotations

from django import template

from annotator.domain.labelling.ready_undo import undoable
from corpus.models import Dialogue, Episode

register = template.Library()


@register.simple_tag
def undoable_of(episode: Episode) -> set[int]:
    """Return the primary keys of the ready dialogues of an episode that can become drafts again."""
    return set(undoable(Dialogue.objects.filter(episode=episode)).values_list("pk", flat=True))
