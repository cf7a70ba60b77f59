"""What became of an annotator's messages, for their labelling page: their own, what was published, a new guideline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from annotator.domain.allocation.guideline_acknowledgement import announcement
from annotator.domain.messages.inquiries import readable_by
from annotator.models import Assignment, Flag, Inquiry
from corpus.models import GuidelineVersion, Membership, Rater, UtteranceEdit
from corpus.rules.guideline.sections import SectionChange, changed_sections

MOST = 100  # of each kind; who sent more finds the newest


@dataclass(frozen=True, slots=True)
class Announcement:
    """A newer version of the guideline with its text for the reader, and what changed if they had one before."""

    guideline: GuidelineVersion
    is_first: bool
    text: str
    changes: list[SectionChange]


@dataclass(frozen=True, slots=True)
class News:
    """Everything that the manager has said to one annotator.

    Attributes:
        flags, questions: their own.
        published: questions of others that the manager answered for everybody.
        announcement: a guideline that they have not acknowledged.
        changed_at: when an utterance of the dialogue that was asked about was changed last.
    """

    flags: list[Flag]
    questions: list[Inquiry]
    published: list[Inquiry]
    announcement: Announcement | None
    changed_at: datetime | None

    @property
    def unread(self) -> int:
        """How many of one's own messages were settled and not looked at since."""
        own: Iterable[Flag | Inquiry] = chain(self.flags, self.questions)
        return sum(1 for note in own if note.settled_at and not note.seen_at)


def news_for(*, rater: Rater, membership: Membership, language: str, assignment: UUID | None = None) -> News:
    """Return the news of an annotator; nothing in it tells who else asked, or what others answered.

    Args:
        rater: the annotator.
        membership: theirs, with the corpus and its guideline at hand.
        language: of the reader, for what changed in the guideline.
        assignment: public id of the one that is open on the page; another's is passed over.
    """
    flags = Flag.objects.filter(assignment__rater=rater).exclude(state=Flag.State.WITHDRAWN)
    readable = readable_by(rater).select_related("utterance", "assignment__dialogue")[: 2 * MOST]
    own: list[Inquiry] = []
    published: list[Inquiry] = []
    for question in readable:
        (own if question.assignment.rater_id == rater.pk else published).append(question)
    return News(
        flags=list(flags.select_related("utterance", "assignment__dialogue").order_by("-created_at", "-pk")[:MOST]),
        questions=own,
        published=published,
        announcement=_announced(membership, language),
        changed_at=_changed_at(rater, assignment),
    )


def _announced(membership: Membership, language: str) -> Announcement | None:
    versions = announcement(membership=membership)
    if versions is None:
        return None
    known, in_use = versions
    text = text_of(in_use, language)
    changes = changed_sections(text_of(known, language), text) if known else []
    return Announcement(in_use, known is None, text, changes)


def _changed_at(rater: Rater, assignment: UUID | None) -> datetime | None:
    if assignment is None:
        return None
    own = Assignment.objects.filter(public_id=assignment, rater=rater)
    changes = UtteranceEdit.objects.filter(utterance__dialogue__in=own.values("dialogue"))
    return changes.order_by("-changed_at").values_list("changed_at", flat=True).first()


def text_of(version: GuidelineVersion, language: str) -> str:
    """Return the text as the reader has it: in their language, else in the first there is."""
    return str(version.texts.get(language) or next(iter(version.texts.values()), ""))
