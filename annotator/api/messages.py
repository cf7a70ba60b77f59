"""Views of flags, inquiries, returned dialogues and the manager's replies."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse, extend_schema

from annotator.api import message_responses, requests
from annotator.api.access import REFUSED, own_assignment, own_rater
from annotator.api.request_reader import read, serializer_of
from annotator.domain.allocation import guideline_acknowledgement
from annotator.domain.messages import flags, inbox, inquiries, returned_dialogues
from annotator.domain.messages.news import news_for
from common.api.views import Api, ApiRequest, reply
from common.errors import Refused
from corpus.models import GuidelineVersion

SAVED = OpenApiResponse(description="Saved.")


class Flags(Api):
    """Flags on utterances."""

    @extend_schema(request=serializer_of(requests.Flag), responses={204: SAVED, 409: REFUSED})
    def post(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Flag an utterance of the dialogue; safe to send again."""
        assignment = own_assignment(request, public_id)
        sent = read(requests.Flag, request.data)
        flags.raise_flag(
            assignment=assignment,
            public_id=sent.id,
            utterance=sent.utterance,
            reason=sent.reason,
            comment=sent.comment,
            start_ms=sent.start_ms,
            end_ms=sent.end_ms,
            now=timezone.now(),
        )
        return reply(status=204)


class WithdrawFlag(Api):
    """A flag raised by mistake."""

    @extend_schema(request=serializer_of(requests.Withdraw), responses={204: SAVED, 409: REFUSED})
    def post(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Withdraw the annotator's own flag while it is open."""
        assignment = own_assignment(request, public_id)
        flag = read(requests.Withdraw, request.data).flag
        flags.withdraw_flag(assignment=assignment, public_id=flag, now=timezone.now())
        return reply(status=204)


class Inquiries(Api):
    """Inquiries to the manager."""

    @extend_schema(request=serializer_of(requests.Inquiry), responses={204: SAVED, 409: REFUSED})
    def post(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Ask about an utterance of the dialogue; safe to send again."""
        assignment = own_assignment(request, public_id)
        sent = read(requests.Inquiry, request.data)
        inquiries.send_inquiry(
            assignment=assignment,
            public_id=sent.id,
            utterance=sent.utterance,
            about=sent.about,
            text=sent.text,
            now=timezone.now(),
        )
        return reply(status=204)


class ReturnDialogue(Api):
    """A dialogue that cannot be labelled."""

    @extend_schema(request=serializer_of(requests.Return), responses={204: SAVED, 409: REFUSED})
    def post(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Return the whole dialogue with a reason; safe to send again."""
        assignment = own_assignment(request, public_id)
        sent = read(requests.Return, request.data)
        returned_dialogues.return_dialogue(
            assignment=assignment,
            public_id=sent.id,
            token=sent.token,
            reason=sent.reason,
            comment=sent.comment,
            now=timezone.now(),
        )
        return reply(status=204)


class Acknowledge(Api):
    """A guideline version that the annotator has read."""

    @extend_schema(request=serializer_of(requests.Acknowledge), responses={204: SAVED, 409: REFUSED})
    def post(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Work by this guideline version from now on; every later revision refers to it."""
        assignment = own_assignment(request, public_id)
        membership = assignment.rater.membership
        assert membership is not None  # noqa: S101 -- a constraint: members' raters have one
        wanted = read(requests.Acknowledge, request.data).guideline
        version = GuidelineVersion.objects.filter(public_id=wanted, corpus=membership.corpus_id).first()
        if version is None:
            raise Refused("annotator.other_guideline")
        guideline_acknowledgement.acknowledge(membership=membership, guideline=version, now=timezone.now())
        return reply(status=204)


class News(Api):
    """Replies and announcements of the manager."""

    @extend_schema(
        parameters=[message_responses.NewsQuerySerializer], responses={200: message_responses.NewsSerializer}
    )
    def get(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Return the annotator's own flags and inquiries with their replies, published ones, and a new guideline."""
        rater = own_rater(request, slug)
        assert rater.membership is not None  # noqa: S101 -- a constraint: members' raters have one
        language = (get_language() or "en").partition("-")[0]
        query = message_responses.NewsQuerySerializer(data=request.query)
        query.is_valid(raise_exception=True)
        news = news_for(rater=rater, membership=rater.membership, language=language, **query.validated_data)
        return reply(message_responses.as_json(news))


class Seen(Api):
    """Replies that were read."""

    @extend_schema(request=serializer_of(requests.Seen), responses={204: SAVED})
    def post(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Record that replies to the annotator's own messages were read; other ids are ignored."""
        rater = own_rater(request, slug)
        inbox.mark_seen(rater=rater, ids=read(requests.Seen, request.data).ids, now=timezone.now())
        return reply(status=204)
