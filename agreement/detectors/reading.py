"""The material of a corpus, read from the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Min, Sum

from agreement.detectors.material import Ints, Material, MaterialRater, Row, TestResult
from agreement.judgements.comparability import INCOMPARABLE
from agreement.judgements.reader import JudgementReader
from annotator.models import Attempt, Calibration, Qualification, Result
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Rater, Revision, Utterance
from corpus.rules.codebook.codes import MISSING

CHUNK = 5000  # rows read at once
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS = (
    "pk",
    "start_ms",
    "end_ms",
    "dialogue_id",
    "public_id",
    "source_row",
    "speaker__name",
    "text",
)


def read_material(corpus: Corpus) -> Material:
    """Return the ready dialogues of a corpus with the answers of all raters in the main work.

    Dialogues that an annotator has not handed in yet are included, unlike in agreement reports: a defect is to be
    found while the work goes on. Use it inside `common.database.snapshot.snapshot`.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    ready = Utterance.objects.filter(dialogue__corpus=corpus, dialogue__state=Dialogue.State.READY)
    ordered = ready.order_by("dialogue__order", "dialogue_id", "order").values_list(*COLUMNS)
    of_corpus = Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY)
    named = of_corpus.values_list("pk", "public_id", "code", "source_file")
    dialogues = {key: (str(public_id), code, file) for key, public_id, code, file in named.iterator(CHUNK)}
    keys, clips, lines = [], [], []
    for key, start, end, dialogue, utterance, row, speaker, text in ordered.iterator(CHUNK):
        keys.append(key)
        clips.append(max(0, end - start) if start is not None and end is not None else 0)
        public_id, code, file = dialogues[dialogue]  # once per dialogue: public ids are slow to read
        lines.append(Row(public_id, code, str(utterance), file, row, speaker or "", text))
    if corpus.codebook is None:
        return Material(codebook=None, lines=lines)
    raters = list(corpus.raters.order_by("slug"))
    places = {key: place for place, key in enumerate(keys)}
    times = _times(raters, places)
    return Material(
        codebook=corpus.codebook.rules(),
        lines=lines,
        raters=[MaterialRater(rater.slug, rater.kind) for rater in raters],
        codes=_codes(corpus, raters, places),
        clip_ms=np.array(clips, dtype=np.int64),
        moment=times[0],
        active_ms=times[1],
        played_ms=times[2],
        results=_results(corpus, raters),
    )


def _codes(corpus: Corpus, raters: Sequence[Rater], places: dict[int, int]) -> Any:
    assert corpus.codebook is not None  # noqa: S101 -- checked by the caller
    reader = JudgementReader(codebook=corpus.codebook, raters=raters)
    codes = np.full((len(raters), len(places), reader.layout.width), MISSING, dtype=np.int16)
    answered = Annotation.objects.filter(
        rater__in=raters,
        purpose=Purpose.MAIN,
        answers__isnull=False,
        utterance__dialogue__state=Dialogue.State.READY,
    )
    for judgements in reader.chunks(answered):
        rows = np.array([places.get(key, -1) for key in judgements.utterance.tolist()], dtype=np.int64)
        known = rows >= 0
        codes[judgements.rater[known], rows[known]] = judgements.first_codes[known]
    codes[codes == INCOMPARABLE] = MISSING
    return codes


def _times(raters: Sequence[Rater], places: dict[int, int]) -> Ints:
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
    for rater, utterance, first, active, played in revisions.iterator(CHUNK):
        place = places.get(utterance)
        if place is not None:
            found[:, number[rater], place] = (first - EPOCH) // timedelta(microseconds=1), active, played
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
