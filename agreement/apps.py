from django.apps import AppConfig


class AgreementConfig(AppConfig):
    name = "agreement"

    def ready(self) -> None:
        from agreement import error_texts  # noqa: F401 -- registers the texts of error codes
        from agreement.models import triggers
        from common.errors import describe_later
        from common.jobs.queue import register_handlers
        from corpus.models.triggers import register

        describe_later("agreement.detectors.registry")
        register_handlers("agreement.jobs")
        register(triggers.triggers)
