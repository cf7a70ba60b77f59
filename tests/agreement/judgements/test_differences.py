import pytest

from agreement.judgements.differences import Difference, differences
from corpus.rules.codebook import parse
from tests.annotator.material import CODEBOOK


@pytest.mark.parametrize(
    ("old", "new", "slug", "found"),
    [
        (
            "[negative, neutral, positive]",
            "[bad, neutral, positive]",
            "sentiment",
            (Difference("choices_removed", ("negative",)), Difference("choices_added", ("bad",))),
        ),
        (
            "[negative, neutral, positive]",
            "[positive, neutral, negative]",
            "sentiment",
            (Difference("choices_order"),),
        ),
        ("scale: nominal", "scale: ordinal", "emotion", (Difference("scale"),)),
        (
            'default: neutral, perspective: speaker, keys: "qwe"',
            "default: neutral, perspective: viewer, many: true",
            "emotion",
            (Difference("perspective"), Difference("many")),
        ),
        ('asked_when: "emotion != neutral"', "asked_when: always", "emotion_sentiment", (Difference("condition"),)),
        ('[-2, -1, 0, 1, 2], keys: "zxcvb"', '[-1, 0, 1], keys: "zxc"', "emotion_sentiment", (Difference("values"),)),
        (
            "{from: emotion, to: sentiment, values",
            "{from: sentiment, to: emotion, values",
            "emotion_sentiment",
            (Difference("ends"),),
        ),
    ],
)
def test_each_difference_is_named(old: str, new: str, slug: str, found: tuple[Difference, ...]) -> None:
    assert old in CODEBOOK
    assert differences(parse(CODEBOOK), parse(CODEBOOK.replace(old, new))) == {slug: found}


def test_new_and_removed_questions_and_new_keys_are_no_differences() -> None:
    extra = '  tone: {scale: binary, choices: ["no", "yes"], default: "no", perspective: viewer}\nlinks:'
    other = parse(CODEBOOK.replace("links:", extra).replace('"qwe"', '"rty"'))
    assert differences(parse(CODEBOOK), other) == differences(other, parse(CODEBOOK)) == {}
