"""Steps of the selection: dialogues are screened in or out for a reason, or drawn at random; each can be undone.

A dialogue that is screened out is excluded: it is neither given to annotators nor counted nor released. Screened in
again, it gets its former state back. Dialogues that members have answered are not screened out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple, TypeVar

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.errors import Refused
from common.models import User
from corpus.domain.selection.candidates import CANDIDATES, Criteria, candidates
from corpus.domain.structure.archiving import require_writable
from corpus.domain.structure.dialogue_counts import forget_counts
from corpus.models import Annotation, Corpus, Dialogue, Rater, Screening, SelectionStep
from corpus.rules.sampling import draw

MOST = 50_000  # dialogues in one step: about 2 s
LONGEST_REASON = 2000  # characters
LARGEST_SEED = 2**53 - 1  # the largest integer that JSON keeps exactly everywhere
CHUNK = 1000
State, Per = Dialogue.State, SelectionStep.Per
T = TypeVar("T")


class Decision(NamedTuple):
    """A step's decision on a dialogue (primary key)."""

    dialogue: int
    is_in: bool
    probability: float | None


@transaction.atomic
def screen_dialogues(
    *,
    corpus: Corpus,
    criteria: Criteria,
    is_in: bool,
    reason: str,
    decided_by: User | None,
    now: datetime | None = None,
) -> SelectionStep:
    """Screen all dialogues that meet criteria in or out.

    Args:
        corpus: their corpus.
        criteria: which dialogues.
        is_in: the decision.
        reason: for it.
        decided_by: the person.
        now: time of the decision.

    Raises:
        Refused: `corpus.archived`, `selection.no_reason`, `selection.reason_too_long`, `selection.nothing`,
            `selection.too_many`, `selection.answered`.
    """
    reason = _tidy(reason)
    if not reason:
        raise Refused("selection.no_reason")
    _lock(corpus)
    keys = _keys(corpus, criteria)
    earlier = _probabilities(keys)
    step = SelectionStep.objects.create(
        corpus=corpus,
        kind=SelectionStep.Kind.SCREEN,
        is_in=is_in,
        reason=reason,
        criteria=criteria.document(),
        population=len(keys),
        taken=len(keys) if is_in else 0,
        created_by=decided_by,
        created_at=now or timezone.now(),
    )
    _apply(step, [Decision(key, is_in, earlier.get(key)) for key in keys])
    return step


@transaction.atomic
def draw_dialogues(
    *,
    corpus: Corpus,
    criteria: Criteria,
    number: int,
    seed: int,
    per: str = Per.CORPUS,
    rule: str = "",
    decided_by: User | None,
    now: datetime | None = None,
) -> SelectionStep:
    """Draw dialogues at random; those taken are screened in, all others that meet the criteria are screened out.

    Only dialogues without a decision take part, or only those that are in, if the criteria ask for these: their
    probabilities of both draws are multiplied.

    Args:
        corpus: their corpus.
        criteria: which dialogues take part.
        number: to take, from all or from each group.
        seed: of the draw; the same seed takes the same dialogues.
        per: one of `SelectionStep.Per`.
        rule: the sampling rule in the manager's words; may be empty.
        decided_by: the person.
        now: time of the draw.

    Raises:
        Refused: as `screen_dialogues`; `selection.bad_number`, `selection.bad_seed`, `selection.already_decided`.
    """
    rule = _tidy(rule)
    if number < 1:
        raise Refused("selection.bad_number")
    if not 0 <= seed <= LARGEST_SEED:
        raise Refused("selection.bad_seed", largest=f"{LARGEST_SEED:,}")
    if criteria.screened not in {"undecided", "in"}:
        raise Refused("selection.already_decided")
    _lock(corpus)
    keys = _keys(corpus, criteria)
    earlier = _probabilities(keys)
    groups: dict[str, list[str]] = defaultdict(list)
    key_of: dict[str, int] = {}
    columns = ("pk", "public_id", "series__name", "episode__title")
    for key, public_id, series, episode in candidates(corpus, criteria).values_list(*columns):
        name = {Per.CORPUS: "", Per.SERIES: series, Per.EPISODE: f"{series} · {episode or '–'}"}[Per(per)]
        groups[name].append(str(public_id))
        key_of[str(public_id)] = key
    drawn = draw(groups, number=number, seed=seed)
    step = SelectionStep.objects.create(
        corpus=corpus,
        kind=SelectionStep.Kind.DRAW,
        reason=rule,
        criteria=criteria.document(),
        population=len(keys),
        taken=sum(len(group.taken) for group in drawn),
        per=per,
        seed=seed,
        groups=[
            {
                "group": group.name,
                "population": group.population,
                "taken": len(group.taken),
                "probability": group.probability,
            }
            for group in drawn
        ],
        created_by=decided_by,
        created_at=now or timezone.now(),
    )
    decisions = []
    for group in drawn:
        taken = set(group.taken)
        for public_id in groups[group.name]:
            key = key_of[public_id]
            decisions.append(Decision(key, public_id in taken, group.probability * (earlier.get(key) or 1)))
    _apply(step, decisions)
    return step


