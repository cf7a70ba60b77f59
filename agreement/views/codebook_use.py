"""The page that a manager confirms before another codebook version is put in use."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from agreement.domain.codebook_changes import QuestionChange, changes
from agreement.presentation.left_out import left_out_sentences
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import CodebookVersion, Corpus, Membership
from corpus.rules.codebook import Codebook


@require_safe
@corpus_view(Membership.Role.MANAGER)
def use_codebook(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show how many answers to each question cannot be compared once a version is in use."""
    version = get_object_or_404(CodebookVersion, corpus=corpus, public_id=public_id)
    try:
        found = changes(corpus=corpus, codebook=version)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("corpus:codebook_version", corpus.slug, public_id)
    rows = [
        (_name(each, corpus, version), each, left_out_sentences(each.figures) if each.figures else []) for each in found
    ]
    context = {
        "corpus": corpus,
        "membership": membership,
        "version": version,
        "moved_from": corpus.codebook if corpus.codebook_id != version.pk else None,
        "rows": rows,
        "lost": sum(each.lost for each in found),
        "emptied": [name for name, each, _reasons in rows if each.before and not each.after],
    }
    return render(request, "agreement/use_codebook.html", context)


def _name(change: QuestionChange, corpus: Corpus, version: CodebookVersion) -> str:
    """Return the name of a question, from the version in use if the other one no longer asks it."""
    rules: Codebook = corpus.codebook.rules() if change.is_removed and corpus.codebook else version.rules()
    return rules.text(change.slug, get_language() or "en").name
