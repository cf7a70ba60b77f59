from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from common.models import User
from corpus.domain.people import invitations
from corpus.domain.structure.corpora import create_corpus
from corpus.forms.corpora import JoinForm
from corpus.models import Corpus, Invitation, Membership
from tests.factories import CorpusFactory, MembershipFactory, UserFactory
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    return CorpusFactory()


@pytest.fixture
def invited(corpus: Corpus) -> tuple[Invitation, str]:
    manager = MembershipFactory(corpus=corpus, role="manager")
    return invitations.invite(corpus=corpus, role="annotator", created_by=manager.user, note="梅")


def test_a_link_gives_membership_with_its_role(corpus: Corpus, invited: tuple[Invitation, str]) -> None:
    user = UserFactory()
    membership = invitations.accept_invitation(token=invited[1], user=user)
    assert (membership.corpus, membership.user, membership.roles) == (corpus, user, ["annotator"])
    assert membership.rater.slug == "annotator-1"


def test_the_token_itself_is_stored_nowhere(invited: tuple[Invitation, str]) -> None:
    row = Invitation.objects.values().get()
    assert [value for value in row.values() if invited[1] in str(value)] == []


def test_a_link_works_once(invited: tuple[Invitation, str]) -> None:
    invitations.accept_invitation(token=invited[1], user=UserFactory())
    with refused("invitation.used"):
        invitations.accept_invitation(token=invited[1], user=UserFactory())
    assert Membership.objects.filter(is_annotator=True).count() == 1


def test_of_two_concurrent_acceptances_one_succeeds(
    invited: tuple[Invitation, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = invitations.find_invitation(invited[1])
    invitations.accept_invitation(token=invited[1], user=UserFactory())
    monkeypatch.setattr(invitations, "find_invitation", lambda token: found)  # read before the other one's write
    with refused("invitation.used"):
        invitations.accept_invitation(token=invited[1], user=UserFactory())
    assert Membership.objects.filter(is_annotator=True).count() == 1


def test_expired_revoked_and_altered_links_are_refused(invited: tuple[Invitation, str]) -> None:
    invitation, token = invited
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with refused("invitation.expired"):
        invitations.accept_invitation(token=token, user=UserFactory())
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    with refused("invitation.unknown"):
        invitations.accept_invitation(token=token[:-1] + ("A" if token[-1] != "A" else "B"), user=UserFactory())
    invitations.revoke_invitation(invitation=invitation)
    with refused("invitation.revoked"):
        invitations.accept_invitation(token=token, user=UserFactory())
    assert Membership.objects.filter(is_annotator=True).count() == 0


def test_a_person_without_access_cannot_use_a_link_and_does_not_consume_it(
    corpus: Corpus, invited: tuple[Invitation, str]
) -> None:
    former = MembershipFactory(corpus=corpus, is_active=False)
    with refused("member.deactivated"):
        invitations.accept_invitation(token=invited[1], user=former.user)
    assert invitations.find_invitation(invited[1]) == invited[0]


def test_an_account_is_created_only_with_its_membership(invited: tuple[Invitation, str]) -> None:
    new = {"username": "mei", "name": "王梅", "password": "a long pass phrase", "language": "zh-hans"}
    membership = invitations.join_with_new_account(token=invited[1], **new)
    assert (membership.user.first_name, membership.user.language) == ("王梅", "zh-hans")
    assert membership.user.check_password("a long pass phrase")
    with refused("invitation.used"):
        invitations.join_with_new_account(token=invited[1], **{**new, "username": "second"})
    assert User.objects.filter(username="second").exists() is False


def test_an_accepted_invitation_cannot_be_revoked(invited: tuple[Invitation, str]) -> None:
    invitations.accept_invitation(token=invited[1], user=UserFactory())
    invitations.revoke_invitation(invitation=invited[0])
    assert Invitation.objects.get().revoked_at is None


def test_a_user_name_taken_meanwhile_is_a_refusal_and_the_link_stays_valid(
    client: Client, invited: tuple[Invitation, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    UserFactory(username="梅")
    monkeypatch.setattr(JoinForm, "clean_username", lambda self: self.cleaned_data["username"])  # free when checked
    monkeypatch.setattr(JoinForm, "_post_clean", lambda self: None)
    data = {"username": "梅", "name": "梅", "password1": "a long secret", "password2": "a long secret"}
    page = client.post(f"/join/{invited[1]}/", data)
    assert page.status_code == 200
    assert "Somebody has just taken this user name. Choose another one." in page.content.decode()
    assert invitations.find_invitation(invited[1]) == invited[0]


def test_a_short_name_taken_meanwhile_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = CorpusFactory()
    creator = UserFactory(may_create_corpora=True)
    with monkeypatch.context() as patched, refused("corpus.slug_taken"):
        patched.setattr(QuerySet, "exists", lambda _self: False)
        create_corpus(title="x", slug=taken.slug, created_by=creator)
    assert Corpus.objects.count() == 1
