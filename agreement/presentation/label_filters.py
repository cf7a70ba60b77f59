"""The filters of the label browser on its page: the form's choices, and a chip for each active filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreement.domain.labels.reader import Reader
from agreement.presentation.move_effect import OUTCOME, RESTORED
from agreement.presentation.settlement import source_name
from annotator.models import Batch, Flag
from corpus.models import AnswerMove, Corpus, Episode, Finding, Rater, Series, Speaker
from corpus.rules.codebook import Codebook, answer_slugs
from corpus.rules.label_selection import ANY, OF_RATER, WHOLE, Selection

MOST_OFFERED = 500  # names in a list; others can be typed

NAMES: dict[str, Any] = {
    "text": _("Text"),
    "series": _("Series"),
    "episode": _("Episode"),
    "speaker": _("Speaker"),
    "gender": _("Gender"),
    "age": _("Age"),
    "dialogue": _("Dialogue"),
    "rater": _("Rater"),
    "kind": _("Raters"),
    "answer": _("Answer"),
    "of": _("Whose answers"),
    "no_answer": _("Without an answer"),
    "differs": _("Different answers"),
    "differing": _("Questions with different answers, at least"),
    "consensus": _("Majority"),
    "answered": _("Answered question"),
    "majority": _("Settled by the majority"),
    "origin": _("Origin of the label"),
    "answers_min": _("Raters, at least"),
    "answers_max": _("Raters, at most"),
    "version": _("Answers"),
    "corrected": _("Corrected after submission"),
    "flag": _("Flag"),
    "batch": _("Batch"),
    "from": _("Answered from"),
    "to": _("Answered until"),
    "split": _("Split of the source"),
    "release_split": _("Split of a release"),
    "finding": _("Finding"),
    "decision": _("Decision"),
    "case": _("Adjudication"),
    "again": _("Answered again"),
    "ruling": _("Ruling"),
    "move": _("Move of answers"),
    "state": _("Dialogues"),
}
WORDS: dict[str, dict[str, Any]] = {
    "of": {"any": _("of any rater"), "every": _("of every rater"), "label": _("of the label")},
    "kind": {"members": _("members"), "sources": _("sources")},
    "version": {"current": _("present ones"), "first": _("those submitted first")},
    "corrected": {"yes": _("yes")},
    "split": {"train": "train", "dev": "dev", "test": "test", "none": _("none")},
    "state": {"ready": _("ready"), "excluded": _("excluded"), "all": _("all")},
    "flag": {"any": _("any flag"), "open": _("open flags"), **dict(Flag.Reason.choices)},
    "decision": {
        "decided": _("decided"),
        "undecided": _("not decided"),
        "review": _("review again"),
        "undecidable": _("cannot be decided"),
        "discussion": _("needs discussion"),
        "disputed": _("decided differently by two"),
    },
    "case": {
        "taken": _("decided as one annotator"),
        "mixed": _("decided with other answers"),
        "accepted_unanimous": _("accepted: unanimous"),
        "accepted_majority": _("accepted: majority"),
        "acceptable_unanimous": _("could be accepted: unanimous"),
        "acceptable_majority": _("could be accepted: majority"),
        "held_back_unanimous": _("unanimous, with a flag or a finding"),
        "held_back_majority": _("majority, with a flag or a finding"),
        "decided_unanimous": _("unanimous, decided"),
        "decided_majority": _("majority, decided"),
        "audited": _("audited"),
        "audited_unanimous": _("audited: unanimous"),
        "audited_majority": _("audited: majority"),
        "double": _("decided by two before they saw answers"),
        "feedback_before": _("comparable, before their annotator saw feedback"),
        "feedback_before_same": _("answered as decided, before their annotator saw feedback"),
        "feedback_after": _("comparable, after their annotator saw feedback"),
        "feedback_after_same": _("answered as decided, after their annotator saw feedback"),
    },
    "move": {**OUTCOME, **RESTORED},
    "again": {"retest": _("in a retest"), "ruling": _("because of a ruling")},
    "no_answer": {
        "cannot_judge": _("cannot judge"),
        "not_applicable": _("not applicable"),
        "unanswered": _("unanswered"),
        "incomparable": _("asked differently"),
    },
    "consensus": {
        "unanimous": _("all agree"),
        "majority": _("majority"),
        "tie": _("tie"),
        "single": _("one answer"),
        "none": _("no answer"),
    },
}
FIELDS = (
    "text", "answer", "of", "differs", "consensus", "series", "episode", "speaker", "gender", "age", "dialogue",
    "rater", "flag", "batch", "from", "to", "split", "finding", "decision", "state",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter: its name, its value, and the query string without it."""

    name: str
    value: str
    rest: str


