"""Response bodies about flags, inquiries and the guideline."""

from typing import Any

from rest_framework import serializers

from annotator.domain.messages.news import News
from annotator.models import Flag, Inquiry
from common.api.strict_fields import StrictUUIDField
from corpus.guideline_html import clips_in, guideline_html
from corpus.rules.guideline.clips import NAME, SCHEME, Clips, clip_of


class NewsQuerySerializer(serializers.Serializer[Any]):
    """Query of the news."""

    assignment = StrictUUIDField(required=False, help_text="the open assignment, for `changed_at`")


class OwnMessageSerializer(serializers.Serializer[Any]):
    """An own message with its reply."""

    id = serializers.UUIDField(source="public_id")
    dialogue = serializers.CharField(source="assignment.dialogue.code")
    utterance = serializers.UUIDField(source="utterance.public_id", default=None, allow_null=True)
    quote = serializers.CharField(source="utterance.text", default="")
    created_at = serializers.DateTimeField()
    reply = serializers.CharField()
    unread = serializers.SerializerMethodField()

    def get_unread(self, message: Flag | Inquiry) -> bool:
        """Whether it is settled and the reply is unread."""
        return message.settled_at is not None and message.seen_at is None


class OwnFlagSerializer(OwnMessageSerializer):
    """An own flag."""

    reason = serializers.ChoiceField(Flag.Reason.choices)
    comment = serializers.CharField()
    start_ms = serializers.IntegerField(allow_null=True)
    end_ms = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(["open", "accepted", "declined"])


class OwnInquirySerializer(OwnMessageSerializer):
    """An own inquiry."""

    about = serializers.CharField()
    text = serializers.CharField()
    state = serializers.ChoiceField(Inquiry.State.values)


class PublishedSerializer(serializers.Serializer[Any]):
    """A published inquiry of someone else, without their name."""

    id = serializers.UUIDField(source="public_id")
    quote = serializers.CharField(source="utterance.text", default="")
    about = serializers.CharField()
    text = serializers.CharField(source="published_text")
    reply = serializers.CharField()


class LineSerializer(serializers.Serializer[Any]):
    """One line of a changed section."""

    kind = serializers.ChoiceField(["same", "added", "removed"])
    text = serializers.CharField()
    clip = serializers.CharField(
        allow_null=True, help_text="address of the clip that the line consists of, with its part as a media fragment"
    )


class SectionSerializer(serializers.Serializer[Any]):
    """One section of the guideline that changed."""

    title = serializers.CharField()
    anchor = serializers.CharField()
    kind = serializers.ChoiceField(["added", "removed", "changed"])
    lines = LineSerializer(many=True)


class AnnouncementSerializer(serializers.Serializer[Any]):
    """A newer guideline version; without sections if the reader had none before."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    is_first = serializers.BooleanField(help_text="the reader had none before")
    html = serializers.CharField(help_text="the whole guideline in the reader's language, as HTML without scripts")
    sections = SectionSerializer(many=True)


class NewsSerializer(serializers.Serializer[Any]):
    """News of this annotator. `guideline` is null if they work by the newest version."""

    unread = serializers.IntegerField()
    flags = OwnFlagSerializer(many=True)
    questions = OwnInquirySerializer(many=True)
    published = PublishedSerializer(many=True)
    guideline = AnnouncementSerializer(allow_null=True)
    changed_at = serializers.DateTimeField(
        allow_null=True, help_text="time of the last edit in the open dialogue, which is then to be reloaded"
    )


def as_json(news: News) -> dict[str, Any]:
    """Return the JSON form of news."""
    announced = news.announcement
    clips = clips_in(announced.text, corpus=announced.guideline.corpus_id) if announced else {}
    sections = [
        {
            "title": change.title,
            "anchor": change.anchor,
            "kind": change.kind,
            "lines": [_line(kind, text, clips) for kind, text in change.lines],
        }
        for change in (announced.changes if announced else [])
    ]
    guideline = announced and {
        "id": announced.guideline.public_id,
        "version": announced.guideline.version,
        "is_first": announced.is_first,
        "html": guideline_html(announced.text, corpus=announced.guideline.corpus_id),
        "sections": sections,
    }
    body = {
        "unread": news.unread,
        "flags": news.flags,
        "questions": news.inquiries,
        "published": news.published,
        "guideline": guideline,
        "changed_at": news.changed_at,
    }
    return NewsSerializer(body).data


def _line(kind: str, text: str, clips: Clips) -> dict[str, Any]:
    """Return a line of a changed section; the clip that it consists of may not be playable."""
    if not text.startswith(SCHEME):
        return {"kind": kind, "text": text, "clip": None}
    clip = clip_of(text, clips)
    return {"kind": kind, "text": NAME, "clip": clip and clip.source}
