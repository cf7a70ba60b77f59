import pytest

from corpus.rules.json_texts import BrokenJsonError, json_value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"a":\n1,}', 2),
        ("[" * 100_000, 1),
        ('{"a": 1,\n"b":\n' + "1" * 5000 + "}", 3),
        ("", 1),
    ],
    ids=["no JSON", "too deep", "long number", "empty"],
)
def test_a_text_that_python_does_not_read_names_its_line(text: str, line: int) -> None:
    with pytest.raises(BrokenJsonError) as caught:
        json_value(text)
    assert caught.value.line == line


def test_a_value_is_read() -> None:
    assert json_value('{"a": [1, "x", null]}') == {"a": [1, "x", None]}
