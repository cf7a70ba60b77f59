"""Hidden gold: the gold dialogue that a claim gives in place of the slot of main work that it has found.

An annotator must not be able to tell gold from main work. They could observe, and tests compare:

- the place in the sequence: where dialogues are given out in order, gold is given only at its own place
  (`_Position.admits`); in a batch of a manager, only from an episode that the batch is about to give out;
- repetition: no dialogue comes twice, whether as gold or as main work;
- responses of claim, operations, finish, return, messages and news: fields, headers, errors, ids, tokens and counts
  are made alike (done, ready and today's work include gold);
- the time of a response: a claim runs the same statements whether it gives gold or not, since it always looks for a
  slot of main work and for a gold dialogue, and slots of gold are created before they are needed; commits and `finish`
  do not know about gold at all, because gold is judged by a job (`gold_judging`);
- the end of a lease: a gold dialogue is taken from an absent annotator when main work would be (`leases`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import Max

from annotator.models import Calibration, Slot
from annotator.rules.gold_draws import in_drawn_order, is_due
from common.database.prepared import PreparedSelect, Values
from corpus.models import Dialogue, Purpose, Rater

NEAR = 100  # dialogues of a batch among whose episodes its gold must be
MOST_CREATED = 500  # slots that one claim creates

PK, WHOLE, TEXT = models.BigAutoField(), models.IntegerField(), models.CharField()
POSITION = PreparedSelect(
    Values(),
    """
    WITH own AS (
        SELECT assignment.id, assignment.dialogue_id, assignment.purpose FROM annotator_assignment assignment
        WHERE assignment.rater_id = %(rater)s AND assignment.purpose IN ('main', 'gold')
    ), following AS (
        SELECT dialogue."order" AS place FROM corpus_dialogue dialogue WHERE dialogue.id = %(dialogue)s
    )
    SELECT (SELECT COUNT(*) FROM own),
        (SELECT COUNT(*) FROM own
         WHERE own.id > (SELECT COALESCE(MAX(gold.id), 0) FROM own gold WHERE gold.purpose = 'gold')),
        (SELECT MAX(dialogue."order")
         FROM (SELECT own.dialogue_id FROM own ORDER BY own.id DESC LIMIT 200) recent
         JOIN corpus_dialogue dialogue ON dialogue.id = recent.dialogue_id
         WHERE dialogue."order" < following.place),
        following.place
    FROM following
    """,
    {"rater": PK, "dialogue": PK},
)
# A CROSS JOIN, so that SQLite reads the few dialogues in use first and not all those of the corpus.
CANDIDATES = PreparedSelect(
    Values(PK, PK, models.UUIDField(), WHOLE, WHOLE, models.BooleanField()),
    """
    SELECT slot.id, dialogue.id, dialogue.public_id, dialogue."order", COALESCE(slot.token, 0),
        CASE WHEN (SELECT batch.is_automatic FROM annotator_batch batch WHERE batch.id = %(batch)s) THEN TRUE
        ELSE EXISTS (
            SELECT 1 FROM annotator_slot given JOIN corpus_dialogue near ON near.id = given.dialogue_id
            WHERE given.batch_id = %(batch)s AND given.state = 'free'
                AND given.rank >= %(rank)s AND given.rank < %(end)s
                AND (given.rater_id IS NULL OR given.rater_id = %(rater)s)
                AND near.series_id = dialogue.series_id
                AND COALESCE(near.episode_id, 0) = COALESCE(dialogue.episode_id, 0)) END
    FROM annotator_calibrationdialogue used
    CROSS JOIN corpus_dialogue dialogue
    LEFT JOIN annotator_slot slot ON slot.dialogue_id = dialogue.id AND slot.rater_id = %(rater)s
        AND slot.purpose = 'gold' AND slot.batch_id IS NULL
    WHERE dialogue.id = used.dialogue_id AND used.use = 'gold' AND dialogue.corpus_id = %(corpus)s
        AND dialogue.state = 'ready' AND NOT EXISTS (
            SELECT 1 FROM annotator_assignment had
            WHERE had.dialogue_id = dialogue.id AND had.rater_id = %(rater)s)
        AND NOT EXISTS (
            SELECT 1 FROM annotator_closeddialogue closed
            WHERE closed.dialogue_id = dialogue.id AND closed.rater_id = %(rater)s)
    """,
    {"rater": PK, "corpus": PK, "batch": PK, "rank": WHOLE, "end": WHOLE},
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A gold dialogue that is new to the person; `slot`: None until it is created."""

    slot: int | None
    dialogue: int
    public_id: UUID
    order: int
    token: int
    is_near: bool


