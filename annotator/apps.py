from django.apps import AppConfig


class AnnotatorConfig(AppConfig):
    name = "annotator"

    def ready(self) -> None:
        from annotator import error_texts, jobs  # noqa: F401 -- registers jobs and error messages
        from annotator.models import triggers
        from common.errors import translate_errors
        from corpus.models.triggers import register

        register(triggers.triggers)
        translate_errors(triggers.refusal_of)
