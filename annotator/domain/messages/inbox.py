"""What all messages from a labelling page have in common: kept once, seen once, counted for the manager."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, Q, Subquery

from annotator.models import Assignment, Flag, Inquiry, Return
from common.errors import Refused
from corpus.models import Corpus, Rater, Utterance

N = TypeVar("N", Flag, Inquiry, Return)
MAX_LENGTH = 2000  # characters of a comment, a question, a reply


@dataclass(frozen=True, slots=True)
class Inbox:
    """How much waits for the manager."""

    flags: int
    questions: int
    returned: int

    @property
    def total(self) -> int:
        """Everything together."""
        return self.flags + self.questions + self.returned


def inbox(corpus: Corpus) -> Inbox:
    """Count what waits for the manager, in one query."""
    waiting = [
        Subquery(found.filter(corpus=corpus, state="open").values("corpus").annotate(n=Count("pk")).values("n"))
        for found in (Flag.objects.all(), Inquiry.objects.all(), Return.objects.all())
    ]
    row = Corpus.objects.filter(pk=corpus.pk).values_list(*waiting).get()
    return Inbox(*(count or 0 for count in row))


def sent_before(kind: type[N], *, public_id: UUID, assignment: Assignment) -> N | None:
    """Return the message that came under this id before.

    Raises:
        Refused: `annotator.id_taken`, the id is somebody else's.
    """
    found = kind.objects.filter(public_id=public_id).first()
    if found is not None and found.assignment_id != assignment.pk:
        raise Refused("annotator.id_taken")
    return found


def utterance_of(assignment: Assignment, public_id: UUID) -> Utterance:
    """Return an utterance of the assignment's dialogue.

    Raises:
        Refused: `annotator.unknown_utterance`.
    """
    utterance = Utterance.objects.filter(public_id=public_id, dialogue=assignment.dialogue_id).first()
    if utterance is None:
        raise Refused("annotator.unknown_utterance")
    return utterance


def checked_text(text: str) -> str:
    """Return a text without the spaces around it.

    Raises:
        Refused: `annotator.too_long`.
    """
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MAX_LENGTH:
        raise Refused("annotator.too_long", longest=MAX_LENGTH)
    return text


def mark_seen(*, rater: Rater, ids: Iterable[UUID], now: datetime) -> None:
    """Note that an annotator saw what became of their messages; others' and open ones are passed over."""
    own = Q(public_id__in=list(ids), assignment__rater=rater, settled_at__isnull=False, seen_at__isnull=True)
    Flag.objects.filter(own).update(seen_at=now)
    Inquiry.objects.filter(own).update(seen_at=now)
