"""The requests that the API accepts, written out a second time as REST framework serializers.

`test_request_reader` compares the reader of the API with them.
"""

import re
from typing import Any, NoReturn

from rest_framework import serializers

from annotator.models import Flag, Return

MAX_LENGTH = 2000
INT32_MAX = 2**31 - 1
DAY_MS = 24 * 3600 * 1000
UNFIT = re.compile("[\\0\\ud800-\\udfff]")


class IdField(serializers.UUIDField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or [len(part) for part in data.split("-")] != [8, 4, 4, 4, 12]:
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class NumberField(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, (int, float)) or data % 1:
            self.fail("invalid")
        return int(data)


class TextField(serializers.CharField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WordField(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)

    def fail(self, key: str, **params: Any) -> NoReturn:
        super().fail(key, **{name: str(value)[:80] for name, value in params.items()})


class AnswersField(serializers.Field[dict[str, Any], Any, dict[str, Any], Any]):
    default_error_messages = {"invalid": "Not a flat object of answers."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not are_answers(data):
            self.fail("invalid")
        answers: dict[str, Any] = data
        return answers


class OperationSerializer(serializers.Serializer[Any]):
    id = IdField()
    kind = WordField(["commit", "undo", "correct"])
    utterance = IdField()
    answers = AnswersField(required=False)
    undoes = IdField(required=False, allow_null=True)
    active_ms = NumberField(min_value=0, max_value=DAY_MS, default=0)
    played_ms = NumberField(min_value=0, max_value=DAY_MS, default=0)
    opened = NumberField(min_value=0, max_value=32_767, required=False, allow_null=True)
    shortcut = WordField(["", "all_default", "same_as_previous"], default="", allow_blank=True)
    reason = WordField(["", "slip", "misread", "context", "guideline", "other"], default="", allow_blank=True)
    comment = TextField(max_length=500, default="", allow_blank=True)
    made_at = TextField(max_length=40, default="", allow_blank=True)
    codebook = NumberField(min_value=0, max_value=INT32_MAX, required=False, allow_null=True)
    version = NumberField(min_value=0, max_value=INT32_MAX, required=False, allow_null=True)


class LeaseTokenSerializer(serializers.Serializer[Any]):
    token = NumberField(min_value=0, max_value=INT32_MAX)


class OperationsSerializer(LeaseTokenSerializer):
    author = IdField()
    operations = serializers.ListField(child=OperationSerializer(), allow_empty=False, max_length=100)


class FlagSerializer(serializers.Serializer[Any]):
    id = IdField()
    utterance = IdField()
    reason = WordField(Flag.Reason.choices)
    comment = TextField(max_length=MAX_LENGTH, default="", allow_blank=True)
    start_ms = NumberField(min_value=0, max_value=INT32_MAX, required=False, allow_null=True)
    end_ms = NumberField(min_value=0, max_value=INT32_MAX, required=False, allow_null=True)


class WithdrawSerializer(serializers.Serializer[Any]):
    flag = IdField()


class InquirySerializer(serializers.Serializer[Any]):
    id = IdField()
    utterance = IdField()
    about = TextField(max_length=40, default="", allow_blank=True)
    text = TextField(max_length=MAX_LENGTH)


class ReturnSerializer(serializers.Serializer[Any]):
    token = NumberField(min_value=0, max_value=INT32_MAX)
    id = IdField()
    reason = WordField(Return.Reason.choices)
    comment = TextField(max_length=MAX_LENGTH, default="", allow_blank=True)


class AcknowledgeSerializer(serializers.Serializer[Any]):
    guideline = IdField()


class SeenSerializer(serializers.Serializer[Any]):
    ids = serializers.ListField(child=IdField(), max_length=500)


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
