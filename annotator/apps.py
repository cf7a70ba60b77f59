from django.apps import AppConfig


class AnnotatorConfig(AppConfig):
    name = "annotator"

    def ready(self) -> None:
        from annotator import error_texts, jobs  # noqa: F401 -- registers jobs and error messages
