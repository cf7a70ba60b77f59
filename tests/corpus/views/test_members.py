import re

import pytest
from django.test import Client
from django.urls import reverse

from corpus.models import Invitation, Membership
from tests.factories import MembershipFactory, RaterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Membership:
    membership = MembershipFactory(role="manager")
    client.force_login(membership.user)
    return membership


def address(name: str, manager: Membership, other: Membership | None = None) -> str:
    app = "annotator" if name == "change_roles" else "corpus"
    return reverse(f"{app}:{name}", args=[manager.corpus.slug, *([other.public_id] if other else [])])


def test_an_invitation_is_shown_once_and_leads_in(client: Client, manager: Membership) -> None:
    page = client.post(address("invite", manager), {"role": "adjudicator", "note": "梅"}).content.decode()
    link = re.search(r"http://testserver(/join/[\w-]+/)", page)
    assert link is not None
    assert link[1] not in client.get(address("members", manager)).content.decode()
    assert Client().get(link[1]).context["invitation"].note == "梅"


def test_an_invitation_can_be_revoked(client: Client, manager: Membership) -> None:
    client.post(address("invite", manager), {"role": "annotator"})
    invitation = Invitation.objects.get()
    client.post(reverse("corpus:revoke", args=[manager.corpus.slug, invitation.public_id]))
    assert list(client.get(address("members", manager)).context["invitations"]) == []


def test_a_role_that_does_not_exist_changes_nothing(client: Client, manager: Membership) -> None:
    other = MembershipFactory(corpus=manager.corpus)
    client.post(address("change_roles", manager, other), {"roles": "owner"})
    client.post(address("invite", manager), {"role": "owner"})
    other.refresh_from_db()
    assert (other.roles, Invitation.objects.count()) == (["annotator"], 0)


def test_members_are_changed_let_out_and_in(client: Client, manager: Membership) -> None:
    other = MembershipFactory(corpus=manager.corpus)
    seen = []
    for name, data in (("change_roles", {"roles": "manager"}), ("deactivate", {}), ("reactivate", {})):
        assert client.post(address(name, manager, other), data)["Location"] == address("members", manager)
        other.refresh_from_db()
        seen.append((other.roles, other.is_active))
    assert seen == [(["manager"], True), (["manager"], False), (["manager"], True)]


def test_the_last_manager_cannot_end_their_access(client: Client, manager: Membership) -> None:
    response = client.post(address("deactivate", manager, manager), follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "A corpus needs a manager. Make someone else a manager first."
    ]


def test_a_password_link_leads_to_a_new_password(client: Client, manager: Membership) -> None:
    other = MembershipFactory(corpus=manager.corpus)
    page = client.post(address("reset_password", manager, other)).content.decode()
    link = re.search(r"http://testserver(/reset/[\w-]+/)", page)
    assert link is not None
    assert Client().get(link[1]).context["person"] == other.user


def test_no_password_link_for_people_of_another_corpus(client: Client, manager: Membership) -> None:
    other = MembershipFactory(corpus=manager.corpus)
    MembershipFactory(user=other.user)
    assert address("reset_password", manager, other) not in client.get(address("members", manager)).content.decode()
    response = client.post(address("reset_password", manager, other))
    assert response["Location"] == address("members", manager)


@pytest.mark.parametrize("name", ["change_roles", "deactivate", "reactivate", "reset_password"])
def test_a_member_of_another_corpus_is_not_found(client: Client, manager: Membership, name: str) -> None:
    stranger = MembershipFactory(role="manager")
    assert client.post(address(name, manager, stranger), {"role": "annotator"}).status_code == 404
    stranger.refresh_from_db()
    assert (stranger.roles, stranger.is_active) == (["manager"], True)


@pytest.mark.parametrize("members", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_members(
    client: Client, manager: Membership, members: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(members):
        member = MembershipFactory(corpus=manager.corpus)
        RaterFactory(corpus=manager.corpus, membership=member, slug=f"annotator-{number + 1}")
        client.post(address("invite", manager), {"role": "annotator"})
    with django_assert_num_queries(9):  # type: ignore[operator]
        client.get(address("members", manager))


def test_annotators_are_linked_to_their_pages(client: Client, manager: Membership) -> None:
    rater = RaterFactory(corpus=manager.corpus, membership__corpus=manager.corpus)
    page = client.get(address("members", manager)).content.decode()
    links = re.findall(r'href="(/[^"]*/progress/people/[^"]*)"', page)
    assert links == [reverse("annotator:person", args=[manager.corpus.slug, rater.public_id])]
    assert client.get(links[0]).status_code == 200
