from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConfigConfig(AppConfig):
    name = "config"


class CollectedFiles(StaticFilesConfig):
    """Leaves out htmx's extensions: they import a module by a name that no file here has."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "hx-*.js"]
