"""An episode with drafts, and a manager who edits it."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from annotator.domain.timeline.edits import make_edit, undo_edit
from common.models import User
from corpus.domain.timeline import band_edits, line_edits
from corpus.domain.timeline.line_edits import LineChange
from corpus.domain.timeline.workspace import Workspace
from corpus.models import Dialogue, Episode, TimelineEdit, Utterance
from tests.annotator.material import codebook_of
from tests.factories import DialogueFactory, EpisodeFactory, SpeakerFactory, UtteranceFactory

Snapshot = list[tuple[Any, ...]]


def episode_with_drafts() -> Episode:
    """An episode of 60 s with the drafts D1 (U1 to U3 at 2, 4, 6 s) and D2 (U4, U5 at 10, 12 s), two speakers."""
    episode: Episode = EpisodeFactory(fps=25.0)
    corpus = episode.series.corpus
    corpus.codebook = codebook_of(corpus)
    corpus.save()
    speakers = [SpeakerFactory(series=episode.series, name=name) for name in ("甲", "乙")]
    number = 0
    for order, starts in enumerate(([2000, 4000, 6000], [10_000, 12_000]), start=1):
        dialogue = DialogueFactory(
            corpus=corpus,
            series=episode.series,
            episode=episode,
            code=f"E1_D{order:03d}",
            order=order,
            state=Dialogue.State.DRAFT,
            ready_at=None,
        )
        for place, start in enumerate(starts, start=1):
            number += 1
            UtteranceFactory(
                dialogue=dialogue,
                order=place,
                code=f"{dialogue.code}_U{place:03d}",
                speaker=speakers[number % 2],
                text=f"one {number} two",
                start_ms=start,
                end_ms=start + 1500,
            )
    return episode


class Editor:
    """A manager with the timeline editor open."""

    def __init__(self, episode: Episode, user: User) -> None:
        self.episode, self.user, self.session = episode, user, uuid4()

    def make(
        self,
        action: str,
        change: Callable[[Workspace], None],
        *rows: Utterance | Dialogue,
        operation: UUID | None = None,
        **more: Any,
    ) -> TimelineEdit:
        return make_edit(
            episode=self.episode,
            operation=operation or uuid4(),
            session=self.session,
            action=action,
            change=change,
            versions=more.pop("versions", {row.public_id: row.version for row in rows}),
            confirmed=more.pop("confirmed", 0),
            edited_by=self.user,
            now=timezone.now(),
            **more,
        )

    def undo(self, edit: TimelineEdit, confirmed: int = 0) -> TimelineEdit:
        return undo_edit(
            episode=self.episode,
            edit=edit.operation,
            operation=uuid4(),
            session=self.session,
            confirmed=confirmed,
            edited_by=self.user,
            now=timezone.now(),
        )

    def change(self, line: Utterance, *, confirmed: int = 0, flag: UUID | None = None, **new: Any) -> TimelineEdit:
        change = partial(line_edits.change_lines, changes=[LineChange(id=line.public_id, **new)])
        return self.make("change", change, line, confirmed=confirmed, flag=flag)

    def split(self, line: Utterance, at_ms: int, at_char: int, *, new: UUID | None = None, confirmed: int = 0) -> Any:
        change = partial(line_edits.split_line, line=line.public_id, new=new or uuid4(), at_ms=at_ms, at_char=at_char)
        return self.make("split", change, line, confirmed=confirmed)

    def merge(self, *lines: Utterance, confirmed: int = 0) -> TimelineEdit:
        change = partial(line_edits.merge_lines, lines=[line.public_id for line in lines])
        return self.make("merge", change, *lines, confirmed=confirmed)

    def insert(self, start_ms: int, end_ms: int, *, confirmed: int = 0, **more: Any) -> TimelineEdit:
        values: dict[str, Any] = {"new": uuid4(), "text": "inserted", "speaker": "", "dialogue": None} | more
        change = partial(line_edits.insert_line, start_ms=start_ms, end_ms=end_ms, **values)
        return self.make("insert", change, confirmed=confirmed)

    def delete(self, *lines: Utterance, confirmed: int = 0) -> TimelineEdit:
        change = partial(line_edits.delete_lines, lines=[line.public_id for line in lines])
        return self.make("delete", change, *lines, confirmed=confirmed)

    def retime(self, factor: float = 1.0, offset_ms: float = 0, from_ms: int = 0, confirmed: int = 0) -> TimelineEdit:
        change = partial(line_edits.retime, factor=factor, offset_ms=offset_ms, from_ms=from_ms)
        return self.make("retime", change, confirmed=confirmed)

    def divide(self, line: Utterance, new: UUID | None = None) -> TimelineEdit:
        change = partial(band_edits.divide_dialogue, line=line.public_id, new=new or uuid4())
        return self.make("divide", change, line)

    def join(self, dialogue: Dialogue) -> TimelineEdit:
        change = partial(band_edits.join_dialogue, dialogue=dialogue.public_id)
        return self.make("join", change, dialogue)

    def exclude(self, *lines: Utterance) -> TimelineEdit:
        change = partial(band_edits.exclude, lines=[line.public_id for line in lines], new=[uuid4(), uuid4()])
        return self.make("exclude", change, *lines)

    def include(self, dialogue: Dialogue) -> TimelineEdit:
        return self.make("include", partial(band_edits.include, dialogue=dialogue.public_id), dialogue)

    def topic(self, dialogue: Dialogue, topic: str) -> TimelineEdit:
        change = partial(band_edits.set_topic, dialogue=dialogue.public_id, topic=topic)
        return self.make("topic", change, dialogue)

    def line(self, number: int) -> Utterance:
        """Return the utterance at a place of the episode, from 1."""
        return self.lines()[number - 1]

    def lines(self) -> list[Utterance]:
        found = Utterance.objects.filter(dialogue__episode=self.episode)
        return list(
            found.exclude(dialogue__state=Dialogue.State.RETIRED)
            .select_related("dialogue", "speaker")
            .order_by("dialogue__order", "order")
        )

    def dialogue(self, number: int) -> Dialogue:
        """Return the dialogue at a place of the episode, from 1."""
        return list(Dialogue.objects.filter(episode=self.episode).order_by("order"))[number - 1]

    def snapshot(self) -> Snapshot:
        """Return everything that people see of the episode."""
        return [
            (
                line.public_id,
                line.code,
                line.order,
                line.text,
                line.speaker and line.speaker.name,
                line.start_ms,
                line.end_ms,
                line.dialogue.public_id,
                line.dialogue.state,
                line.dialogue.topic,
                tuple(line.cues.values_list("pk", flat=True)),
            )
            for line in self.lines()
        ]
