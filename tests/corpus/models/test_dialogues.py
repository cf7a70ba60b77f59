import pytest
from django.db import IntegrityError, transaction

from corpus.models import Utterance
from tests.factories import UtteranceFactory


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize(("start_ms", "end_ms"), [(None, 5), (5, None), (5, 5), (6, 5)])
def test_an_utterance_has_both_times_in_order_or_none(start_ms: int | None, end_ms: int | None) -> None:
    utterance = UtteranceFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Utterance.objects.filter(pk=utterance.pk).update(start_ms=start_ms, end_ms=end_ms)

    Utterance.objects.filter(pk=utterance.pk).update(start_ms=None, end_ms=None)
