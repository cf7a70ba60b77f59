"""The locked contents of an episode during one edit in the timeline editor, and what the edit changed.

An edit changes plain objects; `Workspace.save` writes those that differ from before, withdraws the answers they affect,
and returns the changes in the form in which the log stores them. The same form undoes them.

A line in the log is `{"id", "before", "after"}` of an utterance. Each state has `text`, `speaker` (public id or null),
`start_ms`, `end_ms`, `dialogue` (public id; null: retired), `place` (id of the utterance before it in the dialogue, or
null) and `version`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import F

from common.errors import Refused
from common.models import User
from corpus.domain.annotations.revisions import withdraw_answers
from corpus.domain.media.clip_cutting import order_clips
from corpus.domain.structure.draft_locking import lock_corpus
from corpus.domain.structure.draft_numbering import free_code
from corpus.domain.timeline.sequences import write_sequences
from corpus.models import Annotation, Dialogue, Episode, Speaker, Utterance, UtteranceEdit

CONTENT = ("text", "speaker", "start_ms", "end_ms")
Json = dict[str, Any]
STATES = Dialogue.State
DRAFT, READY, EXCLUDED, RETIRED = STATES.DRAFT, STATES.READY, STATES.EXCLUDED, STATES.RETIRED


@dataclass(slots=True)
class Changes:
    """The changes of an edit, as the log stores them.

    Attributes:
        lines, dialogues, speakers, cues: as in `TimelineEdit`.
        withdrawn: annotations whose answers the edit withdrew.
        grown: frozen dialogues that have utterances which nobody was asked about.
    """

    lines: list[Json] = field(default_factory=list)
    dialogues: list[Json] = field(default_factory=list)
    speakers: list[Json] = field(default_factory=list)
    cues: list[list[Any]] = field(default_factory=list)
    withdrawn: list[Annotation] = field(default_factory=list)
    grown: list[Dialogue] = field(default_factory=list)


class Workspace:
    """The dialogues, utterances and speakers of an episode, read under locks.

    Attributes:
        dialogues: by public id, retired ones included.
        lines: utterances by public id, retired ones included.
        sequences: the utterances of each dialogue that is not retired, in order.
    """

    def __init__(self, episode: Episode, *, edited_by: User, now: datetime, arranges: bool = False) -> None:
        """Lock the dialogues of `episode`, and read them.

        The caller holds the lock of the episode and those of slots and assignments.

        Args:
            episode: the episode.
            edited_by: the manager.
            now: the moment.
            arranges: lock the order of the dialogues in the corpus as well, for an edit that creates a dialogue.
        """
        self.episode, self.edited_by, self.now = episode, edited_by, now
        self.corpus = episode.series.corpus
        if arranges:
            lock_corpus(self.corpus.pk)
        rows = Dialogue.with_retired.select_for_update(no_key=True, of=("self",)).filter(episode=episode)
        self.dialogues = {row.public_id: row for row in rows.select_related("corpus", "series").order_by("pk")}
        by_key = {row.pk: row for row in self.dialogues.values()}
        found = Utterance.objects.filter(dialogue__episode=episode).select_related("speaker").order_by("order", "pk")
        self.lines: dict[uuid.UUID, Utterance] = {}
        self.sequences: dict[uuid.UUID, list[Utterance]] = {
            row.public_id: [] for row in self.dialogues.values() if row.state != RETIRED
        }
        for line in found:
            line.dialogue = by_key[line.dialogue_id]
            self.lines[line.public_id] = line
            if line.dialogue.public_id in self.sequences:
                self.sequences[line.dialogue.public_id].append(line)
        self.changes = Changes()
        self._before = {line.public_id: self._content(line) for line in self.lines.values()}
        for lines in self.sequences.values():
            for earlier, later in pairwise(lines):
                self._before[later.public_id]["place"] = str(earlier.public_id)
        self._bands = {row.public_id: band_state(row) for row in self.dialogues.values()}
        self._rearranged: set[uuid.UUID] = set()

    # --- reading -----------------------------------------------------------------------------------------

    def line(self, key: uuid.UUID) -> Utterance:
        """Return an utterance that is not retired.

        Raises:
            Refused: `utterance.gone`.
        """
        found = self.lines.get(key)
        if found is None or self.is_retired(found):
            raise Refused("utterance.gone")
        return found

    def dialogue(self, key: uuid.UUID) -> Dialogue:
        """Return a dialogue that is not retired.

        Raises:
            Refused: `dialogue.gone`.
        """
        if key not in self.sequences:
            raise Refused("dialogue.gone")
        return self.dialogues[key]

    def draft(self, key: uuid.UUID) -> Dialogue:
        """Return a draft.

        Raises:
            Refused: `dialogue.gone`, `dialogue.frozen`.
        """
        found = self.dialogue(key)
        if found.state != DRAFT:
            raise Refused("dialogue.frozen", dialogue=found.code)
        return found

    def is_retired(self, line: Utterance) -> bool:
        """Return whether an utterance is retired."""
        return line.dialogue.state == RETIRED

    def sequence(self, dialogue: Dialogue) -> list[Utterance]:
        """Return the utterances of a dialogue, in order."""
        return self.sequences[dialogue.public_id]

    def present(self) -> list[Utterance]:
        """Return all utterances that are not retired."""
        return [line for lines in self.sequences.values() for line in lines]

    def bands(self) -> list[Dialogue]:
        """Return the dialogues that are not retired, in order."""
        return sorted((self.dialogues[key] for key in self.sequences), key=lambda row: (row.order, row.pk))

    def state(self, line: Utterance) -> Json:
        """Return the state of an utterance as the log stores it."""
        lines = self.sequences.get(line.dialogue.public_id, [])
        place = lines.index(line) if line in lines else 0
        return self._content(line) | {"place": str(lines[place - 1].public_id) if place else None}

    def before(self, line: Utterance) -> Json:
        """Return the state of an utterance before the edit."""
        return self._before[line.public_id]

    # --- changing ----------------------------------------------------------------------------------------

    def create_line(self, key: uuid.UUID) -> Utterance:
        """Create an utterance that is not in any dialogue yet.

        Raises:
            Refused: `timeline.id_taken`.
        """
        if Utterance.objects.filter(public_id=key).exists():
            raise Refused("timeline.id_taken")
        store = self._store()
        line = Utterance.objects.create(
            public_id=key, dialogue=store, order=next_order(store), code=f"new~{key}", text="", version=0
        )
        line.dialogue = store
        self.lines[key] = line
        self._before[key] = self._content(line)
        return line

    def create_band(self, key: uuid.UUID, *, after: Dialogue) -> Dialogue:
        """Create an empty dialogue after another one; it is retired until it gets a state.

        Raises:
            Refused: `timeline.id_taken`.
        """
        if Dialogue.with_retired.filter(public_id=key).exists():
            raise Refused("timeline.id_taken")
        later = Dialogue.with_retired.filter(corpus=self.corpus, order__gt=after.order)
        later.update(order=F("order") + 1)
        for row in self.dialogues.values():
            row.order += row.order > after.order
        band = Dialogue.objects.create(
            public_id=key,
            corpus=self.corpus,
            series=self.episode.series,
            episode=self.episode,
            code=free_code(self.corpus.pk, after.code),
            order=after.order + 1,
            state=RETIRED,
        )
        self.dialogues[key] = band
        self._bands[key] = band_state(band)
        return band

    def set_state(self, dialogue: Dialogue, state: str) -> None:
        """Give a dialogue a state; a retired one becomes an empty one, or the other way round."""
        if (state == RETIRED) != (dialogue.state == RETIRED):
            if state == RETIRED:
                self.sequences.pop(dialogue.public_id)
            else:
                self.sequences[dialogue.public_id] = []
        dialogue.state = state
        dialogue.ready_at = None if state in Dialogue.OPEN else dialogue.ready_at or self.now

    def retire(self, line: Utterance) -> None:
        """Take an utterance out of its dialogue; it keeps its id, its edits and its answers."""
        self._take_out(line)
        line.dialogue = self._store()

    def put(self, line: Utterance, dialogue: Dialogue, *, after: Utterance | None) -> None:
        """Put an utterance into a dialogue behind another one, or first."""
        self._take_out(line)
        lines = self.sequence(dialogue)
        lines.insert(lines.index(after) + 1 if after in lines else 0, line)
        line.dialogue = dialogue
        self._rearranged.add(dialogue.public_id)

    def move_cues(self, cues: Iterable[int], line: Utterance, to: Utterance) -> None:
        """Give cues (primary keys) of an utterance to another one."""
        keys = list(cues)
        line.cues.model.objects.filter(pk__in=keys).update(utterance=to)
        self.changes.cues += [[key, str(line.public_id), str(to.public_id)] for key in keys]

    def save(self) -> Changes:
        """Write everything that was changed, and return it."""
        for key, lines in list(self.sequences.items()):
            if not lines and self.dialogues[key].state == DRAFT:
                self.set_state(self.dialogues[key], RETIRED)
        self._save_bands()
        changed = [line for line in self.lines.values() if self._is_changed(line)]
        frozen = [line for line in changed if self._was_frozen(line)]
        for line in frozen:
            self._record(line)
        for line in changed:
            line.version += 1
        rearranged = {self.dialogues[key]: self.sequences[key] for key in self._rearranged if key in self.sequences}
        write_sequences(
            rearranged,
            frozen=[row.pk for row in rearranged if self._keeps_codes(row)],
            retired=[line for line in changed if self.is_retired(line)],
            changed=changed,
        )
        self.changes.lines = [
            {"id": str(line.public_id), "before": self._before[line.public_id], "after": self.state(line)}
            for line in changed
        ]
        for line in frozen:
            self.changes.withdrawn += withdraw_answers(utterance=line, author=self.edited_by, now=self.now)
        self._order_clips(changed)
        return self.changes

    # --- inside ------------------------------------------------------------------------------------------

    def _take_out(self, line: Utterance) -> None:
        lines = self.sequences.get(line.dialogue.public_id, [])
        if line in lines:
            lines.remove(line)
        self._rearranged.add(line.dialogue.public_id)

    def _store(self) -> Dialogue:
        """Return the retired dialogue that holds the retired utterances of the episode."""
        code = f"retired-{self.episode.public_id}"
        found = next((row for row in self.dialogues.values() if row.code == code), None)
        if found is None:
            found = Dialogue.objects.create(
                corpus=self.corpus,
                series=self.episode.series,
                episode=self.episode,
                code=code,
                order=0,
                state=RETIRED,
            )
            self.dialogues[found.public_id] = found
            self._bands[found.public_id] = band_state(found)
        return found

    def _content(self, line: Utterance) -> Json:
        """Return the state of an utterance without its place."""
        return {
            "text": line.text,
            "speaker": str(line.speaker.public_id) if line.speaker else None,
            "start_ms": line.start_ms,
            "end_ms": line.end_ms,
            "dialogue": None if self.is_retired(line) else str(line.dialogue.public_id),
            "place": None,
            "version": line.version,
        }

    def _is_changed(self, line: Utterance) -> bool:
        """Return whether the content or the dialogue of an utterance differs; a new neighbour alone does not count."""
        before, after = self._before[line.public_id], self._content(line)
        return any(before[name] != after[name] for name in (*CONTENT, "dialogue"))

    def _was_frozen(self, line: Utterance) -> bool:
        """Return whether an utterance was in a frozen dialogue, so that it may have answers."""
        before = self._before[line.public_id]["dialogue"]
        return before is not None and self._bands[uuid.UUID(before)]["state"] != DRAFT

    def _keeps_codes(self, dialogue: Dialogue) -> bool:
        """Return whether a dialogue is frozen and was so before the edit."""
        return dialogue.state != DRAFT and self._bands[dialogue.public_id]["state"] not in Dialogue.OPEN

    def _record(self, line: Utterance) -> None:
        """Record the change of an utterance that annotators may have seen."""
        before, after = self._before[line.public_id], self._content(line)
        different = [name for name in CONTENT if before[name] != after[name]]
        if not different:
            return
        ids = {state["speaker"] for state in (before, after)} - {None}
        found = Speaker.with_merged.filter(public_id__in=ids).values_list("public_id", "name")
        names = {str(key): name for key, name in found}

        def shown(state: Json) -> Json:
            return {name: names.get(state[name] or "", "") if name == "speaker" else state[name] for name in different}

        UtteranceEdit.objects.create(
            utterance=line,
            before=shown(before),
            after=shown(after),
            changed_by=self.edited_by,
            changed_at=self.now,
        )

    def _save_bands(self) -> None:
        for key, row in self.dialogues.items():
            before, after = self._bands[key], band_state(row)
            if before == after:
                continue
            row.version += 1
            row.save(update_fields=["state", "ready_at", "topic", "version"])
            self.changes.dialogues.append({"id": str(key), "before": before, "after": band_state(row)})

    def _order_clips(self, lines: list[Utterance]) -> None:
        """Queue the cutting of clips of frozen dialogues, and note those with new utterances."""
        cut: dict[int, Dialogue] = {}
        grown: dict[int, Dialogue] = {}
        for line in lines:
            before, after = self._before[line.public_id], self._content(line)
            if line.dialogue.state != READY:
                continue
            if before["dialogue"] is None:
                grown[line.dialogue.pk] = line.dialogue
            if any(before[name] != after[name] for name in ("start_ms", "end_ms", "dialogue")):
                cut[line.dialogue.pk] = line.dialogue
        self.changes.grown = list(grown.values())
        for dialogue in cut.values():
            dialogue.episode = self.episode
        order_clips(dialogues=cut.values())


def band_state(dialogue: Dialogue) -> Json:
    """Return the state of a dialogue as the log stores it."""
    return {"state": str(dialogue.state), "topic": dialogue.topic, "version": dialogue.version}


def next_order(dialogue: Dialogue) -> int:
    """Return a place behind all utterances of a dialogue."""
    last = dialogue.utterances.order_by("-order").values_list("order", flat=True).first()
    return (last or 0) + 1
