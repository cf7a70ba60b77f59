"""Edits of dialogues and speakers in the timeline editor; as `line_edits`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from common.errors import Refused
from corpus.domain.screening import inherit_screening, require_not_screened_out
from corpus.domain.structure.speakers import describe_speaker
from corpus.domain.timeline.checks import Conflict
from corpus.domain.timeline.line_edits import utterances_of
from corpus.domain.timeline.workspace import DRAFT, EXCLUDED, READY, RETIRED, Json, Workspace
from corpus.models import Dialogue, Speaker, Utterance

LONGEST_TOPIC = 500
DESCRIBED = ("name", "gender", "age_group", "profession", "personality", "other_names")


def divide_dialogue(work: Workspace, *, line: uuid.UUID, new: uuid.UUID) -> None:
    """Divide a draft so that a new dialogue begins at an utterance.

    Args:
        work: the locked episode.
        line: public id of the utterance.
        new: public id of the new dialogue.

    Raises:
        Refused: `utterance.gone`, `dialogue.frozen`, `utterance.first`, `timeline.id_taken`.
    """
    first = work.line(line)
    owner = work.draft(first.dialogue.public_id)
    sequence = work.sequence(owner)
    if sequence[0] == first:
        raise Refused("utterance.first")
    _move_to_new(work, sequence[sequence.index(first) :], new=new, state=DRAFT)


def join_dialogue(work: Workspace, *, dialogue: uuid.UUID) -> None:
    """Join a draft to the dialogue before it in the episode, which must be a draft too.

    Raises:
        Refused: `dialogue.gone`, `dialogue.frozen`, `dialogue.first`.
    """
    later = work.draft(dialogue)
    bands = work.bands()
    place = bands.index(later)
    if place == 0:
        raise Refused("dialogue.first")
    earlier = work.draft(bands[place - 1].public_id)
    for line in list(work.sequence(later)):
        sequence = work.sequence(earlier)
        work.put(line, earlier, after=sequence[-1] if sequence else None)
    work.set_state(later, RETIRED)


def exclude(work: Workspace, *, lines: Sequence[uuid.UUID], new: Sequence[uuid.UUID]) -> None:
    """Exclude a passage: neighbouring utterances of one dialogue, which become an excluded dialogue of their own.

    Args:
        work: the locked episode.
        lines: public ids; of a frozen dialogue all its utterances, which excludes it as it is.
        new: public ids for the dialogue of the passage and for the one of the utterances behind it.

    Raises:
        Refused: `utterance.gone`, `timeline.not_neighbours`, `timeline.part_of_frozen`, `timeline.excluded`.
    """
    rows = utterances_of(work, lines)
    owner = rows[0].dialogue
    sequence = work.sequence(owner)
    first, last = sequence.index(rows[0]), sequence.index(rows[-1])
    if last - first + 1 != len(rows):
        raise Refused("timeline.not_neighbours")
    if owner.state == EXCLUDED:
        raise Refused("timeline.excluded")
    if len(rows) == len(sequence):
        work.set_state(owner, EXCLUDED)
        return
    if owner.state != DRAFT:
        raise Refused("timeline.part_of_frozen", dialogue=owner.code)
    rest = sequence[last + 1 :]
    if first == 0:  # the rest keeps nothing of the old dialogue, so the passage does
        _move_to_new(work, rest, new=new[0], state=DRAFT)
        work.set_state(owner, EXCLUDED)
        return
    passage = _move_to_new(work, rows, new=new[0], state=EXCLUDED)
    if rest:
        _move_to_new(work, rest, new=new[1], state=DRAFT, after=passage)


def include(work: Workspace, *, dialogue: uuid.UUID) -> None:
    """Include an excluded dialogue again, as a ready one if it has answers, else as a draft.

    Raises:
        Refused: `dialogue.gone`, `timeline.not_excluded`, `selection.screened_out`.
    """
    band = work.dialogue(dialogue)
    if band.state != EXCLUDED:
        raise Refused("timeline.not_excluded")
    require_not_screened_out(band)
    answered = Utterance.objects.filter(dialogue=band, annotations__isnull=False).exists()
    dealt = band.is_dealt or answered
    work.set_state(band, READY if dealt else DRAFT)


def set_topic(work: Workspace, *, dialogue: uuid.UUID, topic: str) -> None:
    """Set the topic of a dialogue, in any state: annotators are not asked about it.

    Raises:
        Refused: `dialogue.gone`, `timeline.topic_too_long`.
    """
    topic = " ".join(topic.split())
    if len(topic) > LONGEST_TOPIC:
        raise Refused("timeline.topic_too_long", longest=LONGEST_TOPIC)
    work.dialogue(dialogue).topic = topic


def change_speaker(work: Workspace, *, speaker: uuid.UUID, base: Json, values: Json) -> None:
    """Rename or describe a speaker of the series.

    Args:
        work: the locked episode.
        speaker: public id.
        base: the values that the editor shows, of `DESCRIBED`.
        values: the new ones.

    Raises:
        Conflict: someone changed one of these values since.
        Refused: `speaker.gone`, and as `describe_speaker`.
    """
    found = Speaker.objects.filter(public_id=speaker, series=work.episode.series).first()
    if found is None:
        raise Refused("speaker.gone")
    before = described(found)
    if any(before[name] != value for name, value in base.items()):
        raise Conflict(speakers=[str(speaker)])
    changed = describe_speaker(speaker=found, **(before | values))
    after = described(changed)
    if after != before:
        work.changes.speakers.append({"id": str(speaker), "before": before, "after": after})


def described(speaker: Speaker) -> Json:
    """Return the name and description of a speaker."""
    return {
        "name": speaker.name,
        "gender": speaker.gender,
        "age_group": speaker.age_group,
        "profession": str(speaker.notes.get("profession", "")),
        "personality": str(speaker.notes.get("personality", "")),
        "other_names": list(speaker.other_names),
    }


def _move_to_new(
    work: Workspace,
    lines: Sequence[Utterance],
    *,
    new: uuid.UUID,
    state: str,
    after: Dialogue | None = None,
) -> Dialogue:
    band = work.create_band(new, after=after or lines[0].dialogue)
    inherit_screening(new=band, of=lines[0].dialogue)
    work.set_state(band, state)
    previous = None
    for line in list(lines):
        work.put(line, band, after=previous)
        previous = line
    return band
