from typing import Any

import pytest
from django.db import IntegrityError, transaction

from common.models import User
from corpus.domain.people import members
from corpus.domain.structure.corpora import change_settings, create_corpus
from corpus.models import Corpus, Membership, Rater
from tests.factories import CorpusFactory, MembershipFactory, UserFactory
from tests.refusals import refused

Role = Membership.Role
pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    return CorpusFactory()


@pytest.fixture
def manager(corpus: Corpus) -> Membership:
    return MembershipFactory(corpus=corpus, role=Role.MANAGER)


def slugs(corpus: Corpus) -> list[str]:
    return list(corpus.raters.order_by("pk").values_list("slug", flat=True))


def test_each_annotator_gets_a_rater_numbered_within_the_corpus(corpus: Corpus) -> None:
    for role in (Role.ANNOTATOR, Role.MANAGER, Role.ANNOTATOR):
        members.add_member(corpus=corpus, user=UserFactory(), roles=[role])
    members.add_member(corpus=CorpusFactory(), user=UserFactory(), roles=[Role.ANNOTATOR])
    assert slugs(corpus) == ["annotator-1", "annotator-2"]


def test_a_slug_that_an_imported_source_took_is_passed_over(corpus: Corpus) -> None:
    Rater.objects.create(corpus=corpus, kind=Rater.Kind.SOURCE, slug="annotator-1")
    members.add_member(corpus=corpus, user=UserFactory(), roles=[Role.ANNOTATOR])
    assert slugs(corpus) == ["annotator-1", "annotator-2"]


def test_joining_twice_or_after_ended_access_is_refused(corpus: Corpus) -> None:
    user = UserFactory()
    membership = members.add_member(corpus=corpus, user=user, roles=[Role.ANNOTATOR])
    with refused("member.already"):
        members.add_member(corpus=corpus, user=user, roles=[Role.MANAGER])
    members.deactivate(membership=membership)
    with refused("member.deactivated"):
        members.add_member(corpus=corpus, user=user, roles=[Role.ANNOTATOR])


def test_a_role_that_is_removed_and_restored_keeps_its_rater(corpus: Corpus, manager: Membership) -> None:
    member = members.add_member(corpus=corpus, user=UserFactory(), roles=[Role.ADJUDICATOR])
    assert slugs(corpus) == []
    for role in (Role.ANNOTATOR, Role.MANAGER, Role.ANNOTATOR):
        assert members.change_roles(membership=member, roles=[role]).roles == [role]
    assert slugs(corpus) == ["annotator-1"]


@pytest.mark.parametrize("other", ["none", "deactivated", "archived", "elsewhere", "adjudicator"])
def test_the_last_manager_stays(corpus: Corpus, manager: Membership, other: str) -> None:
    if other == "deactivated":
        MembershipFactory(corpus=corpus, role=Role.MANAGER, is_active=False)
    if other == "archived":
        MembershipFactory(corpus=corpus, role=Role.MANAGER, user=UserFactory(is_active=False))
    if other == "elsewhere":
        MembershipFactory(role=Role.MANAGER)
    if other == "adjudicator":
        MembershipFactory(corpus=corpus, role=Role.ADJUDICATOR)
    with refused("member.last_manager"):
        members.deactivate(membership=manager)
    with refused("member.last_manager"):
        members.change_roles(membership=manager, roles=[Role.ANNOTATOR])
    manager.refresh_from_db()
    assert (manager.roles, manager.is_active) == ([Role.MANAGER], True)


def test_a_manager_may_go_when_another_stays(corpus: Corpus, manager: Membership) -> None:
    MembershipFactory(corpus=corpus, role=Role.MANAGER)
    assert members.deactivate(membership=manager).is_active is False
    assert members.reactivate(membership=manager).is_active is True


def test_the_creator_of_a_corpus_is_its_manager() -> None:
    maker = UserFactory(may_create_corpora=True)
    corpus = create_corpus(title="Friends & Family", created_by=maker)
    assert corpus.slug == "friends-family"
    assert list(corpus.memberships.values_list("user", "is_manager")) == [(maker.pk, True)]


@pytest.mark.parametrize("title", ["家有儿女", "new", "!!"])
def test_a_title_without_a_usable_name_gets_a_free_one(title: str) -> None:
    maker: User = UserFactory(may_create_corpora=True)
    first = create_corpus(title=title, created_by=maker)
    second = create_corpus(title=title, created_by=maker)
    assert len({first.slug, second.slug, "new"}) == 3


@pytest.mark.parametrize("slug", ["taken", "new"])
def test_a_used_short_name_is_refused(slug: str) -> None:
    CorpusFactory(slug="taken")
    with refused("corpus.slug_taken"):
        create_corpus(title="x", slug=slug, created_by=UserFactory(may_create_corpora=True))


def test_making_corpora_is_a_right() -> None:
    with refused("corpus.may_not_create"):
        create_corpus(title="x", created_by=UserFactory())
    assert Corpus.objects.count() == 0


@pytest.mark.parametrize(("silence", "gap"), [(500, 600), (60_001, 0), (4000, -1)])
def test_lengths_that_make_no_sense_are_refused(corpus: Corpus, silence: int, gap: int) -> None:
    with refused("corpus.gaps_out_of_range"):
        change_settings(corpus=corpus, title="x", silence_ms=silence, merge_gap_ms=gap)


def test_several_roles_need_the_permission_of_the_corpus(corpus: Corpus, manager: Membership) -> None:
    with refused("member.one_role"):
        members.change_roles(membership=manager, roles=[Role.MANAGER, Role.ANNOTATOR])
    Corpus.objects.filter(pk=corpus.pk).update(allows_several_roles=True)
    manager = members.change_roles(membership=manager, roles=[Role.ANNOTATOR, Role.MANAGER])
    assert (manager.roles, Rater.objects.filter(membership=manager).count()) == (["manager", "annotator"], 1)


def test_a_member_without_a_role_is_refused_by_domain_and_database(corpus: Corpus, manager: Membership) -> None:
    with refused("member.no_role"):
        members.change_roles(membership=manager, roles=[])
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=manager.pk).update(is_manager=False)


def test_a_corpus_forbids_several_roles_only_when_nobody_has_several(corpus: Corpus, manager: Membership) -> None:
    Corpus.objects.filter(pk=corpus.pk).update(allows_several_roles=True)
    members.change_roles(membership=manager, roles=[Role.ADJUDICATOR, Role.MANAGER])
    limits: dict[str, Any] = {"title": "t", "silence_ms": 4000, "merge_gap_ms": 600}
    with refused("member.several_roles"):
        change_settings(corpus=corpus, **limits)
    members.change_roles(membership=manager, roles=[Role.MANAGER])
    assert not change_settings(corpus=corpus, **limits).allows_several_roles
