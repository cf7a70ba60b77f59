"""A proposed mapping of two codebook versions: equal slugs are certain, everything else is a guess to be checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from corpus.rules.codebook import Codebook, Link, Task, answer_slugs
from corpus.rules.moves.mapping import Mapping, QuestionMapping, Target

Reason = Literal["text", "key", "place", "rest", "asks_differently", "none"]
SIMILAR = 0.6  # of two names, from 0 to 1


@dataclass(frozen=True, slots=True)
class Proposal:
    """A complete mapping with the guesses in it.

    Attributes:
        mapping: to be checked by a person wherever it is a guess.
        guesses: (old question, old answer; "" for the question itself) -> the reason: the `text` is similar, the `key`
            or the `place` is the same, it is the `rest` after all others, the question `asks_differently`, or there is
            `none`, and it is asked again.
    """

    mapping: Mapping
    guesses: dict[tuple[str, str], Reason]


def propose(old: Codebook, new: Codebook) -> Proposal:
    """Return a mapping of all questions and answers; every entry that equal slugs do not settle is a guess."""
    guesses: dict[tuple[str, str], Reason] = {}
    targets: dict[str, str | None] = {}
    for kind in (Task, Link):
        mine = [each for each in old.questions if isinstance(each, kind)]
        theirs = [each for each in new.questions if isinstance(each, kind)]
        targets |= _pair_questions(old, new, mine, theirs, guesses)
    new_questions = {each.slug: each for each in new.questions}
    questions = []
    for question in old.questions:
        target = targets[question.slug]
        found = new_questions[target] if target is not None else None
        if found is not None and _asks_differently(question, found):
            guesses[question.slug, ""] = "asks_differently"
        answers = {} if found is None else _answers(old, new, question, found, guesses)
        questions.append(QuestionMapping(question.slug, target, answers))
    taken = {each.target for each in questions}
    mapping = Mapping(tuple(questions), {slug: "leave" for slug in new_questions if slug not in taken})
    return Proposal(mapping, guesses)


def _asks_differently(old: Task | Link, new: Task | Link) -> bool:
    """Return whether the answers may have another meaning although their names are the same."""
    if isinstance(old, Task) and isinstance(new, Task):
        return old.perspective != new.perspective
    return isinstance(old, Link) and isinstance(new, Link) and (old.source, old.target) != (new.source, new.target)


def _pair_questions(
    old: Codebook,
    new: Codebook,
    mine: Sequence[Task | Link],
    theirs: Sequence[Task | Link],
    guesses: dict[tuple[str, str], Reason],
) -> dict[str, str | None]:
    same = {each.slug for each in mine} & {each.slug for each in theirs}
    targets: dict[str, str | None] = {slug: slug for slug in same}
    left = [each for each in theirs if each.slug not in same]
    for question in mine:
        if question.slug in same:
            continue
        best = max(left, key=lambda each: _question_score(old, new, question, each), default=None)
        if best is None or _question_score(old, new, question, best) < SIMILAR:
            targets[question.slug] = None
            guesses[question.slug, ""] = "none"
            continue
        left.remove(best)
        targets[question.slug] = best.slug
        guesses[question.slug, ""] = "text"
    return targets


def _question_score(old: Codebook, new: Codebook, one: Task | Link, other: Task | Link) -> float:
    """Return how alike two questions are: the larger of the likeness of their names and of their answers."""
    mine, theirs = set(answer_slugs(one)), set(answer_slugs(other))
    if isinstance(one, Link) and isinstance(other, Link):
        return 1.0 if (one.source, one.target) == (other.source, other.target) else 0.0
    return max(_likeness(old, new, one.slug, other.slug), len(mine & theirs) / len(mine | theirs))


def _likeness(old: Codebook, new: Codebook, path: str, other: str) -> float:
    """Return the likeness of two texts in the language in which they are most alike, from 0 to 1."""
    languages = {*old.texts, *new.texts} or {"en"}
    pairs = [(path.rpartition(".")[2], other.rpartition(".")[2])]
    pairs += [(old.text(path, each).name, new.text(other, each).name) for each in sorted(languages)]
    return max(SequenceMatcher(None, one.casefold(), two.casefold()).ratio() for one, two in pairs)


def _answers(
    old: Codebook, new: Codebook, one: Task | Link, other: Task | Link, guesses: dict[tuple[str, str], Reason]
) -> dict[str, Target]:
    mine, theirs = answer_slugs(one), answer_slugs(other)
    targets: dict[str, Target] = {slug: slug for slug in mine if slug in theirs}
    gone = [slug for slug in mine if slug not in theirs]
    fresh = [slug for slug in theirs if slug not in mine]
    paired = _pair(old, new, one, other)
    rest = [slug for slug in fresh if slug not in {target for target, _ in paired.values()}]
    for slug in gone:
        reason: Reason
        if slug in paired:
            target, reason = paired[slug]
            targets[slug] = (target, *rest) if rest and len(gone) == 1 and reason != "text" else target
        elif fresh:  # fewer new answers than old ones: two old ones became one
            targets[slug], reason = fresh[-1] if len(fresh) == 1 else tuple(fresh), "rest"
        else:
            targets[slug], reason = (), "none"
        guesses[one.slug, slug] = reason
    return {slug: targets[slug] for slug in mine}


def _pair(old: Codebook, new: Codebook, one: Task | Link, other: Task | Link) -> dict[str, tuple[str, Reason]]:
    """Pair removed answers with new ones: by their texts first, then by their keys, then by their places."""
    places, theirs = answer_slugs(one), answer_slugs(other)
    gone, fresh = [slug for slug in places if slug not in theirs], [slug for slug in theirs if slug not in places]
    paired: dict[str, tuple[str, Reason]] = {}
    left = list(fresh)

    def take(pairs: Iterable[tuple[str, str]], reason: Reason) -> None:
        for slug, target in pairs:
            if slug not in paired and target in left:
                paired[slug] = (target, reason)
                left.remove(target)

    scores = {
        (slug, target): _likeness(old, new, f"{one.slug}.{slug}", f"{other.slug}.{target}")
        for slug in gone
        for target in fresh
    }
    alike = sorted((pair for pair in scores if scores[pair] >= SIMILAR), key=lambda pair: (-scores[pair], pair))
    take(alike, "text")
    keys, new_keys = _keys(one), {key: slug for slug, key in _keys(other).items() if key}
    take(((slug, new_keys[keys[slug]]) for slug in gone if keys.get(slug) in new_keys), "key")
    take(((slug, theirs[places.index(slug)]) for slug in gone if places.index(slug) < len(theirs)), "place")
    return paired


def _keys(question: Task | Link) -> dict[str, str]:
    if isinstance(question, Task):
        return {choice.slug: choice.key for choice in question.choices}
    return dict(zip(answer_slugs(question), question.keys, strict=False))
