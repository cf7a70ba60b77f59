"""The rows of a corpus as detectors read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agreement.detectors.base import Row
from agreement.judgements.reader import JudgementReader
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Rater, Utterance

CHUNK = 2000  # rows read at once
COLUMNS = ("dialogue__public_id", "dialogue__code", "public_id", "dialogue__source_file", "source_row")


class CorpusMaterial:
    """The utterances of the ready dialogues of a corpus; with a rater, those with an answer in the main work.

    Dialogues that an annotator has not handed in yet are included, unlike in agreement reports: a defect is to be
    found while the work goes on. Use it inside `common.database.snapshot.snapshot`.
    """

    def __init__(self, corpus: Corpus, rater: Rater | None = None) -> None:
        self.corpus = corpus
        self.rater = rater

    @property
    def questions(self) -> Sequence[str]:
        """Slugs of the tasks and links of the codebook in use."""
        codebook = self.corpus.codebook
        return [question.slug for question in codebook.rules().questions] if codebook else []

    def rows(self) -> Iterator[Row]:
        """Read the utterances in the order of the corpus, in chunks; answers that are not comparable are left out."""
        return self._utterances() if self.rater is None else self._answered(self.rater)

    def _utterances(self) -> Iterator[Row]:
        ready = Utterance.objects.filter(dialogue__corpus=self.corpus, dialogue__state=Dialogue.State.READY)
        ordered = ready.order_by("dialogue__order", "dialogue_id", "order")
        for values in ordered.values_list(*COLUMNS, "speaker__name", "text").iterator(CHUNK):
            yield _row(values, {})

    def _answered(self, rater: Rater) -> Iterator[Row]:
        if self.corpus.codebook is None:
            return
        reader = JudgementReader(codebook=self.corpus.codebook, raters=[rater])
        answered = Annotation.objects.filter(
            rater=rater,
            purpose=Purpose.MAIN,
            answers__isnull=False,
            utterance__dialogue__state=Dialogue.State.READY,
        )
        for judgements in reader.chunks(answered):
            keys = judgements.utterance.tolist()
            columns = ("pk", *COLUMNS, "speaker__name", "text")
            utterances = {pk: values for pk, *values in Utterance.objects.filter(pk__in=keys).values_list(*columns)}
            for key, codes in zip(keys, reader.comparable_codes(judgements), strict=True):
                yield _row(utterances[key], reader.layout.decode(codes.tobytes()))


def _row(values: Sequence[Any], answers: Mapping[str, Any]) -> Row:
    dialogue, dialogue_code, utterance, file, row, speaker, text = values
    return Row(str(dialogue), dialogue_code, str(utterance), file, row, speaker or "", text, answers)
