import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from agreement.label_index import registry, storage
from agreement.label_index.index import LabelIndex
from agreement.label_index.resolution import resolve
from agreement.label_index.texts import TextBuffer, needle
from agreement.label_index.watermarks import LONGEST_TRANSACTION, Watermark
from corpus.domain.annotations.revisions import NewRevision, commit_revision
from corpus.domain.structure.ready_utterances import edit_ready_utterance
from corpus.models import Corpus, Dialogue, Rater, Revision, Utterance
from corpus.rules.label_selection import Selection
from tests.agreement.label_index import material, naive
from tests.agreement.material import finish
from tests.factories import DialogueFactory, RaterFactory, UserFactory, UtteranceFactory

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def codes(corpus: Corpus, index: LabelIndex, selection: Selection) -> list[str]:
    rows = resolve(selection, corpus=corpus, index=index, visible=None).search.all()
    names = dict(Utterance.objects.filter(dialogue__corpus=corpus).values_list("pk", "code"))
    return [names[key] for key in index.arrays.utterance[rows].tolist()]


def commit(rater: Rater, utterance: Utterance, answers: dict[str, object] | None, cause: str = "commit") -> None:
    codebook = utterance.dialogue.corpus.codebook
    author = rater.membership.user if rater.membership else None
    assert codebook
    assert author
    commit_revision(
        NewRevision(rater=rater, utterance=utterance, codebook=codebook, author=author, answers=answers, cause=cause)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_an_index_that_follows_changes_equals_one_that_is_built_anew(seed: int) -> None:
    rng = random.Random(seed)
    corpus = material.random_corpus(rng)
    index = LabelIndex.build(corpus)
    raters = list(corpus.raters.filter(kind="member"))
    for _ in range(4):
        for _ in range(5):
            utterance = rng.choice(list(Utterance.objects.filter(dialogue__corpus=corpus)))
            if utterance.dialogue.state == "draft":
                continue
            assert corpus.codebook is not None
            profile = material.profile(rng, corpus.codebook)
            commit(rng.choice(raters), utterance, rng.choice([profile, None]), "undo")
        fresh = DialogueFactory(corpus=corpus, series=corpus.series.first(), order=rng.randint(0, 20))
        UtteranceFactory(dialogue=fresh, order=1, text="new text")
        Dialogue.objects.filter(pk=rng.choice(list(corpus.dialogues.filter(state="ready"))).pk).update(state="excluded")
        index.refresh(corpus)
        again = LabelIndex.build(corpus)
        rows = naive.rows_of(corpus)
        for _ in range(15):
            selection = material.random_selection(rng, corpus)
            expected = naive.matching(rows, selection)
            assert codes(corpus, index, selection) == codes(corpus, again, selection) == expected, selection.query()


@pytest.mark.django_db
def test_an_edit_of_text_and_speaker_is_found_at_once() -> None:
    corpus = material.random_corpus(random.Random(1))
    index = LabelIndex.build(corpus)
    utterance = Utterance.objects.filter(dialogue__corpus=corpus, dialogue__state="ready").first()
    assert utterance is not None
    edit_ready_utterance(
        utterance=utterance,
        text="edited words",
        speaker="",
        start_ms=None,
        end_ms=None,
        edited_by=UserFactory(),
        now=NOW,
    )
    index.refresh(corpus)
    assert codes(corpus, index, Selection(text="EDITED")) == [utterance.code]


@pytest.mark.django_db
def test_a_stored_index_is_the_same_and_follows_later_changes() -> None:
    rng = random.Random(3)
    corpus = material.random_corpus(rng)
    assert registry.make_index(corpus, progress=lambda _done, _all: None) > 0
    stored = storage.load(corpus)
    assert stored is not None
    rows = naive.rows_of(corpus)
    for _ in range(20):
        selection = material.random_selection(rng, corpus)
        assert codes(corpus, stored, selection) == naive.matching(rows, selection)
    rater, utterance = RaterFactory(corpus=corpus), Utterance.objects.filter(dialogue__corpus=corpus).last()
    assert utterance is not None
    assert corpus.codebook is not None
    Dialogue.objects.filter(pk=utterance.dialogue_id).update(state="ready", ready_at=NOW)
    finish(rater, utterance.dialogue)
    commit(rater, utterance, material.profile(rng, corpus.codebook))
    stored.refresh(corpus)
    assert codes(corpus, stored, Selection(rater=(rater.slug,))) == [utterance.code]
    corpus.codebook = material.codebook(corpus, material.CODEBOOK + "# other", 9)
    corpus.save()
    assert storage.load(corpus) is None  # its codes belong to another version


@pytest.mark.django_db
def test_only_a_large_corpus_waits_for_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = material.random_corpus(random.Random(4))
    with registry.fresh_index(corpus) as index:
        assert len(index.arrays) > 1
    registry.forget()
    monkeypatch.setattr(registry, "SMALL", 1)
    with pytest.raises(registry.NotReadyError) as waiting, registry.fresh_index(corpus):
        pass
    assert waiting.value.job.kind == registry.KIND
    registry.make_index(corpus, progress=lambda _done, _all: None)
    with registry.fresh_index(corpus) as loaded:
        assert len(loaded.arrays) == len(index.arrays)


@pytest.mark.django_db
def test_too_many_changes_are_left_to_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = material.random_corpus(random.Random(5))
    monkeypatch.setattr(registry, "SMALL", 1)
    registry.make_index(corpus, progress=lambda _done, _all: None)
    with registry.fresh_index(corpus):
        pass
    monkeypatch.setattr("agreement.label_index.index.MOST_CHANGES", 0)
    rater = corpus.raters.filter(kind="member").first()
    utterance = Utterance.objects.filter(dialogue__corpus=corpus, dialogue__state="ready").first()
    assert rater
    assert utterance
    assert corpus.codebook
    commit(rater, utterance, material.profile(random.Random(1), corpus.codebook))
    with pytest.raises(registry.NotReadyError), registry.fresh_index(corpus):
        pass


def test_a_watermark_waits_for_ids_that_were_skipped() -> None:
    mark = Watermark(10).moved([11, 12, 15], now=NOW)
    assert (mark.last, [gap[:2] for gap in mark.gaps]) == (15, [(13, 14)])
    later = mark.moved([14, 16], now=NOW + timedelta(minutes=1))
    assert (later.last, [gap[:2] for gap in later.gaps]) == (16, [(13, 13)])
    assert Watermark.from_json(later.as_json()) == later
    assert later.moved([], now=NOW + LONGEST_TRANSACTION).gaps == ()


def test_a_watermark_keeps_few_gaps_and_loses_none() -> None:
    seen = list(range(2, 1000, 2))
    mark = Watermark(0).moved(seen, now=NOW)
    missing = [key for key in range(1, 998) if key % 2]
    assert len(mark.gaps) <= 100
    assert all(any(first <= key <= last for first, last, _ in mark.gaps) for key in missing)


@pytest.mark.django_db
def test_a_revision_with_a_lower_id_that_is_committed_later_is_read() -> None:
    corpus = material.random_corpus(random.Random(6))
    index = LabelIndex.build(corpus)
    rater = corpus.raters.filter(kind="member").first()
    utterance = Utterance.objects.filter(dialogue__corpus=corpus, dialogue__state="ready").first()
    assert rater
    assert utterance
    assert corpus.codebook
    commit(rater, utterance, material.profile(random.Random(1), corpus.codebook))
    last = Revision.objects.latest("pk").pk
    index.revisions = Watermark(last, ((last, last, datetime.now(UTC)),))  # a higher id was read first
    row = int(index.arrays.rows_of(np.array([utterance.pk]))[0])
    before = [layer.time[row] for layer in index.arrays.layers]
    index.refresh(corpus)
    assert [layer.time[row] for layer in index.arrays.layers] != before
    assert index.revisions.gaps == ()


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [4, 3, 1], [0, 3, 4, 1, 2], []])
def test_texts_keep_their_rows_in_another_order(order: list[int]) -> None:
    old, new = TextBuffer.of(["你好", "abc", ""]), TextBuffer.of(["Ｄ", "再见"])
    old.change(1, "changed")
    texts = ["你好", "changed", "", "d", "再见"]
    merged = old.merged(new, np.array(order, dtype=np.int64))
    for text in filter(None, texts):
        rows = [row for row, each in enumerate(order) if text in texts[each]]
        assert list(merged.rows_with(needle(text), 0, len(order))) == rows
        assert [row for row in range(len(order)) if merged.contains(row, needle(text))] == rows
