from corpus.importers.raters import rater_slugs


def test_names_become_slugs_and_names_without_latin_letters_numbers() -> None:
    names = ["Anna B.", "情感_甲", "乙", "anna b", "__", "甲2"]
    assert rater_slugs(names) == {
        "Anna-B": "Anna B.",
        "rater-2": "情感_甲",
        "rater-3": "乙",
        "anna-b-2": "anna b",
        "rater-5": "__",
        "2": "甲2",
    }
