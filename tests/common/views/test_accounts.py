import re
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.defaults import server_error

from common.domain.api_tokens import user_of_token
from common.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return UserFactory(username="mei")


def sign_in(client: Client, username: str, password: str, after: str = "") -> int:
    address = reverse("common:login") + (f"?{urlencode({'next': after})}" if after else "")
    return client.post(address, {"username": username, "password": password, "next": after}).status_code


def test_signing_in_changes_the_session_key(client: Client, person: User) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "k" * 32
    assert sign_in(client, "mei", PASSWORD) == 302
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "k" * 32
    assert client.session["_auth_user_id"] == str(person.pk)


def test_signed_in_people_are_redirected_but_can_sign_in_as_another_person(client: Client, person: User) -> None:
    client.force_login(UserFactory())
    assert client.get(reverse("common:login"))["Location"] == "/"
    assert sign_in(client, "mei", "wrong") == 200
    assert client.session["_auth_user_id"] != str(person.pk)
    assert sign_in(client, "mei", PASSWORD) == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_signing_out_ends_the_session_and_takes_a_post(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get(reverse("common:logout")).status_code == 405
    client.post(reverse("common:logout"))
    assert client.get(reverse("home"))["Location"] == f"{reverse('common:login')}?next=/"


@pytest.mark.parametrize(
    "after", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(client: Client, person: User, after: str) -> None:
    response = client.post(reverse("common:login"), {"username": "mei", "password": PASSWORD, "next": after})
    assert response["Location"] == "/"
    response = client.post(reverse("common:set_language"), {"language": "en", "next": after})
    assert response["Location"] == "/"


def test_signing_in_returns_to_the_requested_page(client: Client, person: User) -> None:
    response = client.post(
        reverse("common:login"), {"username": "mei", "password": PASSWORD, "next": reverse("common:account")}
    )
    assert response["Location"] == reverse("common:account")


def test_a_wrong_password_and_an_unknown_name_answer_alike(client: Client, person: User) -> None:
    pages = []
    for name in ("mei", "nob"):
        page = client.post(reverse("common:login"), {"username": name, "password": "wrong"})
        pages.append((page.status_code, page.context["form"].non_field_errors()))
    assert pages[0] == pages[1]


def test_ten_wrong_passwords_lock_out_known_and_unknown_names_alike(client: Client, person: User) -> None:
    for name in ("mei", "nob"):
        assert [sign_in(client, name, "wrong") for _ in range(10)] == [200] * 9 + [429]
        page = client.post(reverse("common:login"), {"username": name, "password": PASSWORD})
        assert page.status_code == 429
        assert "Wait 15 minutes" in page.content.decode()


def test_an_archived_person_cannot_sign_in_and_is_out_at_once(client: Client, person: User) -> None:
    client.force_login(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(reverse("home")).status_code == 302
    assert sign_in(client, "mei", PASSWORD) == 200


def test_the_language_comes_from_the_browser_then_from_the_switch_then_from_the_account(
    client: Client, person: User
) -> None:
    login = reverse("common:login")
    assert client.get(login, headers={"accept-language": "zh-CN,zh;q=0.9"}).context["LANGUAGE_CODE"] == "zh-hans"
    assert client.get(login, headers={"accept-language": "fr"}).context["LANGUAGE_CODE"] == "en"
    client.force_login(person)
    client.post(reverse("common:set_language"), {"language": "zh-hans", "next": "/"})
    person.refresh_from_db()
    assert person.language == "zh-hans"
    elsewhere = Client()
    elsewhere.force_login(person)
    assert elsewhere.get("/", headers={"accept-language": "en"}).context["LANGUAGE_CODE"] == "zh-hans"


def test_an_unknown_language_changes_nothing(client: Client, person: User) -> None:
    client.force_login(person)
    client.post(reverse("common:set_language"), {"language": "tlh", "next": "/"})
    person.refresh_from_db()
    assert person.language == ""


def test_a_new_password_keeps_this_session_and_ends_the_others(client: Client, person: User) -> None:
    other = Client()
    for browser in (client, other):
        sign_in(browser, "mei", PASSWORD)
    new = "an even longer pass phrase"
    answer = client.post(
        reverse("common:password"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert answer["Location"] == reverse("common:account")
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


@pytest.mark.parametrize("guessed_at", ["password", "create_token"])
def test_ten_wrong_passwords_within_a_session_lock_every_change_that_needs_one(
    client: Client, person: User, guessed_at: str
) -> None:
    def answer(page: str, password: str) -> str:
        form = {"old_password": password, "new_password1": "a" * 20 + "b", "new_password2": "a" * 20 + "b"}
        sent = client.post(reverse(f"common:{page}"), {"name": "script", "password": password, **form})
        return sent.content.decode()

    client.force_login(person)
    for _ in range(9):
        answer(guessed_at, "wrong")
    assert "Wait 15 min" in answer(guessed_at, "wrong")
    for page in ("password", "create_token"):
        assert "Wait 15 min" in answer(page, PASSWORD)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert not person.api_tokens.exists()
    assert sign_in(Client(), "mei", PASSWORD) == 302, "a stolen session does not keep its person from signing in"


def test_strangers_who_guess_at_sign_in_lock_nobody_out_of_their_session(client: Client, person: User) -> None:
    client.force_login(person)
    assert [sign_in(Client(), "mei", "wrong") for _ in range(10)][-1] == 429
    page = client.post(reverse("common:create_token"), {"name": "nightly", "password": PASSWORD})
    assert "concord_" in page.content.decode()


def test_people_change_their_own_name(client: Client, person: User) -> None:
    client.force_login(person)
    client.post(reverse("common:account"), {"name": " 王梅 "})
    person.refresh_from_db()
    assert str(person) == "王梅"


def test_a_token_is_shown_once_and_ended_from_the_account_page(client: Client, person: User) -> None:
    client.force_login(person)
    create = reverse("common:create_token")
    page = client.post(create, {"name": "nightly", "password": "wrong"}).content.decode()
    assert "The password is incorrect." in page
    page = client.post(create, {"name": "nightly", "password": PASSWORD}).content.decode()
    [token] = re.findall(r"concord_[\w-]{43}", page)
    assert user_of_token(token=token, now=timezone.now()) == person
    page = client.get(reverse("common:account")).content.decode()
    assert "nightly" in page
    assert "concord_" not in page
    end = reverse("common:end_token", args=[person.api_tokens.get().public_id])
    other = Client()
    other.force_login(UserFactory())
    assert other.post(end).status_code == 404
    client.post(end)
    assert user_of_token(token=token, now=timezone.now()) is None


def test_an_unknown_page_shows_404_to_everyone(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert response.templates[0].name == "404.html"


def test_a_form_without_its_token_is_refused_with_a_page(person: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("common:login"), {"username": "mei", "password": PASSWORD})
    assert (response.status_code, response.templates[0].name) == (403, "403_csrf.html")


def test_a_crash_shows_a_page_that_needs_nothing_that_may_be_broken(rf: RequestFactory) -> None:
    with override("zh-hans"):
        response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert 'lang="zh-Hans"' in response.content.decode()


def test_no_page_loads_anything_from_elsewhere_or_runs_inline_code(client: Client) -> None:
    response = client.get(reverse("common:login"))
    page = response.content.decode()
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert [bad for bad in ("http://", "https://", "style=", "<style", "onclick", "<script>") if bad in page] == []
