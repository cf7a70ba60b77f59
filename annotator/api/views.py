"""What the labelling page, or a script in its place, asks of the server. Thin: the domain decides."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator.api import quick, serializers
from annotator.domain.allocation import assignments, claims, leases, prepared_statements
from annotator.domain.labelling.open_assignment import open_work
from annotator.domain.labelling.operations import Ack, Operation, apply_own
from annotator.models import Assignment
from common.errors import Refused
from common.models import User
from corpus.models import Membership, Rater

NOTHING_LEFT = OpenApiResponse(description="Nothing is left for this person.")
DONE = OpenApiResponse(description="Done.")
REFUSED = OpenApiResponse(serializers.ErrorSerializer, description="Refused, with the reason.")


class Claim(APIView):
    """The next piece of work."""

    @extend_schema(request=None, responses={200: serializers.WorkSerializer, 204: NOTHING_LEFT, 409: REFUSED})
    def post(self, request: Request, slug: str) -> Response:
        """Give the signed-in annotator a dialogue: their own unfinished one first."""
        assignment = claims.claim(rater=_rater(request, slug), now=timezone.now())
        if assignment is None:
            return Response(status=204)
        return Response(serializers.as_json(open_work(assignment=assignment)))


class Show(APIView):
    """One assignment of one's own."""

    @extend_schema(responses={200: serializers.WorkSerializer})
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return the dialogue, the codebook and one's own labels."""
        return Response(serializers.as_json(open_work(assignment=_assignment(request, public_id))))


class Operations(APIView):
    """Labels and what takes them back."""

    @extend_schema(request=serializers.OperationsSerializer, responses={200: serializers.AcksSerializer, 409: REFUSED})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Apply operations in order, each at most once; safe to send again until acknowledged."""
        user = _user(request)
        if isinstance(request.data, dict) and request.data.get("author", str(user.public_id)) != str(user.public_id):
            raise Refused("annotator.not_the_author")  # before all else: the page then keeps them for their owner
        sent = quick.operations(request.data)
        if sent is None:
            _assignment(request, public_id)  # what is unknown is said before what is wrong with the message
            sent = _operations(request)
        token, operations = sent
        try:
            acks = apply_own(public_id=public_id, token=token, author=user, operations=operations, now=timezone.now())
        except Assignment.DoesNotExist as unknown:
            raise Http404 from unknown
        return Response({"acks": [_ack(each) for each in acks]})


class Heartbeat(APIView):
    """A sign that somebody still works on an assignment."""

    @extend_schema(request=serializers.HeldSerializer, responses={204: DONE, 409: REFUSED})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Renew the lease."""
        assignment = _assignment(request, public_id)
        token = _checked(serializers.HeldSerializer, request)["token"]
        leases.heartbeat(assignment=assignment, token=token, now=timezone.now())
        return Response(status=204)


class Finish(APIView):
    """The end of an assignment."""

    @extend_schema(request=serializers.HeldSerializer, responses={204: DONE, 409: REFUSED})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Declare the dialogue labelled; refused while an utterance has no labels."""
        assignment = _assignment(request, public_id)
        token = _checked(serializers.HeldSerializer, request)["token"]
        assignments.finish(assignment=assignment, token=token, now=timezone.now())
        return Response(status=204)


def _user(request: Request) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- IsAuthenticated stands before every view
    return request.user


def _rater(request: Request, slug: str) -> Rater:
    membership = prepared_statements.MEMBER.first(slug=slug, user=_user(request).pk)
    if membership is None:
        raise Http404
    if membership.role != Membership.Role.ANNOTATOR:
        raise PermissionDenied
    if not hasattr(membership, "rater"):
        raise Refused("annotator.no_rater")
    return membership.rater


def _assignment(request: Request, public_id: UUID) -> Assignment:
    """Return one's own assignment; that of another person is as unknown as one that never was."""
    assignment = prepared_statements.OWN.first(public_id=public_id, user=_user(request).pk)
    if assignment is None:
        raise Http404
    return assignment


def _checked(form: type[serializers.HeldSerializer], request: Request) -> dict[str, Any]:
    sent = form(data=request.data)
    sent.is_valid(raise_exception=True)
    checked: dict[str, Any] = sent.validated_data
    return checked


def _operations(request: Request) -> tuple[int, list[Operation]]:
    sent = _checked(serializers.OperationsSerializer, request)
    return sent["token"], [Operation(**each) for each in sent["operations"]]


def _ack(ack: Ack) -> dict[str, str]:
    code, detail = (ack.refusal.code, str(ack.refusal)) if ack.refusal else ("", "")
    return {"id": str(ack.id), "status": ack.status, "code": code, "detail": detail}
