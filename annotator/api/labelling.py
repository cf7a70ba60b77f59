"""Views of the labelling page: claim, show, save, renew the lease, finish."""

from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator.api import assignment_responses, requests
from annotator.api.access import DONE, REFUSED, own_assignment, own_rater, signed_in_user
from annotator.api.request_reader import read, serializer_of
from annotator.domain.allocation import assignments, claims, leases
from annotator.domain.labelling.open_assignment import open_assignment
from annotator.domain.labelling.operations import OperationResult, apply_own
from annotator.models import Assignment
from common.errors import Refused

NOTHING_LEFT = OpenApiResponse(description="Nothing is left for this person.")


class Claim(APIView):
    """The next dialogue."""

    @extend_schema(
        request=None, responses={200: assignment_responses.OpenedAssignmentSerializer, 204: NOTHING_LEFT, 409: REFUSED}
    )
    def post(self, request: Request, slug: str) -> Response:
        """Give the signed-in annotator a dialogue: their own unfinished one first."""
        assignment = claims.claim(rater=own_rater(request, slug), now=timezone.now())
        if assignment is None:
            return Response(status=204)
        return Response(assignment_responses.as_json(open_assignment(assignment=assignment)))


class Show(APIView):
    """An assignment of the signed-in annotator."""

    @extend_schema(responses={200: assignment_responses.OpenedAssignmentSerializer})
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return the dialogue, the codebook and the annotator's own answers."""
        return Response(assignment_responses.as_json(open_assignment(assignment=own_assignment(request, public_id))))


class Operations(APIView):
    """Commits and undos."""

    @extend_schema(
        request=serializer_of(requests.Operations),
        responses={200: assignment_responses.OperationResultsSerializer, 409: REFUSED},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Apply operations in order, each at most once; safe to send again until acknowledged."""
        user = signed_in_user(request)
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
            raise Http404 from unknown
        return Response({"acks": [_ack(each) for each in results]})


class Heartbeat(APIView):
    """A sign that someone still works on an assignment."""

    @extend_schema(request=serializer_of(requests.LeaseToken), responses={204: DONE, 409: REFUSED})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Renew the lease."""
        assignment = own_assignment(request, public_id)
        token = read(requests.LeaseToken, request.data).token
        leases.heartbeat(assignment=assignment, token=token, now=timezone.now())
        return Response(status=204)


class Finish(APIView):
    """The end of an assignment."""

    @extend_schema(request=serializer_of(requests.LeaseToken), responses={204: DONE, 409: REFUSED})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Finish the dialogue; refused while an utterance has no answers."""
        assignment = own_assignment(request, public_id)
        token = read(requests.LeaseToken, request.data).token
        assignments.finish(assignment=assignment, token=token, now=timezone.now())
        return Response(status=204)


def _ack(result: OperationResult) -> dict[str, str]:
    code, detail = (result.refusal.code, str(result.refusal)) if result.refusal else ("", "")
    return {"id": str(result.id), "status": result.status, "code": code, "detail": detail}
