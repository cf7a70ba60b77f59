"""The generator: what it draws has the frequencies and dependence that its arguments state."""

from typing import Any

import numpy as np
import pytest

from agreement.simulation.adjudicators import adjudicated
from agreement.simulation.confusions import confusions, nominal, ordinal
from agreement.simulation.raters import INDEPENDENT, Dependence, RaterModel, simulated_answers, usual_raters
from agreement.simulation.truth import Bools, Codes, Truth, bits_of, synthetic_truth, truth_of
from corpus.rules.codebook import CANNOT_JUDGE, Codebook, CodeLayout, parse, problems

RULES = """
name: generated
tasks:
  mood: {scale: ordinal, choices: [bad, even, good], default: even, perspective: speaker}
  feeling: {scale: nominal, choices: [calm, joy, rage, fear, awe], default: calm, perspective: speaker}
  irony: {scale: binary, choices: ["no", "yes"], default: "no", perspective: viewer}
  tags: {scale: nominal, choices: [plain, loud, sad], default: plain, perspective: viewer, many: true}
links:
  feeling_mood: {from: feeling, to: mood, values: [-2, -1, 0, 1, 2], asked_when: "feeling != calm"}
  irony_mood: {from: irony, to: mood, values: [-1, 0, 1], asked_when: "irony == yes"}
"""
DIALOGUES, LENGTH = 900, 8


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return parse(RULES)


@pytest.fixture(scope="module")
def truth(codebook: Codebook) -> Truth:
    return synthetic_truth(codebook, np.repeat(np.arange(DIALOGUES), LENGTH), seed=5)


def decoded(codebook: Codebook, codes: Codes) -> list[dict[str, Any]]:
    layout = CodeLayout(codebook)
    return [layout.decode(row.astype("<i2").tobytes()) for row in codes]


def cell(codebook: Codebook, slug: str) -> int:
    return next(column.start for column in CodeLayout(codebook).columns if column.slug == slug)


def test_true_profiles_are_complete_and_have_the_stated_frequencies(codebook: Codebook, truth: Truth) -> None:
    profiles = decoded(codebook, truth.codes)
    assert all(problems(codebook, each) == [] for each in profiles)
    shares = [np.mean([each["feeling"] == choice for each in profiles]) for choice in ("calm", "joy", "awe")]
    assert shares == pytest.approx([0.6, 0.4 * 8 / 15, 0.4 / 15], abs=0.02)
    assert np.mean(["loud" in each["tags"] for each in profiles]) == pytest.approx(0.24, abs=0.03)


def test_neighbours_in_a_dialogue_share_answers_more_often_than_chance(codebook: Codebook) -> None:
    dialogue = np.repeat(np.arange(DIALOGUES), LENGTH)
    place = cell(codebook, "irony")
    found = []
    for repeats in (0.0, 0.5):
        codes = synthetic_truth(codebook, dialogue, seed=1, repeats=repeats).codes[:, place].reshape(DIALOGUES, LENGTH)
        found.append(np.mean(codes[:, 1:] == codes[:, :-1]))
    assert found[0] == pytest.approx(0.6**2 + 0.4**2, abs=0.02)
    assert found[1] == pytest.approx(0.5 + 0.5 * (0.6**2 + 0.4**2), abs=0.02)


@pytest.mark.parametrize("slug", ["mood", "feeling", "irony"])
def test_answers_follow_the_confusion_matrix(codebook: Codebook, truth: Truth, slug: str) -> None:
    model = RaterModel("one", confusions(codebook, 0.7), cannot_judge=0.0)
    codes = simulated_answers(truth, [model], seed=2, dependence=INDEPENDENT)[0]
    place, matrix = cell(codebook, slug), model.confusions[slug]
    for true in range(len(matrix)):
        given = codes[truth.codes[:, place] == true, place]
        assert np.bincount(given, minlength=len(matrix)) / len(given) == pytest.approx(matrix[true], abs=0.06)


def test_a_link_follows_its_matrix_where_the_rater_has_the_true_ends(codebook: Codebook, truth: Truth) -> None:
    model = RaterModel("one", confusions(codebook, 0.7), cannot_judge=0.0)
    codes = simulated_answers(truth, [model], seed=2, dependence=INDEPENDENT)[0]
    link, ends = cell(codebook, "feeling_mood"), [cell(codebook, "feeling"), cell(codebook, "mood")]
    same = (codes[:, ends] == truth.codes[:, ends]).all(axis=1) & (truth.codes[:, link] == 2)
    given = codes[same, link]
    assert np.bincount(given, minlength=5) / len(given) == pytest.approx(model.confusions["feeling_mood"][2], abs=0.06)


def test_several_choices_are_named_and_added_with_their_probabilities(codebook: Codebook, truth: Truth) -> None:
    model = RaterModel("one", confusions(codebook, 0.8), cannot_judge=0.0)
    codes = simulated_answers(truth, [model], seed=2, dependence=INDEPENDENT)[0]
    column = CodeLayout(codebook).columns[3]
    true, given = (bits_of(column, each[:, column.start : column.start + 1]) for each in (truth.codes, codes))
    assert given.any(axis=1).all()
    several = true[:, 1] & (true.sum(axis=1) > 1)  # hardly ever would a rater name none of them
    assert given[several, 1].mean() == pytest.approx(0.8, abs=0.06)
    assert given[:, 2][~true[:, 2]].mean() == pytest.approx(0.2 / 3, abs=0.06)


def test_every_simulated_annotation_fits_the_codebook(codebook: Codebook, truth: Truth) -> None:
    for codes in simulated_answers(truth, usual_raters(codebook), seed=3):
        assert all(problems(codebook, each) == [] for each in decoded(codebook, codes))


