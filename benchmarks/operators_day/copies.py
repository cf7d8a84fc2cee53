"""Backups, a copy of production for another environment, and databases of other versions."""

import stat
from datetime import timedelta
from pathlib import Path

from benchmarks.operators_day.checks import expect, expect_mended, expect_refusal, expect_success
from benchmarks.operators_day.processes import Process, Settings
from benchmarks.operators_day.scene import CHANNEL, Scene
from bot.clock import Clock
from bot.db.encryption import Vault
from bot.db.sessions import connect
from bot.org.workspaces import Address
from bot.slack.outbox import outbox
from bot.slack.post import Post

COPY, SECOND, SPARE = "copy", "second", "spare"
TOMORROW = "a message for tomorrow, from production only"
SET_REVISION = "UPDATE alembic_version SET version_num = '{}'"


async def back_up_and_restore(scene: Scene) -> None:
    await put_message(scene, scene.settings["STEWARD_KEYS"].split(","), TOMORROW)
    file = scene.folder / "night.dump"
    for night in ("first", "second"):
        await expect_success(scene, "backup", str(file), says="Backed up", step=f"backup, {night} night")
    mode = stat.S_IMODE(file.stat().st_mode)
    scene.diary.note("  the file", f"{mode:o}", "" if mode == 0o600 else "others can read it")
    await scene.server.database(COPY)
    await restore(scene, file, COPY)
    await expect_refusal(scene, "restore", str(file), "--yes", says="this database is not empty")


async def restore(scene: Scene, file: Path, name: str) -> None:
    words = ("restore", str(file), "--yes")
    await expect_success(scene, *words, says="Restored", step=f"restore into {name}", settings=at(scene, name))


async def scrub(scene: Scene) -> None:
    """Use the copy with another workspace's token: refused, found by the doctor, and harmless once scrubbed."""
    token = await new_token(scene, "staging")
    there = at(scene, COPY) | {"SLACK_BOT_TOKEN": token, "STEWARD_PORT": "0"}
    await expect(scene, "copy of production", settings=there)
    await expect_refusal(scene, "run", says="This database belongs to Harbour", settings=there)
    await expect_success(scene, "scrub", "--confirm", COPY, says="Deleted 1 token", settings=there)
    await expect_mended(scene, how="steward doctor with the copy", settings=there)
    staging = Process("staging", scene.folder, ["run"], scene.settings | there)
    wrong = [] if await staging.up() else ["Steward does not start with the copy"]
    wrong += [] if (ended := await staging.end()).status == 0 else [f"status {ended.status}: {ended.says[-200:]}"]
    wrong += ["production's message was posted"] if await scene.cards(TOMORROW) else []
    scene.diary.note("Steward runs with the copy", "nothing is said in production", wrong)


async def other_versions(scene: Scene) -> None:
    """Mark the copy as of a newer and of an unreleased version, and do what the doctor says."""
    there = at(scene, COPY)
    await scene.sql(SET_REVISION.format("9999"), COPY)
    await expect(scene, "newer database", settings=there)
    await expect_refusal(scene, "run", says="newer version of Steward", settings=there | {"STEWARD_PORT": "0"})
    await scene.server.database(SECOND)
    await restore(scene, scene.folder / "night.dump", SECOND)
    await expect_mended(scene, how="after the backup was restored", settings=at(scene, SECOND))
    await scene.sql(SET_REVISION.format("0026"), COPY)
    await expect(scene, "database of an unreleased version", settings=there)
    await make_empty(scene, "empty", how="with an empty database, migrated")


async def make_spare(scene: Scene) -> None:
    """Make a migrated database that belongs to nobody, for settings that would not go with the day's database."""
    await make_empty(scene, SPARE, how="a spare database")


async def make_empty(scene: Scene, name: str, *, how: str) -> None:
    await scene.server.database(name)
    await expect_success(scene, "migrate", says="up to date", settings=at(scene, name))
    await expect_mended(scene, how=how, settings=at(scene, name))


def at(scene: Scene, name: str) -> Settings:
    return {"STEWARD_DATABASE_URL": scene.server.address(name)}


async def put_message(scene: Scene, keys: list[str], words: str) -> None:
    """Put a message for tomorrow into the outbox, as a replica with these keys would."""
    database = connect(scene.server.address("steward"), scene.folder, Vault(keys))
    state = await scene.slack.look("state")
    (channel,) = [each["id"] for each in state["channels"] if each.get("name") == CHANNEL]
    async with database.begin() as session:
        to = Address(state["team"]["id"], channel)
        await outbox.put(session, Post(words), to=to, not_before=Clock().now() + timedelta(days=1))
    await database.close()


async def new_token(scene: Scene, workspace: str = "") -> str:
    """Install the app in a workspace of the sandbox, a new one if it is named, and return its bot token."""
    if workspace:
        await scene.slack.do("workspaces", name=workspace.capitalize())
    allowed = await scene.slack.do("install", user="maya", **({"workspace": workspace} if workspace else {}))
    credentials = {
        "client_id": scene.sandbox.settings["SLACK_CLIENT_ID"],
        "client_secret": scene.sandbox.settings["SLACK_CLIENT_SECRET"],
        "code": allowed["code"],
    }
    async with scene.http.post(f"{scene.sandbox.api_url}oauth.v2.access", data=credentials) as answer:
        return str((await answer.json())["access_token"])
