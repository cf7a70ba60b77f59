"""The state of a case: derived from its annotations, its decision, its holds and what was drawn about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from agreement.domain.adjudication.queue.draws import draws, uniform
from agreement.domain.adjudication.queue.evidence import Evidence
from agreement.domain.adjudication.queue.material import QueueMaterial
from agreement.domain.adjudication.queue.profiles import ComparedAnnotations, Comparison
from agreement.domain.adjudication.queue.ranks import DISAGREEMENT, QUESTION, store_ranks
from agreement.domain.adjudication.queue.scales import Scales
from agreement.models import (
    AcceptedConsensus,
    AdjudicationCase,
    AdjudicationSettings,
    CaseHold,
    Decision,
    Outcome,
)
from corpus.models import CodebookVersion, Corpus, Utterance

Agreement, State = AdjudicationCase.Agreement, AdjudicationCase.State
SETTLED = (Agreement.UNANIMOUS, Agreement.MAJORITY)
COMPUTED = [
    *("agreement", "state", "raters", "disagreement", "differing", "codebook", "consensus", "ranks"),
    *("first_free", "second_free", "is_blind", "is_double", "is_audit", "is_stale"),
]
AT_ONCE = 500


class CaseWriter:
    """Computes and stores the cases of utterances.

    Args:
        corpus: the corpus.
        codebook: the version in use.
        scales: of the corpus.
        settings: the shares, and the seed of the draws.

    Attributes:
        material: the annotations of the corpus.
    """

    def __init__(
        self, corpus: Corpus, codebook: CodebookVersion, scales: Scales, settings: AdjudicationSettings
    ) -> None:
        self._corpus, self._codebook, self._scales, self._settings = corpus, codebook, scales, settings
        self.material = QueueMaterial(corpus, codebook)
        self._comparison = Comparison(codebook.rules(), scales)
        self._evidence = Evidence(corpus)

    def write(self, profiles: Mapping[int, Sequence[bytes]], *, now: datetime) -> int:
        """Store the cases of utterances with complete annotations; return their number.

        Args:
            profiles: primary key of the utterance -> codes of its annotations.
            now: the moment.
        """
        keys = sorted(profiles)
        ids = dict(Utterance.objects.filter(pk__in=keys).values_list("pk", "public_id"))
        decisions = {each.utterance_id: each for each in Decision.objects.filter(utterance__in=keys)}
        holds = self._holds(keys)
        accepted = _accepted(keys)
        evidence = self._evidence.scores(keys)
        cases, changed = [], []
        for key in keys:
            compared = self._comparison.compare(profiles[key])
            case = self._case(key, ids[key], compared, len(profiles[key]), evidence.get(key, {}))
            row = accepted.get(key)
            if row and not _is_same(row, compared, self._codebook):
                changed.append(row.pk)
                row = None
            self._place(case, decisions.get(key), holds.get(key, {}), is_accepted=row is not None, now=now)
            cases.append(case)
        AcceptedConsensus.objects.filter(pk__in=changed).update(ended_at=now, end=AcceptedConsensus.End.CHANGED)
        AdjudicationCase.objects.bulk_create(
            cases, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["utterance"], update_fields=COMPUTED
        )
        stored = dict(AdjudicationCase.objects.filter(utterance__in=keys).values_list("utterance", "pk"))
        for case in cases:
            case.pk = stored[case.utterance_id]
        store_ranks(cases)
        return len(cases)

    def _case(
        self, key: int, public_id: UUID, compared: ComparedAnnotations, raters: int, evidence: Mapping[str, float]
    ) -> AdjudicationCase:
        drawn = draws(self._settings, public_id, can_be_audited=compared.agreement in SETTLED)
        case = AdjudicationCase(
            corpus=self._corpus,
            utterance_id=key,
            codebook=self._codebook,
            agreement=compared.agreement,
            raters=raters,
            disagreement=compared.disagreement,
            differing=list(compared.by_question),
            consensus=compared.consensus,
            is_blind=drawn.blind,
            is_double=drawn.double,
            is_audit=drawn.audited,
        )
        case.ranks = dict(evidence)
        if drawn.audited:
            case.ranks |= self._audit_ranks(public_id, drawn.position)
        elif compared.by_question and raters > 1:
            case.ranks[DISAGREEMENT] = compared.disagreement
            case.ranks |= {f"{QUESTION}{slug}": score for slug, score in compared.by_question.items()}
        return case

    def _audit_ranks(self, public_id: UUID, position: float) -> dict[str, float]:
        """Return a random place in the orders, so that an audited utterance cannot be told from the others.

        An order of one question has fewer cases than the order of disagreement, and as many audits for each case.
        """
        ranks = {DISAGREEMENT: self._scales.score_at(DISAGREEMENT, position)}
        most = max(self._scales.sizes.get(DISAGREEMENT, 0), 1)
        for each in self._scales.questions:
            order = f"{QUESTION}{each.column.slug}"
            if uniform(self._settings, public_id, order) < self._scales.sizes.get(order, 0) / most:
                ranks[order] = self._scales.score_at(order, position)
        return ranks

    def _place(
        self,
        case: AdjudicationCase,
        decision: Decision | None,
        holds: Mapping[int, CaseHold],
        *,
        is_accepted: bool,
        now: datetime,
    ) -> None:
        """Set the state of a case and its free places."""
        first, second = holds.get(1), holds.get(2)
        is_decided = decision is not None and decision.outcome != Outcome.NONE
        if is_decided and decision and decision.needs_review:
            is_decided = False
            if first and first.state == CaseHold.State.DONE:
                release(first, now=now)
                first = None
        is_wanted = bool(case.ranks) and not is_decided and (case.is_audit or not is_accepted)
        case.state = State.DECIDED if is_decided else State.ACCEPTED if is_accepted else State.IDLE
        if is_wanted and case.state == State.IDLE:
            case.state = State.WAITING
        case.first_free = is_wanted and first is None
        was_seen = first is not None and not first.blind
        case.second_free = case.is_double and second is None and not was_seen and (is_wanted or first is not None)

    def _holds(self, keys: Sequence[int]) -> dict[int, dict[int, CaseHold]]:
        """Return utterance -> place -> the hold on it; their cases are locked."""
        held = (CaseHold.State.OPEN, CaseHold.State.DONE)
        found: dict[int, dict[int, CaseHold]] = defaultdict(dict)
        for hold in CaseHold.objects.filter(case__utterance__in=keys, state__in=held).select_related("case"):
            found[hold.case.utterance_id][hold.place] = hold
        return found


def lock_cases(dialogues: Sequence[int]) -> list[AdjudicationCase]:
    """Lock the cases of dialogues, so that no annotation of them changes unnoticed and nobody takes them."""
    cases = AdjudicationCase.objects.filter(utterance__dialogue__in=dialogues).order_by("pk")
    return list(cases.select_for_update(of=("self",), no_key=True))


def withdraw_cases(cases: Sequence[AdjudicationCase]) -> None:
    """Take locked cases out of the queue: their annotations are not complete any more. Holds stay."""
    for case in cases:
        case.ranks, case.first_free, case.second_free, case.is_stale = {}, False, False, False
        if case.state == State.WAITING:
            case.state = State.IDLE
    fields = ["ranks", "first_free", "second_free", "is_stale", "state"]
    AdjudicationCase.objects.bulk_update(cases, fields, batch_size=100)
    store_ranks(cases)


def release(hold: CaseHold, *, now: datetime) -> None:
    """Take a hold away from its adjudicator; what they still send is late work."""
    hold.state, hold.ended_at = CaseHold.State.RELEASED, now
    hold.save(update_fields=["state", "ended_at"])


def _accepted(keys: Sequence[int]) -> dict[int, AcceptedConsensus]:
    rows = AcceptedConsensus.objects.filter(utterance__in=keys, ended_at__isnull=True)
    return {row.utterance_id: row for row in rows}


def _is_same(row: AcceptedConsensus, compared: ComparedAnnotations, codebook: CodebookVersion) -> bool:
    """Return whether the consensus is still the accepted one; under another codebook version it stays as it is."""
    if row.codebook_id != codebook.pk:
        return True
    return compared.consensus is not None and bytes(row.codes) == compared.consensus
