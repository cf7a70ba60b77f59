from django.apps import AppConfig


class AnnotatorConfig(AppConfig):
    name = "annotator"

    def ready(self) -> None:
        from annotator import error_texts  # noqa: F401 -- registers the texts of error codes
        from annotator.domain.batches.upcoming_dialogues import upcoming_dialogues
        from annotator.models import triggers
        from common.errors import translate_errors
        from common.jobs.queue import register_handlers
        from corpus.domain.media.clip_cutting import register_order
        from corpus.models.triggers import register

        register_handlers("annotator.jobs")
        register_order(upcoming_dialogues)
        register(triggers.triggers)
        translate_errors(triggers.refusal_of)
