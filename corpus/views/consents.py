"""The pages of consent: each member's own decision, and the text that managers write."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.errors import Refused
from corpus.access import corpus_view
from corpus.domain.people import consents
from corpus.forms.consents import ConsentForm, ConsentTextForm
from corpus.models import Corpus, Demographics, Membership
from corpus.rules.guideline.markdown import render as as_html


@corpus_view(while_archived=True)
def own(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the consent text and the signed-in member's decision; a POST records a new one."""
    shown, before = consents.consent_text(corpus), consents.consent_of(membership)
    demographics = Demographics.objects.filter(membership=membership).first()
    initial: dict[str, object] = {"version": shown.version}
    for name in ("carries_answers", "carries_hours", "carries_demographics"):
        initial[name] = getattr(before, name, False)
    for name in consents.DEMOGRAPHICS:
        initial[name] = getattr(demographics, name, "")
    form = ConsentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        decision = form.cleaned_data
        try:
            consents.record_consent(
                membership=membership,
                version=decision["version"],
                carries_answers=decision["carries_answers"],
                carries_hours=decision["carries_hours"],
                carries_demographics=decision["carries_demographics"],
                demographics={name: decision[name] for name in consents.DEMOGRAPHICS},
                now=timezone.now(),
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("corpus:consent", corpus.slug)
        messages.success(request, _("Your decision is recorded. You can change it here at any time."))
        return redirect("corpus:overview", corpus.slug)
    context = {
        "corpus": corpus,
        "membership": membership,
        "form": form,
        "before": before,
        "version": shown.version or 1,
        "html": mark_safe(as_html(_in_language(shown.texts))),  # noqa: S308 -- rendered with raw HTML turned off
    }
    return render(request, "corpus/consent.html", context)


@corpus_view(Membership.Role.MANAGER)
def text(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Edit the consent text; annotators are then asked again."""
    shown = consents.consent_text(corpus)
    initial = {**{language: shown.texts.get(language, "") for language in consents.LANGUAGES}, "edited": shown.version}
    form = ConsentTextForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            consents.change_consent_text(
                corpus=corpus,
                texts={language: form.cleaned_data[language] for language in consents.LANGUAGES},
                edited=form.cleaned_data["edited"],
                created_by=membership.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The consent text was saved. Annotators are asked again if it has changed."))
            return redirect("corpus:members", corpus.slug)
    return render(request, "corpus/consent_text.html", {"corpus": corpus, "membership": membership, "form": form})


def _in_language(texts: dict[str, str]) -> str:
    """Return the text in the reader's language, else the first one."""
    own_language = (get_language() or "").partition("-")[0]
    return texts.get(own_language) or next(iter(texts.values()))
