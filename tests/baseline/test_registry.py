import pytest

from baseline.errors import UsageError
from baseline.registry import Registry


@pytest.fixture
def fruits() -> Registry[str]:
    registry: Registry[str] = Registry("fruit")
    registry.register("pear", lambda: "a pear", summary="green")
    registry.register("apple", lambda: "an apple", summary="red")
    return registry


def test_entry_is_found_by_its_name(fruits: Registry[str]) -> None:
    assert fruits.get("apple") == "an apple"


def test_unknown_name_is_refused_with_a_list_of_names(fruits: Registry[str]) -> None:
    with pytest.raises(UsageError, match=r"^Unknown fruit 'fig'\. Choose one of: pear, apple\.$"):
        fruits.get("fig")


def test_name_can_be_registered_only_once(fruits: Registry[str]) -> None:
    with pytest.raises(ValueError, match="fruit 'pear' is already registered"):
        fruits.register("pear", lambda: "another pear", summary="yellow")


def test_entries_come_in_the_order_of_registration(fruits: Registry[str]) -> None:
    assert [(entry.name, entry.summary) for entry in fruits] == [("pear", "green"), ("apple", "red")]


def test_entry_is_loaded_only_on_use() -> None:
    registry: Registry[str] = Registry("fruit")
    registry.register("bad", lambda: str(1 / 0), summary="fails")
    assert [entry.name for entry in registry] == ["bad"]
    with pytest.raises(ZeroDivisionError):
        registry.get("bad")
