"""Fills the database of CONCORD_HOME with a corpus that has a task of every kind: `python -m tests.readers.every_kind`.

Its texts include those that tables, workbooks and XML get wrong. Prints the short name of the corpus.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import django

SHARED = Path(__file__).resolve().parents[3] / "shared"
TEXTS = (
    "- 你好",
    "=1+1",
    "@all",
    "+86",
    "'quoted",
    'she said "no", twice',
    "two\nlines",
    "tab\there",
    "<b> & co",
    "NA",
    "007",
    "😀",
    "",
    "\u2028",
)


def with_every_kind(yaml_text: str) -> Any:
    """Return a labelled corpus whose texts are difficult, and some of whose utterances have no times."""
    from corpus.models import Utterance
    from tests.every_kind.material import labelled

    corpus = labelled(yaml_text)
    utterances = list(Utterance.objects.filter(dialogue__corpus=corpus).order_by("dialogue__order", "order"))
    for number, utterance in enumerate(utterances):
        utterance.text = TEXTS[number % len(TEXTS)]
        utterance.start_ms, utterance.end_ms = (None, None) if number % 7 == 3 else (1000 * number, 1000 * number + 900)
    Utterance.objects.bulk_update(utterances, ["text", "start_ms", "end_ms"])
    return corpus


def main() -> None:
    """Create the corpus."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    yaml_text = (SHARED / "cases" / "codebooks" / "every-kind.yaml").read_text(encoding="utf-8")
    sys.stdout.write(f"{with_every_kind(yaml_text).slug}\n")


if __name__ == "__main__":
    main()
