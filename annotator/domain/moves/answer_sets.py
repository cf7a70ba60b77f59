"""Answer sets under another codebook version: a new version of each, and the former one again after an undoing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from annotator.domain.calibration.answer_sets import newest
from annotator.models import AnswerSet
from annotator.rules.scoring import distinct, is_possible
from corpus.domain.annotations.moved_answers import ProfileMover, mapping_of
from corpus.models import AnswerMove, Utterance
from corpus.rules.codebook import Codebook
from corpus.rules.moves import Mapping as AnswerMapping


def move_answer_sets(*, mover: ProfileMover, dialogues: Iterable[int], now: datetime) -> Counter[str]:
    """Write a version of each answer set of the old codebook version under the new one.

    Each part of an answer that was split is acceptable, and each answer that several became once. A question without
    acceptable answers is not scored any more.

    Returns:
        `answer_sets`, and `answer_sets_open`, those that lack a question or accept the parts of a split answer.
    """
    move = mover.move
    counts: Counter[str] = Counter()
    made = []
    for old in newest(Utterance.objects.filter(dialogue__in=list(dialogues))).values():
        if old.codebook_id != move.old_id:
            continue
        mapping, rules = mapping_of(move), move.new.rules()
        acceptable = _acceptable(old.acceptable, mapping, rules)
        names = {each.source: each.target for each in mapping.questions}
        reasons = {names.get(slug) or slug: reason for slug, reason in old.reasons.items()}
        made.append(_next(old, move, acceptable, reasons, now, codebook=move.new_id))
        counts["answer_sets"] += 1
        counts["answer_sets_open"] += _is_open(old.acceptable, acceptable, mapping)
    AnswerSet.objects.bulk_create(made)
    return counts


def move_answer_sets_back(*, move: AnswerMove, dialogues: Iterable[int], now: datetime) -> Counter[str]:
    """Write the answer sets of before a move again; those that were edited since stay as they are.

    Returns:
        `answer_sets` that were written again, and `answer_sets_skipped`.
    """
    utterances = Utterance.objects.filter(dialogue__in=list(dialogues))
    counts: Counter[str] = Counter()
    current = newest(utterances)
    moved = AnswerSet.objects.filter(utterance__in=utterances, move=move, codebook=move.new_id)
    made = []
    for each in moved:
        last = current[each.utterance_id]
        if last.pk != each.pk:
            counts["answer_sets_skipped"] += last.codebook_id == move.new_id
            continue
        before = AnswerSet.objects.get(utterance=each.utterance_id, version=each.version - 1)
        made.append(_next(last, move, before.acceptable, before.reasons, now, codebook=move.old_id))
        counts["answer_sets"] += 1
    AnswerSet.objects.bulk_create(made)
    return counts


def _acceptable(old: Mapping[str, Sequence[Any]], mapping: AnswerMapping, rules: Codebook) -> dict[str, list[Any]]:
    moved: dict[str, list[Any]] = {}
    for entry in mapping.questions:
        if entry.target is None or entry.source not in old:
            continue
        values = [each for value in old[entry.source] for each in _values(value, entry.answers)]
        is_link = any(link.slug == entry.target for link in rules.links)
        values = [int(each) if is_link and str(each).lstrip("-").isdigit() else each for each in values]
        possible = [each for each in values if is_possible(rules, entry.target, each)]
        if possible:
            moved[entry.target] = distinct(rules, entry.target, possible)
    return moved


def _values(value: Any, answers: Mapping[str, Any]) -> list[Any]:
    """Return what an acceptable answer becomes; a reserved answer stays."""
    if isinstance(value, list):
        targets = [answers.get(str(each)) for each in value]
        return [[each for each in targets if isinstance(each, str)]] if all(map(_is_single, targets)) else []
    if str(value) not in answers:
        return [value]
    target = answers[str(value)]
    return [target] if isinstance(target, str) else list(target or ())


def _is_single(target: Any) -> bool:
    return not isinstance(target, tuple)


def _is_open(old: Mapping[str, Sequence[Any]], new: Mapping[str, Sequence[Any]], mapping: AnswerMapping) -> bool:
    for entry in mapping.questions:
        if entry.source in old and entry.target not in new:
            return True
        if any(isinstance(entry.answers.get(str(value)), tuple) for value in old.get(entry.source, ())):
            return True
    return False


def _next(
    last: AnswerSet,
    move: AnswerMove,
    acceptable: Mapping[str, Sequence[Any]],
    reasons: Mapping[str, str],
    now: datetime,
    *,
    codebook: int,
) -> AnswerSet:
    return AnswerSet(
        utterance_id=last.utterance_id,
        version=last.version + 1,
        codebook_id=codebook,
        acceptable=dict(acceptable),
        reasons=dict(reasons),
        origin=AnswerSet.Origin.MOVED,
        raters=last.raters,
        move=move,
        created_by=move.started_by,
        created_at=now,
    )
