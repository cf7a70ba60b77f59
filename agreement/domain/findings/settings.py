"""The settings of detection in a corpus: pausing of annotators, and the rules of exclusion."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from agreement.models import DetectionSettings, ExclusionRules
from common.errors import Refused
from common.models import User
from corpus.models import Annotation, Corpus, Purpose, Rater

LONGEST_RULES = 10_000  # characters


def pauses(corpus: Corpus) -> bool:
    """Return whether a severe finding pauses its annotator."""
    return DetectionSettings.objects.filter(corpus=corpus, pauses=True).exists()


@transaction.atomic
def change_pausing(*, corpus: Corpus, pauses: bool) -> None:
    """Choose whether a severe finding that is more than disagreement pauses its annotator."""
    DetectionSettings.objects.update_or_create(corpus=corpus, defaults={"pauses": pauses})


@transaction.atomic
def write_exclusion_rules(*, corpus: Corpus, text: str, by: User, now: datetime) -> ExclusionRules:
    """Write down the rules of exclusion; earlier ones stay on record, and the same text again changes nothing.

    Raises:
        Refused: `findings.rules_missing`, `findings.rules_too_long`.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("findings.rules_missing")
    if len(text) > LONGEST_RULES:
        raise Refused("findings.rules_too_long", longest=LONGEST_RULES)
    Corpus.objects.select_for_update(no_key=True).get(pk=corpus.pk)
    newest = rules_in_force(corpus)
    if newest is not None and newest.text == text:
        return newest
    answered = Annotation.objects.filter(
        rater__corpus=corpus, rater__kind=Rater.Kind.MEMBER, purpose=Purpose.MAIN, answers__isnull=False
    )
    return ExclusionRules.objects.create(
        corpus=corpus, text=text, annotations=answered.count(), written_by=by, written_at=now
    )


def rules_in_force(corpus: Corpus) -> ExclusionRules | None:
    """Return the newest rules of exclusion."""
    return ExclusionRules.objects.filter(corpus=corpus).select_related("written_by").first()
