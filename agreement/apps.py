from django.apps import AppConfig


class AgreementConfig(AppConfig):
    name = "agreement"

    def ready(self) -> None:
        from agreement import error_texts, jobs  # noqa: F401 -- registers job handlers and the texts of error codes
        from agreement.models import triggers
        from corpus.models.triggers import register

        register(triggers.triggers)
