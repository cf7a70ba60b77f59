"""The page of findings: what the detectors found, what managers concluded, and the rules that were agreed on."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreement.domain.findings.listing import findings_of, listed
from agreement.domain.findings.settings import change_pausing, pauses, rules_in_force, write_exclusion_rules
from agreement.forms.findings import DismissForm, ExclusionRulesForm
from agreement.models import DetectionLook
from annotator.access import sees_figures_of_raters
from common.errors import Refused
from common.models import Job
from corpus.access import corpus_view
from corpus.domain.findings import DETECT, acknowledge_finding, queue_detection
from corpus.models import Corpus, Finding, Membership, Rater

MANAGER = Membership.Role.MANAGER


@require_safe
@corpus_view(MANAGER)
def findings(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the findings; of members' answers only to managers who cannot be given dialogues of this corpus."""
    hides_raters = not sees_figures_of_raters(membership)
    found = findings_of(corpus)
    if hides_raters:
        found = found.exclude(rater__kind=Rater.Kind.MEMBER)
    rows = [listed(finding) for finding in found]
    rules = corpus.codebook.rules() if corpus.codebook else None
    language = get_language() or "en"
    names = {question.slug: rules.text(question.slug, language).name for question in rules.questions} if rules else {}
    named = [(row, names.get(row.finding.task, "")) for row in rows]
    in_force = rules_in_force(corpus)
    context = {
        "corpus": corpus,
        "membership": membership,
        "hides_raters": hides_raters,
        "open": [each for each in named if not each[0].finding.acknowledged_at and not is_note(each[0].finding)],
        "notes": [each for each in named if not each[0].finding.acknowledged_at and is_note(each[0].finding)],
        "dismissed": [each for each in named if each[0].finding.acknowledged_at],
        "look": DetectionLook.objects.filter(corpus=corpus).first(),
        "job": Job.objects.filter(kind=DETECT, scope=str(corpus.public_id)).order_by("-pk").first(),
        "pauses": pauses(corpus),
        "rules": in_force,
        "rules_form": ExclusionRulesForm(initial={"text": in_force.text if in_force else ""}),
    }
    return render(request, "agreement/findings/page.html", context)


def is_note(finding: Finding) -> bool:
    """Return whether a finding is listed below the others."""
    return finding.severity == Finding.Severity.NOTE


@require_POST
@corpus_view(MANAGER)
def look(request: HttpRequest, corpus: Corpus, _membership: Membership) -> HttpResponse:
    """Queue a look of the detectors."""
    queue_detection(corpus)
    messages.success(request, _("The data check has started. Reload the page in a moment."))
    return redirect("agreement:findings", corpus.slug)


@require_POST
@corpus_view(MANAGER)
def dismiss(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Dismiss a finding with a reason."""
    finding = get_object_or_404(Finding, corpus=corpus, public_id=public_id)
    form = DismissForm(request.POST)
    form.is_valid()
    try:
        reason = form.cleaned_data.get("reason", "")
        acknowledge_finding(finding=finding, user=membership.user, comment=reason, now=timezone.now())
        messages.success(request, _("Dismissed."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("agreement:findings", corpus.slug)


@require_POST
@corpus_view(MANAGER)
def save_pausing(request: HttpRequest, corpus: Corpus, _membership: Membership) -> HttpResponse:
    """Choose whether severe findings pause annotators."""
    change_pausing(corpus=corpus, pauses="pauses" in request.POST)
    messages.success(request, _("Saved."))
    return redirect("agreement:findings", corpus.slug)


@require_POST
@corpus_view(MANAGER)
def save_rules(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Write down the rules of exclusion."""
    form = ExclusionRulesForm(request.POST)
    form.is_valid()
    try:
        text = form.cleaned_data.get("text", "")
        write_exclusion_rules(corpus=corpus, text=text, by=membership.user, now=timezone.now())
        messages.success(request, _("Saved."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("agreement:findings", corpus.slug)
