"""Drivers for erasing one's data: fill the form, let the job finish, and look for what is left."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from prometheus_client import generate_latest
from sqlalchemy import select, text

from bot import metrics
from bot.db.encryption import DATABASE, ERASURES
from bot.messages import erasures as messages
from bot.org import erasures
from bot.org.erasures import Erasure
from bot.workflows.erasures import by_operator
from tests.handlers.followups.drivers import press_note
from tests.handlers.pulse.evidence import RELATIONS, _read_rows
from tests.harness import Answer, World

ANA = "U0ANA00000"


async def fill(world: World, name: str, *, typed: str = messages.WORD, **more: Any) -> Answer:
    """Open the form from `/steward me` and submit it."""
    await world.slack.command(name, "me", word="/steward")
    await settled_notes(world)
    await press_note(world, name, messages.OPEN)
    return await world.slack.submit(name, **{messages.TYPED: typed, messages.TEAM: messages.STAY, **more})


async def settled_notes(world: World) -> None:
    await world.sandbox.settled()


async def finish(world: World, *, most: int = 40) -> None:
    """Let time pass until no erasure is running."""
    for _ in range(most):
        await world.move(timedelta(seconds=15))
        if not await running(world):
            return
    raise AssertionError([each.step for each in await running(world)])


async def running(world: World) -> list[Erasure]:
    async with world.database.reading() as session:
        return [*await erasures.list_running(session, world.workspace.id)]


async def only_erasure(world: World) -> Erasure:
    async with world.database.reading() as session:
        return (await session.scalars(select(Erasure))).one()


async def compact(world: World) -> None:
    """Have the database forget the bytes of deleted rows, as `steward erase --compact` does."""
    await by_operator.compact(world.database)


async def evidence(world: World) -> dict[str, str]:
    """Return everything that is stored, by where it is: each table decrypted, the database's files, and metrics."""
    found: dict[str, str] = {}
    async with world.database.writer.connect() as connection:
        async for row in _read_rows(connection):
            said = " ".join(str(_open(world, value)) for value in row.values.values())
            found[row.table] = f"{found.get(row.table, '')}\n{said}"
        if world.database.is_sqlite:
            files = [each.read_bytes() for each in sorted(world.settings.data.glob(f"{DATABASE}*"))]
        else:
            await connection.execute(text("CHECKPOINT"))
            root = Path(await connection.scalar(text("SHOW data_directory")) or "")
            files = [(root / each).read_bytes() for each in await connection.scalars(RELATIONS)]
    found["files"] = b"".join(files).decode("latin-1")
    found["metrics"] = generate_latest(metrics.REGISTRY).decode()
    file = world.settings.data / ERASURES
    found["erasures file"] = file.read_text() if file.exists() else ""
    return found


def _open(world: World, value: Any) -> Any:
    return world.database.vault.decrypt(value) if isinstance(value, bytes) and value.startswith(b"gAAAA") else value
