"""The columns of a release: one type each, described once for the schema, the card and every format.

To add a plain column, add its expression to `UTTERANCE`, its field to `Row` in `rows.records` and its description here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from agreement.consensus.sources import SETTLED
from corpus.rules.codebook import Codebook, Link, Task

UTTERANCE: dict[str, Combinable] = {
    "id": F("code"),
    "dialogue": F("dialogue__code"),
    "order": F("order"),
    "series": F("dialogue__series__name"),
    "episode": Coalesce(F("dialogue__episode__title"), Value("")),
    "speaker": Coalesce(F("speaker__name"), Value("")),
    "text": F("text"),
    "start_ms": F("start_ms"),
    "end_ms": F("end_ms"),
}
PLAIN = (*UTTERANCE, "clip")
PER_QUESTION = ("", "_state", "_source", "_votes")  # endings of the columns of a question in a flat table
SOFT = "_distribution"  # ending of one more column, if the consensus method gives distributions

LABEL_STATES = ("labelled", "not_applicable", "missing")
VOTE_STATES = ("given", "not_applicable", "cannot_judge", "missing")

Kind = Literal["string", "integer", "number", "list", "record"]
Question = Task | Link


@dataclass(frozen=True, slots=True)
class Field:
    """A column, or a part of one.

    Attributes:
        name: of the column; "" for the items of a list.
        kind: its type.
        description: what it holds.
        nullable: whether it may be null.
        fields: of a record its parts, of a list its item.
        values: all possible values, if they are known.
    """

    name: str
    kind: Kind
    description: str = ""
    nullable: bool = False
    fields: tuple[Field, ...] = ()
    values: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The description of the rows of a release.

    Attributes:
        rules: the codebook.
        is_soft: whether labels have a `distribution`.
        corpus: short name of the corpus.
    """

    rules: Codebook
    is_soft: bool = False
    corpus: str = ""

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions in the codebook's order."""
        return tuple(self.rules.questions)

    @property
    def slugs(self) -> list[str]:
        """The slugs of the questions."""
        return [question.slug for question in self.rules.questions]


PLAIN_FIELDS = (
    Field("id", "string", "Name of the utterance, unique in its dialogue."),
    Field("dialogue", "string", "Name of the dialogue, unique in the corpus."),
    Field("order", "integer", "Position of the utterance in its dialogue, from 1."),
    Field("series", "string", "Series or other source of the dialogue."),
    Field("episode", "string", "Title of the episode; empty if the source has none."),
    Field("speaker", "string", "Name of the speaker; empty if unknown."),
    Field("text", "string", "Text of the utterance, byte for byte as in the corpus."),
    Field("start_ms", "integer", "Start in milliseconds of the episode; null if unknown.", nullable=True),
    Field("end_ms", "integer", "End in milliseconds of the episode; null if unknown.", nullable=True),
    Field("clip", "string", "File of the clip in this release; null if clips are not included.", nullable=True),
)


def fields(table: Table) -> tuple[Field, ...]:
    """Return the columns of the native format: the plain ones, then `labels`."""
    questions = tuple(_question(question, is_soft=table.is_soft) for question in table.questions)
    return (*PLAIN_FIELDS, Field("labels", "record", "Label and answers per question.", fields=questions))


def answer_field(question: Question, name: str, description: str) -> Field:
    """Return the field of an answer: text, an integer for a link, a list of texts for several choices."""
    if isinstance(question, Link):
        return Field(name, "integer", description, nullable=True, values=question.values)
    choice = Field("", "string", values=question.slugs())
    if question.many:
        return Field(name, "list", description, nullable=True, fields=(choice,))
    return Field(name, "string", description, nullable=True, values=question.slugs())


def _one_of(states: Sequence[str]) -> str:
    return f"{', '.join(states[:-1])} or {states[-1]}"


def _question(question: Question, *, is_soft: bool) -> Field:
    vote = (
        Field("rater", "string", "Pseudonym of the rater."),
        answer_field(question, "answer", "Answer of the rater; null unless the state is given."),
        Field("state", "string", f"Kind of the answer: {_one_of(VOTE_STATES)}.", values=VOTE_STATES),
    )
    parts = [
        answer_field(question, "label", "Label of the utterance; null unless the state is labelled."),
        Field("state", "string", f"Whether there is a label: {_one_of(LABEL_STATES)}.", values=LABEL_STATES),
        Field("source", "string", f"How the label came about ({', '.join(SETTLED)}), or why it is missing."),
        Field("votes", "list", "Answers of the raters who annotated it.", fields=(Field("", "record", fields=vote),)),
    ]
    if is_soft:
        kind: Kind = "integer" if isinstance(question, Link) else "string"
        share = (Field("answer", kind, "A possible answer."), Field("probability", "number", "Its probability."))
        items = (Field("", "record", fields=share),)
        parts.append(Field("distribution", "list", "Probabilities of answers; empty if there are none.", fields=items))
    return Field(question.slug, "record", f"The question {question.slug}.", fields=tuple(parts))


def column_names(questions: Sequence[str], *, is_soft: bool = False) -> list[str]:
    """Return the names of all columns of a flat table.

    Args:
        questions: slugs in the codebook's order.
        is_soft: whether the consensus method gives distributions.
    """
    endings = (*PER_QUESTION, SOFT) if is_soft else PER_QUESTION
    return [*PLAIN, *(f"{slug}{ending}" for slug in questions for ending in endings)]


def paths(found: Sequence[Field], prefix: str = "") -> Iterator[tuple[str, Field]]:
    """Yield the dotted path of every column and part of one, with its field; items of lists have the path of their
    list with `[]`.
    """
    for field in found:
        path = f"{prefix}{field.name}" if field.name else prefix.removesuffix(".") + "[]"
        yield path, field
        yield from paths(field.fields, f"{path}.")
