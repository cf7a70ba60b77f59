import pytest
from django.test import Client
from django.urls import reverse

from common.models import User
from corpus.domain.people.invitations import invite
from corpus.domain.people.members import deactivate
from corpus.domain.people.password_resets import issue_password_reset
from corpus.models import Invitation, Membership
from tests.factories import MembershipFactory, UserFactory

NEW = {
    "username": "mei",
    "name": "王梅",
    "password1": "a long pass phrase",
    "password2": "a long pass phrase",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Membership:
    return MembershipFactory(role="manager")


@pytest.fixture
def join(manager: Membership) -> str:
    return reverse("join", args=[invite(corpus=manager.corpus, role="annotator", created_by=manager.user)[1]])


def test_a_stranger_makes_an_account_and_is_in(client: Client, manager: Membership, join: str) -> None:
    assert client.get(join).status_code == 200
    response = client.post(join, NEW)
    assert response["Location"] == reverse("corpus:consent", args=[manager.corpus.slug])
    assert client.get(response["Location"]).context["membership"].roles == ["annotator"]
    assert client.session["_auth_user_id"] == str(User.objects.get(username="mei").pk)


@pytest.mark.parametrize(
    ("field", "value"),
    [("password1", "something else"), ("username", "Taken"), ("username", "../etc"), ("name", "")],
)
def test_an_invalid_account_does_not_use_up_the_invitation(client: Client, join: str, field: str, value: str) -> None:
    UserFactory(username="taken")
    response = client.post(join, NEW | {field: value})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.parametrize("password", ["short", "1234567890123", "password1234"])
def test_a_weak_password_is_refused(client: Client, join: str, password: str) -> None:
    assert client.post(join, NEW | {"password1": password, "password2": password}).status_code == 200
    assert User.objects.filter(username="mei").exists() is False


def test_a_signed_in_user_joins_with_their_account(client: Client, manager: Membership, join: str) -> None:
    user = UserFactory()
    client.force_login(user)
    client.post(join, NEW)
    assert Membership.objects.get(user=user).corpus == manager.corpus
    assert User.objects.filter(username="mei").exists() is False


def test_an_invalid_link_shows_the_reason_without_the_corpus(client: Client, manager: Membership, join: str) -> None:
    client.post(join, NEW)
    for address, code in ((join, "invitation.used"), (join[:-2] + "x/", "invitation.unknown")):
        response = Client().get(address)
        assert (response.status_code, response.context["refusal"].code) == (404, code)
        assert manager.corpus.title not in response.content.decode()


def test_links_are_not_cached(client: Client, join: str) -> None:
    assert "no-store" in client.get(join)["Cache-Control"]


def test_a_new_password_is_set_and_every_session_ends(client: Client, manager: Membership) -> None:
    person = MembershipFactory(corpus=manager.corpus).user
    elsewhere = Client()
    elsewhere.force_login(person)
    address = reverse("reset", args=[issue_password_reset(person=person, created_by=manager.user)])
    new = "quite another pass phrase"
    assert client.post(address, {"new_password1": new, "new_password2": "not that"}).status_code == 200
    response = client.post(address, {"new_password1": new, "new_password2": new})
    assert response["Location"] == reverse("common:login")
    assert elsewhere.get("/").status_code == 302
    assert client.login(request=response.wsgi_request, username=person.username, password=new)
    assert client.get(address).status_code == 404


def test_a_new_password_ends_a_lock_out(client: Client, manager: Membership) -> None:
    person = MembershipFactory(corpus=manager.corpus).user
    login = reverse("common:login")
    for _ in range(11):
        response = client.post(login, {"username": person.username, "password": "wrong"})
    assert response.status_code == 429
    address = reverse("reset", args=[issue_password_reset(person=person, created_by=manager.user)])
    new = "quite another pass phrase"
    client.post(address, {"new_password1": new, "new_password2": new})
    assert client.post(login, {"username": person.username, "password": new}).status_code == 302


def test_ended_access_takes_effect_at_once(client: Client, manager: Membership) -> None:
    member = MembershipFactory(corpus=manager.corpus)
    client.force_login(member.user)
    page = reverse("corpus:overview", args=[manager.corpus.slug])
    assert client.get(page).status_code == 200
    deactivate(membership=member)
    assert client.get(page).status_code == 404
    assert manager.corpus.title not in client.get("/").content.decode()
