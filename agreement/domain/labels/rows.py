"""Rows of the label browser: utterances with everyone's answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from agreement.domain.labels.reader import Reader
from agreement.judgements.comparability import comparable
from agreement.label_index.reading import KINDS
from agreement.models import Decision, Outcome
from annotator.models import Assignment, Flag
from corpus.models import Annotation, CodebookVersion, Corpus, Purpose, Rater, Utterance
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE

STATES = (CANNOT_JUDGE, NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Profile:
    """One rater's answers to an utterance.

    Attributes:
        name: of the rater, for the reader.
        answers: question slug -> answer; of the questions of the codebook in use.
        person: name of a member, for readers who may know it.
        kind: of the rater.
        version: number of the codebook version it was given under.
        incomparable: questions that this version asks differently.
        corrected: questions whose answer was changed after the dialogue was handed in.
        when: the time of the present answers, or the start of its day for readers who see no times.
    """

    name: str
    answers: dict[str, Any]
    person: str
    kind: str
    version: int
    incomparable: frozenset[str]
    corrected: frozenset[str]
    when: datetime


@dataclass(slots=True)
class Row:
    """An utterance with its answers.

    Attributes:
        utterance: with dialogue, series, episode and speaker.
        profiles: in the order to show them.
        differing: questions with different answers.
        in_progress: number of raters who have not handed the dialogue in; their answers are not shown.
        flags: those that are not withdrawn.
        decision: None without one, or after it was undone.
    """

    utterance: Utterance
    profiles: list[Profile]
    differing: frozenset[str]
    in_progress: int = 0
    flags: list[Flag] = field(default_factory=list)
    decision: Decision | None = None


def rows_of(corpus: Corpus, keys: Sequence[int], reader: Reader) -> list[Row]:
    """Return the rows of some utterances, by primary key, in this order; those that are gone are left out."""
    found = Utterance.objects.filter(pk__in=keys, dialogue__corpus=corpus)
    found = found.select_related("dialogue__series", "dialogue__episode__playable", "speaker")
    by_key = {utterance.pk: utterance for utterance in found}
    annotations = _annotations(corpus, keys)
    decisions = _decisions(corpus, keys)
    unfinished = _unfinished(by_key.values())
    flags: dict[int, list[Flag]] = {}
    for flag in Flag.objects.filter(utterance__in=keys).exclude(state=Flag.State.WITHDRAWN).order_by("pk"):
        flags.setdefault(flag.utterance_id, []).append(flag)
    rows = []
    for key in keys:
        if utterance := by_key.get(key):
            given, held = annotations.get(key, []), unfinished.get(utterance.dialogue_id, set())
            row = _row(corpus, utterance, [each for each in given if each.rater_id not in held], reader)
            row.flags, row.decision = flags.get(key, []), decisions.get(key)
            row.in_progress = len(given) - len(row.profiles)
            rows.append(row)
    return rows


def _annotations(corpus: Corpus, keys: Sequence[int]) -> dict[int, list[Annotation]]:
    """Return utterance -> annotations, with raters and codebook versions that are read once each."""
    found = list(Annotation.objects.filter(utterance__in=keys, purpose=Purpose.MAIN, answers__isnull=False))
    raters = Rater.objects.filter(kind__in=KINDS).select_related("membership__user")
    by_key = raters.in_bulk({annotation.rater_id for annotation in found})
    versions = versions_of(corpus, {annotation.codebook_id for annotation in found})
    of_utterance: dict[int, list[Annotation]] = {}
    for annotation in found:
        if annotation.rater_id in by_key:
            annotation.rater, annotation.codebook = by_key[annotation.rater_id], versions[annotation.codebook_id]
            of_utterance.setdefault(annotation.utterance_id, []).append(annotation)
    return of_utterance


def _decisions(corpus: Corpus, keys: Sequence[int]) -> dict[int, Decision]:
    """Return utterance -> decision, without those that were undone."""
    found = list(Decision.objects.filter(utterance__in=keys).exclude(outcome=Outcome.NONE))
    versions = versions_of(corpus, {decision.codebook_id for decision in found})
    for decision in found:
        decision.codebook = versions[decision.codebook_id]
    return {decision.utterance_id: decision for decision in found}


def versions_of(corpus: Corpus, wanted: set[int]) -> dict[int, CodebookVersion]:
    """Return codebook versions of a corpus by primary key; read with each annotation, they cost more than all else.

    The version in use is the instance that the corpus has.
    """
    known = {corpus.codebook.pk: corpus.codebook} if corpus.codebook else {}
    others = wanted - known.keys()
    return known | CodebookVersion.objects.filter(corpus=corpus).defer("source").in_bulk(others) if others else known


def _unfinished(utterances: Iterable[Utterance]) -> dict[int, set[int]]:
    """Return dialogue -> raters who have not handed it in."""
    dialogues = {utterance.dialogue_id for utterance in utterances}
    rows = Assignment.objects.filter(dialogue__in=dialogues, purpose=Purpose.MAIN).exclude(state=Assignment.State.DONE)
    found: dict[int, set[int]] = {}
    for dialogue, rater in rows.values_list("dialogue_id", "rater_id"):
        found.setdefault(dialogue, set()).add(rater)
    return found


def _row(corpus: Corpus, utterance: Utterance, annotations: Sequence[Annotation], reader: Reader) -> Row:
    by_rater = {each.rater_id: each for each in annotations}
    names = reader.names(utterance.public_id, [each.rater for each in annotations])
    profiles = [_profile(corpus, by_rater[key], name, reader) for key, name in names.items()]
    return Row(utterance, profiles, frozenset(_differing(corpus, profiles)))


def _profile(corpus: Corpus, annotation: Annotation, name: str, reader: Reader) -> Profile:
    assert corpus.codebook is not None  # noqa: S101 -- it has an index
    rules, given = corpus.codebook.rules(), annotation.answers or {}
    is_other = annotation.codebook_id != corpus.codebook_id
    alike = comparable(rules, annotation.codebook.rules()) if is_other else None
    slugs = [question.slug for question in rules.questions]
    user = annotation.rater.membership.user if annotation.rater.membership else None
    return Profile(
        name=name,
        answers={slug: given[slug] for slug in slugs if slug in given},
        person=str(user) if user and reader.sees_raters else "",
        kind=annotation.rater.kind,
        version=annotation.codebook.version,
        incomparable=frozenset() if alike is None else frozenset(slug for slug in slugs if slug not in alike),
        corrected=frozenset(_corrected(annotation)),
        when=shown_time(annotation.updated_at, reader),
    )


def _corrected(annotation: Annotation) -> Iterable[str]:
    if annotation.first_codes is None or annotation.codes is None:
        return []
    layout = annotation.codebook.layout()
    if len(annotation.first_codes) != len(annotation.codes):
        return [column.slug for column in layout.columns]
    first, now = layout.decode(bytes(annotation.first_codes)), layout.decode(bytes(annotation.codes))
    return [column.slug for column in layout.columns if first.get(column.slug) != now.get(column.slug)]


def _differing(corpus: Corpus, profiles: Sequence[Profile]) -> Iterable[str]:
    assert corpus.codebook is not None  # noqa: S101 -- it has an index
    for question in corpus.codebook.rules().questions:
        slug = question.slug
        given = [each.answers[slug] for each in profiles if slug in each.answers and slug not in each.incomparable]
        counted = [answer for answer in given if answer not in STATES]
        if any(answer != counted[0] for answer in counted):
            yield slug


def shown_time(moment: datetime, reader: Reader) -> datetime:
    """Return a time as the reader may see it: the start of its day for readers who must not tell raters apart."""
    local = timezone.localtime(moment)
    return local if reader.sees_raters else local.replace(hour=0, minute=0, second=0, microsecond=0)
