"""The material of a corpus, read from the database."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import BinaryField, Min, Sum
from django.db.models.functions import Coalesce

from agreement.detectors.lines import Ints, Lines, Row
from agreement.detectors.material import Material, MaterialRater, TestResult
from agreement.judgements.comparability import INCOMPARABLE
from agreement.judgements.raw_rows import raw_rows, uuid_texts
from agreement.judgements.translator import CodeTranslator
from annotator.models import Attempt, Calibration, Qualification, Result
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Rater, Revision, Speaker, Utterance
from corpus.rules.codebook.codes import MISSING

CHUNK = 2000  # rows read at once
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS = (
    "pk",
    "start_ms",
    "end_ms",
    "dialogue__public_id",
    "dialogue__code",
    "dialogue__source_file",
    "public_id",
    "source_row",
    "speaker_id",
    "text",
)


def read_material(corpus: Corpus) -> Material:
    """Return the ready dialogues of a corpus with the answers of all raters in the main work.

    Dialogues that an annotator has not handed in yet are included, unlike in agreement reports: a defect is to be
    found while the work goes on. Use it inside `common.database.snapshot.snapshot`.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    lines, keys, clips = _lines(corpus)
    if corpus.codebook is None:
        return Material(codebook=None, lines=lines)
    raters = list(corpus.raters.order_by("slug"))
    places = _Places(keys)
    times = _times(raters, places)
    return Material(
        codebook=corpus.codebook.rules(),
        lines=lines,
        raters=[MaterialRater(rater.slug, rater.kind) for rater in raters],
        codes=_codes(corpus, raters, places),
        clip_ms=clips,
        moment=times[0],
        active_ms=times[1],
        played_ms=times[2],
        results=_results(corpus, raters),
    )


def _lines(corpus: Corpus) -> tuple[Lines, Ints, Ints]:
    """Return the utterances, and (N,) their primary keys and the lengths of their clips in ms."""
    ready = Utterance.objects.filter(dialogue__corpus=corpus, dialogue__state=Dialogue.State.READY)
    ordered = ready.order_by("dialogue__order", "dialogue_id", "order").values_list(*COLUMNS)
    lines, keys, clips = Lines(), array("q"), array("q")
    speakers = dict(Speaker.with_merged.filter(series__corpus=corpus).values_list("pk", "name"))
    for rows in raw_rows(ordered, CHUNK):
        own, starts, ends, dialogues, codes, files, utterance_ids, numbers, of, texts = zip(*rows, strict=True)
        keys.extend(own)
        clips.extend([max(0, end - start) if start is not None else 0 for start, end in zip(starts, ends, strict=True)])
        names = [speakers.get(key, "") for key in of]
        ids = (uuid_texts(dialogues), codes, uuid_texts(utterance_ids), files, numbers, names, texts)
        lines.extend(list(map(Row, *ids)))
    return lines, np.frombuffer(keys, dtype=np.int64), np.frombuffer(clips, dtype=np.int64)


def _codes(corpus: Corpus, raters: Sequence[Rater], places: _Places) -> Any:
    assert corpus.codebook is not None  # noqa: S101 -- checked by the caller
    translator = CodeTranslator(corpus.codebook)
    codes = np.full((len(raters), len(places), translator.layout.width), MISSING, dtype=np.int16)
    number = {rater.pk: place for place, rater in enumerate(raters)}
    answered = Annotation.objects.filter(rater__in=list(number), purpose=Purpose.MAIN, answers__isnull=False)
    first = answered.order_by().values_list(
        "rater_id", "utterance_id", "codebook_id", Coalesce("first_codes", "codes", output_field=BinaryField())
    )
    for rows in raw_rows(first, CHUNK):
        owners, utterances, versions, stored = zip(*rows, strict=True)
        place = places(np.array(utterances, dtype=np.int64))
        known = np.flatnonzero(place >= 0)  # the others are not ready
        kept = stored if len(known) == len(stored) else [stored[row] for row in known.tolist()]
        owner = np.array([number[key] for key in owners], dtype=np.int64)[known]
        codes[owner, place[known]] = translator(np.array(versions, dtype=np.int64)[known], kept)
    codes[codes == INCOMPARABLE] = MISSING
    return codes


class _Places:
    """The places of primary keys.

    Args:
        keys: (N,) distinct primary keys.
    """

    def __init__(self, keys: Ints) -> None:
        is_ascending = bool((np.diff(keys) > 0).all())
        self._order = None if is_ascending else np.argsort(keys)
        self._sorted = keys if self._order is None else keys[self._order]

    def __len__(self) -> int:
        return len(self._sorted)

    def __call__(self, keys: Ints) -> Ints:
        """Return the place of each key, -1 for other keys."""
        if not len(self):
            return np.full(len(keys), -1, dtype=np.int64)
        found = np.minimum(np.searchsorted(self._sorted, keys), len(self) - 1)
        place = found if self._order is None else self._order[found]
        return np.where(self._sorted[found] == keys, place, -1)


def _times(raters: Sequence[Rater], places: _Places) -> Ints:
    """Return (3, R, N): the first commit in µs since 1970, active and played ms of all commits of members."""
    found = np.zeros((3, len(raters), len(places)), dtype=np.int64)
    number = {rater.pk: place for place, rater in enumerate(raters) if rater.kind == Rater.Kind.MEMBER}
    revisions = (
        Revision.objects.filter(
            annotation__rater__in=list(number), annotation__purpose=Purpose.MAIN, cause__in=Revision.ANSWERING
        )
        .order_by()
        .values_list("annotation__rater_id", "annotation__utterance_id")
        .annotate(first=Min("created_at"), active=Sum("active_ms"), played=Sum("played_ms"))
    )
    rows = revisions.iterator(CHUNK)
    while part := list(islice(rows, CHUNK)):
        place = places(np.array([row[1] for row in part], dtype=np.int64)).tolist()
        for own, (rater, _utterance, first, active, played) in zip(place, part, strict=True):
            if own >= 0:
                found[:, number[rater], own] = (first - EPOCH) // timedelta(microseconds=1), active, played
    return found


def _results(corpus: Corpus, raters: Sequence[Rater]) -> list[TestResult]:
    """Return the members' results in gold, and in their last qualification test unless they were qualified since."""
    calibration = Calibration.objects.filter(corpus=corpus).first()
    if calibration is None:
        return []
    slugs = {rater.pk: rater.slug for rater in raters}
    gold = Result.objects.filter(rater__in=raters, purpose=Purpose.GOLD).order_by().values_list("rater")
    found = [
        TestResult(slugs[rater], "gold", right, judged, calibration.pass_percent)
        for rater, right, judged in gold.annotate(Sum("right"), Sum("judged"))
        if judged
    ]
    qualified = set(
        Qualification.objects.filter(rater__in=raters, qualified_at__isnull=False).values_list("rater", flat=True)
    )
    last = {each.rater_id: each for each in Attempt.objects.filter(rater__in=raters).order_by("number")}
    return found + [
        TestResult(slugs[rater], "test", each.right, each.judged, each.pass_percent)
        for rater, each in sorted(last.items())
        if rater not in qualified and not each.passed and each.judged
    ]
