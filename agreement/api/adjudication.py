"""Views of the adjudication page: claim, show, save, reveal, renew the lease, finish."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema

from agreement.api import case_responses, requests
from agreement.api.access import own_hold, own_membership
from agreement.domain.adjudication import claims, holds
from agreement.domain.adjudication.opened_case import open_case
from agreement.domain.adjudication.operations import apply_decisions
from agreement.models import CaseHold
from annotator.api.access import DONE, REFUSED
from annotator.api.assignment_responses import OperationResultsSerializer
from annotator.api.labelling import NOTHING_LEFT, acknowledged
from annotator.api.request_reader import read, serializer_of
from annotator.api.requests import LeaseToken
from common.api.views import Api, ApiRequest, reply
from common.errors import Refused
from corpus.models import Utterance


class ClaimCase(Api):
    """The next case."""

    @extend_schema(
        request=serializer_of(requests.ClaimCase),
        responses={200: case_responses.OpenedCaseSerializer, 204: NOTHING_LEFT, 409: REFUSED},
    )
    def post(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Give the signed-in adjudicator a case: their own open one first, or that of an utterance."""
        membership = own_membership(request, slug)
        wanted, now = read(requests.ClaimCase, request.data), timezone.now()
        if wanted.utterance:
            utterances = Utterance.objects.select_related("dialogue")
            chosen = utterances.filter(public_id=wanted.utterance, dialogue__corpus=membership.corpus_id).first()
            if chosen is None:
                raise Http404
            return _opened(claims.claim_utterance(membership=membership, utterance=chosen, now=now))
        if not claims.is_order(wanted.order, membership.corpus.codebook):
            raise Refused("adjudication.unknown_order", order=wanted.order)
        found = claims.claim_next(membership=membership, order=wanted.order, besides=wanted.besides, now=now)
        return reply(status=204) if found is None else _opened(found)


class ShowCase(Api):
    """A case of the signed-in adjudicator."""

    @extend_schema(responses={200: case_responses.OpenedCaseSerializer})
    def get(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Return the dialogue, the codebook, and the answers once they may be shown."""
        return _opened(own_hold(request, public_id))


class DecisionOperations(Api):
    """Decisions and undos."""

    @extend_schema(
        request=serializer_of(requests.DecisionOperations),
        responses={200: OperationResultsSerializer, 409: REFUSED},
    )
    def post(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Apply operations in order, each at most once; safe to send again until acknowledged."""
        user = request.user
        if isinstance(request.data, dict) and request.data.get("author", str(user.public_id)) != str(user.public_id):
            raise Refused("annotator.not_the_author")  # before all else: the page then keeps them for their author
        hold = own_hold(request, public_id, while_archived=True)
        sent = read(requests.DecisionOperations, request.data)
        results = apply_decisions(
            hold=hold, token=sent.token, author=user, operations=sent.operations, now=timezone.now()
        )
        return reply({"acks": [acknowledged(each) for each in results]})


class Reveal(Api):
    """The answers to the utterance of a blind case."""

    @extend_schema(
        request=serializer_of(LeaseToken), responses={200: case_responses.ShownAnswersSerializer, 409: REFUSED}
    )
    def post(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Show the answers; refused before the adjudicator has decided without them."""
        hold = own_hold(request, public_id)
        holds.reveal(hold=hold, token=read(LeaseToken, request.data).token, now=timezone.now())
        case = open_case(hold=hold)
        return reply(case_responses.answers_as_json(case))


class HeartbeatOfCase(Api):
    """A sign that someone still works on a case."""

    @extend_schema(request=serializer_of(LeaseToken), responses={204: DONE, 409: REFUSED})
    def post(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Renew the lease."""
        hold = own_hold(request, public_id)
        holds.heartbeat(hold=hold, token=read(LeaseToken, request.data).token, now=timezone.now())
        return reply(status=204)


class FinishCase(Api):
    """The end of a case."""

    @extend_schema(request=serializer_of(requests.FinishCase), responses={204: DONE, 409: REFUSED})
    def post(self, request: ApiRequest, public_id: UUID) -> HttpResponse:
        """Finish a decided case, or give an undecided one back to the queue."""
        hold = own_hold(request, public_id)
        sent = read(requests.FinishCase, request.data)
        holds.finish(hold=hold, token=sent.token, skip=sent.skip, now=timezone.now())
        return reply(status=204)


def _opened(hold: CaseHold) -> HttpResponse:
    """Return a case as it is now, and record which answers are shown."""
    holds.note_shown(hold)
    return reply(case_responses.as_json(open_case(hold=hold)))
