"""Request bodies of the API: the only declaration of their fields, bounds and descriptions.

`annotator.api.request_reader` reads bodies by these declarations, and the OpenAPI schema is derived from them.
"""

from typing import Annotated
from uuid import UUID

from django.db.models import TextChoices
from msgspec import Meta, Struct

from annotator import models
from annotator.domain.labelling.operations import INT32_MAX, TRIMMED_TEXT, Operation
from annotator.domain.messages.inbox import MAX_LENGTH

MAX_OPERATIONS = 100
MAX_SEEN = 500


def choice_of(choices: type[TextChoices]) -> Meta:
    """Return the constraint of a text to the values of these choices."""
    return Meta(pattern=rf"\A(?:{'|'.join(choices.values)})\Z", extra={"choices": choices.choices})


Token = Annotated[int, Meta(ge=0, le=INT32_MAX)]
Milliseconds = Annotated[int, Meta(ge=0, le=INT32_MAX)]
MessageId = Annotated[UUID, Meta(description="made by the client; the server stores an id once")]
Comment = Annotated[str, Meta(max_length=MAX_LENGTH, pattern=TRIMMED_TEXT)]


class LeaseToken(Struct, frozen=True, kw_only=True):
    """The token of an assignment; it proves that the slot was not given to someone else since."""

    token: Token


class Operations(LeaseToken, frozen=True, kw_only=True):
    """Operations in the order they were made, all by one person."""

    author: Annotated[UUID, Meta(description="public id of the signed-in user")]
    operations: Annotated[list[Operation], Meta(min_length=1, max_length=MAX_OPERATIONS)]


class Flag(Struct, frozen=True, kw_only=True):
    """A problem of an utterance itself; a bad cut may propose other bounds, in milliseconds of the episode."""

    id: MessageId
    utterance: UUID
    reason: Annotated[str, choice_of(models.Flag.Reason)]
    comment: Comment = ""
    start_ms: Milliseconds | None = None
    end_ms: Milliseconds | None = None


class Withdraw(Struct, frozen=True, kw_only=True):
    """The flag to withdraw."""

    flag: UUID


class Inquiry(Struct, frozen=True, kw_only=True):
    """An inquiry to the manager about an utterance; `about` is the slug of a task or link, or empty."""

    id: MessageId
    utterance: UUID
    about: Annotated[str, Meta(max_length=40, pattern=TRIMMED_TEXT)] = ""
    text: Annotated[str, Meta(min_length=1, max_length=MAX_LENGTH, pattern=TRIMMED_TEXT)]


class Return(LeaseToken, frozen=True, kw_only=True):
    """Why the whole dialogue is returned."""

    id: MessageId
    reason: Annotated[str, choice_of(models.Return.Reason)]
    comment: Comment = ""


class Acknowledge(Struct, frozen=True, kw_only=True):
    """The guideline version that was read."""

    guideline: UUID


class Seen(Struct, frozen=True, kw_only=True):
    """Messages whose reply was read."""

    ids: Annotated[list[UUID], Meta(max_length=MAX_SEEN)]
