import numpy as np
import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.rows import Question
from baseline.features.base import Bags, Vectors
from baseline.networks.context import DialogueContext
from baseline.networks.encoders import FUSIONS, ModalityEncoder, OwnFusion
from baseline.networks.heads import head
from baseline.networks.minibatches import Split
from baseline.networks.network import Network
from baseline.networks.sharing import SHARING, SoftSharing
from baseline.options import Options
from tests.baseline.material import LINK, MOODS, SENTIMENT, utterance

pytestmark = pytest.mark.torch

QUESTIONS = [SENTIMENT, MOODS, LINK]
ROWS = [utterance(dialogue="x", order=order, speaker="王李"[order % 2]) for order in range(3)] + [
    utterance(dialogue="y")
]
WIDTH = 8
OPTIONS = Options(width=WIDTH)


def split() -> Split:
    bags = Bags(np.array([0, 1, 3, 4, 5]), np.array([0, 1, 2, 1, 2]), 3)
    vectors = np.arange(8, dtype=np.float32).reshape(4, 2)
    vectors[1] = np.nan
    return Split(ROWS, [bags, Vectors(vectors)], {"王": 1}, "cpu")


def network(sharing: str, options: Options = OPTIONS) -> Network:
    torch.manual_seed(0)
    inputs = split()
    modalities = [("text", inputs.prepared[0]), ("audio", inputs.prepared[1])]
    return Network(QUESTIONS, modalities, 1, sharing, options)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.slug))
def test_probabilities_of_a_head_add_up_to_one(question: Question) -> None:
    torch.manual_seed(0)
    found = head(WIDTH, question)(torch.randn(5, WIDTH) * 5)
    assert found.shape == (5, len(question.classes))
    if not question.many:
        torch.testing.assert_close(found.exp().sum(dim=1), torch.ones(5))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.slug))
def test_a_head_with_nothing_to_correct_returns_the_predictions(question: Question) -> None:
    probabilities = np.array([[0.9, 0.06, 0.03, 0.007, 0.003]], np.float32)[:, : len(question.classes)]
    probabilities /= 1 if question.many else probabilities.sum()
    stacked = Vectors(np.log(probabilities), {question.slug: slice(0, len(question.classes))})
    built = Network([question], [("text", stacked)], 1, "hard-sharing", OPTIONS).eval()
    for weight in built.heads[0].head.parameters():
        torch.nn.init.zeros_(weight)
    if question.is_ordered and len(question.classes) > 2:  # equal probabilities of the ordinal head
        steps = torch.arange(len(question.classes) - 1, 0, -1).float()
        built.heads[0].head.bias.data = steps.log()
    minibatch = Split(ROWS[:1], [stacked], {}, "cpu").collate([range(1)])
    found = built(minibatch)[question.slug]
    torch.testing.assert_close(
        (found.sigmoid() if question.many else found.exp()).detach(), torch.from_numpy(probabilities)
    )
    found.square().sum().backward()
    assert built.heads[0].factor.grad != 0


def test_plain_heads_see_the_predictions_as_other_features() -> None:
    stacked = Vectors(np.zeros((1, 3), np.float32), {"sentiment": slice(0, 3)})
    for heads, corrects in (("plain", False), ("correcting", True)):
        built = Network([SENTIMENT], [("text", stacked)], 1, "hard-sharing", Options(width=WIDTH, heads=heads))
        assert (built.heads[0].factor is not None) == corrects


@pytest.mark.parametrize("sharing", SHARING)
@pytest.mark.parametrize("context", ["dialogue", "past", "none"])
def test_every_parameter_of_a_network_learns(sharing: str, context: str) -> None:
    built = network(sharing, Options(width=WIDTH, context=context))
    minibatch = split().collate(split().dialogues)
    parts = [part.outputs for part in built.with_parts(minibatch)]
    assert len(parts) == 4  # the whole network, the fused states, the text and the voice
    for outputs in parts:
        assert {slug: each.shape for slug, each in outputs.items()} == {q.slug: (4, len(q.classes)) for q in QUESTIONS}
    strengths = {(0, 1): torch.tensor([1.0, 0.5, 0.0, float("nan")])}
    total = sum(each.square().sum() for outputs in parts for each in outputs.values())
    (total + built.sharing.penalty(strengths)).backward()
    assert [name for name, weight in built.named_parameters() if weight.grad is None] == []


def test_outputs_weigh_the_fused_states_and_each_modality_that_an_utterance_has() -> None:
    built = network("hard-sharing").eval()
    whole, fused, text, voice = built.with_parts(split().collate(split().dialogues))
    assert voice.present.tolist() == [True, False, True, True]
    torch.testing.assert_close(whole.outputs["moods"][1], fused.outputs["moods"][1] + text.outputs["moods"][1])
    total = sum(each.outputs["sentiment"][0] for each in (fused, text, voice))
    torch.testing.assert_close(whole.outputs["sentiment"][0], total.log_softmax(dim=-1))


def test_no_part_learns_from_what_the_whole_network_predicts() -> None:
    built = network("hard-sharing")
    whole = built(split().collate(split().dialogues))
    sum(each.square().sum() for each in whole.values()).backward()
    assert [name for name, weight in built.named_parameters() if weight.grad is not None] == ["factors"]


def test_a_network_of_text_alone_has_one_part() -> None:
    built = Network(QUESTIONS, [("text", split().prepared[0])], 1, "hard-sharing", OPTIONS)
    only = Split(ROWS, split().prepared[:1], {}, "cpu")
    assert len(built.with_parts(only.collate(only.dialogues))) == 1
    assert all(weight.requires_grad == (name != "factors") for name, weight in built.named_parameters())


