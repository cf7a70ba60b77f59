from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks, messages  # noqa: F401 -- registers them


class CollectedFiles(StaticFilesConfig):
    """Leaves out htmx's extensions: they import a module by a name that no file here has."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "hx-*.js"]
