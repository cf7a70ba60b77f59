"""Answers of a source rater in the database, as an import writes them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from corpus.domain.imports.source_answers import SourceAnswerEncoder
from corpus.models import Annotation, CodebookVersion, Rater, Revision, Utterance


def import_answers(
    *, rater: Rater, codebook: CodebookVersion, answers: Iterable[tuple[Utterance, Mapping[str, Any]]]
) -> None:
    """Store answers as the first revision of an annotation each."""
    encode = SourceAnswerEncoder(codebook)
    for utterance, given in answers:
        text, codes = encode(given)
        settled = json.loads(text)
        annotation = Annotation.objects.create(
            rater=rater, utterance=utterance, codebook=codebook, answers=settled, codes=codes, number=1
        )
        Revision.objects.create(
            annotation=annotation, number=1, cause=Revision.Cause.IMPORT, answers=settled, raw={}, codebook=codebook
        )
