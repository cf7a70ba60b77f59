"""Undoing an edit of the timeline editor: everything it changed gets its earlier state back."""

from __future__ import annotations

import uuid

from common.errors import Refused
from corpus.domain.structure.speakers import describe_speaker
from corpus.domain.timeline.band_edits import described
from corpus.domain.timeline.checks import Conflict, check_times
from corpus.domain.timeline.workspace import CONTENT, DRAFT, Json, Workspace
from corpus.models import Cue, Speaker, TimelineEdit, Utterance


def take_back(work: Workspace, edit: TimelineEdit) -> list[tuple[int, int]]:
    """Give the utterances, dialogues and speakers of an edit their earlier states.

    Args:
        work: the locked episode.
        edit: of the episode; not undone so far.

    Returns:
        The withdrawn answers that can be given back, as annotation and number of the revision: those to utterances
        that nobody has touched since.

    Raises:
        Conflict: something that the edit changed has been changed since.
        Refused: `timeline.undone`; `dialogue.frozen`, a dialogue was declared ready since.
    """
    if TimelineEdit.objects.filter(undoes=edit).exists():
        raise Refused("timeline.undone")
    _require_unchanged(work, edit)
    for each in edit.dialogues:
        band = work.dialogues[uuid.UUID(each["id"])]
        work.set_state(band, each["before"]["state"])
        band.topic = each["before"]["topic"]
    touched = [_line_back(work, each, {band["id"] for band in edit.dialogues}) for each in edit.lines]
    for key, earlier, later in edit.cues:
        if Cue.objects.filter(pk=key, utterance__public_id=later).exists() and uuid.UUID(earlier) in work.lines:
            work.move_cues([key], work.lines[uuid.UUID(later)], work.lines[uuid.UUID(earlier)])
    for each in edit.speakers:
        _speaker_back(work, each)
    for owner in {work.before(line)["dialogue"] for line in touched} & {str(key) for key in work.sequences}:
        band = work.dialogues[uuid.UUID(owner)]
        if band.state != DRAFT and not work.sequence(band):
            raise Refused("timeline.last_of_frozen", dialogue=band.code)
    check_times(work, touched)
    return [(annotation, number) for annotation, number in edit.withdrawn]


def _line_back(work: Workspace, change: Json, own: set[str]) -> Utterance:
    """Give an utterance its earlier contents and place.

    Args:
        work: the locked episode.
        change: of the utterance, as the log stores it.
        own: ids of the dialogues whose state the undo changes.
    """
    line = work.lines[uuid.UUID(change["id"])]
    before, after = change["before"], change["after"]
    if before["dialogue"] != after["dialogue"]:
        _require_drafts(work, {before["dialogue"], after["dialogue"]}, own)
        if before["dialogue"] is None:
            work.retire(line)
        else:
            place = work.lines.get(uuid.UUID(before["place"])) if before["place"] else None
            work.put(line, work.dialogue(uuid.UUID(before["dialogue"])), after=place)
    for name in CONTENT:
        if before[name] != after[name]:  # someone may have changed the others since
            setattr(line, name, _speaker(before[name]) if name == "speaker" else before[name])
    return line


def _require_unchanged(work: Workspace, edit: TimelineEdit) -> None:
    lines, bands, speakers = [], [], []
    for each in edit.lines:
        line = work.lines.get(uuid.UUID(each["id"]))
        if line is None:
            lines.append(each["id"])
            continue
        now, before, after = work.before(line), each["before"], each["after"]
        if any(now[name] != after[name] for name in (*CONTENT, "dialogue") if before[name] != after[name]):
            lines.append(each["id"])
    for each in edit.dialogues:
        band = work.dialogues.get(uuid.UUID(each["id"]))
        if band is None or (str(band.state), band.topic) != (each["after"]["state"], each["after"]["topic"]):
            bands.append(each["id"])
    for each in edit.speakers:
        speaker = Speaker.objects.filter(public_id=each["id"]).first()
        if speaker is None or described(speaker) != each["after"]:
            speakers.append(each["id"])
    if lines or bands or speakers:
        raise Conflict(lines=lines, dialogues=bands, speakers=speakers)


def _require_drafts(work: Workspace, dialogues: set[str | None], own: set[str]) -> None:
    """Refuse to move an utterance between dialogues of which one was declared ready since."""
    named = {key for key in dialogues if key is not None}
    if len(named) < 2:
        return
    for key in named - own:
        work.draft(uuid.UUID(key))


def _speaker(key: str | None) -> Speaker | None:
    """Return the speaker with a public id; of a merged one, the speaker it was merged into."""
    found = Speaker.with_merged.filter(public_id=key).first() if key else None
    while found is not None and found.merged_into_id is not None:
        found = Speaker.with_merged.get(pk=found.merged_into_id)
    return found


def _speaker_back(work: Workspace, change: Json) -> None:
    speaker = Speaker.objects.get(public_id=change["id"])
    describe_speaker(speaker=speaker, **change["before"])
    work.changes.speakers.append({"id": change["id"], "before": change["after"], "after": change["before"]})
