"""Response bodies about cases: no sequential ids, no names of raters, and no answers while they are hidden."""

from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers

from agreement.domain.adjudication.decisions import Cause
from agreement.domain.adjudication.opened_case import OpenedCase
from agreement.models import DecisionRevision
from annotator.api.assignment_responses import (
    MediaSerializer,
    SpeakerSerializer,
    UtteranceSerializer,
    media_as_json,
    speakers_as_json,
    utterance_as_json,
)
from annotator.api.request_reader import AnswersField

OUTCOMES = ["discussion", "profile", "undecidable"]


class CaseDialogueSerializer(serializers.Serializer[Any]):
    """The dialogue of a case."""

    name = serializers.CharField()
    series = serializers.CharField()
    episode = serializers.CharField()
    speakers = SpeakerSerializer(many=True)
    utterances = UtteranceSerializer(many=True)
    media = MediaSerializer(allow_null=True)


class AnswerColumnSerializer(serializers.Serializer[Any]):
    """The answers of one rater, who is not named; the order is random, and always the same for this adjudicator."""

    letter = serializers.CharField()
    answers = AnswersField()
    not_applicable = serializers.ListField(child=serializers.CharField(), help_text="links this rater was not asked")
    differs = serializers.ListField(
        child=serializers.CharField(), help_text="questions that more than half of the raters answer in another way"
    )


class ShownAnswersSerializer(serializers.Serializer[Any]):
    """The answers to the utterance."""

    columns = AnswerColumnSerializer(many=True)
    differing = serializers.ListField(child=serializers.CharField(), help_text="questions answered differently")
    is_final = serializers.BooleanField(
        help_text="whether the decision was made as a second one and cannot be changed, since the answers are shown"
    )


class StoredDecisionSerializer(serializers.Serializer[Any]):
    """A stored decision."""

    outcome = serializers.ChoiceField(OUTCOMES)
    answers = AnswersField(allow_null=True)
    taken_from = serializers.CharField(allow_null=True, help_text="letter of the column it was taken from")
    reason = serializers.CharField()
    comment = serializers.CharField()
    needs_review = serializers.BooleanField(help_text="an annotation was added or changed since")


class PastDecisionSerializer(serializers.Serializer[Any]):
    """An own operation on this case."""

    id = serializers.UUIDField(allow_null=True)
    kind = serializers.ChoiceField(["decide", "undo"])
    outcome = serializers.ChoiceField([*OUTCOMES, "none"], help_text="after the operation; `none`: not decided")
    answers = AnswersField(allow_null=True)
    taken_from = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    comment = serializers.CharField()
    blind = serializers.BooleanField(help_text="made before the answers were shown")


class ReasonSerializer(serializers.Serializer[Any]):
    """A reason for a decision of one's own."""

    slug = serializers.CharField()
    text = serializers.CharField()


class OpenedCaseSerializer(ShownAnswersSerializer):
    """A case with everything needed to decide it; written by `as_json`."""

    id = serializers.UUIDField()
    token = serializers.IntegerField()
    author = serializers.UUIDField()
    state = serializers.ChoiceField(["open", "done", "released"])
    lease_until = serializers.DateTimeField()
    corpus = serializers.CharField(help_text="slug")
    blind = serializers.BooleanField(help_text="whether the answers are hidden until it is decided")
    codebook = serializers.DictField(help_text="tasks, links, policy and texts, without expectations")
    dialogue = CaseDialogueSerializer()
    utterance = serializers.UUIDField(help_text="the one to decide")
    decision = StoredDecisionSerializer(allow_null=True, help_text="the present one")
    reasons = ReasonSerializer(many=True)
    mine = PastDecisionSerializer(many=True)
    waiting = serializers.IntegerField(help_text="cases that wait in the same order, counted up to 1000")


def as_json(case: OpenedCase) -> dict[str, Any]:
    """Return an opened case as `OpenedCaseSerializer` describes it."""
    hold, dialogue = case.hold, case.dialogue
    return {
        "id": str(hold.public_id),
        "token": hold.token,
        "author": str(hold.membership.user.public_id),
        "state": hold.state,
        "lease_until": hold.lease_until.isoformat(),
        "corpus": hold.case.corpus.slug,
        "blind": case.is_hidden,
        "codebook": case.codebook,
        "dialogue": {
            "name": dialogue.code,
            "series": dialogue.series.name,
            "episode": dialogue.episode.title if dialogue.episode else "",
            "speakers": speakers_as_json(case.utterances),
            "utterances": [utterance_as_json(each) for each in case.utterances],
            "media": media_as_json(dialogue),
        },
        "utterance": str(hold.case.utterance.public_id),
        **answers_as_json(case),
        "decision": case.decision and _decision(case.decision, case) | {"needs_review": case.needs_review},
        "reasons": [{"slug": each["slug"], "text": text_in(each["texts"])} for each in case.settings.reasons],
        "mine": [_past(each, case) for each in case.mine],
        "waiting": case.waiting,
    }


def answers_as_json(case: OpenedCase) -> dict[str, Any]:
    """Return answers as `ShownAnswersSerializer` describes them."""
    return {
        "columns": [
            {
                "letter": each.letter,
                "answers": each.answers,
                "not_applicable": each.not_applicable,
                "differs": list(each.differs),
            }
            for each in case.columns
        ],
        "differing": case.differing,
        "is_final": case.is_final,
    }


def text_in(texts: dict[str, str]) -> str:
    """Return the text in the language of the request, else the first one."""
    language = get_language() or ""
    return texts.get(language) or texts.get(language.partition("-")[0]) or next(iter(texts.values()))


def _decision(revision: DecisionRevision, case: OpenedCase) -> dict[str, Any]:
    return {
        "outcome": revision.outcome,
        "answers": revision.answers,
        "taken_from": case.letters.get(revision.taken_from_id) if revision.taken_from_id else None,
        "reason": revision.reason,
        "comment": revision.comment,
    }


def _past(revision: DecisionRevision, case: OpenedCase) -> dict[str, Any]:
    return {
        "id": str(revision.operation) if revision.operation else None,
        "kind": "undo" if revision.cause == Cause.UNDO else "decide",
        **_decision(revision, case),
        "blind": revision.blind,
    }
