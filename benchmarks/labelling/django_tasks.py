"""Tasks that need Django: `python -m benchmarks.labelling.django_tasks fill|queries|...`.

Takes its task as JSON from stdin and prints JSON; the measuring process does not load Django.
"""

import json
import os
import signal
import sys
import time
from random import Random
from typing import Any
from uuid import UUID

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402 -- Django must be set up before its models
from django.db import connection, transaction  # noqa: E402
from django.db.models import Count, F, QuerySet  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from agreement.domain.reports import request_report  # noqa: E402
from agreement.models import Report  # noqa: E402
from annotator.models import Assignment  # noqa: E402
from benchmarks.labelling.annotators import Record, answers  # noqa: E402
from common.auth.secret_tokens import new_token  # noqa: E402
from common.jobs.queue import UNFINISHED  # noqa: E402
from common.jobs.upkeep import UPKEEP  # noqa: E402
from common.models import ApiToken, Job, User  # noqa: E402
from corpus.domain.codebooks.shipped_codebooks import adopt  # noqa: E402
from corpus.domain.people.members import add_member  # noqa: E402
from corpus.domain.structure.corpora import create_corpus  # noqa: E402
from corpus.models import (  # noqa: E402
    Annotation,
    CodebookVersion,
    Corpus,
    Dialogue,
    Episode,
    MediaFile,
    Revision,
    Series,
    Speaker,
    Utterance,
)

Json = dict[str, Any]
TURNS = 7  # utterances of a dialogue, as in CMMA
JOBS_SECONDS = 120.0
BATCH = 500  # dialogues written at once
PER_EPISODE = 100  # dialogues
OBSERVER = "observer"  # user of the requests whose queries are counted


