"""A process of closed-loop annotators: each sends the next request as soon as the last one is answered.

Reads its task as JSON from stdin and prints, as JSON, the time of each request and the result of each operation.
"""

import json
import random
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from benchmarks.labelling.connection import Connection
from corpus.rules.codebook.conditions import holds

Json = dict[str, Any]
PAUSE = 0.05  # seconds before a failed request is repeated
UNDONE = 0.05  # share of commits that are undone and repeated, with --chaos


@dataclass
class Record:
    """Requests of one annotator as (kind, end, seconds), operations sent and acknowledged, finished dialogues."""

    requests: list[tuple[str, float, float]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    failures: int = 0
    strange: list[str] = field(default_factory=list)


class Annotator(threading.Thread):
    """An annotator as the server sees them."""

    def __init__(self, task: Json, name: str) -> None:
        super().__init__()
        self.task, self.record = task, Record()
        self.connection = Connection("127.0.0.1", task["port"])
        if task["authentication"] == "token":
            self.connection.token = task["tokens"][name]
        else:
            self.connection.sign_in("/accounts/login/", name, task["password"])
        self.random = random.Random(name)

    def run(self) -> None:
        """Label from `start` until `end` or until nothing is left; with `waits`, ask again until there is some."""
        time.sleep(max(0.0, self.task["start"] - time.monotonic()))
        try:
            while self.time_is_left():
                if work := self.ask("claim", f"corpora/{self.task['corpus']}/claim/", {}):
                    self.label(work)
                elif self.task.get("waits"):
                    time.sleep(PAUSE)
                else:
                    return
        except Exception as error:  # noqa: BLE001 -- part of the report; the traceback of a thread would be lost
            self.record.strange.append(repr(error))

    def label(self, work: Json) -> None:
        """Answer the remaining utterances one by one, and finish."""
        labelled = {past["utterance"] for past in work["history"]}
        for utterance in work["utterances"]:
            if utterance["id"] in labelled:
                continue
            if not self.time_is_left():
                return
            first = self.operate(work, utterance, "commit")
            if self.task["chaos"] and self.random.random() < UNDONE:
                self.operate(work, utterance, "undo", undoes=first)
                self.operate(work, utterance, "commit")
        self.ask("finish", f"assignments/{work['id']}/finish/", {"token": work["token"]})
        self.record.finished.append(work["id"])

    def operate(self, work: Json, utterance: Json, kind: str, **more: str) -> str:
        """Send one operation until it is acknowledged; return its id."""
        operation: Json = {"id": str(uuid4()), "kind": kind, "utterance": utterance["id"], **more}
        operation |= {"active_ms": 2900, "played_ms": 1700, "made_at": "2026-01-01T00:00:00.000Z"}
        if kind == "commit":
            operation["answers"] = answers(work["codebook"], self.random)
        self.record.sent.append(operation["id"])
        body = {"token": work["token"], "author": work["author"], "operations": [operation]}
        answer = self.ask(kind, f"assignments/{work['id']}/operations/", body)
        if answer["acks"][0]["status"] in {"applied", "repeated"}:
            self.record.acknowledged.append(operation["id"])
        else:
            self.record.strange.append(str(answer))
        return str(operation["id"])

    def ask(self, kind: str, path: str, body: Json) -> Json:
        """Send a request until it is answered; an empty answer is an empty object."""
        while True:
            began = time.monotonic()
            try:
                status, answer = self.connection.post(f"/api/v1/{path}", body)
            except OSError:
                status, answer = 0, None
            ended = time.monotonic()
            if 200 <= status < 300:
                self.record.requests.append((kind if answer or kind != "claim" else "wait", ended, ended - began))
                return answer or {}
            if 400 <= status < 500 or (status and not self.task["chaos"]):
                raise RuntimeError(f"{kind}: {status} {answer}")
            self.record.failures += 1
            time.sleep(PAUSE)

    def time_is_left(self) -> bool:
        """Return whether there is time left."""
        return time.monotonic() < float(self.task["end"])


def answers(codebook: Json, chance: random.Random) -> Json:
    """Return complete answers to a codebook, some default and some not."""
    made: Json = {}
    for task in codebook["tasks"]:
        usual = chance.random() < 0.6
        made[task["slug"]] = task["default"] if usual else chance.choice(task["choices"])["slug"]
    for link in codebook["links"]:
        asked = holds(link["condition"], made)
        made[link["slug"]] = chance.choice(link["values"])["value"] if asked else "not_applicable"
    return made


def main() -> None:
    """Sign everyone in, print a line, read the start time, and print the records at the end."""
    task = json.loads(sys.stdin.readline())
    task |= {"start": 0.0, "end": 0.0}
    annotators = [Annotator(task, name) for name in task["names"]]
    print("ready", flush=True)
    task |= json.loads(sys.stdin.readline())
    for annotator in annotators:
        annotator.start()
    for annotator in annotators:
        annotator.join()
    print(json.dumps([vars(annotator.record) for annotator in annotators]), flush=True)


if __name__ == "__main__":
    main()
