import itertools
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import Refused
from config.backup import archive as archive_module
from config.backup.archive import unpack
from tests.config.backup.material import Member, contents, dump, manifest, member, packed

pytestmark = pytest.mark.django_db
Restore = Callable[..., str]
DAMAGED = "1: a.backup is damaged or not a Concord backup. Nothing was changed."
CLIP = "media/5a/clip/ab/abc.mp4"


@pytest.fixture
def database(tmp_path: Path) -> Member:
    return member("database/concord.sqlite3", dump(tmp_path))


def outside(home: Path) -> dict[str, bytes]:
    return {name: content for name, content in contents(home.parent).items() if not name.endswith("run/lock")}


def test_an_archive_of_plain_files_is_restored(home: Path, restore: Restore, database: Member) -> None:
    members = [database, member(CLIP), member("media/" + "長" * 60, b"")]
    assert restore(content=packed(members, manifest(members))) == ""
    assert contents(home / "media") == {CLIP.removeprefix("media/"): b"content", "長" * 60: b""}


@pytest.mark.parametrize(
    "name",
    [
        "media/../outside",
        "media/a/../../../outside",
        "../outside",
        "/outside",
        "media//outside",
        "media/./outside",
        "media/..",
        "media/",
        "media",
        "outside",
        "media/.restore-x/plan.json",
        "media/.RESTORE-x/plan.json",
        "media/a\\..\\b",
        "media/a\nb",
        "media/a\x7f",
        "database/other.sqlite3",
        "database/sub/concord.sqlite3",
        "manifest.json",
        "Media/a",
        "media/" + "a/" * 500 + "b",
    ],
)
def test_a_name_that_a_backup_never_holds_is_rejected(
    home: Path, restore: Restore, database: Member, name: str
) -> None:
    members = [database, member(name)]
    before = outside(home)
    assert restore(content=packed(members, manifest(members))) == DAMAGED
    assert outside(home) == before | {"a.backup": (home.parent / "a.backup").read_bytes()}


@pytest.mark.parametrize(
    "names",
    [
        ("media/a", "media/a"),
        ("media/a", "media/A"),
        ("media/ß", "media/SS"),
        ("media/\u00e9", "media/e\u0301"),
        ("media/a", "media/a/b"),
        ("media/a/b", "media/a"),
        ("media/a/b", "media/A"),
    ],
)
def test_names_that_are_one_file_on_some_systems_are_rejected(
    home: Path, restore: Restore, database: Member, names: tuple[str, ...]
) -> None:
    members = [database, *(member(name) for name in names)]
    assert restore(content=packed(members, manifest(members))) == DAMAGED
    assert contents(home / "media") == {}


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
        tarfile.DIRTYPE,
        tarfile.CONTTYPE,
        tarfile.GNUTYPE_SPARSE,
        tarfile.XGLTYPE,
        b"Z",
    ],
)
def test_a_member_that_is_no_plain_file_is_rejected(
    home: Path, restore: Restore, database: Member, kind: bytes
) -> None:
    members = [database, member(CLIP)]
    content = packed([database, member(CLIP, type=kind, linkname="../../outside")], manifest(members))
    assert restore(content=content) == DAMAGED
    assert contents(home / "media") == {}


def test_a_sparse_member_is_rejected_before_anything_is_written(
    home: Path, restore: Restore, database: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []
    monkeypatch.setattr(archive_module, "_extract", lambda _file, _member, path: written.append(path))
    info, content = member(CLIP, b"1\n0\n0\n".ljust(512, b"\0"))
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(2**32)}
    text = manifest([database])
    text["files"][CLIP] = {"bytes": 2**32, "sha256": "0" * 64}
    assert restore(content=packed([database, (info, content)], text)) == DAMAGED
    assert written == []


