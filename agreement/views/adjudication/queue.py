"""The queue: how many cases wait, in which orders, and how far the corpus is settled."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from agreement.domain.adjudication import overview
from agreement.domain.adjudication.calibration import MOST_AT_ONCE, begin_round, settled_dialogues
from agreement.models import AdjudicationQueue
from agreement.views.adjudication.orders import orders
from agreement.views.roles import LEADS
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Membership


@require_GET
@corpus_view(*LEADS)
def adjudication(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the queue of a corpus."""
    waiting = overview.waiting_by_order(corpus)
    context = {
        "corpus": corpus,
        "membership": membership,
        "orders": [(order, name, waiting.get(order, 0)) for order, name in orders(corpus)],
        "progress": overview.progress(corpus),
        "accepted_cases": ("accepted_unanimous", "accepted_majority"),
        "lists": overview.count_lists(corpus=corpus, person=membership.user),
        "settled": settled_dialogues(corpus)[:MOST_AT_ONCE].count() if membership.is_manager else 0,
        "queue": AdjudicationQueue.objects.filter(corpus=corpus).first(),
    }
    return render(request, "agreement/adjudication/queue.html", context)


@require_POST
@corpus_view(Membership.Role.MANAGER)
def calibrate(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Make a calibration round of the dialogues that are settled."""
    try:
        count = begin_round(corpus=corpus, use=request.POST.get("use", ""), author=membership.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("agreement:adjudication", corpus.slug)
    message = ngettext("%(count)s dialogue is now in use.", "%(count)s dialogues are now in use.", count)
    messages.success(request, message % {"count": count})
    return redirect("annotator:calibration", corpus.slug)
