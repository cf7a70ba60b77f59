"""The changes between two codebook versions, as a mapping explains them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from corpus.rules.codebook import Codebook, Link, Task, answer_slugs
from corpus.rules.moves.mapping import Mapping, QuestionMapping


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a question, as a code and its parameters; the sentence is made where it is read.

    Attributes:
        code: `question_added`, `question_removed`, `question_renamed`; `renamed` (an answer), `merged`, `split`,
            `removed` (asked again or left out), `added` (answers that nothing becomes), `order`; `scale`,
            `perspective`, `many`, `ends`, `condition`.
        question: slug of the new question; of a removed question, the old one.
        old_question: slug of the old question; of an added question, empty.
        before: old names.
        after: new names.
    """

    code: str
    question: str
    old_question: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def compare(old: Codebook, new: Codebook, mapping: Mapping) -> list[Change]:
    """Return all changes: those of each new question in the codebook's order, then the removed questions.

    Keys, texts, defaults and the policy change no answers and are not listed.
    """
    before = {each.slug: each for each in old.questions}
    changes: list[Change] = []
    for question in new.questions:
        entry = mapping.source_of(question.slug)
        if entry is None:
            changes.append(Change("question_added", question.slug))
            continue
        if entry.source != question.slug:
            changes.append(Change("question_renamed", question.slug, entry.source, (entry.source,), (question.slug,)))
        changes += _answers(before[entry.source], question, entry)
        changes += _properties(before[entry.source], question, mapping)
    changes += [
        Change("question_removed", each.source, each.source, (each.source,))
        for each in mapping.questions
        if not each.target
    ]
    return changes


def _answers(old: Task | Link, new: Task | Link, entry: QuestionMapping) -> list[Change]:
    slug, found = new.slug, []
    became: dict[str, list[str]] = defaultdict(list)
    named: set[str] = set()
    for answer, target in entry.answers.items():
        if isinstance(target, str):
            became[target].append(answer)
            named.add(target)
        elif target:
            found.append(Change("split", slug, entry.source, (answer,), target))
            named.update(target)
        else:
            found.append(Change("removed", slug, entry.source, (answer,)))
    for target, sources in became.items():
        if len(sources) > 1:
            found.append(Change("merged", slug, entry.source, tuple(sources), (target,)))
        elif sources[0] != target:
            found.append(Change("renamed", slug, entry.source, (sources[0],), (target,)))
    added = tuple(each for each in answer_slugs(new) if each not in named)
    if added:
        found.append(Change("added", slug, entry.source, (), added))
    moved = [target for target in (entry.answers[each] for each in answer_slugs(old)) if isinstance(target, str)]
    in_order = list(dict.fromkeys(moved))
    if in_order != [each for each in answer_slugs(new) if each in became]:
        found.append(Change("order", slug, entry.source, answer_slugs(old), answer_slugs(new)))
    return found


def _properties(old: Task | Link, new: Task | Link, mapping: Mapping) -> list[Change]:
    if isinstance(old, Task) and isinstance(new, Task):
        names = ("scale", "perspective", "many")
        return [
            Change(name, new.slug, old.slug, (str(getattr(old, name)),), (str(getattr(new, name)),))
            for name in names
            if getattr(old, name) != getattr(new, name)
        ]
    if not isinstance(old, Link) or not isinstance(new, Link):
        return []
    found = []
    ends = tuple(mapping.of(slug).target or slug for slug in (old.source, old.target))
    if ends != (new.source, new.target):
        found.append(Change("ends", new.slug, old.slug, (old.source, old.target), (new.source, new.target)))
    if old.asked_when != new.asked_when:
        found.append(Change("condition", new.slug, old.slug, (old.asked_when,), (new.asked_when,)))
    return found
