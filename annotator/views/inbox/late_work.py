"""The manager's page about work that came too late: look at it, apply it or discard it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annotator.domain.labelling import late_work
from annotator.forms.batches import ReasonForm
from annotator.models import Assignment, Slot
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Membership, Utterance
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook

MANAGER = Membership.Role.MANAGER
PER_PAGE = 10


@require_GET
@corpus_view(MANAGER)
def listing(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the work kept apart, dialogue by dialogue, beside what stands."""
    settled = request.GET.get("settled") == "1"
    page = Paginator(late_work.kept_apart(corpus=corpus, settled=settled), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "corpus": corpus,
        "membership": membership,
        "settled": settled,
        "page": page,
        "rows": [_row(assignment) for assignment in page],
    }
    return render(request, "annotator/kept.html", context)


@require_POST
@corpus_view(MANAGER)
def settle(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Apply the work kept apart of an assignment to a fresh judgement, or discard it with a reason."""
    assignment = get_object_or_404(Assignment, public_id=public_id, rater__corpus=corpus)
    try:
        if request.POST.get("what") == "apply":
            acks = late_work.apply_kept(assignment=assignment, settled_by=membership.user, now=timezone.now())
            refused = [ack for ack in acks if ack.status == "refused"]
            count = len(acks) - len(refused)
            said = ngettext("%(n)s label is in its place.", "%(n)s labels are in their place.", count) % {"n": count}
            messages.success(request, said)
            if refused:
                messages.error(request, str(refused[0].refusal))
        else:
            form = ReasonForm(request.POST)
            form.is_valid()
            late_work.discard_kept(
                assignment=assignment,
                reason=form.cleaned_data.get("reason", ""),
                settled_by=membership.user,
                now=timezone.now(),
            )
            messages.success(request, _("Discarded; it stays in the list of what is settled, with your reason."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("annotator:kept", corpus.slug)


def _row(assignment: Assignment) -> dict[str, Any]:
    pieces = list(assignment.late_operations.select_related("settled_by").order_by("pk"))
    utterances = {
        str(each.public_id): each
        for each in Utterance.objects.filter(dialogue=assignment.dialogue_id).select_related("speaker")
    }
    now, rules = late_work.standing(assignment), assignment.codebook.rules()
    free = Slot.objects.filter(
        dialogue=assignment.dialogue_id, purpose=assignment.purpose, state=Slot.State.FREE
    ).exists()
    return {
        "assignment": assignment,
        "has_place": free or assignment.state != Assignment.State.RELEASED,
        "pieces": [
            {
                "kept": each,
                "utterance": utterances.get(str(each.payload.get("utterance"))),
                "answers": _words(rules, each.payload.get("answers")),
                "now": _words(rules, now.get(str(each.payload.get("utterance")))),
            }
            for each in pieces
        ],
    }


def _words(rules: Codebook, answers: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Return questions and their answers as the codebook calls them, without links that were not asked."""
    language = get_language() or "en"
    words = []
    for question, answer in (answers or {}).items():
        if answer == NOT_APPLICABLE:
            continue
        given = answer if isinstance(answer, list) else [answer]
        names = [
            _("cannot judge") if each == CANNOT_JUDGE else rules.text(f"{question}.{each}", language).name
            for each in given
        ]
        words.append((rules.text(question, language).name, ", ".join(names)))
    return words
