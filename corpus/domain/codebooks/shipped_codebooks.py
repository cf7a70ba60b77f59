"""Codebooks that come with the program, put in use together with their guidelines."""

from django.db import transaction

from common.models import User
from corpus.domain.codebooks.codebook_versions import add_codebook_version, shipped_codebook, use_codebook
from corpus.domain.codebooks.guideline_versions import add_guideline_version, shipped_guideline
from corpus.models import CodebookVersion, Corpus


@transaction.atomic
def adopt(*, corpus: Corpus, name: str, created_by: User | None = None) -> CodebookVersion:
    """Put a shipped codebook in use, and its guideline where the corpus has none.

    Args:
        corpus: the corpus; a codebook that it has already is not added again.
        name: one of `shipped_codebooks`.
        created_by: who asked.

    Raises:
        Refused: `codebook.not_shipped`.
    """
    text = shipped_codebook(name)
    version = CodebookVersion.objects.filter(corpus=corpus, source=text).first()
    version = version or add_codebook_version(corpus=corpus, yaml_text=text, created_by=created_by)
    use_codebook(corpus=corpus, codebook=version)
    if corpus.guideline is None:
        add_guideline_version(corpus=corpus, texts=shipped_guideline(name), created_by=created_by)
    return version
