from django.apps import AppConfig


class AnnotatorConfig(AppConfig):
    name = "annotator"

    def ready(self) -> None:
        from annotator import error_texts, jobs  # noqa: F401 -- registers jobs and error messages
        from annotator.domain.batches.upcoming_dialogues import upcoming_dialogues
        from annotator.models import triggers
        from common.errors import translate_errors
        from corpus.domain.media.clip_cutting import register_order
        from corpus.models.triggers import register

        register_order(upcoming_dialogues)
        register(triggers.triggers)
        translate_errors(triggers.refusal_of)
