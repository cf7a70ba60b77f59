"""A corpus with one video dialogue that an annotator has begun; prints the key of the annotator's session."""

import hashlib
import os
import shutil
from pathlib import Path
from uuid import uuid4

import django

FILM = Path(__file__).resolve().parents[2] / "config/demo/pudding.mp4"  # 56 s, 640x360, a key frame every 2 s
UTTERANCES, LENGTH_MS = 32, 1700
WORDS = ["你怎么现在才回来", "我买了布丁，你猜是什么味道的", "谁动了我的布丁！", "哎呀，不是我。", "真好笑。"]


def main() -> None:
    """Fill the database that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)

    from annotator.domain.allocation.claims import claim
    from annotator.domain.labelling.operations import Operation, apply_operations
    from common.models import User
    from corpus.domain.codebooks.shipped_codebooks import adopt
    from corpus.domain.people.members import add_member
    from corpus.domain.structure.corpora import create_corpus
    from corpus.models import Dialogue, Episode, MediaFile, Membership, Rater, Series, Speaker, Utterance

    manager = User.objects.create_user("manager", may_create_corpora=True)
    corpus = create_corpus(title="Speed", slug="speed", created_by=manager)
    adopt(corpus=corpus, name="affect-dialogue")
    corpus.refresh_from_db()

    def file(kind: str, name: str, content_type: str) -> MediaFile:
        path = Path(settings.MEDIA_ROOT) / name
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return MediaFile.objects.create(
            corpus=corpus, kind=kind, name=name, sha256=sha256, size=path.stat().st_size, content_type=content_type
        )

    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    shutil.copy(FILM, Path(settings.MEDIA_ROOT) / "film.mp4")
    (Path(settings.MEDIA_ROOT) / "film.peaks").write_bytes(bytes([200, 56]) * 5600)
    series = Series.objects.create(corpus=corpus, name="合租")
    episode = Episode.objects.create(
        series=series,
        title="1",
        state=Episode.State.READY,
        has_picture=True,
        duration_ms=55_840,
        playable=file("playable", "film.mp4", "video/mp4"),
        peaks=file("peaks", "film.peaks", "application/octet-stream"),
    )
    speakers = [Speaker.objects.create(series=series, name=name) for name in ("小雨", "老周", "大明")]
    dialogue = Dialogue.objects.create(
        corpus=corpus,
        series=series,
        episode=episode,
        code="D1",
        order=1,
        state=Dialogue.State.READY,
        ready_at=timezone.now(),
    )
    for place in range(UTTERANCES):
        Utterance.objects.create(
            dialogue=dialogue,
            order=place + 1,
            code=f"U{place + 1}",
            speaker=speakers[place % 3],
            text=WORDS[place % len(WORDS)],
            start_ms=LENGTH_MS * place,
            end_ms=LENGTH_MS * place + LENGTH_MS - 100,
        )

    person = User.objects.create_user("annotator")
    membership = add_member(corpus=corpus, user=person, roles=[Membership.Role.ANNOTATOR])
    assignment = claim(rater=Rater.objects.get(membership=membership), now=timezone.now())
    assert assignment
    first = Operation(
        id=uuid4(),
        kind="commit",
        utterance=dialogue.utterances.get(order=1).public_id,
        answers={"sentiment": "neutral", "emotion": "neutral", "sarcasm": "no", "humor": "no"},
    )
    apply_operations(
        assignment=assignment, token=assignment.token, author=person, operations=[first], now=timezone.now()
    )
    client = Client()
    client.force_login(person)
    print(client.cookies["sessionid"].value)


if __name__ == "__main__":
    main()
