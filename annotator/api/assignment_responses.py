"""Response bodies about assignments: no sequential ids, and no answers of other annotators."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from annotator.api.request_reader import AnswersField
from annotator.domain.labelling.open_assignment import OpenedAssignment
from annotator.domain.labelling.past_revisions import PastRevision
from corpus.models import Dialogue, Utterance

COLOURS = 8  # of speakers on the labelling page


class OperationResultSerializer(serializers.Serializer[Any]):
    """Result of one operation."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(["applied", "repeated", "set_aside", "refused"])
    code = serializers.CharField(
        help_text="of a refusal, or `annotator.page_outdated`: the answers were moved to another codebook version, "
        "and the assignment has to be requested again; else empty"
    )
    detail = serializers.CharField(help_text="the same as a sentence")


class OperationResultsSerializer(serializers.Serializer[Any]):
    """One result per operation, in the same order."""

    acks = OperationResultSerializer(many=True)


class SpeakerSerializer(serializers.Serializer[Any]):
    """A character of the series."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    colour = serializers.IntegerField(help_text="0 to 7: the colour of the speaker in every dialogue")


class EarlierValuesSerializer(serializers.Serializer[Any]):
    """Earlier values of an utterance, as far as they differ now."""

    text = serializers.CharField(required=False)
    speaker = serializers.CharField(required=False, help_text="a name; empty: unnamed")
    start_ms = serializers.IntegerField(required=False, allow_null=True)
    end_ms = serializers.IntegerField(required=False, allow_null=True)


class UtteranceSerializer(serializers.Serializer[Any]):
    """One turn of one speaker; times are milliseconds of the episode."""

    id = serializers.UUIDField()
    speaker = serializers.CharField(help_text="id of the speaker; empty: unnamed")
    text = serializers.CharField()
    start_ms = serializers.IntegerField(allow_null=True)
    end_ms = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(help_text="grows with each edit of text, speaker or times")
    translation = serializers.CharField(help_text="of the subtitles; empty: none, or the corpus does not show it")
    changed = EarlierValuesSerializer(
        allow_null=True, help_text="values when this annotator answered it, if it was edited since"
    )
    asked = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        allow_null=True,
        help_text="question -> own earlier answers in words, if the codebook changed and these questions are asked "
        "again; empty: a new question",
    )


class PassageSerializer(serializers.Serializer[Any]):
    """A passage without speech, such as a sound or music, which is context and never labelled."""

    text = serializers.CharField()
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    before = serializers.IntegerField(
        help_text="index of the utterance that follows, from 0; their number: after the last"
    )


class PastRevisionSerializer(serializers.Serializer[Any]):
    """An own revision."""

    operation = serializers.UUIDField(allow_null=True)
    utterance = serializers.UUIDField()
    answers = AnswersField(allow_null=True)
    undo = serializers.BooleanField()
    correction = serializers.BooleanField(help_text="whether it was made after the dialogue was handed in")
    opened = serializers.IntegerField(allow_null=True)
    shortcut = serializers.ChoiceField(["", "all_default", "same_as_previous"])
    moved = serializers.BooleanField(help_text="whether a change of the codebook moved them; nothing before is undone")
    draft = AnswersField(
        allow_null=True, help_text="of `answers` that a change of the codebook withdrew: those that stay"
    )


class MediaSerializer(serializers.Serializer[Any]):
    """Media of the episode; `peaks` is empty without sound."""

    url = serializers.CharField()
    peaks = serializers.CharField()
    has_picture = serializers.BooleanField()


class DialogueSerializer(serializers.Serializer[Any]):
    """Names of the dialogue."""

    name = serializers.CharField()
    series = serializers.CharField()
    episode = serializers.CharField()


class CountSerializer(serializers.Serializer[Any]):
    """Finished dialogues of this annotator, and all ready ones."""

    done = serializers.IntegerField()
    ready = serializers.IntegerField()


class DaySerializer(serializers.Serializer[Any]):
    """Work of this annotator today, in the server's time zone, and the limits of the corpus."""

    dialogues = serializers.IntegerField()
    utterances = serializers.IntegerField()
    active_ms = serializers.IntegerField()
    limit_minutes = serializers.IntegerField(allow_null=True)
    rest_minutes = serializers.IntegerField(allow_null=True)


class RoundSerializer(serializers.Serializer[Any]):
    """The training round or qualification test of a dialogue."""

    use = serializers.ChoiceField(["training", "test"])
    place = serializers.IntegerField(help_text="from 1")
    all = serializers.IntegerField()


