"""Guidelines as HTML, with players for their clips."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from corpus.models import Utterance
from corpus.rules.guideline import markdown
from corpus.rules.guideline.clips import Clip, utterances_in


def guideline_html(text: str, *, corpus: int) -> str:
    """Return a guideline's text as safe HTML; its clips are played from the files of their episodes.

    Args:
        text: Markdown.
        corpus: primary key; clips of other corpora are not shown.
    """
    return markdown.render(text, clips_in(text, corpus=corpus))


def clips_in(text: str, *, corpus: int) -> dict[str, Clip]:
    """Return public id of an utterance -> its clip, for the clips of a text that can be played."""
    utterances = [UUID(each) for each in utterances_in(text)]
    if not utterances:
        return {}
    rows = Utterance.objects.filter(
        public_id__in=utterances,
        dialogue__corpus=corpus,
        start_ms__isnull=False,
        end_ms__isnull=False,
        dialogue__episode__playable__isnull=False,
    ).values_list("public_id", "dialogue__episode__playable__public_id", "start_ms", "end_ms")
    return {str(key): Clip(reverse("media", args=[file]), start or 0, end or 0) for key, file, start, end in rows}
