"""Archived corpora: read-only and out of the lists, until a manager makes them writable again.

The triggers of corpus/models/triggers.py refuse every write to an archived corpus. The checks here come before them, so
that people read a sentence before anything was begun.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from common.errors import Refused
from corpus.models import Corpus


@transaction.atomic
def archive(*, corpus: Corpus, now: datetime) -> None:
    """Make a corpus read-only; an archived one stays as it is.

    Leases run on: an annotator's dialogue is in hand again once the corpus is writable, unless its lease has expired
    and somebody else has taken it by then.
    """
    Corpus.objects.filter(pk=corpus.pk, archived_at__isnull=True).update(archived_at=now)


@transaction.atomic
def unarchive(*, corpus: Corpus) -> None:
    """Make an archived corpus writable again.

    Raises:
        Refused: `corpus.being_deleted`.
    """
    locked = Corpus.objects.select_for_update().get(pk=corpus.pk)
    if locked.deletion_requested_at:
        raise Refused("corpus.being_deleted")
    if locked.archived_at:
        locked.archived_at = None
        locked.save(update_fields=["archived_at"])


def writable_corpora() -> QuerySet[Corpus]:
    """Return the corpora in which jobs can write: neither archived nor being deleted."""
    return Corpus.objects.filter(archived_at__isnull=True, deletion_requested_at__isnull=True)


def require_writable(corpus: Corpus) -> None:
    """Refuse writes to an archived corpus.

    Raises:
        Refused: `corpus.archived`.
    """
    if corpus.archived_at:
        raise Refused("corpus.archived")
