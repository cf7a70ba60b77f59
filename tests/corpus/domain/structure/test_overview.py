import pytest

from corpus.domain.structure.overview import Figures, Step, figures, memberships_of, next_steps
from corpus.models import Corpus, Membership
from tests.factories import (
    CodebookVersionFactory,
    CorpusFactory,
    DialogueFactory,
    EpisodeFactory,
    MembershipFactory,
    RaterFactory,
    UserFactory,
    UtteranceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    return CorpusFactory()


def step(corpus: Corpus, role: str) -> Step:
    membership = MembershipFactory(corpus=corpus, role=role)
    return next_steps([membership])[membership.pk]


def test_a_manager_is_led_from_codebook_to_progress(corpus: Corpus) -> None:
    seen = [step(corpus, "manager")]
    corpus.codebook = CodebookVersionFactory(corpus=corpus)
    corpus.save()
    seen.append(step(corpus, "manager"))
    DialogueFactory(corpus=corpus, state="draft", ready_at=None)
    seen.append(step(corpus, "manager"))
    corpus.dialogues.all().delete()
    DialogueFactory(corpus=corpus)
    seen.append(step(corpus, "manager"))
    MembershipFactory(corpus=corpus, role="annotator", is_active=False)
    seen.append(step(corpus, "manager"))
    MembershipFactory(corpus=corpus, role="annotator")
    seen.append(step(corpus, "manager"))
    assert seen == [
        Step("codebook"),
        Step("episode"),
        Step("drafts", 1),
        Step("invite"),
        Step("invite"),
        Step("progress"),
    ]


def test_an_annotator_can_label_once_there_is_a_codebook(corpus: Corpus) -> None:
    DialogueFactory(corpus=corpus)
    seen = [step(corpus, "annotator")]
    corpus.codebook = CodebookVersionFactory(corpus=corpus)
    corpus.save()
    seen.append(step(corpus, "annotator"))
    assert [*seen, step(corpus, "adjudicator")] == [Step("wait"), Step("label"), Step("look")]


def test_the_contents_of_a_corpus_are_counted(corpus: Corpus) -> None:
    UtteranceFactory.create_batch(3, dialogue=DialogueFactory(corpus=corpus))
    RaterFactory(corpus=corpus)
    EpisodeFactory(series__corpus=corpus)
    EpisodeFactory(series__corpus=corpus, state="failed", playable=None)  # a rejected upload is no episode
    DialogueFactory()
    assert figures(corpus) == Figures(episodes=1, drafts=0, ready=1, utterances=3, annotators=1)


def test_my_corpora_are_the_active_ones_newest_first() -> None:
    user = UserFactory()
    older, newer = MembershipFactory.create_batch(2, user=user)
    MembershipFactory(user=user, is_active=False)
    assert list(memberships_of(user)) == [newer, older]


@pytest.mark.parametrize("corpora", [1, 3])
def test_the_steps_of_any_number_of_corpora_take_two_queries(
    corpora: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    user = UserFactory()
    MembershipFactory.create_batch(corpora, user=user, role=Membership.Role.MANAGER)
    with django_assert_num_queries(3):  # type: ignore[operator]
        next_steps(memberships_of(user))