@dataclass(frozen=True, slots=True)
class _Position:
    """The position of a person in their work.

    Attributes:
        place: main and gold dialogues that they had.
        since: those of them after their last gold dialogue.
        before: order of the dialogue that precedes the following one in their recent work; None: there is none.
        following: order of the dialogue that they get unless they get gold.
    """

    place: int
    since: int
    before: int | None
    following: int

    def admits(self, order: int) -> bool:
        """Return whether a dialogue of this order keeps the sequence."""
        if self.before is None:  # they begin, or their work jumps back: then only the very place tells nothing
            return order <= self.following if self.place == 0 else order == self.following
        return self.before < order <= self.following


def gold_in_place_of(slot: Slot, *, calibration: Calibration, rater: Rater, is_sequential: bool) -> Slot | None:
    """Return the slot of a gold dialogue to give in place of the next slot; None: give the next slot.

    The caller has locked the rater. Statements and work do not depend on the result.

    Args:
        slot: the locked next slot. Gold replaces main work alone, and comes no more when that has ended: its claim
            would take longer than one that has found a slot.
        calibration: of the corpus, with gold.
        rater: the annotator.
        is_sequential: whether dialogues are given out in order.
    """
    position = _position(slot, rater)
    candidates = _candidates(slot, rater)
    if any(each.slot is None for each in candidates):
        _create_slots([each.dialogue for each in candidates if each.slot is None], rater)
        candidates = _candidates(slot, rater)
    fitting = [each for each in candidates if each.slot and each.is_near]
    if is_sequential:
        in_place = sorted((each for each in fitting if position.admits(each.order)), key=lambda each: each.order)
        # after the dialogue before it, so that more gold can follow; at the beginning next to the following one
        chosen = in_place[0 if position.before is not None else -1] if in_place else None
    else:
        chosen = _drawn(fitting, calibration, rater)
    is_gold = slot.purpose == Purpose.MAIN and is_due(
        seed=calibration.seed,
        person=str(rater.public_id),
        place=position.place,
        last=position.place - position.since - 1,
        percent=calibration.gold_percent,
    )
    if chosen is None or not is_gold:
        return None
    return Slot(pk=chosen.slot, dialogue_id=chosen.dialogue, purpose=Purpose.GOLD, number=0, rank=0, token=chosen.token)


def _drawn(candidates: Sequence[_Candidate], calibration: Calibration, rater: Rater) -> _Candidate | None:
    """Return the first candidate in an order that differs from person to person."""
    by_id = {str(each.public_id): each for each in candidates}
    order = in_drawn_order(list(by_id), seed=calibration.seed, person=str(rater.public_id))
    return by_id[order[0]] if order else None


def _position(slot: Slot, rater: Rater) -> _Position:
    row = POSITION.first(rater=rater.pk, dialogue=slot.dialogue_id)
    assert row is not None  # noqa: S101 -- an aggregate
    return _Position(*row)


def _candidates(slot: Slot, rater: Rater) -> list[_Candidate]:
    """Return the gold dialogues that are new to the person; in the automatic batch all are near, since it mixes all."""
    rows = CANDIDATES.all(
        rater=rater.pk, corpus=rater.corpus_id, batch=slot.batch_id, rank=slot.rank, end=slot.rank + NEAR
    )
    return [_Candidate(*row) for row in rows]


def _create_slots(dialogues: Sequence[int], rater: Rater) -> None:
    """Create the slots of gold dialogues for a person, however many of them will be given out and when."""
    # Concurrent claims of other people need the same numbers, so they wait.
    locked = Dialogue.objects.select_for_update(no_key=True).filter(pk__in=dialogues).order_by("pk")[:MOST_CREATED]
    chosen = list(locked.values_list("pk", flat=True))
    gold = Slot.objects.filter(dialogue__in=chosen, purpose=Purpose.GOLD)
    last = dict(gold.order_by().values_list("dialogue").annotate(last=Max("number")))
    Slot.objects.bulk_create(
        [
            Slot(dialogue_id=dialogue, purpose=Purpose.GOLD, number=last.get(dialogue, 0) + 1, rank=0, rater=rater)
            for dialogue in chosen
        ],
        batch_size=1000,
    )
