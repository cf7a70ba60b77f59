"""The steps of the backup test in each of its two installations: `backup_steps.py here|there|half|after FILE …`."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core import serializers  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402

from common.models import User  # noqa: E402
from config.backup import databases, restoration  # noqa: E402
from config.setup.home_folder import lock_home  # noqa: E402
from config.web import health  # noqa: E402
from corpus.models import Corpus, Utterance  # noqa: E402
from tests.export.material import contents, export, released_corpus, with_clip  # noqa: E402
from tests.factories import MembershipFactory  # noqa: E402

CORPUS = "kept"


def content() -> list[Any]:
    """Return every row and every media file."""
    models = sorted(apps.get_models(), key=lambda model: model._meta.label)
    rows = [serializers.serialize("json", model._default_manager.order_by("pk")) for model in models]
    media = {str(path): path.read_bytes().hex() for path in sorted(settings.MEDIA_ROOT.rglob("*")) if path.is_file()}
    return [rows, [path.removeprefix(str(settings.MEDIA_ROOT)) for path in media], list(media.values())]


def release() -> dict[str, str]:
    """Return the files of a release of the corpus, with its clips."""
    with tempfile.TemporaryDirectory() as folder:
        files = contents(export(Corpus.objects.get(slug=CORPUS), Path(folder) / "release", "--clips"))
    return {name: content.hex() for name, content in files.items()}


def refusal(*words: str) -> str:
    """Return the exit code and the message of a command that is refused; "" if it succeeds."""
    try:
        call_command(*words, verbosity=0)
    except CommandError as error:
        return f"{error.returncode}: {error}"
    return ""


def here(file: str, _damaged: str) -> dict[str, Any]:
    """Fill an installation and back it up."""
    call_command("migrate", verbosity=0)
    corpus = released_corpus()
    Corpus.objects.filter(pk=corpus.pk).update(slug=CORPUS)
    Utterance.objects.filter(pk=Utterance.objects.earliest("pk").pk).update(text='tab\t, line\n, "quote" and \\N 你好')
    MembershipFactory(user__username="梅")
    with_clip(corpus, os.urandom(3000))
    call_command("backup", file)
    return {"content": content(), "release": release(), "again": refusal("backup", file)}


def there(file: str, damaged: str) -> dict[str, Any]:
    """Restore into an empty installation, then into a used one."""
    call_command("restore", file)
    seen: dict[str, Any] = {"restored": content(), "release": release(), "not_empty": refusal("restore", file)}
    User.objects.create_user("兰")  # also shows that the sequences continue after the restored rows
    (settings.MEDIA_ROOT / "later").write_bytes(b"later")
    changed = content()
    seen["damaged"] = refusal("restore", damaged, "--force")
    lock = lock_home(settings.CONCORD_HOME)
    seen["running"] = refusal("restore", file, "--force")
    os.close(lock)
    seen["kept"] = content() == changed
    call_command("restore", file, force=True)
    return {**seen, "forced": content()}


# after how many steps (old aside, fresh in, database loaded) a restore is killed
KILLED_AFTER = {"half of the old": 0, "the old": 1, "the fresh": 2, "the database": 3}


def half(file: str, killed_after: str) -> None:
    """Replace this installation by a backup, and stop at a given step to be killed."""
    call_command("migrate", verbosity=0)
    User.objects.create_user("兰")
    for name in ("clip", "of the old alone"):
        (settings.MEDIA_ROOT / name).mkdir(parents=True)
        (settings.MEDIA_ROOT / name / "old").write_bytes(b"old")
    steps: dict[str, Callable[..., None]] = {"move": restoration._move, "load": databases.load}
    taken: list[str] = []

    def counted(name: str) -> Callable[..., None]:
        def step(*arguments: Any) -> None:
            if len(taken) == KILLED_AFTER[killed_after] == 0:
                names, *folders = arguments
                steps[name](names[:1], *folders)
                stop()
            steps[name](*arguments)
            taken.append(name)
            if len(taken) == KILLED_AFTER[killed_after]:
                stop()

        return step

    with patch.object(restoration, "_move", counted("move")), patch.object(databases, "load", counted("load")):
        call_command("restore", file, force=True)


def stop() -> None:
    """Report the stop and wait to be killed."""
    sys.stdout.write("stopped\n")
    sys.stdout.flush()
    time.sleep(3600)


def after(file: str, _place: str) -> dict[str, Any]:
    """Report the messages of the commands after that, complete the restore, and report the content."""
    run = subprocess.run([sys.executable, "manage.py", "run"], capture_output=True, text=True, check=False, timeout=120)
    messages = [refusal("restore", file, "--force"), refusal("backup", f"{file}.again")]
    messages.append(f"{run.returncode}: {run.stderr.strip().removeprefix('CommandError: ')}")
    state = health.state_of(health.disk)
    call_command("restore", "--finish")
    return {"messages": messages, "disk": state, "content": content(), "again": refusal("restore", "--finish")}


if __name__ == "__main__":
    step = {"here": here, "there": there, "half": half, "after": after}[sys.argv[1]]
    result = step(*sys.argv[2:4])
    Path(sys.argv[4]).write_text(json.dumps(result), encoding="utf-8")
