"""The list of corpora, the form for a new one, and the overview and settings of each."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from common.errors import Refused
from common.models import User
from corpus.access import corpus_view
from corpus.domain.people.consents import is_to_be_asked
from corpus.domain.structure.corpora import change_settings, create_corpus
from corpus.domain.structure.overview import figures, labelled_by, memberships_of, next_steps
from corpus.forms.corpora import CorpusForm, SettingsForm
from corpus.models import Corpus, Membership


def home(request: HttpRequest) -> HttpResponse:
    """List the corpora of the signed-in user."""
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware runs before every view
    memberships = list(memberships_of(request.user))
    steps = next_steps(memberships)
    rows = [(membership, steps[membership.pk]) for membership in memberships]
    return render(request, "corpus/home.html", {"rows": rows})


def create(request: HttpRequest) -> HttpResponse:
    """Create a corpus; requires `may_create_corpora`."""
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware runs before every view
    if not request.user.may_create_corpora:
        raise PermissionDenied
    form = CorpusForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            corpus = create_corpus(created_by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("corpus:overview", corpus.slug)
    return render(request, "corpus/create.html", {"form": form})


@corpus_view()
def overview(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the contents of the corpus and the next step; annotators see only their own work."""
    step = next_steps([membership])[membership.pk]
    context: dict[str, object] = {
        "corpus": corpus,
        "membership": membership,
        "step": step,
        "asks_for_consent": is_to_be_asked(membership),
    }
    if membership.roles == [Membership.Role.ANNOTATOR]:
        context["labelled"] = labelled_by(membership)
    else:
        context["figures"] = figures(corpus)
    return render(request, "corpus/overview.html", context)


@corpus_view(Membership.Role.MANAGER)
def settings(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Edit the title, the division of subtitles, and the limits of working time."""
    form = SettingsForm(
        request.POST or None, initial={name: getattr(corpus, name) for name in SettingsForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_settings(corpus=corpus, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("corpus:settings", corpus.slug)
    return render(request, "corpus/settings.html", {"corpus": corpus, "membership": membership, "form": form})
