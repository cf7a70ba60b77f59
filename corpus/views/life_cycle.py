"""Archiving, renaming and copying a corpus, for its managers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import Refused
from common.models import User
from corpus.access import corpus_view
from corpus.domain.structure import archiving
from corpus.domain.structure.copies import copy_corpus
from corpus.domain.structure.short_names import change_short_name
from corpus.forms.corpora import CorpusForm
from corpus.models import Corpus, Membership

MANAGER = Membership.Role.MANAGER


@require_POST
@corpus_view(MANAGER, while_archived=True)
def archive(request: HttpRequest, corpus: Corpus, _membership: Membership) -> HttpResponse:
    """Make the corpus read-only."""
    archiving.archive(corpus=corpus, now=timezone.now())
    messages.success(request, _("The corpus is archived. It is listed under “Archived” now."))
    return redirect("corpus:settings", corpus.slug)


@require_POST
@corpus_view(MANAGER, while_archived=True)
def unarchive(request: HttpRequest, corpus: Corpus, _membership: Membership) -> HttpResponse:
    """Make the corpus writable again."""
    try:
        archiving.unarchive(corpus=corpus)
        messages.success(request, _("The corpus can be changed again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("corpus:settings", corpus.slug)


@require_POST
@corpus_view(MANAGER)
def rename(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Change the short name."""
    try:
        corpus = change_short_name(corpus=corpus, slug=request.POST.get("slug", "").strip(), changed_by=membership.user)
        messages.success(request, _("The short name is %(name)s now.") % {"name": corpus.slug})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("corpus:settings", corpus.slug)


@corpus_view(MANAGER, while_archived=True)
def copy(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Create a corpus with the codebook, guideline, settings and members of this one."""
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware runs before every view
    form = CorpusForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = copy_corpus(corpus=corpus, copied_by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The copy was created. It has no dialogues yet."))
            return redirect("corpus:overview", made.slug)
    people = corpus.memberships.filter(is_active=True, user__is_active=True).count()
    context = {"corpus": corpus, "membership": membership, "form": form, "people": people}
    return render(request, "corpus/copy.html", context)
