"""Versions of a corpus's codebook: append-only; one of them is in use."""

import hashlib

from django.db import transaction
from django.db.models import Max

from common.errors import Refused
from common.models import User
from corpus.models import CodebookVersion, Corpus
from corpus.rules.codebook import as_document, parse


@transaction.atomic
def add_codebook_version(*, corpus: Corpus, yaml_text: str, created_by: User | None = None) -> CodebookVersion:
    """Check a codebook and add it to a corpus; the first version is put in use.

    Args:
        corpus: the corpus.
        yaml_text: the codebook's YAML, stored unchanged.
        created_by: the person who acts.

    Raises:
        CodebookFault: the YAML is not a valid codebook; lists every problem.
        Refused: `codebook.already_there` with the version that has the same content.
    """
    codebook = parse(yaml_text)
    Corpus.objects.select_for_update().get(pk=corpus.pk)  # one at a time: version numbers have no gaps
    sha256 = hashlib.sha256(yaml_text.encode()).hexdigest()
    same = CodebookVersion.objects.filter(corpus=corpus, sha256=sha256).first()
    if same is not None:
        raise Refused("codebook.already_there", version=same.version)
    newest = CodebookVersion.objects.filter(corpus=corpus).aggregate(Max("version"))["version__max"] or 0
    version = CodebookVersion.objects.create(
        corpus=corpus,
        version=newest + 1,
        name=codebook.name,
        source=yaml_text,
        document=as_document(codebook),
        sha256=sha256,
        created_by=created_by,
    )
    if not newest:
        use_codebook(corpus=corpus, codebook=version)
    return version


@transaction.atomic
def use_codebook(*, corpus: Corpus, codebook: CodebookVersion) -> None:
    """Put a version in use for assignments claimed from now on; open ones keep theirs.

    Raises:
        Refused: `codebook.other_corpus`.
    """
    if codebook.corpus_id != corpus.pk:
        raise Refused("codebook.other_corpus")
    corpus.codebook = codebook
    corpus.save(update_fields=["codebook"])
