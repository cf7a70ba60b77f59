from types import SimpleNamespace
from typing import Any, cast

from export.metadata.label_tables import labels, questions
from export.metadata.release_facts import ReleaseFacts

MANIFEST: dict[str, Any] = {
    "questions": [
        {"slug": "humor", "kind": "task", "scale": "binary", "classes": ["no", "yes"], "many": False},
        {
            "slug": "link",
            "kind": "link",
            "scale": "ordinal",
            "classes": [0, 1],
            "many": False,
            "asked_when": "humor == yes",
        },
    ],
    "splits": {
        "train": {
            "labels": {
                "humor": {"no": {"count": 3}, "yes": {"count": 2}},
                "link": {"1": {"count": 1}, "not_applicable": {"count": 3}, "": {"count": 1}},
            }
        }
    },
    "codebook": {
        "texts": {
            "zh": {"humor": {"help": "好笑吗", "name": "幽默"}},
            "en": {"humor": {"help": "Is it\nfunny | droll?", "name": "Humor"}, "humor.yes": {"name": "yes, funny"}},
        }
    },
}
FACTS = cast("ReleaseFacts", SimpleNamespace(manifest=MANIFEST))


def test_every_utterance_is_counted_in_the_rows_of_each_question() -> None:
    lines = labels(FACTS).splitlines()[2:]
    counts = {
        slug: sum(int(line.split("|")[-2]) for line in lines if f"`{slug}`" in line) for slug in ("humor", "link")
    }
    assert counts == {"humor": 5, "link": 5}
    assert "| `link` | not applicable |  | 3 |" in lines
    assert "| `link` | no label |  | 1 |" in lines


def test_a_label_without_an_explanation_is_explained_by_its_name() -> None:
    assert "| `humor` | `yes` | yes, funny | 2 |" in labels(FACTS)


def test_a_text_of_the_codebook_stays_in_its_cell() -> None:
    assert "| `humor` | Is it funny \\| droll? | binary | always |" in questions(FACTS)
    assert "| `link` |  | ordinal | humor == yes |" in questions(FACTS)
