"""Corrections: new answers in a dialogue that its annotator has handed in, which stays handed in.

Nothing here may tell an annotator which dialogue is gold or will be a retest:

- Gold has no batch, and a retest has one of its own. Both are closed together with the batch of the dialogue that the
  person got before them.
- A dialogue with a pending retest is held back, since its annotator would read the answers that the retest is compared
  with. While any retest of the corpus is pending, some other dialogues are held back as well, drawn at random, with the
  same sentence.
"""

import hmac
from collections.abc import Sequence
from hashlib import sha256

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotator.models import Assignment, Batch, ClosedDialogue, Slot
from common.errors import Refused
from corpus.models import Annotation, Dialogue, Purpose, Rater, Revision, Utterance

OWN = (Purpose.MAIN, Purpose.PILOT, Purpose.RELABEL, Purpose.RETEST, Purpose.GOLD)  # not training and test
OF_A_BATCH = (Purpose.MAIN, Purpose.PILOT, Purpose.RELABEL)
REPEATED = (Purpose.RETEST, Purpose.RELABEL)  # a person may get a dialogue for them that they have done before
HELD_BACK_PERCENT = 10


def finished_work(*, rater: Rater, text: str = "", after: Assignment | None = None) -> QuerySet[Assignment]:
    """Return the dialogues that a person has handed in, the newest first: `utterances`, and how many are `corrected`.

    Args:
        rater: the person.
        text: only dialogues with these words in an utterance, their name, or the name of their series or episode.
        after: only those that follow this one in the list.
    """
    found = Assignment.objects.filter(rater=rater, state=Assignment.State.DONE, purpose__in=OWN)
    if text:
        spoken = Utterance.objects.filter(dialogue=OuterRef("dialogue"), text__icontains=text)
        found = found.filter(
            Exists(spoken)
            | Q(dialogue__code__icontains=text)
            | Q(dialogue__series__name__icontains=text)
            | Q(dialogue__episode__title__icontains=text)
        )
    if after:
        found = found.filter(Q(ended_at__lt=after.ended_at) | Q(ended_at=after.ended_at, pk__lt=after.pk))
    utterances = Utterance.objects.filter(dialogue=OuterRef("dialogue")).order_by().values("dialogue")
    corrected = (
        Annotation.objects.filter(
            rater=OuterRef("rater"),
            purpose=OuterRef("purpose"),
            utterance__dialogue=OuterRef("dialogue"),
            first_number__isnull=False,
        )
        .exclude(first_codes=F("codes"))
        .values("rater")
        .order_by()
    )
    count = Count("pk")
    return (
        found.select_related("dialogue__series", "dialogue__episode")
        .annotate(
            utterances=Coalesce(Subquery(utterances.annotate(n=count).values("n")), 0),
            corrected=Coalesce(Subquery(corrected.annotate(n=count).values("n")), 0),
        )
        .order_by("-ended_at", "-pk")
    )


def reasons_against_correcting(*, rater: Rater, assignments: Sequence[Assignment]) -> dict[int, Refused]:
    """Return why assignments of a person that are handed in cannot be corrected, by primary key.

    The number of queries depends neither on the number of assignments nor on their purposes.

    Args:
        rater: the person.
        assignments: theirs, with `dialogue`.
    """
    keys = [each.pk for each in assignments]
    closed = _in_closed_batches(keys)
    seen = set(
        ClosedDialogue.objects.filter(rater=rater, dialogue__in=[each.dialogue_id for each in assignments]).values_list(
            "dialogue", flat=True
        )
    )
    pending = set(to_be_repeated(rater).filter(pk__in=keys).values_list("pk", flat=True))
    draws = _waiting_repetitions().filter(batch__corpus=rater.corpus_id).exists()
    reasons = {}
    for each in assignments:
        if each.purpose not in OWN:
            reasons[each.pk] = Refused("correction.of_calibration")
        elif each.pk in closed:
            reasons[each.pk] = Refused("correction.batch_closed")
        elif each.dialogue_id in seen:
            reasons[each.pk] = Refused("annotator.dialogue_closed")
        elif each.dialogue.state != Dialogue.State.READY:
            reasons[each.pk] = Refused("correction.excluded")
        elif each.pk in pending or (draws and _is_drawn(each)):
            reasons[each.pk] = Refused("correction.held_back")
    return reasons


