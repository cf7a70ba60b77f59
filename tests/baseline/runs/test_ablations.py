import pytest

from baseline.options import Options
from baseline.runs.ablations import ablations

MODALITIES = {"ngrams": "text", "linear": "text", "audio": "audio", "video": "video"}


def test_each_part_of_a_network_is_left_out_once() -> None:
    options = Options(features=("ngrams", "linear", "audio", "video"))
    found = {each.name: each for each in ablations("soft-sharing", options, MODALITIES, has_links=True)}
    assert [name.removeprefix("soft-sharing, ") for name in found] == [
        *("without text", "without audio", "without video", "text alone", "audio alone", "video alone"),
        *("plain fusion", "without context", "past context", "links as supervision", "without links"),
        *("a network per task", "hard sharing"),
    ]
    assert found["soft-sharing, without text"].options.features == ("audio", "video")
    assert found["soft-sharing, text alone"].options.features == ("ngrams", "linear")
    assert found["soft-sharing, a network per task"].model == "single"
    assert found["soft-sharing, hard sharing"].options == options


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (Options(features=("ngrams",)), ["without context", "past context", "a network per task"]),
        (Options(features=("ngrams",), context="none"), ["a network per task"]),
        (
            Options(features=("ngrams", "audio"), context="past"),
            ["without text", "without audio", "plain fusion", "without context", "a network per task"],
        ),
    ],
    ids=["one modality", "no context", "two modalities"],
)
def test_what_a_network_lacks_is_not_left_out(options: Options, expected: list[str]) -> None:
    found = ablations("hard-sharing", options, MODALITIES, has_links=False)
    assert [each.name.removeprefix("hard-sharing, ") for each in found] == expected
