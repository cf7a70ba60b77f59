from collections.abc import Sequence
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotator.domain.allocation.claims import claim
from corpus.domain.codebooks.shipped_codebooks import adopt
from corpus.domain.screening import weights
from corpus.domain.selection.candidates import Criteria, candidates
from corpus.domain.selection.steps import draw_dialogues, screen_dialogues, undo_step
from corpus.domain.selection.summary import selection_counts, selection_summary
from corpus.domain.structure.archiving import archive
from corpus.domain.structure.draft_dialogues import begin_dialogue, declare_all_ready
from corpus.domain.structure.ready_dialogues import back_to_draft, include_dialogue
from corpus.models import Corpus, Dialogue, Screening, SelectionStep
from tests.factories import (
    AnnotationFactory,
    CorpusFactory,
    DialogueFactory,
    EpisodeFactory,
    RaterFactory,
    SeriesFactory,
    UtteranceFactory,
)
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    found: Corpus = CorpusFactory()
    return found


def dialogues(corpus: Corpus, number: int, **given: Any) -> list[Dialogue]:
    made: list[Dialogue] = DialogueFactory.create_batch(number, corpus=corpus, **given)
    for dialogue in made:
        UtteranceFactory(dialogue=dialogue)
    return made


def drafts(corpus: Corpus, number: int, **given: Any) -> list[Dialogue]:
    return dialogues(corpus, number, state="draft", ready_at=None, **given)


def screen(corpus: Corpus, rows: Sequence[Dialogue], *, is_in: bool, reason: str = "off topic") -> SelectionStep:
    criteria = Criteria(screened="all", codes=tuple(row.code for row in rows))
    return screen_dialogues(corpus=corpus, criteria=criteria, is_in=is_in, reason=reason, decided_by=None)


def draw(corpus: Corpus, number: int, seed: int = 1, **given: Any) -> SelectionStep:
    criteria = given.pop("criteria", Criteria())
    return draw_dialogues(corpus=corpus, criteria=criteria, number=number, seed=seed, decided_by=None, **given)


def states(*rows: Dialogue) -> list[str]:
    found = dict(Dialogue.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "state"))
    return [found[row.pk] for row in rows]


def taken(step: SelectionStep) -> set[int]:
    return set(step.screenings.filter(is_in=True).values_list("dialogue", flat=True))


def test_a_dialogue_screened_out_is_excluded_and_back_in_its_state_once_it_is_in(corpus: Corpus) -> None:
    [draft], [ready] = drafts(corpus, 1), dialogues(corpus, 1)
    screen(corpus, [draft, ready], is_in=False)
    assert states(draft, ready) == ["excluded", "excluded"]
    screen(corpus, [draft, ready], is_in=False, reason="still off topic")
    screen(corpus, [draft, ready], is_in=True, reason="on topic after all")
    assert states(draft, ready) == ["draft", "ready"]
    draft.refresh_from_db()
    assert draft.ready_at is None
    assert selection_counts(corpus) == {"candidates": 2, "in": 2, "out": 0, "undecided": 0}


def test_an_undo_gives_back_decision_and_state_and_keeps_the_step(corpus: Corpus) -> None:
    rows = drafts(corpus, 2)
    screen(corpus, rows[:1], is_in=True, reason="good sound")
    out = screen(corpus, rows, is_in=False)
    undo_step(step=out, undone_by=None)
    assert states(*rows) == ["draft", "draft"]
    assert selection_counts(corpus) == {"candidates": 2, "in": 1, "out": 0, "undecided": 1}
    out.refresh_from_db()
    assert out.undone_at
    assert [step["reason"] for step in selection_summary(corpus)["steps"]] == ["good sound"]
    with refused("selection.undone"):
        undo_step(step=out, undone_by=None)


def test_undoing_an_inclusion_excludes_again(corpus: Corpus) -> None:
    [row] = dialogues(corpus, 1)
    screen(corpus, [row], is_in=False)
    back = screen(corpus, [row], is_in=True)
    undo_step(step=back, undone_by=None)
    assert states(row) == ["excluded"]
    screen(corpus, [row], is_in=True)
    assert states(row) == ["ready"]


