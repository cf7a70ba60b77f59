from baseline.linear.ngrams import character_ngrams, word_ngrams


def test_chinese_is_split_into_characters_and_english_into_words() -> None:
    assert word_ngrams("我OK吗,don't") == ["我", "ok", "吗", ",", "don't", "我 ok", "ok 吗", "吗 ,", ", don't"]


def test_full_width_forms_and_curly_apostrophes_equal_ascii_forms() -> None:
    assert word_ngrams("ＯＫ！ don’t") == word_ngrams("OK! don't")


def test_character_ngrams_stay_inside_a_word() -> None:
    assert character_ngrams("ab cd") == ["~#ab", "~ab#", "~#ab#", "~#cd", "~cd#", "~#cd#"]