@pytest.mark.parametrize("size", [6, 8, 2**40], ids=["smaller", "larger", "huge"])
def test_sizes_are_compared_with_the_manifest_before_anything_is_written(
    home: Path, restore: Restore, database: Member, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []
    monkeypatch.setattr(archive_module, "_extract", lambda _file, _member, path: written.append(path))
    members = [database, member(CLIP)]
    text = manifest(members)
    text["files"][CLIP]["bytes"] = size
    assert restore(content=packed(members, text)) == DAMAGED
    assert written == []


@pytest.mark.parametrize("change", ["not in the manifest", "not in the archive", "twice"])
def test_the_members_are_those_of_the_manifest(home: Path, restore: Restore, database: Member, change: str) -> None:
    members = [database, member(CLIP)]
    text = manifest(members)
    if change == "not in the manifest":
        members.append(member("media/more"))
    elif change == "not in the archive":
        members.pop()
    else:
        members.append(members[-1])
    assert restore(content=packed(members, text)) == DAMAGED
    assert contents(home / "media") == {}


@pytest.mark.parametrize(
    "text",
    [b"[]", b"NaN", b"", b"\xff", b"null", b"{}", b"[" * 100_000, b'{"files":' * 100_000, b'{"a":' * 50_000 + b"1"],
    ids=["list", "NaN", "empty", "no text", "null", "nothing in it", "deep list", "deep files", "deep object"],
)
def test_a_manifest_of_another_form_is_rejected(home: Path, restore: Restore, database: Member, text: bytes) -> None:
    assert restore(content=packed([database], text)) == DAMAGED


FIELDS: dict[str, list[Any]] = {
    "format": [None, 1, [], "concord-backup/2", {}],
    "concord": [1, None, []],
    "made_at": [1, {}],
    "database": [None, 1, [], "", "sqlite; DROP", "SQLITE"],
    "migrations": [None, {}, [1], [["common"]], [["common", 1]], "common", [["a", "b", "c"]]],
    "columns": [None, [], {"a": 1}, {"a": None}, {'a" (x) FROM PROGRAM': '"b"'}, {"a": "b) FROM PROGRAM 'x' --"}],
    "files": [None, [], {}, {"a": 1}, {"media/a": {"bytes": -1, "sha256": "0" * 64}}],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in FIELDS.items() for value in values])
def test_a_field_of_another_type_is_rejected(
    home: Path, restore: Restore, database: Member, field: str, value: Any
) -> None:
    assert restore(content=packed([database], manifest([database], **{field: value}))) == DAMAGED


def test_a_manifest_without_a_field_is_rejected(home: Path, restore: Restore, database: Member) -> None:
    for field in ("format", "database", "migrations", "files"):
        text = manifest([database])
        del text[field]
        assert restore(content=packed([database], text)) == DAMAGED


@pytest.mark.parametrize("entry", [{}, {"bytes": 7}, {"bytes": "7"}, {"bytes": 7.5}, {"bytes": 7, "sha256": "x"}, 7])
def test_an_entry_of_another_form_is_rejected(home: Path, restore: Restore, database: Member, entry: Any) -> None:
    members = [database, member(CLIP)]
    text = manifest(members)
    text["files"][CLIP] = entry
    assert restore(content=packed(members, text)) == DAMAGED


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(4096)])
def test_a_file_that_is_no_database_is_rejected_before_media_are_moved(
    home: Path, restore: Restore, content: bytes
) -> None:
    members = [member("database/concord.sqlite3", content), member(CLIP)]
    assert restore(content=packed(members, manifest(members))) == DAMAGED
    assert contents(home / "media") == {}


@pytest.mark.usefixtures("without_database")
def test_other_migrations_than_those_of_the_database_are_rejected(
    home: Path, restore: Restore, database: Member
) -> None:
    text = manifest([database])
    wrong: list[Any] = [text["migrations"][:-1], [], text["migrations"][1:]]
    for changed in wrong:
        assert restore(content=packed([database], {**text, "migrations": changed})) == DAMAGED


