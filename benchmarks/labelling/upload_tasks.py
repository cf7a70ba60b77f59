"""Tasks of the benchmark of uploads that need Django: `python -m benchmarks.labelling.upload_tasks corpus`."""

import json
import sys
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.utils import timezone

from common.domain.api_tokens import make_token
from common.models import User
from corpus.domain.codebooks.shipped_codebooks import adopt
from corpus.domain.structure.corpora import create_corpus

Json = dict[str, Any]
PASSWORD = "benchmarks are not secret"  # noqa: S105


def corpus(_task: Json) -> Json:
    """Create an empty corpus; return its short name, and a token of its manager."""
    manager = User.objects.create_user(username="manager", password=PASSWORD, may_create_corpora=True)
    made = create_corpus(title="Uploads", slug="uploads", created_by=manager)
    adopt(corpus=made, name="affect-dialogue", created_by=manager)
    _, token = make_token(user=manager, now=timezone.now(), name="benchmark", password=PASSWORD)
    return {"corpus": made.slug, "token": token}


if __name__ == "__main__":
    print(json.dumps({"corpus": corpus}[sys.argv[1]](json.load(sys.stdin))))
