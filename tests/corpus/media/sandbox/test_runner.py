import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.media.faults import MediaFault
from corpus.media.sandbox import bubblewrap
from corpus.media.sandbox.runner import Limits, collect, follow, stream

SHELL = "/bin/sh"
QUICK = Limits(wall_s=20, cpu_s=10, memory=2**30, file_size=2**20)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without bubblewrap, in which process ids differ."""
    monkeypatch.setattr(bubblewrap, "_working_bubblewrap", lambda: None)


def fault(script: str, limits: Limits = QUICK) -> tuple[str, dict[str, object]]:
    with pytest.raises(MediaFault) as raised:
        collect([SHELL, "-c", script], limits=limits)
    return raised.value.code, dict(raised.value.params)


def lives(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    return False


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while lives(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not lives(pid)


def test_output_is_complete() -> None:
    assert collect([SHELL, "-c", "printf abc; sleep 0.1; printf def"], limits=QUICK) == b"abcdef"


def test_the_last_line_is_the_reason_without_our_folders() -> None:
    script = "echo first >&2; echo 'file:/srv/concord/media/x.mp4: Invalid data' >&2; exit 3"
    assert fault(script) == ("media.failed", {"reason": "x.mp4: Invalid data"})


def test_a_silent_failure_is_reported_with_its_exit_code() -> None:
    assert fault("exit 7") == ("media.failed", {"reason": "exit code 7"})


@pytest.mark.usefixtures("bare")
def test_a_full_disk_has_its_own_error() -> None:
    assert fault("cat /etc/passwd > /dev/full")[0] == "media.disk_full"


def test_a_flood_of_errors_neither_blocks_nor_fills_memory() -> None:
    assert fault("head -c 5000000 /dev/zero | tr '\\0' x >&2; echo; echo end >&2; exit 1")[0] == "media.failed"


def test_a_flood_of_output_is_cut_off() -> None:
    with pytest.raises(MediaFault, match="1 MB"):
        collect([SHELL, "-c", "cat /dev/zero"], limits=QUICK, at_most=2**20)


@pytest.mark.usefixtures("bare")
def test_the_clock_ends_it_and_its_children() -> None:
    limits = Limits(wall_s=0.7, cpu_s=10)
    output = stream([SHELL, "-c", "sleep 60 & echo $!; wait"], limits=limits)
    child = int(next(output))
    with pytest.raises(MediaFault) as raised:
        next(output)
    assert raised.value.code == "media.over_limits"
    assert gone(child)


def test_processor_time_ends_it() -> None:
    began = time.monotonic()
    assert fault("while :; do :; done", Limits(wall_s=30, cpu_s=1)) == ("media.over_limits", {"seconds": 1})
    assert time.monotonic() - began < 20


def test_memory_is_limited() -> None:
    argv = [sys.executable, "-c", "x = bytearray(2**31)"]
    with pytest.raises(MediaFault) as raised:
        collect(argv, limits=QUICK)
    assert raised.value.code == "media.over_limits"


def test_file_size_is_limited(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", f"open({str(tmp_path / 'x')!r}, 'wb').write(bytes(2**22))"]
    with pytest.raises(MediaFault, match=r"more than is allowed|File too large"):
        collect(argv, limits=QUICK, writes=[tmp_path])
    assert (tmp_path / "x").stat().st_size <= 2**20


@pytest.mark.usefixtures("bare")
def test_a_consumer_that_stops_ends_the_program() -> None:
    output = stream([SHELL, "-c", "echo $$; exec sleep 60"], limits=QUICK)
    pid = int(next(output))
    assert lives(pid)
    output.close()
    assert gone(pid)


def test_a_progress_that_raises_ends_the_program() -> None:
    def stop(done: int, total: int) -> None:
        raise KeyError(done, total)

    began = time.monotonic()
    with pytest.raises(KeyError) as raised:
        follow([SHELL, "-c", "echo out_time_us=1500000; sleep 60"], limits=QUICK, total_ms=9000, progress=stop)
    assert raised.value.args == (1500, 9000)
    assert time.monotonic() - began < 10


def test_progress_never_passes_the_total() -> None:
    reports: list[tuple[int, int]] = []
    script = "echo out_time_us=N/A; echo out_time_us=500000; echo out_time_us=99000000; echo progress=end"
    follow([SHELL, "-c", script], limits=QUICK, total_ms=900, progress=lambda *at: reports.append(at))
    assert reports == [(500, 900), (900, 900), (900, 900)]


def test_a_killed_parent_leaves_no_child() -> None:
    code = (
        "from corpus.media import sandbox\n"
        "from corpus.media.sandbox.runner import Limits, stream\n"
        "sandbox._working_bubblewrap = lambda: None\n"
        "output = stream(['/bin/sh', '-c', 'echo $$; exec sleep 60'], limits=Limits(wall_s=60, cpu_s=10))\n"
        "print(int(next(output)), flush=True)\n"
        "import os; os.kill(os.getpid(), 9)\n"
    )
    parent = subprocess.run([sys.executable, "-c", code], cwd=bubblewrap.ROOT, stdout=subprocess.PIPE, check=False)
    assert parent.returncode == -signal.SIGKILL
    assert gone(int(parent.stdout))


def test_no_secret_of_ours_is_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_SECRET_KEY", "do-not-tell")
    assert b"do-not-tell" not in collect(["/usr/bin/env"], limits=QUICK)


def test_bubblewrap_hides_other_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if bubblewrap._working_bubblewrap() is None:
        pytest.skip("no working bubblewrap: the limits hold without it")
    (tmp_path / "mine").write_text("mine", encoding="ascii")
    (tmp_path / "theirs").write_text("theirs", encoding="ascii")
    script = f"cat {tmp_path}/mine; cat {tmp_path}/theirs || echo -nothing; echo x > {tmp_path}/mine || echo -readonly"
    assert collect([SHELL, "-c", script], limits=QUICK, reads=[tmp_path / "mine"]) == b"mine-nothing\n-readonly\n"
