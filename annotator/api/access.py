"""The signed-in user's own rater and assignments, and the answers common to all views."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework.exceptions import NotFound
from rest_framework.permissions import SAFE_METHODS

from annotator.domain.allocation import prepared_statements
from annotator.models import Assignment
from common.api.errors import ErrorSerializer
from common.api.views import ApiRequest
from common.errors import Refused
from corpus.domain.structure.archiving import require_writable
from corpus.models import Rater

DONE = OpenApiResponse(description="Done.")
REFUSED = OpenApiResponse(ErrorSerializer, description="Refused, with the reason.")


def no_assignment() -> NotFound:
    """Return the error for an assignment that is unknown, of somebody else or deleted; the three look the same."""
    return NotFound(_("This dialogue is not assigned to you, or it was deleted."))


def own_rater(request: ApiRequest, slug: str) -> Rater:
    """Return the user's rater in a corpus.

    Raises:
        Http404: there is no such corpus, or the user is no member of it.
        PermissionDenied: the user is no annotator there.
        Refused: `annotator.no_rater`; `corpus.archived`, for a request that is more than a read.
    """
    membership = prepared_statements.MEMBER.first(slug=slug, user=request.user.pk)
    if membership is None or membership.corpus.deletion_requested_at:
        raise Http404
    if not membership.is_annotator:
        raise PermissionDenied
    if not hasattr(membership, "rater"):
        raise Refused("annotator.no_rater")
    if request.http.method not in SAFE_METHODS:
        require_writable(membership.corpus)
    return membership.rater


def own_assignment(request: ApiRequest, public_id: UUID) -> Assignment:
    """Return an assignment of the user.

    Raises:
        NotFound: see `no_assignment`.
        Refused: `corpus.archived`, for a request that is more than a read.
    """
    assignment = prepared_statements.OWN.first(public_id=public_id, user=request.user.pk)
    if assignment is None or assignment.rater.corpus.deletion_requested_at:
        raise no_assignment()
    if request.http.method not in SAFE_METHODS:
        require_writable(assignment.rater.corpus)
    return assignment
