"""The rows of a source: dialogues, utterances and answers, prepared in batches and written in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.utils import timezone

from common.errors import Refused
from corpus.domain.imports.bulk_rows import BulkTable, Values
from corpus.domain.imports.source_answers import SourceAnswerEncoder
from corpus.importers.source import SourceDialogue, SourceUtterance
from corpus.models import (
    Annotation,
    CodebookVersion,
    Corpus,
    Dialogue,
    Episode,
    Import,
    Purpose,
    Rater,
    Revision,
    Series,
    Speaker,
    Utterance,
)

LONGEST_NAME = 120  # characters of a speaker's name
LONGEST_CODE = 80  # characters of the name of a dialogue or an utterance


@dataclass(slots=True)
class Batch:
    """Rows that are ready to be written, by table."""

    speakers: list[Sequence[Any]] = field(default_factory=list)
    dialogues: list[Sequence[Any]] = field(default_factory=list)
    utterances: list[Sequence[Any]] = field(default_factory=list)
    annotations: list[Sequence[Any]] = field(default_factory=list)
    revisions: list[Sequence[Any]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)


class SourceRows:
    """Turns the dialogues of a source into rows of one import, and writes them.

    Args:
        imported: the import; its dialogues are hidden until it is published.
        codebook: of the answers; None if the source has none.
        raters, series, speakers, episodes: rows that exist already, by slug and by name.
        is_empty: whether the corpus had no dialogues before.
        order: of the last dialogue of the corpus.
    """

    def __init__(
        self,
        *,
        imported: Import,
        codebook: CodebookVersion | None,
        raters: dict[str, Rater],
        series: dict[str, Series],
        speakers: dict[tuple[str, str], int],
        episodes: dict[tuple[str, str], Episode],
        is_empty: bool,
        order: int,
    ) -> None:
        self.corpus: Corpus = imported.corpus
        self.imported, self.codebook, self.is_empty, self.order = imported, codebook, is_empty, order
        self.raters = {slug: rater.pk for slug, rater in raters.items()}
        self.series = {name: row.pk for name, row in series.items()}
        self.speakers = speakers
        self.episodes = {key: row.pk for key, row in episodes.items()}
        self.encode = SourceAnswerEncoder(codebook) if codebook else None
        self.encode_raw = msgspec.json.Encoder().encode
        self.values = Values()
        self.now = self.values.moment(timezone.now())
        self.tables = {
            "speakers": BulkTable(
                Speaker, ("public_id", "series_id", "name", "gender", "age_group", "other_names", "notes")
            ),
            "dialogues": BulkTable(
                Dialogue,
                (
                    *("public_id", "corpus_id", "series_id", "episode_id", "code", "order", "state", "ready_at"),
                    *("is_dealt", "topic", "source_split", "source_file", "imported_by_id", "length"),
                ),
            ),
            "utterances": BulkTable(
                Utterance,
                (
                    *("public_id", "dialogue_id", "code", "order", "speaker_id", "text"),
                    *("start_ms", "end_ms", "source_row", "version"),
                ),
            ),
            "annotations": BulkTable(
                Annotation,
                (
                    *("public_id", "rater_id", "utterance_id", "purpose", "codebook_id"),
                    *("answers", "codes", "number", "updated_at"),
                ),
            ),
            "revisions": BulkTable(
                Revision,
                (
                    *("annotation_id", "number", "cause", "answers", "raw", "codebook_id"),
                    *("active_ms", "played_ms", "shortcut", "created_at"),
                ),
            ),
        }

    def prepared(self, dialogues: Sequence[SourceDialogue]) -> Batch:
        """Return the rows of dialogues; nothing is written, so no transaction is needed.

        Raises:
            UnfitAnswersError: some answers do not fit the codebook.
            Refused: `import.name_too_long`.
        """
        batch = Batch()
        self._speakers(dialogues, batch)
        lines = [line for dialogue in dialogues for line in dialogue.utterances]
        free = _Free(self, len(dialogues), len(lines), sum(len(line.answers) for line in lines))
        corpus, imported, now, hidden = self.corpus.pk, self.imported.pk, self.now, Dialogue.State.HIDDEN.value
        for dialogue in dialogues:
            self.order += 1
            key = next(free.dialogues)
            if len(dialogue.code) > LONGEST_CODE:
                raise _too_long(dialogue.code, LONGEST_CODE, dialogue, 1)
            batch.codes.append(dialogue.code)
            batch.dialogues.append(
                (
                    *(key, next(free.of_dialogues), corpus, self.series[dialogue.series]),
                    self.episodes[dialogue.series, dialogue.episode] if dialogue.episode else None,
                    *(dialogue.code, self.order, hidden, now, False),
                    *(dialogue.topic, dialogue.split, dialogue.file, imported, len(dialogue.utterances)),
                )
            )
            self._utterances(key, dialogue, batch, free)
        return batch

    def write(self, batch: Batch) -> None:
        """Write prepared rows in the caller's transaction.

        Raises:
            Refused: `import.dialogue_exists`, the corpus has a dialogue of this name already.
        """
        if not self.is_empty:
            same = Dialogue.objects.filter(corpus=self.corpus, code__in=batch.codes).values_list("code", flat=True)
            if code := same.order_by("order").first():
                raise Refused("import.dialogue_exists", dialogue=code)
        for name, table in self.tables.items():
            table.add(getattr(batch, name))

    def _speakers(self, dialogues: Sequence[SourceDialogue], batch: Batch) -> None:
        met = {(each.series, line.speaker): None for each in dialogues for line in each.utterances if line.speaker}
        new = [key for key in met if key not in self.speakers]
        if any(len(name) > LONGEST_NAME for _series, name in new):
            raise next(
                _too_long(line.speaker, LONGEST_NAME, each, number)
                for each in dialogues
                for number, line in enumerate(each.utterances, start=1)
                if len(line.speaker) > LONGEST_NAME
            )
        keys = self.tables["speakers"].keys(len(new)) if new else ()
        for key, public_id, (series, name) in zip(keys, self.values.uuids(len(new)), new, strict=True):
            self.speakers[series, name] = key
            batch.speakers.append((key, public_id, self.series[series], name, "", "", "[]", "{}"))

    def _utterances(self, dialogue: int, source: SourceDialogue, batch: Batch, free: _Free) -> None:
        speakers, series = self.speakers, source.series
        for order, each in enumerate(source.utterances, start=1):
            key = next(free.utterances)
            speaker = speakers[series, each.speaker] if each.speaker else None
            if len(each.code) > LONGEST_CODE:
                raise _too_long(each.code, LONGEST_CODE, source, order)
            # a plain tuple: unpacking several into one takes a fifth of the time of this loop
            batch.utterances.append(
                (
                    key,
                    next(free.of_utterances),
                    dialogue,
                    each.code,
                    order,
                    speaker,
                    each.text,
                    each.start_ms,
                    each.end_ms,
                    each.row,
                    1,
                )
            )
            if each.answers:
                self._answers(key, each, batch, free)

    def _answers(self, utterance: int, source: SourceUtterance, batch: Batch, free: _Free) -> None:
        assert self.encode is not None and self.codebook is not None  # noqa: S101, PT018 -- checked before the first batch
        codebook, now, main, cause = self.codebook.pk, self.now, Purpose.MAIN.value, Revision.Cause.IMPORT.value
        for slug, given in source.answers.items():
            key = next(free.annotations)
            answers, codes = self.encode(given.answers)
            batch.annotations.append(
                (
                    key,
                    next(free.of_annotations),
                    self.raters[slug],
                    utterance,
                    main,
                    codebook,
                    answers,
                    self.values.bytes(codes),
                    1,
                    now,
                )
            )
            raw = self.encode_raw(given.raw).decode()
            batch.revisions.append((next(free.revisions), key, 1, cause, answers, raw, codebook, 0, 0, "", now))


class _Free:
    """The keys and public ids of a batch, taken one after the other."""

    def __init__(self, rows: SourceRows, dialogues: int, utterances: int, answers: int) -> None:
        tables = rows.tables
        self.dialogues = iter(tables["dialogues"].keys(dialogues))
        self.utterances = iter(tables["utterances"].keys(utterances))
        self.annotations = iter(tables["annotations"].keys(answers))
        self.revisions = iter(tables["revisions"].keys(answers))
        # dialogues are dealt out in the order of their public ids, which therefore has to be random
        self.of_dialogues = iter(rows.values.uuids(dialogues))
        self.of_utterances = iter(rows.values.neighbouring_uuids(utterances))
        self.of_annotations = iter(rows.values.neighbouring_uuids(answers))


def _too_long(name: str, longest: int, dialogue: SourceDialogue, number: int) -> Refused:
    """Return the refusal of a name, with its place: the dialogue and the number of the utterance in it."""
    return Refused("import.name_too_long", name=name[:40], longest=longest, dialogue=dialogue.code[:40], number=number)
