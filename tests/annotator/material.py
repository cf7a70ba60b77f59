"""A corpus with dialogues to label."""

from typing import Any

from corpus.models import CodebookVersion, Corpus
from corpus.rules.codebook import as_document, parse
from tests.factories import CodebookVersionFactory, CorpusFactory, DialogueFactory, SpeakerFactory, UtteranceFactory

CODEBOOK = """
name: small
tasks:
  sentiment:
    {scale: ordinal, choices: [negative, neutral, positive], default: neutral, perspective: speaker, keys: "123"}
  emotion: {scale: nominal, choices: [neutral, joy, anger], default: neutral, perspective: speaker, keys: "qwe"}
links:
  emotion_sentiment:
    {from: emotion, to: sentiment, values: [-2, -1, 0, 1, 2], keys: "zxcvb", asked_when: "emotion != neutral"}
"""


def codebook_of(corpus: Corpus, k: int = 3, *, version: int = 1, **policy: Any) -> CodebookVersion:
    document = as_document(parse(CODEBOOK))
    document["policy"] |= {"k": k, "order": "sequential", **policy}
    source = f"{CODEBOOK}# version {version}"
    made: CodebookVersion = CodebookVersionFactory(corpus=corpus, version=version, source=source, document=document)
    return made


def corpus_with_work(*, dialogues: int = 1, utterances: int = 1, k: int = 3, **policy: Any) -> Corpus:
    corpus: Corpus = CorpusFactory()
    corpus.codebook = codebook_of(corpus, k, **policy)
    corpus.save()
    for order in range(dialogues):
        dialogue = DialogueFactory(corpus=corpus, order=order)
        speaker = SpeakerFactory(series=dialogue.series)
        for place in range(1, utterances + 1):
            UtteranceFactory(dialogue=dialogue, order=place, speaker=speaker)
    return corpus


def answered(**more: Any) -> dict[str, Any]:
    return {"sentiment": "neutral", "emotion": "neutral", "emotion_sentiment": "not_applicable"} | more