class OpenedAssignmentSerializer(serializers.Serializer[Any]):
    """An assignment with everything needed to label it; written by `as_json`."""

    id = serializers.UUIDField()
    token = serializers.IntegerField()
    author = serializers.UUIDField()
    state = serializers.ChoiceField(["open", "done", "released"])
    dialogue = DialogueSerializer()
    codebook = serializers.DictField(help_text="tasks, links, policy and texts, without expectations")
    codebook_version = serializers.IntegerField(help_text="its number, to be sent with each operation")
    speakers = SpeakerSerializer(many=True)
    utterances = UtteranceSerializer(many=True)
    passages = PassageSerializer(many=True)
    history = PastRevisionSerializer(many=True)
    media = MediaSerializer(allow_null=True)
    dialogues = CountSerializer()
    today = DaySerializer()
    closed = serializers.CharField(
        help_text="why a dialogue that is handed in cannot be corrected now; empty: it can be, or it is not handed in"
    )
    comment = serializers.CharField(help_text="of the manager who sent the dialogue back; else empty")
    round = RoundSerializer(allow_null=True, help_text="null: main work")


def as_json(work: OpenedAssignment) -> dict[str, Any]:
    """Return an opened assignment as `OpenedAssignmentSerializer` describes it; written by hand for speed."""
    assignment, dialogue = work.assignment, work.assignment.dialogue
    assert assignment.rater.membership is not None  # noqa: S101 -- a constraint: members' raters have one
    return {
        "id": str(assignment.public_id),
        "token": assignment.token,
        "author": str(assignment.rater.membership.user.public_id),
        "state": assignment.state,
        "dialogue": {
            "name": dialogue.code,
            "series": dialogue.series.name,
            "episode": dialogue.episode.title if dialogue.episode else "",
        },
        "codebook": work.codebook,
        "codebook_version": assignment.codebook.version,
        "speakers": speakers_as_json(work.utterances),
        "utterances": [_utterance(each, work) for each in work.utterances],
        "passages": [asdict(each) for each in work.context.passages],
        "history": [_past(each) for each in work.history],
        "media": media_as_json(dialogue),
        "dialogues": {"done": work.done, "ready": work.ready},
        "today": asdict(work.day),
        "closed": str(work.closed or ""),
        "comment": assignment.comment,
        "round": dict(zip(("use", "place", "all"), work.round, strict=True)) if work.round else None,
    }


def speakers_as_json(utterances: Iterable[Utterance]) -> list[dict[str, Any]]:
    """Return the speakers of utterances as `SpeakerSerializer` describes them."""
    speakers = {each.speaker.public_id: each.speaker for each in utterances if each.speaker}
    return [
        {"id": str(public_id), "name": each.name, "colour": each.pk % COLOURS} for public_id, each in speakers.items()
    ]


def _utterance(utterance: Utterance, work: OpenedAssignment) -> dict[str, Any]:
    public_id = utterance.public_id
    return utterance_as_json(
        utterance,
        translation=work.context.translations.get(utterance.pk, ""),
        was=work.changed.get(public_id),
        asked=work.asked.get(public_id),
    )


def utterance_as_json(
    utterance: Utterance, *, translation: str = "", was: Any = None, asked: Any = None
) -> dict[str, Any]:
    """Return an utterance as `UtteranceSerializer` describes it.

    Args:
        utterance: the utterance, with its speaker.
        translation: its text in the other language of the subtitles.
        was: earlier values that differ now.
        asked: the questions that are asked again, with the old answers.
    """
    return {
        "id": str(utterance.public_id),
        "speaker": str(utterance.speaker.public_id) if utterance.speaker else "",
        "text": utterance.text,
        "start_ms": utterance.start_ms,
        "end_ms": utterance.end_ms,
        "version": utterance.version,
        "translation": translation,
        "changed": was,
        "asked": asked,
    }


def _past(past: PastRevision) -> dict[str, Any]:
    operation = str(past.operation) if past.operation else None
    return asdict(past) | {"operation": operation, "utterance": str(past.utterance)}


def media_as_json(dialogue: Dialogue) -> dict[str, Any] | None:
    """Return the media of a dialogue's episode as `MediaSerializer` describes them; None for a text corpus."""
    episode = dialogue.episode
    if episode is None or episode.playable is None:
        return None
    return {
        "url": reverse("media", args=[episode.playable.public_id]),
        "peaks": reverse("media", args=[episode.peaks.public_id]) if episode.peaks else "",
        "has_picture": episode.has_picture,
    }
