"""Rows that a move of answers changed, or would change: the utterances behind its counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from agreement.models import AcceptedConsensus, Decision, DecisionRevision, Outcome
from common.errors import Refused
from corpus.domain.annotations.moved_answers import ProfileMover, with_answers_of
from corpus.models import Annotation, AnswerMove, Corpus, Revision
from corpus.rules.label_selection import MOVED


def moved_rows(corpus: Corpus, wanted: Iterable[str]) -> list[QuerySet[Any]]:
    """Return queries of the utterances to which a move did something, each given as `ID:WORD`.

    Args:
        corpus: the corpus.
        wanted: public id of a move, a colon, and one of `label_selection.MOVED`.

    Raises:
        Refused: `labels.filter.unknown_move`.
    """
    found = []
    for each in wanted:
        key, _, word = each.partition(":")
        move = _move(corpus, key)
        if move is None or word not in MOVED:
            raise Refused("labels.filter.unknown_move", move=each[:60], words=", ".join(MOVED))
        found.append(_planned(move, word) if move.state == AnswerMove.State.DRAFT else _done(move, word))
    return found


def _move(corpus: Corpus, key: str) -> AnswerMove | None:
    try:
        return AnswerMove.objects.select_related("old__corpus", "new").get(corpus=corpus, public_id=UUID(key))
    except (ValueError, AnswerMove.DoesNotExist):
        return None


def _done(move: AnswerMove, word: str) -> QuerySet[Any]:
    """Return the rows to which a move that has started did something, by its revisions."""
    what, _, how = word.partition("_")
    if what == "decisions":
        return _decisions(move, how)
    if what == "accepted":
        return _accepted(move, how)
    made = Revision.objects.filter(annotation=OuterRef("pk"), move=move)
    there, back = made.filter(codebook=move.new_id), made.filter(codebook=move.old_id)
    whole = Q(answers__has_keys=[each.slug for each in move.new.rules().questions])
    queries = {
        "moved": Exists(there.filter(whole)),
        "incomplete": Exists(there.filter(~whole, answers__isnull=False)),
        "asked": Exists(there.filter(answers__isnull=True)),
        "restored": Exists(back),
        "skipped": Exists(there) & ~Exists(back),
    }
    return Annotation.objects.filter(queries[word], utterance__dialogue__corpus=move.corpus_id)


def _decisions(move: AnswerMove, how: str) -> QuerySet[Decision]:
    made = DecisionRevision.objects.filter(decision=OuterRef("pk"), mapping=move.public_id)
    there, back = made.filter(codebook=move.new_id), made.filter(codebook=move.old_id)
    queries = {
        "": Exists(there.exclude(outcome=Outcome.NONE)),
        "open": Exists(there.filter(outcome=Outcome.NONE)),
        "restored": Exists(back),
        "skipped": Exists(there) & ~Exists(back),
    }
    return Decision.objects.filter(queries[how], utterance__dialogue__corpus=move.corpus_id)


def _accepted(move: AnswerMove, how: str) -> QuerySet[AcceptedConsensus]:
    ended = AcceptedConsensus.objects.filter(move=move, codebook=move.old_id)
    later = AcceptedConsensus.objects.filter(
        utterance=OuterRef("utterance"), acceptance=OuterRef("acceptance"), pk__gt=OuterRef("pk")
    )
    continued, again = Exists(later.filter(codebook=move.new_id)), Exists(later.filter(codebook=move.old_id))
    queries = {"": continued, "open": ~continued, "restored": again, "skipped": ~again}
    return ended.filter(queries[how])


def _planned(move: AnswerMove, word: str) -> QuerySet[Any]:
    """Return the rows that a draft would change; what it asks again and what stays incomplete is not told apart."""
    mover = ProfileMover(move)
    what, _, how = word.partition("_")
    rows: QuerySet[Any] = with_answers_of(move.old_id)
    if what == "decisions":
        rows = Decision.objects.filter(codebook=move.old_id)
    elif what == "accepted":
        rows = AcceptedConsensus.objects.filter(codebook=move.old_id, ended_at__isnull=True)
    stored = rows.filter(codes__isnull=False).order_by().values_list("codes", flat=True).distinct()
    open_ = Q(codes__in=[codes for codes in map(bytes, stored) if mover(codes).open])
    if how in {"restored", "skipped"} or word in {"restored", "skipped"}:
        return rows.none()
    return rows.filter(open_ if how == "open" or word in {"asked", "incomplete"} else ~open_)
