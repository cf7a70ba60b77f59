"""The queue: how many cases wait, in which orders, and how far the corpus is settled."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agreement.domain.adjudication import overview
from agreement.models import AdjudicationQueue
from agreement.views.adjudication.orders import orders
from agreement.views.roles import LEADS
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
        "lists": overview.count_lists(corpus=corpus, person=membership.user),
        "queue": AdjudicationQueue.objects.filter(corpus=corpus).first(),
    }
    return render(request, "agreement/adjudication/queue.html", context)
