"""Options of splits that cannot be followed, and folders that killed exports left."""

import os
from pathlib import Path

import pytest

from common.errors import Refused
from corpus.rules.codebook import parse
from export.domain.options import Options
from export.domain.release_build import REPLACED, working_folder
from export.domain.split_memory import Memory, splits_of_folder
from export.domain.split_plan import _columns, planned
from export.formats.episodes import file_name
from export.rows.label_counts import countable_labels
from tests.annotator.material import CODEBOOK
from tests.export.splits.test_assignment import dialogue

NO_PROCESS = 4_194_304 + 1  # above the largest process id of Linux


def test_a_split_is_stratified_by_known_questions_only() -> None:
    rules = parse(CODEBOOK)
    assert _columns([], rules) is None
    places = _columns(["sentiment"], rules)
    assert places is not None
    labels = list(countable_labels(rules))
    assert {labels[place - 1][0] for place in places} == {"sentiment"}
    with pytest.raises(Refused) as refused:
        _columns(["sentiment", "mood"], rules)
    assert (refused.value.code, refused.value.params["questions"]) == ("export.unknown_question", "mood")


def test_a_published_split_is_kept_although_it_divides_episodes_unless_the_group_was_asked_for() -> None:
    dialogues = [
        dialogue(number, episode=f"e{number // 2}", source=("train", "dev")[number % 2], counts=(3,))
        for number in range(20)
    ]
    rules = parse(CODEBOOK)
    plan = planned(dialogues, options=Options(split="source"), memory=Memory(), twins=[], rules=rules)
    assert (plan.group, len(plan.split_of), plan.split_of["d1"]) == ("dialogue", 20, "dev")
    asked = Options(split="source", group="episode")
    assert planned(dialogues, options=asked, memory=Memory(), twins=[], rules=rules).group == "episode"


@pytest.mark.parametrize("manifest", [None, "{", "[]", '{"splits": {"train": {}}}'])
def test_a_folder_that_is_no_release_has_no_splits(tmp_path: Path, manifest: str | None) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        splits_of_folder(tmp_path)
    assert refused.value.code == "export.unknown_release"


def test_the_folders_of_killed_exports_are_removed_and_those_of_running_ones_stay(tmp_path: Path) -> None:
    killed, running, other = (
        tmp_path / name for name in (f".out.a.{NO_PROCESS}.part", f".out.b.{os.getpid()}.part", ".out.c.part")
    )
    for folder in (killed, running, other):
        folder.mkdir()
    with working_folder(tmp_path / "out") as work:
        assert work.is_dir()
        assert not killed.exists()
    assert running.is_dir()
    assert other.is_dir()
    assert not work.exists()


def test_a_release_that_was_about_to_be_replaced_when_the_export_was_killed_comes_back(tmp_path: Path) -> None:
    kept = tmp_path / f".out.a.{NO_PROCESS}.part" / REPLACED
    kept.mkdir(parents=True)
    (kept / "manifest.json").write_text("{}", encoding="utf-8")
    with working_folder(tmp_path / "out"):
        assert (tmp_path / "out" / "manifest.json").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_episodes_whose_names_join_to_the_same_text_get_files_of_their_own() -> None:
    assert file_name("a/b", "c") != file_name("a", "b/c")
