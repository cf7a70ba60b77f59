"""Views of training and test. Gold is never mentioned."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from annotator.api.access import REFUSED, own_assignment, own_rater
from annotator.domain.calibration.judging import lesson
from annotator.domain.calibration.qualification import status_of
from common.api.views import Api, ApiRequest, reply
from corpus.models import Utterance


class RoundProgressSerializer(serializers.Serializer[Any]):
    """Finished and all dialogues."""

    done = serializers.IntegerField()
    all = serializers.IntegerField()


class AttemptSerializer(serializers.Serializer[Any]):
    """A finished test."""

    number = serializers.IntegerField()
    right = serializers.IntegerField(help_text="acceptable answers")
    judged = serializers.IntegerField(help_text="scored answers")
    pass_percent = serializers.IntegerField()
    passed = serializers.BooleanField()


class QualificationStatusSerializer(serializers.Serializer[Any]):
    """Progress of a person towards main work; `failed`: the manager decides."""

    stage = serializers.ChoiceField(["training", "test", "failed", "qualified"])
    training = RoundProgressSerializer()
    test = RoundProgressSerializer()
    pass_percent = serializers.IntegerField(help_text="pass mark in percent of the scored answers")
    attempts_left = serializers.IntegerField(help_text="including the current one")
    attempts = AttemptSerializer(many=True)


class LessonSerializer(serializers.Serializer[Any]):
    """Acceptable answers to an utterance of a training dialogue; a missing question is not scored."""

    acceptable = serializers.DictField(child=serializers.ListField(), help_text="question -> acceptable answers")
    reasons = serializers.DictField(
        child=serializers.CharField(), help_text='question, or "" for the utterance -> reason'
    )
    verdicts = serializers.DictField(
        child=serializers.BooleanField(), help_text="question -> whether the own answer is acceptable"
    )


class QualificationStatus(Api):
    """Training and test of the signed-in annotator."""

    @extend_schema(responses={200: QualificationStatusSerializer})
    def get(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Return the progress in training and test, and the results of the tests."""
        return reply(QualificationStatusSerializer(status_of(rater=own_rater(request, slug))).data)


class Lesson(Api):
    """Feedback to one utterance in training."""

    @extend_schema(responses={200: LessonSerializer, 409: REFUSED})
    def get(self, request: ApiRequest, public_id: UUID, utterance: UUID) -> HttpResponse:
        """Return the acceptable answers; refused before own answers are saved, and outside of training."""
        assignment = own_assignment(request, public_id)
        answered = Utterance.objects.filter(public_id=utterance, dialogue=assignment.dialogue_id).first()
        if answered is None:
            raise Http404
        feedback = lesson(assignment=assignment, utterance=answered)
        answers = feedback.answers
        return reply(
            {
                "acceptable": answers.acceptable if answers else {},
                "reasons": answers.reasons if answers else {},
                "verdicts": feedback.verdicts,
            }
        )