def test_every_truncated_archive_is_damaged(database: Member, tmp_path: Path) -> None:
    members = [member("media/long" + "g" * 120), database]
    whole = packed(members, manifest(members))
    for kept in itertools.chain(range(0, len(whole), 509), [len(whole) - 1, len(whole) - 512]):
        (tmp_path / "cut").write_bytes(whole[:kept])
        with pytest.raises(Refused) as refused:
            unpack(tmp_path / "cut", tmp_path / "out")
        assert refused.value.code == "backup.damaged"
    (tmp_path / "cut").write_bytes(whole + b"\0" * 512)
    with pytest.raises(Refused):
        unpack(tmp_path / "cut", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_disk_is_checked_before_anything_is_written(
    home: Path, restore: Restore, database: Member, settings: Any
) -> None:
    settings.MIN_FREE_BYTES = 2**60
    assert "MB" in restore(content=packed([database], manifest([database])))
    assert contents(home / "media") == {}


# --- mutations of a whole archive ---------------------------------------------------------------------------------

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
names = st.lists(
    st.sampled_from(
        ["media", "database", "..", ".", "", "a", "A", ".restore-x", "plan.json", "concord.sqlite3", "x\\y"]
    ),
    min_size=1,
    max_size=5,
).map("/".join)


@st.composite
def mutations(draw: st.DrawFn) -> Callable[[list[Member], dict[str, Any]], bytes]:
    """Return a function that makes a changed archive of members and their manifest."""
    kind = draw(st.sampled_from(["bytes", "cut", "field", "deep", "name", "type", "size", "order"]))
    place, number, value = draw(st.floats(0, 1, exclude_max=True)), draw(st.integers(0, 255)), draw(documents)
    name, both = draw(names), draw(st.booleans())
    size = draw(st.integers(-(2**33), 2**33))
    member_type = draw(st.sampled_from([b"0", b"1", b"2", b"3", b"5", b"6", b"7", b"S", b"x", b"g", b"L", b"K"]))

    def change(members: list[Member], text: dict[str, Any]) -> bytes:
        if kind == "field":
            return packed(members, {**text, sorted(text)[number % len(text)]: value})
        if kind == "deep":
            return packed(members, {**text, "files": {**text["files"], name: value}})
        chosen = number % len(members)
        info, content = members[chosen]
        if kind == "name":
            members[chosen] = member(name, content)
            return packed(members, manifest(members) if both else text)
        if kind == "type":
            members[chosen] = member(info.name, content, type=member_type, linkname=name)
        if kind == "order":
            members = members[chosen:] + members[: chosen + both]
        whole = bytearray(packed(members, text))
        if kind == "bytes":
            whole[int(place * len(whole))] ^= number
        if kind == "cut":
            del whole[int(place * len(whole)) :]
        if kind == "size":
            field = tarfile.TarInfo(info.name)
            field.size = size
            header = bytearray(field.tobuf(tarfile.GNU_FORMAT))
            whole[:512] = header[:512]
        return bytes(whole)

    return change


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(change=mutations())
@pytest.mark.usefixtures("without_database")
def test_a_changed_archive_is_restored_or_rejected_in_one_sentence(
    home: Path, database: Member, change: Callable[[list[Member], dict[str, Any]], bytes], tmp_path: Path
) -> None:
    media = home / "media"
    members = [member(CLIP), database, member("media/" + "b" * 120, b"")]
    file = tmp_path / "a.backup"
    file.write_bytes(change(members, manifest(members)))
    before = outside(home)
    counted = 0
    original = archive_module._Hashing.write

    def write(hashing: Any, block: bytes) -> None:
        nonlocal counted
        counted += len(block)
        original(hashing, block)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(archive_module._Hashing, "write", write)
        try:
            call_command("restore", str(file), "--force", verbosity=0)
            refusal = None
        except CommandError as error:
            refusal = error
    assert counted <= file.stat().st_size
    after = outside(home)
    if refusal:
        assert refusal.returncode == 1
        assert "\n" not in str(refusal)
        assert after == before
    else:
        with tarfile.open(file) as tar:
            content = tar.extractfile("manifest.json")
            assert content is not None
            files = json.load(content)["files"]
        sizes = {name: len(value) for name, value in contents(media).items()}
        assert sizes == {
            name.removeprefix("media/"): entry["bytes"] for name, entry in files.items() if name.startswith("media/")
        }
        inside = str(media.relative_to(home.parent))
        assert {name for name in after if not name.startswith(inside)} == {
            name for name in before if not name.startswith(inside)
        }
