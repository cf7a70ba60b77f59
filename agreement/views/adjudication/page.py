"""The adjudication page; everything else goes through the API."""

import uuid
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from agreement.api.case_responses import text_in
from agreement.domain.adjudication.settings import settings_of
from agreement.views.adjudication.orders import DISAGREEMENT, orders
from agreement.views.adjudication.texts import texts
from annotator.views.labelling.page import guideline_html
from corpus.access import corpus_view
from corpus.models import Corpus, Membership

SHARED = [
    "media/player", "media/waveform",
    "page/keyboard", "page/listeners", "page/phases",
    "session/answers", "session/codebook", "session/conditions", "session/cut_proposals", "session/key_presses",
    "session/keymap", "session/shortcuts",
    "status/activity", "status/rejected_entries", "status/save_status", "status/sign_in",
    "sync/api", "sync/journal", "sync/new_id", "sync/sender", "sync/tabs",
    "view/dialogue", "view/dom", "view/form_dialog", "view/format", "view/guideline", "view/hint", "view/key_pause",
    "view/questions", "view/utterance",
]  # fmt: skip
OWN = [
    "main",
    "page/actions", "page/deciding", "page/listeners", "page/page", "page/visited_cases",
    "session/case_session", "session/column_keys", "session/columns",
    "sync/api", "sync/case_sync",
    "view/case_view", "view/column_cells", "view/decision_dialog", "view/meeting",
]  # fmt: skip


@require_GET
@never_cache
@ensure_csrf_cookie
@corpus_view(Membership.Role.ADJUDICATOR)
def adjudicate(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the page; it claims cases of the order in the address, or the one utterance in it."""
    order = request.GET.get("order", DISAGREEMENT)
    if order not in dict(orders(corpus)):
        order = DISAGREEMENT
    return render(request, "agreement/adjudication/page.html", _context(request, corpus, membership, order))


def _context(request: HttpRequest, corpus: Corpus, membership: Membership, order: str) -> dict[str, Any]:
    data = {
        "root": f"{reverse('home')}api/v1/",
        "corpus": corpus.slug,
        "author": str(membership.user.public_id),
        "texts": texts(),
        "order": order,
        "utterance": _utterance(request.GET.get("utterance", "")),
    }
    deciding = Q(is_adjudicator=True) | Q(is_manager=True)
    others = Membership.objects.filter(deciding, corpus=corpus, is_active=True).exclude(pk=membership.pk)
    return {
        "corpus": corpus,
        "membership": membership,
        "data": data,
        "order": order,
        "modules": [*(f"js/label/{name}.js" for name in SHARED), *(f"js/adjudicate/{name}.js" for name in OWN)],
        "guideline": guideline_html(corpus.guideline),
        "reasons": reasons(corpus),
        "people": [(str(each.user.public_id), str(each.user)) for each in others.select_related("user")],
    }


def _utterance(public_id: str) -> str | None:
    try:
        return str(uuid.UUID(public_id))
    except ValueError:
        return None


def reasons(corpus: Corpus) -> list[tuple[str, str]]:
    """Return the corpus's reasons for an own decision: slug and text in the reader's language."""
    return [(each["slug"], text_in(each["texts"])) for each in settings_of(corpus).reasons]
