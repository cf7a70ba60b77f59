from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        from common import error_texts  # noqa: F401 -- registers the sentences
