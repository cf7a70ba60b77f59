"""Versions of a corpus's guideline: append-only; the newest one is in use."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max

from common.errors import Refused
from common.models import User
from corpus.models import Corpus, GuidelineVersion

LANGUAGES = ("zh", "en")
MAX_CHARACTERS = 100_000


@transaction.atomic
def add_guideline_version(
    *, corpus: Corpus, texts: Mapping[str, str], created_by: User | None = None, edited: int | None = None
) -> GuidelineVersion:
    """Add texts as a new version of the guideline and put it in use; unchanged texts add nothing.

    Args:
        corpus: the corpus.
        texts: language code -> Markdown; languages without a text are left out.
        created_by: the author.
        edited: the version that the author edited (0: none), if known.

    Raises:
        Refused: `guideline.empty`, `guideline.too_long`; `guideline.moved_on`: someone else wrote a
            version in the meantime.
    """
    kept = {language: text.replace("\r\n", "\n") for language, text in texts.items() if text.strip()}
    if not kept:
        raise Refused("guideline.empty")
    if max(map(len, kept.values())) > MAX_CHARACTERS:
        raise Refused("guideline.too_long", characters=MAX_CHARACTERS)
    corpus_row = Corpus.objects.select_for_update().get(pk=corpus.pk)
    if corpus_row.guideline is not None and corpus_row.guideline.texts == kept:
        return corpus_row.guideline
    newest = GuidelineVersion.objects.filter(corpus=corpus).aggregate(Max("version"))["version__max"] or 0
    if edited is not None and edited != newest:
        raise Refused("guideline.moved_on", version=newest)
    version = GuidelineVersion.objects.create(corpus=corpus, version=newest + 1, texts=kept, created_by=created_by)
    corpus.guideline = version
    corpus.save(update_fields=["guideline"])
    return version
