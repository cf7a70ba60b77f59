"""Access to corpora: from a user and the slug of a corpus to a membership."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from common.models import User
from corpus.models import Corpus, Membership

P = ParamSpec("P")
CorpusView = Callable[Concatenate[HttpRequest, Corpus, Membership, P], HttpResponseBase]


def corpus_or_404(user: User, slug: str) -> tuple[Corpus, Membership]:
    """Return a corpus and the user's active membership in it.

    Raises:
        Http404: there is no such corpus, or no active membership; the response is the same for both.
    """
    membership = (
        Membership.objects.select_related("corpus", "corpus__codebook", "corpus__guideline", "rater")
        .filter(corpus__slug=slug, user=user, is_active=True, user__is_active=True)
        .first()
    )
    if membership is None:
        raise Http404
    membership.user = user  # saves a query
    return membership.corpus, membership


def corpus_view(*roles: str) -> Callable[[CorpusView[P]], Callable[..., HttpResponseBase]]:
    """Pass a view the corpus and the membership instead of the `slug` of its URL.

    Args:
        *roles: roles that have access; without any, every active member has.

    Raises:
        Http404: the user is not an active member.
        PermissionDenied: they have none of `roles`.
    """

    def decorate(view: CorpusView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware runs before every view
            corpus, membership = corpus_or_404(request.user, slug)
            if roles and not set(roles) & set(membership.roles):
                raise PermissionDenied
            return view(request, corpus, membership, *args, **kwargs)

        return wrapped

    return decorate


def manages_scope(user: User, scope: str) -> bool:
    """Return whether the person is an active manager of the corpus with that public id."""
    return (
        bool(scope)
        and Membership.objects.filter(corpus__public_id=scope, user=user, is_active=True, is_manager=True).exists()
    )
