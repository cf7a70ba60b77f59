"""A mapping as YAML: the file that the command reads and writes."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Any

from corpus.rules.codebook import Codebook, answer_slugs
from corpus.rules.codebook.strict_yaml import Yaml
from corpus.rules.moves.mapping import Mapping, MappingFault, Target, completed
from corpus.rules.moves.proposal import Proposal

EMPTY = ("", "null", "~")


def read_mapping(text: str, old: Codebook, new: Codebook) -> Mapping:
    """Return the mapping of a YAML text; docs/moving-answers.md describes the format.

    Raises:
        MappingFault: with every problem found.
    """
    yaml = Yaml(text)
    content = yaml.mapping(yaml.content or {}, "", ("questions", "added"))
    questions = {
        slug: _question(yaml, slug, each)
        for slug, each in yaml.mapping(content.get("questions", {}) or {}, "questions").items()
    }
    added = yaml.mapping(content.get("added", {}) or {}, "added")
    if yaml.problems:
        raise MappingFault(yaml.listed_problems())
    return completed(old, new, {"questions": questions, "added": added})


def as_yaml(proposal: Proposal, new: Codebook) -> str:
    """Return a mapping as YAML with a comment at each guess; entries that equal slugs settle are left out."""
    lines = ["# Check each line marked “proposed”. Questions and answers that are not listed keep their names.", "#"]
    lines += [
        "# mocking: sneering           the answer becomes this one",
        "# mocking: [teasing, sneering]   it is asked again, with the old answer shown",
        "# mocking: null               the question is left without an answer",
        "questions:",
    ]
    known = {each.slug: set(answer_slugs(each)) for each in new.questions}
    for entry in proposal.mapping.questions:
        reason = proposal.guesses.get((entry.source, ""))
        open_answers = [
            (slug, target)
            for slug, target in entry.answers.items()
            if target != slug or slug not in known[entry.target or ""]
        ]
        if entry.target == entry.source and not open_answers and reason is None:
            continue
        lines.append(f"  {entry.source}:")
        if entry.target != entry.source or reason:
            lines.append(f"    to: {entry.target or 'null'}{_remark(reason)}")
        if open_answers:
            lines.append("    answers:")
        for slug, target in open_answers:
            remark = _remark(proposal.guesses.get((entry.source, slug)))
            lines.append(f"      {slug}: {_text(target)}{remark}")
    if lines[-1] == "questions:":
        lines[-1] = "questions: {}"
    if proposal.mapping.added:
        lines.append("added:   # ask: the annotators answer the new question; leave: earlier answers lack it")
        lines += [f"  {slug}: {treatment}" for slug, treatment in proposal.mapping.added.items()]
    return "\n".join(lines) + "\n"


def _question(yaml: Yaml, slug: str, value: Any) -> dict[str, Any]:
    where = f"questions.{slug}"
    content = yaml.mapping(value, where, ("to", "answers"))
    read: dict[str, Any] = {}
    if "to" in content:
        read["to"] = None if content["to"] in EMPTY else content["to"]
    answers: MappingOf[str, Any] = yaml.mapping(content.get("answers", {}) or {}, f"{where}.answers")
    read["answers"] = {answer: _target(yaml, f"{where}.answers.{answer}", each) for answer, each in answers.items()}
    return read


def _target(yaml: Yaml, where: str, value: Any) -> Target:
    if isinstance(value, dict) or (isinstance(value, list) and not all(isinstance(each, str) for each in value)):
        yaml.problem("not_a_target", where)
        return None
    if isinstance(value, list):
        return tuple(value)
    return None if value in EMPTY else str(value)


def _text(target: Target) -> str:
    if target is None:
        return "null"
    return target if isinstance(target, str) else f"[{', '.join(target)}]"


def _remark(reason: str | None) -> str:
    texts = {
        "text": "similar text",
        "key": "same key",
        "place": "same place",
        "rest": "the remaining answer",
        "asks_differently": "the question is asked differently",
        "none": "nothing similar",
    }
    return f"   # proposed: {texts[reason]}" if reason else ""
