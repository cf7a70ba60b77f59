"""Counts of open messages, for the navigation of every page of a corpus."""

from django import template

from annotator.domain.messages.inbox import Inbox, inbox
from corpus.models import Corpus

register = template.Library()


@register.simple_tag
def inbox_of(corpus: Corpus) -> Inbox:
    """Return the counts of open flags, inquiries and returned dialogues."""
    return inbox(corpus)
