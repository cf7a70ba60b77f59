from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from common.auth.client_address import client_address, network_of
from tests.factories import UserFactory


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),  # no proxy: the client made the header up
        (1, "", "10.0.0.1"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.9", "1.2.3.4"),
        (2, "10.0.0.9", "10.0.0.1"),  # fewer addresses than proxies: the request bypassed some of them
    ],
)
def test_only_addresses_from_trusted_proxies_count(
    rf: RequestFactory, settings: Any, proxies: int, header: str, address: str
) -> None:
    settings.PROXIES = proxies
    assert client_address(rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": header})) == address


@pytest.mark.django_db
def test_wrong_passwords_from_one_address_do_not_lock_out_others(settings: Any) -> None:
    settings.PROXIES = 1
    UserFactory(username="mei", password="a long pass phrase")

    def tried(address: str, password: str) -> int:
        data = {"username": "mei", "password": password}
        return Client().post(reverse("common:login"), data, headers={"x-forwarded-for": address}).status_code

    assert [tried("6.6.6.6", "wrong") for _ in range(10)][-1] == 429
    assert tried("6.6.6.6", "a long pass phrase") == 429
    assert tried("1.2.3.4", "a long pass phrase") == 302


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1234:5678::9", "2001:db8:1234::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unix:", ""),
        ("", ""),
    ],
)
def test_an_address_in_short_form_names_a_network(address: str, network: str) -> None:
    assert network_of(address) == network
