from annotator.rules.purposes import in_the_way
from corpus.models import Purpose


def test_a_person_with_known_answers_gets_no_test_and_no_main_work() -> None:
    known = {Purpose.MAIN, Purpose.TRAINING, Purpose.TEST, Purpose.GOLD}
    assert {purpose: set(in_the_way(purpose)) for purpose in known} == dict.fromkeys(known, known)


def test_pilots_and_retests_exclude_no_other_purpose() -> None:
    for purpose in (Purpose.PILOT, Purpose.RETEST, Purpose.RELABEL):
        assert in_the_way(purpose) == (purpose,)
