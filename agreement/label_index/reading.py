"""Reading a corpus from the database into arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, Max, Sum

from agreement.judgements.comparability import Codes
from agreement.judgements.translator import CodeTranslator
from agreement.label_index.arrays import (
    DECIDED,
    DISCUSSION,
    DISPUTED,
    NONE,
    REVIEW,
    SPLITS,
    UNDECIDABLE,
    Answers,
    Arrays,
    Dialogues,
    Keys,
    NewDialogue,
    Outcomes,
)
from agreement.label_index.texts import encoded
from agreement.models import Decision, Outcome
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Rater, Utterance

CHUNK = 5_000  # rows of a query
KINDS = (Rater.Kind.MEMBER, Rater.Kind.SOURCE)  # scores of models stay hidden from the people who decide
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STATES = {Outcome.PROFILE: DECIDED, Outcome.UNDECIDABLE: UNDECIDABLE, Outcome.DISCUSSION: DISCUSSION}
ANSWERS = ("utterance_id", "rater_id", "codebook_id", "codes", "first_codes", "updated_at")


def frozen_dialogues(corpus: Corpus) -> Any:
    """Return the dialogues whose utterances can have labels: drafts have none, and change all the time."""
    return Dialogue.objects.filter(corpus=corpus).exclude(state=Dialogue.State.DRAFT)


def structure_stamp(corpus: Corpus) -> list[Any]:
    """Return figures that change when dialogues are added, removed, excluded or made ready again."""
    rows = frozen_dialogues(corpus).order_by("state").values_list("state")
    found = rows.annotate(Count("pk"), Sum("order"), Max("ready_at"))
    return [[state, count, total, newest.isoformat()] for state, count, total, newest in found]


def read_dialogues(corpus: Corpus) -> Dialogues:
    """Return the dialogues of a corpus that are not drafts, in its order."""
    fields = ("pk", "series_id", "episode_id", "order", "source_split", "state", "ready_at")
    rows = list(frozen_dialogues(corpus).order_by("order", "pk").values_list(*fields).iterator(chunk_size=CHUNK))
    columns: Any = zip(*rows, strict=True) if rows else ((),) * len(fields)
    keys, series, episodes, orders, splits, states, ready = columns
    return Dialogues(
        key=np.array(keys, dtype=np.int64),
        series=np.array(series, dtype=np.int64),
        episode=np.array([NONE if each is None else each for each in episodes], dtype=np.int64),
        order=np.array(orders, dtype=np.int64),
        split=np.array([SPLITS.index(each) for each in splits], dtype=np.int64),
        excluded=np.array([each == Dialogue.State.EXCLUDED for each in states], dtype=bool),
        ready_at=np.array([(each - EPOCH) // timedelta(microseconds=1) for each in ready], dtype=np.int64),
    )


def read_utterances(dialogues: Sequence[int]) -> Iterator[NewDialogue]:
    """Yield the utterances of some dialogues, by primary key, in their order."""
    for start in range(0, len(dialogues), CHUNK):
        chunk = dialogues[start : start + CHUNK]
        rows = Utterance.objects.filter(dialogue__in=chunk).order_by("dialogue_id", "order")
        found: dict[int, list[tuple[int, int | None, str]]] = {}
        for dialogue, key, speaker, text in rows.values_list("dialogue", "pk", "speaker", "text").iterator(CHUNK):
            found.setdefault(dialogue, []).append((key, speaker, text))
        for dialogue in chunk:
            own = found.get(dialogue, [])
            yield NewDialogue(
                np.array([key for key, _, _ in own], dtype=np.int64),
                np.array([NONE if speaker is None else speaker for _, speaker, _ in own], dtype=np.int64),
                [encoded(text) for _, _, text in own],
            )


def read_answers(arrays: Arrays, rows: Keys, raters: dict[int, int], translator: CodeTranslator) -> Answers:
    """Return all annotations of some rows that are main work or of a source, and not withdrawn.

    Args:
        arrays: the corpus.
        rows: not too many for one query.
        raters: primary key -> number.
        translator: into the codes of the arrays.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    found = _of_rows(Annotation.objects.filter(purpose=Purpose.MAIN, answers__isnull=False), arrays.utterance[rows])
    given = [each for each in found.values_list(*ANSWERS).order_by("utterance_id", "pk") if each[1] in raters]
    return _answers(arrays, given, raters, translator)


