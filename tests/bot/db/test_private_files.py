"""File permissions: only the owner can read what the bot stores on disk."""

from pathlib import Path

import pytest

from bot.db.encryption import Vault, key_in, restrict_to_owner
from bot.db.migrations import migrate
from bot.db.sessions import connect
from tests.databases import KEY


def modes(folder: Path) -> dict[str, int]:
    return {each.name: each.stat().st_mode & 0o777 for each in folder.iterdir()}


def mode(folder: Path) -> int:
    return folder.stat().st_mode & 0o777


async def test_new_data_folder_and_all_files_in_it_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    key_in(folder)
    database = connect(None, folder, Vault([KEY]))
    await migrate.upgrade(database)
    found = modes(folder)
    await database.close()

    assert mode(folder) == 0o700
    assert found.keys() >= {"key", "steward.db", "steward.db-wal", "steward.db-shm"}
    assert set(found.values()) == {0o600}


@pytest.mark.parametrize("name", ["key", "steward.db", "steward.db-wal", "steward.db-shm"])
def test_open_file_permissions_of_an_older_version_are_restricted(tmp_path: Path, name: str) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / name).touch(mode=0o644)
    (tmp_path / "sandbox").mkdir()
    restrict_to_owner(tmp_path)

    assert (mode(tmp_path), modes(tmp_path)[name]) == (0o700, 0o600)


@pytest.mark.parametrize("other", ["README.md", "photos", "keys"])
def test_shared_data_folder_and_files_of_other_programs_keep_their_permissions(tmp_path: Path, other: str) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / other).touch()
    (tmp_path / other).chmod(0o644)
    (tmp_path / "steward.db").touch()
    restrict_to_owner(tmp_path)

    assert (mode(tmp_path), modes(tmp_path)) == (0o755, {other: 0o644, "steward.db": 0o600})
