from django.apps import AppConfig


class ExportConfig(AppConfig):
    name = "export"

    def ready(self) -> None:
        from common.jobs.queue import register_handlers
        from export import error_texts  # noqa: F401 -- registers the texts of error codes

        register_handlers("export.jobs")
