"""The check and the rebuild of the codes of annotations.

`commit_revision` and `import_annotations` write the codes with the answers, so a rebuild is needed only after rows were
changed outside of Concord.
"""

from collections.abc import Callable

from django.db import transaction

from corpus.models import Annotation, CodebookVersion, Corpus

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
            changed = [row for row in chunk if _set_codes(row, codebooks[row.codebook_id])]
            Annotation.objects.bulk_update(changed, ["codes"])
        if not chunk:
            return wrong
        last, done, wrong = chunk[-1].pk, done + len(chunk), wrong + len(changed)
        if progress:
            progress(done, total)


def _set_codes(annotation: Annotation, codebook: CodebookVersion) -> bool:
    """Set the codes of an annotation; return whether they were different before."""
    stored = None if annotation.codes is None else bytes(annotation.codes)
    annotation.codes = None if annotation.answers is None else codebook.layout().encode(annotation.answers)
    return stored != annotation.codes
