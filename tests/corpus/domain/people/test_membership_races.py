# Several people act at the same moment, each on a connection of their own.

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from common.errors import Refused
from corpus.domain.people.invitations import accept_invitation, invite
from corpus.domain.people.members import add_member, deactivate
from corpus.domain.people.password_resets import issue_password_reset, use_password_reset
from corpus.models import Membership
from tests.factories import CorpusFactory, MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Start all acts together; return the code of each refusal, "" for success."""
    start = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            outcomes.append("")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_one_of_two_managers_ending_each_others_access_remains() -> None:
    first, second = MembershipFactory.create_batch(2, corpus=CorpusFactory(), role="manager")
    outcomes = at_once(lambda: deactivate(membership=first), lambda: deactivate(membership=second))
    assert outcomes == ["", "member.last_manager"]
    assert Membership.objects.filter(is_active=True).count() == 1


def test_a_link_that_six_people_open_lets_one_in() -> None:
    manager = MembershipFactory(role="manager")
    _, token = invite(corpus=manager.corpus, role="annotator", created_by=manager.user)
    people = UserFactory.create_batch(6)
    outcomes = at_once(*[lambda user=user: accept_invitation(token=token, user=user) for user in people])
    assert outcomes == ["", *["invitation.used"] * 5]
    assert Membership.objects.filter(is_annotator=True).count() == 1


def test_six_concurrent_joins_get_six_pseudonyms() -> None:
    corpus = CorpusFactory()
    people = UserFactory.create_batch(6)
    at_once(*[lambda user=user: add_member(corpus=corpus, user=user, roles=["annotator"]) for user in people])
    assert sorted(corpus.raters.values_list("slug", flat=True)) == [f"annotator-{n}" for n in range(1, 7)]


def test_a_password_link_that_two_people_hold_works_for_one() -> None:
    manager = MembershipFactory(role="manager")
    person = MembershipFactory(corpus=manager.corpus).user
    token = issue_password_reset(person=person, created_by=manager.user)
    outcomes = at_once(
        *[lambda word=word: use_password_reset(token=token, password=word) for word in ("the owner's", "the thief's")]
    )
    assert outcomes == ["", "reset.invalid"]
