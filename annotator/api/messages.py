"""Flags, questions, returned dialogues and the manager's answers, as the labelling page sends and reads them."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator.api import message_serializers as words
from annotator.api.serializers import ErrorSerializer
from annotator.api.views import _assignment as own_assignment
from annotator.api.views import _rater as own_rater
from annotator.domain.allocation import guideline_acknowledgement
from annotator.domain.messages import flags, inbox, inquiries, returned_dialogues
from annotator.domain.messages.news import news_for
from common.errors import Refused
from corpus.models import GuidelineVersion

KEPT = OpenApiResponse(description="Kept.")
REFUSED = OpenApiResponse(ErrorSerializer, description="Refused, with the reason.")


class Flags(APIView):
    """Flags on utterances."""

    @extend_schema(request=words.FlagSerializer, responses={204: KEPT, 409: REFUSED})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Flag an utterance of the dialogue; safe to send again."""
        assignment = own_assignment(request, public_id)
        sent = _checked(words.FlagSerializer, request)
        flags.raise_flag(assignment=assignment, public_id=sent.pop("id"), now=timezone.now(), **sent)
        return Response(status=204)


class WithdrawFlag(APIView):
    """A flag that was a mistake."""

    @extend_schema(request=words.WithdrawSerializer, responses={204: KEPT, 409: REFUSED})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take one's own flag back while it is open."""
        assignment = own_assignment(request, public_id)
        flag = _checked(words.WithdrawSerializer, request)["flag"]
        flags.withdraw_flag(assignment=assignment, public_id=flag, now=timezone.now())
        return Response(status=204)


class Questions(APIView):
    """Questions to the manager."""

    @extend_schema(request=words.QuestionSerializer, responses={204: KEPT, 409: REFUSED})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Ask about an utterance of the dialogue; safe to send again."""
        assignment = own_assignment(request, public_id)
        sent = _checked(words.QuestionSerializer, request)
        inquiries.send_inquiry(assignment=assignment, public_id=sent.pop("id"), now=timezone.now(), **sent)
        return Response(status=204)


class ReturnDialogue(APIView):
    """A dialogue that can't be labelled."""

    @extend_schema(request=words.ReturnSerializer, responses={204: KEPT, 409: REFUSED})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give the dialogue back whole, with a reason; safe to send again."""
        assignment = own_assignment(request, public_id)
        sent = _checked(words.ReturnSerializer, request)
        returned_dialogues.return_dialogue(assignment=assignment, public_id=sent.pop("id"), now=timezone.now(), **sent)
        return Response(status=204)


class Acknowledge(APIView):
    """A new version of the guideline, read."""

    @extend_schema(request=words.AcknowledgeSerializer, responses={204: KEPT, 409: REFUSED})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Work by a version of the guideline from here on; every later revision carries it."""
        assignment = own_assignment(request, public_id)
        membership = assignment.rater.membership
        assert membership is not None  # noqa: S101 -- a constraint: members' raters have one
        wanted = _checked(words.AcknowledgeSerializer, request)["guideline"]
        version = GuidelineVersion.objects.filter(public_id=wanted, corpus=membership.corpus_id).first()
        if version is None:
            raise Refused("annotator.other_guideline")
        guideline_acknowledgement.acknowledge(membership=membership, guideline=version, now=timezone.now())
        return Response(status=204)


class News(APIView):
    """What the manager says."""

    @extend_schema(parameters=[words.NewsQuerySerializer], responses={200: words.NewsSerializer})
    def get(self, request: Request, slug: str) -> Response:
        """Return one's own flags and questions with their outcomes, what was published, and a new guideline."""
        rater = own_rater(request, slug)
        assert rater.membership is not None  # noqa: S101 -- a constraint: members' raters have one
        language = (get_language() or "en").partition("-")[0]
        asked = words.NewsQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        news = news_for(rater=rater, membership=rater.membership, language=language, **asked.validated_data)
        return Response(words.as_json(news))


class Seen(APIView):
    """What was looked at."""

    @extend_schema(request=words.SeenSerializer, responses={204: KEPT})
    def post(self, request: Request, slug: str) -> Response:
        """Note that the outcome of some of one's own messages was read; ids of others are passed over."""
        rater = own_rater(request, slug)
        inbox.mark_seen(rater=rater, ids=_checked(words.SeenSerializer, request)["ids"], now=timezone.now())
        return Response(status=204)


def _checked(form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    sent = form(data=request.data)
    sent.is_valid(raise_exception=True)
    checked: dict[str, Any] = sent.validated_data
    return checked
