"""Static files with the hash of their content in their names, so that browsers can cache them forever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped package
    """Also rewrites the imports between JavaScript modules to their hashed names."""

    support_js_module_import_aggregation = True
