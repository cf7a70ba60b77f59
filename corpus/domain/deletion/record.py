"""The record that remains of deleted material."""

from datetime import datetime

from common.models import Job
from corpus.models import Corpus, Deletion


def record(job: Job, kind: str, *, corpus: Corpus, name: str, counts: dict[str, int], requested_at: str) -> Deletion:
    """Record what a job has deleted, in the transaction that ends the deletion.

    Args:
        job: of the deletion; whoever created it is the person who deleted.
        kind: one of `Deletion.Kind`.
        corpus: the corpus, or the one that the material belonged to.
        name: of what was deleted.
        counts: what was deleted, and the bytes of its files.
        requested_at: in ISO format.
    """
    person = job.created_by
    return Deletion.objects.create(
        kind=kind,
        corpus=corpus.public_id,
        name=name[:400],
        counts=counts,
        person=person,
        person_name=f"{person} ({person.username})" if person else "",
        requested_at=datetime.fromisoformat(requested_at),
    )
