"""The rows of a release, read dialogue by dialogue together with the tables of its answers.

One pass over the annotations yields the rows and, through a collector, the tables for the agreement figures. Rows are
read in constant memory. Use it inside one snapshot.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import PurePath
from typing import Any, NamedTuple

from django.db.models import F

from agreement.consensus.method import ConsensusMethod
from agreement.judgements.reader import JudgementReader, Judgements
from agreement.judgements.selection import countable
from agreement.judgements.tables import AnswerTables, TableCollector
from corpus.models import Clip, CodebookVersion, Corpus, Dialogue, Rater, Utterance
from corpus.rules.codebook import Codebook
from export.rows.columns import UTTERANCE, Row
from export.rows.label_counts import countable_labels, label_texts
from export.splits.assignment import DialogueSummary

PROFILES = 2048  # combinations of answers whose labels are cached, about 5 KB each; most utterances repeat one

Clips = dict[str, str]  # name in the release -> name under MEDIA_ROOT
Profile = tuple[tuple[int, bytes], ...]  # the answers to an utterance: index of the rater, codes


class Labels(NamedTuple):
    """The labels of an utterance.

    Attributes:
        cells: question slug -> label, source and votes, as a row holds them.
        positions: of the labels in `DialogueSummary.counts`.
    """

    cells: dict[str, dict[str, Any]]
    positions: list[int]


class RowReader:
    """Reads the rows of a corpus's released dialogues: ready, and with an annotation that counts.

    Args:
        corpus: whose dialogues are released.
        codebook: the version in use, whose questions the rows hold.
        raters: the owners of the annotations.
        method: derives the labels from their answers.
        withheld: slugs of raters whose answers count for the labels but are not listed.

    Attributes:
        rules: the codebook's questions.
        ready: number of ready dialogues.
        released: number of dialogues yielded so far.
        clips: every clip named in a row so far.
    """

    def __init__(
        self,
        *,
        corpus: Corpus,
        codebook: CodebookVersion,
        raters: Sequence[Rater],
        method: ConsensusMethod,
        withheld: frozenset[str] = frozenset(),
    ) -> None:
        self.rules: Codebook = codebook.rules()
        self.ready = Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY).count()
        self.released = 0
        self._method = method
        self._withheld = withheld
        self.clips: Clips = {}
        self._annotations = countable(raters)
        self._judgements = JudgementReader(codebook=codebook, raters=raters)
        self._tables = TableCollector(self._judgements, codebook)
        self._positions = {label: position for position, label in enumerate(countable_labels(self.rules), start=1)}
        self._labels = lru_cache(PROFILES)(self._labels_of_profile)

    def dialogues(self) -> Iterator[tuple[DialogueSummary, list[Row]]]:
        """Yield the released dialogues in the corpus's order, each with the rows of its utterances.

        Raises:
            Refused: `agreement.codes_missing`.
        """
        for judgements in self._judgements.chunks(self._annotations):
            self._tables.add(judgements)
            yield from self._chunk(judgements)

    def tables(self) -> AnswerTables:
        """Return the tables of the answers in the dialogues yielded so far."""
        return self._tables.tables()

    def _chunk(self, judgements: Judgements) -> Iterator[tuple[DialogueSummary, list[Row]]]:
        dialogues = list(dict.fromkeys(judgements.dialogue.tolist()))
        profiles, clips = self._profiles(judgements), self._clips(dialogues)
        utterances = (
            Utterance.objects.filter(dialogue__in=dialogues)
            .order_by("dialogue__order", "dialogue_id", "order")
            .values_list("pk", "dialogue__source_split", "dialogue_id", *UTTERANCE.values())
        )
        for _, group in groupby(utterances, key=itemgetter(2)):
            self.released += 1
            yield self._dialogue(list(group), profiles, clips)

    def _dialogue(
        self, utterances: Sequence[tuple[Any, ...]], profiles: dict[int, Profile], clips: dict[int, str]
    ) -> tuple[DialogueSummary, list[Row]]:
        rows, counts = [], [len(utterances), *[0] * len(self._positions)]
        for key, _, _, *cells in utterances:
            labels = self._labels(profiles.get(key, ()))
            for position in labels.positions:
                counts[position] += 1
            rows.append({**dict(zip(UTTERANCE, cells, strict=True)), "clip": clips.get(key), "labels": labels.cells})
        first = rows[0]
        summary = DialogueSummary(
            code=first["dialogue"],
            series=first["series"],
            episode=first["episode"],
            speakers=frozenset(row["speaker"] for row in rows),
            source_split=utterances[0][1],
            counts=counts,
        )
        return summary, rows

    def _profiles(self, judgements: Judgements) -> dict[int, Profile]:
        """Return utterance -> its comparable answers."""
        codes = self._judgements.comparable_codes(judgements)
        data, size = codes.tobytes(), codes.itemsize * codes.shape[1]
        profiles: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
        owners = zip(judgements.utterance.tolist(), judgements.rater.tolist(), strict=True)
        for row, (utterance, rater) in enumerate(owners):
            profiles[utterance].append((rater, data[row * size : (row + 1) * size]))
        return {utterance: tuple(profile) for utterance, profile in profiles.items()}

    def _labels_of_profile(self, profile: Profile) -> Labels:
        raters, layout = self._judgements.raters, self._judgements.layout
        answers = {raters[rater]: layout.decode(codes) for rater, codes in profile}
        cells = {
            slug: {"label": each.label, "source": each.source, "votes": self._listed(each.answers)}
            for slug, each in self._method.labels(self.rules, answers).items()
        }
        positions = [self._positions[slug, each] for slug, cell in cells.items() for each in label_texts(cell["label"])]
        return Labels(cells, positions)

    def _listed(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers that a row lists, by rater."""
        return {rater: answer for rater, answer in answers.items() if rater not in self._withheld}

    def _clips(self, dialogues: Iterable[int]) -> dict[int, str]:
        """Return utterance -> name of the clip that was cut for its present bounds."""
        cut = Clip.objects.filter(
            utterance__dialogue__in=list(dialogues),
            requested_start_ms=F("utterance__start_ms"),
            requested_end_ms=F("utterance__end_ms"),
        ).order_by("-profile", "pk")
        names = {}
        for utterance, sha256, stored in cut.values_list("utterance", "file__sha256", "file__name"):
            names[utterance] = f"clips/{sha256}{PurePath(stored).suffix}"
            self.clips[names[utterance]] = stored
        return names
