from django.apps import AppConfig


class CorpusConfig(AppConfig):
    name = "corpus"

    def ready(self) -> None:
        from common.jobs.queue import register_viewers
        from corpus import error_texts, jobs  # noqa: F401 -- registers job handlers and the texts of error codes
        from corpus.access import manages_scope

        register_viewers(manages_scope)
