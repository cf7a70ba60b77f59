"""What the API accepts, written out a second time as REST framework serializers.

These are the serializers that read requests before version 0.2; clients rely on what they accept. `test_request_reader`
compares the reader of the API with them.
"""

import re
from typing import Any

from rest_framework import serializers

from annotator.models import Flag, Return

MAX_LENGTH = 2000
INT32_MAX = 2**31 - 1
DAY_MS = 24 * 3600 * 1000
UNFIT = re.compile("[\\0\\ud800-\\udfff]")


class AnswersField(serializers.Field[dict[str, Any], Any, dict[str, Any], Any]):
    default_error_messages = {"invalid": "Not a flat object of answers."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not are_answers(data):
            self.fail("invalid")
        answers: dict[str, Any] = data
        return answers


class OperationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(["commit", "undo", "correct"])
    utterance = serializers.UUIDField()
    answers = AnswersField(required=False)
    undoes = serializers.UUIDField(required=False, allow_null=True)
    active_ms = serializers.IntegerField(min_value=0, max_value=DAY_MS, default=0)
    played_ms = serializers.IntegerField(min_value=0, max_value=DAY_MS, default=0)
    opened = serializers.IntegerField(min_value=0, max_value=32_767, required=False, allow_null=True)
    shortcut = serializers.ChoiceField(["", "all_default", "same_as_previous"], default="", allow_blank=True)
    reason = serializers.ChoiceField(
        ["", "slip", "misread", "context", "guideline", "other"], default="", allow_blank=True
    )
    comment = serializers.CharField(max_length=500, default="", allow_blank=True)
    made_at = serializers.CharField(max_length=40, default="", allow_blank=True)
    version = serializers.IntegerField(min_value=0, max_value=INT32_MAX, required=False, allow_null=True)


class LeaseTokenSerializer(serializers.Serializer[Any]):
    token = serializers.IntegerField(min_value=0, max_value=INT32_MAX)


class OperationsSerializer(LeaseTokenSerializer):
    author = serializers.UUIDField()
    operations = serializers.ListField(child=OperationSerializer(), allow_empty=False, max_length=100)


class FlagSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    utterance = serializers.UUIDField()
    reason = serializers.ChoiceField(Flag.Reason.choices)
    comment = serializers.CharField(max_length=MAX_LENGTH, default="", allow_blank=True)
    start_ms = serializers.IntegerField(min_value=0, max_value=INT32_MAX, required=False, allow_null=True)
    end_ms = serializers.IntegerField(min_value=0, max_value=INT32_MAX, required=False, allow_null=True)


class WithdrawSerializer(serializers.Serializer[Any]):
    flag = serializers.UUIDField()


class InquirySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    utterance = serializers.UUIDField()
    about = serializers.CharField(max_length=40, default="", allow_blank=True)
    text = serializers.CharField(max_length=MAX_LENGTH)


class ReturnSerializer(serializers.Serializer[Any]):
    token = serializers.IntegerField(min_value=0, max_value=INT32_MAX)
    id = serializers.UUIDField()
    reason = serializers.ChoiceField(Return.Reason.choices)
    comment = serializers.CharField(max_length=MAX_LENGTH, default="", allow_blank=True)


class AcknowledgeSerializer(serializers.Serializer[Any]):
    guideline = serializers.UUIDField()


class SeenSerializer(serializers.Serializer[Any]):
    ids = serializers.ListField(child=serializers.UUIDField(), max_length=500)


def are_answers(value: object) -> bool:
    if not isinstance(value, dict) or len(value) > 100:
        return False
    return all(map(_is_slug, value)) and all(map(_is_answer, value.values()))


def _is_slug(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 80 and not UNFIT.search(value)


def _is_answer(value: object) -> bool:
    if isinstance(value, list):
        return len(value) <= 100 and all(map(_is_slug, value))
    return _is_slug(value) or (isinstance(value, int) and abs(value) < 2**31)
