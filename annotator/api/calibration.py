"""Training and test as the labelling page sees them. Nothing here, or anywhere else, tells of gold."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotator.api.access import REFUSED, own_assignment, own_rater
from annotator.domain.calibration.judging import lesson
from annotator.domain.calibration.qualification import standing_of
from corpus.models import Utterance


class PartSerializer(serializers.Serializer[Any]):
    """Dialogues handed in, and of how many."""

    done = serializers.IntegerField()
    all = serializers.IntegerField()


class AttemptSerializer(serializers.Serializer[Any]):
    """A finished test."""

    number = serializers.IntegerField()
    right = serializers.IntegerField(help_text="acceptable answers")
    judged = serializers.IntegerField(help_text="answers that were judged")
    pass_percent = serializers.IntegerField()
    passed = serializers.BooleanField()


class StandingSerializer(serializers.Serializer[Any]):
    """Where a person is on the way to the main work; `failed`: the manager decides."""

    stage = serializers.ChoiceField(["training", "test", "failed", "qualified"])
    training = PartSerializer()
    test = PartSerializer()
    pass_percent = serializers.IntegerField(help_text="of the judged answers, to pass")
    attempts_left = serializers.IntegerField(help_text="the present one included")
    attempts = AttemptSerializer(many=True)


class LessonSerializer(serializers.Serializer[Any]):
    """What may be answered to an utterance of a training dialogue; a question that is left out has no set answer."""

    acceptable = serializers.DictField(child=serializers.ListField(), help_text="question -> acceptable values")
    reasons = serializers.DictField(child=serializers.CharField(), help_text='question, or "" for the utterance -> why')
    verdicts = serializers.DictField(child=serializers.BooleanField(), help_text="question -> whether one's answer is")


class Standing(APIView):
    """Training and test of the signed-in annotator."""

    @extend_schema(responses={200: StandingSerializer})
    def get(self, request: Request, slug: str) -> Response:
        """Return what comes before the main work, and how the tests went."""
        return Response(StandingSerializer(standing_of(rater=own_rater(request, slug))).data)


class Lesson(APIView):
    """What training teaches about one utterance."""

    @extend_schema(responses={200: LessonSerializer, 409: REFUSED})
    def get(self, request: Request, public_id: UUID, utterance: UUID) -> Response:
        """Return the acceptable answers; refused before one's own are saved, and outside of training."""
        assignment = own_assignment(request, public_id)
        found = Utterance.objects.filter(public_id=utterance, dialogue=assignment.dialogue_id).first()
        if found is None:
            raise Http404
        taught = lesson(assignment=assignment, utterance=found)
        answers = taught.answers
        return Response(
            {
                "acceptable": answers.acceptable if answers else {},
                "reasons": answers.reasons if answers else {},
                "verdicts": taught.verdicts,
            }
        )
