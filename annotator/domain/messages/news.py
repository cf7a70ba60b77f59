"""News for a labelling page: replies to the annotator's messages, published inquiries, a new guideline version."""

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

MOST = 100  # of each kind, the newest


@dataclass(frozen=True, slots=True)
class Announcement:
    """A newer guideline version with its text in the reader's language, and the changes if they had an earlier one."""

    guideline: GuidelineVersion
    is_first: bool
    text: str
    changes: list[SectionChange]


@dataclass(frozen=True, slots=True)
class News:
    """News of one annotator.

    Attributes:
        flags, inquiries: their own.
        published: published inquiries of others.
        announcement: a guideline version that they have not acknowledged.
        changed_at: time of the last edit of an utterance in the open dialogue.
    """

    flags: list[Flag]
    inquiries: list[Inquiry]
    published: list[Inquiry]
    announcement: Announcement | None
    changed_at: datetime | None

    @property
    def unread(self) -> int:
        """Number of own messages with an unread reply."""
        own: Iterable[Flag | Inquiry] = chain(self.flags, self.inquiries)
        return sum(1 for message in own if message.settled_at and not message.seen_at)


def news_for(*, rater: Rater, membership: Membership, language: str, assignment: UUID | None = None) -> News:
    """Return the news of an annotator, without the names and answers of others.

    Args:
        rater: the annotator.
        membership: theirs, with the corpus and its guideline loaded.
        language: of the reader, for the guideline.
        assignment: public id of the one open on the page; ignored if it belongs to someone else.
    """
    flags = Flag.objects.filter(assignment__rater=rater).exclude(state=Flag.State.WITHDRAWN)
    readable = readable_by(rater).select_related("utterance", "assignment__dialogue")[: 2 * MOST]
    own: list[Inquiry] = []
    published: list[Inquiry] = []
    for inquiry in readable:
        (own if inquiry.assignment.rater_id == rater.pk else published).append(inquiry)
    return News(
        flags=list(flags.select_related("utterance", "assignment__dialogue").order_by("-created_at", "-pk")[:MOST]),
        inquiries=own,
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
    edits = UtteranceEdit.objects.filter(utterance__dialogue__in=own.values("dialogue"))
    return edits.order_by("-changed_at").values_list("changed_at", flat=True).first()


def text_of(version: GuidelineVersion, language: str) -> str:
    """Return the guideline in this language, else in its first one."""
    return str(version.texts.get(language) or next(iter(version.texts.values()), ""))
