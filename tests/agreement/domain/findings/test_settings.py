import pytest
from django.utils import timezone

from agreement.domain.findings.settings import rules_in_force, write_exclusion_rules
from agreement.models import ExclusionRules
from common.errors import Refused
from tests.agreement.material import judged
from tests.annotator.material import corpus_with_work
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_rules_state_how_many_annotations_existed_and_earlier_ones_stay() -> None:
    corpus, by = judged({"a": "-+", "b": "--"}), UserFactory()
    first = write_exclusion_rules(corpus=corpus, text=" Nobody. ", by=by, now=timezone.now())
    assert (first.text, first.annotations) == ("Nobody.", 4)
    assert write_exclusion_rules(corpus=corpus, text="Nobody.", by=by, now=timezone.now()) == first
    second = write_exclusion_rules(corpus=corpus, text="Copies.", by=by, now=timezone.now())
    assert rules_in_force(corpus) == second
    assert ExclusionRules.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "code"), [("  ", "findings.rules_missing"), ("x" * 10_001, "findings.rules_too_long")]
)
def test_rules_need_a_text(text: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        write_exclusion_rules(corpus=corpus_with_work(), text=text, by=UserFactory(), now=timezone.now())
    assert caught.value.code == code
