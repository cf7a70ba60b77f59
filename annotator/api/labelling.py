"""Views of the labelling page: claim, show, save, renew the lease, finish."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError

from annotator.api import assignment_responses, requests
from annotator.api.access import DONE, REFUSED, no_assignment, own_assignment, own_rater
from annotator.api.request_reader import read, serializer_of
from annotator.domain.allocation import assignments, claims, leases
from annotator.domain.labelling.open_assignment import open_assignment
from annotator.domain.labelling.operations import OperationResult, apply_own
from annotator.models import Assignment
from common.api.views import Api, ApiRequest, reply
from common.errors import Refused

NOTHING_LEFT = OpenApiResponse(description="Nothing is left for this person.")


class Claim(Api):
    """The next dialogue."""

    @extend_schema(
        request=None, responses={200: assignment_responses.OpenedAssignmentSerializer, 204: NOTHING_LEFT, 409: REFUSED}
    )
    def post(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Give the signed-in annotator a dialogue: their own unfinished one first."""
        assignment = claims.claim(rater=own_rater(request, slug), now=timezone.now())
        if assignment is None:
            return reply(status=204)
        return reply(assignment_responses.as_json(open_assignment(assignment=assignment)))


class Show(Api):
    """An assignment of the signed-in annotator."""

    @extend_schema(responses={200: assignment_responses.OpenedAssignmentSerializer})
    def get(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Return the dialogue, the codebook and the annotator's own answers."""
        return reply(assignment_responses.as_json(open_assignment(assignment=own_assignment(request, public_id))))


class Operations(Api):
    """Commits and undos."""

    @extend_schema(
        request=serializer_of(requests.Operations),
        responses={200: assignment_responses.OperationResultsSerializer, 409: REFUSED},
    )
    def post(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Apply operations in order, each at most once; safe to send again until acknowledged."""
        user = request.user
        if isinstance(request.data, dict) and request.data.get("author", str(user.public_id)) != str(user.public_id):
            raise Refused("annotator.not_the_author")  # before all else: the page then keeps them for their author
        try:
            sent = read(requests.Operations, request.data)
        except ValidationError:
            own_assignment(request, public_id)  # an unknown assignment is reported before an invalid body
            raise
        try:
            results = apply_own(
                public_id=public_id, token=sent.token, author=user, operations=sent.operations, now=timezone.now()
            )
        except Assignment.DoesNotExist as unknown:
            raise no_assignment() from unknown
        return reply({"acks": [acknowledged(each) for each in results]})


class Heartbeat(Api):
    """A sign that someone still works on an assignment."""

    @extend_schema(request=serializer_of(requests.LeaseToken), responses={204: DONE, 409: REFUSED})
    def post(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Renew the lease."""
        assignment = own_assignment(request, public_id)
        token = read(requests.LeaseToken, request.data).token
        leases.heartbeat(assignment=assignment, token=token, now=timezone.now())
        return reply(status=204)


class Finish(Api):
    """The end of an assignment."""

    @extend_schema(request=serializer_of(requests.LeaseToken), responses={204: DONE, 409: REFUSED})
    def post(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Finish the dialogue; refused while an utterance has no answers."""
        assignment = own_assignment(request, public_id)
        token = read(requests.LeaseToken, request.data).token
        assignments.finish(assignment=assignment, token=token, now=timezone.now())
        return reply(status=204)


def acknowledged(result: OperationResult) -> dict[str, str]:
    """Return the result of an operation as `OperationResultSerializer` describes it."""
    told = result.refusal or result.note
    code, detail = (told.code, str(told)) if told else ("", "")
    return {"id": str(result.id), "status": result.status, "code": code, "detail": detail}
