"""The demo corpus, for the first start; `manage.py run` calls it once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import Refused
from common.models import User
from config.demo.build import SLUG, DemoFailed, make_demo
from config.setup.first_run import MANAGER


class Command(BaseCommand):
    help = "Make the demo corpus with a running worker: two episodes, three annotators, a report, a release."

    def handle(self, *_args: Any, **_options: Any) -> None:
        manager = User.objects.filter(username=MANAGER, may_create_corpora=True).first()
        if manager is None:
            raise CommandError(f"the demo belongs to the person called {MANAGER!r}, who is not there")
        try:
            make_demo(manager=manager, tell=self.stdout.write)
        except (DemoFailed, Refused) as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(f"the corpus {SLUG} is there")
