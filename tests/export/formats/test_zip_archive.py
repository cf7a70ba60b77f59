import os
import zipfile
from pathlib import Path

from export.formats.zip_archive import pack


def filled(folder: Path) -> Path:
    (folder / "clips").mkdir(parents=True)
    (folder / "train.jsonl").write_text("行\n" * 1000, encoding="utf-8")
    (folder / "clips" / "a.mp4").write_bytes(b"\0" * 1000)
    return folder


def test_a_zip_depends_only_on_names_and_contents(tmp_path: Path) -> None:
    one, two = filled(tmp_path / "one"), filled(tmp_path / "two")
    os.utime(two / "train.jsonl", (1, 1))
    (two / "train.jsonl").chmod(0o600)
    pack(one, tmp_path / "one.zip", top="corpus-v1")
    pack(two, tmp_path / "two.zip", top="corpus-v1")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_zip_has_one_folder_and_compresses_no_media(tmp_path: Path) -> None:
    pack(filled(tmp_path / "one"), tmp_path / "one.zip", top="corpus-v1")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        sizes = {entry.filename: (entry.file_size, entry.compress_size) for entry in archive.infolist()}
    assert list(sizes) == ["corpus-v1/clips/a.mp4", "corpus-v1/train.jsonl"]
    assert sizes["corpus-v1/clips/a.mp4"] == (1000, 1000)
    assert sizes["corpus-v1/train.jsonl"][1] < 100
