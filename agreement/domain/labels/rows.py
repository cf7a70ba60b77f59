"""Rows of the label browser: utterances with everyone's answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from agreement.domain.labels.reader import Reader
from agreement.judgements.comparability import comparable
from agreement.label_index.reading import KINDS
from annotator.models import Assignment, Flag
from corpus.models import Annotation, Corpus, Purpose, Utterance
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


@dataclass(frozen=True, slots=True)
class Row:
    """An utterance with its answers.

    Attributes:
        utterance: with dialogue, series, episode and speaker.
        profiles: in the order to show them.
        differing: questions with different answers.
        in_progress: number of raters who have not handed the dialogue in; their answers are not shown.
        flags: those that are not withdrawn.
    """

    utterance: Utterance
    profiles: list[Profile]
    differing: frozenset[str]
    in_progress: int
    flags: list[Flag]


def rows_of(corpus: Corpus, keys: Sequence[int], reader: Reader) -> list[Row]:
    """Return the rows of some utterances, by primary key, in this order; those that are gone are left out."""
    annotations = Annotation.objects.filter(purpose=Purpose.MAIN, answers__isnull=False, rater__kind__in=KINDS)
    annotations = annotations.select_related("rater__membership__user", "codebook").defer("codebook__source")
    found = (
        Utterance.objects.filter(pk__in=keys, dialogue__corpus=corpus)
        .select_related("dialogue__series", "dialogue__episode__playable", "speaker")
        .prefetch_related(
            Prefetch("annotations", annotations, to_attr="main_annotations"),
            Prefetch("flags", Flag.objects.exclude(state=Flag.State.WITHDRAWN).order_by("pk"), to_attr="shown_flags"),
        )
    )
    by_key = {utterance.pk: utterance for utterance in found}
    unfinished = _unfinished(by_key.values())
    present = [by_key[key] for key in keys if key in by_key]
    return [_row(corpus, each, unfinished.get(each.dialogue_id, set()), reader) for each in present]


def _unfinished(utterances: Iterable[Utterance]) -> dict[int, set[int]]:
    """Return dialogue -> raters who have not handed it in."""
    dialogues = {utterance.dialogue_id for utterance in utterances}
    rows = Assignment.objects.filter(dialogue__in=dialogues, purpose=Purpose.MAIN).exclude(state=Assignment.State.DONE)
    found: dict[int, set[int]] = {}
    for dialogue, rater in rows.values_list("dialogue_id", "rater_id"):
        found.setdefault(dialogue, set()).add(rater)
    return found


def _row(corpus: Corpus, utterance: Utterance, unfinished: set[int], reader: Reader) -> Row:
    annotations: list[Annotation] = utterance.main_annotations  # type: ignore[attr-defined]
    shown = {each.rater_id: each for each in annotations if each.rater_id not in unfinished}
    names = reader.names(utterance.public_id, [each.rater for each in shown.values()])
    profiles = [_profile(corpus, shown[key], name, reader) for key, name in names.items()]
    return Row(
        utterance=utterance,
        profiles=profiles,
        differing=frozenset(_differing(corpus, profiles)),
        in_progress=len(annotations) - len(shown),
        flags=utterance.shown_flags,  # type: ignore[attr-defined]
    )


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
