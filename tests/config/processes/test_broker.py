import os
from pathlib import Path

import pytest

from config.processes.broker import MAX_SOCKET_PATH, prepare_socket_folder, socket_path


def test_the_socket_lives_in_the_home() -> None:
    assert socket_path(Path("/srv/concord")) == Path("/srv/concord/run/broker.sock")


def test_a_home_with_a_long_path_gets_a_short_socket_of_its_own() -> None:
    one, other = (socket_path(Path("/srv") / ("x" * 120) / name) for name in ("one", "other"))
    assert len(os.fsencode(one)) <= MAX_SOCKET_PATH
    assert one != other


def test_the_socket_folder_is_closed_to_others(tmp_path: Path) -> None:
    socket = tmp_path / "run" / "broker.sock"
    prepare_socket_folder(socket)
    assert socket.parent.stat().st_mode & 0o777 == 0o700


def test_a_socket_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").symlink_to(tmp_path)
    with pytest.raises(PermissionError):
        prepare_socket_folder(tmp_path / "run" / "broker.sock")