def chips(selection: Selection, corpus: Corpus, language: str) -> list[Chip]:
    """Return a chip for each filter of a selection."""
    codebook = corpus.codebook.rules() if corpus.codebook else None
    return [
        Chip(_name(name), _value(name, value, corpus, codebook, language), selection.without(name, value).query())
        for name, value in selection.pairs()
        if name != "of" or selection.answer
    ]


def _name(name: str) -> str:
    if name.startswith(OF_RATER):
        return gettext("Answer of %(rater)s") % {"rater": name.removeprefix(OF_RATER)}
    return str(NAMES[name])


def _value(name: str, value: str, corpus: Corpus, codebook: Codebook | None, language: str) -> str:
    if name in {"no_answer", "consensus"}:
        question, _colon, word = value.rpartition(":")
        return f"{_question(codebook, question, language)}: {WORDS[name][word]}"
    if name in WHOLE:
        question, _colon, word = value.rpartition(":")
        about = _question(codebook, question, language) if question else gettext("the whole utterance")
        return f"{about}: {source_name(word)}"
    if name in {"differs", "answered"}:
        return gettext("any question") if value == ANY else _question(codebook, value, language)
    if name in {"batch", "move"}:
        return _of_id(name, value, corpus)
    if name == "finding":
        return gettext("any finding") if value == ANY else value
    return str(WORDS.get(name, {}).get(value, value))


def _of_id(name: str, value: str, corpus: Corpus) -> str:
    """Return the value of a filter that names a batch or a move by its id; the value as it is if there is none."""
    key, _colon, word = value.partition(":")
    if not _is_id(key):
        return value
    if name == "batch":
        batch = Batch.objects.filter(corpus=corpus, public_id=key).first()
        return _batch(batch) if batch else value
    move = AnswerMove.objects.select_related("old", "new").filter(corpus=corpus, public_id=key).first()
    return f"{move}: {WORDS[name].get(word, word)}" if move else value


def _question(codebook: Codebook | None, slug: str, language: str) -> str:
    return codebook.text(slug, language).name if codebook else slug


def _batch(batch: Batch) -> str:
    return gettext("Automatic batch") if batch.is_automatic else batch.name


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def form_of(selection: Selection, corpus: Corpus, reader: Reader, language: str) -> dict[str, Any]:
    """Return what the form shows: present values, what each list offers, and parameters that it has no field for."""
    given: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for name, value in selection.pairs():
        if name in FIELDS and name not in given:
            given[name] = value
        else:
            others.append((name, value))
    codebook = corpus.codebook.rules() if corpus.codebook else None
    asked = codebook.questions if codebook else []
    questions = [(each.slug, _question(codebook, each.slug, language)) for each in asked]
    raters = Rater.objects.filter(corpus=corpus).exclude(kind=Rater.Kind.MODEL)
    agreements = WORDS["consensus"].items()
    series = Series.objects.filter(corpus=corpus).order_by("name")
    own_findings = Finding.objects.filter(corpus=corpus, gone_at__isnull=True)
    return {
        "given": given,
        "others": others,
        "questions": questions,
        "conditions": _conditions(codebook),
        "series": list(series.values_list("name", flat=True)[:MOST_OFFERED]),
        "episodes": _offered(Episode.objects.filter(series__corpus=corpus), "title"),
        "speakers": _offered(Speaker.objects.filter(series__corpus=corpus), "name"),
        "genders": _offered(Speaker.objects.filter(series__corpus=corpus).exclude(gender=""), "gender"),
        "ages": _offered(Speaker.objects.filter(series__corpus=corpus).exclude(age_group=""), "age_group"),
        "raters": _offered(raters, "slug") if reader.sees_raters else [],
        "batches": [(str(each.public_id), _batch(each)) for each in Batch.objects.filter(corpus=corpus).order_by("pk")],
        "findings": sorted(set(own_findings.values_list("kind", flat=True))),
        "consensus": [(f"{slug}:{word}", f"{name}: {text}") for slug, name in questions for word, text in agreements],
        "words": {name: list(words.items()) for name, words in WORDS.items()},
        "more": any(name in given for name in FIELDS[4:]),
    }


def _offered(rows: Any, column: str) -> list[str]:
    return list(rows.order_by(column).values_list(column, flat=True).distinct()[:MOST_OFFERED])


def _conditions(codebook: Codebook | None) -> list[str]:
    """Return a comparison for each possible answer, to be chosen while typing."""
    questions = codebook.questions if codebook else []
    return [f"{each.slug} == {answer}" for each in questions for answer in answer_slugs(each)]
