"""Command that creates the demo corpus; `manage.py run` calls it once."""

from typing import Any

from django.core.management.base import CommandError

from common.errors import Refused
from common.management.base import ConcordCommand
from common.models import User
from config.demo.build import SLUG, DemoFailed, make_demo
from config.setup.first_run import MANAGER


class Command(ConcordCommand):
    help = "Create the demo corpus: two episodes, three annotators, a report, a release. Needs a running worker."

    def handle(self, *_args: Any, **_options: Any) -> None:
        manager = User.objects.filter(username=MANAGER, may_create_corpora=True).first()
        if manager is None:
            raise CommandError(f"the demo needs a user {MANAGER!r} with the permission to create corpora")
        try:
            make_demo(manager=manager, write=self.stdout.write)
        except (DemoFailed, Refused) as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(f"created the corpus {SLUG}")
