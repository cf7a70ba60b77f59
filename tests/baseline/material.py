"""A small release whose labels can be learned from the words, and whose results are the same on every machine."""

import random
from typing import Any

from baseline.data.rows import Label, Question, Row

QUESTIONS = [
    {
        "slug": "sentiment",
        "kind": "task",
        "scale": "ordinal",
        "classes": ["negative", "neutral", "positive"],
        "many": False,
    },
    {"slug": "moods", "kind": "task", "scale": "nominal", "classes": ["joy", "anger"], "many": True},
    {"slug": "moods_sentiment", "kind": "link", "scale": "ordinal", "classes": [-2, -1, 0, 1, 2], "many": False},
]
SENTIMENT = Question("sentiment", "task", ("negative", "neutral", "positive"), many=False, scale="ordinal")
EMOTION = Question("emotion", "task", ("joy", "anger", "fear", "neutral"), many=False)
MOODS = Question("moods", "task", ("joy", "anger"), many=True)
LINK = Question("moods_sentiment", "link", (-2, -1, 0, 1, 2), many=False, scale="ordinal", ends=("moods", "sentiment"))
CODEBOOK = {"links": [{"slug": "moods_sentiment", "from": "moods", "to": "sentiment"}]}

WORDS = {"negative": "可恶 bad", "neutral": "好的 well", "positive": "太好了 great"}

ReleaseRows = dict[str, list[dict[str, Any]]]


def utterance(text: str = "", *, dialogue: str = "d", order: int = 1, speaker: str = "王", **labels: Label) -> Row:
    """Return a row as the release reader returns it."""
    return Row(f"{dialogue}-{order}", dialogue, order, speaker, text, dict(labels))


def release_row(dialogue: int, order: int, sentiment: str, /, **labels: Any) -> dict[str, Any]:
    """Return a row of a release file; text and labels depend on the sentiment, and `labels` replaces some of them."""
    all_labels: dict[str, Any] = {
        "sentiment": sentiment,
        "moods": {"negative": ["anger"], "neutral": ["joy", "anger"], "positive": ["joy"]}[sentiment],
        "moods_sentiment": "not_applicable" if sentiment == "neutral" else 1 if sentiment == "positive" else -1,
    } | labels
    return {
        "id": f"u{dialogue}-{order}",
        "dialogue": f"d{dialogue}",
        "order": order,
        "speaker": "王" if order % 2 else "李",
        "text": f"{WORDS[sentiment]} {order}",
        "labels": {
            slug: {"label": label, "source": "single", "votes": votes(label)} for slug, label in all_labels.items()
        },
    }


def votes(label: Any) -> dict[str, Any]:
    """Return the answers of three raters, of whom the last sees nothing but neutral sentiment."""
    return (
        {}
        if label is None
        else {"anna": label, "ben": label, "cleo": "neutral" if isinstance(label, str) and label in WORDS else label}
    )


def release_rows() -> ReleaseRows:
    """Return the rows of three splits, with random sentiments from a fixed seed."""
    generator = random.Random(7)
    dialogues = {"train": range(60), "dev": range(60, 75), "test": range(75, 90)}
    return {
        split: [
            release_row(dialogue, order, generator.choice(list(WORDS))) for dialogue in numbers for order in range(1, 5)
        ]
        for split, numbers in dialogues.items()
    }


def unlabelled_row() -> dict[str, Any]:
    """Return a row of a release file without any label."""
    return release_row(1, 1, "neutral", sentiment=None, moods=None, moods_sentiment=None)