@pytest.mark.parametrize("past_only", [True, False])
def test_a_past_only_context_does_not_see_later_utterances(past_only: bool) -> None:
    torch.manual_seed(0)
    context = DialogueContext(WIDTH, 0.0, past_only=past_only).eval()
    places, same = torch.tensor([[0, 1, 2]]), torch.eye(3, dtype=torch.bool)[None]
    states = torch.randn(3, WIDTH)
    changed = states.clone()
    changed[2] += 1
    difference = (context(states, places, same) - context(changed, places, same)).detach().abs().amax(dim=1)
    assert (float(difference[0]) == 0) == past_only
    assert float(difference[2]) > 0


def test_context_depends_on_who_spoke() -> None:
    torch.manual_seed(0)
    context = DialogueContext(WIDTH, 0.0, past_only=False).eval()
    places, states = torch.tensor([[0, 1]]), torch.randn(2, WIDTH)
    one = context(states, places, torch.eye(2, dtype=torch.bool)[None])
    assert not torch.allclose(one, context(states, places, torch.ones(1, 2, 2, dtype=torch.bool)))


def test_dialogues_of_a_minibatch_do_not_influence_each_other() -> None:
    built = network("soft-sharing").eval()
    inputs = split()
    together = built(inputs.collate(inputs.dialogues))
    alone = built(inputs.collate(inputs.dialogues[1:]))
    for slug, each in together.items():
        torch.testing.assert_close(each[3:], alone[slug])


@pytest.mark.parametrize("fusion", FUSIONS)
def test_a_missing_modality_has_no_influence(fusion: str) -> None:
    torch.manual_seed(0)
    fused = FUSIONS[fusion](2, WIDTH, 0.0).eval()
    vectors, present = torch.randn(3, 2, WIDTH), torch.tensor([[True, False], [True, True], [False, False]])
    changed = vectors.clone()
    changed[:2, 1] += 1
    difference = (fused(vectors, present) - fused(changed, present)).detach().abs().amax(dim=1)
    assert float(difference[0]) == 0
    assert float(difference[1]) > 0
    assert torch.isfinite(fused(vectors, present)).all()


def test_a_gate_of_one_question_changes_nothing_for_the_others() -> None:
    torch.manual_seed(0)
    own = OwnFusion(2, 2, WIDTH, 0.0).eval()
    vectors, present = torch.randn(3, 2, WIDTH), torch.ones(3, 2, dtype=torch.bool)
    before = own(vectors, present)
    with torch.no_grad():
        own.gates[0, 1] = 0
    after = own(vectors, present)
    assert not torch.equal(before[0], after[0])
    torch.testing.assert_close(before[1], after[1])
    changed = vectors.clone()
    changed[:, 1] += 1  # of the modality behind the gate that was closed
    torch.testing.assert_close(own(changed, present)[0], after[0])
    assert not torch.equal(own(changed, present)[1], after[1])


def test_own_fusion_takes_nothing_from_a_missing_modality() -> None:
    torch.manual_seed(0)
    own = OwnFusion(2, 2, WIDTH, 0.0).eval()
    vectors, present = torch.randn(2, 2, WIDTH), torch.tensor([[True, False], [True, True]])
    changed = vectors.clone()
    changed[:, 1] += 1
    difference = (own(vectors, present) - own(changed, present)).detach().abs().amax(dim=(0, 2))
    assert float(difference[0]) == 0
    assert float(difference[1]) > 0


@pytest.mark.parametrize("sharing", SHARING)
def test_all_ways_of_sharing_have_the_same_own_fusion(sharing: str) -> None:
    own = network(sharing).own_fusion
    assert own is not None
    assert {name: tuple(each.shape) for name, each in own.named_parameters()} == {
        "gates": (len(QUESTIONS), 2, WIDTH),
        "bias": (len(QUESTIONS), 1, WIDTH),
        "values.weight": (WIDTH, WIDTH),
        "values.bias": (WIDTH,),
    }


def test_a_network_of_text_alone_and_plain_fusion_have_no_own_fusion() -> None:
    assert network("hard-sharing", Options(width=WIDTH, fusion="concatenation")).own_fusion is None
    built = Network(QUESTIONS, [("text", split().prepared[0])], 1, "hard-sharing", OPTIONS)
    assert built.own_fusion is None


def test_features_that_are_missing_are_told_from_zeros() -> None:
    vectors = np.array([[1.0], [3.0], [np.nan]], np.float32)
    encoder = ModalityEncoder([Vectors(vectors)], WIDTH, 0.0).eval()
    _, present = encoder([(torch.zeros(3, 1), torch.tensor([True, True, False]))])
    assert present.tolist() == [True, True, False]


def test_links_pull_the_gates_of_their_ends_together() -> None:
    torch.manual_seed(0)
    layers = SoftSharing(QUESTIONS, WIDTH, 0.0)
    optimizer = torch.optim.Adam(layers.parameters(), lr=0.05)
    states = torch.randn(16, WIDTH)
    for _ in range(100):
        layers(states)
        loss = layers.penalty({(0, 1): torch.ones(16), (0, 2): torch.zeros(16)})
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    layers.eval()
    layers(states)
    learned = layers.learned()
    assert learned is not None
    assert learned[0, 1] > 0.9
    assert learned[0, 2] < 0.3
