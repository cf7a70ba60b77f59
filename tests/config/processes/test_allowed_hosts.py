import socket

from config.processes.allowed_hosts import addresses, allowed_hosts


def test_a_local_server_answers_to_local_names_only() -> None:
    assert allowed_hosts("127.0.0.1") == ["localhost", "127.0.0.1", "[::1]"]


def test_a_server_on_every_interface_answers_to_this_machines_names_and_never_to_any() -> None:
    hosts = allowed_hosts("0.0.0.0")
    assert socket.gethostname().lower() in hosts
    assert set(addresses()) <= set(hosts)
    assert "*" not in hosts


def test_one_address() -> None:
    assert allowed_hosts("192.0.2.7")[-1] == "192.0.2.7"
    assert allowed_hosts("2001:db8::7")[-1] == "[2001:db8::7]"


def test_the_loopback_interface_has_an_address() -> None:
    assert "127.0.0.1" in addresses()