def fill(task: Json) -> Json:
    """Create a corpus with `utterances` utterances, the people `names`, this `k` and perhaps more of a `policy`.

    With `ready`, only so many dialogues are ready.
    """
    manager = User.objects.create(username="manager", may_create_corpora=True)
    corpus = create_corpus(title="Load", created_by=manager, slug=task["corpus"])
    adopt(corpus=corpus, name="affect-dialogue", created_by=manager)
    corpus.refresh_from_db()
    assert corpus.codebook
    policy = corpus.codebook.document["policy"] | task.get("policy", {}) | {"k": task["k"]}
    document = corpus.codebook.document | {"policy": policy}
    corpus.codebook = CodebookVersion.objects.create(
        corpus=corpus, version=2, name="load", source="load", document=document, sha256="0" * 64
    )
    corpus.save()
    hashed = make_password(task["password"])  # once, since it is not measured
    for name in [*task["names"], OBSERVER]:
        user = User.objects.create(username=name, password=hashed)
        add_member(corpus=corpus, user=user, roles=["annotator"])
    dialogues = -(-task["utterances"] // TURNS)
    series = Series.objects.create(corpus=corpus, name="Series")
    speakers = [Speaker.objects.create(series=series, name=f"Speaker {number}") for number in range(6)]
    for first in range(0, dialogues, BATCH):
        _write(corpus, series, speakers, range(first, min(first + BATCH, dialogues)), task.get("ready", dialogues))
    return {"dialogues": dialogues, "utterances": Utterance.objects.count(), "tokens": _tokens()}


def _tokens() -> dict[str, str]:
    """Give each person a token, without the check of their password, which takes longer than a run."""
    tokens = {}
    for user in User.objects.all():
        tokens[user.username], token_hash = new_token()
        mark = user.get_session_auth_hash()
        ApiToken.objects.create(user=user, name="load", token_hash=token_hash, password_mark=mark)
    return tokens


@transaction.atomic
def _write(corpus: Corpus, series: Series, speakers: list[Speaker], places: range, ready: int) -> None:
    now = timezone.now()
    episodes = {each // PER_EPISODE: _episode(corpus, series, each // PER_EPISODE) for each in places[::PER_EPISODE]}
    dialogues = Dialogue.objects.bulk_create(
        Dialogue(
            corpus=corpus,
            series=series,
            episode=episodes[place // PER_EPISODE],
            code=f"D{place}",
            order=place,
            state=Dialogue.State.READY if place < ready else Dialogue.State.DRAFT,
            ready_at=now if place < ready else None,
        )
        for place in places
    )
    Utterance.objects.bulk_create(
        Utterance(
            dialogue=dialogue,
            code=f"{dialogue.code}_{turn}",
            order=turn,
            speaker=speakers[(dialogue.order + turn % 2) % 6],
            text=f"你怎么现在才来啊，我都等了你{dialogue.order}分钟了。",
            start_ms=turn * 3000,
            end_ms=turn * 3000 + 2400,
        )
        for dialogue in dialogues
        for turn in range(1, TURNS + 1)
    )


def _episode(corpus: Corpus, series: Series, number: int) -> Episode:
    files = [
        MediaFile.objects.create(
            corpus=corpus, kind=kind, sha256=f"{number:064}", size=1, content_type="video/mp4", name=f"{kind}{number}"
        )
        for kind in ("playable", "peaks")
    ]
    return Episode.objects.create(
        series=series, title=f"Episode {number}", state="ready", playable=files[0], peaks=files[1], duration_ms=60_000
    )


def queries(task: Json) -> Json:
    """Return the number of queries of each kind of request, including BEGIN and COMMIT on PostgreSQL."""
    client = Client()
    headers = {}
    if task["authentication"] == "token":
        headers = {"Authorization": f"Bearer {task['tokens'][OBSERVER]}"}
    else:
        client.force_login(User.objects.get(username=OBSERVER))
    counts = {}

    def post(kind: str, path: str, body: Json) -> Json:
        with CaptureQueriesContext(connection) as captured:
            response = client.post(
                f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers
            )
        assert response.status_code < 300, response.content
        counts[kind] = len(captured)
        return response.json() if response.content else {}

    claim = f"corpora/{task['corpus']}/claim/"
    post("first claim", claim, {})
    work = post("own work again", claim, {})
    place = f"assignments/{work['id']}"
    for number, utterance in enumerate(work["utterances"]):
        operation = {"id": str(UUID(int=number)), "kind": "commit", "utterance": utterance["id"]}
        operation["answers"] = answers(work["codebook"], Random(number))
        body = {"token": work["token"], "author": work["author"], "operations": [operation]}
        post("commit", f"{place}/operations/", body)
        post("the same again", f"{place}/operations/", body)
    operation |= {"id": str(UUID(int=99))}
    post("commit over labels", f"{place}/operations/", body)
    post("heartbeat", f"{place}/heartbeat/", {"token": work["token"]})
    post("finish", f"{place}/finish/", {"token": work["token"]})
    post("claim", claim, {})
    return counts


def check(task: Json) -> Json:
    """Compare the records of the annotators with the database."""
    records = [Record(**each) for each in task["records"]]
    sent = {each for record in records for each in record.sent}
    acknowledged = {each for record in records for each in record.acknowledged}
    finished = [each for record in records for each in record.finished]
    revisions = Revision.objects.exclude(author__username=OBSERVER)
    stored = [str(each) for each in revisions.values_list("operation", flat=True)]
    held = Assignment.objects.filter(state__in=["open", "done"])
    done = {str(each) for each in Assignment.objects.filter(state="done").values_list("public_id", flat=True)}
    counted = Annotation.objects.annotate(revisions_made=Count("revisions")).exclude(number=F("revisions_made"))
    return {
        "over-assigned dialogues": held.values("dialogue").annotate(n=Count("pk")).filter(n__gt=task["k"]).count(),
        "twice by one person": held.values("dialogue", "rater").annotate(n=Count("pk")).filter(n__gt=1).count(),
        "lost": len(acknowledged - set(stored)) + len(set(finished) - done),
        "doubled": len(stored) - len(set(stored)) + counted.count(),
        "made up": len(set(stored) - sent),
        "unlabelled in finished": len(finished) * TURNS - _labelled(finished),
        "jobs not done": _requested_jobs().exclude(state=Job.State.DONE).count(),
    }


def ready(_task: Json) -> Json:
    """Declare all drafts ready at once; return their number and the time just before."""
    at = time.monotonic()
    drafts = Dialogue.objects.filter(state=Dialogue.State.DRAFT)
    return {"at": at, "dialogues": drafts.update(state=Dialogue.State.READY, ready_at=timezone.now())}


def kill(task: Json) -> Json:
    """Request an agreement report, and kill the worker as soon as it computes it."""
    job = request_report(corpus=Corpus.objects.get(slug=task["corpus"])).job
    deadline = time.monotonic() + JOBS_SECONDS
    while job and job.state == Job.State.QUEUED and time.monotonic() < deadline:
        time.sleep(0.01)
        job.refresh_from_db()
    os.killpg(task["worker"], signal.SIGKILL)  # with its process group
    return {}


def jobs(_task: Json) -> Json:
    """Wait for unfinished jobs; return the numbers of finished and of retried ones."""
    deadline = time.monotonic() + JOBS_SECONDS
    waiting = _requested_jobs().filter(state__in=UNFINISHED)
    while waiting.exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    done = Report.objects.filter(job__state=Job.State.DONE, computed_at__isnull=False)
    return {
        "asked for": _requested_jobs().count(),
        "computed": done.count(),
        "of them after their worker died": done.filter(job__attempt__gt=1).count(),
    }


def _requested_jobs() -> QuerySet[Job]:
    """Return the jobs without upkeep, which the sweep queues as long as it runs."""
    return Job.objects.exclude(kind__in=[each.kind for each in UPKEEP])


def _labelled(finished: list[str]) -> int:
    done = Assignment.objects.filter(public_id__in=finished)
    return Annotation.objects.filter(
        rater=F("utterance__dialogue__assignments__rater"),
        utterance__dialogue__assignments__in=done,
        answers__isnull=False,
    ).count()


if __name__ == "__main__":
    ACTS = {"fill": fill, "queries": queries, "ready": ready, "kill": kill, "jobs": jobs, "check": check}
    print(json.dumps(ACTS[sys.argv[1]](json.load(sys.stdin))))
