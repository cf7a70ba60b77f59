"""Inbox of the manager: late work, to apply or discard."""

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

from annotator.domain.allocation.closed_dialogues import blind_dialogues, close_dialogues
from annotator.domain.labelling import late_work
from annotator.forms.batches import ReasonForm
from annotator.models import Assignment, Slot
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import CodebookVersion, Corpus, Dialogue, Membership, Utterance
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook

MANAGER = Membership.Role.MANAGER
PER_PAGE = 10


@require_GET
@corpus_view(MANAGER)
def listing(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show late work by dialogue, next to the current answers."""
    settled = request.GET.get("settled") == "1"
    page = Paginator(late_work.assignments_with_late_work(corpus=corpus, settled=settled), PER_PAGE).get_page(
        request.GET.get("page")
    )
    dialogues = Dialogue.objects.filter(pk__in=[assignment.dialogue_id for assignment in page])
    blind = set(blind_dialogues(membership=membership).filter(pk__in=dialogues).values_list("pk", flat=True))
    close_dialogues(membership=membership, dialogues=dialogues.exclude(pk__in=blind), now=timezone.now())
    context = {
        "corpus": corpus,
        "membership": membership,
        "settled": settled,
        "page": page,
        "rows": [_row(assignment, is_blind=assignment.dialogue_id in blind) for assignment in page],
    }
    return render(request, "annotator/progress/late_work.html", context)


@require_POST
@corpus_view(MANAGER)
def settle(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Apply the late work of an assignment to a free slot, or discard it with a reason."""
    assignment = get_object_or_404(Assignment, public_id=public_id, rater__corpus=corpus)
    try:
        if request.POST.get("what") == "apply":
            results = late_work.apply_late_work(assignment=assignment, settled_by=membership.user, now=timezone.now())
            refused = [result for result in results if result.status == "refused"]
            count = len(results) - len(refused)
            message = ngettext("%(n)s late answer applied.", "%(n)s late answers applied.", count) % {"n": count}
            messages.success(request, message)
            if refused:
                messages.error(request, str(refused[0].refusal))
        else:
            form = ReasonForm(request.POST)
            form.is_valid()
            late_work.discard_late_work(
                assignment=assignment,
                reason=form.cleaned_data.get("reason", ""),
                settled_by=membership.user,
                now=timezone.now(),
            )
            messages.success(request, _("Discarded. It remains in the settled list with your reason."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("annotator:late_work", corpus.slug)


def _row(assignment: Assignment, *, is_blind: bool) -> dict[str, Any]:
    """Return the late work of an assignment; without its answers if the reader must stay blind to them."""
    if is_blind:
        return {"assignment": assignment, "is_blind": True}
    pieces = list(assignment.late_operations.select_related("settled_by").order_by("pk"))
    utterances = {
        str(each.public_id): each
        for each in Utterance.objects.filter(dialogue=assignment.dialogue_id).select_related("speaker")
    }
    current, rules = late_work.current_answers(assignment), assignment.codebook.rules()
    versions = {each.version: each for each in CodebookVersion.objects.filter(corpus=assignment.dialogue.corpus_id)}
    free = Slot.objects.filter(
        dialogue=assignment.dialogue_id, purpose=assignment.purpose, state=Slot.State.FREE
    ).exists()
    return {
        "assignment": assignment,
        "has_slot": free or assignment.state != Assignment.State.RELEASED,
        "pieces": [
            {
                "operation": each,
                "utterance": utterances.get(str(each.payload.get("utterance"))),
                "answers": _names(
                    versions.get(each.payload.get("codebook"), assignment.codebook).rules(), each.payload.get("answers")
                ),
                "current": _names(rules, current.get(str(each.payload.get("utterance")))),
            }
            for each in pieces
        ],
    }


def _names(rules: Codebook, answers: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Return the names of questions and answers, without links that are not applicable."""
    language = get_language() or "en"
    names = []
    for question, answer in (answers or {}).items():
        if answer == NOT_APPLICABLE:
            continue
        given = answer if isinstance(answer, list) else [answer]
        answer_names = [
            _("cannot judge") if each == CANNOT_JUDGE else rules.text(f"{question}.{each}", language).name
            for each in given
        ]
        names.append((rules.text(question, language).name, ", ".join(answer_names)))
    return names
