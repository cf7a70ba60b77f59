import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class

from common.management.base import ConcordCommand

OURS = {"agreement", "annotator", "common", "config", "corpus", "export"}


def own_commands() -> list[tuple[str, str]]:
    return sorted((app, name) for name, app in get_commands().items() if app in OURS)


def test_the_commands_of_every_app_are_found() -> None:
    assert {app for app, _ in own_commands()} <= {config.name for config in apps.get_app_configs()}
    assert ("export", "export_corpus") in own_commands()


@pytest.mark.parametrize(("app", "name"), own_commands(), ids=str)
def test_no_command_waits_for_the_checks_of_the_pages(app: str, name: str) -> None:
    command = load_command_class(app, name)
    assert isinstance(command, ConcordCommand)
    assert not command.requires_system_checks