def reason_against_correcting(*, assignment: Assignment) -> Refused | None:
    """Return why an assignment that is handed in cannot be corrected; None: it can."""
    return reasons_against_correcting(rater=assignment.rater, assignments=[assignment]).get(assignment.pk)


def refuse_correction(*, assignment: Assignment, utterance: Utterance, reason: str, comment: str) -> None:
    """Refuse a correction that arrives without a reason, before the dialogue is handed in, or after it was closed.

    A dialogue that is held back accepts it: it was made before.

    Raises:
        Refused: `correction.no_reason`, `correction.no_comment`, `annotator.not_done`, `correction.of_calibration`,
            `correction.batch_closed`.
    """
    if not reason:
        raise Refused("correction.no_reason")
    if reason == Revision.Reason.OTHER and not comment:
        raise Refused("correction.no_comment")
    if assignment.purpose not in OWN:
        raise Refused("correction.of_calibration")
    if assignment.state != Assignment.State.DONE:
        # reopened since: what was handed in is stored then
        first = Annotation.objects.filter(
            rater=assignment.rater_id, utterance=utterance, purpose=assignment.purpose, first_number__isnull=False
        )
        if not first.exists():
            raise Refused("annotator.not_done")
    refuse_closed_batch(assignment=assignment)


def refuse_closed_batch(*, assignment: Assignment) -> None:
    """Refuse to change answers that are handed in when their batch is closed.

    Raises:
        Refused: `correction.batch_closed`.
    """
    if _in_closed_batches([assignment.pk]):
        raise Refused("correction.batch_closed")


def _in_closed_batches(keys: Sequence[int]) -> set[int]:
    """Return which of these assignments belong to a closed batch, or come after one that does."""
    visible = Assignment.objects.filter(rater=OuterRef("rater"), purpose__in=OF_A_BATCH)
    before = visible.filter(pk__lte=OuterRef("pk")).order_by("-pk").values("slot__batch")[:1]
    later = visible.filter(pk__gt=OuterRef("pk")).order_by("pk").values("slot__batch")[:1]
    rows = Assignment.objects.filter(pk__in=keys).annotate(with_batch=Coalesce(Subquery(before), Subquery(later)))
    batches = dict(rows.values_list("pk", "with_batch"))
    closed = set(
        Batch.objects.filter(pk__in=set(batches.values()) - {None}, closed_at__isnull=False).values_list(
            "pk", flat=True
        )
    )
    return {pk for pk, batch in batches.items() if batch in closed}


def to_be_repeated(rater: Rater) -> QuerySet[Assignment]:
    """Return a person's assignments whose dialogue they will answer, or are answering, for another purpose."""
    reserved = _waiting_repetitions().filter(dialogue=OuterRef("dialogue"), rater=rater)
    in_hand = Assignment.objects.filter(dialogue=OuterRef("dialogue"), rater=rater, state=Assignment.State.OPEN)
    return Assignment.objects.filter(
        Exists(reserved.exclude(purpose=OuterRef("purpose"))) | Exists(in_hand), rater=rater
    )


def _waiting_repetitions() -> QuerySet[Slot]:
    """Return the slots for which someone may get a dialogue again; a stopped batch gives none out."""
    return Slot.objects.filter(purpose__in=REPEATED, rater__isnull=False, batch__closed_at__isnull=True).exclude(
        state=Slot.State.DONE
    )


def _is_drawn(assignment: Assignment) -> bool:
    """Return whether an assignment is among those held back at random; the secret key makes this unpredictable."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"held back {assignment.public_id}".encode(), sha256).digest()
    return int.from_bytes(digest[:4]) % 100 < HELD_BACK_PERCENT
