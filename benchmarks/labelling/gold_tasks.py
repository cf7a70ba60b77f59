"""Tasks of the gold benchmark that need Django: `python -m benchmarks.labelling.gold_tasks fill|purposes`."""

import json
import sys

from benchmarks.labelling.django_tasks import Json, fill  # first: it sets up Django

from annotator.models import AnswerSet, Assignment, Calibration, CalibrationDialogue, Result  # isort: skip
from corpus.models import Corpus, Dialogue, Purpose, Utterance  # isort: skip

GAP = 3  # of three dialogues in order, two are gold


def fill_with_gold(task: Json) -> Json:
    """Fill a corpus, and make two of three dialogues gold."""
    made = fill(task)
    corpus = Corpus.objects.get(slug=task["corpus"])
    gold = [each for each in Dialogue.objects.filter(corpus=corpus) if each.order % GAP != GAP - 1]
    CalibrationDialogue.objects.bulk_create(CalibrationDialogue(dialogue=each, use=Purpose.GOLD) for each in gold)
    Dialogue.objects.filter(pk__in=[each.pk for each in gold]).update(is_dealt=True)
    assert corpus.codebook
    acceptable = {each.slug: [each.default] for each in corpus.codebook.rules().tasks}
    AnswerSet.objects.bulk_create(
        AnswerSet(
            utterance=each, version=1, codebook=corpus.codebook, acceptable=acceptable, reasons={}, origin="typed"
        )
        for each in Utterance.objects.filter(dialogue__in=gold)
    )
    Calibration.objects.create(corpus=corpus, has_gold=True, gold_percent=50)
    return made | {"gold": len(gold)}


def purposes(task: Json) -> Json:
    """Return the purpose of each assignment, whether each person's dialogues came in order, and the scores so far."""
    rows = Assignment.objects.filter(rater__corpus__slug=task["corpus"]).order_by("pk")
    given: dict[str, list[int]] = {}
    for rater, order in rows.values_list("rater__membership__user__username", "dialogue__order"):
        given.setdefault(rater, []).append(order)
    return {
        "purposes": {str(public_id): purpose for public_id, purpose in rows.values_list("public_id", "purpose")},
        "in order": all(each == sorted(each) for each in given.values()),
        "scored": Result.objects.count(),
    }


if __name__ == "__main__":
    print(json.dumps({"fill": fill_with_gold, "purposes": purposes}[sys.argv[1]](json.load(sys.stdin))))
