"""The rows of a corpus as detectors read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from agreement.detectors.base import Row
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Rater, Utterance

CHUNK = 2000  # rows read at once
COLUMNS = ("dialogue__public_id", "dialogue__code", "public_id", "dialogue__source_file", "source_row")


class CorpusMaterial:
    """The utterances of the ready dialogues of a corpus; with a rater, those with an answer in the main work.

    Dialogues that an annotator has not handed in yet are included, unlike in agreement reports: a defect is to be
    found while the work goes on.
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
        """Read the utterances in the order of the corpus, `CHUNK` rows at a time."""
        order = ("dialogue__order", "dialogue_id", "order")
        if self.rater is None:
            utterances = Utterance.objects.filter(
                dialogue__corpus=self.corpus, dialogue__state=Dialogue.State.READY
            ).order_by(*order)
            for values in utterances.values_list(*COLUMNS, "speaker__name", "text").iterator(CHUNK):
                yield _row(values, {})
            return
        answered = Annotation.objects.filter(
            rater=self.rater,
            purpose=Purpose.MAIN,
            answers__isnull=False,
            utterance__dialogue__state=Dialogue.State.READY,
        ).order_by(*(f"utterance__{name}" for name in order))
        columns = [f"utterance__{name}" for name in (*COLUMNS, "speaker__name", "text")]
        for *values, answers in answered.values_list(*columns, "answers").iterator(CHUNK):
            yield _row(values, answers)


def _row(values: Sequence[Any], answers: Any) -> Row:
    dialogue, dialogue_code, utterance, file, row, speaker, text = values
    return Row(str(dialogue), dialogue_code, str(utterance), file, row, speaker or "", text, answers or {})