def test_a_step_is_undone_after_the_later_ones_on_the_same_dialogues(corpus: Corpus) -> None:
    rows = dialogues(corpus, 2)
    first = screen(corpus, rows[:1], is_in=True)
    screen(corpus, rows[1:], is_in=True)
    later = screen(corpus, rows[:1], is_in=False)
    with refused("selection.later_step"):
        undo_step(step=first, undone_by=None)
    undo_step(step=later, undone_by=None)
    undo_step(step=first, undone_by=None)
    assert selection_counts(corpus)["undecided"] == 1


def test_a_dialogue_excluded_by_other_means_stays_excluded(corpus: Corpus) -> None:
    [row] = dialogues(corpus, 1, state="excluded")
    step = screen(corpus, [row], is_in=False)
    screen(corpus, [row], is_in=True)
    assert states(row) == ["excluded"]
    include_dialogue(dialogue=row)
    assert states(row) == ["ready"]
    assert step.population == 1


def test_a_draw_takes_the_same_dialogues_with_the_same_seed_and_a_larger_one_contains_it(corpus: Corpus) -> None:
    rows = dialogues(corpus, 12)
    small = draw(corpus, 3, seed=7)
    first = taken(small)
    assert len(first) == 3
    assert sorted(states(*rows)) == ["excluded"] * 9 + ["ready"] * 3
    undo_step(step=small, undone_by=None)
    assert set(states(*rows)) == {"ready"}
    large = draw(corpus, 6, seed=7)
    assert first < taken(large)
    undo_step(step=large, undone_by=None)
    assert any(undone_draw(corpus, seed) != first for seed in range(8, 12))


def undone_draw(corpus: Corpus, seed: int) -> set[int]:
    step = draw(corpus, 3, seed=seed)
    undo_step(step=step, undone_by=None)
    return taken(step)


def test_each_episode_has_its_probability_and_a_small_one_is_taken_whole(corpus: Corpus) -> None:
    series = SeriesFactory(corpus=corpus)
    large, small = (EpisodeFactory(series=series, title=title) for title in ("large", "small"))
    many = dialogues(corpus, 8, series=series, episode=large)
    few = dialogues(corpus, 1, series=series, episode=small)
    step = draw(corpus, 2, per="episode")
    assert [(group["population"], group["taken"], group["probability"]) for group in step.groups] == [
        (8, 2, 0.25),
        (1, 1, 1.0),
    ]
    assert weights(corpus) == {key: 1.0 if key == few[0].pk else 4.0 for key in taken(step)}
    assert len(taken(step) & {row.pk for row in many}) == 2


def test_a_draw_from_a_draw_multiplies_the_probabilities(corpus: Corpus) -> None:
    dialogues(corpus, 8)
    draw(corpus, 4)
    second = draw(corpus, 1, criteria=Criteria(screened="in"))
    assert set(weights(corpus).values()) == {8.0}
    undo_step(step=second, undone_by=None)
    assert set(weights(corpus).values()) == {2.0}


def test_a_dialogue_chosen_for_a_reason_takes_part_in_no_draw(corpus: Corpus) -> None:
    chosen, *_others = dialogues(corpus, 5)
    screen(corpus, [chosen], is_in=True, reason="the pilot")
    step = draw(corpus, 2)
    assert step.population == 4
    assert chosen.pk not in weights(corpus)
    document = selection_summary(corpus, [row.code for row in Dialogue.objects.filter(corpus=corpus, state="ready")])
    assert document["released"] == {"drawn": 2, "chosen": 1, "undecided": 0}
    assert [(row["kind"], row["decision"], row["population"], row["taken"]) for row in document["steps"]] == [
        ("screen", "in", 1, 1),
        ("draw", None, 4, 2),
    ]


