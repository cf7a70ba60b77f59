"""Response bodies about assignments: no sequential ids, and no answers of other annotators."""

from dataclasses import asdict
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from annotator.api.request_reader import AnswersField
from annotator.domain.labelling.open_assignment import Past, Work
from corpus.models import Dialogue, Utterance

COLOURS = 8  # of speakers on the labelling page


class AckSerializer(serializers.Serializer[Any]):
    """What became of one operation."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(["applied", "repeated", "set_aside", "refused"])
    code = serializers.CharField(help_text="reason of a refusal, else empty")
    detail = serializers.CharField(help_text="the same as a sentence")


class AcksSerializer(serializers.Serializer[Any]):
    """One answer per operation, in the same order."""

    acks = AckSerializer(many=True)


class SpeakerSerializer(serializers.Serializer[Any]):
    """A character of the series."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    colour = serializers.IntegerField(help_text="0 to 7: a colour to show them in, the same in every dialogue")


class WasSerializer(serializers.Serializer[Any]):
    """How an utterance was: only what is different now."""

    text = serializers.CharField(required=False)
    speaker = serializers.CharField(required=False, help_text="a name; empty where nobody was named")
    start_ms = serializers.IntegerField(required=False, allow_null=True)
    end_ms = serializers.IntegerField(required=False, allow_null=True)


class UtteranceSerializer(serializers.Serializer[Any]):
    """One turn of one speaker; times are milliseconds of the episode."""

    id = serializers.UUIDField()
    speaker = serializers.CharField(help_text="id of the speaker; empty where nobody is named")
    text = serializers.CharField()
    start_ms = serializers.IntegerField(allow_null=True)
    end_ms = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(help_text="grows whenever text, speaker or times change")
    changed = WasSerializer(
        allow_null=True, help_text="how it was when this annotator labelled it, where it was changed since"
    )


class PastSerializer(serializers.Serializer[Any]):
    """One of this annotator's own revisions."""

    operation = serializers.UUIDField(allow_null=True)
    utterance = serializers.UUIDField()
    answers = AnswersField(allow_null=True)
    undo = serializers.BooleanField()
    opened = serializers.IntegerField(allow_null=True)
    shortcut = serializers.ChoiceField(["", "all_default", "same_as_previous"])


class MediaSerializer(serializers.Serializer[Any]):
    """Where the episode plays from; `peaks` is empty where it has no sound."""

    url = serializers.CharField()
    peaks = serializers.CharField()
    has_picture = serializers.BooleanField()


class DialogueSerializer(serializers.Serializer[Any]):
    """How people call the dialogue."""

    name = serializers.CharField()
    series = serializers.CharField()
    episode = serializers.CharField()


class CountSerializer(serializers.Serializer[Any]):
    """This annotator's finished dialogues, and all that are ready."""

    done = serializers.IntegerField()
    ready = serializers.IntegerField()


class DaySerializer(serializers.Serializer[Any]):
    """What this annotator did today, in the server's time zone, and the corpus's care for their rest."""

    dialogues = serializers.IntegerField()
    utterances = serializers.IntegerField()
    active_ms = serializers.IntegerField()
    limit_minutes = serializers.IntegerField(allow_null=True)
    rest_minutes = serializers.IntegerField(allow_null=True)


class RoundSerializer(serializers.Serializer[Any]):
    """The training round or the qualification test that a dialogue is openly part of."""

    use = serializers.ChoiceField(["training", "test"])
    place = serializers.IntegerField(help_text="from 1")
    all = serializers.IntegerField()


class WorkSerializer(serializers.Serializer[Any]):
    """An assignment with all that is needed to label it; `as_json` writes it."""

    id = serializers.UUIDField()
    token = serializers.IntegerField()
    author = serializers.UUIDField()
    state = serializers.ChoiceField(["open", "done", "released"])
    dialogue = DialogueSerializer()
    codebook = serializers.DictField(help_text="tasks, links, policy and texts, without expectations")
    speakers = SpeakerSerializer(many=True)
    utterances = UtteranceSerializer(many=True)
    history = PastSerializer(many=True)
    media = MediaSerializer(allow_null=True)
    dialogues = CountSerializer()
    today = DaySerializer()
    comment = serializers.CharField(help_text="of the manager who sent the dialogue back; else empty")
    round = RoundSerializer(allow_null=True, help_text="null: the main work")


def as_json(work: Work) -> dict[str, Any]:
    """Return opened work as `WorkSerializer` would; written out, since each claim asks for it."""
    assignment, dialogue = work.assignment, work.assignment.dialogue
    assert assignment.rater.membership is not None  # noqa: S101 -- a constraint: members' raters have one
    speakers = {each.speaker.public_id: each.speaker for each in work.utterances if each.speaker}
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
        "speakers": [
            {"id": str(public_id), "name": each.name, "colour": each.pk % COLOURS}
            for public_id, each in speakers.items()
        ],
        "utterances": [_utterance(each, work.changed.get(each.public_id)) for each in work.utterances],
        "history": [_past(each) for each in work.history],
        "media": _media(dialogue),
        "dialogues": {"done": work.done, "ready": work.ready},
        "today": asdict(work.day),
        "comment": assignment.comment,
        "round": dict(zip(("use", "place", "all"), work.round, strict=True)) if work.round else None,
    }


def _utterance(utterance: Utterance, was: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "id": str(utterance.public_id),
        "speaker": str(utterance.speaker.public_id) if utterance.speaker else "",
        "text": utterance.text,
        "start_ms": utterance.start_ms,
        "end_ms": utterance.end_ms,
        "version": utterance.version,
        "changed": was,
    }


def _past(past: Past) -> dict[str, Any]:
    operation = str(past.operation) if past.operation else None
    return asdict(past) | {"operation": operation, "utterance": str(past.utterance)}


def _media(dialogue: Dialogue) -> dict[str, Any] | None:
    episode = dialogue.episode
    if episode is None or episode.playable is None:
        return None
    return {
        "url": reverse("media", args=[episode.playable.public_id]),
        "peaks": reverse("media", args=[episode.peaks.public_id]) if episode.peaks else "",
        "has_picture": episode.has_picture,
    }
