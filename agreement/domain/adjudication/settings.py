"""Settings of adjudication."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from agreement.domain.adjudication.queue import requests
from agreement.models import AdjudicationSettings
from common.errors import Refused
from corpus.domain.structure.archiving import require_writable
from corpus.models import Corpus
from corpus.rules.codebook.parsing import SLUG

MOST_REASONS = 30
LONGEST_REASON = 120


def settings_of(corpus: Corpus) -> AdjudicationSettings:
    """Return the settings of a corpus; the defaults, not stored, if there are none."""
    return AdjudicationSettings.objects.filter(corpus=corpus).first() or AdjudicationSettings(corpus=corpus)


@transaction.atomic
def change_settings(
    *,
    corpus: Corpus,
    blind_percent: int,
    double_percent: int,
    audit_percent: int,
    reasons: Sequence[dict[str, Any]],
    feedback_allowed: bool,
) -> AdjudicationSettings:
    """Store the settings of a corpus; new shares apply to the cases nobody has taken yet.

    Args:
        corpus: the corpus.
        blind_percent: cases that are decided before the answers are shown.
        double_percent: cases that two adjudicators decide; at most `blind_percent`.
        audit_percent: utterances with unanimous or majority answers that are audited.
        reasons: for own decisions, each with a `slug` and `texts` by language.
        feedback_allowed: whether annotators see where a decision differs from their answers.

    Raises:
        Refused: `corpus.archived`; `adjudication.shares`; `adjudication.reasons`.
    """
    require_writable(corpus)
    if not (0 <= double_percent <= blind_percent <= 100 and 0 <= audit_percent <= 100):
        raise Refused("adjudication.shares")
    if not _are_reasons(reasons):
        raise Refused("adjudication.reasons", most=MOST_REASONS, longest=LONGEST_REASON)
    stored, _ = AdjudicationSettings.objects.select_for_update().get_or_create(corpus=corpus)
    before = stored.blind_percent, stored.double_percent, stored.audit_percent
    stored.blind_percent, stored.double_percent, stored.audit_percent = blind_percent, double_percent, audit_percent
    stored.reasons, stored.feedback_allowed = list(reasons), feedback_allowed
    stored.save()
    if before != (blind_percent, double_percent, audit_percent):
        requests.request_whole_queue(corpus=corpus)
    return stored


def _are_reasons(reasons: Sequence[dict[str, Any]]) -> bool:
    slugs = [each.get("slug") for each in reasons]
    return (
        len(reasons) <= MOST_REASONS
        and len(set(slugs)) == len(slugs)
        and all(isinstance(slug, str) and SLUG.fullmatch(slug) and len(slug) <= 40 for slug in slugs)
        and all(
            isinstance(each.get("texts"), dict)
            and each["texts"]
            and all(isinstance(text, str) and 0 < len(text) <= LONGEST_REASON for text in each["texts"].values())
            for each in reasons
        )
    )
