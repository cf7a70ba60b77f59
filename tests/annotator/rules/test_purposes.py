from annotator.rules.purposes import in_the_way
from corpus.models import Purpose


def test_a_person_who_knows_the_answers_is_neither_tested_nor_given_main_work() -> None:
    known = {Purpose.MAIN, Purpose.TRAINING, Purpose.TEST, Purpose.GOLD}
    assert {purpose: set(in_the_way(purpose)) for purpose in known} == dict.fromkeys(known, known)


def test_pilots_and_retests_exclude_no_other_purpose() -> None:
    for purpose in (Purpose.PILOT, Purpose.RETEST, Purpose.RELABEL):
        assert in_the_way(purpose) == (purpose,)
