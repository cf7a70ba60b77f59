from django.apps import AppConfig


class ExportConfig(AppConfig):
    name = "export"

    def ready(self) -> None:
        from agreement.label_index.rows_of_cases import register_release_splits
        from common.jobs.queue import register_handlers, register_queue
        from export import error_texts  # noqa: F401 -- registers the texts of error codes
        from export.domain.listing import splits_of_release

        register_handlers("export.jobs")
        register_queue("export.training", "training")  # may take hours
        register_release_splits(splits_of_release)
