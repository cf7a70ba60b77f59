"""Access to corpora: from a user and the slug of a corpus to a membership."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRefresh

from common.errors import Refused, refusal_behind
from common.models import User
from corpus.models import Corpus, Membership

P = ParamSpec("P")
READING = {"GET", "HEAD", "OPTIONS"}
CorpusView = Callable[Concatenate[HttpRequest, Corpus, Membership, P], HttpResponseBase]


def corpus_or_404(user: User, slug: str, *, while_deleted: bool = False) -> tuple[Corpus, Membership]:
    """Return the corpus with this present or former short name, and the user's active membership in it.

    Args:
        user: the user.
        slug: the short name.
        while_deleted: also return a corpus that is being deleted, which is closed to all other pages.

    Raises:
        Http404: there is no such corpus, or no active membership; the response is the same for both.
    """
    membership = _membership(user, corpus__slug=slug) or _membership(user, corpus__former_short_names__slug=slug)
    if membership is None or (membership.corpus.deletion_requested_at and not while_deleted):
        raise Http404
    membership.user = user  # saves a query
    return membership.corpus, membership


def _membership(user: User, **corpus: str) -> Membership | None:
    memberships = Membership.objects.select_related("corpus", "corpus__codebook", "corpus__guideline", "rater")
    return memberships.filter(user=user, is_active=True, user__is_active=True, **corpus).first()


def corpus_view(
    *roles: str, while_archived: bool = False, while_deleted: bool = False
) -> Callable[[CorpusView[P]], Callable[..., HttpResponseBase]]:
    """Pass a view the corpus and the membership instead of the `slug` of its URL.

    A page under a former short name of the corpus is redirected; a form that was sent from it is accepted. A request
    that would change an archived corpus gets a page with the reason, before the view begins.

    Args:
        *roles: roles that have access; without any, every active member has.
        while_archived: the view works in archived corpora too: it makes them writable, or changes only what
            corpus/models/triggers.py lets be written in them.
        while_deleted: the view works for corpora that are being deleted, too.

    Raises:
        Http404: the user is not an active member.
        PermissionDenied: they have none of `roles`.
    """

    def decorate(view: CorpusView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware runs before every view
            corpus, membership = corpus_or_404(request.user, slug, while_deleted=while_deleted)
            if roles and not set(roles) & set(membership.roles):
                raise PermissionDenied
            is_read = request.method in READING
            if is_read and slug != corpus.slug:
                return HttpResponsePermanentRedirect(_present_address(request, corpus))
            if corpus.archived_at and not is_read and not while_archived:
                return _refused(request, corpus, membership, Refused("corpus.archived"))
            try:
                return view(request, corpus, membership, *args, **kwargs)
            except DatabaseError as error:  # of a trigger: the corpus was archived while the view was at work
                refusal = refusal_behind(error)
                if refusal is None:
                    raise
                return _refused(request, corpus, membership, refusal)

        return wrapped

    return decorate


def _present_address(request: HttpRequest, corpus: Corpus) -> str:
    match = request.resolver_match
    assert match is not None  # noqa: S101 -- a view of a URL
    address = reverse(match.view_name, kwargs={**match.kwargs, "slug": corpus.slug})
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address


def _refused(request: HttpRequest, corpus: Corpus, membership: Membership, refusal: Refused) -> HttpResponseBase:
    """Return a page with the reason; a script reads it as JSON, and htmx loads the page again with it."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"errors": [str(refusal)]}, status=422)
    if request.headers.get("HX-Request") == "true":
        messages.error(request, str(refusal))
        return HttpResponseClientRefresh()
    context = {"corpus": corpus, "membership": membership, "refusal": refusal}
    return render(request, "corpus/refused.html", context, status=409)


def manages_scope(user: User, scope: str) -> bool:
    """Return whether the person is an active manager of the corpus with that public id."""
    return (
        bool(scope)
        and Membership.objects.filter(corpus__public_id=scope, user=user, is_active=True, is_manager=True).exists()
    )
