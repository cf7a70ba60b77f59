"""Seconds from the end of an upload until its episode is ready to label: `python -m benchmarks.ready_to_label`.

Makes 45 minutes of 1080p (H.264 with a keyframe every 8 s, AAC) with 600 lines of subtitles, starts the web server as
the image does, a worker and the sweep with their default settings, and uploads both files as the page does: by the tus
protocol, in parts, with the checksum of the whole file. The time begins when the last part was answered. It ends when
the episode has its dialogues, and its video, sound and waveform can be played. In the same run, ffmpeg alone copies the
same file into a faststart MP4, which is the least that any tool must do.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import sqlite3
import subprocess
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks.clips import EVERY_MS, FFMPEG, LENGTH_MS, make_film
from benchmarks.labelling.connection import Connection
from benchmarks.labelling.database import Sqlite
from benchmarks.labelling.environment import create_tables, django_task, production
from benchmarks.labelling.job_processes import JobProcesses
from benchmarks.labelling.server import Server

PART = 16 * 2**20  # bytes, as the page sends them
PATIENCE = 600.0  # seconds


def subtitles(seconds: int) -> bytes:
    """Return one line of subtitles for each clip that `benchmarks.clips` would cut."""
    lines = []
    for number, start in enumerate(range(500, seconds * 1000 - 2500, EVERY_MS), start=1):
        lines.append(f"{number}\n{_time(start)} --> {_time(start + LENGTH_MS)}\nSpeaker: line {number}\n")
    return "\n".join(lines).encode()


def _time(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


class Uploader:
    """A client of the tus protocol with a token."""

    def __init__(self, port: int, corpus: str, token: str) -> None:
        self.corpus, self.http = corpus, HTTPConnection("127.0.0.1", port, timeout=120)
        self.head = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}

    def send(self, path: Path) -> str:
        """Upload a file and return the id of the upload."""
        size = path.stat().st_size
        with path.open("rb") as file:
            checksum = hashlib.file_digest(file, "sha256").hexdigest()
        about = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}"
            for name, value in (("filename", path.name), ("sha256", checksum))
        )
        to = self._asked("POST", f"/api/v1/corpora/{self.corpus}/uploads/", b"", size, about)
        with path.open("rb") as file:
            while part := file.read(PART):
                self._sent(to, part, file.tell() - len(part))
        return to.rstrip("/").rpartition("/")[2]

    def _asked(self, method: str, path: str, body: bytes, size: int, about: str) -> str:
        self.http.request(method, path, body, {**self.head, "Upload-Length": str(size), "Upload-Metadata": about})
        answer = self.http.getresponse()
        said = answer.read()
        assert answer.status == 201, said
        return str(answer.headers["Location"])

    def _sent(self, to: str, part: bytes, offset: int) -> None:
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        self.http.request("PATCH", to, part, {**self.head, **kind})
        answer = self.http.getresponse()
        said = answer.read()
        assert answer.status == 204, said


def measure(folder: Path, film: Path, lines: Path) -> dict[str, float]:
    """Upload once; return the seconds until each state."""
    home = folder / "home"
    home.mkdir()
    database = Sqlite(home)
    environment = production(home, database)
    create_tables(environment)
    made: dict[str, Any] = django_task(environment, "corpus", {}, module="upload_tasks")
    server, jobs = Server(environment, home / "web.log"), JobProcesses(environment, home, hastes=False, concurrency=2)
    try:
        uploader = Uploader(server.port, made["corpus"], made["token"])
        text = uploader.send(lines)
        began = time.monotonic()
        media = uploader.send(film)
        ended = time.monotonic()
        api = Connection("127.0.0.1", server.port)
        api.token = made["token"]
        body = {"media": media, "subtitles": text, "series": "Home"}
        status, answer = api.post(f"/api/v1/corpora/{made['corpus']}/episodes/", body)
        assert status == 202, answer
        submitted = time.monotonic()
        _wait(home / "bench.sqlite3", submitted)
        ready = time.monotonic()
    finally:
        jobs.stop()
        server.stop()
    return {"upload": ended - began, "submitted": submitted - ended, "ready": ready - ended}


def _wait(database: Path, began: float) -> None:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30) as reader:
        while True:
            state, playable, peaks, lines = reader.execute(
                "SELECT state, playable_id, peaks_id, (SELECT count(*) FROM corpus_utterance) FROM corpus_episode"
            ).fetchone()
            if state == "ready" and playable and peaks and lines:
                print(f"{lines} utterances", flush=True)
                return
            assert state != "failed", "the import failed"
            assert time.monotonic() - began < PATIENCE, f"still {state}"
            time.sleep(0.05)


def copied(folder: Path, film: Path) -> float:
    """Return the seconds that ffmpeg alone needs to copy the film."""
    began = time.monotonic()
    words = ["-loglevel", "error", "-nostdin", "-i", str(film), "-c", "copy", "-movflags", "+faststart"]
    subprocess.run([str(FFMPEG), *words, str(folder / "copy.mp4")], check=True)
    (folder / "copy.mp4").unlink()
    return time.monotonic() - began


def main() -> None:
    """Print the seconds of each run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=2700, help="length of the film")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    os.environ["PYTHONDONTWRITEBYTECODE"] = ""
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        folder = Path(name)
        film, lines = folder / "film.mp4", folder / "film.srt"
        make_film(film, options.seconds)
        lines.write_bytes(subtitles(options.seconds))
        print(f"{options.seconds} s, {film.stat().st_size / 2**20:,.0f} MB", flush=True)
        for number in range(options.runs):
            run = folder / f"run{number}"
            run.mkdir()
            found = measure(run, film, lines)
            print(
                f"upload {found['upload']:.1f} s; submitted {found['submitted']:.1f} s after its end, ready to label "
                f"{found['ready']:.1f} s after it; ffmpeg alone {copied(folder, film):.1f} s",
                f"load {os.getloadavg()[0]:.1f}",
                sep="; ",
                flush=True,
            )
            subprocess.run(["rm", "-rf", str(run)], check=True)


if __name__ == "__main__":
    main()
