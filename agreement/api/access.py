"""The signed-in adjudicator's membership and holds."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.permissions import SAFE_METHODS

from agreement.models import CaseHold
from common.api.views import ApiRequest
from corpus.access import corpus_or_404
from corpus.domain.structure.archiving import require_writable
from corpus.models import Membership


def no_case() -> NotFound:
    """Return the error for a case that is unknown, of somebody else or deleted; the three look the same."""
    return NotFound(_("This case is not yours, or it was deleted."))


def own_membership(request: ApiRequest, slug: str) -> Membership:
    """Return the user's membership in a corpus.

    Raises:
        Http404: there is no such corpus, or the user is no member of it.
        PermissionDenied: the user is no adjudicator there.
        Refused: `corpus.archived`.
    """
    corpus, membership = corpus_or_404(request.user, slug)
    if not membership.is_adjudicator:
        raise PermissionDenied
    require_writable(corpus)
    return membership


def own_hold(request: ApiRequest, public_id: UUID, *, while_archived: bool = False) -> CaseHold:
    """Return a hold of the user.

    Args:
        request: the request.
        public_id: of the hold.
        while_archived: the caller handles an archived corpus itself.

    Raises:
        NotFound: see `no_case`.
        Refused: `corpus.archived`, for a request that is more than a read.
    """
    holds = CaseHold.objects.select_related("case__corpus", "case__utterance", "membership")
    hold = holds.filter(
        public_id=public_id,
        membership__user=request.user,
        membership__is_active=True,
        membership__is_adjudicator=True,
        case__corpus__deletion_requested_at__isnull=True,
    ).first()
    if hold is None:
        raise no_case()
    if request.http.method not in SAFE_METHODS and not while_archived:
        require_writable(hold.case.corpus)
    return hold
