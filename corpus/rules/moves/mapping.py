"""A mapping: which question and answer of a new codebook version each one of the old version becomes."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Any, Literal, cast

from corpus.rules.codebook import Codebook, Link, Problem, Task, answer_slugs

# A text: the answer becomes this one. A list: the answer is asked again; the list names the answers it may become, and
# may be empty. None: the question is left without an answer.
Target = str | tuple[str, ...] | None
Treatment = Literal["ask", "leave"]
TREATMENTS: tuple[Treatment, ...] = ("ask", "leave")
FORMAT = "concord-mapping/1"


class MappingFault(ValueError):  # noqa: N818 -- of the mapping, not of the program
    """A mapping that does not fit the two codebook versions; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class QuestionMapping:
    """The destination of one old question.

    Attributes:
        source: slug of the old question.
        target: slug of the new question of the same kind; None: its answers are not moved.
        answers: every old answer as text -> `Target`; empty without a target.
    """

    source: str
    target: str | None
    answers: MappingOf[str, Target]


@dataclass(frozen=True, slots=True)
class Mapping:
    """The destination of every old question, and the source of the new questions that no old one becomes.

    Attributes:
        questions: one entry per old question, in the codebook's order.
        added: slug of each new question without an old one -> `ask` the annotators again, or `leave` it unanswered.
    """

    questions: tuple[QuestionMapping, ...]
    added: MappingOf[str, Treatment]

    def of(self, source: str) -> QuestionMapping:
        """Return the entry of an old question; raises `KeyError` if there is none."""
        return {each.source: each for each in self.questions}[source]

    def source_of(self, target: str) -> QuestionMapping | None:
        """Return the entry of the old question that becomes this new one; None if it is added."""
        return next((each for each in self.questions if each.target == target), None)


def completed(old: Codebook, new: Codebook, content: MappingOf[str, Any]) -> Mapping:
    """Return the mapping that a document describes, with everything it leaves out filled in.

    A question that the document leaves out becomes the new question with the same slug, an answer the answer with the
    same slug. A new question without an old one is left unanswered unless the document says `ask`.

    Args:
        old: the version that the answers were given under.
        new: the version they are moved to.
        content: `questions`: old slug -> `to` (a slug, or None) and `answers` (old answer -> `Target`); `added`: new
            slug -> treatment.

    Raises:
        MappingFault: lists every problem: `unknown_question`, `unknown_answer`, `given_twice` (two old questions
            become the same new one), `other_kind` (a task cannot become a link), `no_target` (an answer that the new
            version lacks and the document does not mention), `not_one_of`, `not_added`.
    """
    reader = _Reader(old, new)
    mapping = reader.mapping(content)
    if reader.problems:
        raise MappingFault(reader.problems)
    return mapping


def as_document(mapping: Mapping) -> dict[str, Any]:
    """Return the JSON form of a mapping, which is stored with its move."""
    return {
        "format": FORMAT,
        "questions": {
            each.source: {
                "to": each.target,
                "answers": {slug: list(to) if isinstance(to, tuple) else to for slug, to in each.answers.items()},
            }
            for each in mapping.questions
        },
        "added": dict(mapping.added),
    }


def from_document(document: MappingOf[str, Any]) -> Mapping:
    """Return the mapping of a document made by `as_document`.

    Raises:
        ValueError: the document has another format.
    """
    if document["format"] != FORMAT:
        raise ValueError(f"not a {FORMAT}: {document['format']}")
    return Mapping(
        questions=tuple(
            QuestionMapping(
                source,
                each["to"],
                {slug: tuple(to) if isinstance(to, list) else to for slug, to in each["answers"].items()},
            )
            for source, each in document["questions"].items()
        ),
        added=document["added"],
    )


def inverse(old: Codebook, new: Codebook, mapping: Mapping) -> Mapping:
    """Return the mapping back: what becomes of answers that were given under the new version.

    An answer that several old ones became is asked again; parts of a split answer become the whole.

    Args:
        old, new, mapping: as `completed` takes and returns them.
    """
    questions = []
    for question in new.questions:
        entry = mapping.source_of(question.slug)
        if entry is None:
            questions.append(QuestionMapping(question.slug, None, {}))
            continue
        back: dict[str, list[str]] = {slug: [] for slug in answer_slugs(question)}
        for slug, target in entry.answers.items():
            for each in (target,) if isinstance(target, str) else target or ():
                back[each].append(slug)
        answers: dict[str, Target] = {
            slug: from_[0] if len(from_) == 1 else tuple(from_) for slug, from_ in back.items()
        }
        questions.append(QuestionMapping(question.slug, entry.source, answers))
    gone = {each.slug for each in old.questions} - {each.target for each in questions}
    return Mapping(tuple(questions), dict.fromkeys(sorted(gone), "ask"))


class _Reader:
    def __init__(self, old: Codebook, new: Codebook) -> None:
        self.old = {each.slug: each for each in old.questions}
        self.new = {each.slug: each for each in new.questions}
        self.problems: list[Problem] = []

    def mapping(self, content: MappingOf[str, Any]) -> Mapping:
        given = content.get("questions") or {}
        for slug in given:
            if slug not in self.old:
                self.problems.append(Problem("unknown_question", f"questions.{slug}", slug))
        questions = tuple(self.question(each, given.get(slug) or {}) for slug, each in self.old.items())
        targets = [each.target for each in questions if each.target is not None]
        for slug in sorted({each for each in targets if targets.count(each) > 1}):
            self.problems.append(Problem("given_twice", "questions", slug))
        return Mapping(questions, self.added(content.get("added") or {}, set(targets)))

    def question(self, old: Task | Link, given: MappingOf[str, Any]) -> QuestionMapping:
        where = f"questions.{old.slug}"
        same = self.new.get(old.slug)
        default = old.slug if same is not None and type(same) is type(old) else None
        target = given.get("to", default)
        if target is None:
            return QuestionMapping(old.slug, None, {})
        new = self.new.get(target)
        if new is None:
            self.problems.append(Problem("unknown_question", f"{where}.to", str(target)))
            return QuestionMapping(old.slug, None, {})
        if type(new) is not type(old):
            self.problems.append(Problem("other_kind", f"{where}.to", str(target)))
            return QuestionMapping(old.slug, None, {})
        answers = given.get("answers") or {}
        known, possible = answer_slugs(old), set(answer_slugs(new))
        for slug in answers:
            if slug not in known:
                self.problems.append(Problem("unknown_answer", f"{where}.answers.{slug}", slug))
        return QuestionMapping(
            old.slug, target, {slug: self.target(f"{where}.answers.{slug}", slug, answers, possible) for slug in known}
        )

    def target(self, where: str, slug: str, answers: MappingOf[str, Any], possible: set[str]) -> Target:
        if slug not in answers:
            if slug not in possible:
                self.problems.append(Problem("no_target", where, slug))
            return slug
        target = answers[slug]
        if target is None:
            return None
        named = [target] if isinstance(target, str) else list(target)
        for each in named:
            if each not in possible:
                self.problems.append(Problem("unknown_answer", where, str(each)))
        return target if isinstance(target, str) else tuple(named)

    def added(self, given: MappingOf[str, Any], targets: set[str]) -> dict[str, Treatment]:
        for slug, treatment in given.items():
            if slug not in self.new or slug in targets:
                self.problems.append(Problem("not_added", f"added.{slug}", slug))
            elif treatment not in TREATMENTS:
                self.problems.append(Problem("not_one_of", f"added.{slug}", ", ".join(TREATMENTS)))
        return {slug: cast("Treatment", given.get(slug, "leave")) for slug in self.new if slug not in targets}
