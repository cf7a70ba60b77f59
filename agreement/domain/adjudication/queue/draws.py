"""Random draws for an utterance: whether its case is blind, double or audited.

The draws follow from the secret seed of the corpus and the public id of the utterance. Nobody without the seed can
predict them, they stay the same however often the queue is computed, and a larger share contains a smaller one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from agreement.models import AdjudicationSettings

BITS = 2**64


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws for one utterance.

    Attributes:
        blind: decided before the answers are shown.
        double: decided by a second adjudicator, too; then it is blind as well.
        audited: in the sample of unanimous and majority utterances; then it is blind as well.
        position: 0 to 1, where an audited utterance stands in each order of the queue.
    """

    blind: bool
    double: bool
    audited: bool
    position: float


def draws(settings: AdjudicationSettings, utterance: UUID, *, can_be_audited: bool) -> Draws:
    """Return what was drawn about an utterance.

    Args:
        settings: shares and seed.
        utterance: public id.
        can_be_audited: whether its answers are unanimous or have a majority.
    """
    purposes = ("blind", "double", "audit", "position")
    blind, double, audited, position = (uniform(settings, utterance, purpose) for purpose in purposes)
    is_audited = can_be_audited and 100 * audited < settings.audit_percent
    is_blind = is_audited or 100 * blind < settings.blind_percent
    # a share of the blind ones, whether audited or not: an adjudicator cannot tell an audit by its second place
    is_double = is_blind and double * settings.blind_percent < settings.double_percent
    return Draws(is_blind, is_double, is_audited, position)


def uniform(settings: AdjudicationSettings, utterance: UUID, purpose: str) -> float:
    """Return a number from 0 to 1 that looks random, and is always the same for an utterance and purpose."""
    digest = hashlib.sha256(f"{settings.seed} {purpose} {utterance}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / BITS
