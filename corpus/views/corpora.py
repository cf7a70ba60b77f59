"""The list of corpora, the form for a new one, and the overview and settings of each."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from common.errors import Refused
from common.models import User
from corpus.access import corpus_view
from corpus.domain.deletion.corpora import deletion_job
from corpus.domain.people.consents import is_to_be_asked
from corpus.domain.structure.corpora import change_settings, create_corpus
from corpus.domain.structure.overview import figures, labelling_step, memberships_of, next_steps
from corpus.forms.corpora import CorpusForm, SettingsForm
from corpus.models import Corpus, Deletion, Membership


def home(request: HttpRequest) -> HttpResponse:
    """List the corpora of the signed-in user; with `?archived`, the archived ones instead."""
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware runs before every view
    memberships = list(memberships_of(request.user))
    wants_archived = "archived" in request.GET
    open_to_them = [each for each in memberships if not each.corpus.deletion_requested_at]
    shown = [each for each in open_to_them if bool(each.corpus.archived_at) == wants_archived]
    steps = next_steps(shown)
    context = {
        "rows": [(membership, steps[membership.pk]) for membership in shown],
        "wants_archived": wants_archived,
        "archived": sum(bool(each.corpus.archived_at) for each in open_to_them),
        "going": [(each, deletion_job(each.corpus)) for each in memberships if each.corpus.deletion_requested_at],
    }
    return render(request, "corpus/home.html", context)


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
        "labelling_step": labelling_step(membership),
        "asks_for_consent": is_to_be_asked(membership),
    }
    if membership.roles != [Membership.Role.ANNOTATOR]:
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
    context = {
        "corpus": corpus,
        "membership": membership,
        "form": form,
        "series": corpus.series.order_by("name"),
        "deletions": Deletion.objects.filter(corpus=corpus.public_id).order_by("-ended_at"),
        "former_names": corpus.former_short_names.order_by("-changed_at"),
    }
    return render(request, "corpus/settings.html", context)
