"""The codebooks and guidelines that come with Concord, and their adoption by a corpus."""

from pathlib import Path

from django.db import transaction

from common.errors import Refused
from common.models import User
from corpus.domain.codebooks.codebook_versions import add_codebook_version, use_codebook
from corpus.domain.codebooks.guideline_versions import LANGUAGES, add_guideline_version
from corpus.models import CodebookVersion, Corpus

CODEBOOKS = Path(__file__).resolve().parents[2] / "shipped_codebooks"
GUIDELINES = Path(__file__).resolve().parents[2] / "shipped_guidelines"
GUIDELINE_PARTS = {"affect-dialogue": ("affect-dialogue",), "affect-dialogue-cmma": ("affect-dialogue", "pride-love")}
DEFAULT = "affect-dialogue"


def shipped_codebooks() -> list[str]:
    """Return the names of the shipped codebooks."""
    return sorted(path.stem for path in CODEBOOKS.glob("*.yaml"))


def shipped_codebook(name: str) -> str:
    """Return the YAML of a shipped codebook.

    Raises:
        Refused: `codebook.not_shipped`.
    """
    if name not in shipped_codebooks():
        raise Refused("codebook.not_shipped", name=name)
    return (CODEBOOKS / f"{name}.yaml").read_text(encoding="utf-8")


def shipped_guideline(codebook_name: str) -> dict[str, str]:
    """Return the guideline of a shipped codebook, language -> Markdown; empty for another codebook."""
    parts = GUIDELINE_PARTS.get(codebook_name, ())
    return {
        language: "\n".join((GUIDELINES / f"{part}.{language}.md").read_text(encoding="utf-8") for part in parts)
        for language in LANGUAGES
        if parts
    }


@transaction.atomic
def adopt(*, corpus: Corpus, name: str, created_by: User | None = None) -> CodebookVersion:
    """Put a shipped codebook in use, and its guideline if the corpus has none.

    Args:
        corpus: the corpus; a codebook that it has already is not added again.
        name: one of `shipped_codebooks`.
        created_by: the person who acts.

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
