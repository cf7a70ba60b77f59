"""Options of training runs."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Options:
    """Options that a training run depends on, beside the release, the model and the seed.

    Attributes:
        features: names of features in their registry, and paths of files with vectors by utterance id.
        context: "dialogue" (the whole dialogue), "past" (earlier utterances only) or "none".
        heads: what a head does where the linear model's predictions are among the features: "correcting" (it adds to
            those of its question) or "plain" (it sees them as it sees other features).
        fusion: "attention" (gated attention across modalities, and gates of each question) or "concatenation".
        links: "output" (predicted and used as supervision of sharing), "supervision" (only that) or "none".
        criterion: the figure on dev that early stopping and class biases use: "macro-f1", "weighted-f1" or "mean".
        members: networks of an ensemble, which differ in their random numbers; the mean of their probabilities counts.
        epochs: maximum number of passes over the training split.
        patience: epochs without a better smoothed criterion before training stops.
        minibatch: utterances of a minibatch, in whole dialogues; fewer for a small corpus, see `training.loop`.
        learning_rate: of AdamW.
        encoder_learning_rate: of a pretrained encoder that is finetuned, at its highest.
        encoder_epochs: passes over train in which it is finetuned.
        dropout: share of hidden units dropped.
        width: of the hidden layers.
        class_weight: exponent of a class's frequency in its weight: 0 for equal weights, -1 for balanced ones.
        label_smoothing: share of the target spread evenly over the classes.
        train_share: share of the labelled dialogues of train that are learned from; each seed draws its own.
        soft_labels: use the shares of the votes as targets where a row has several.
        biases: tune a bias per class on dev.
        threads: of torch. The order of floating-point sums, and with it the result, depends on their number.
        device: "cpu", "cuda" or "auto".
    """

    features: tuple[str, ...] = ("ngrams", "linear")
    context: str = "dialogue"
    heads: str = "correcting"
    fusion: str = "attention"
    links: str = "output"
    criterion: str = "mean"
    members: int = 1
    epochs: int = 30
    patience: int = 4
    minibatch: int = 128
    learning_rate: float = 2e-3
    encoder_learning_rate: float = 1e-4
    encoder_epochs: int = 2
    dropout: float = 0.3
    width: int = 128
    class_weight: float = -0.5
    label_smoothing: float = 0.05
    train_share: float = 1.0
    soft_labels: bool = True
    biases: bool = True
    threads: int = field(default=1)
    device: str = "cpu"


CHOICES = {
    "context": ("dialogue", "past", "none"),
    "heads": ("correcting", "plain"),
    "fusion": ("attention", "concatenation"),
    "links": ("output", "supervision", "none"),
    "criterion": ("mean", "macro-f1", "weighted-f1"),
    "device": ("auto", "cpu", "cuda"),
}
