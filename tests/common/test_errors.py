import subprocess
import sys

from django.utils import translation

from common.errors import Refused, sentence
from tests.conftest import ROOT


def test_a_refusal_is_its_sentence() -> None:
    with translation.override("en"):
        assert str(Refused("token.too_many", most=10)) == sentence("token.too_many", {"most": 10})
        assert "10 tokens" in str(Refused("token.too_many", most=10))


def test_an_unknown_code_is_shown() -> None:
    with translation.override("en"):
        assert str(Refused("nobody.registered_this")) == "The operation failed (nobody.registered_this)."


def test_refusals_work_without_django() -> None:
    program = "import sys; sys.modules['django'] = None; from common.errors import Refused; print(Refused('a.b', n=1))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "a.b\n"


def test_an_error_that_an_older_release_stored_is_shown_without_its_new_parameters() -> None:
    assert str(Refused("disk.full", needed_mb=5, free_mb=3)).startswith("Not enough disk space: 5 MB needed, 3 MB free")
