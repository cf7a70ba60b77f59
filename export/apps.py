from django.apps import AppConfig


class ExportConfig(AppConfig):
    name = "export"

    def ready(self) -> None:
        import export.jobs
        import export.messages  # noqa: F401 -- registers jobs and the sentences of refusals