def test_cannot_judge_and_missing_dialogues_have_their_shares(codebook: Codebook, truth: Truth) -> None:
    model = RaterModel("one", confusions(codebook, 0.8), cannot_judge=0.1, absent=0.25)
    given = decoded(codebook, simulated_answers(truth, [model], seed=4)[0])
    missing = [not each for each in given]
    assert np.mean(missing) == pytest.approx(0.25, abs=0.05)
    assert all(len(set(missing[start : start + LENGTH])) == 1 for start in range(0, len(missing), LENGTH))
    answered = [each for each in given if each]
    assert np.mean([each["mood"] == CANNOT_JUDGE for each in answered]) == pytest.approx(0.1, abs=0.02)


def test_nobody_says_cannot_judge_where_the_codebook_forbids_it() -> None:
    strict = parse(RULES + "policy: {cannot_judge: off}\n")
    truth = synthetic_truth(strict, np.arange(500), seed=1)
    given = simulated_answers(truth, [RaterModel("one", confusions(strict, 0.8), cannot_judge=0.5)], seed=1)[0]
    assert all(problems(strict, each) == [] for each in decoded(strict, given))


def wrong(codebook: Codebook, truth: Truth, spread: Dependence) -> Bools:
    """Whether each of three raters, (3, dialogues, utterances), has a wrong answer to one task."""
    codes = simulated_answers(truth, usual_raters(codebook, (0.8, 0.8, 0.8)), seed=6, dependence=spread)
    place = cell(codebook, "irony")
    mistaken: Bools = codes[:, :, place] != truth.codes[:, place]
    return mistaken.reshape(3, DIALOGUES, LENGTH)


def test_hard_utterances_mislead_several_raters_at_once(codebook: Codebook, truth: Truth) -> None:
    def together(spread: Dependence) -> float:
        one, other, _ = wrong(codebook, truth, spread).reshape(3, -1)
        return float((one & other).mean() / (one.mean() * other.mean()) - 1)

    assert together(Dependence(0.0, 1.5)) > 0.3
    assert abs(together(INDEPENDENT)) < 0.15


def test_a_rater_errs_more_in_some_dialogues_than_in_others(codebook: Codebook, truth: Truth) -> None:
    def spread_of_means(spread: Dependence) -> float:
        return float(wrong(codebook, truth, spread)[0].mean(axis=1).std())

    assert spread_of_means(Dependence(1.5, 0.0)) > 1.3 * spread_of_means(INDEPENDENT)


def test_near_misses_are_the_usual_mistakes_on_an_ordered_scale() -> None:
    matrix = ordinal(5, 0.8)
    assert matrix.sum(axis=1) == pytest.approx(np.ones(5))
    assert matrix[0, 1] == pytest.approx(4 * matrix[0, 2])
    assert np.diag(matrix) == pytest.approx(np.full(5, 0.8))


def test_rare_choices_are_mostly_missed_in_favour_of_the_default() -> None:
    matrix = nominal(7, 0, 0.8)
    assert matrix.sum(axis=1) == pytest.approx(np.ones(7))
    assert matrix[3, 0] == pytest.approx(0.2 * 0.6)
    assert matrix[0, 0] > matrix[3, 3] == pytest.approx(0.8)


@pytest.mark.parametrize("follows", [0.0, 1.0])
def test_an_adjudicator_errs_as_often_as_stated_and_as_the_raters_do(
    codebook: Codebook, truth: Truth, follows: float
) -> None:
    models = usual_raters(codebook)
    answers = simulated_answers(truth, models, seed=7)
    codes = adjudicated(truth, answers, models, seed=7, error=0.1, follows=follows)
    assert all(problems(codebook, each) == [] for each in decoded(codebook, codes))
    for slug in ("mood", "feeling", "irony"):
        place = cell(codebook, slug)
        mistaken = codes[:, place] != truth.codes[:, place]
        assert mistaken.mean() == pytest.approx(0.1, abs=0.015)
        misled = mistaken & ((answers[:, :, place] != truth.codes[:, place]) & (answers[:, :, place] >= 0)).any(axis=0)
        if follows:  # every mistake at an utterance with a mistake of a rater repeats one
            assert (answers[:, misled, place] == codes[misled, place]).any(axis=0).all()
    place = cell(codebook, "feeling")
    joy = (truth.codes[:, place] == 1) & (codes[:, place] != 1)
    assert (codes[joy, place] == 0).mean() > 0.4  # joy is mostly mistaken for calm, as by the raters


def test_an_adjudicator_who_never_errs_decides_the_truth(codebook: Codebook, truth: Truth) -> None:
    models = usual_raters(codebook)
    answers = simulated_answers(truth, models, seed=7)
    assert (adjudicated(truth, answers, models, seed=1, error=0.0) == truth.codes).all()


def test_equal_seeds_give_equal_answers_and_others_do_not(codebook: Codebook, truth: Truth) -> None:
    models = usual_raters(codebook)
    one, again, other = (simulated_answers(truth, models, seed=seed) for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()
    assert (simulated_answers(truth, models[:2], seed=1) == one[:2]).all()  # later raters change nothing before them
    decided = [adjudicated(truth, one, models, seed=seed) for seed in (1, 1, 2)]
    assert (decided[0] == decided[1]).all()
    assert (decided[0] != decided[2]).any()


def test_answers_of_a_corpus_become_the_truth(codebook: Codebook, truth: Truth) -> None:
    again = truth_of(codebook, decoded(codebook, truth.codes), truth.dialogue)
    assert (again.codes == truth.codes).all()
