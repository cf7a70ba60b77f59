"""A corpus of any size, filled by bulk inserts: dialogues of seven, three annotations for each utterance.

`django.setup()` must have been called.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from benchmarks.large_adjudication import add_adjudication

PROFILES, LINES = 400, 4000  # distinct profiles and texts
MEAN_DIALOGUE, SPEAKERS, RATERS, K = 7, 2000, 12, 3
RARE = 10_000  # one in so many utterances has a profile that no other has
FLAGGED, FOUND, DECIDED = 100, 90, 10  # one in so many
PER_INSERT = 20_000


class LargeCorpus:
    """The corpus.

    Args:
        utterances: their number.
        has_revisions: write the revisions of the annotations as well.
        is_adjudicated: write the cases, accepted consensus, second answers and a release as well.
    """

    def __init__(self, utterances: int, *, has_revisions: bool = False, is_adjudicated: bool = False) -> None:
        from common.models import User
        from corpus.domain.codebooks.shipped_codebooks import adopt
        from corpus.domain.people.members import add_member
        from corpus.domain.structure.corpora import create_corpus
        from corpus.models import Corpus, Rater

        self.count, self.has_revisions, self.rng = utterances, has_revisions, random.Random(1)
        self.is_adjudicated = is_adjudicated
        self.manager = User.objects.create_user("manager", may_create_corpora=True)
        made = create_corpus(slug="bench", title="Benchmark", created_by=self.manager)
        adopt(corpus=made, name="affect-dialogue", created_by=self.manager)
        self.row = Corpus.objects.select_related("codebook").get(pk=made.pk)
        assert self.row.codebook
        self.codebook = self.row.codebook
        self.membership = self.row.memberships.get(user=self.manager)
        for number in range(RATERS):
            add_member(corpus=self.row, user=User.objects.create_user(f"anna-{number}"), roles=["annotator"])
        self.raters = list(Rater.objects.filter(corpus=self.row).order_by("pk"))

    def settled(self, answers: dict[str, Any]) -> dict[str, Any]:
        """Return a whole profile: the first choice of the other tasks, and 0 for links that are asked."""
        from corpus.rules.codebook import settle

        rules = self.codebook.rules()
        whole = {task.slug: task.slugs()[0] for task in rules.tasks} | {link.slug: 0 for link in rules.links}
        return settle(rules, whole | answers)

    def build(self) -> None:
        """Fill the tables."""
        from django.db import connection, transaction

        from corpus.models import triggers

        triggers.remove()
        with transaction.atomic():
            self._structure()
            self._annotations()
            self._others()
            if self.is_adjudicated:
                add_adjudication(self)
        triggers.install()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _structure(self) -> None:
        from django.utils import timezone

        from annotator.models import Assignment, Batch, Slot
        from corpus.models import Dialogue, Series, Speaker, Utterance

        now, rng = timezone.now(), self.rng
        series = [Series.objects.create(corpus=self.row, name=f"Series {number}") for number in range(20)]
        speakers = Speaker.objects.bulk_create(
            [
                Speaker(
                    series=series[number % 20],
                    name=f"Speaker {number}",
                    gender=("female", "male")[number % 2],
                    age_group=("young", "old")[number % 3 == 0],
                )
                for number in range(SPEAKERS)
            ]
        )
        lines = [self._line() for _ in range(LINES)]
        self.frequent, self.absent = lines[0][:2], "丟" + lines[0][:1] + "囧"
        count = self.count // MEAN_DIALOGUE
        self.dialogues = Dialogue.objects.bulk_create(
            [
                Dialogue(
                    corpus=self.row,
                    series=series[number * 20 // count],
                    code=f"D{number}",
                    order=number,
                    state="ready",
                    ready_at=now,
                    is_dealt=True,
                    length=MEAN_DIALOGUE,
                    source_split=rng.choices(["train", "dev", "test"], [8, 1, 1])[0],
                )
                for number in range(count)
            ],
            batch_size=PER_INSERT,
        )
        for start in range(0, count, PER_INSERT):
            Utterance.objects.bulk_create(
                Utterance(
                    dialogue=dialogue,
                    code=f"U{place}",
                    order=place,
                    speaker=rng.choice(speakers),
                    text=rng.choice(lines),
                )
                for dialogue in self.dialogues[start : start + PER_INSERT]
                for place in range(1, MEAN_DIALOGUE + 1)
            )
        self.batch = Batch.objects.create(corpus=self.row, k=K, seed=1, name="All", dealt=count)
        slots = Slot.objects.bulk_create(
            [
                Slot(dialogue=dialogue, number=number + 1, batch=self.batch, rank=rank, state="done", token=1)
                for rank, dialogue in enumerate(self.dialogues)
                for number in range(K)
            ],
            batch_size=PER_INSERT,
        )
        self.assignments = Assignment.objects.bulk_create(
            [
                Assignment(
                    slot=slot,
                    dialogue_id=slot.dialogue_id,
                    rater=self._rater(slot.rank, slot.number - 1),
                    codebook=self.codebook,
                    token=1,
                    state="done",
                    lease_until=now,
                    ended_at=now,
                )
                for slot in slots
            ],
            batch_size=PER_INSERT,
        )

    def _rater(self, dialogue: int, number: int) -> Any:
        return self.raters[(dialogue + number * (1 + dialogue % 3)) % RATERS]

    def _line(self) -> str:
        characters = self.rng.choices(range(2500), [1 / (rank + 1) for rank in range(2500)], k=self.rng.randint(4, 24))
        return "".join(chr(0x4E00 + character) for character in characters)

    def _annotations(self) -> None:
        from datetime import UTC, datetime, timedelta

        from corpus.models import Annotation, Utterance

        layout, rng = self.codebook.layout(), self.rng
        profiles = [self.settled(self._profile()) for _ in range(PROFILES)]
        rare = self.settled({"emotion": "fear", "sarcasm": "yes"})
        encoded = [
            (each, layout.encode(each)) for each in profiles if (each["emotion"], each["sarcasm"]) != ("fear", "yes")
        ]
        start = datetime(2026, 3, 1, 12, tzinfo=UTC)
        rank = {dialogue.pk: number for number, dialogue in enumerate(self.dialogues)}

        def rows() -> Iterator[Annotation]:
            for number, (key, dialogue) in enumerate(Utterance.objects.values_list("pk", "dialogue_id").iterator()):
                if number % 50_000 == 49_999:
                    continue  # without answers
                common = rng.choice(encoded)
                for place in range(K):
                    answers, codes = common if rng.random() < 0.7 else rng.choice(encoded)
                    if place == 1 and number % RARE == 0:
                        answers, codes = rare, layout.encode(rare)
                    yield Annotation(
                        rater=self._rater(rank[dialogue], place),
                        utterance_id=key,
                        codebook=self.codebook,
                        answers=answers,
                        codes=codes,
                        number=1,
                        updated_at=start + timedelta(minutes=20 * 1440 * number // self.count),
                    )

        waiting: list[Annotation] = []
        for row in rows():
            waiting.append(row)
            if len(waiting) == PER_INSERT:
                self._insert(waiting)
                waiting = []
        self._insert(waiting)

    def _insert(self, annotations: list[Any]) -> None:
        from corpus.models import Annotation, Revision

        made = Annotation.objects.bulk_create(annotations)
        if self.has_revisions:
            Revision.objects.bulk_create(
                Revision(
                    annotation=each,
                    number=1,
                    cause=Revision.Cause.COMMIT,
                    answers=each.answers,
                    codebook=self.codebook,
                    created_at=each.updated_at,
                )
                for each in made
            )

    def _profile(self) -> dict[str, Any]:
        tasks = self.codebook.rules().tasks
        return {task.slug: self.rng.choices(task.slugs(), [4, *[1] * (len(task.slugs()) - 1)])[0] for task in tasks}

    def _others(self) -> None:
        from agreement.models import Decision
        from annotator.models import Flag
        from corpus.models import Finding, Utterance

        utterances = list(Utterance.objects.order_by("pk").values_list("pk", "public_id"))
        Flag.objects.bulk_create(
            [
                Flag(corpus=self.row, assignment=self.assignments[0], utterance_id=key, reason="bad_cut")
                for key, _ in utterances[::FLAGGED]
            ],
            batch_size=PER_INSERT,
        )
        Finding.objects.create(
            corpus=self.row,
            source="repeated_block",
            kind="repeated_block",
            rows={"utterances": [str(public_id) for _, public_id in utterances[::FOUND]]},
            extent_count=len(utterances[::FOUND]),
            extent_share=1 / FOUND,
            severity="severe",
            fingerprint="bench",
        )
        profile = self.settled(self._profile())
        codes = self.codebook.layout().encode(profile)
        Decision.objects.bulk_create(
            [
                Decision(
                    utterance_id=key,
                    codebook=self.codebook,
                    outcome="profile",
                    answers=profile,
                    codes=codes,
                    number=1,
                    last_number=1,
                    needs_review=number % 1000 == 999,
                )
                for number, (key, _) in enumerate(utterances[::DECIDED])
            ],
            batch_size=PER_INSERT,
        )
