"""The rows of a release, read dialogue by dialogue, in constant memory; to be read inside one snapshot."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from django.db.models import F

from agreement.consensus.majority import Consensus, consensus
from agreement.judgements.selection import countable
from agreement.judgements.variables import comparable
from corpus.models import Clip, CodebookVersion, Corpus, Dialogue, Rater, Utterance
from corpus.rules.codebook import NOT_APPLICABLE, Codebook, answer_slugs
from export.splits.assignment import DialogueSummary

CHUNK = 200  # dialogues read at a time

Row = dict[str, Any]
Clips = dict[str, str]  # name in the release -> name under MEDIA_ROOT


class RowReader:
    """Reads what the chosen raters judged.

    Args:
        corpus: whose dialogues are released.
        codebook: the version in use, by whose questions the rows are labelled.
        raters: whose labels count.

    Attributes:
        rules: the codebook's questions.
        keys: of the released dialogues, in the corpus's order: ready, and with a label that counts.
        unjudged: how many dialogues are ready and have none.
        clips: every clip that a row named so far.
    """

    def __init__(self, *, corpus: Corpus, codebook: CodebookVersion, raters: Sequence[Rater]) -> None:
        self.rules: Codebook = codebook.rules()
        self.clips: Clips = {}
        self._labels = countable(raters)
        self._features = {feature: place for place, feature in enumerate(features(self.rules), start=1)}
        self._alike = {
            version.pk: comparable(self.rules, version.rules())
            for version in CodebookVersion.objects.filter(corpus=corpus)
        }
        # two plain queries: asked of each dialogue in turn, the same question takes SQLite minutes
        judged = set(self._labels.values_list("utterance__dialogue", flat=True).distinct())
        ready = Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY).order_by("order", "code")
        found = list(ready.values_list("pk", flat=True))
        self.keys = [key for key in found if key in judged]
        self.unjudged = len(found) - len(self.keys)

    def dialogues(self) -> Iterator[tuple[DialogueSummary, list[Row]]]:
        """Yield the released dialogues in order, each with the rows of its utterances."""
        for first in range(0, len(self.keys), CHUNK):
            chunk = self.keys[first : first + CHUNK]
            found = Dialogue.objects.select_related("series", "episode").in_bulk(chunk)
            rows = self._rows(found)
            for key in chunk:
                yield self._summary(found[key], rows[key]), rows[key]

    def _rows(self, dialogues: dict[int, Dialogue]) -> dict[int, list[Row]]:
        rows: dict[int, list[Row]] = defaultdict(list)
        utterances = Utterance.objects.filter(dialogue__in=dialogues).select_related("speaker").in_bulk()
        votes, clips = self._votes(utterances), self._clips(utterances)
        for utterance in sorted(utterances.values(), key=lambda utterance: utterance.order):
            dialogue = dialogues[utterance.dialogue_id]
            labels = consensus(self.rules, votes[utterance.pk])
            rows[dialogue.pk].append(
                {
                    "id": utterance.code,
                    "dialogue": dialogue.code,
                    "order": utterance.order,
                    "series": dialogue.series.name,
                    "episode": dialogue.episode.title if dialogue.episode else "",
                    "speaker": utterance.speaker.name if utterance.speaker else "",
                    "text": utterance.text,
                    "start_ms": utterance.start_ms,
                    "end_ms": utterance.end_ms,
                    "clip": clips.get(utterance.pk),
                    "labels": {slug: _labelled(found) for slug, found in labels.items()},
                }
            )
        return rows

    def _votes(self, utterances: Iterable[int]) -> dict[int, dict[str, dict[str, Any]]]:
        """Return utterance -> rater slug -> answers to the questions that are still asked as they were."""
        votes: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
        read = self._labels.filter(utterance__in=list(utterances)).values_list(
            "utterance", "rater__slug", "codebook", "answers"
        )
        for utterance, rater, codebook, answers in read:
            alike = self._alike[codebook]
            votes[utterance][rater] = {slug: value for slug, value in (answers or {}).items() if slug in alike}
        return votes

    def _clips(self, utterances: Iterable[int]) -> dict[int, str]:
        """Return utterance -> name of the clip that was cut for its present bounds."""
        cut = Clip.objects.filter(
            utterance__in=list(utterances),
            requested_start_ms=F("utterance__start_ms"),
            requested_end_ms=F("utterance__end_ms"),
        ).order_by("-profile", "pk")
        names = {}
        for utterance, sha256, stored in cut.values_list("utterance", "file__sha256", "file__name"):
            names[utterance] = f"clips/{sha256}{PurePath(stored).suffix}"
            self.clips[names[utterance]] = stored
        return names

    def _summary(self, dialogue: Dialogue, rows: list[Row]) -> DialogueSummary:
        counted = Counter(
            (slug, each) for row in rows for slug, found in row["labels"].items() for each in as_counted(found["label"])
        )
        counts = [len(rows), *[0] * len(self._features)]
        for feature, count in counted.items():
            counts[self._features[feature]] = count
        return DialogueSummary(
            code=dialogue.code,
            series=dialogue.series.name,
            episode=dialogue.episode.title if dialogue.episode else "",
            speakers=frozenset(row["speaker"] for row in rows),
            source_split=dialogue.source_split,
            counts=counts,
        )


def features(rules: Codebook) -> list[tuple[str, str]]:
    """Return (question, label as text) for everything a row may be counted under, in the codebook's order."""
    return [
        (question.slug, label)
        for question in rules.questions
        for label in (*answer_slugs(question), NOT_APPLICABLE, "")
    ]


def as_counted(label: Any) -> list[str]:
    """Return the labels that a consensus counts under, as text: several for a task with many, "" for none."""
    if isinstance(label, list):
        return label
    return ["" if label is None else str(label)]


def _labelled(found: Consensus) -> dict[str, Any]:
    return {"label": found.label, "source": found.source, "votes": found.votes}
