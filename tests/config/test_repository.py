import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import missing

ROOT = Path(__file__).resolve().parents[2]
# in parts, so that this file contains none of them
REGISTRIES = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("download", "pytorch", "org"),
        ("deb", "debian", "org"),
    ]
]


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        missing("the git repository")
    names = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("registry", REGISTRIES)
def test_no_file_names_a_package_registry(registry: str) -> None:
    naming = [path.relative_to(ROOT) for path in tracked() if registry.encode() in path.read_bytes()]
    assert naming == []


@pytest.mark.parametrize(
    "path",
    [*sorted(ROOT.glob(".github/**/*.yml")), ROOT / ".pre-commit-config.yaml"],
    ids=lambda path: path.name,
)
def test_yaml_files_of_the_project_are_valid(path: Path) -> None:
    assert yaml.safe_load(path.read_text(encoding="utf-8"))


def test_hooks_need_no_network() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    assert {repository["repo"] for repository in config["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks} <= {"system", "pygrep"}


@pytest.mark.parametrize(
    ("message", "is_refused"),
    [
        pytest.param("Add a measure\n", False, id="imperative"),
        pytest.param("Add a measure\n\nlower case reason. " + "x" * 80 + "\n", False, id="the body is free"),
        pytest.param("fixup! Add a measure\n", False, id="fixup"),
        pytest.param("A" * 72 + "\n", False, id="72 characters"),
        pytest.param("A" * 73 + "\n", True, id="73 characters"),
        pytest.param("Add a measure.\n", True, id="full stop"),
        pytest.param("add a measure\n", True, id="lower case"),
    ],
)
def test_the_hook_checks_the_subject_of_a_commit(message: str, is_refused: bool) -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    [hook] = [hook for hook in config["repos"][0]["hooks"] if hook["id"] == "commit-subject"]
    assert bool(re.search(hook["entry"], message, re.MULTILINE)) == is_refused
