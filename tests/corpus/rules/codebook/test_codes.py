import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Choice, Codebook, CodeLayout, Task
from corpus.rules.codebook.codes import CANNOT_JUDGE_CODE, MISSING, NOT_APPLICABLE_CODE
from corpus.rules.codebook.definition import Link

SENSES = tuple(f"sense{number}" for number in range(20))


def task(slug: str, choices: tuple[str, ...], *, many: bool = False) -> Task:
    return Task(slug, "nominal", "speaker", tuple(Choice(each) for each in choices), "", many=many)


CODEBOOK = Codebook(
    name="test",
    tasks=(task("emotion", ("joy", "anger", "neutral")), task("senses", SENSES, many=True)),
    links=(Link("emotion_senses", "emotion", "senses", (-2, -1, 0, 1, 2), "", "", []),),
)
LAYOUT = CodeLayout(CODEBOOK)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "emotion": st.sampled_from(["joy", "anger", "neutral", CANNOT_JUDGE]),
        "senses": st.one_of(
            st.just(CANNOT_JUDGE),
            st.sets(st.sampled_from(SENSES), min_size=1).map(
                lambda chosen: [each for each in SENSES if each in chosen]
            ),
        ),
        "emotion_senses": st.sampled_from([-2, -1, 0, 1, 2, NOT_APPLICABLE]),
    },
)


@given(ANSWERS)
def test_decoding_gives_back_every_answer(answers: dict[str, object]) -> None:
    assert LAYOUT.decode(LAYOUT.encode(answers)) == answers


def test_numpy_reads_one_row_of_small_integers_per_annotation() -> None:
    rows: list[dict[str, object]] = [
        {"emotion": "anger", "senses": ["sense0", "sense16"], "emotion_senses": 2},
        {"emotion": CANNOT_JUDGE, "emotion_senses": NOT_APPLICABLE},
    ]
    table = np.frombuffer(b"".join(LAYOUT.encode(row) for row in rows), dtype="<i2").reshape(2, LAYOUT.width)
    assert [column.start for column in LAYOUT.columns] == [0, 1, 3]
    assert table.tolist() == [[1, 1, 2, 4], [CANNOT_JUDGE_CODE, MISSING, 0, NOT_APPLICABLE_CODE]]


@pytest.mark.parametrize("answer", ["sadness", True, 1, None, ["joy"], {}], ids=repr)
def test_an_answer_that_is_not_offered_is_missing(answer: object) -> None:
    assert LAYOUT.columns[0].encode(answer) == [MISSING]


@pytest.mark.parametrize("answer", ["sense1", [], ["sense1", "smell"], [["sense1"]]], ids=repr)
def test_a_set_with_an_unknown_choice_is_missing(answer: object) -> None:
    assert LAYOUT.columns[1].encode(answer) == [MISSING, 0]


def test_the_number_true_is_no_value_of_a_link() -> None:
    assert LAYOUT.columns[2].encode(True) == [MISSING]  # noqa: FBT003 -- `True == 1`
