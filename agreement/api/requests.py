"""Request bodies of the API of adjudication, see `annotator.api.requests`."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from agreement.domain.adjudication.operations import DecisionOperation
from annotator.api.requests import MAX_OPERATIONS, LeaseToken
from annotator.domain.labelling.operations import TRIMMED_TEXT

MOST_AHEAD = 5  # cases that a page holds at once


class ClaimCase(Struct, frozen=True, kw_only=True):
    """The wanted case: the next of an order, or that of an utterance."""

    order: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=90,
            pattern=TRIMMED_TEXT,
            description="`disagreement`, `flag`, `finding`, `score`, or `question:` and the slug of a task or link",
        ),
    ] = "disagreement"
    utterance: Annotated[UUID, Meta(description="its case is opened instead of the next one")] | None = None
    besides: Annotated[
        list[UUID],
        Meta(max_length=MOST_AHEAD, description="ids of cases that the page has; it asks for the next one in advance"),
    ] = []


class FinishCase(LeaseToken, frozen=True, kw_only=True):
    """The end of a case: nothing is left to do, or it is given back undecided."""

    skip: Annotated[bool, Meta(description="give an undecided case back to the queue")] = False


class DecisionOperations(LeaseToken, frozen=True, kw_only=True):
    """Operations in the order they were made, all by one person."""

    author: Annotated[UUID, Meta(description="public id of the signed-in user")]
    operations: Annotated[list[DecisionOperation], Meta(min_length=1, max_length=MAX_OPERATIONS)]
