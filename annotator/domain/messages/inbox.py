"""Functions shared by flags, inquiries and returns, and the counts of the inbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, Q, Subquery

from annotator.models import Assignment, FastLabelling, Flag, Inquiry, Return
from common.errors import Refused
from corpus.models import Corpus, Rater, Utterance

M = TypeVar("M", Flag, Inquiry, Return)
MAX_LENGTH = 2000  # characters of a comment, an inquiry, a reply


@dataclass(frozen=True, slots=True)
class Inbox:
    """Number of open messages."""

    flags: int
    inquiries: int
    returned: int
    fast_labelling: int = 0

    @property
    def total(self) -> int:
        """All open messages."""
        return self.flags + self.inquiries + self.returned + self.fast_labelling


def inbox(corpus: Corpus) -> Inbox:
    """Count the open messages of a corpus, in one query."""
    waiting = [
        Subquery(messages.filter(corpus=corpus, state="open").values("corpus").annotate(n=Count("pk")).values("n"))
        for messages in (Flag.objects.all(), Inquiry.objects.all(), Return.objects.all())
    ]
    fast = FastLabelling.objects.filter(corpus=corpus, dismissed_at__isnull=True)
    waiting.append(Subquery(fast.values("corpus").annotate(n=Count("pk")).values("n")))
    row = Corpus.objects.filter(pk=corpus.pk).values_list(*waiting).get()
    return Inbox(*(count or 0 for count in row))


def existing_message(kind: type[M], *, public_id: UUID, assignment: Assignment) -> M | None:
    """Return the message with this id if it was sent before.

    Raises:
        Refused: `annotator.id_taken`, the id belongs to someone else.
    """
    message = kind.objects.filter(public_id=public_id).first()
    if message is not None and message.assignment_id != assignment.pk:
        raise Refused("annotator.id_taken")
    return message


def utterance_of(assignment: Assignment, public_id: UUID) -> Utterance:
    """Return an utterance of the assignment's dialogue.

    Raises:
        Refused: `annotator.unknown_utterance`.
    """
    utterance = Utterance.objects.filter(public_id=public_id, dialogue=assignment.dialogue_id).first()
    if utterance is None:
        raise Refused("annotator.unknown_utterance")
    return utterance


def cleaned_text(text: str) -> str:
    """Return a text without surrounding spaces and with plain line ends.

    Raises:
        Refused: `annotator.too_long`.
    """
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MAX_LENGTH:
        raise Refused("annotator.too_long", longest=MAX_LENGTH)
    return text


def mark_seen(*, rater: Rater, ids: Iterable[UUID], now: datetime) -> None:
    """Record that an annotator has seen replies to their messages; open messages and those of others are skipped."""
    own = Q(public_id__in=list(ids), assignment__rater=rater, settled_at__isnull=False, seen_at__isnull=True)
    Flag.objects.filter(own).update(seen_at=now)
    Inquiry.objects.filter(own).update(seen_at=now)
