"""Access to the answers of others for members who also label."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from annotator.domain.allocation.closed_dialogues import blind_dialogues, close_dialogues
from common.errors import Refused
from corpus.models import Corpus, Dialogue, Membership

NAMED = 5  # dialogues named on the page that asks
View = Callable[..., HttpResponseBase]


def shows_answers(dialogues_of: Callable[..., QuerySet[Dialogue]]) -> Callable[[View], View]:
    """Guard a view, inside `corpus_view`, that shows the answers of others to some dialogues.

    A member who holds one of these dialogues, or could still be given it, is asked first: the view opens only after
    the dialogues are closed to them. Everybody else sees the view at once; that they have seen the answers is recorded
    for the case that they label later.

    Args:
        dialogues_of: takes the corpus and the arguments of the URL, and returns the dialogues.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(
            request: HttpRequest, corpus: Corpus, membership: Membership, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            dialogues = dialogues_of(corpus, *args, **kwargs)
            blind = blind_dialogues(membership=membership).filter(pk__in=dialogues.values("pk"))
            confirmed = request.method == "POST" and "close_dialogues" in request.POST
            try:
                if confirmed or not blind.exists():
                    close_dialogues(membership=membership, dialogues=dialogues, now=timezone.now())
                    return (
                        redirect(request.get_full_path())
                        if confirmed
                        else view(request, corpus, membership, *args, **kwargs)
                    )
            except Refused as refusal:
                messages.error(request, str(refusal))
            context = {
                "corpus": corpus,
                "membership": membership,
                "count": blind.count(),
                "codes": list(blind.order_by("order").values_list("code", flat=True)[:NAMED]),
            }
            return render(request, "annotator/close_dialogues.html", context, status=409)

        return wrapped

    return decorate


def sees_figures_of_raters(membership: Membership) -> bool:
    """Return whether a member may see figures of single raters: they hold no dialogue and could be given no other."""
    return not blind_dialogues(membership=membership).exists()
