"""Inbox of the manager: returned dialogues."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annotator.domain.messages.inbox import inbox
from annotator.domain.messages.returned_dialogues import returns_of, settle_return
from annotator.forms.inbox import ReturnForm
from annotator.models import Assignment, Return
from annotator.views.inbox.form_actions import act_on
from corpus.access import corpus_view
from corpus.models import Annotation, Corpus, Membership, Utterance

PER_PAGE = 20
FIRST_LINES = 4  # of a dialogue, shown as a preview
MANAGER = Membership.Role.MANAGER


@require_GET
@corpus_view(MANAGER)
def returned(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the returned dialogues of one state, each with its first lines and the possible decisions."""
    state = request.GET.get("state", Return.State.OPEN)
    page = Paginator(returns_of(corpus=corpus, state=state), PER_PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    dialogues = {each.assignment.dialogue_id for each in listed}
    lines = Utterance.objects.filter(dialogue__in=dialogues, order__lte=FIRST_LINES).select_related("speaker")
    first_lines: dict[int, list[Utterance]] = {}
    for line in lines.order_by("order"):
        first_lines.setdefault(line.dialogue_id, []).append(line)
    labelled = set(
        Annotation.objects.filter(utterance__dialogue__in=dialogues).values_list("utterance__dialogue", flat=True)
    )
    held = Assignment.objects.filter(slot__in=[each.assignment.slot_id for each in listed]).exclude(
        state=Assignment.State.RELEASED
    )
    taken = set(held.values_list("slot", flat=True))
    rows = [
        {
            "returned": each,
            "first_lines": first_lines.get(each.assignment.dialogue_id, []),
            "is_labelled": each.assignment.dialogue_id in labelled,
            "is_taken": each.assignment.slot_id in taken,
        }
        for each in listed
    ]
    shown = {
        "corpus": corpus,
        "membership": membership,
        "page": page,
        "rows": rows,
        "state": state,
        "states": Return.State.choices,
        "inbox": inbox(corpus),
    }
    return render(request, "annotator/inbox/returned.html", shown)


@require_POST
@corpus_view(MANAGER)
def settle(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Decide about a returned dialogue."""
    returned_dialogue = get_object_or_404(Return, public_id=public_id, corpus=corpus)
    form = ReturnForm(request.POST)

    def decide() -> str:
        settle_return(returned=returned_dialogue, settled_by=membership.user, now=timezone.now(), **form.cleaned_data)
        done = {
            "give_out": _("The dialogue is available to other annotators again."),
            "give_back": _("The annotator who returned it gets it next."),
            "exclude": _("Dialogue excluded. Its answers do not count."),
            "back_to_draft": _("Dialogue returned to draft. Edit it on the page of its episode."),
        }
        return done[form.cleaned_data["act"]]

    return act_on(request, form, decide, "annotator:returned", corpus)
