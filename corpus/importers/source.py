"""The contents of a published corpus, as an importer returns them: plain values, independent of any file format.

A source may have several series, each with speakers and episodes; any number of raters per utterance, or none; and
several answers to one task, as a list of choices.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.importers.remarks import ImportRemark, RemarkLog

# Windows-1252 read as Latin-1: a quotation mark or dash became a control character that nothing displays
_CONTROL = re.compile("[\x80-\x9f]")
_UNDEFINED = "\x81\x8d\x8f\x90\x9d"
_WINDOWS = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if chr(code) not in _UNDEFINED}


@dataclass(frozen=True, slots=True)
class SourceRater:
    """The owner of published answers: one annotator of the source, or the source itself.

    Attributes:
        slug: pseudonym, unique within the corpus; letters, digits, hyphens and underscores.
        name: for people.
    """

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class SourceSpeaker:
    """A character of a series; `notes` holds further descriptions by name, such as the profession."""

    name: str
    gender: str = ""
    age_group: str = ""
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceEpisode:
    """An episode of a series.

    Attributes:
        title: unique within the series.
        media: the file; None if the source does not contain it.
        licence: under which the media may be used.
        has_laugh_track: whether laughter was mixed into the audio.
    """

    title: str
    media: Path | None = None
    licence: str = ""
    has_laugh_track: bool = False


@dataclass(frozen=True, slots=True)
class SourceSeries:
    """A series with the speakers and episodes that are described; `name` is unique within the corpus."""

    name: str
    speakers: list[SourceSpeaker] = field(default_factory=list)
    episodes: list[SourceEpisode] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SourceAnswers:
    """One rater's answers to one utterance.

    Attributes:
        answers: question slug -> answer in terms of the codebook; a list of choices for a task with several answers.
        raw: the source's own values before they were mapped, column -> text.
    """

    answers: dict[str, Any]
    raw: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceUtterance:
    """One utterance.

    Attributes:
        code: name, unique within the dialogue.
        speaker: name; one that the series does not describe is added by name, "" means unknown.
        text: of the utterance.
        start_ms, end_ms: milliseconds from the start of the episode, or of the dialogue if it has no episode; both
            None if the source's times are missing or cannot be repaired.
        answers: slug of a rater -> their answers; raters without an answer are left out.
        row: row of the dialogue's file, counted from 1 with the header; None for formats without rows.
    """

    code: str
    speaker: str
    text: str
    start_ms: int | None
    end_ms: int | None
    answers: Mapping[str, SourceAnswers] = field(default_factory=dict)
    row: int | None = None


@dataclass(frozen=True, slots=True)
class SourceDialogue:
    """One dialogue with its utterances in order.

    Attributes:
        code: name, unique within the corpus.
        series: name of one of the source's series.
        utterances: at least one.
        split: the published split: train, dev or test, or "".
        topic: free text.
        episode: title of one of the episodes of the series, or "".
        file: name of the file that holds the rows of its utterances, or "".
    """

    code: str
    series: str
    utterances: list[SourceUtterance]
    split: str = ""
    topic: str = ""
    episode: str = ""
    file: str = ""


@dataclass(slots=True)
class SourceCounts:
    """Numbers of dialogues, utterances and speakers."""

    dialogues: int = 0
    utterances: int = 0
    speakers: int = 0


@dataclass(slots=True)
class Source:
    """A published corpus.

    Attributes:
        series: at least one.
        dialogues: in the order of the source; may be an iterator, which is read once and in chunks.
        raters: owners of the answers; none if the source has no labels.
        codebook: name of the shipped codebook that the answers fit; "" for another one.
        codebook_yaml: the codebook that the answers fit, if it is not a shipped one; without both, the answers are for
            the codebook that the corpus uses already.
        remarks: of the importer; complete once `dialogues` has been read.
        utterance_total: number of utterances if it is known in advance, else 0.
        is_exact: keep texts as they are, also with control characters.
        counts: numbers of rows that `read_dialogues` has read.
    """

    series: list[SourceSeries]
    dialogues: Iterable[SourceDialogue]
    raters: list[SourceRater] = field(default_factory=list)
    codebook: str = ""
    codebook_yaml: str = ""
    remarks: RemarkLog = field(default_factory=RemarkLog)
    utterance_total: int = 0
    is_exact: bool = False
    counts: SourceCounts = field(default_factory=SourceCounts, compare=False)

    def read_dialogues(self) -> Iterator[SourceDialogue]:
        """Yield the dialogues and count them in `counts`.

        Control characters that stand for characters of Windows-1252 are replaced by these, with a remark.
        """
        speakers = {(series.name, speaker.name) for series in self.series for speaker in series.speakers}
        self.counts = counts = SourceCounts(speakers=len(speakers))
        for given in self.dialogues:
            dialogue = given if self.is_exact else self._with_readable_texts(given)
            speakers.update((dialogue.series, each.speaker) for each in dialogue.utterances if each.speaker)
            counts.dialogues += 1
            counts.utterances += len(dialogue.utterances)
            counts.speakers = len(speakers)
            yield dialogue

    def _with_readable_texts(self, dialogue: SourceDialogue) -> SourceDialogue:
        if not any(_CONTROL.search(each.text) for each in dialogue.utterances):
            return dialogue
        utterances = []
        for each in dialogue.utterances:
            text = each.text.translate(_WINDOWS)
            if text != each.text:
                found = ImportRemark(dialogue.file, each.row or 0, "text", each.text, "windows_1252", text)
                self.remarks.append(found)
            utterances.append(replace(each, text=text) if text != each.text else each)
        return replace(dialogue, utterances=utterances)
