import pytest

from corpus.rules.json_texts import BrokenJsonError, entry_lines, json_value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"a":\n1,}', 2),
        ("[" * 100_000, 1),
        ('{"a": 1,\n"b":\n' + "1" * 5000 + "}", 3),
        ('{"a": "' + "1" * 5000 + '",\n"b\\"' + "1" * 5000 + '": [\n1.' + "1" * 5000 + ",\n-" + "1" * 5000 + "]}", 4),
        ("", 1),
    ],
    ids=["no JSON", "too deep", "long number", "digits in strings and behind a point", "empty"],
)
def test_a_text_that_python_does_not_read_names_its_line(text: str, line: int) -> None:
    with pytest.raises(BrokenJsonError) as caught:
        json_value(text)
    assert caught.value.line == line


@pytest.mark.parametrize("opening", ["[\n", '{"a": [],\n"[{":\n'])
def test_the_line_of_the_bracket_that_is_nested_too_deeply(opening: str) -> None:
    lines, reason, count = opening.count("\n"), "", 900
    while reason != "nested too deeply":  # the first one of which Python says so; it depends on the running functions
        count += 1
        with pytest.raises(BrokenJsonError) as caught:
            json_value(opening * count)
        reason = caught.value.reason
    for more in (0, 1, 20_000):
        with pytest.raises(BrokenJsonError) as caught:
            json_value("\n" + opening * (count + more))
        assert caught.value.line == 2 + (count - 1) * lines


def test_a_value_is_read() -> None:
    assert json_value('{"a": [1, "x", null]}') == {"a": [1, "x", None]}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"x": [1], "list":\n[{"key": 1},\n{"a": 2,\n"key": 3},\n{"a": "key"}]}', [2, 4, 5]),
        ('[{"key":\n[{"key": 1},\n2]},\n"]",\nnull, -1.5e3,\n[{"key": 0}],\n{}]', [1, 4, 5, 5, 6, 7]),
        ('{"a": {"list": [1]},\n"b": "list", "list": [\n7, "{"], "c": [\n8]}', [3, 3]),
        ('{"list": "x", "b": [1]}', []),
        ('{"list": []}', []),
        ('[{"a\\"": "\\\\",\n"key" : 1}]', [2]),
    ],
)
def test_the_lines_of_the_entries_of_a_list(text: str, lines: list[int]) -> None:
    json_value(text)
    assert list(entry_lines(text, "list", "key")) == lines


def test_a_list_that_an_object_names_twice_has_the_lines_of_the_last_one() -> None:
    text = '{"list": [{"key": 1},\n {"key": 2}],\n "x": ["list"],\n "list": [\n  {"key": 3}]}'
    assert list(entry_lines(text, "list", "key")) == [5]
