from django.apps import AppConfig


class CorpusConfig(AppConfig):
    name = "corpus"

    def ready(self) -> None:
        import corpus.codebook_messages
        import corpus.episode_messages
        import corpus.import_jobs
        import corpus.import_messages
        import corpus.jobs
        import corpus.messages  # noqa: F401 -- each registers what it names
        from common.jobs import grant_sight
        from corpus.access import manages_scope

        grant_sight(manages_scope)
