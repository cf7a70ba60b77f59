"""The manager's decision to see the answers to one dialogue in place of labelling it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotator.domain.allocation.closed_dialogues import close_dialogues
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Dialogue, Membership


@require_POST
@corpus_view(Membership.Role.MANAGER, while_archived=True)
def close(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Close a dialogue to the signed-in person, whose late work page then shows its answers."""
    dialogue = get_object_or_404(Dialogue, corpus=corpus, public_id=public_id)
    try:
        close_dialogues(membership=membership, dialogues=Dialogue.objects.filter(pk=dialogue.pk), now=timezone.now())
        messages.success(request, _("%(dialogue)s is closed to you as an annotator.") % {"dialogue": dialogue.code})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("annotator:late_work", corpus.slug)
