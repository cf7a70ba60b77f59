"""Short names of corpora: present and former ones, each of one corpus."""

from __future__ import annotations

import re

from django.db import DatabaseError, transaction

from common.errors import Refused
from common.models import User
from corpus.models import Corpus, FormerShortName

SHORT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
RESERVED_SLUGS = {"new"}  # URLs next to those of the corpora


def corpus_named(slug: str) -> Corpus | None:
    """Return the corpus with this present or former short name, with its codebook; None: there is none."""
    corpora = Corpus.objects.select_related("codebook")
    return corpora.filter(slug=slug).first() or corpora.filter(former_short_names__slug=slug).first()


def is_free(slug: str, *, corpus: Corpus | None = None) -> bool:
    """Return whether a corpus may take a short name; its own former names are free for it."""
    if slug in RESERVED_SLUGS:
        return False
    holder = corpus_named(slug)
    return holder is None or holder == corpus


@transaction.atomic
def change_short_name(*, corpus: Corpus, slug: str, changed_by: User) -> Corpus:
    """Change the short name; the present one becomes a former name, which leads to the corpus for ever.

    Args:
        corpus: the corpus.
        slug: lower-case letters, digits, hyphens.
        changed_by: the manager.

    Raises:
        Refused: `corpus.archived`, `corpus.bad_slug`, `corpus.slug_taken`.
    """
    corpus = Corpus.objects.select_for_update().get(pk=corpus.pk)
    if corpus.archived_at:
        raise Refused("corpus.archived")
    if slug == corpus.slug:
        return corpus
    if not SHORT_NAME.fullmatch(slug):
        raise Refused("corpus.bad_slug", slug=slug)
    if not is_free(slug, corpus=corpus):
        raise Refused("corpus.slug_taken", slug=slug)
    former = corpus.slug
    try:
        with transaction.atomic():
            corpus.former_short_names.filter(slug=slug).delete()
            corpus.slug = slug
            corpus.save(update_fields=["slug"])
            FormerShortName.objects.create(slug=former, corpus=corpus, changed_by=changed_by)
    except DatabaseError as taken:  # another corpus was faster; a constraint or a trigger says so
        if is_free(slug, corpus=corpus):
            raise
        raise Refused("corpus.slug_taken", slug=slug) from taken
    return corpus
