"""Rates of pay: per corpus and per person, each from a day on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.db.models import QuerySet

from annotator.models import PayRate
from common.errors import Refused
from common.models import User
from corpus.models import Corpus, Membership

CURRENCY = re.compile("[A-Z]{3}")
LARGEST = Decimal("999999.99")
CENT = Decimal("0.01")
HOUR_MS = 3_600_000


@transaction.atomic
def set_rate(
    *,
    corpus: Corpus,
    membership: Membership | None = None,
    hourly: Decimal,
    currency: str,
    valid_from: date,
    created_by: User,
) -> PayRate:
    """Set the pay per hour of active time from a day on; earlier rates stay as they are.

    Args:
        corpus: the corpus.
        membership: whose rate; None: of everyone without a rate of their own.
        hourly: amount; 0 ends the pay.
        currency: three capital letters (ISO 4217), the same for all rates of a corpus.
        valid_from: first day; of two rates from the same day the later entry counts.
        created_by: the manager.

    Raises:
        Refused: `hours.bad_rate`, `hours.bad_currency`, `hours.other_currency`, `hours.other_corpus`.
    """
    if not Decimal(0) <= hourly <= LARGEST or hourly != hourly.quantize(CENT):
        raise Refused("hours.bad_rate")
    if not CURRENCY.fullmatch(currency):
        raise Refused("hours.bad_currency")
    if membership is not None and membership.corpus_id != corpus.pk:
        raise Refused("hours.other_corpus")
    Corpus.objects.select_for_update(no_key=True).get(pk=corpus.pk)  # one at a time: the currencies are equal
    other = PayRate.objects.filter(corpus=corpus).exclude(currency=currency).first()
    if other is not None:
        raise Refused("hours.other_currency", currency=other.currency)
    return PayRate.objects.create(
        corpus=corpus,
        membership=membership,
        hourly=hourly,
        currency=currency,
        valid_from=valid_from,
        created_by=created_by,
    )


def rates_of(corpus: Corpus) -> QuerySet[PayRate]:
    """Return the rates of a corpus, the newest day first."""
    return (
        PayRate.objects.filter(corpus=corpus)
        .select_related("membership__user", "membership__rater", "created_by")
        .order_by("-valid_from", "-pk")
    )


@dataclass(frozen=True)
class Rates:
    """The rates of a corpus, the newest day first."""

    rows: tuple[PayRate, ...]

    @classmethod
    def of(cls, rates: Iterable[PayRate]) -> Rates:
        """Return rates for calculations; `rates` as `rates_of` orders them."""
        return cls(tuple(rates))

    @property
    def currency(self) -> str:
        """The currency of all rates; empty if there is none."""
        return self.rows[0].currency if self.rows else ""

    def on(self, day: date, membership: int | None) -> PayRate | None:
        """Return the rate of a person (primary key of the membership) on a day: their own, else that of everyone."""
        valid = [rate for rate in self.rows if rate.valid_from <= day]
        own = [rate for rate in valid if rate.membership_id is not None and rate.membership_id == membership]
        everyone = [rate for rate in valid if rate.membership_id is None]
        return next(iter(own + everyone), None)

    def pay(self, day: date, membership: int | None, active_ms: int) -> Decimal | None:
        """Return the pay for active time on a day, half cents rounded up; None without a rate."""
        rate = self.on(day, membership)
        if rate is None:
            return None
        return (rate.hourly * active_ms / HOUR_MS).quantize(CENT, rounding=ROUND_HALF_UP)
