"""Consent of members to the information that a release may carry about them, and the text they read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from common.errors import Refused
from common.models import User
from corpus.models import Consent, ConsentText, Corpus, Demographics, Membership, Rater

LANGUAGES = ("zh", "en")
SHIPPED = Path(__file__).resolve().parents[2] / "shipped_consent"
MAX_CHARACTERS = 20_000
DEMOGRAPHICS = ("age_group", "gender", "first_language")


@dataclass(frozen=True, slots=True)
class ShownText:
    """The text in use: its version, 0 for the shipped one that the corpus has not stored yet, and its languages."""

    version: int
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Withheld:
    """Raters that a release does not list.

    Attributes:
        slugs: of raters whose member refused to have their answers listed.
        not_asked: number of members who have never decided; their answers are listed under their pseudonym, since a
            manager may have their consent on paper.
    """

    slugs: frozenset[str]
    not_asked: int


def consent_text(corpus: Corpus) -> ShownText:
    """Return the consent text in use in a corpus."""
    newest = ConsentText.objects.filter(corpus=corpus).order_by("-version").first()
    return ShownText(newest.version, newest.texts) if newest else ShownText(0, _shipped())


def consent_of(membership: Membership) -> Consent | None:
    """Return a member's newest decision."""
    return Consent.objects.filter(membership=membership).select_related("text").order_by("-pk").first()


def is_to_be_asked(membership: Membership) -> bool:
    """Return whether an annotator has not decided yet, or only under an earlier text."""
    if not membership.is_annotator:
        return False
    consent = consent_of(membership)
    return consent is None or consent.text.version < consent_text(membership.corpus).version


@transaction.atomic
def record_consent(
    *,
    membership: Membership,
    version: int,
    carries_answers: bool,
    carries_hours: bool,
    carries_demographics: bool,
    demographics: Mapping[str, str],
    now: datetime,
) -> Consent:
    """Record what a release may carry about a member from now on.

    Args:
        membership: of the person who decides.
        version: of the text they read, 0 for the shipped one.
        carries_answers, carries_hours, carries_demographics: their decision.
        demographics: the keys of `DEMOGRAPHICS`, as they stated them. Stored only if a release may carry them;
            otherwise earlier statements are deleted.
        now: the moment.

    Raises:
        Refused: `consent.text_changed`, the text has another version by now.
    """
    corpus = Corpus.objects.select_for_update().get(pk=membership.corpus_id)
    text = ConsentText.objects.filter(corpus=corpus).order_by("-version").first()
    if version != (text.version if text else 0):
        raise Refused("consent.text_changed")
    if text is None:
        text = ConsentText.objects.create(corpus=corpus, version=1, texts=_shipped(), created_at=now)
    if carries_demographics:
        stated = {name: demographics.get(name, "") for name in DEMOGRAPHICS}
        Demographics.objects.update_or_create(membership=membership, defaults=stated)
    else:
        Demographics.objects.filter(membership=membership).delete()
    return Consent.objects.create(
        membership=membership,
        text=text,
        carries_answers=carries_answers,
        carries_hours=carries_hours,
        carries_demographics=carries_demographics,
        created_at=now,
    )


@transaction.atomic
def change_consent_text(
    *, corpus: Corpus, texts: Mapping[str, str], edited: int, created_by: User, now: datetime
) -> ShownText:
    """Store a new version of the consent text, after which annotators are asked again; unchanged texts store nothing.

    Args:
        corpus: the corpus.
        texts: language code -> text; languages without a text are left out.
        edited: the version that the author edited.
        created_by: the manager.
        now: the moment.

    Raises:
        Refused: `consent.text_empty`, `consent.text_too_long`; `consent.text_moved_on`, somebody else wrote a version
            in the meantime.
    """
    kept = {language: text.replace("\r\n", "\n").strip() for language, text in texts.items() if text.strip()}
    if not kept:
        raise Refused("consent.text_empty")
    if max(map(len, kept.values())) > MAX_CHARACTERS:
        raise Refused("consent.text_too_long", characters=MAX_CHARACTERS)
    corpus = Corpus.objects.select_for_update().get(pk=corpus.pk)
    shown = consent_text(corpus)
    if edited != shown.version:
        raise Refused("consent.text_moved_on")
    if kept == {language: text.strip() for language, text in shown.texts.items()}:
        return shown
    newest = ConsentText.objects.filter(corpus=corpus).aggregate(newest=Max("version"))["newest"] or 0
    ConsentText.objects.create(corpus=corpus, version=newest + 1, texts=kept, created_by=created_by, created_at=now)
    return consent_text(corpus)


def newest_consents(memberships: Iterable[Membership]) -> dict[int, Consent]:
    """Return the newest decision of each membership by its primary key; those without one are missing."""
    rows = Consent.objects.filter(membership__in=list(memberships)).select_related("text").order_by("pk")
    return {row.membership_id: row for row in rows}


def withheld(raters: Iterable[Rater]) -> Withheld:
    """Return which of these raters a release does not list.

    The newest decision of a member counts, also if the text has changed since.
    """
    members = {rater.membership_id: rater.slug for rater in raters if rater.membership_id}
    decided = dict(
        Consent.objects.filter(membership__in=members).order_by("pk").values_list("membership", "carries_answers")
    )
    refused = frozenset(members[pk] for pk, carries_answers in decided.items() if not carries_answers)
    return Withheld(refused, len(members) - len(decided))


def _shipped() -> dict[str, str]:
    return {
        language: (SHIPPED / f"consent.{language}.md").read_text(encoding="utf-8").strip() for language in LANGUAGES
    }
