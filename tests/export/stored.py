"""A stored release whose zip is not read, for tests of what surrounds it."""

import hashlib
from typing import Any

from corpus.models import Corpus
from export.models import Release
from tests.factories import MediaFileFactory

CONTENT = bytes(range(256)) * 8
MANIFEST: dict[str, Any] = {
    "splits": {
        "test": {"rows": 1, "dialogues": 1},
        "train": {"rows": 8, "dialogues": 4},
        "dev": {"rows": 2, "dialogues": 1},
    },
    "licence": "CC-BY-4.0",
    "sources": [{"licence": "", "dialogues": 2}, {"licence": "CC0", "dialogues": 4}],
}


def stored_release(corpus: Corpus, name: str = "v1", content: bytes = CONTENT) -> Release:
    sha256 = hashlib.sha256(content).hexdigest()
    stored = {"kind": "release", "sha256": sha256, "size": len(content), "name": f"{corpus.public_id}/{name}.zip"}
    file = MediaFileFactory(corpus=corpus, content_type="application/zip", **stored)
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_bytes(content)
    number = corpus.releases.count() + 1
    return Release.objects.create(corpus=corpus, name=name, options={}, manifest=MANIFEST, file=file, number=number)