def read_decisions(arrays: Arrays, rows: Keys, translator: CodeTranslator) -> Outcomes:
    """Return the decisions on some rows.

    Args:
        arrays: the corpus.
        rows: not too many for one query.
        translator: into the codes of the arrays.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    found = _of_rows(Decision.objects.exclude(outcome=Outcome.NONE), arrays.utterance[rows])
    fields = ("utterance_id", "outcome", "needs_review", "is_disputed", "codebook_id", "codes")
    given = list(found.order_by("utterance_id").values_list(*fields))
    width = arrays.width
    codes = np.full((len(given), width), -1, dtype=np.int16)
    decided = [place for place, each in enumerate(given) if each[-1] is not None]
    if decided:
        versions = np.array([given[place][4] for place in decided], dtype=np.int64)
        codes[decided] = translator(versions, [given[place][5] for place in decided])
    states = [STATES[each[1]] + REVIEW * each[2] + DISPUTED * each[3] for each in given]
    keys = np.array([each[0] for each in given], dtype=np.int64)
    return Outcomes(arrays.rows_of(keys), np.array(states, dtype=np.uint8), codes)


def _of_rows(found: Any, keys: Keys) -> Any:
    """Return the rows of a table that belong to some utterances; neighbours are named by their ends."""
    if len(keys) > CHUNK // 10 and len(keys) == keys.max() - keys.min() + 1:
        return found.filter(utterance__gte=int(keys.min()), utterance__lte=int(keys.max()))
    return found.filter(utterance__in=keys.tolist())


def _answers(arrays: Arrays, given: Sequence[Any], raters: dict[int, int], translator: CodeTranslator) -> Answers:
    columns: Any = zip(*given, strict=True) if given else ((),) * len(ANSWERS)
    utterances, owners, versions, stored, firsts, times = columns
    version = np.array(versions, dtype=np.int64)
    codes: Codes = translator(version, stored)
    first: dict[int, Codes] = {}
    if any(each is not None for each in firsts):
        pairs = zip(firsts, stored, strict=True)
        earlier = translator(version, [now if before is None else before for before, now in pairs])
        first = {int(place): earlier[place] for place in np.flatnonzero((earlier != codes).any(axis=1))}
    return Answers(
        row=arrays.rows_of(np.array(utterances, dtype=np.int64)),
        rater=np.array([raters[each] for each in owners], dtype=np.int16),
        time=np.array([(each - EPOCH) // timedelta(seconds=1) for each in times], dtype=np.int64),
        codes=codes,
        first=first,
    )


def read_raters(corpus: Corpus) -> list[tuple[int, str, str]]:
    """Return primary key, slug and kind of the raters whose answers are searched, in the order they were added."""
    rows = Rater.objects.filter(corpus=corpus, kind__in=KINDS).order_by("pk")
    return list(rows.values_list("pk", "slug", "kind"))


def decided_utterances(revisions: Any) -> dict[int, int]:
    """Return id -> utterance of revisions of decisions."""
    return dict(revisions.values_list("pk", "decision__utterance_id"))


def chunks(rows: Keys) -> Iterable[Keys]:
    """Return rows in pieces of `CHUNK`."""
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def changed_utterances(revisions: Any, raters: dict[int, int]) -> tuple[list[int], set[int]]:
    """Return the ids of revisions, and the utterances of those that belong to some raters."""
    rows = revisions.order_by("pk").values_list("pk", "annotation__utterance_id", "annotation__rater_id")
    ids, utterances = [], set()
    for key, utterance, rater in rows:
        ids.append(key)
        if rater in raters:
            utterances.add(utterance)
    return ids, utterances
