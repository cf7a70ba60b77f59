from django.apps import AppConfig


class CorpusConfig(AppConfig):
    name = "corpus"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        from common.errors import translate_errors
        from common.jobs.queue import register_handlers, register_viewers
        from corpus import error_texts  # noqa: F401 -- registers the texts of error codes
        from corpus.access import manages_scope
        from corpus.models import triggers

        register_handlers("corpus.jobs")
        register_viewers(manages_scope)
        translate_errors(triggers.refusal_of)
        pre_migrate.connect(triggers.remove, sender=self)
        post_migrate.connect(triggers.install, sender=self)
