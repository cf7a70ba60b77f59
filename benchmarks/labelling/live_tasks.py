"""Tasks of the benchmark of live figures that need Django: `python -m benchmarks.labelling.live_tasks fill`."""

import json
import sys
from datetime import timedelta
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.utils import timezone

from annotator.models import Assignment, Slot
from benchmarks.large_corpus import LargeCorpus

Json = dict[str, Any]


def fill(task: Json) -> Json:
    """Fill a corpus in which one annotator still has answered dialogues to hand in; all other work is finished.

    Returns:
        `annotator` and `manager`, user names; `assignments`, ids; `token` of all of them; `annotations`, their number.
    """
    corpus = LargeCorpus(task["utterances"])
    corpus.build()
    rater = corpus.raters[0]
    left = list(Assignment.objects.filter(rater=rater).order_by("pk")[: task["hand_ins"]])
    Assignment.objects.filter(pk__in=[each.pk for each in left]).update(
        state=Assignment.State.OPEN, ended_at=None, lease_until=timezone.now() + timedelta(days=1)
    )
    Slot.objects.filter(pk__in=[each.slot_id for each in left]).update(state=Slot.State.HELD)
    assert rater.membership
    annotator = rater.membership.user
    for user in (annotator, corpus.manager):
        user.set_password(task["password"])
        user.save()
    return {
        "annotator": annotator.username,
        "manager": corpus.manager.username,
        "corpus": corpus.row.slug,
        "assignments": [str(each.public_id) for each in left],
        "token": 1,
    }


if __name__ == "__main__":
    print(json.dumps({"fill": fill}[sys.argv[1]](json.load(sys.stdin))))
