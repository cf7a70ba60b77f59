"""The guideline version that an annotator works by: the newest one they have acknowledged."""

from datetime import datetime

from django.db import transaction

from annotator.models import Acknowledgement, Assignment
from common.database.prepared import Instance, PreparedSelect
from common.errors import Refused
from corpus.models import GuidelineVersion, Membership, Rater

NEWEST = PreparedSelect(
    Instance(Acknowledgement, guideline=Instance(GuidelineVersion, defer=["texts"])),
    """
    SELECT {columns} FROM annotator_acknowledgement acknowledgement
    JOIN corpus_guidelineversion guideline ON guideline.id = acknowledgement.guideline_id
    WHERE acknowledgement.membership_id = %(membership)s ORDER BY guideline.version DESC LIMIT 1
    """,
)


def guideline_for(*, rater: Rater, now: datetime) -> GuidelineVersion | None:
    """Return the version that a rater works by; a beginner acknowledges the one in use implicitly.

    Args:
        rater: a member, with the corpus loaded.
        now: the moment.

    Returns:
        None if the corpus has no guideline, or had none when they began and they have not acknowledged one since.
    """
    assert rater.membership_id is not None  # noqa: S101 -- a constraint: members' raters have one
    if acknowledged := _newest(rater.membership_id):
        return acknowledged
    in_use = rater.corpus.guideline
    if in_use is None or Assignment.objects.filter(rater=rater).exists():
        return None
    Acknowledgement.objects.get_or_create(
        membership_id=rater.membership_id, guideline=in_use, defaults={"acknowledged_at": now}
    )
    return in_use


def works_by(*, membership: Membership) -> GuidelineVersion | None:
    """Return the version that the labelling page shows to a member, and that their answers refer to."""
    return _newest(membership.pk) or membership.corpus.guideline


def announcement(*, membership: Membership) -> tuple[GuidelineVersion | None, GuidelineVersion] | None:
    """Return the version a member works by and the newer one in use; None if there is nothing to announce."""
    known, in_use = _newest(membership.pk), membership.corpus.guideline
    if in_use is None or (known is not None and known.version >= in_use.version):
        return None
    return known, in_use


@transaction.atomic
def acknowledge(*, membership: Membership, guideline: GuidelineVersion, now: datetime) -> None:
    """Record that a member has read a version; from now on their revisions refer to it. Repeating it changes nothing.

    Raises:
        Refused: `annotator.other_guideline`, the version belongs to another corpus.
    """
    if guideline.corpus_id != membership.corpus_id:
        raise Refused("annotator.other_guideline")
    _, made = Acknowledgement.objects.get_or_create(
        membership=membership, guideline=guideline, defaults={"acknowledged_at": now}
    )
    if made:
        # Finished assignments as well, since an undo reopens them. An older version acknowledged later changes nothing.
        held = Assignment.objects.filter(rater__membership=membership).exclude(state=Assignment.State.RELEASED)
        held.exclude(guideline__version__gte=guideline.version).update(guideline=guideline)


def _newest(membership: int) -> GuidelineVersion | None:
    newest = NEWEST.first(membership=membership)
    return newest.guideline if newest else None
