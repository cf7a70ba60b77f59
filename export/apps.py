from django.apps import AppConfig


class ExportConfig(AppConfig):
    name = "export"

    def ready(self) -> None:
        from agreement.label_index.rows_of_cases import register_release_splits
        from export import error_texts, jobs  # noqa: F401 -- registers job handlers and the texts of error codes
        from export.domain.listing import splits_of_release

        register_release_splits(splits_of_release)
