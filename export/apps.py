from django.apps import AppConfig


class ExportConfig(AppConfig):
    name = "export"

    def ready(self) -> None:
        from export import error_texts, jobs  # noqa: F401 -- registers job handlers and the texts of error codes
