"""The manager's page for the accepted answers of a dialogue and their reasons."""

import json
import re
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotator.access import shows_answers
from annotator.domain.calibration import answer_sets
from annotator.domain.calibration.answer_names import Namer
from annotator.models import AnswerSet
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Dialogue, Membership, Utterance
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook, Link, Task, answer_slugs


def _one_dialogue(corpus: Corpus, public_id: uuid.UUID) -> QuerySet[Dialogue]:
    return Dialogue.objects.filter(corpus=corpus, public_id=public_id)


ROW = re.compile(r"(.+)\.([0-9]{1,6})")  # the name of a row of checkboxes: the field of its question, its number


@require_http_methods(["GET", "POST"])
@corpus_view(Membership.Role.MANAGER)
@shows_answers(_one_dialogue)
def edit(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show the accepted answers of a dialogue; a POST saves them."""
    dialogue = get_object_or_404(
        Dialogue.objects.select_related("calibration"),
        public_id=public_id,
        corpus=corpus,
        state=Dialogue.State.READY,
    )
    utterances = list(dialogue.utterances.select_related("speaker", "dialogue__corpus__codebook").order_by("order"))
    if corpus.codebook is None:
        messages.error(request, str(Refused("annotator.no_codebook")))
        return redirect("annotator:calibration", corpus.slug)
    rules = corpus.codebook.rules()
    if request.method == "POST":
        try:
            answer_sets.write_all_answers(answers=_typed(request, rules, utterances), author=membership.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Saved. These answers apply to all dialogues submitted from now on."))
            return redirect("annotator:calibration_answers", corpus.slug, dialogue.public_id)
    newest = answer_sets.newest(dialogue.utterances.all())
    namer = Namer(rules, get_language() or "en")
    context = {
        "corpus": corpus,
        "membership": membership,
        "dialogue": dialogue,
        "used": getattr(dialogue, "calibration", None),
        "has_sets": any(task.many for task in rules.tasks),
        "rows": [
            (each, newest.get(each.pk), _questions(rules, namer, each, newest.get(each.pk))) for each in utterances
        ],
    }
    return render(request, "annotator/calibration/answers.html", context)


def _questions(rules: Codebook, namer: Namer, utterance: Utterance, answers: AnswerSet | None) -> list[dict[str, Any]]:
    """Return name, options, sets of choices and reason of each question for the form.

    A task with several choices has a row of checkboxes for each acceptable set, and an empty row for one more.
    """
    rows = []
    for question in rules.questions:
        accepted = answers.acceptable.get(question.slug, []) if answers else []
        field = f"{utterance.public_id}.{question.slug}"
        sets = _sets(question, accepted)
        values = _values(rules, question)
        values += [value for value in accepted if value not in [*values, *sets]]
        rows.append(
            {
                "name": namer.question(question.slug),
                "field": field,
                "sets": [
                    (f"{field}.{place}", _checkboxes(question, namer, chosen))
                    for place, chosen in enumerate(sets, start=1)
                ],
                "reason": answers.reasons.get(question.slug, "") if answers else "",
                "options": [(json.dumps(each), namer.answer(question.slug, each), each in accepted) for each in values],
            }
        )
    return rows


def _sets(question: Task | Link, accepted: list[Any]) -> list[list[str]]:
    """Return the sets of choices of a task's rows: the accepted ones and an empty one; none for other questions."""
    if isinstance(question, Link) or not question.many:
        return []
    return [*(each for each in accepted if isinstance(each, list)), []]


def _checkboxes(question: Task | Link, namer: Namer, chosen: list[str]) -> list[tuple[str, str, bool]]:
    """Return slug and name of each choice of a row, and whether it is chosen; choices of earlier versions come last."""
    choices = answer_slugs(question)
    slugs = [*choices, *(slug for slug in chosen if slug not in choices)]
    return [(slug, namer.answer(question.slug, slug), slug in chosen) for slug in slugs]


def _values(rules: Codebook, question: Task | Link) -> list[Any]:
    """Return the possible answers to a question other than sets of choices."""
    if isinstance(question, Link):
        return [NOT_APPLICABLE, *question.values]
    values: list[Any] = [] if question.many else [*question.slugs()]
    return [*values, CANNOT_JUDGE] if rules.policy.cannot_judge == "per-task" else values


def _typed(request: HttpRequest, rules: Codebook, utterances: list[Utterance]) -> list[answer_sets.TypedAnswers]:
    """Return the answers and reasons of the submitted form."""
    slugs, sets = [question.slug for question in rules.questions], _selected_sets(request)

    def accepted(field: str, slug: str) -> list[Any]:
        return [*sets.get(field, ()), *_parsed(request.POST.getlist(field), slug)]

    return [
        answer_sets.TypedAnswers(
            utterance=utterance,
            acceptable={slug: accepted(f"{utterance.public_id}.{slug}", slug) for slug in slugs},
            reasons={slug: request.POST.get(f"{utterance.public_id}.{slug}.why", "") for slug in ("", *slugs)},
        )
        for utterance in utterances
    ]


def _selected_sets(request: HttpRequest) -> dict[str, list[list[str]]]:
    """Return the sets of choices by the field of their question, in the order of the rows (`field.1`, `field.2` …)."""
    rows = [(*match.groups(), name) for name in request.POST if (match := ROW.fullmatch(name))]
    sets: dict[str, list[list[str]]] = {}
    for field, _row, name in sorted(rows, key=lambda row: (row[0], int(row[1]))):
        sets.setdefault(field, []).append(request.POST.getlist(name))
    return sets


def _parsed(values: list[str], slug: str) -> list[Any]:
    try:
        return [json.loads(value) for value in values]
    except (ValueError, RecursionError):
        raise Refused("calibration.impossible_answer", question=slug) from None
