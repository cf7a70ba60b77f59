"""An episode of 45 minutes with 600 utterances of five speakers; prints the key of the manager's session."""

import hashlib
import os
import random
import shutil
from pathlib import Path

import django

FILM = Path(__file__).resolve().parents[2] / "config/demo/pudding.mp4"  # 56 s; the timeline is longer than the film
DURATION_MS, UTTERANCES, DIALOGUES = 2_700_000, 600, 40
TEXTS = ["You are late again, do you know that?", "我说过今天不行，你怎么又忘了？", "Let us go then.", "真的吗？"]


def main() -> None:
    """Fill the database that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    import numpy as np
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)

    from common.models import User
    from corpus.domain.structure.corpora import create_corpus
    from corpus.models import Dialogue, Episode, MediaFile, Series, Speaker, Utterance

    manager = User.objects.create_user("manager", may_create_corpora=True)
    corpus = create_corpus(title="Speed", slug="speed", created_by=manager)
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    shutil.copy(FILM, root / "film.mp4")
    generator = np.random.default_rng(1)
    loud = generator.integers(5, 120, DURATION_MS // 10)
    (root / "film.peaks").write_bytes(np.stack([-loud, loud], axis=1).astype(np.int8).tobytes())

    def file(kind: str, name: str, content_type: str) -> MediaFile:
        data = (root / name).read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        return MediaFile.objects.create(
            corpus=corpus, kind=kind, name=name, sha256=sha256, size=len(data), content_type=content_type
        )

    (root / "film.marks").write_text('{"silences": [], "shots": []}')
    series = Series.objects.create(corpus=corpus, name="合租")
    episode = Episode.objects.create(
        series=series,
        title="1",
        state=Episode.State.READY,
        duration_ms=DURATION_MS,
        fps=25.0,
        playable=file("playable", "film.mp4", "video/mp4"),
        peaks=file("peaks", "film.peaks", "application/octet-stream"),
        marks=file("marks", "film.marks", "application/json"),
    )
    speakers = [Speaker.objects.create(series=series, name=name) for name in ("Anna", "Ben", "Clara", "David", "Eva")]
    chance = random.Random(1)
    step, per_dialogue = DURATION_MS // UTTERANCES, UTTERANCES // DIALOGUES
    for order in range(DIALOGUES):
        dialogue = Dialogue.objects.create(
            corpus=corpus, series=series, episode=episode, code=f"E1_D{order + 1:03d}", order=order + 1
        )
        for place in range(per_dialogue):
            number = order * per_dialogue + place
            start = step * number + 500
            Utterance.objects.create(
                dialogue=dialogue,
                order=place + 1,
                code=f"{dialogue.code}_U{place + 1:03d}",
                speaker=speakers[number % 5],
                text=TEXTS[number % 4],
                start_ms=start,
                end_ms=start + chance.randint(900, 3800),
            )
    client = Client()
    client.force_login(manager)
    print(f"/c/speed/episodes/{episode.public_id}/timeline/|{client.cookies['sessionid'].value}")


if __name__ == "__main__":
    main()
