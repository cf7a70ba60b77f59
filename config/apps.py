from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks, error_texts  # noqa: F401 -- registers them


class CollectedFiles(StaticFilesConfig):
    """Static files without the extensions of htmx, which import a module under a name that does not exist here."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "hx-*.js"]
