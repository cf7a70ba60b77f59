"""Making a corpus and changing its settings."""

import secrets

from django.db import transaction
from django.utils.text import slugify

from common.errors import Refused
from common.models import User
from corpus.domain.members import add_member
from corpus.models import Corpus, Membership

LONGEST_GAP_MS = 60_000
RESERVED_SLUGS = {"new"}  # addresses beside those of the corpora


@transaction.atomic
def create_corpus(*, title: str, created_by: User, slug: str = "") -> Corpus:
    """Make a corpus whose first manager is the person who makes it.

    Args:
        title: for people; need not be unique.
        created_by: must have `may_create_corpora`.
        slug: name in addresses and commands; made from the title where empty.

    Raises:
        Refused: `corpus.may_not_create`, `corpus.slug_taken`.
    """
    if not created_by.may_create_corpora:
        raise Refused("corpus.may_not_create")
    slug = slug or free_slug(title)
    if slug in RESERVED_SLUGS or Corpus.objects.filter(slug=slug).exists():
        raise Refused("corpus.slug_taken", slug=slug)
    corpus = Corpus.objects.create(slug=slug, title=title)
    add_member(corpus=corpus, user=created_by, role=Membership.Role.MANAGER)
    return corpus


def free_slug(title: str) -> str:
    """Return a slug that no corpus has: the title's ASCII letters, else a random one (a title may be all Chinese)."""
    stem = slugify(title)[:50] or "corpus"
    slug = stem if stem != "corpus" else f"corpus-{secrets.token_hex(3)}"
    while slug in RESERVED_SLUGS or Corpus.objects.filter(slug=slug).exists():
        slug = f"{stem}-{secrets.token_hex(3)}"
    return slug


@transaction.atomic
def change_settings(*, corpus: Corpus, title: str, silence_ms: int, merge_gap_ms: int) -> Corpus:
    """Change a corpus's title and how subtitles brought in from now on are cut.

    Args:
        corpus: the corpus.
        title: for people.
        silence_ms: a silence longer than this starts a new dialogue.
        merge_gap_ms: cues of one speaker closer than this become one utterance.

    Raises:
        Refused: `corpus.gaps_out_of_range`.
    """
    if not 0 <= merge_gap_ms <= silence_ms <= LONGEST_GAP_MS:
        raise Refused("corpus.gaps_out_of_range", longest=LONGEST_GAP_MS)
    corpus = Corpus.objects.select_for_update().get(pk=corpus.pk)
    corpus.title, corpus.silence_ms, corpus.merge_gap_ms = title, silence_ms, merge_gap_ms
    corpus.save(update_fields=["title", "silence_ms", "merge_gap_ms"])
    return corpus
