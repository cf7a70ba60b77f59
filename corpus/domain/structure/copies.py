"""Copies of a corpus without its material and answers, for a pilot or a second corpus of the same kind."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from common.models import User
from corpus.domain.codebooks.codebook_versions import add_codebook_version
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.domain.people.consents import change_consent_text, consent_text
from corpus.domain.people.members import add_member, change_roles
from corpus.domain.structure.corpora import create_corpus
from corpus.models import CodebookVersion, Corpus, Membership

# of a corpus, not settings of it; every other column is copied
OWN_COLUMNS = {
    *("id", "public_id", "slug", "title", "codebook_id", "guideline_id"),
    *("created_at", "archived_at", "deletion_requested_at"),
}


@transaction.atomic
def copy_corpus(*, corpus: Corpus, title: str, copied_by: User, slug: str = "") -> Corpus:
    """Create a corpus with the codebook, guideline and consent text in use, the settings and members of another one.

    Series, episodes, dialogues, answers, batches, calibration, releases, consents and inactive members are not copied.
    The versions in use become version 1. Annotators get new pseudonyms in the order of their present ones.

    Args:
        corpus: the one to copy.
        title: of the new corpus.
        copied_by: becomes a manager of it; must have `may_create_corpora`.
        slug: its short name; derived from the title if empty.

    Raises:
        Refused: as `create_corpus`.
    """
    made = create_corpus(title=title, created_by=copied_by, slug=slug)
    for field in Corpus._meta.concrete_fields:  # noqa: SLF001 -- documented API
        if field.attname not in OWN_COLUMNS and not field.is_relation:
            setattr(made, field.attname, getattr(corpus, field.attname))
    made.save()
    if corpus.codebook_id:
        codebook = CodebookVersion.objects.get(pk=corpus.codebook_id)
        add_codebook_version(corpus=made, yaml_text=codebook.source, created_by=copied_by)
    if corpus.guideline:
        add_guideline_version(corpus=made, texts=corpus.guideline.texts, created_by=copied_by)
    if (consent := consent_text(corpus)).version:
        change_consent_text(corpus=made, texts=consent.texts, edited=0, created_by=copied_by, now=timezone.now())
    for membership in _members(corpus):
        if membership.user_id != copied_by.pk:
            add_member(corpus=made, user=membership.user, roles=membership.roles)
        elif made.allows_several_roles:
            own = made.memberships.get(user=copied_by)
            change_roles(membership=own, roles={*membership.roles, Membership.Role.MANAGER})
    return made


def _members(corpus: Corpus) -> list[Membership]:
    """Return the active members, in the order of their raters, then of joining."""
    active = corpus.memberships.filter(is_active=True, user__is_active=True).select_related("user")
    return list(active.order_by("rater__pk", "joined_at", "pk"))
