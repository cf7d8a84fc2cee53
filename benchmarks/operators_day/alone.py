"""One process with SQLite: a second process in its folder, a lost key file, a full disk and a damaged file."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from benchmarks.operators_day import copies
from benchmarks.operators_day.checks import expect, expect_mended, expect_refusal
from benchmarks.operators_day.processes import Process, Settings
from benchmarks.operators_day.scene import Scene

DISK_MEGABYTES = 320
LITTLE_MEGABYTES = 150
NO_MOUNT = "not tried: mounting a small disk needs root"


async def sqlite(scene: Scene) -> None:
    folder = scene.folder / "alone"
    folder.mkdir()
    token = await copies.new_token(scene, "orchard")
    there = {"STEWARD_DATABASE_URL": "", "STEWARD_KEYS": "", "STEWARD_DATA": str(folder), "STEWARD_PORT": "0"}
    there |= {"SLACK_BOT_TOKEN": token}
    async with _small_disk(folder) as is_small:
        alone = Process("alone", scene.folder, ["run"], scene.settings | there)
        up = await alone.up()
        scene.diary.note("one process with SQLite", "it listens", "" if up else (await alone.end()).says)
        await expect_refusal(scene, "run", says="STEWARD_DATA: another process of Steward", settings=there)
        await expect_mended(scene, how="steward doctor", settings=there)
        if is_small:
            await _fill_disk(scene, folder, there)
        else:
            scene.diary.note("little space under SQLite", NO_MOUNT)
        ended = await alone.end()
        scene.diary.note("  SIGTERM", "status 0", "" if ended.status == 0 else f"status {ended.status}")
        await _lose_key_file(scene, folder, there)
    await _damage(scene, there)


async def _fill_disk(scene: Scene, folder: Path, there: Settings) -> None:
    filler = folder / "filler"
    with filler.open("wb") as file:
        for _ in range(LITTLE_MEGABYTES):
            file.write(bytes(2**20))
    await expect(scene, "little space under SQLite", settings=there)
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(bytes(2**12)):
            pass
    await expect(scene, "full or read-only disk under SQLite", settings=there)
    filler.unlink()
    await expect_mended(scene, how="with free space", settings=there)


async def _lose_key_file(scene: Scene, folder: Path, there: Settings) -> None:
    key = (folder / "key").read_text()
    (folder / "key").unlink()
    await expect(scene, "missing key file", settings=there)
    (folder / "key").write_text(key)
    await expect_mended(scene, how="the file key is back", settings=there)


async def _damage(scene: Scene, there: Settings) -> None:
    folder = scene.folder / "damaged"
    folder.mkdir()
    (folder / "steward.db").write_bytes(b"not a database" * 1000)
    await expect(scene, "damaged SQLite file", settings=there | {"STEWARD_DATA": str(folder)})


@asynccontextmanager
async def _small_disk(folder: Path) -> AsyncIterator[bool]:
    """Mount a small file system on a folder; yield False where this process may not."""
    is_small = os.geteuid() == 0 and await _call(
        "mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(folder)
    )
    try:
        yield is_small
    finally:
        if is_small:
            await _call("umount", "--lazy", str(folder))


async def _call(*words: str) -> bool:
    called = await asyncio.create_subprocess_exec(*words, stderr=asyncio.subprocess.DEVNULL)
    return await called.wait() == 0
