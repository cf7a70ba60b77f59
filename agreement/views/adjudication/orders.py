"""The orders of the queue, for choosing."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from corpus.models import Corpus

DISAGREEMENT = "disagreement"


def orders(corpus: Corpus) -> list[tuple[str, str]]:
    """Return the orders of the queue with their names in the reader's language, the usual one first."""
    general = [
        (DISAGREEMENT, _("Disagreement")),
        ("flag", _("Flags")),
        ("finding", _("Findings")),
        ("score", _("Label-error score")),
    ]
    if corpus.codebook is None:
        return general
    rules, language = corpus.codebook.rules(), get_language() or "en"
    questions = [(f"question:{each.slug}", rules.text(each.slug, language).name) for each in rules.questions]
    return [*general, *questions]
