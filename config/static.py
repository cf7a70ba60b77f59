"""Static files under names that carry their content's hash, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped package
    """Also rewrites the imports between JavaScript modules to their hashed names."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 20  # each resolves one step of a chain of imports; Django's 5 are too few for the page