@transaction.atomic
def undo_step(*, step: SelectionStep, undone_by: User | None, now: datetime | None = None) -> SelectionStep:
    """Undo a step: its dialogues get back the decision and state they had before; the step stays in the log.

    Raises:
        Refused: `corpus.archived`; `selection.undone`; `selection.later_step`: a later step decided on some of the same
            dialogues; `selection.answered`: a dialogue that would be out again has answers.
    """
    _lock(step.corpus)
    step = SelectionStep.objects.select_for_update().get(pk=step.pk)
    if step.undone_at:
        raise Refused("selection.undone")
    rows = Screening.objects.filter(step=step)
    if rows.filter(is_current=False).exists():
        raise Refused("selection.later_step")
    rows.update(is_current=False)
    earlier = (
        Screening.objects.filter(dialogue__screenings__step=step, step__undone_at__isnull=True)
        .exclude(step=step)
        .values("dialogue")
        .annotate(last=Max("pk"))
        .values("last")
    )
    Screening.objects.filter(pk__in=list(earlier.values_list("last", flat=True))).update(is_current=True)
    of_step = Dialogue.objects.filter(screenings__step=step)
    out_again = of_step.filter(
        screenings__step=step, screenings__is_in=True, state__in=(State.DRAFT, State.READY)
    ).filter(pk__in=Screening.objects.filter(is_current=True, is_in=False).values("dialogue"))
    _exclude(step, out_again.values_list("pk", flat=True))
    in_again = Screening.objects.filter(step=step, is_in=False, dialogue__state=State.EXCLUDED).exclude(
        dialogue__in=Screening.objects.filter(is_current=True, is_in=False).values("dialogue")
    )
    _include(in_again.values_list("dialogue", "state_if_in"))
    step.undone_by, step.undone_at = undone_by, now or timezone.now()
    step.save(update_fields=["undone_by", "undone_at"])
    forget_counts(step.corpus_id)
    return step


def _lock(corpus: Corpus) -> None:
    """Lock the corpus, so that its steps follow one another."""
    require_writable(Corpus.objects.select_for_update(no_key=True).get(pk=corpus.pk))


def _tidy(reason: str) -> str:
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        raise Refused("selection.reason_too_long", longest=LONGEST_REASON)
    return reason


def _keys(corpus: Corpus, criteria: Criteria) -> list[int]:
    found = candidates(corpus, criteria)
    keys = list(found.values_list("pk", flat=True)[: MOST + 1])
    if not keys:
        raise Refused("selection.nothing")
    if len(keys) > MOST:
        raise Refused("selection.too_many", most=f"{MOST:,}")
    return keys


def _probabilities(keys: list[int]) -> dict[int, float]:
    """Return the probabilities of the draws that dialogues were in."""
    return {
        dialogue: probability
        for chunk in _chunks(keys)
        for dialogue, probability in Screening.objects.filter(
            dialogue__in=chunk, is_current=True, probability__isnull=False
        ).values_list("dialogue", "probability")
        if probability is not None
    }


def _apply(step: SelectionStep, decisions: list[Decision]) -> None:
    decisions.sort()  # locks are taken in the order of keys
    for chunk in _chunks(decisions):
        keys = [each.dialogue for each in chunk]
        locked = Dialogue.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys, state__in=CANDIDATES)
        states = dict(locked.order_by("pk").values_list("pk", "state"))
        current = Screening.objects.filter(dialogue__in=keys, is_current=True)
        kept = dict(current.values_list("dialogue", "state_if_in"))
        current.update(is_current=False)
        Screening.objects.bulk_create(
            Screening(
                step=step,
                dialogue_id=each.dialogue,
                is_in=each.is_in,
                probability=each.probability,
                state_if_in="" if each.is_in else _state_if_in(states[each.dialogue], kept.get(each.dialogue, "")),
            )
            for each in chunk
            if each.dialogue in states
        )
        back = {each.dialogue: kept.get(each.dialogue, "") for each in chunk if each.is_in}
        _include((key, state) for key, state in back.items() if states.get(key) == State.EXCLUDED)
    out = Screening.objects.filter(step=step, is_in=False, dialogue__state__in=(State.DRAFT, State.READY))
    _exclude(step, out.values_list("dialogue", flat=True))
    forget_counts(step.corpus_id)


def _state_if_in(state: str, kept: str) -> str:
    return kept if state == State.EXCLUDED else state


def _exclude(step: SelectionStep, dialogues: Iterable[int]) -> None:
    keys = list(dialogues)
    for chunk in _chunks(keys):
        answered = Annotation.objects.filter(utterance__dialogue__in=chunk, rater__kind=Rater.Kind.MEMBER)
        if first := answered.order_by("pk").values_list("utterance__dialogue__code", flat=True).first():
            raise Refused("selection.answered", dialogue=first)
        Dialogue.objects.filter(pk__in=chunk).update(
            state=State.EXCLUDED, ready_at=Coalesce(F("ready_at"), step.created_at), version=F("version") + 1
        )


def _include(rows: Iterable[tuple[int, str]]) -> None:
    """Give dialogues back a state; those excluded by other means, with an empty one, stay as they are."""
    by_state: dict[str, list[int]] = defaultdict(list)
    for key, state in rows:
        by_state[state].append(key)
    for state, keys in by_state.items():
        for chunk in _chunks(keys) if state else ():
            dialogues = Dialogue.objects.filter(pk__in=chunk)
            if state == State.DRAFT:
                dialogues.update(state=state, ready_at=None, version=F("version") + 1)
            else:
                dialogues.update(state=state, version=F("version") + 1)


def _chunks(rows: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
