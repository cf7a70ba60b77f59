"""Who may see what: the one place that turns a person and a corpus's name into a membership."""

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
    """Return the corpus and the person's active membership in it.

    Raises:
        Http404: no such corpus, or no active membership: strangers can't tell the two apart.
    """
    membership = (
        Membership.objects.select_related("corpus", "corpus__codebook", "corpus__guideline", "rater")
        .filter(corpus__slug=slug, user=user, is_active=True, user__is_active=True)
        .first()
    )
    if membership is None:
        raise Http404
    membership.user = user  # at hand already
    return membership.corpus, membership


def corpus_view(*roles: str) -> Callable[[CorpusView[P]], Callable[..., HttpResponseBase]]:
    """Give a view its corpus and membership in place of the `slug` of its address.

    Args:
        *roles: who may open it; none named means every active member.

    Raises:
        Http404: the person is no active member.
        PermissionDenied: their role is not among `roles`.
    """

    def decorate(view: CorpusView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware stands before every view
            corpus, membership = corpus_or_404(request.user, slug)
            if roles and membership.role not in roles:
                raise PermissionDenied
            return view(request, corpus, membership, *args, **kwargs)

        return wrapped

    return decorate


def manages_scope(user: User, scope: str) -> bool:
    """Return whether the person is an active manager of the corpus with that public id."""
    return (
        bool(scope)
        and Membership.objects.filter(
            corpus__public_id=scope, user=user, is_active=True, role=Membership.Role.MANAGER
        ).exists()
    )
