"""Bodies of the requests of the timeline editor, one declaration per action."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from common.errors import Refused
from corpus.domain.timeline import band_edits, line_edits
from corpus.domain.timeline.line_edits import LineChange
from corpus.domain.timeline.workspace import Workspace

Ms = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Text = Annotated[str, Meta(max_length=4000)]
MOST_LINES = 2000
Lines = Annotated[list[UUID], Meta(min_length=1, max_length=MOST_LINES)]


class Body(Struct, tag_field="action", kw_only=True, forbid_unknown_fields=True):
    """The fields of every edit.

    Attributes:
        operation: id of the edit, made by the page; an edit that arrives twice is made once.
        session: id of the page.
        after: number of the newest edit that the page knows.
        confirmed: number of answers and finished dialogues that may be withdrawn and reopened.
        versions: of the utterances and dialogues, as the page shows them.
    """

    operation: UUID
    session: UUID
    after: Annotated[int, Meta(ge=0)]
    confirmed: Annotated[int, Meta(ge=0)] = 0
    versions: dict[UUID, int] = {}

    def apply(self, work: Workspace) -> None:
        """Make the edit in the locked episode."""
        raise NotImplementedError


class Change(Body, tag="change"):
    """New text, speaker or times of utterances; `flag` is the proposal that it accepts."""

    lines: Annotated[list[LineChange], Meta(min_length=1, max_length=MOST_LINES)]
    flag: UUID | None = None

    def apply(self, work: Workspace) -> None:
        line_edits.change_lines(work, self.lines)


class Split(Body, tag="split"):
    """Two utterances out of one."""

    line: UUID
    new: UUID
    at_ms: Ms
    at_char: Annotated[int, Meta(ge=0)]

    def apply(self, work: Workspace) -> None:
        line_edits.split_line(work, line=self.line, new=self.new, at_ms=self.at_ms, at_char=self.at_char)


class Merge(Body, tag="merge"):
    """One utterance out of several neighbours."""

    lines: Lines

    def apply(self, work: Workspace) -> None:
        line_edits.merge_lines(work, self.lines)


class Insert(Body, tag="insert"):
    """A missing utterance."""

    new: UUID
    text: Text
    speaker: Text
    start_ms: Ms
    end_ms: Ms
    dialogue: UUID | None = None

    def apply(self, work: Workspace) -> None:
        line_edits.insert_line(
            work,
            new=self.new,
            text=self.text,
            speaker=self.speaker,
            start_ms=self.start_ms,
            end_ms=self.end_ms,
            dialogue=self.dialogue,
        )


class Delete(Body, tag="delete"):
    """Utterances that are not speech."""

    lines: Lines

    def apply(self, work: Workspace) -> None:
        line_edits.delete_lines(work, self.lines)


class Retime(Body, tag="retime"):
    """All times, or those from a point on, shifted and stretched."""

    factor: float
    offset_ms: float
    from_ms: Ms = 0

    def apply(self, work: Workspace) -> None:
        line_edits.retime(work, factor=self.factor, offset_ms=self.offset_ms, from_ms=self.from_ms)


class Divide(Body, tag="divide"):
    """A dialogue that begins at an utterance."""

    line: UUID
    new: UUID

    def apply(self, work: Workspace) -> None:
        band_edits.divide_dialogue(work, line=self.line, new=self.new)


class Join(Body, tag="join"):
    """A dialogue joined to the one before."""

    dialogue: UUID

    def apply(self, work: Workspace) -> None:
        band_edits.join_dialogue(work, dialogue=self.dialogue)


class Exclude(Body, tag="exclude"):
    """A passage that is not used."""

    lines: Lines
    new: Annotated[list[UUID], Meta(min_length=2, max_length=2)]

    def apply(self, work: Workspace) -> None:
        band_edits.exclude(work, lines=self.lines, new=self.new)


class Include(Body, tag="include"):
    """An excluded dialogue that is used after all."""

    dialogue: UUID

    def apply(self, work: Workspace) -> None:
        band_edits.include(work, dialogue=self.dialogue)


class Topic(Body, tag="topic"):
    """The topic of a dialogue."""

    dialogue: UUID
    topic: Text

    def apply(self, work: Workspace) -> None:
        band_edits.set_topic(work, dialogue=self.dialogue, topic=self.topic)


class Description(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """Values of a speaker; those that are missing stay."""

    name: Text | None = None
    gender: Text | None = None
    age_group: Text | None = None
    profession: Text | None = None
    personality: Text | None = None
    other_names: Annotated[list[Text], Meta(max_length=50)] | None = None


class Describe(Body, tag="speaker"):
    """The name and description of a speaker."""

    speaker: UUID
    base: Description
    values: Description

    def apply(self, work: Workspace) -> None:
        band_edits.change_speaker(
            work, speaker=self.speaker, base=msgspec.to_builtins(self.base), values=msgspec.to_builtins(self.values)
        )


class Undo(Body, tag="undo"):
    """An edit to take back; an undo that is taken back is a redo."""

    edit: UUID

    def apply(self, work: Workspace) -> None:
        raise NotImplementedError


Edit = Change | Split | Merge | Insert | Delete | Retime | Divide | Join | Exclude | Include | Topic | Describe | Undo
read_edit = partial(msgspec.json.decode, type=Edit)


def parse(body: bytes) -> Body:
    """Return the edit in the body of a request.

    Raises:
        Refused: `timeline.bad_request`.
    """
    try:
        edit: Body = read_edit(body)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeError) as error:
        raise Refused("timeline.bad_request", problem=str(error)) from None
    return edit


def action_of(edit: Body) -> str:
    """Return the name of an edit's action."""
    return str(edit.__struct_config__.tag)
