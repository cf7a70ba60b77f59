"""Adjudication, rulings, retests and releases for a `LargeCorpus`, by bulk inserts.

`django.setup()` must have been called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.large_corpus import LargeCorpus

ACCEPTED, HELD_BACK = 2, 20  # one unanimous utterance in so many
TAKEN, BLIND, DOUBLE, AUDITED = 2, 10, 20, 20  # one decision or case in so many
AGAIN = 50  # one dialogue in so many has a retest, and one a second round because of a ruling
CORRECTED = 200  # one annotation in so many
FEEDBACK_FROM = datetime(2026, 3, 10, 12, tzinfo=UTC)  # the middle of the time in which answers were given
PER_INSERT = 20_000


def add_adjudication(corpus: LargeCorpus) -> None:
    """Fill the tables; triggers must be removed meanwhile, as in `LargeCorpus.build`."""
    _decisions(corpus)
    _cases(corpus)
    _second_answers(corpus)
    _corrections(corpus)
    _release(corpus)


def filters() -> dict[str, list[tuple[str, str]]]:
    """Return the filters that need these rows, by name."""
    from corpus.rules.label_selection import CASES, MAJORITIES, ORIGINS

    found: dict[str, list[tuple[str, str]]] = {
        "answered: emotion": [("answered", "emotion")],
        "release: dev": [("release_split", "first:dev")],
        "ruling": [("ruling", "1")],
        "gender": [("gender", "female")],
        "age": [("age", "old")],
    }
    found |= {f"majority: emotion, {each}": [("majority", f"emotion:{each}")] for each in MAJORITIES}
    found |= {f"majority, {each}": [("majority", each)] for each in ("unanimous", "majority", "tie", "none")}
    found |= {f"origin: emotion, {each}": [("origin", f"emotion:{each}")] for each in ORIGINS}
    found |= {f"origin, {each}": [("origin", each)] for each in ("decision", "accepted", "tie", "undecidable")}
    found |= {f"case: {each}": [("case", each)] for each in CASES}
    found |= {f"again: {each}": [("again", each)] for each in ("retest", "ruling")}
    found |= {f"decision: {each}": [("decision", each)] for each in ("decided", "undecided", "disputed")}
    return found


def _decisions(corpus: LargeCorpus) -> None:
    from agreement.models import Decision, DecisionRevision, ShownFeedback

    rows = list(Decision.objects.order_by("pk"))

    def revisions() -> Iterator[Any]:
        for number, each in enumerate(rows):
            blind = number % BLIND == 0
            for second in (False, True) if number % DOUBLE == 0 else (False,):
                yield DecisionRevision(
                    decision=each,
                    number=each.number + second,
                    cause="decide",
                    outcome=each.outcome,
                    answers=each.answers,
                    codes=each.codes,
                    codebook=corpus.codebook,
                    author=corpus.manager,
                    taken_from=corpus.raters[0] if number % TAKEN == 0 else None,
                    blind=blind,
                    second=second,
                )

    _insert(DecisionRevision, revisions())
    shown = (ShownFeedback(rater=rater, decision=rows[0], number=1, shown_at=FEEDBACK_FROM) for rater in corpus.raters)
    _insert(ShownFeedback, shown)


def _cases(corpus: LargeCorpus) -> None:
    from agreement.models import AcceptedConsensus, AdjudicationCase, ConsensusAcceptance, Decision

    decided = set(Decision.objects.values_list("utterance", flat=True))
    acceptance = ConsensusAcceptance.objects.create(corpus=corpus.row, agreement="unanimous", codebook=corpus.codebook)
    accepted: list[AcceptedConsensus] = []

    def cases() -> Iterator[AdjudicationCase]:
        for number, (key, codes) in enumerate(_codes_by_utterance()):
            kinds = len(set(codes))
            agreement = {1: "unanimous", 2: "majority"}.get(kinds, "split")
            state = "idle" if kinds == 1 else "waiting"
            if key in decided:
                state = "decided"
            elif kinds == 1 and number % ACCEPTED == 0 and number % HELD_BACK:
                state = "accepted"
                accepted.append(
                    AcceptedConsensus(utterance_id=key, acceptance=acceptance, codebook=corpus.codebook, codes=codes[0])
                )
            yield AdjudicationCase(
                corpus=corpus.row,
                utterance_id=key,
                agreement=agreement,
                state=state,
                raters=len(codes),
                disagreement=float(kinds - 1),
                codebook=corpus.codebook,
                consensus=codes[0] if kinds < 3 else None,
                ranks={"flag": 1.0} if number % HELD_BACK == 0 else {},
                is_blind=number % BLIND == 0,
                is_double=number % DOUBLE == 0,
                is_audit=number % AUDITED == 0 and kinds < 3,
            )

    _insert(AdjudicationCase, cases())
    _insert(AcceptedConsensus, accepted)


def _codes_by_utterance() -> Iterator[tuple[int, list[bytes]]]:
    from corpus.models import Annotation

    rows = Annotation.objects.filter(purpose="main").order_by("utterance", "pk").values_list("utterance", "codes")
    key, codes = 0, list[bytes]()
    for utterance, own in rows.iterator(PER_INSERT):
        if utterance != key and codes:
            yield key, codes
            codes = []
        key = utterance
        codes.append(bytes(own or b""))
    if codes:
        yield key, codes


def _second_answers(corpus: LargeCorpus) -> None:
    """Let people answer again: in retests, and because of a ruling."""
    from agreement.models import Decision, Ruling, RulingUtterance
    from annotator.models import Batch
    from corpus.domain.codebooks.guideline_versions import add_guideline_version
    from corpus.models import Utterance

    guideline = add_guideline_version(corpus=corpus.row, texts={"en": "# Guideline"}, created_by=corpus.manager)
    batches = [Batch.objects.create(corpus=corpus.row, k=2, seed=1, name=each) for each in ("Retest", "Ruling")]
    for place, (batch, purpose) in enumerate(zip(batches, ("retest", "relabel"), strict=True)):
        _answer_again(corpus, batch, purpose, corpus.dialogues[place::AGAIN])
    ruling = Ruling.objects.create(
        corpus=corpus.row,
        number=1,
        decision=Decision.objects.order_by("pk")[0],
        guideline=guideline,
        batch=batches[1],
        asked_at=datetime(2026, 4, 1, tzinfo=UTC),
    )
    keys = Utterance.objects.filter(dialogue__slots__batch=batches[1]).values_list("pk", flat=True).distinct()
    _insert(RulingUtterance, (RulingUtterance(ruling=ruling, utterance_id=key) for key in keys.iterator(PER_INSERT)))


def _answer_again(corpus: LargeCorpus, batch: Any, purpose: str, dialogues: Iterable[Any]) -> None:
    from annotator.models import Assignment, Slot
    from corpus.models import Annotation

    chosen = list(dialogues)
    now = datetime(2026, 4, 2, tzinfo=UTC)
    pairs = [(dialogue, rater) for dialogue in chosen for rater in (0, 1)]
    slots = Slot.objects.bulk_create(
        [
            Slot(
                dialogue=dialogue,
                purpose=purpose,
                number=number + 1,
                batch=batch,
                rank=rank,
                state="done",
                token=1,
                rater=corpus.raters[number],
            )
            for rank, (dialogue, number) in enumerate(pairs)
        ],
        batch_size=PER_INSERT,
    )
    _insert(
        Assignment,
        (
            Assignment(
                slot=slot,
                dialogue_id=slot.dialogue_id,
                rater=slot.rater,
                codebook=corpus.codebook,
                purpose=purpose,
                token=1,
                state="done",
                lease_until=now,
                ended_at=now,
            )
            for slot in slots
        ),
    )
    keys = [each.pk for each in chosen]
    for start in range(0, len(keys), PER_INSERT // 20):
        own = Annotation.objects.filter(
            purpose="main", utterance__dialogue__in=keys[start : start + PER_INSERT // 20]
        ).order_by("utterance", "pk")
        waiting: dict[tuple[int, int], Annotation] = {}
        for each in own:
            for number in (0, 1):
                waiting[each.utterance_id, number] = Annotation(
                    rater=corpus.raters[number],
                    utterance_id=each.utterance_id,
                    purpose=purpose,
                    codebook=corpus.codebook,
                    answers=each.answers,
                    codes=each.codes,
                    number=1,
                    updated_at=now,
                )
        Annotation.objects.bulk_create(waiting.values(), batch_size=PER_INSERT)


def _corrections(corpus: LargeCorpus) -> None:
    from django.db.models import F

    from corpus.models import Annotation

    rows = Annotation.objects.filter(purpose="main").annotate(place=F("pk") % CORRECTED).filter(place=0)
    changed = corpus.codebook.layout().encode(corpus.settled({"emotion": "surprise", "sarcasm": "yes"}))
    rows.update(first_number=1, first_codes=changed)


def _release(corpus: LargeCorpus) -> None:
    from export.models import Release

    splits = ["train"] * 8 + ["dev", "test"]
    assignment = {each.code: splits[each.pk % 10] for each in corpus.dialogues}
    Release.objects.create(corpus=corpus.row, name="first", options={}, manifest={}, number=1, assignment=assignment)


def _insert(model: Any, rows: Iterable[Any]) -> None:
    waiting: list[Any] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == PER_INSERT:
            model.objects.bulk_create(waiting)
            waiting = []
    model.objects.bulk_create(waiting)
