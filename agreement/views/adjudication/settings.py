"""The settings of adjudication."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agreement.domain.adjudication.overview import count_lists
from agreement.domain.adjudication.settings import change_settings, settings_of
from agreement.forms.adjudication import AdjudicationSettingsForm
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Membership


@corpus_view(Membership.Role.MANAGER)
def adjudication_settings(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Edit the shares, the reasons, and whether annotators get feedback."""
    before = settings_of(corpus)
    form = AdjudicationSettingsForm(request.POST or None, initial=AdjudicationSettingsForm.initial_of(before))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"reasons": form.reasons_beside(before.reasons)}
        try:
            change_settings(corpus=corpus, **values)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("agreement:adjudication_settings", corpus.slug)
    context = {
        "corpus": corpus,
        "membership": membership,
        "form": form,
        "lists": count_lists(corpus=corpus, person=membership.user),
    }
    return render(request, "agreement/adjudication/settings.html", context)
