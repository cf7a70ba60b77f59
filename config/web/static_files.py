"""Static files with the hash of their content in their names, so that browsers can cache them forever."""

from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.stylesheets import bundle, has_imports

Paths = dict[str, tuple[Storage, str]]  # name -> the storage that holds the original, and its path there


class HashedModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped package
    """Bundles stylesheets, and rewrites the imports between JavaScript modules to their hashed names."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 20  # each resolves one step of a chain of imports; Django's 5 are too few for the page

    def post_process(self, paths: Paths, dry_run: bool = False, **options: Any) -> Iterator[tuple[Any, ...]]:
        """Process the collected files; `collectstatic` calls this."""
        yield from super().post_process(with_bundles(paths), dry_run=dry_run, **options)


def with_bundles(paths: Paths) -> Paths:
    """Return the files with a bundle in place of each stylesheet that imports others."""

    def read(name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            content: bytes = file.read()
        return content.decode()

    bundles = InMemoryStorage()
    bundled: Paths = {}
    for name in paths:
        if name.endswith(".css") and has_imports(read(name)):
            bundled[name] = (bundles, bundles.save(name, ContentFile(bundle(name, read).encode())))
    return paths | bundled
