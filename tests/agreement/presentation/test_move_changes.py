"""Sentences about the changes between two codebook versions."""

from agreement.presentation.move_changes import change_sentences
from corpus.rules.codebook import parse
from corpus.rules.moves import compare, completed
from tests.annotator.material import CODEBOOK

TEXTS = "texts:\n  en:\n    sentiment.{slug}: {{name: negative}}\n"


def sentences(choices: str, answers: dict[str, object], texts: str = "") -> list[tuple[str, list[str]]]:
    before = 'choices: [negative, neutral, positive], default: neutral, perspective: speaker, keys: "123"'
    after = f"choices: {choices}, default: neutral, perspective: speaker"
    old, new = parse(CODEBOOK), parse(CODEBOOK.replace(before, after) + texts)
    mapping = completed(old, new, {"questions": {"sentiment": {"answers": answers}}})
    return change_sentences(compare(old, new, mapping), old, new, "en")


def test_a_split_names_its_parts_and_says_that_it_is_asked_again() -> None:
    found = sentences("[sad, angry, neutral, positive]", {"negative": ["sad", "angry"]})
    assert found == [("sentiment", ["negative was split into sad, angry and is asked again"])]


def test_a_renamed_choice_with_the_text_of_before_is_told_by_its_slug() -> None:
    [(_, said)] = sentences("[bad, neutral, positive]", {"negative": "bad"}, TEXTS.format(slug="bad"))
    assert said == ["negative becomes negative (bad)"]