def test_answered_dialogues_are_not_screened_out_and_nothing_changes(corpus: Corpus) -> None:
    rows = dialogues(corpus, 3)
    AnnotationFactory(rater=RaterFactory(corpus=corpus), utterance=rows[1].utterances.get())
    with refused("selection.answered"):
        screen(corpus, rows, is_in=False)
    assert set(states(*rows)) == {"ready"}
    assert not SelectionStep.objects.exists()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"number": 0}, "selection.bad_number"),
        ({"number": 1, "seed": -1}, "selection.bad_seed"),
        ({"number": 1, "seed": 2**53}, "selection.bad_seed"),
        ({"number": 1, "criteria": Criteria(screened="all")}, "selection.already_decided"),
        ({"number": 1, "criteria": Criteria(text="nobody says this")}, "selection.nothing"),
        ({"number": 1, "rule": "x" * 2001}, "selection.reason_too_long"),
    ],
)
def test_a_senseless_draw_is_refused(corpus: Corpus, given: dict[str, Any], code: str) -> None:
    dialogues(corpus, 2)
    with refused(code):
        draw(corpus, **given)


def test_a_screening_needs_a_reason_dialogues_and_a_writable_corpus(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = dialogues(corpus, 2)
    with refused("selection.no_reason"):
        screen(corpus, rows, is_in=True, reason=" ")
    with refused("selection.nothing"):
        screen_dialogues(corpus=corpus, criteria=Criteria(codes=("",)), is_in=True, reason="x", decided_by=None)
    monkeypatch.setattr("corpus.domain.selection.steps.MOST", 1)
    with refused("selection.too_many"):
        screen(corpus, rows, is_in=True)
    archive(corpus=corpus, now=timezone.now())
    with refused("corpus.archived"):
        screen(corpus, rows[:1], is_in=True)


def test_the_parts_of_a_divided_dialogue_keep_its_probability(corpus: Corpus) -> None:
    drafts(corpus, 4)
    draw(corpus, 2)
    whole = Dialogue.objects.get(pk=min(weights(corpus)))
    later = UtteranceFactory(dialogue=whole, order=whole.utterances.get().order + 1)
    part = begin_dialogue(utterance=later)
    assert weights(corpus)[part.pk] == 2.0
    undo_step(step=SelectionStep.objects.get(), undone_by=None)
    assert weights(corpus) == {}


def test_drafts_screened_out_are_neither_declared_ready_nor_included_elsewhere(corpus: Corpus) -> None:
    episode = EpisodeFactory(series=SeriesFactory(corpus=corpus))
    rows = drafts(corpus, 2, series=episode.series, episode=episode)
    screen(corpus, rows[:1], is_in=False)
    assert declare_all_ready(episode=episode) == 1
    for act in (include_dialogue, back_to_draft):
        with refused("selection.screened_out"):
            act(dialogue=rows[0])


def test_criteria_find_dialogues_by_series_text_and_length(corpus: Corpus) -> None:
    series = SeriesFactory(corpus=corpus, name="One")
    long, other = dialogues(corpus, 1, series=series)[0], dialogues(corpus, 1)[0]
    UtteranceFactory(dialogue=long, text="a rare word")
    dialogues(corpus, 1, state="hidden")

    def found(**given: Any) -> list[int]:
        return list(candidates(corpus, Criteria(**given)).values_list("pk", flat=True))

    assert found() == [long.pk, other.pk]
    assert found(series="One") == found(text="RARE") == found(shortest=2) == [long.pk]
    assert found(episode="none") == []
    screen(corpus, [long], is_in=False)
    assert (found(), found(screened="out"), found(screened="in")) == ([other.pk], [long.pk], [])


def test_annotators_get_no_dialogue_that_was_screened_out() -> None:
    rater = RaterFactory()
    adopt(corpus=rater.corpus, name="affect-dialogue")
    rater.refresh_from_db()
    rows = dialogues(rater.corpus, 2)
    screen(rater.corpus, rows[:1], is_in=False)
    assignment = claim(rater=rater, now=timezone.now())
    assert assignment is not None
    assert assignment.dialogue_id == rows[1].pk


def test_the_database_keeps_one_current_decision_and_probabilities_that_are_shares(corpus: Corpus) -> None:
    [row] = dialogues(corpus, 1)
    step = screen(corpus, [row], is_in=True)
    for given in ({"is_current": True}, {"is_current": False, "probability": 1.5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Screening.objects.create(step=step, dialogue=row, is_in=True, **given)
