"""What became of an annotator's messages, for their labelling page: their own, what was published, a new guideline."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from annotator.domain.guidelines import announcement
from annotator.domain.questions import readable_by
from annotator.models import Flag, Question
from corpus.models import GuidelineVersion, Membership, Rater
from corpus.rules.sections import SectionChange, changed_sections

MOST = 100  # of each kind; who sent more finds the newest


@dataclass(frozen=True, slots=True)
class Announcement:
    """A newer version of the guideline with its text for the reader; no changes where they had none before."""

    guideline: GuidelineVersion
    text: str
    changes: list[SectionChange]


@dataclass(frozen=True, slots=True)
class News:
    """Everything that the manager has said to one annotator. `questions` are their own, `published` everybody's."""

    flags: list[Flag]
    questions: list[Question]
    published: list[Question]
    announcement: Announcement | None

    @property
    def unread(self) -> int:
        """How many of one's own messages were settled and not looked at since."""
        own: Iterable[Flag | Question] = chain(self.flags, self.questions)
        return sum(1 for note in own if note.settled_at and not note.seen_at)


def news_for(*, rater: Rater, membership: Membership, language: str) -> News:
    """Return the news of an annotator; nothing in it tells who else asked, or what others answered.

    Args:
        rater: the annotator.
        membership: theirs, with the corpus and its guideline at hand.
        language: of the reader, for what changed in the guideline.
    """
    flags = Flag.objects.filter(assignment__rater=rater).exclude(state=Flag.State.WITHDRAWN)
    readable = readable_by(rater).select_related("utterance", "assignment__dialogue")[: 2 * MOST]
    own: list[Question] = []
    published: list[Question] = []
    for question in readable:
        (own if question.assignment.rater_id == rater.pk else published).append(question)
    return News(
        flags=list(flags.select_related("utterance", "assignment__dialogue").order_by("-created_at", "-pk")[:MOST]),
        questions=own,
        published=published,
        announcement=_announced(membership, language),
    )


def _announced(membership: Membership, language: str) -> Announcement | None:
    versions = announcement(membership=membership)
    if versions is None:
        return None
    known, in_use = versions
    text = text_of(in_use, language)
    return Announcement(in_use, text, changed_sections(text_of(known, language), text) if known else [])


def text_of(version: GuidelineVersion, language: str) -> str:
    """Return the text as the reader has it: in their language, else in the first there is."""
    return str(version.texts.get(language) or next(iter(version.texts.values()), ""))
