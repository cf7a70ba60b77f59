from django.apps import AppConfig


class AgreementConfig(AppConfig):
    name = "agreement"

    def ready(self) -> None:
        import agreement.jobs  # registers its handlers
        import agreement.messages  # noqa: F401 -- registers its sentences
