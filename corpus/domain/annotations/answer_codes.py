"""The check and the rebuild of the codes of annotations: of the present answers, and of those handed in first.

`commit_revision` and imports write the codes with the answers, so a rebuild is needed only after rows were
changed outside of Concord.
"""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import F

from corpus.models import Annotation, CodebookVersion, Corpus, Revision

CHUNK = 1000  # annotations read and written at once

Progress = Callable[[int, int], None]


def rebuild_codes(*, corpus: Corpus, progress: Progress | None = None) -> int:
    """Rewrite the codes of annotations that differ from their answers.

    Args:
        corpus: its annotations are checked.
        progress: called with the number of annotations checked so far and in all.

    Returns:
        The number of annotations whose codes were wrong.
    """
    rows = Annotation.objects.filter(utterance__dialogue__corpus=corpus)
    total, done, wrong = rows.count(), 0, 0
    codebooks = {version.pk: version for version in CodebookVersion.objects.filter(corpus=corpus)}
    last = 0
    while True:
        with transaction.atomic():
            chunk = list(rows.filter(pk__gt=last).select_for_update(of=("self",)).order_by("pk")[:CHUNK])
            first = _first_revisions(chunk)
            changed = [row for row in chunk if _set_codes(row, codebooks[row.codebook_id], first.get(row.pk))]
            Annotation.objects.bulk_update(changed, ["codes", "first_codes", "first_number"])
        if not chunk:
            return wrong
        last, done, wrong = chunk[-1].pk, done + len(chunk), wrong + len(changed)
        if progress:
            progress(done, total)


def _first_revisions(chunk: Sequence[Annotation]) -> dict[int, Revision]:
    """Return the revisions that were handed in first, by annotation."""
    corrected = [row.pk for row in chunk if row.first_number is not None]
    first = Revision.objects.filter(annotation__in=corrected, number=F("annotation__first_number"))
    return {revision.annotation_id: revision for revision in first}


def _set_codes(annotation: Annotation, codebook: CodebookVersion, first: Revision | None) -> bool:
    """Set the codes of an annotation and of its first revision; return whether they were different before."""
    if annotation.first_codes is None and annotation.answers is None:
        first = None  # withdrawn by an edit: only its number stays
    stored = [each and bytes(each) for each in (annotation.codes, annotation.first_codes)]
    layout = codebook.layout()
    annotation.codes = None if annotation.answers is None else layout.encode(annotation.answers)
    first_answers = first.answers if first else None
    annotation.first_codes = None if first_answers is None else layout.encode(first_answers)
    if first_answers is None and annotation.answers is not None:
        annotation.first_number = None
    return stored != [annotation.codes, annotation.first_codes]
