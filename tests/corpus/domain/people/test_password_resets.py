from datetime import timedelta

import pytest
from django.utils import timezone

from common.domain.password_checks import confirm_password
from common.models import PasswordFailures, User
from corpus.domain.people import password_resets
from corpus.models import Membership, PasswordReset
from tests.factories import MembershipFactory
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Membership:
    return MembershipFactory(role="manager")


@pytest.fixture
def person(manager: Membership) -> User:
    user: User = MembershipFactory(corpus=manager.corpus).user
    return user


def test_a_link_sets_the_password_once(manager: Membership, person: User) -> None:
    token = password_resets.issue_password_reset(person=person, created_by=manager.user)
    assert person.check_password("a long pass phrase")
    assert password_resets.use_password_reset(token=token, password="quite another one").check_password(
        "quite another one"
    )
    with refused("reset.invalid"):
        password_resets.use_password_reset(token=token, password="a third one, by a thief")
    person.refresh_from_db()
    assert person.check_password("quite another one")
    assert token not in str(PasswordReset.objects.values().get())


def test_a_newer_link_ends_the_older(manager: Membership, person: User) -> None:
    older, newer = (password_resets.issue_password_reset(person=person, created_by=manager.user) for _ in range(2))
    with refused("reset.invalid"):
        password_resets.find_password_reset(older)
    assert password_resets.find_password_reset(newer).user == person


def test_a_link_lives_for_a_day(manager: Membership, person: User) -> None:
    token = password_resets.issue_password_reset(person=person, created_by=manager.user)
    PasswordReset.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with refused("reset.invalid"):
        password_resets.find_password_reset(token)


def test_a_manager_of_every_corpus_of_a_person_may_reset(manager: Membership, person: User) -> None:
    second = MembershipFactory(user=manager.user, role="manager").corpus
    MembershipFactory(user=person, corpus=second)
    assert password_resets.out_of_reach(manager=manager.user, people=[person]) == set()


@pytest.mark.parametrize(
    "case", ["works elsewhere too", "manager only annotates there", "no longer here", "maker", "superuser", "self"]
)
def test_accounts_beyond_the_managers_corpora_cannot_be_taken_over(
    manager: Membership, person: User, case: str
) -> None:
    if case == "works elsewhere too":
        MembershipFactory(user=person)
    if case == "manager only annotates there":
        MembershipFactory(user=person, corpus=MembershipFactory(user=manager.user, role="annotator").corpus)
    if case == "no longer here":
        Membership.objects.filter(user=person).update(is_active=False)
    if case == "maker":
        person.may_create_corpora = True
    if case == "superuser":
        person.is_superuser = True
    if case == "self":
        person = manager.user
    with refused("reset.out_of_reach"):
        password_resets.issue_password_reset(person=person, created_by=manager.user)
    assert PasswordReset.objects.count() == 0


def test_a_link_dies_when_the_person_joins_another_lab_or_the_maker_loses_the_corpus(
    manager: Membership, person: User
) -> None:
    token = password_resets.issue_password_reset(person=person, created_by=manager.user)
    other = MembershipFactory(user=person)
    with refused("reset.invalid"):
        password_resets.use_password_reset(token=token, password="taken over now")
    other.delete()
    assert password_resets.find_password_reset(token).user == person
    User.objects.filter(pk=manager.user.pk).update(is_active=False)
    with refused("reset.invalid"):
        password_resets.use_password_reset(token=token, password="taken over now")
    person.refresh_from_db()
    assert person.check_password("a long pass phrase")


def test_a_link_ends_the_lock_after_wrong_passwords_within_a_session(manager: Membership, person: User) -> None:
    PasswordFailures.objects.create(user=person, count=10, last_at=timezone.now())
    token = password_resets.issue_password_reset(person=person, created_by=manager.user)
    person = password_resets.use_password_reset(token=token, password="quite another one")
    confirm_password(user=person, password="quite another one", now=timezone.now())


@pytest.mark.parametrize("members", [1, 3])
def test_reach_is_asked_in_two_queries(
    manager: Membership, members: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    people = [MembershipFactory(corpus=manager.corpus).user for _ in range(members)]
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert password_resets.out_of_reach(manager=manager.user, people=people) == set()
