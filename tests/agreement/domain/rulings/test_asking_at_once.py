"""Answers that are asked again while a relabelling batch is being filled, over two connections."""

import pytest
from django.utils import timezone

from annotator.domain.batches import batch_filling
from annotator.domain.batches.batches import BatchSpec, create_batch
from annotator.domain.batches.second_rounds import create_second_round
from annotator.models import Slot
from corpus.models import Dialogue, Purpose
from tests.agreement.material import judged
from tests.beside import beside
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.xdist_group("connections"),
]
NOW = timezone.now()


def test_a_second_round_that_begins_while_a_relabelling_batch_fills_gets_slots_of_its_own() -> None:
    corpus, author = judged({"a": "+-", "b": "++", "c": "--"}), UserFactory()
    dialogues = list(Dialogue.objects.filter(corpus=corpus).values_list("pk", flat=True))

    def ask_again() -> None:
        create_second_round(corpus=corpus, name="§ 1", dialogues=dialogues, priority=1, created_by=author, now=NOW)

    with beside(batch_filling, "add_slots", ask_again):
        spec = BatchSpec(purpose=Purpose.RELABEL, k=2)
        create_batch(corpus=corpus, name="again", spec=spec, created_by=author, now=NOW)
    numbers = Slot.objects.filter(purpose=Purpose.RELABEL, dialogue=dialogues[0]).values_list("number", flat=True)
    assert sorted(numbers) == [1, 2, 3, 4, 5]
