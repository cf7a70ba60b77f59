from annotator.rules.purposes import in_the_way
from corpus.models import Purpose


def test_who_knows_the_answers_is_neither_tested_nor_asked_in_earnest() -> None:
    known = {Purpose.MAIN, Purpose.TRAINING, Purpose.TEST, Purpose.GOLD}
    assert {purpose: set(in_the_way(purpose)) for purpose in known} == dict.fromkeys(known, known)


def test_pilots_and_retests_stand_in_the_way_of_nothing_else() -> None:
    for purpose in (Purpose.PILOT, Purpose.RETEST, Purpose.RELABEL):
        assert in_the_way(purpose) == (purpose,)
